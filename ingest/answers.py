"""Profile ``form``: answers that people gave themselves."""

from __future__ import annotations

from collections import defaultdict

from graph.kinds import Said, TieKind
from graph.policy import CONTACT, MEMBERSHIP, NAME, PRESENCE
from ingest.call import Call
from ingest.dates import EXPECTED as DATE_EXPECTED
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.identity import Claim, Identification
from ingest.introductions import FORM
from ingest.members import OrganisationNames, record_presence
from ingest.person_row import PLACE, PersonRow, read_person
from ingest.recorder import Recorder
from ingest.release import read_use
from ingest.report import Report
from ingest.table import Row, Table

UNKNOWN_EXPECTED = "a member number or mail that is known, or a space to take in new people: --space NAME"


def read_answers(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read answers to a form; of several answers of one person the newest counts.

    Parameters
    ----------
    table : Table
        The table.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records and problems.
    source : str
        Name of the file.
    call : Call
        Its space is that of people who are not known yet; without one none are taken in.
    """
    report = Report(table, facts)
    recorder = Recorder(directory, source, Said.SELF, table.mapping.shape)
    rows = _checked_rows(table, report, directory, call)
    names = OrganisationNames(directory, rows)

    def may_create(row: Row) -> bool:
        if rows[row.number].spaces or call.space:
            return True
        report.refuse(row, "mail" if row["mail"] else "number", "no_space", UNKNOWN_EXPECTED)
        return False

    people = Identification(directory, report, answers=True, may_create=may_create)
    claims = [Claim(r.row, r.number, r.name, r.reading, r.mail, names.id(r)) for r in rows.values()]
    grouped: defaultdict[str, list[PersonRow]] = defaultdict(list)
    for number, identifier in people.identify(claims).items():
        grouped[identifier].append(rows[number])
    half, whole = len(table.rows), len(table.rows) + len(grouped)
    for identifier, own in call.watched(sorted(grouped.items()), half, whole):
        newest = max(own, key=_newest)
        facts.ignored["older_answer"] += len(own) - 1
        if newest.at and newest.at.start < directory.answered.get(identifier, float("-inf")):
            facts.ignored["older_answer"] += 1
            continue
        answer = _Answer(identifier, newest, recorder, facts)
        if identifier in people.new:
            answer.introduce(names, call.space)
        answer.record(asked=table.has("use"))
    facts.ignored = +facts.ignored
    report.flag_unknown_spaces(directory)
    recorder.into(facts)


def _newest(row: PersonRow) -> tuple[float, object]:
    return row.at.start if row.at else 0.0, row.row.content


def _checked_rows(table: Table, report: Report, directory: Directory, call: Call) -> dict[int, PersonRow]:
    rows = {}
    for row in call.watched(table.rows, 0, 2 * len(table.rows)):
        read = read_person(row, report, directory)
        if read.at is None:
            report.refuse(row, "timestamp", "not_a_date", DATE_EXPECTED)
        if row.number not in report.refused:
            rows[row.number] = read
    report.facts.rows += len(table.rows)
    return rows


class _Answer:
    """Records the newest answer of one person."""

    def __init__(self, identifier: str, row: PersonRow, recorder: Recorder, facts: Facts) -> None:
        self.id, self.row, self.recorder, self.facts = identifier, row, recorder, facts

    def introduce(self, names: OrganisationNames, space: str) -> None:
        """Record a person who was not known before this answer."""
        row, recorder, number = self.row, self.recorder, self.row.row.number
        recorder.node(self.id, row.name_release.applied(PRESENCE), number)
        given = {"name": row.name, "reading": row.reading, "occupation": row.occupation, "mail": row.mail}
        for field, value in given.items():
            if value:
                release = row.release if field == "occupation" else row.name_release
                policy = CONTACT if field == "mail" else release.applied(NAME)
                recorder.field(self.id, field, value, policy, number)
        for name in row.spaces or [space]:
            target = recorder.space(name, number)
            recorder.tie(TieKind.MEMBER_OF, self.id, target, MEMBERSHIP, number)
            recorder.directory.learn_person(self.id, spaces=[target])
        organisation = names.record(row, recorder)
        if organisation:
            recorder.tie(TieKind.MEMBER_OF, self.id, organisation, MEMBERSHIP, number, other=MEMBERSHIP)

    def record(self, *, asked: bool) -> None:
        """Record statements and what the answer says about introductions."""
        row, recorder, number = self.row, self.recorder, self.row.row.number
        t = row.at.start if row.at else None
        kept = {
            recorder.statement(self.id, kind, text, row.releases[kind], number, t, row.conditions)
            for kind, text in row.statements
        }
        recorder.only_statements(self.id, kept)
        for skill in row.skills:
            recorder.skill(self.id, skill, row.release, number)
        said = {FORM: read_use(row.row["use"]).matching} if asked else {}
        policy, who = recorder.directory.policies[self.id]
        record_presence(recorder, self.id, policy, said, number, who)
        for field, value, default in (("place", row.place, PLACE), ("mode", row.mode, NAME)):
            if value:
                recorder.field(self.id, field, value, recorder.policy((self.id, field), default, row.release), number)
        recorder.directory.answered[self.id] = t or 0.0
        spaces = recorder.directory.people[self.id].spaces
        if spaces:
            self.facts.spaces.add(frozenset(spaces))
