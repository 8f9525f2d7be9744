"""Profile ``members``: lists of members kept by spaces."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import reduce
from typing import Protocol

from graph.kinds import NodeKind, Said, TieKind
from graph.policy import ATTENDANCE, CONTACT, MEMBERSHIP, NAME, PRESENCE, Matching, Policy, stricter
from graph.records import key_of, node_id
from ingest.call import Call
from ingest.directory import NUMBER_FIELD, Directory, Fact
from ingest.facts import Facts
from ingest.identity import NUMBER_EXPECTED, Claim, Identification
from ingest.introductions import LIST, agreed
from ingest.japanese import fold, name_key
from ingest.person_row import PLACE, PersonRow, Standing, read_person
from ingest.problems import Note
from ingest.profile import profile
from ingest.recorder import Recorder
from ingest.release import Release
from ingest.report import Report
from ingest.table import Row, Table

NO_SPACE_EXPECTED = "the space of the member: a column such as 利用スペース, or --space NAME"


def read_members(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read a list of members.

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
        Its space is that of members whose row names none.
    """
    report = Report(table, facts)
    recorder = Recorder(directory, source, Said.RECORD, table.mapping.shape)
    rows = _checked_rows(table, report, directory, call)
    names = OrganisationNames(directory, rows)
    people = Identification(directory, report, answers=False, may_create=lambda row: True)
    found = people.identify([_claim(r, names, call.space) for r in rows.values()])
    grouped: defaultdict[str, list[PersonRow]] = defaultdict(list)
    for number, identifier in found.items():
        grouped[identifier].append(rows[number])
    half, whole = len(table.rows), len(table.rows) + len(grouped)
    for identifier, own in call.watched(sorted(grouped.items()), half, whole):
        own.sort(key=lambda r: (r.since.start if r.since else 0.0, r.row.content))
        _flag_disagreement(report, own)
        _Member(identifier, own, recorder, names).record(facts, call.space, asked=table.has("introduction"))
    report.flag_unknown_spaces(directory)
    recorder.into(facts)


class Affiliated(Protocol):
    """A row that may name the organisation of a person."""

    @property
    def row(self) -> Row:
        """The row."""

    @property
    def organisation(self) -> str:
        """Name of the organisation, empty where there is none."""


class OrganisationNames:
    """Organisations that a table of people names, each by the spelling used most."""

    def __init__(self, directory: Directory, rows: Mapping[int, Affiliated]) -> None:
        self.directory = directory
        spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in rows.values():
            if row.organisation:
                spellings[directory.organisation(row.organisation)][row.organisation] += 1
        self._name = {i: max(c, key=lambda name: (c[name], len(name), name)) for i, c in spellings.items()}

    def id(self, row: Affiliated) -> str:
        """Give the id of the organisation of a row, empty where it names none."""
        return self.directory.organisation(row.organisation) if row.organisation else ""

    def record(self, row: Affiliated, recorder: Recorder) -> str:
        """Give the id of the organisation of a row, recorded now if it is new."""
        identifier = self.id(row)
        if identifier and identifier not in self.directory.ids:
            name = self._name[identifier]
            number = row.row.number  # who names an organisation, be it in an own answer, decides nothing about it
            recorder.node(identifier, recorder.policy(identifier, PRESENCE), number, Said.RECORD)
            named = recorder.policy((identifier, "name"), NAME)
            recorder.field(identifier, "name", name, named, number, Said.RECORD)
            self.directory.learn_organisation(identifier, name)
        return identifier


class _Member:
    """Records one person, from one row or several.

    Of what there is one of, the newest row has the last word; of decisions, the strictest.
    """

    def __init__(self, identifier: str, rows: list[PersonRow], recorder: Recorder, names: OrganisationNames) -> None:
        self.id, self.rows, self.recorder, self.names = identifier, rows, recorder, names

    def record(self, facts: Facts, space: str, *, asked: bool) -> None:
        """Record everything the rows say, oldest first."""
        recorder, last = self.recorder, self.rows[-1].row.number
        presence = self._strictest(self.id, PRESENCE, [r.name_release for r in self.rows])
        introductions = [r.introduction for r in self.rows if r.introduction is not None]
        said = {LIST: min(introductions, default=None)} if asked else {}
        record_presence(recorder, self.id, presence, said, last)
        self._fields()
        kept = set()
        for row in self.rows:
            self._belonging(row, facts, space)
            for kind, text in row.statements:
                release, number = row.releases[kind], row.row.number
                kept.add(recorder.statement(self.id, kind, text, release, number, conditions=row.conditions))
        recorder.only_statements(self.id, kept)

    def _fields(self) -> None:
        own_number = fold(key_of(self.id))
        others = {r.number for r in self.rows if r.number and fold(r.number) != own_number}
        names, general = [r.name_release for r in self.rows], [r.release for r in self.rows]
        for row in self.rows:
            self._field("name", row.name, NAME, names, row)
            self._field("reading", row.reading, NAME, names, row)
            self._field("occupation", row.occupation, NAME, general, row)
            self._field("mail", row.mail, CONTACT, [], row)
            self._field("phone", row.phone, CONTACT, [], row)
            self._field("place", row.place, PLACE, [], row)
            self._field("mode", row.mode, NAME, general, row)
        self._field(NUMBER_FIELD, "、".join(sorted(others)), CONTACT, [], self.rows[-1])

    def _field(self, field: str, value: str, default: Policy, releases: list[Release], row: PersonRow) -> None:
        if value:
            policy = self._strictest((self.id, field), default, releases)
            self.recorder.field(self.id, field, value, policy, row.row.number)

    def _strictest(self, fact: Fact, default: Policy, releases: list[Release]) -> Policy:
        return reduce(stricter, [self.recorder.policy(fact, default, r) for r in releases or [Release()]])

    def _belonging(self, row: PersonRow, facts: Facts, space: str) -> None:
        number, recorder = row.row.number, self.recorder
        if not row.spaces and not space:
            facts.spaces.add(frozenset())
        for name in row.spaces or ([space] if space else []):
            target = recorder.space(name, number)
            self._member_or_visitor(row, target)
            recorder.directory.learn_person(self.id, spaces=[target])
            facts.spaces.add(frozenset({target}))
        target = self.names.record(row, recorder)
        if target:
            recorder.tie(TieKind.MEMBER_OF, self.id, target, self._membership(target, row), number, other=MEMBERSHIP)
        for skill in row.skills:
            recorder.skill(self.id, skill, row.release, number)
        self._groups(row)

    def _member_or_visitor(self, row: PersonRow, space: str) -> None:
        details = {"contract": row.contract} if row.contract else None
        if row.standing is Standing.VISITOR:
            policy = self.recorder.policy((TieKind.VISITED, self.id, space), ATTENDANCE, row.release)
            t = row.visited.start if row.visited else None
            self.recorder.tie(TieKind.VISITED, self.id, space, policy, row.row.number, t=t, details=details)
            return
        self.recorder.tie(
            TieKind.MEMBER_OF, self.id, space, self._membership(space, row), row.row.number,
            t=row.since.start if row.since else None,
            until=row.until.end if row.until else None,
            details=details,
        )  # fmt: skip

    def _groups(self, row: PersonRow) -> None:
        for name in row.groups:
            group = node_id(NodeKind.GROUP, name)
            if self.recorder.recorded(group) is None:
                self.recorder.node(group, self.recorder.policy(group, ATTENDANCE), row.row.number)
                named = self.recorder.policy((group, "name"), ATTENDANCE)
                self.recorder.field(group, "name", name, named, row.row.number)
            self.recorder.tie(TieKind.JOINED, self.id, group, MEMBERSHIP, row.row.number)

    def _membership(self, target: str, row: PersonRow) -> Policy:
        return self.recorder.policy((TieKind.MEMBER_OF, self.id, target), MEMBERSHIP, row.release)


def record_presence(
    recorder: Recorder, identifier: str, policy: Policy, said: Mapping[str, Matching | None], row: int,
    who: Said | None = None,
) -> None:  # fmt: skip
    """Record a person, with what each source said about introductions as attributes nobody sees."""
    decided = agreed(recorder.directory, identifier, said)
    recorder.node(identifier, decided.applied_to(policy), row, who)
    for field, value in decided.fields.items():
        recorder.field(identifier, field, value, CONTACT, row)


def _checked_rows(table: Table, report: Report, directory: Directory, call: Call) -> dict[int, PersonRow]:
    rows = {}
    for row in call.watched(table.rows, 0, 2 * len(table.rows)):
        read = read_person(row, report, directory)
        if read.standing is Standing.NONE:
            report.facts.ignored["no_member"] += 1
            report.facts.notes.append(Note("no_member", report.sheet, row.number, row["status"]))
            continue
        if not read.name:
            report.refuse(row, "name", "empty", "the name of the member")
        if not read.spaces and not call.space and not _of_one_space(table):
            report.refuse(row, "space", "no_space", NO_SPACE_EXPECTED)
        rows[row.number] = read
    refuse_taken_numbers(rows, report, directory)
    report.facts.rows += len(table.rows)
    return {number: read for number, read in rows.items() if number not in report.refused}


def refuse_taken_numbers(rows: Mapping[int, PersonRow], report: Report, directory: Directory) -> None:
    """Refuse rows that share a new number with a row of another name, also where that row is refused itself."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for read in rows.values():
        if read.number and read.name and not directory.by_number(read.number):
            names[fold(read.number)].add(name_key(read.name))
    for read in rows.values():
        if len(names[fold(read.number)]) > 1 and read.row.number not in report.refused:
            report.refuse(read.row, "number", "id_taken", NUMBER_EXPECTED)


def _of_one_space(table: Table) -> bool:
    """Tell whether a table is the export of a system that names no space: the whole file is of one, to be told."""
    return profile(table.mapping.profile).reader != table.mapping.profile and not any(r["space"] for r in table.rows)


def _claim(row: PersonRow, names: OrganisationNames, space: str) -> Claim:
    spaces = frozenset(names.directory.space(name) for name in row.spaces or [space] if name)
    return Claim(row.row, row.number, row.name, row.reading, row.mail, names.id(row), spaces)


def _flag_disagreement(report: Report, rows: list[PersonRow]) -> None:
    """Flag rows about one person that say different things of what there is one of."""
    for meaning in ("name", "reading", "mail", "occupation", "introduction", "name_scope"):
        said = {fold(r.row[meaning]) for r in rows if r.row[meaning]}
        if len(said) > 1:
            expected = "the same in every row about this person; the newest, of releases the strictest was taken"
            report.flag(rows[-1].row, meaning, "rows_disagree", expected)
