"""Whom or what the rows of a hearing sheet are about: a person, a community, a space or an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from graph.kinds import NodeKind, Said, TieKind
from graph.policy import MEMBERSHIP, PUBLIC_OPEN
from graph.records import NodeId, node_id
from ingest.call import Call
from ingest.directory import Directory
from ingest.identity import Claim, Identification
from ingest.japanese import mail_key, shown
from ingest.organisations import record_bare
from ingest.recorder import HEARD_OF, Recorder
from ingest.report import Report
from ingest.splitting import parts
from ingest.table import Row, Table
from ingest.words import is_no_organisation, is_nothing

SUBJECT_EXPECTED = "a member number, mail or name of a person, or a community, space or organisation"
SPACE_EXPECTED = "the space of somebody who is not known yet: a column such as スペース, or --space NAME"


class Subjects:
    """Finds the subjects of a hearing sheet, and makes those who are new.

    Parameters
    ----------
    table : Table
        The sheet.
    directory : Directory
        Who is known; learns who is new.
    report : Report
        Gets rows whose subject cannot be told.
    source : str
        Name of the file.
    call : Call
        Its space is that of people whose row names none.
    """

    def __init__(self, table: Table, directory: Directory, report: Report, source: str, call: Call) -> None:
        self.directory, self.report, self.call = directory, report, call
        self.recorder = Recorder(directory, source, Said.MIXER, table.mapping.shape)

    def find(self, rows: Sequence[Row]) -> dict[int, NodeId]:
        """Give the id of the subject for each row number; rows that were refused are left out."""
        claims = {row.number: self._claim(row) for row in rows}
        people = [claim for claim in claims.values() if claim]
        search = Identification(self.directory, self.report, answers=True, may_create=self._may_create)
        found = search.identify(people)
        for claim in sorted(people, key=lambda c: c.row.content):
            identifier = found.get(claim.row.number)
            if identifier:
                self._person(identifier, claim, new=identifier in search.new)
                self.report.facts.people.add(identifier)
        for row in sorted(rows, key=lambda r: r.content):
            if claims[row.number] is None:
                subject = self._other(row)
                if subject:
                    found[row.number] = subject
        return found

    # ---- people

    def _claim(self, row: Row) -> Claim | None:
        """Give the claim of a row that is about a person."""
        name = "" if is_nothing(row["name"]) else " ".join(row["name"].split())
        number = "" if is_nothing(row["number"]) else shown(row["number"])
        mail, subject = mail_key(row["mail"]), row["subject"]
        organisation = (
            "" if is_no_organisation(row["organisation"]) else self.directory.organisation(row["organisation"])
        )
        if name or number or mail:
            return Claim(row, number, name, shown(row["reading"]), mail, organisation)
        if is_nothing(subject) or self._place(shown(subject)):
            return None
        if self.directory.by_number(subject):
            return Claim(row, shown(subject))
        same = self.directory.by_name(subject)
        if len(same) == 1:
            return Claim(row, "", shown(subject), "", min(same[0].mails, default=""), organisation)
        return Claim(row, "", shown(subject), "", mail_key(subject), organisation)

    def _may_create(self, row: Row) -> bool:
        if self._spaces(row):
            return True
        self.report.refuse(row, "space" if self.report.table.has("space") else "name", "no_space", SPACE_EXPECTED)
        return False

    def _spaces(self, row: Row) -> list[str]:
        return parts(row["space"]) or ([self.call.space] if self.call.space else [])

    def _person(self, identifier: NodeId, claim: Claim, *, new: bool) -> None:
        person, number = self.directory.people[identifier], claim.row.number
        if new and self.recorder.recorded(identifier) is None:
            self.recorder.node(identifier, HEARD_OF, number)
            for field, value in {"name": claim.name, "reading": claim.reading}.items():
                if value:
                    self.recorder.field(identifier, field, value, HEARD_OF, number)
        if new:
            for name in self._spaces(claim.row):
                space = self.recorder.space(name, number)
                self.recorder.tie(TieKind.MEMBER_OF, identifier, space, HEARD_OF, number, other=MEMBERSHIP)
                self.directory.learn_person(identifier, spaces=[space])
        if person.spaces:
            self.report.facts.spaces.add(frozenset(person.spaces))

    # ---- communities, spaces, organisations

    def _place(self, name: str) -> NodeId | None:
        """Give the known space, organisation or community of a name."""
        choices = (
            self.directory.space(name) if self.directory.knows_space(name) else "",
            self.directory.organisation(name),
            node_id(NodeKind.COMMUNITY, name),
        )
        return next((i for i in choices if i in self.directory.ids), None)

    def _other(self, row: Row) -> NodeId | None:
        number = row.number
        if not is_nothing(row["subject"]):
            subject = self._place(shown(row["subject"]))
        elif not is_nothing(row["community"]):
            subject = self._community(shown(row["community"]), number)
        elif not is_no_organisation(row["organisation"]):
            subject = record_bare(self.recorder, row["organisation"], number)
        elif self._spaces(row):
            subject = self.recorder.space(self._spaces(row)[0], number)
        else:
            self.report.refuse(row, "subject", "no_person", SUBJECT_EXPECTED)
            return None
        for space in [subject] if subject and subject.startswith(f"{NodeKind.SPACE}:") else []:
            self.report.facts.spaces.add(frozenset({space}))
        return subject

    def _community(self, name: str, row: int) -> NodeId:
        identifier = node_id(NodeKind.COMMUNITY, name)
        if identifier not in self.directory.ids:
            self.recorder.node(identifier, PUBLIC_OPEN, row, Said.RECORD)
            self.recorder.field(identifier, "name", name, PUBLIC_OPEN, row, Said.RECORD)
        return identifier
