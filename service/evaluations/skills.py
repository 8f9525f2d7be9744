"""Canonical skills, measured on pairs of texts."""

from __future__ import annotations

from pathlib import Path

from ingest.skills import canonical_skill
from service.evaluations.pairs import SAME, PairsReport, Row, measure, read_pairs

COLUMNS = ("id", "a", "b", "same")


def evaluate(path: Path) -> PairsReport:
    """Measure on a file with the columns ``id,a,b,same`` which pairs of texts are one canonical skill.

    Raises
    ------
    graph.errors.WrongUse
        If there is no such file.
    graph.errors.Refused
        If it is no such file.
    """
    return measure(read_pairs(path, COLUMNS, {"same": frozenset(SAME)}), _one)


def _one(row: Row) -> tuple[bool, str]:
    a, b = canonical_skill(row["a"]), canonical_skill(row["b"])
    return a.key == b.key, f"{a.name}|{b.name}"
