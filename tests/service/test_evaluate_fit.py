"""``evaluate fit`` and ``models`` as the contract of the command line says (A05, A11, B33)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graph.errors import Refused
from service.cli.exits import ExitCode
from service.evaluations.fit import measure, read_triples

ROWS = (
    ("1", "庭木の剪定を頼みたい", "庭木の剪定ができます", "庭木の剪定を習いたい"),
    ("2", "帳簿をつけてほしい", "帳簿をつける仕事をしていました", "帳簿という題の芝居に出ました"),
    ("3", "ちらしのデザインを頼みたい", "ちらしのデザインができます", "庭木の剪定を習いたい"),
)
KEYS = ["schema", "accuracy", "recall_at_1", "recall_at_5", "mrr", "n", "pool", "encoder", "failures"]


@pytest.fixture
def triples(tmp_path: Path) -> Path:
    path = tmp_path / "needs.csv"
    lines = [",".join((*row, "unused")) for row in ROWS]
    path.write_text("\n".join(["id,need,offer,near_miss,note", *lines]) + "\n", encoding="utf-8")
    return path


def test_the_document_has_the_keys_of_the_contract(musubi, triples: Path) -> None:
    made = musubi("evaluate", "fit", str(triples), "--encoder", "lexical", "--json").document()
    assert list(made) == KEYS
    assert made["schema"] == "musubi.evaluate-fit/1"
    assert (made["n"], made["pool"]) == (3, 5)
    assert made["encoder"].startswith("lexical")
    assert made["accuracy"] > 0.5


def test_visions_are_read_by_their_columns(musubi, tmp_path: Path) -> None:
    path = tmp_path / "visions.csv"
    path.write_text("id,vision_a,vision_b,other\n1,歩ける町,歩いて暮らせる町,海のそば\n", encoding="utf-8")
    made = musubi("evaluate", "fit", str(path), "--encoder", "lexical", "--json").document()
    assert (made["n"], made["pool"]) == (1, 2)


def test_the_answer_for_people_names_what_stood_first(musubi, triples: Path) -> None:
    ended = musubi("evaluate", "fit", str(triples), "--encoder", "lexical")
    assert ended.code == ExitCode.DONE
    assert "recall_at_5" in ended.out


def test_ranks_and_ties_by_hand(triples: Path) -> None:
    read = read_triples(triples)
    scores = np.zeros((3, 5), dtype=np.float32)
    scores[0, read.right[0]] = 1.0
    scores[1, read.wrong[1]] = 1.0
    report = measure(read, scores, "none")
    assert report.accuracy == pytest.approx((1 + 0 + 0.5) / 3)
    assert report.recall_at_1 == pytest.approx(1 / 3)
    assert report.mrr == pytest.approx((1 + 1 / 5 + 1 / 5) / 3)
    assert [miss.id for miss in report.failures] == ["2", "3"]
    assert report.failures[0].got == ROWS[1][3]
    assert report.failures[0].expected == ROWS[1][2]


@pytest.mark.parametrize(
    "content", ["id,a,b\n1,x,y\n", "id,need,offer,near_miss\n", "id,need,offer,near_miss\n1,x,,z\n"]
)
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused):
        read_triples(path)


def test_an_unknown_encoder_is_wrong_use(musubi, triples: Path) -> None:
    ended = musubi("evaluate", "fit", str(triples), "--encoder", "lexicl")
    assert ended.code == ExitCode.WRONG_USE
    assert "lexical" in ended.err


def test_models_are_listed(musubi) -> None:
    made = musubi("models", "list", "--json").document()
    assert made["schema"] == "musubi.models/1"
    assert {"bundled", "lexical", "st:ruri-v3-30m"} <= {model["name"] for model in made["models"]}
    assert all(model["here"] or model["problem"] for model in made["models"])


def test_a_model_that_is_not_here_is_told_in_one_line(musubi) -> None:
    ended = musubi("models", "check", "--encoder", "st:ruri-v3-30m")
    assert ended.code == ExitCode.WRONG_USE
    lines = ended.err.strip().splitlines()
    assert len(lines) == 1
    for word in ("cl-nagoya/ruri-v3-30m", "musubi models get", "meanwhile"):
        assert word in lines[0]


def test_the_lexical_encoder_passes_its_check(musubi) -> None:
    made = musubi("models", "check", "--encoder", "lexical", "--json").document()
    assert made["schema"] == "musubi.models-check/1"
    assert made["passed"] is True
