"""Grants of mixers and silent blocks (B18, B19, P5)."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def call(musubi, url: str):
    return lambda *arguments: musubi("--store", url, *arguments)


def lists(call, *arguments: str) -> set[frozenset[str]]:
    made = json.loads(call("recommend", *arguments, "--ranking", "individual", "--json").out)["recommendations"]
    return {frozenset((r["person"]["id"], r["partner"]["id"])) for r in made}


def test_a_grant_opens_a_space_and_its_end_closes_it(call) -> None:
    assert call("--as", "mixer:MX-1", "recommend", "--space", "こもれび").code == 2
    assert call("grant", "add", "MX-1", "--space", "こもれび").code == 0
    assert call("--as", "mixer:MX-1", "recommend", "--space", "こもれび").code == 0
    granted = json.loads(call("grant", "list", "--json").out)["grants"]
    assert {(g["mixer"], g["space"]) for g in granted} == {("MX-1", "かぜのま"), ("MX-1", "こもれび")}
    assert call("grant", "end", "MX-1", "--space", "こもれび").code == 0
    assert call("--as", "mixer:MX-1", "recommend", "--space", "こもれび").code == 2


def test_a_grant_holds_on_its_days_only(call) -> None:
    assert (
        call("grant", "add", "MX-1", "--space", "こもれび", "--from", "2020-01-01", "--until", "2020-12-31").code == 0
    )
    assert call("--as", "mixer:MX-1", "recommend", "--space", "こもれび").code == 2
    assert (
        call("grant", "add", "MX-1", "--space", "こもれび", "--from", "2020-12-31", "--until", "2020-01-01").code == 2
    )


def test_who_is_not_there_gets_no_grant(call) -> None:
    assert call("grant", "add", "だれか", "--space", "こもれび").code == 2
    assert call("grant", "end", "KZ-1", "--space", "こもれび").code == 2


def test_a_block_keeps_two_apart_for_everybody_and_can_be_taken_back(call) -> None:
    before = lists(call, "--all")
    pair = sorted(next(p for p in before if all(i.startswith(("KZ", "KM")) for i in p)))
    one, other = (f"person:{i}" for i in pair)
    assert call("block", one, other).code == 0
    assert frozenset(pair) not in lists(call, "--all", "--k", "100")
    told = json.loads(call("why", *pair, "--json").out)
    assert [o["code"] for o in told["obstacles"]] == ["unavailable"]
    wrong = call("unblock", other, one)  # the other side has no say in it
    assert (wrong.code, "taken back" in wrong.err, "block" in wrong.err) == (2, False, True)
    assert frozenset(pair) not in lists(call, "--all", "--k", "100")
    assert call("unblock", one, other).code == 0
    assert frozenset(pair) in lists(call, "--all", "--k", "100")


def test_a_block_is_not_told_to_the_other(call, tmp_path) -> None:
    assert call("block", "person:KZ-4", "person:KM-4").code == 0
    out = tmp_path / "own.json"
    assert call("person", "export", "KM-4", str(out), "--format", "json").code == 0
    assert "block" not in out.read_text(encoding="utf-8")
    rows = json.loads(call("audit", "list", "--json").out)["rows"]
    assert not any("KM-4" in json.dumps(row) for row in rows if row["action"] == "block")


@pytest.mark.parametrize("pair", [("KZ-1", "KM-1"), ("person:KZ-1", "space:KZ"), ("person:KZ-1", "person:KZ-1")])
def test_blocks_name_people_and_organisations(call, pair) -> None:
    assert call("block", *pair).code == 2


def test_only_the_operator_decides(call) -> None:
    assert call("--as", "person:KZ-1", "grant", "add", "KZ-1", "--space", "こもれび").code == 2
    assert call("--as", "person:KZ-1", "block", "person:KM-1", "person:KZ-2").code == 2
