"""``key``: who is named, how much they take, the way to them (B15)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.calendar import today
from graph.kinds import NodeKind
from graph.standing import USUAL_CAP
from recommend.results import Party
from recommend.ways import Key
from service.cli.keys import USUAL, _lines
from service.languages import Lang

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.fixture
def call(musubi, url: str):
    return lambda *arguments: musubi("--store", url, *arguments)


def test_a_key_person_is_named_listed_and_ended(call) -> None:
    assert "nobody is named" in call("key", "list").out
    assert call("key", "add", "person:KM-5", "--space", "こもれび", "--cap", "2").code == 0
    (entry,) = call("key", "list", "--for", "KZ-1", "--json").document()["keys"]
    assert (entry["id"], entry["kind"], entry["cap"], entry["waiting"]) == ("KM-5", "person", 2, 0)
    assert entry["spaces"] == ["こもれび"]
    assert all(f"`{key}`" in DOCS.partition("### key list")[2][:1200] for key in entry)
    made = call("recommend", "--all", "--ranking", "individual", "--json").document()["recommendations"]
    told = [r for m in made if m["partner"]["id"] == "KM-5" for r in m["reasons"] if r["code"] == "key_person"]
    assert told
    assert all(re.search("こもれび", r["text"][lang]) for r in told for lang in ("ja", "en"))
    assert call("key", "end", "person:KM-5", "--space", "こもれび").code == 0
    assert call("key", "list", "--json").document() == {"schema": "musubi.keys/1", "viewer": "operator", "keys": []}


def test_the_api_gives_the_same(call, client) -> None:
    call("key", "add", "person:KM-5", "--space", "こもれび", "--cap", "2")
    told = client.get("/v1/keys", params={"for": "KZ-1"})
    assert told.status_code == 200
    document = call("key", "list", "--for", "KZ-1", "--json").document()
    assert told.json() == {key: value for key, value in document.items() if key != "schema"}
    assert client.get("/v1/keys", params={"for": "nobody"}).status_code == 404


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_lines_tell_room_and_way(call, lang: str) -> None:
    call("key", "add", "person:KZ-2", "--space", "かぜのま")
    text = call("key", "list", "--for", "KZ-1", "--lang", lang).out
    assert ("同時に3件まで" if lang == "ja" else "3 at a time") in text
    assert ("道" if lang == "ja" else "way") in text


@pytest.mark.parametrize(
    ("lang", "self", "none"), [("ja", "ご本人です", "まだありません"), ("en", "that is you", "no way")]
)
def test_the_key_person_needs_no_way(call, lang: str, self: str, none: str) -> None:
    call("key", "add", "person:KZ-2", "--space", "かぜのま")
    text = call("key", "list", "--for", "KZ-2", "--lang", lang).out
    assert self in text
    assert none not in text
    other = call("key", "list", "--for", "KZ-5", "--lang", lang).out
    assert self not in other


def test_who_is_in_an_organisation_needs_no_way_to_it() -> None:
    office = Key(Party("organisation:office", "見本の窓口", kind=NodeKind.ORGANISATION), ("かぜのま",), 2, None, ())
    assert _lines((office,), Lang.EN, way=True)[1:] == ["  you are one of them"]
    assert _lines((office,), Lang.JA, way=True)[1:] == ["  ご本人はその一員です"]


def test_a_mixer_is_told_of_no_load(call) -> None:
    call("key", "add", "person:KZ-2", "--space", "かぜのま", "--cap", "2")
    (entry,) = call("--as", "mixer:MX-1", "key", "list", "--json").document()["keys"]
    assert (entry["id"], entry["cap"], entry["waiting"]) == ("KZ-2", 2, None)
    assert "waiting" not in call("--as", "mixer:MX-1", "key", "list", "--lang", "en").out
    assert call("--as", "person:KZ-1", "key", "list", "--json").document()["keys"] == []
    (own,) = call("--as", "person:KZ-2", "key", "list", "--json").document()["keys"]
    assert own == entry


def test_ways_lead_from_people_alone(call, client) -> None:
    """That an organisation is there is not denied: it is no one from whom a way could lead."""
    ended = call("key", "list", "--for", "organisation:office", "--lang", "en")
    assert (ended.code, "expected a person" in ended.err) == (2, True)
    assert client.get("/v1/keys", params={"for": "organisation:office"}).status_code == 422


def test_the_usual_cap_is_one_number() -> None:
    assert USUAL == USUAL_CAP


def test_only_the_operator_names_and_a_member_asks_from_themselves(call) -> None:
    assert call("--as", "mixer:MX-1", "key", "add", "person:KM-5", "--space", "こもれび").code == 2
    assert call("key", "add", "KM-5", "--space", "こもれび").code == 2
    assert call("key", "end", "person:KM-5", "--space", "こもれび").code == 2
    assert call("--as", "person:KZ-1", "key", "list", "--for", "KZ-2").code == 2
    assert call("--as", "person:KZ-1", "key", "list", "--for", "KZ-1").code == 0


def test_an_introduction_on_record_takes_room(call, tmp_path: Path) -> None:
    call("agreement", "add", "--space", "かぜのま", "--operator", "x", "--from", "2020-01-01", "--items", "x")
    call("agreement", "add", "--space", "こもれび", "--operator", "x", "--from", "2020-01-01", "--items", "x")
    (tmp_path / "紹介の記録.csv").write_text(
        f"紹介する人,紹介先,提案日,紹介の結果\nKZ-1,KM-5,{today()},提案中\n", encoding="utf-8"
    )
    assert call("import", str(tmp_path / "紹介の記録.csv"), "--yes").code == 0
    call("key", "add", "person:KM-5", "--space", "こもれび", "--cap", "1")
    (entry,) = call("key", "list", "--json").document()["keys"]
    assert (entry["cap"], entry["waiting"]) == (1, 1)
    made = call("recommend", "--all", "--json").document()
    assert "KM-5" not in {side["id"] for m in made["recommendations"] for side in (m["person"], m["partner"])}
    why = call("why", "KZ-2", "KM-5", "--json").document()
    assert "waiting" in {obstacle["code"] for obstacle in why["obstacles"]}
