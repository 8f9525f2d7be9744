"""Profiles of public registers of organisations: the register of non-profits, the corporate numbers."""

from __future__ import annotations

from collections import Counter

from graph.kinds import NodeKind, Said, StatementKind
from graph.policy import Audience, Matching, Policy
from graph.records import node_id
from ingest.call import Call
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.japanese import fold_ascii, organisation_key, shown
from ingest.organisations import KINDS_OF_FORMS
from ingest.places import area_of
from ingest.problems import Note
from ingest.recorder import Recorder
from ingest.release import Release
from ingest.report import Report
from ingest.splitting import sentences
from ingest.table import Row, Table
from ingest.words import is_nothing

REGISTERED = Policy(Audience.PUBLIC, Matching.OWNER_FIRST)
"""That an organisation is there is public; whether it may be introduced, nobody has asked it."""
PUBLISHED = Policy(Audience.PUBLIC, Matching.OPEN, as_reason=True)
PUBLIC_WORDS = Release(True, Audience.PUBLIC, matching=Matching.OPEN, as_reason=True)
KINDS_OF_CODES = dict.fromkeys(("101", "201"), "public_body") | dict.fromkeys(
    ("301", "302", "303", "304", "305"), "company"
)
"""Kinds of corporations by their code in the lists of corporate numbers."""
NUMBER_EXPECTED = "a corporate number: 13 digits of which the first checks the others"
DIGITS = 13


def read_registers(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read a public register of organisations; closed ones are left out.

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
        Not used: a register is of no space.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.PUBLIC, table.mapping.shape)
    facts.rows += len(table.rows)
    rows = [row for row in sorted(table.rows, key=lambda r: r.content) if _usable(row, report)]
    names = Counter(organisation_key(row["name"]) for row in rows)
    for row in rows:
        _record(row, recorder, alone=names[organisation_key(row["name"])] == 1)
    recorder.into(facts)


def checks(number: str) -> bool:
    """Tell whether a corporate number has 13 digits of which the first is the check digit of the others.

    Notes
    -----
    Ministerial ordinance on corporate numbers (Ministry of Finance, Japan, 2014): 9 minus the remainder by 9 of
    the digits weighted 1 and 2 in turn from the last one.

    >>> checks("7000012050002"), checks("6000012050002")
    (True, False)
    """
    if len(number) != DIGITS or not number.isdecimal():
        return False
    digits = [int(d) for d in reversed(number[1:])]
    return int(number[0]) == 9 - sum(d * (1 + i % 2) for i, d in enumerate(digits)) % 9


def _usable(row: Row, report: Report) -> bool:
    if is_nothing(row["name"]):
        report.refuse(row, "name", "empty", "the name of the organisation")
    elif row["number"] and not checks(fold_ascii(row["number"])):
        report.flag(row, "number", "not_a_number", NUMBER_EXPECTED)
    report.moment(row, "since")
    if row["until"]:
        report.facts.ignored["closed"] += 1
        report.facts.notes.append(Note("closed", report.sheet, row.number, row["until"]))
    elif row["latest"] == "0":
        report.facts.ignored["older_entry"] += 1
    return row.number not in report.refused and not row["until"] and row["latest"] != "0"


def _record(row: Row, recorder: Recorder, *, alone: bool) -> None:
    """Record one organisation: under its name where the register has the name once, else under its number."""
    name, number = " ".join(row["name"].split()), fold_ascii(row["number"])
    known = recorder.directory.organisation(name)
    there = recorder.directory.values.get((known, "number"), number)
    identifier = known if (alone and there == number) or not number else node_id(NodeKind.ORGANISATION, number)
    recorder.node(identifier, recorder.policy(identifier, REGISTERED), row.number)
    area = area_of(row["address"]) or shown(row["prefecture"] + row["city"])
    by_form = (kind for form, kind in KINDS_OF_FORMS.items() if form in organisation_key(name))
    kind = KINDS_OF_CODES.get(row["kind"]) or next(by_form, "")
    values = {"name": name, "number": number if checks(number) else "", "area": area, "kind": kind}
    for field, value in values.items():
        if value:
            policy = recorder.policy((identifier, field), PUBLISHED)
            recorder.field(identifier, field, value, policy, row.number)
    recorder.directory.learn_organisation(identifier, name)
    kept = {
        recorder.statement(identifier, StatementKind.VISION, text, PUBLIC_WORDS, row.number)
        for text in sentences(row["vision"])
    }
    recorder.only_statements(identifier, kept)
