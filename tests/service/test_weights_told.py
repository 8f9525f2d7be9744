"""Answers and ``doctor`` say whether weights were learned from outcomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from embeddings.lexical import LexicalEncoder
from embeddings.registry import Choice
from graph import gate
from graph.policy import Purpose
from graph.store.registry import open_store
from graph.viewer import OPERATOR
from recommend.learning.weights import FACTORS, Weights
from service.languages import Lang
from service.recommendations.access import Asked
from service.recommendations.logic import Question, Result, answer, maker_of
from service.recommendations.schemas import document
from service.recommendations.tables import to_lines


@pytest.fixture
def result(url: str) -> Result:
    with open_store(url) as store:
        view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    return answer(view, Question(Asked(everybody=True)), maker_of(lambda: Choice(LexicalEncoder(), {})))


def test_without_outcomes_the_weights_are_fixed(result: Result) -> None:
    assert document(result)["weights"] == {"used": "fixed", "outcomes": 0, "gain": None, "low": None, "ratios": {}}
    assert "weights" not in to_lines(result, Lang.EN)


def test_learned_weights_are_told_with_what_they_win(result: Result) -> None:
    ratios = dict.fromkeys(FACTORS, 1.0) | {"visions": 2.5}
    told = replace(result, weights=Weights(True, 120, 0.03, 0.01, ratios))
    expected = {"used": "learned", "outcomes": 120, "gain": 0.03, "low": 0.01, "ratios": ratios}
    assert document(told)["weights"] == expected
    assert "outcomes of 120 introductions" in to_lines(told, Lang.EN)
    assert "120件の結果から学んだ重み" in to_lines(told, Lang.JA)


def test_doctor_says_how_many_outcomes_are_there(musubi, url: str) -> None:
    checks = musubi("--store", url, "doctor", "--json").document()["checks"]
    (weights,) = [check for check in checks if check["check"] == "weights"]
    assert weights["level"] == "ok"
    assert "80" in weights["found"]["en"]
    assert "固定" in weights["found"]["ja"]
