"""Profile ``organisations``: registers of organisations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph.kinds import Said, StatementKind, TieKind
from graph.policy import MEMBERSHIP, NAME, PRESENCE, Policy, stricter
from ingest.call import Call
from ingest.conditions import Conditions, read_conditions
from ingest.directory import Directory, Fact
from ingest.facts import Facts
from ingest.japanese import fold, shown
from ingest.person_row import read_releases, read_scope, read_statements
from ingest.recorder import Recorder
from ingest.release import Release, read_use
from ingest.report import Report
from ingest.splitting import parts
from ingest.table import Row, Table
from ingest.words import is_nothing, words

KINDS = {
    "social_venture": words(
        "社会的企業 ソーシャルベンチャー ソーシャルビジネス socialventure socialenterprise social_venture"
    ),
    "npo": words("NPO法人 NPO 特定非営利活動法人 認定NPO法人 nonprofit non-profit charity"),
    "company": words("会社 企業 株式会社 有限会社 合同会社 company corporation business"),
    "public_body": words("行政 行政機関 自治体 官公庁 公的機関 publicbody public_body government municipality"),
    "informal_group": words("任意団体 サークル 市民団体 グループ informalgroup informal_group group circle"),
}
KINDS_OF_FORMS = {
    "特定非営利活動法人": "npo",
    "株式会社": "company",
    "有限会社": "company",
    "合同会社": "company",
    "合資会社": "company",
    "合名会社": "company",
}
"""Kinds that follow from the legal form in a name."""
PERSON_EXPECTED = "the member number of somebody who is known: import the list of members first"


@dataclass(frozen=True, slots=True)
class _Entry:
    row: Row
    id: str
    release: Release
    releases: dict[StatementKind, Release]
    statements: list[tuple[StatementKind, str]]
    conditions: Conditions


def record_bare(recorder: Recorder, name: str, row: int) -> str:
    """Give the id of an organisation of which a table tells the name alone, recorded now if it is new."""
    identifier = recorder.directory.organisation(name)
    if identifier not in recorder.directory.ids:
        recorder.node(identifier, recorder.policy(identifier, PRESENCE), row, Said.RECORD)
        named = recorder.policy((identifier, "name"), NAME)
        recorder.field(identifier, "name", " ".join(name.split()), named, row, Said.RECORD)
        recorder.directory.learn_organisation(identifier, name)
    return identifier


def kind_of_organisation(text: str) -> str:
    """Give the kind of an organisation; a word that is not known stays as it is.

    >>> kind_of_organisation("任意団体"), kind_of_organisation("行政"), kind_of_organisation("協同組合")
    ('informal_group', 'public_body', '協同組合')
    """
    return next((kind for kind, known in KINDS.items() if fold(text) in known), shown(text))


def read_organisations(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read a register of organisations.

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
        Its space is that of organisations whose row names none.
    """
    report = Report(table, facts)
    recorder = Recorder(directory, source, Said.RECORD, table.mapping.shape)
    grouped: defaultdict[str, list[_Entry]] = defaultdict(list)
    for row in table.rows:
        entry = _checked(row, report, directory)
        if entry:
            grouped[entry.id].append(entry)
    facts.rows += len(table.rows)
    for identifier, entries in sorted(grouped.items()):
        entries.sort(key=lambda e: e.row.content)
        writer = _Organisation(identifier, recorder, report, directory)
        kept = {i for entry in entries for i in writer.record(entry, facts, call.space)}
        recorder.only_statements(identifier, kept)
    report.flag_unknown_spaces(directory)
    recorder.into(facts)


def _checked(row: Row, report: Report, directory: Directory) -> _Entry | None:
    name = row["name"]
    use = report.word(row, "use", read_use, Release())
    release = read_scope(row, report, directory, "scope").joined(Release(use.asked, matching=use.matching))
    releases, conditions = read_releases(row, report, directory), read_conditions(row, report)
    if is_nothing(name):
        report.refuse(row, "name", "empty", "the name of the organisation")
    if row.number in report.refused:
        return None
    return _Entry(row, directory.organisation(name), release, releases, read_statements(row), conditions)


class _Organisation:
    """Records one organisation."""

    def __init__(self, identifier: str, recorder: Recorder, report: Report, directory: Directory) -> None:
        self.id, self.recorder, self.report, self.directory = identifier, recorder, report, directory

    def record(self, entry: _Entry, facts: Facts, space: str) -> set[str]:
        """Record everything a row says; gives the ids of its statements."""
        row, recorder, number = entry.row, self.recorder, entry.row.number
        name = " ".join(row["name"].split())
        recorder.node(self.id, self._policy(self.id, PRESENCE, entry.release), number)
        kind = "" if is_nothing(row["kind"]) else kind_of_organisation(row["kind"])
        area = "" if is_nothing(row["area"]) else shown(row["area"])
        for field, value in {"name": name, "kind": kind, "area": area}.items():
            if value:
                policy = recorder.policy((self.id, field), NAME, _told(entry.release))
                recorder.field(self.id, field, value, policy, number)
        self.directory.learn_organisation(self.id, name)
        for place in parts(row["space"]) or ([space] if space else []):
            target = recorder.space(place, number)
            policy = recorder.policy((TieKind.MEMBER_OF, self.id, target), MEMBERSHIP, _told(entry.release))
            recorder.tie(TieKind.MEMBER_OF, self.id, target, policy, number)
            facts.spaces.add(frozenset({target}))
        self._representatives(entry)
        said, conditions = entry.statements, entry.conditions
        return {recorder.statement(self.id, k, t, entry.releases[k], number, conditions=conditions) for k, t in said}

    def _representatives(self, entry: _Entry) -> None:
        for text in parts(entry.row["representative"]):
            person = self.directory.person(text)
            if person is None:
                self.report.flag(entry.row, "representative", "unknown_person", PERSON_EXPECTED, text)
                continue
            policy = self.recorder.policy((TieKind.REPRESENTS, person.id, self.id), MEMBERSHIP)
            other = _told(entry.release).applied(MEMBERSHIP)
            self.recorder.tie(TieKind.REPRESENTS, person.id, self.id, policy, entry.row.number, other=other)

    def _policy(self, fact: Fact, default: Policy, release: Release) -> Policy:
        policy = self.recorder.policy(fact, default, release)
        recorded = self.recorder.recorded(self.id)
        return stricter(policy, recorded) if recorded else policy


def _told(release: Release) -> Release:
    """Give how far a fact is told, without what was said about introducing the organisation."""
    return Release(release.asked, release.audience, release.partners)
