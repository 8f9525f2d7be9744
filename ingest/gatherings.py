"""Profiles ``projects`` and ``events``: what people did together, and when."""

from __future__ import annotations

from graph.kinds import NodeKind, Said, TieKind
from graph.policy import ATTENDANCE, COLLABORATION, PUBLIC_OPEN, Policy, stricter
from graph.records import node_id
from ingest.call import Call
from ingest.dates import Moment
from ingest.directory import Directory, Person
from ingest.facts import Facts
from ingest.japanese import shown
from ingest.organisations import PERSON_EXPECTED
from ingest.person_row import read_period, read_scope
from ingest.recorder import Recorder
from ingest.release import Release
from ingest.report import Report
from ingest.splitting import parts
from ingest.table import Row, Table
from ingest.words import is_nothing


def read_projects(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read a list of projects: who worked together, from when to when.

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
        Not used: a project belongs to no space.
    """
    gatherings = _Gatherings(table, directory, facts, source)
    for row in sorted(table.rows, key=lambda r: r.content):
        since, until = read_period(row, gatherings.report, "start", "end")
        release = gatherings.checked(row)
        if release is not None:
            identifier = node_id(NodeKind.PROJECT, shown(row["name"]))
            dates = {"start": since, "end": until}
            gatherings.record(identifier, row, COLLABORATION, release, dates)
            gatherings.people(TieKind.COLLABORATED, identifier, row, COLLABORATION, release, since, until)
    gatherings.finish()


def read_events(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read a list of events: who took part, where and when.

    Parameters are those of `read_projects`. A place that is not a known space is kept as an attribute.
    """
    gatherings = _Gatherings(table, directory, facts, source)
    for row in sorted(table.rows, key=lambda r: r.content):
        date = gatherings.report.moment(row, "date")
        release = gatherings.checked(row)
        if release is not None:
            name = shown(row["name"])
            identifier = node_id(NodeKind.EVENT, f"{name} {date.day}" if date else name)
            gatherings.record(identifier, row, ATTENDANCE, release, {"date": date})
            gatherings.venue(identifier, row)
            gatherings.people(TieKind.ATTENDED, identifier, row, ATTENDANCE, release, date, None)
    gatherings.finish()


class _Gatherings:
    """Records what people did together."""

    def __init__(self, table: Table, directory: Directory, facts: Facts, source: str) -> None:
        self.directory, self.facts = directory, facts
        self.report = Report(table, facts)
        self.recorder = Recorder(directory, source, Said.RECORD, table.mapping.shape)
        facts.rows += len(table.rows)

    def checked(self, row: Row) -> Release | None:
        """Give the release of a row, or None where the row is refused."""
        release = read_scope(row, self.report, self.directory, "scope")
        if is_nothing(row["name"]):
            self.report.refuse(row, "name", "empty", "a name")
        return None if row.number in self.report.refused else release

    def record(
        self, identifier: str, row: Row, default: Policy, release: Release, dates: dict[str, Moment | None]
    ) -> None:
        """Record the node; of two rows about one the stricter release holds."""
        policy = self.recorder.policy(identifier, default, release)
        recorded = self.recorder.recorded(identifier)
        policy = stricter(policy, recorded) if recorded else policy
        self.recorder.node(identifier, policy, row.number)
        self.recorder.field(identifier, "name", " ".join(row["name"].split()), policy, row.number)
        for field, moment in dates.items():
            if moment:
                self.recorder.field(identifier, field, moment.day.isoformat(), policy, row.number)

    def venue(self, identifier: str, row: Row) -> None:
        """Record where an event was held."""
        for name in parts(row["venue"]):
            if self.directory.knows_space(name):
                space = self.directory.space(name)
                self.recorder.tie(TieKind.HELD_AT, identifier, space, PUBLIC_OPEN, row.number)
            else:
                self.report.flag(row, "venue", "unknown_space", "the name of a space that is known", name)
                policy = self.recorder.recorded(identifier) or ATTENDANCE
                self.recorder.field(identifier, "venue", shown(name), policy, row.number)

    def people(
        self, kind: TieKind, identifier: str, row: Row, default: Policy, release: Release,
        since: Moment | None, until: Moment | None,
    ) -> None:  # fmt: skip
        """Record who took part; names that are not known are flagged."""
        for person in self._found(row):
            policy = self.recorder.policy((kind, person.id, identifier), default, release)
            self.recorder.tie(
                kind, person.id, identifier, policy, row.number,
                t=since.start if since else None, until=until.end if until else None,
            )  # fmt: skip
            if person.spaces:
                self.facts.spaces.add(frozenset(person.spaces))

    def _found(self, row: Row) -> list[Person]:
        found: dict[str, Person] = {}
        for text in parts(row["people"]):
            person = self.directory.person(text)
            if person is None:
                self.report.flag(row, "people", "unknown_person", PERSON_EXPECTED, text)
            else:
                found[person.id] = person
        return list(found.values())

    def finish(self) -> None:
        """Add everything to the facts of the file."""
        self.report.flag_unknown_spaces(self.directory)
        self.recorder.into(self.facts)
