"""Answers and ``doctor`` say whether weights were learned from outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from embeddings.lexical import LexicalEncoder
from embeddings.registry import Choice
from graph import gate
from graph.changes import ChangeSet
from graph.errors import EncoderUnavailable
from graph.introductions import State
from graph.kinds import NodeKind, TieKind
from graph.policy import Audience, Policy, Purpose
from graph.records import Field, Node, Provenance
from graph.store.registry import open_store
from graph.viewer import OPERATOR
from recommend.config import RecommendConfig, RoundConfig
from recommend.learning.config import LearningConfig
from recommend.learning.weights import FACTORS, Weights
from recommend.pipeline import Matchmaker
from service.doctor_weights import weights_in_use
from service.doctor_words import WORDS
from service.languages import Lang
from service.recommendations.access import Asked
from service.recommendations.logic import Question, Result, answer, maker_of
from service.recommendations.schemas import document
from service.recommendations.tables import to_lines

SOURCE, MIXERS = Provenance("test"), Policy(Audience.MY_MIXERS)
NOW, DAY = 1_700_000_000.0, 86_400.0


@pytest.fixture
def result(url: str) -> Result:
    with open_store(url) as store:
        view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    return answer(view, Question(Asked(everybody=True)), maker_of(lambda: Choice(LexicalEncoder(), {})))


def test_the_share_of_surprises_is_that_of_the_matchmaker(url: str) -> None:
    config = RecommendConfig(round=RoundConfig(far_share=0.4))
    with open_store(url) as store:
        view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    made = answer(view, Question(Asked(everybody=True)), lambda v: Matchmaker(v, LexicalEncoder(), config=config))
    assert document(made)["surprise"] == 0.4


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


def outcomes(url: str, states: Sequence[State]) -> None:
    """Put introductions with these outcomes on record, a day apart, each among two of the twelve."""
    with open_store(url) as store:
        held = store.snapshot()
        members = sorted(str(i) for i in held.nodes.ids[held.of_kind(NodeKind.PERSON)] if "K" in i and "6" not in i)
        pairs = list(combinations(members, 2))
        changes = ChangeSet(f"outcomes {len(states)}", "operator", "test")
        for number, state in enumerate(states):
            key, t = f"introduction:{number}", NOW + number * DAY
            changes.nodes.append(Node(key, MIXERS, SOURCE, {"state": Field(str(state), MIXERS, SOURCE)}))
            for who in pairs[number % len(pairs)]:
                changes.add_tie(TieKind.PARTY_TO, who, key, MIXERS, MIXERS, SOURCE, t=t, until=t + DAY)
        store.apply(changes)


def told_of(musubi, url: str) -> dict[str, str]:
    checks = musubi("--store", url, "doctor", "--json").document()["checks"]
    (weights,) = [check for check in checks if check["check"] == "weights"]
    assert weights["level"] == "ok"
    assert "固定" in weights["found"]["ja"]
    return weights["found"]


def test_doctor_counts_the_outcomes_that_lists_count(musubi, url: str) -> None:
    """Introductions that expired, were taken back or wait say nothing."""
    outcomes(url, [State.EXPIRED] * 40 + [State.MET] * 7 + [State.WITHDRAWN, State.PROPOSED])
    found = told_of(musubi, url)
    assert "(7 outcomes" in found["en"]
    assert " 7 件" in found["ja"]
    listed = musubi("--store", url, "recommend", "--all", "--json").document()
    assert listed["weights"]["outcomes"] == 7


@pytest.mark.parametrize("states", [[State.MET] * 90, [State.MET] * 85 + [State.DECLINED] * 5])
def test_doctor_says_that_one_kind_is_wanting(musubi, url: str, states: list[State]) -> None:
    outcomes(url, states)
    n_yes = states.count(State.MET)
    assert f"of 90 outcomes {n_yes} are a yes and {90 - n_yes} a no" in told_of(musubi, url)["en"]


def test_doctor_tells_weights_that_lose(musubi, url: str) -> None:
    """A coin decides: the back-test is made, and lost."""
    rng = np.random.default_rng(1)
    outcomes(url, [State.MET if heads else State.DECLINED for heads in rng.random(110) < 0.5])
    assert "learned from 110 outcomes are not surely better" in told_of(musubi, url)["en"]


def test_among_too_many_people_nothing_is_encoded(url: str) -> None:
    def never() -> Choice:
        raise AssertionError("an encoder was loaded")

    outcomes(url, [State.MET] * 90)
    with open_store(url) as store:
        view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    word, values = weights_in_use(view, never, LearningConfig(most_people=9))
    assert (word, values["most"]) == ("weights.large", 9)
    assert str(values["people"]) in WORDS.say(word, Lang.EN, **values)


def test_without_an_encoder_doctor_does_not_guess(url: str) -> None:
    def none() -> Choice:
        raise EncoderUnavailable("it is not here")

    outcomes(url, [State.MET, State.DECLINED] * 45)
    with open_store(url) as store:
        view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    assert weights_in_use(view, none, LearningConfig()) == ("weights.unknown", {})
