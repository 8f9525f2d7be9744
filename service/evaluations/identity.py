"""Suggestions of one person or organisation, measured on pairs of entries."""

from __future__ import annotations

from pathlib import Path

from ingest.matching.organisations import compare_organisations, read_organisation_entry
from ingest.matching.people import compare_people, read_person_entry
from service.evaluations.pairs import SAME, PairsReport, Row, measure, read_pairs

COLUMNS = ("id", "kind", "a", "b", "same")
PERSON, ORGANISATION = "person", "organisation"


def evaluate(path: Path) -> PairsReport:
    """Measure on a file with the columns ``id,kind,a,b,same`` which pairs would be suggested.

    Raises
    ------
    graph.errors.WrongUse
        If there is no such file.
    graph.errors.Refused
        If it is no such file.
    """
    rows = read_pairs(path, COLUMNS, {"kind": frozenset({PERSON, ORGANISATION}), "same": frozenset(SAME)})
    return measure(rows, _suggested)


def _suggested(row: Row) -> tuple[bool, str]:
    if row["kind"] == PERSON:
        found = compare_people(read_person_entry(row["a"]), read_person_entry(row["b"]))
    else:
        found = compare_organisations(read_organisation_entry(row["a"]), read_organisation_entry(row["b"]))
    return found.suggested, "|".join(found.reasons)
