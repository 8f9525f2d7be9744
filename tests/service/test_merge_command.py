"""``merge`` and ``evaluate identity|skills``: as documented, with exit codes, and harmless where repeated (A33)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.matching.evidence import Reason
from service.cli.exits import ExitCode
from service.cli.merge_words import WORDS
from service.languages import Lang

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
MEMBERS = """会員番号,氏名,ふりがな,メール,会社名,利用スペース,紹介可否
KZ-1,見本 太郎,みほん たろう,taro@example.com,株式会社架空,かぜのま,はい
KZ-2,見本 花子,,hana@example.com,,かぜのま,はい
KM-1,Mihon Taro,,,㈱架空,こもれび,はい
KM-2,架空 花子,,hana@example.com,,こもれび,はい
KM-3,想定 次郎,,,,こもれび,はい
"""
A, B = "person:KZ-1", "person:KM-1"


@pytest.fixture
def store(tmp_path: Path, musubi: Callable) -> str:
    """Give a store with members of two spaces, two of whom are in both."""
    url = f"sqlite:///{tmp_path / 'm.db'}"
    (tmp_path / "members.csv").write_text(MEMBERS, encoding="utf-8")
    musubi("init", "--store", url)
    for space in ("かぜのま", "こもれび"):
        musubi("agreement", "add", "--space", space, "--operator", "見本", "--from", "2026-01-01", "--items", "氏名",
               "--store", url)  # fmt: skip
    musubi("import", str(tmp_path / "members.csv"), "--yes", "--store", url)
    return url


def pairs(musubi: Callable, store: str, *more: str) -> list[dict]:
    return musubi("merge", "list", "--json", "--store", store, *more).document()["pairs"]


def test_suggestions_are_listed_with_reasons_and_nothing_of_contact_data(musubi: Callable, store: str) -> None:
    ended = musubi("merge", "list", "--json", "--store", store)
    document = ended.document()
    assert (ended.code, document["schema"], set(document)) == (
        0,
        "musubi.merges/1",
        {"schema", "viewer", "dictionary", "pairs"},
    )
    assert [(p["a"], p["b"], p["reasons"]) for p in document["pairs"]] == [
        ("person:KM-1", "person:KZ-1", ["same_sound", "same_organisation"]),
        ("person:KM-2", "person:KZ-2", ["same_mail", "given_name"]),
    ]
    assert "example.com" not in ended.out
    assert all(f"`{key}`" in DOCUMENTED for p in document["pairs"] for key in p)


@pytest.mark.parametrize("lang", list(Lang))
def test_every_reason_has_words_and_is_documented(lang: Lang) -> None:
    for reason in Reason:
        assert WORDS.say(reason, lang)
        assert f"`{reason}`" in DOCUMENTED


def test_decisions_are_taken_and_taken_back(musubi: Callable, store: str) -> None:
    before = pairs(musubi, store)
    assert musubi("merge", "accept", A, B, "--store", store).code == 0
    assert "before" in musubi("merge", "accept", A, B, "--store", store).err
    assert [p["state"] for p in pairs(musubi, store, "--all")] == ["open", "accepted"]
    assert len(pairs(musubi, store)) == 1
    assert musubi("status", "--json", "--store", store).document()["nodes"]["person"] == 4
    assert musubi("merge", "undo", A, B, "--store", store).code == 0
    assert pairs(musubi, store) == before
    assert musubi("status", "--json", "--store", store).document()["nodes"]["person"] == 5


def test_what_was_rejected_is_not_suggested_again(musubi: Callable, store: str) -> None:
    assert musubi("merge", "reject", B, A, "--store", store).code == 0
    assert musubi("merge", "find", "--store", store).out == "pairs that may be one: 1\n"
    assert [p["a"] for p in pairs(musubi, store)] == ["person:KM-2"]


def test_what_was_rejected_does_not_become_one_through_a_third(musubi: Callable, store: str) -> None:
    third = "person:KM-3"
    assert musubi("merge", "reject", A, B, "--store", store).code == 0
    assert musubi("merge", "accept", third, A, "--store", store).code == 0
    refused = musubi("merge", "accept", third, B, "--store", store)
    assert (refused.code, B in refused.err, A in refused.err) == (ExitCode.WRONG_USE, True, True)
    assert musubi("merge", "undo", A, B, "--store", store).code == 0
    assert musubi("merge", "accept", third, B, "--store", store).code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("accept", A, A), ExitCode.WRONG_USE),
        (("accept", A, "person:nobody"), ExitCode.WRONG_USE),
        (("undo", A, B), ExitCode.WRONG_USE),
        (("accept", A, "space:かぜのま"), ExitCode.WRONG_USE),
        (("list", "--as", "analyst"), ExitCode.WRONG_USE),
    ],
)
def test_wrong_use(musubi: Callable, store: str, arguments: tuple[str, ...], code: int) -> None:
    ended = musubi("merge", *arguments, "--store", store)
    assert (ended.code, ended.out) == (code, "")


def test_open_pairs_are_not_introduced_to_each_other(musubi: Callable, store: str) -> None:
    musubi("merge", "find", "--store", store)
    answer = musubi("recommend", "--for", "KZ-1", "--json", "--store", store).document()
    partners = {r["partner"]["id"] for r in answer["recommendations"]}
    assert "KM-1" not in partners
    assert "KM-3" in partners


def test_a_name_alone_makes_nobody_one_across_spaces(musubi: Callable, store: str, tmp_path: Path) -> None:
    """想定 次郎 of another space is somebody else until a human says so; the same row twice is one person."""
    path = tmp_path / "more.csv"
    path.write_text("氏名,利用スペース,紹介可否\n想定 次郎,かぜのま,はい\n想定 次郎,かぜのま,はい\n", encoding="utf-8")
    for _ in range(2):
        musubi("import", str(path), "--yes", "--store", store)
        assert musubi("status", "--json", "--store", store).document()["nodes"]["person"] == 6
    same = [p for p in pairs(musubi, store) if p["reasons"] == ["same_name"]]
    assert [(p["certain"], p["name_a"], p["name_b"]) for p in same] == [(False, "想定 次郎", "想定 次郎")]


@pytest.mark.parametrize(("command", "name"), [("identity", "pairs.csv"), ("skills", "skills.csv")])
def test_evaluations_tell_the_figures(musubi: Callable, command: str, name: str) -> None:
    ended = musubi("evaluate", command, str(ROOT / "benchmarks" / "identity" / name), "--json")
    document = ended.document()
    assert (ended.code, document["schema"]) == (0, f"musubi.evaluate-{command}/1")
    assert set(document) == {"schema", "precision", "recall", "n", "failures"}
    assert document["precision"] >= 0.95
    assert all(set(f) == {"id", "got", "expected", "why"} and f["got"] != f["expected"] for f in document["failures"])


def test_evaluation_without_positives_has_no_precision(musubi: Callable, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("id,kind,a,b,same,note\n1,person,見本 太郎,架空 花子,0,x\n", encoding="cp932")
    document = json.loads(musubi("evaluate", "identity", str(path), "--json").out)
    assert (document["precision"], document["recall"], document["n"], document["failures"]) == (None, None, 1, [])


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("id,a,b,same\n1,x,y,1\n", ExitCode.REFUSED, "kind"),
        ("id,kind,a,b,same\n1,people,x,y,1\n2,person,x,y,yes\n", ExitCode.REFUSED, "row 3"),
        (None, ExitCode.WRONG_USE, "no file"),
    ],
)
def test_files_that_are_none(musubi: Callable, tmp_path: Path, text: str | None, code: int, said: str) -> None:
    path = tmp_path / "pairs.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    ended = musubi("evaluate", "identity", str(path))
    assert ended.code == code
    assert said in ended.err
