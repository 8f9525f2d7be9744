"""Profile ``introductions``: who was proposed to whom, and what came of it (B38, B41, B53)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.calendar import first_second
from graph.introductions import Declined, State
from graph.kinds import NodeKind, Said, TieKind
from graph.policy import Audience, Policy
from graph.records import node_id
from ingest.call import Call
from ingest.dates import Moment
from ingest.directory import Directory, Person
from ingest.facts import Facts
from ingest.japanese import fold, shown
from ingest.organisations import PERSON_EXPECTED
from ingest.problems import Note
from ingest.recorder import Recorder
from ingest.report import Report
from ingest.table import Row, Table
from ingest.words import is_nothing, words

STAFF = Policy(Audience.MY_MIXERS)
"""Who was proposed to whom is for the operator alone: a no must never reach the other side as a no.
Nobody released that the two have met by it either: that reaches their mixers, and moves no score."""
TAKEN_BACK = Policy(Audience.ONLY_ME, valid_until=dt.date(1970, 1, 1))
"""Of a meeting that was taken back: nobody sees it any more."""

STATES = {
    State.PROPOSED: words("提案中 打診中 確認中 依頼中 返事待ち proposed open asked pending waiting"),
    State.ACCEPTED: words("了承 両者了承 承諾 成立 日程調整中 accepted agreed scheduled"),
    State.MET: words("会った 面談済 面談済み 実施 実施済 実施済み met held done"),
    State.HELPED: words("役に立った 助けになった 協業 協働 取引 成果あり helped collaborated useful"),
    State.DECLINED: words("辞退 断り お断り 見送り 不成立 declined rejected"),
    State.EXPIRED: words("期限切れ 返事なし 無回答 回答なし expired noanswer"),
    State.WITHDRAWN: words("取り下げ 取下げ 中止 取消 キャンセル withdrawn cancelled canceled"),
}
STATE_EXPECTED = (
    "提案中 / 了承 / 会った / 役に立った / 辞退 / 期限切れ / 取り下げ"
    " (proposed / accepted / met / helped / declined / expired / withdrawn)"
)
RANK = {
    state: rank
    for rank, state in enumerate(
        (State.PROPOSED, State.EXPIRED, State.ACCEPTED, State.WITHDRAWN, State.DECLINED, State.MET, State.HELPED)
    )
}
"""Which of two states of one day is the newer; that they were asked is always the oldest."""
HAVE_MET = (State.MET, State.HELPED)
LOAD = ("忙し", "多忙", "手一杯", "余裕", "時間がない", "時間が無い", "busy", "overload", "load", "notime", "capacity")
"""Parts of a reason that speak of somebody's time and not of the match."""


@dataclass(frozen=True, slots=True)
class _Introduced:
    """One row, checked."""

    row: Row
    sides: tuple[Person, Person]
    state: State
    asked: Moment
    answered: Moment | None

    @property
    def on(self) -> dt.date | None:
        """Day of the state; None where the row does not tell it."""
        told = self.asked if self.state is State.PROPOSED else self.answered
        return None if told is None else told.day

    @property
    def latest(self) -> Moment:
        """The last that the row tells a time of."""
        return self.answered or self.asked


@dataclass(frozen=True, slots=True)
class _Held:
    """How far an introduction came before, of which nothing may be known."""

    state: State | None = None
    on: dt.date | None = None

    def followed_by(self, one: _Introduced) -> bool:
        """Say whether a row tells a state that is not older: by day, and where days are not told or equal by rank."""
        if self.state is None:
            return True
        if self.on is None or one.on is None or self.on == one.on:
            return RANK[one.state] >= RANK[self.state]
        return one.on > self.on


def read_introductions(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read a record of introductions.

    Parameters
    ----------
    table : Table
        One row an introduction; a later row about the same one tells its newer state.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records and problems.
    source : str
        Name of the file, with the sheet after a slash.
    call : Call
        Not used.

    Notes
    -----
    Of why somebody declined only is kept whether it was for lack of time; the words themselves are not stored. A
    meeting that was held joins the two as *met* on the first day that was told, seen by their mixers; where the state
    falls back it is taken back. A state older than the one on record is not taken, and told in a note.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.RECORD, table.mapping.shape)
    facts.rows += len(table.rows)
    told: defaultdict[str, list[_Introduced]] = defaultdict(list)
    for row in table.rows:
        one = _checked(row, report, directory)
        if one is not None:
            told[_identifier(one)].append(one)
            facts.spaces.update(frozenset(person.spaces) for person in one.sides if person.spaces)
    for identifier, rows in sorted(told.items()):
        _newest(identifier, rows, recorder, report)
    recorder.into(facts)


def _newest(identifier: str, rows: list[_Introduced], recorder: Recorder, report: Report) -> None:
    """Record the newest state that some rows tell of one introduction, unless what is on record is newer."""
    rows.sort(key=lambda i: (i.on is None, i.on or dt.date.min, RANK[i.state], i.row.content))
    values = recorder.directory.values
    state, on = values.get((identifier, "state")), values.get((identifier, "on"))
    before = _Held(State(state) if state in STATES else None, dt.date.fromisoformat(on) if on else None)
    newest: _Introduced | None = None
    for one in rows:
        if (_Held(newest.state, newest.on) if newest else before).followed_by(one):
            newest = one
    if newest is None:
        report.facts.ignored["older_state"] += len(rows)
        report.facts.notes.append(Note("older_state", report.sheet, rows[-1].row.number, rows[-1].row["state"]))
        return
    _record(identifier, newest, recorder)
    _meeting(identifier, newest, rows, recorder)


def _checked(row: Row, report: Report, directory: Directory) -> _Introduced | None:
    sides = [_side(row, meaning, report, directory) for meaning in ("person", "partner")]
    asked, answered = (report.moment(row, meaning) for meaning in ("date", "answered"))
    state = next((state for state, known in STATES.items() if fold(row["state"]) in known), None)
    if state is None:
        report.refuse(row, "state", "unknown_state", STATE_EXPECTED)
    if is_nothing(row["date"]):
        report.refuse(row, "date", "empty", "the day on which they were asked")
    if asked and answered and answered.end <= asked.start:
        report.refuse(row, "answered", "end_before_start", "a day not before the one on which they were asked")
    if sides[0] and sides[1] and sides[0].id == sides[1].id:
        report.refuse(row, "partner", "self_meeting", "somebody else")
    if state is None or asked is None or sides[0] is None or sides[1] is None or row.number in report.refused:
        return None
    return _Introduced(row, (sides[0], sides[1]), state, asked, answered)


def _side(row: Row, meaning: str, report: Report, directory: Directory) -> Person | None:
    person = directory.person(row[meaning])
    if person is None:
        report.refuse(row, meaning, "no_person", PERSON_EXPECTED)
    return person


def _record(identifier: str, one: _Introduced, recorder: Recorder) -> None:
    number = one.row.number
    recorder.node(identifier, STAFF, number)
    declined = (
        (Declined.LOAD if _for_load(one.row["reason"]) else Declined.OTHER) if one.state is State.DECLINED else ""
    )
    for name, value in (("state", one.state), ("on", one.on.isoformat() if one.on else ""), ("declined", declined)):
        _field(identifier, name, str(value), recorder, number)
    until = None if one.state is State.PROPOSED else one.latest.start
    for role, person in zip(("person", "partner"), one.sides, strict=True):
        recorder.tie(
            TieKind.PARTY_TO, person.id, identifier, STAFF, number, t=one.asked.start, until=until,
            details={"role": role},
        )  # fmt: skip


def _field(identifier: str, name: str, value: str, recorder: Recorder, number: int) -> None:
    """Record an attribute, an empty one only in the place of another."""
    if value or recorder.directory.values.get((identifier, name)):
        recorder.field(identifier, name, value, STAFF, number)


def _meeting(identifier: str, one: _Introduced, rows: Iterable[_Introduced], recorder: Recorder) -> None:
    """Join the two as met on the first day that was told, or take that back; an introduction has one meeting."""
    held, number = recorder.directory.values.get((identifier, "met"), ""), one.row.number
    days = [i.latest.day.isoformat() for i in rows if i.state in HAVE_MET]
    met = (held or min(days)) if one.state in HAVE_MET else ""
    _field(identifier, "met", met, recorder, number)
    a, b = sorted(person.id for person in one.sides)
    if not met and not held:
        return
    at, policy = first_second(dt.date.fromisoformat(met or held)), STAFF if met else TAKEN_BACK
    if not _met_otherwise(a, b, at, recorder.directory):
        recorder.tie(TieKind.MET, a, b, policy, number, other=policy, t=at)


def _met_otherwise(a: str, b: str, at: float, directory: Directory) -> bool:
    """Say whether another record than that of introductions tells that two met then: it stays as it is."""
    snapshot = directory.snapshot
    ties, ends = snapshot.ties_of(TieKind.MET), (snapshot.row_of.get(a, -1), snapshot.row_of.get(b, -1))
    same = (ties.src == ends[0]) & (ties.dst == ends[1]) & (ties.t == at)
    here = directory.policies.get((TieKind.MET, a, b))
    told = [snapshot.policies[p] for p in ties.policy_src[same].tolist()] + ([here[0]] if here else [])
    return any(policy not in (STAFF, TAKEN_BACK) for policy in told)


def _identifier(one: _Introduced) -> str:
    """Give the id of an introduction, a digest that names nobody: who, and its number or else when they were asked."""
    number = one.row["introduction_number"]
    told = (
        *sorted(person.id for person in one.sides),
        one.asked.day.isoformat() if is_nothing(number) else shown(number),
    )
    return node_id(NodeKind.INTRODUCTION, "i-" + hashlib.blake2b("\0".join(told).encode(), digest_size=8).hexdigest())


def _for_load(reason: str) -> bool:
    said = fold(reason)
    return any(part in said for part in LOAD)
