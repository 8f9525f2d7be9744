"""The record of introductions: who was proposed to whom, and what came of it (B38, B41)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph import gate
from graph.introductions import Introductions, State, introductions_of
from graph.policy import Purpose
from graph.standing import grant
from graph.viewer import OPERATOR, Viewer

HEADER = ["紹介する人", "紹介先", "提案日", "紹介の結果", "回答日", "断りの理由"]


@pytest.fixture
def members(desk):
    """A desk with three members of かぜのま."""
    desk.agree("かぜのま")
    rows = [["会員番号", "氏名", "利用スペース", "紹介の可否"]]
    rows += [[f"KZ-{i}", f"見本 {name}", "かぜのま", "可"] for i, name in enumerate(["あおば", "いずみ", "うみ"], 1)]
    desk.run(desk.csv("名簿.csv", rows))
    return desk


def seen(desk, viewer: Viewer = OPERATOR) -> Introductions:
    return introductions_of(gate.view(desk.store.snapshot(), viewer, Purpose.INTRODUCTION))


def test_states_days_and_lack_of_time_are_read(members) -> None:
    file = members.one(members.csv("記録.csv", [
        HEADER,
        ["KZ-1", "見本 いずみ", "2026-04-01", "提案中", "", ""],
        ["KZ-1", "KZ-3", "2026-04-02", "辞退", "2026-04-05", "いまは手一杯とのこと"],
        ["KZ-2", "KZ-3", "2026/04/03", "会った", "2026/04/20", ""],
    ]))  # fmt: skip
    assert (file.profile, file.counts["introductions"]) == ("introductions", 3)
    members.run(members.folder / "記録.csv")
    found = seen(members)
    by_state = dict(zip(found.state, range(3), strict=True))
    assert set(by_state) == {State.PROPOSED, State.DECLINED, State.MET}
    assert found.open.tolist() == [s is State.PROPOSED for s in found.state]
    assert found.for_load.tolist() == [s is State.DECLINED for s in found.state]
    assert np.isfinite(found.asked).all()
    assert "手一杯" not in repr(members.store.snapshot().fields.value.tolist())


def test_who_met_by_an_introduction_has_met(members) -> None:
    members.run(members.csv("記録.csv", [HEADER, ["KZ-2", "KZ-3", "2026-04-03", "役に立った", "2026-04-20", ""]]))
    view = gate.view(members.store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    a, b = view.find("person:KZ-2"), view.find("person:KZ-3")
    assert view.met[[a]][:, [b]].nnz == 1


def test_a_newer_file_tells_the_newer_state(members) -> None:
    members.run(members.csv("四月.csv", [HEADER, ["KZ-1", "KZ-2", "2026-04-01", "提案中", "", ""]]))
    members.run(members.csv("五月.csv", [HEADER, ["KZ-1", "KZ-2", "2026-04-01", "了承", "2026-04-09", ""]]))
    assert seen(members).state == (State.ACCEPTED,)


def test_bad_rows_are_refused_by_cell(members) -> None:
    file = members.one(members.csv("記録.csv", [
        HEADER,
        ["KZ-1", "KZ-9", "2026-04-01", "提案中", "", ""],
        ["KZ-1", "KZ-1", "2026-04-01", "提案中", "", ""],
        ["KZ-1", "KZ-2", "2026-04-01", "さて", "", ""],
        ["KZ-1", "KZ-2", "2026-04-09", "了承", "2026-04-01", ""],
    ]))  # fmt: skip
    assert [p.code for p in file.facts.problems] == ["no_person", "self_meeting", "unknown_state", "end_before_start"]
    assert file.counts["introductions"] == 0


@pytest.mark.parametrize("viewer", ["person:KZ-1", "space:かぜのま", "mixer:KZ-3", "analyst", "public"])
def test_nobody_but_the_operator_learns_of_an_introduction(members, viewer: str) -> None:
    members.store.apply(grant(members.store.snapshot(), "KZ-3", "かぜのま", dt.date(2026, 4, 1), None, "operator"))
    before = gate.view(members.store.snapshot(), Viewer.parse(viewer), Purpose.INTRODUCTION)
    members.run(members.csv("記録.csv", [HEADER, ["KZ-1", "KZ-2", "2026-04-01", "辞退", "2026-04-09", ""]]))
    after = gate.view(members.store.snapshot(), Viewer.parse(viewer), Purpose.INTRODUCTION)
    assert len(seen(members, Viewer.parse(viewer))) == 0
    assert after.nodes.ids.tolist() == before.nodes.ids.tolist()
    assert len(after.ties) == len(before.ties)
