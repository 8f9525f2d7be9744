"""The record of introductions: who was proposed to whom, and what came of it (B38, B41)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph import gate
from graph.calendar import JST, first_second
from graph.changes import ChangeSet
from graph.introductions import Introductions, State, introductions_of
from graph.kinds import TieKind
from graph.policy import Audience, Matching, Policy, Purpose
from graph.records import Provenance
from graph.standing import grant
from graph.viewer import OPERATOR, Viewer

NUMBERED = ["紹介番号", "紹介する人", "紹介先", "提案日", "紹介の結果", "回答日"]
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


def meetings(desk, viewer: str = "operator") -> list[dt.date]:
    """Give the days on which anybody met, as a viewer sees it."""
    ties = gate.view(desk.store.snapshot(), Viewer.parse(viewer), Purpose.INTRODUCTION).ties_of(TieKind.MET)
    return [dt.datetime.fromtimestamp(t, JST).date() for t in ties.t.tolist()]


def told(desk, name: str, *states: tuple[str, str]):
    """Import a file about one introduction: states and days."""
    desk.run(desk.csv(name, [HEADER, *(["KZ-1", "KZ-2", "2026-04-01", *state, ""] for state in states)]))


def test_of_two_states_of_one_day_the_one_further_on_is_newer(members) -> None:
    """Whatever the order and the words of the rows."""
    for i, state in enumerate(("了承", "会った", "辞退", "accepted", "held", "asked")):
        rows = [[f"{i}", "KZ-1", "KZ-2", "2026-04-01", s, ""] for s in ("提案中", state, "打診中", "waiting")]
        members.run(members.csv(f"{i}.csv", [NUMBERED, *rows]))
    found = [state for state in seen(members).state if state is State.PROPOSED]
    assert found == [State.PROPOSED]  # the last, of which nothing else was told


def test_one_number_of_two_files_is_one_introduction_only_of_the_same_people(members) -> None:
    for partner in ("KZ-2", "KZ-3"):
        members.run(members.csv(f"{partner}.csv", [NUMBERED, ["1", "KZ-1", partner, "2026-04-01", "了承", ""]]))
    members.run(members.csv("again.csv", [NUMBERED, ["1", "KZ-2", "KZ-1", "2026-04-01", "会った", ""]]))
    assert sorted(seen(members).state) == [State.ACCEPTED, State.MET]


def test_a_number_is_not_kept(members) -> None:
    """Whoever numbers by names has no names in ids, which an erasure of somebody else would leave."""
    members.run(members.csv("a.csv", [NUMBERED, ["見本うみの件", "KZ-1", "KZ-2", "2026-04-01", "了承", ""]]))
    assert "見本うみ" not in repr(members.store.snapshot().nodes.ids.tolist())


def test_an_introduction_has_one_meeting_on_its_first_day(members) -> None:
    told(members, "a.csv", ("了承", "2026-04-05"), ("会った", "2026-04-10"))
    told(members, "b.csv", ("役に立った", "2026-04-20"))
    assert (seen(members).state, meetings(members)) == ((State.HELPED,), [dt.date(2026, 4, 10)])
    told(members, "c.csv", ("取り下げ", "2026-04-21"))
    assert (seen(members).state, meetings(members)) == ((State.WITHDRAWN,), [])
    told(members, "d.csv", ("会った", "2026-04-28"))
    assert (seen(members).state, meetings(members)) == ((State.MET,), [dt.date(2026, 4, 28)])


def test_a_meeting_on_record_elsewhere_stays_as_it_was(members) -> None:
    open_ = Policy(Audience.MY_SPACE, Matching.OPEN)
    changes = ChangeSet("met", "operator", "test")
    at = first_second(dt.date(2026, 4, 10))
    changes.add_tie(TieKind.MET, "person:KZ-1", "person:KZ-2", open_, open_, Provenance("met.csv"), t=at)
    members.store.apply(changes)
    told(members, "a.csv", ("会った", "2026-04-10"))
    told(members, "b.csv", ("取り下げ", "2026-04-11"))
    assert meetings(members, "person:KZ-3") == [dt.date(2026, 4, 10)]


def test_a_state_older_than_that_on_record_is_not_taken_and_told(members) -> None:
    told(members, "b.csv", ("辞退", "2026-04-20"))
    rows = [["KZ-1", "KZ-2", "2026-04-01", *state, ""] for state in (("提案中", ""), ("了承", "2026-04-05"))]
    file = members.one(members.csv("a.csv", [HEADER, *rows]))
    assert [(note.code, note.row, note.value) for note in file.notes] == [("older_state", 3, "了承")]
    assert file.rows.ignored == {"older_state": 2}
    members.run(members.folder / "a.csv")
    assert seen(members).state == (State.DECLINED,)


def test_a_state_without_a_day_moves_on_and_not_back(members) -> None:
    told(members, "a.csv", ("了承", "2026-04-09"))
    told(members, "b.csv", ("会った", ""))
    assert seen(members).state == (State.MET,)
    told(members, "c.csv", ("期限切れ", ""))
    assert seen(members).state == (State.MET,)


def test_lack_of_time_goes_with_the_no_that_it_was_the_reason_of(members) -> None:
    members.run(members.csv("a.csv", [HEADER, ["KZ-1", "KZ-2", "2026-04-01", "辞退", "2026-04-05", "多忙"]]))
    assert seen(members).for_load.tolist() == [True]
    told(members, "b.csv", ("了承", "2026-04-09"))
    assert seen(members).for_load.tolist() == [False]


@pytest.mark.parametrize(("viewer", "known"), [("operator", 1), ("mixer:KZ-3", 1), ("person:KZ-1", 0),
                                               ("person:KZ-3", 0), ("space:かぜのま", 0), ("analyst", 0)])  # fmt: skip
def test_who_met_by_an_introduction_has_met_for_their_mixers_only(members, viewer: str, known: int) -> None:
    """Nobody released it, and it moves nobody's score."""
    members.store.apply(grant(members.store.snapshot(), "KZ-3", "かぜのま", dt.date(2026, 4, 1), None, "operator"))
    told(members, "a.csv", ("会った", "2026-04-10"))
    view = gate.view(members.store.snapshot(), Viewer.parse(viewer), Purpose.INTRODUCTION)
    assert view.met.nnz == 2 * known
    assert not view.met_among(view.matchable_ties).nnz


@pytest.mark.parametrize("state", ["辞退", "会った"])
@pytest.mark.parametrize("viewer", ["person:KZ-1", "space:かぜのま", "analyst", "public"])
def test_nobody_but_the_operator_learns_of_an_introduction(members, viewer: str, state: str) -> None:
    members.store.apply(grant(members.store.snapshot(), "KZ-3", "かぜのま", dt.date(2026, 4, 1), None, "operator"))
    before = gate.view(members.store.snapshot(), Viewer.parse(viewer), Purpose.INTRODUCTION)
    members.run(members.csv("記録.csv", [HEADER, ["KZ-1", "KZ-2", "2026-04-01", state, "2026-04-09", ""]]))
    after = gate.view(members.store.snapshot(), Viewer.parse(viewer), Purpose.INTRODUCTION)
    assert len(seen(members, Viewer.parse(viewer))) == 0
    assert after.nodes.ids.tolist() == before.nodes.ids.tolist()
    assert len(after.ties) == len(before.ties)


def test_a_mixer_learns_of_a_meeting_and_of_no_introduction(members) -> None:
    members.store.apply(grant(members.store.snapshot(), "KZ-3", "かぜのま", dt.date(2026, 4, 1), None, "operator"))
    told(members, "a.csv", ("辞退", "2026-04-10"))
    assert (len(seen(members, Viewer.parse("mixer:KZ-3"))), meetings(members, "mixer:KZ-3")) == (0, [])
    told(members, "b.csv", ("会った", "2026-04-20"))
    assert (len(seen(members, Viewer.parse("mixer:KZ-3"))), len(meetings(members, "mixer:KZ-3"))) == (0, 1)
