"""The sample community as its users hold it: three files of three kinds, each messy in its own way."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graph.policy import Audience, Matching

SAMPLE = Path(__file__).parents[2] / "sample"
SPACES = ("かぜのま", "こもれび", "なぎさ", "結ノ木", "ひだまり舎", "いろは製作所", "オンライン広場ほしぞら")


@pytest.fixture
def sample(desk):
    desk.agree(*SPACES)
    return desk


def test_every_row_is_understood_and_everybody_found(sample, look) -> None:
    planned = sample.plan(SAMPLE / "data")
    assert [f.profile for f in planned.files] == ["members", "organisations+projects+events", "form"]
    assert [f.encoding for f in planned.files] == ["cp932", "xlsx", "utf-8-sig"]
    assert [{p.code for p in f.problems} for f in planned.files] == [set(), set(), {"sensitive_kept_private"}]
    assert [{n.code for n in f.notes} for f in planned.files] == [
        {"hearsay_column_not_read", "total_row_skipped"},
        {"hidden_sheet_left_out", "total_row_skipped"},
        set(),
    ]
    sample.run(SAMPLE / "data")
    seen = look(sample.store.snapshot())
    with (SAMPLE / "truth" / "silos.csv").open(encoding="utf-8") as stream:
        silos = {row["person"]: row["silo"] for row in csv.DictReader(stream)}
    assert seen.ids("person") == silos.keys()
    assert seen.ids("space") == set(SPACES)
    member = seen.ties("MEMBER_OF").keys()
    assert all((f"person:{person}", f"space:{silo}") in member for person, silo in silos.items())
    assert len(seen.ids("organisation")) >= 40
    assert "旧・" not in repr(seen.facts())
    assert all(r.replayed for r in sample.run(SAMPLE / "data"))


def test_planted_bridges_are_released_and_their_owners_may_be_introduced(sample, look) -> None:
    sample.run(SAMPLE / "data")
    seen = look(sample.store.snapshot())
    with (SAMPLE / "truth" / "bridges.csv").open(encoding="utf-8") as stream:
        bridges = list(csv.DictReader(stream))
    assert bridges
    for bridge in bridges:
        for side in ("need", "offer"):
            owner = f"person:{bridge[f'person_{side}']}"
            kind, policy = seen.statements(owner)[bridge[side]]
            assert (kind, policy.audience, policy.matching) == (side, Audience.NETWORK, Matching.OPEN)
            assert seen.node_policy(owner).matching is Matching.OPEN
