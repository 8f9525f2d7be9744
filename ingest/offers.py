"""Profile ``murmurations``: offers and wants that people published about themselves."""

from __future__ import annotations

from graph.kinds import Said, StatementKind
from ingest.call import Call
from ingest.conditions import read_conditions
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.japanese import cleaned, fold
from ingest.newcomers import Defaults, Newcomers, read_newcomer, user_key
from ingest.recorder import UNSAID, Recorder
from ingest.report import Report
from ingest.table import Row, Table
from ingest.words import words

KINDS = {StatementKind.OFFER: words("offer offering give"), StatementKind.NEED: words("want need request wanted")}
KIND_EXPECTED = "offer / want"


def read_offers(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read offers and wants; who made one is told by a mail or the address of a profile.

    Parameters
    ----------
    table : Table
        One row an offer or a want.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records and problems.
    source : str
        Name of the file, with the sheet after a slash.
    call : Call
        Not used: an offer belongs to no space.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.SELF, table.mapping.shape)
    facts.rows += len(table.rows)
    kinds = {row.number: _kind(row, report) for row in table.rows}
    conditions = {row.number: read_conditions(row, report, kinds[row.number]) for row in table.rows}
    for row in table.rows:
        if not _text(row):
            report.refuse(row, "title", "empty", "a title or a description")
    rows = [row for row in table.rows if row.number not in report.refused]
    found = Newcomers(report, recorder, Defaults()).record(read_newcomer(row, _account(row)) for row in rows)
    kept: dict[str, set[str]] = {}
    for row in sorted(rows, key=lambda r: r.content):
        kind, said = kinds[row.number], conditions[row.number]
        if kind and row.number in found:
            identifier = recorder.statement(found[row.number], kind, _text(row), UNSAID, row.number, conditions=said)
            kept.setdefault(found[row.number], set()).add(identifier)
    for owner, statements in sorted(kept.items()):
        recorder.only_statements(owner, statements)
    recorder.into(facts)


def _kind(row: Row, report: Report) -> StatementKind | None:
    found = next((kind for kind, known in KINDS.items() if fold(row["what"]) in known), None)
    if found is None:
        report.refuse(row, "what", "unknown_kind", KIND_EXPECTED)
    return found


def _text(row: Row) -> str:
    title, description = cleaned(row["title"]), cleaned(row["description"])
    return title if not description or description == title else f"{title}: {description}" if title else description


def _account(row: Row) -> str:
    if row["mail"]:
        return ""
    return user_key("murmurations", row["url"].removeprefix("https://").removeprefix("http://").rstrip("/"))
