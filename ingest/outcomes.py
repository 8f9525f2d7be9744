"""Profile ``introductions``: who was proposed to whom, and what came of it (B38, B41, B53)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from graph.introductions import Declined, State
from graph.kinds import NodeKind, Said, TieKind
from graph.policy import COLLABORATION, Audience, Policy
from graph.records import node_id
from ingest.call import Call
from ingest.dates import Moment
from ingest.directory import Directory, Person
from ingest.facts import Facts
from ingest.japanese import fold, shown
from ingest.organisations import PERSON_EXPECTED
from ingest.recorder import Recorder
from ingest.report import Report
from ingest.table import Row, Table
from ingest.words import is_nothing, words

STAFF = Policy(Audience.MY_MIXERS)
"""Who was proposed to whom is for the operator alone: a no must never reach the other side as a no."""

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
    meeting that was held joins the two as *met*.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.RECORD, table.mapping.shape)
    facts.rows += len(table.rows)
    checked = [one for row in table.rows if (one := _checked(row, report, directory)) is not None]
    for one in sorted(checked, key=lambda i: (_newest(i), i.row.content)):
        _record(one, recorder)
        facts.spaces.update(frozenset(person.spaces) for person in one.sides if person.spaces)
    recorder.into(facts)


def _newest(one: _Introduced) -> float:
    return (one.answered or one.asked).start


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


def _record(one: _Introduced, recorder: Recorder) -> None:
    identifier, number = _identifier(one), one.row.number
    recorder.node(identifier, STAFF, number)
    recorder.field(identifier, "state", str(one.state), STAFF, number)
    if one.state is State.DECLINED:
        declined = Declined.LOAD if _for_load(one.row["reason"]) else Declined.OTHER
        recorder.field(identifier, "declined", str(declined), STAFF, number)
    until = None if one.state is State.PROPOSED else (one.answered or one.asked).start
    for role, person in zip(("person", "partner"), one.sides, strict=True):
        recorder.tie(
            TieKind.PARTY_TO, person.id, identifier, STAFF, number, t=one.asked.start, until=until,
            details={"role": role},
        )  # fmt: skip
    if one.state in (State.MET, State.HELPED):
        a, b = sorted(person.id for person in one.sides)
        recorder.tie(TieKind.MET, a, b, COLLABORATION, number, other=COLLABORATION, t=until)


def _identifier(one: _Introduced) -> str:
    """Give the id of an introduction: its number, else what tells it from others: who, and when they were asked."""
    if not is_nothing(one.row["introduction_number"]):
        return node_id(NodeKind.INTRODUCTION, shown(one.row["introduction_number"]))
    told = (*sorted(person.id for person in one.sides), one.asked.day.isoformat())
    return node_id(NodeKind.INTRODUCTION, "i-" + hashlib.blake2b("\0".join(told).encode(), digest_size=8).hexdigest())


def _for_load(reason: str) -> bool:
    said = fold(reason)
    return any(part in said for part in LOAD)
