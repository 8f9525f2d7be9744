"""Suggestions on invented pairs: precision, recall, and nothing taken for one on a name alone (A33)."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.matching import readings
from ingest.matching.evidence import Evidence, Reason
from ingest.matching.organisations import compare_organisations, read_organisation_entry
from ingest.matching.people import compare_people, read_person_entry
from ingest.skills import canonical_skill, skills_of

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "identity"
TEST, DEVELOPMENT = "test", "development"


def part_of(identifier: str) -> str:
    """Say to which part a pair belongs: decided by the hash of its id alone."""
    return TEST if hashlib.blake2b(identifier.encode(), digest_size=1).digest()[0] < 128 else DEVELOPMENT


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def compared(row: dict[str, str]) -> Evidence:
    if row["kind"] == "person":
        return compare_people(read_person_entry(row["a"]), read_person_entry(row["b"]))
    return compare_organisations(read_organisation_entry(row["a"]), read_organisation_entry(row["b"]))


def shares(decided: list[tuple[bool, bool]]) -> tuple[float, float]:
    """Give precision and recall of pairs of decision and truth."""
    hits = sum(got and same for got, same in decided)
    return hits / sum(got for got, _ in decided), hits / sum(same for _, same in decided)


def person(a: str, b: str) -> Evidence:
    return compare_people(read_person_entry(a), read_person_entry(b))


def organisation(a: str, b: str) -> Evidence:
    return compare_organisations(read_organisation_entry(a), read_organisation_entry(b))


def test_the_sets_are_large_and_split_in_two() -> None:
    pairs, skills = rows("pairs.csv"), rows("skills.csv")
    assert (len(pairs) >= 300, len(skills) >= 250) == (True, True)
    for kind in ("person", "organisation"):
        for part in (TEST, DEVELOPMENT):
            own = [r["same"] for r in pairs if r["kind"] == kind and part_of(r["id"]) == part]
            assert min(own.count("0"), own.count("1")) >= 25
    assert len({(r["a"], r["b"]) for r in pairs}) == len(pairs)


@pytest.fixture(params=["with SudachiPy", "tables alone"])
def dictionary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read names with the dictionary of the extra [ja] and without it."""
    _forget()
    if request.param == "tables alone":
        monkeypatch.setattr(readings, "dictionary_installed", lambda: False)
    yield
    _forget()


def _forget() -> None:
    from ingest.matching import person_names

    for cached in (readings.readings, person_names.possible_sounds, person_names.part_sounds):
        cached.cache_clear()


@pytest.mark.parametrize("part", [TEST, DEVELOPMENT])
def test_suggestions_are_right_and_few_are_missed(dictionary: None, part: str) -> None:
    decided = [(compared(r).suggested, r["same"] == "1") for r in rows("pairs.csv") if part_of(r["id"]) == part]
    precision, recall = shares(decided)
    assert precision >= 0.95
    assert recall >= 0.90


def test_what_may_be_taken_for_one_without_asking_always_is(dictionary: None) -> None:
    certain = [r for r in rows("pairs.csv") if compared(r).certain]
    assert len(certain) >= 5
    assert {r["same"] for r in certain} == {"1"}


def test_a_name_alone_is_never_certain(dictionary: None) -> None:
    keys = {Reason.SAME_MAIL, Reason.SAME_NUMBER}
    for row in rows("pairs.csv"):
        evidence = compared(row)
        assert not evidence.certain or keys & set(evidence.reasons)
    assert not person("見本 太郎（みほん たろう）／株式会社かくう", "見本太郎（みほん たろう）／株式会社かくう").certain


@pytest.mark.parametrize("part", [TEST, DEVELOPMENT])
def test_skills_are_one_where_they_are(part: str) -> None:
    own = [r for r in rows("skills.csv") if part_of(r["id"]) == part]
    keys = [(canonical_skill(r["a"]).key == canonical_skill(r["b"]).key, r["same"] == "1") for r in own]
    precision, recall = shares(keys)
    assert precision >= 0.95
    assert recall >= 0.90


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("UI/UX", ["UI/UX"]),
        ("Excel・パワポ", ["Excel", "PowerPoint"]),
        ("特になし", []),
        ("あおぞら紙芝居", ["あおぞら紙芝居"]),
        ("あおぞら紙芝居・写真", ["あおぞら紙芝居・写真"]),
    ],
)
def test_cells_of_several_skills(text: str, skills: list[str]) -> None:
    assert [s.name for s in skills_of(text)] == skills


@pytest.mark.parametrize(
    ("a", "b", "suggested"),
    [
        ("見本太郎,株式会社かくう", "見本太郎,かくう株式会社", True),
        ("氏名：見本太郎、所属：かくう", "見本 太郎、かくう", True),
        ("株式会社かくう 代表取締役 見本太郎", "見本太郎", True),
        ("見本太郎 / 営業部", "見本太郎 / 経理部", True),
        ("見本 太郎\t株式会社かくう", "見本 太郎\t株式会社つくりもの", False),
        ("見本太郎 - 株式会社かくう", "見本太郎 - 株式会社つくりもの", False),
        ("ジョン・サンプル", "John Sample", True),
        ("佐々木 望", "佐佐木 望", True),
        ("一ノ瀬 海", "一之瀬 海", True),
        ("", "見本 太郎", False),
        ("見本 太郎 <info@example.com>", "架空 花子 <info@example.com>", False),
    ],
)
def test_entries_are_read_as_people_write_them(a: str, b: str, suggested: bool) -> None:
    assert person(a, b).suggested == suggested
    assert person(b, a).suggested == suggested


@pytest.mark.parametrize(
    ("a", "b", "suggested"),
    [
        ("株式会社かくう大阪支店", "株式会社かくう", True),
        ("第1見本", "第一見本", True),
        ("The Mock Studio", "Mock Studio", True),
        ("見本ヴィレッジ", "見本ビレッジ", True),
        ("見本HD", "見本ホールディングス", True),
        ("株式会社かくう", "株式会社かくうホールディングス", False),
        ("", "株式会社かくう", False),
    ],
)
def test_names_of_organisations(a: str, b: str, suggested: bool) -> None:
    assert organisation(a, b).suggested == suggested
    assert organisation(b, a).suggested == suggested
