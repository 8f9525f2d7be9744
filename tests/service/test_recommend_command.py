"""``recommend`` and ``sheet``: columns, keys, who may ask for whom (A30, B18, B22)."""

from __future__ import annotations

import csv
import io
import json
import math
import sqlite3

import pytest

from graph.viewer import Viewer
from recommend.results import ReasonCode

COLUMNS = ["person", "partner", "rank", "score", "reasons"]


def rows(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text))
    assert reader.fieldnames == COLUMNS
    return list(reader)


@pytest.fixture
def recommend(musubi, url: str):
    return lambda *arguments: musubi("--store", url, "recommend", *arguments)


def test_csv_of_a_balanced_round(recommend) -> None:
    found = rows(recommend("--all", "--csv", "-").out)
    assert [int(r["rank"]) for r in found] == list(range(1, len(found) + 1))
    assert all(math.isfinite(float(r["score"])) for r in found)
    assert all(set(r["reasons"].split("|")) <= {*map(str, ReasonCode), ""} for r in found)
    pairs = [frozenset((r["person"], r["partner"])) for r in found]
    assert len(set(pairs)) == len(pairs)


def test_individual_lists_have_k_at_most_and_ranks_from_one(recommend) -> None:
    found = rows(recommend("--space", "かぜのま", "--ranking", "individual", "--k", "2", "--csv", "-").out)
    people = {r["person"] for r in found}
    assert people == {f"KZ-{i}" for i in range(1, 7)}
    for who in people:
        mine = [r for r in found if r["person"] == who]
        assert [int(r["rank"]) for r in mine] == list(range(1, len(mine) + 1))
        assert len(mine) <= 2
        scores = [float(r["score"]) for r in mine]
        assert scores == sorted(scores, reverse=True)


def test_id_and_name_mean_the_same_person(recommend) -> None:
    by_id = recommend("--for", "KZ-1", "--ranking", "individual", "--csv", "-").out
    assert by_id == recommend("--for", "見本 あ", "--ranking", "individual", "--csv", "-").out
    assert {r["person"] for r in rows(by_id)} == {"KZ-1"}


def test_met_people_are_not_proposed(recommend) -> None:
    found = rows(recommend("--for", "KZ-1", "--ranking", "individual", "--k", "50", "--csv", "-").out)
    assert not {"KZ-2", "KM-3"} & {r["partner"] for r in found}


def test_formula_ids_are_guarded_and_numbers_are_not(recommend) -> None:
    found = rows(recommend("--all", "--ranking", "individual", "--csv", "-").out)
    assert "'=1+1" in {r["person"] for r in found} | {r["partner"] for r in found}
    assert any(r["score"].startswith("-") for r in found) or all(float(r["score"]) >= 0 for r in found)
    assert not any(r["score"].startswith("'") for r in found)


@pytest.mark.parametrize(
    ("viewer", "asked", "scores"),
    [
        ("operator", ["--all"], True),
        ("analyst", ["--all"], True),
        ("mixer:MX-1", ["--space", "かぜのま"], False),
        ("space:KZ", ["--space", "KZ"], False),
        ("person:KZ-1", ["--for", "KZ-1"], False),
    ],
)
def test_scores_are_for_operator_and_analyst_only(recommend, viewer: str, asked: list[str], scores: bool) -> None:
    table = rows(recommend("--as", viewer, *asked, "--csv", "-").out)
    assert table
    assert all(bool(r["score"]) is scores for r in table)
    made = recommend("--as", viewer, *asked, "--json").document()["recommendations"]
    assert all(("score" in m) is scores for m in made)
    assert {m["band"] for m in made} <= {"strong", "good", "fair"}
    assert Viewer.parse(viewer).sees_scores is scores


@pytest.mark.parametrize(
    ("viewer", "asked"),
    [
        ("person:KZ-1", ["--for", "KZ-2"]),
        ("person:KZ-1", ["--for", "nobody"]),
        ("person:KZ-1", ["--space", "かぜのま"]),
        ("person:KZ-1", ["--all"]),
        ("space:KZ", ["--space", "こもれび"]),
        ("space:KZ", ["--space", "ない"]),
        ("space:KZ", ["--for", "KZ-1"]),
        ("space:KZ", ["--all"]),
        ("mixer:MX-1", ["--space", "こもれび"]),
        ("mixer:MX-1", ["--for", "KM-4"]),
        ("mixer:MX-1", ["--for", "nobody"]),
        ("mixer:MX-1", ["--all"]),
        ("mixer:KZ-1", ["--space", "かぜのま"]),
        ("public", ["--all"]),
        ("public", ["--for", "KZ-1"]),
    ],
)
def test_nobody_asks_for_what_is_not_theirs(recommend, viewer: str, asked: list[str]) -> None:
    ended = recommend("--as", viewer, *asked, "--json")
    assert (ended.code, ended.out) == (2, "")


@pytest.mark.parametrize("viewer", ["person:KZ-1", "mixer:MX-1", "space:KZ"])
def test_hidden_and_missing_look_the_same(recommend, viewer: str) -> None:
    option = "--space" if viewer.startswith("space") else "--for"
    hidden, missing = ("こもれび", "みずうみ") if option == "--space" else ("KM-4", "KM-99")
    there, gone = (recommend("--as", viewer, option, name).err for name in (hidden, missing))
    assert there.replace(hidden, "X") == gone.replace(missing, "X")


def test_a_mixer_asks_for_a_member_of_an_own_space(recommend) -> None:
    made = recommend("--as", "mixer:MX-1", "--for", "KZ-2", "--ranking", "individual", "--json").document()
    assert {m["person"]["id"] for m in made["recommendations"]} == {"KZ-2"}


def test_document_keys(recommend) -> None:
    body = recommend("--space", "かぜのま", "--json").document()
    assert list(body) == [
        "schema", "viewer", "space", "person", "organisation", "kinds", "track", "dial", "scope", "ranking", "k",
        "pairs", "capacity", "surprise", "weights", "encoder", "notice", "recommendations", "unserved",
    ]  # fmt: skip
    assert (body["schema"], body["space"]) == ("musubi.recommend/1", "KZ")
    assert body["encoder"].startswith("lexical")
    made = body["recommendations"][0]
    assert set(made) == {"person", "partner", "rank", "band", "surprise", "ask_first", "contacts", "reasons", "score"}
    assert set(made["person"]) == {"id", "name", "communities", "kind"}
    reasons = [r for m in body["recommendations"] for r in m["reasons"]]
    assert set(reasons[0]) == {
        "code", "band", "person_text", "partner_text", "values", "for_person", "for_partner", "text"
    }  # fmt: skip
    assert all(set(r["text"]) == {"ja", "en"} for r in reasons)


def test_surprises_are_labelled_in_every_form_and_can_be_turned_off(recommend) -> None:
    all_far = ("--all", "--pairs", "10", "--surprise", "1")
    made = recommend(*all_far, "--json").document()
    dared = [m["surprise"] for m in made["recommendations"]]
    assert 0 < sum(dared) < len(dared), "who would be there by chance is no surprise"
    coded = [r["reasons"].split("|") for r in csv.DictReader(io.StringIO(recommend(*all_far, "--csv", "-").out))]
    assert ["surprise" in codes for codes in coded] == dared
    assert recommend(*all_far, "--html", "-", "--lang", "ja").out.count(">思い切った組<") == sum(dared)
    assert recommend(*all_far, "--lang", "en").out.count("A surprise: ") == sum(dared)
    assert recommend("--all", "--json").document()["surprise"] == 0.2
    none = recommend("--all", "--surprise", "0", "--json").document()
    assert not any(m["surprise"] for m in none["recommendations"])
    assert recommend("--all", "--surprise", "1.5").code == 2


def test_the_share_of_surprises_is_what_was_dared(recommend) -> None:
    own = ("--for", "KZ-1", "--ranking", "individual", "--surprise", "0.5", "--json")
    assert recommend(*own).document()["surprise"] == 0.5
    assert recommend(*own, "--scope", "far").document()["surprise"] == 0.0
    assert recommend("--for", "KZ-1", "--scope", "far", "--surprise", "0.5", "--json").document()["surprise"] == 0.5


def test_lines_tell_who_has_not_agreed_yet(recommend) -> None:
    text = recommend("--for", "KZ-6", "--ranking", "individual", "--lang", "ja").out
    assert "先に聞いてください" in text
    assert "見本 か" in text


def test_people_without_a_partner_are_named(recommend) -> None:
    ended = recommend("--all", "--pairs", "1")
    assert "1 introduction " in ended.out
    assert "Nobody found for (" in ended.out


def test_every_answer_leaves_an_audit_row_without_content(recommend, url: str) -> None:
    recommend("--as", "mixer:MX-1", "--space", "かぜのま", "--csv", "-")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        actor, action, detail = connection.execute(
            "SELECT actor, action, detail FROM audit ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    assert (actor, action) == ("mixer:MX-1", "recommend")
    assert json.loads(detail)["space"] == "space:KZ"
    assert not any(word in detail for word in ("見本", "架空", "決算", "かぜのま"))


def test_sheet_goes_to_stdout_and_equals_the_page_of_recommend(musubi, url: str) -> None:
    sheet = musubi("--store", url, "sheet", "--space", "かぜのま").out
    assert sheet == musubi("--store", url, "recommend", "--space", "かぜのま", "--html", "-").out
    assert sheet.startswith("<!doctype html>")


def test_sheet_document_has_its_own_name(musubi, url: str) -> None:
    assert musubi("--store", url, "sheet", "--space", "かぜのま", "--json").document()["schema"] == "musubi.sheet/1"


def test_several_kinds_are_one_list_of_one_person(recommend) -> None:
    body = recommend("--for", "KZ-1", "--kinds", "person,space", "--json").document()
    assert (body["ranking"], body["kinds"]) == ("individual", ["person", "space"])
    partners = [m["partner"] for m in body["recommendations"]]
    assert {p["kind"] for p in partners} == {"person", "space"}
    assert all(p["id"].startswith("space:") == (p["kind"] == "space") for p in partners)


@pytest.mark.parametrize(
    "wrong", [("--all", "--kinds", "space"), ("--for", "KZ-1", "--kinds", "event"), ("--for", "KZ-1", "--kinds", ",")]
)
def test_kinds_that_cannot_be_ranked_are_wrong_use(musubi, url: str, wrong: tuple[str, ...]) -> None:
    assert musubi("--store", url, "recommend", *wrong).code == 2
