"""Profiles of events: who took part in one (connpass, Meetup, Eventbrite, …), and events that were announced."""

from __future__ import annotations

import re

from graph.kinds import NodeKind, Said, TieKind
from graph.policy import ATTENDANCE, PUBLIC_OPEN
from graph.records import node_id
from ingest.call import Call
from ingest.dates import Moment
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.japanese import fold, shown
from ingest.newcomers import Defaults, Newcomer, Newcomers, read_newcomer, user_key
from ingest.problems import Note
from ingest.profile import profile
from ingest.recorder import Recorder
from ingest.report import Report
from ingest.table import Row, Table
from ingest.words import is_nothing, words

NOT_THERE = words(
    "欠 取消 補欠 × ✕ no false 0 waiting waitlist notattending not_attending noshow no-show no_show absent rejected"
)
NOT_THERE_WITHIN = ("キャンセル", "取り消し", "欠席", "辞退", "落選", "抽選漏れ", "不参加", "未参加", "返金", "補欠",
                    "cancel", "refund", "delete", "decline", "waitlist", "transferred")  # fmt: skip
LEFT_SERVICE = words("退会ユーザー (退会ユーザー) 退会済みユーザー (退会済みユーザー) deleteduser formermember")
EVENT_NUMBER = re.compile(r"event[_-]?(\d+)", re.IGNORECASE)
ENDING = re.compile(r"\.(csv|tsv|txt|xlsx|json)(\.gz)?$", re.IGNORECASE)


def read_participants(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read who took part in events; the name of the file is the event where no column names it.

    Parameters
    ----------
    table : Table
        The table.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records and problems.
    source : str
        Name of the file, with the sheet after a slash.
    call : Call
        Its space is where the events were held.

    Notes
    -----
    Whoever cancelled, waited for a place, stayed away or has left the service is not stored.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.RECORD, table.mapping.shape)
    events = _Events(report, recorder, source, call)
    facts.rows += len(table.rows)
    there = [row for row in table.rows if _took_part(row, report)]
    dates = {row.number: (report.moment(row, "date"), report.moment(row, "attended_at")) for row in there}
    kept = [_participant(row, table) for row in there if row.number not in report.refused]
    found = Newcomers(report, recorder, Defaults()).record(kept)
    for row in sorted((p.row for p in kept), key=lambda r: r.content):
        if row.number in found:
            date, attended = dates[row.number]
            events.attended(found[row.number], events.of(row, date), row, date or attended, None)
    recorder.into(facts)


def read_announcements(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read events as a platform announces them, with who organises each.

    Parameters are those of `read_participants`.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.RECORD, table.mapping.shape)
    events = _Events(report, recorder, source, call)
    facts.rows += len(table.rows)
    dates = {row.number: report.moment(row, "date") for row in table.rows}
    for row in table.rows:
        if is_nothing(row["event"]):
            report.refuse(row, "event", "empty", "a name")
    rows = [row for row in table.rows if row.number not in report.refused]
    organisers = [p for p in (_participant(row, table) for row in rows) if not p.empty]
    found = Newcomers(report, recorder, Defaults()).record(organisers)
    for row in sorted(rows, key=lambda r: r.content):
        event = events.of(row, dates[row.number])
        if row.number in found:
            events.attended(found[row.number], event, row, dates[row.number], {"role": "organiser"})
    recorder.into(facts)


def _took_part(row: Row, report: Report) -> bool:
    """Tell whether a row is about somebody who took part; whoever did not is counted and left out."""
    facts = report.facts
    if fold(row["name"]) in LEFT_SERVICE or fold(row["user"]) in LEFT_SERVICE:
        facts.ignored["left_the_service"] += 1
        facts.notes.append(Note("left_the_service", report.sheet, row.number, ""))
        return False
    for meaning in ("status", "attendance"):
        word = fold(row[meaning])
        if word in NOT_THERE or any(part in word for part in NOT_THERE_WITHIN):
            facts.ignored["did_not_take_part"] += 1
            facts.notes.append(Note("did_not_take_part", report.sheet, row.number, row[meaning]))
            return False
    return True


def _participant(row: Row, table: Table) -> Newcomer:
    return read_newcomer(row, user_key(profile(table.mapping.profile).family, row["user"]))


class _Events:
    """Records events and who was there."""

    def __init__(self, report: Report, recorder: Recorder, source: str, call: Call) -> None:
        self.report, self.recorder, self.call = report, recorder, call
        self.family = profile(report.table.mapping.profile).family
        self.file = source.partition("/")[0]

    def of(self, row: Row, date: Moment | None) -> str:
        """Give the id of the event of a row, recorded now if it is new."""
        name, number = shown(row["event"]), row["event_id"] or self._number_in_file(row)
        key = f"{self.family} {shown(number)}" if number else name or shown(ENDING.sub("", self.file))
        identifier = node_id(NodeKind.EVENT, f"{key} {date.day}" if date and not number else key)
        recorder = self.recorder
        policy = recorder.policy(identifier, ATTENDANCE)
        if recorder.recorded(identifier) is None:
            recorder.node(identifier, policy, row.number)
        known = recorder.directory.values.get((identifier, "name"), "")
        values = {"name": name or known or key, "url": row["url"], "community": shown(row["community"])}
        values |= {"date": date.day.isoformat()} if date else {}
        for field, value in values.items():
            if value:
                recorder.field(identifier, field, value, policy, row.number)
        self._place(identifier, row)
        return identifier

    def _number_in_file(self, row: Row) -> str:
        match = None if row["event"] else EVENT_NUMBER.search(self.file)
        return match[1] if match else ""

    def _place(self, identifier: str, row: Row) -> None:
        recorder, venue = self.recorder, shown(row["venue"])
        place = venue if venue and recorder.directory.knows_space(venue) else self.call.space
        if place:
            space = recorder.space(place, row.number)
            recorder.tie(TieKind.HELD_AT, identifier, space, PUBLIC_OPEN, row.number)
            self.report.facts.spaces.add(frozenset({space}))
        elif venue:
            recorder.field(identifier, "venue", venue, recorder.recorded(identifier) or ATTENDANCE, row.number)

    def attended(self, person: str, event: str, row: Row, at: Moment | None, details: dict[str, str] | None) -> None:
        """Record that somebody was there."""
        policy = self.recorder.policy((TieKind.ATTENDED, person, event), ATTENDANCE)
        t = at.start if at else None
        self.recorder.tie(TieKind.ATTENDED, person, event, policy, row.number, t=t, details=details)
