"""Decisions on pairs measured: a file of pairs with the right answers in, precision and recall out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Refused
from ingest.delimited import read_delimited
from ingest.limits import LIMITS
from ingest.source import examine

Row = Mapping[str, str]
SAME = {"1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Failure:
    """A pair that was decided otherwise than the file says.

    Attributes
    ----------
    id : str
        Of the row.
    got, expected : bool
        Whether it was taken for one, and whether it is.
    why : str
        What the decision rests on, codes joined by ``|``.
    """

    id: str
    got: bool
    expected: bool
    why: str


@dataclass(frozen=True, slots=True)
class PairsReport:
    """How often decisions on pairs are right.

    Attributes
    ----------
    precision : float or None
        Share of the pairs taken for one that are; None where none was.
    recall : float or None
        Share of the pairs that are one that were taken for it; None where none is.
    n : int
        Pairs.
    failures : tuple of Failure
        In the order of the file.
    """

    precision: float | None
    recall: float | None
    n: int
    failures: tuple[Failure, ...]


def read_header(path: Path) -> list[str]:
    """Read the names of the columns, in lower case; empty for an empty file; errors as of `read_pairs`."""
    return _header(_lines(path, ())[1])


def read_pairs(path: Path, columns: tuple[str, ...], allowed: Mapping[str, frozenset[str]]) -> list[Row]:
    """Read a file of pairs.

    Parameters
    ----------
    path : Path
        CSV or TSV in any encoding that an import reads.
    columns : tuple of str
        Columns that it must have; others are ignored.
    allowed : mapping of str to frozenset of str
        What a column may hold.

    Raises
    ------
    graph.errors.WrongUse
        If there is no such file.
    graph.errors.Refused
        If columns are missing or values are not allowed: every such row is told.
    """
    label, lines = _lines(path, columns)
    header = _header(lines)
    missing = [c for c in columns if c not in header]
    if missing:
        raise Refused(f"{label}: no column {', '.join(missing)}: expected {','.join(columns)}")
    rows: list[Row] = []
    wrong = []
    for number, cells in lines[1:]:
        row = dict(zip(header, [*cells, *[""] * len(header)], strict=False))
        rows.append({c: row[c].strip() for c in columns})
        wrong += [
            f"row {number}, column {c!r}: got {rows[-1][c]!r}" for c, v in allowed.items() if rows[-1][c] not in v
        ]
    if wrong:
        expected = "; ".join(f"{c}: {' or '.join(sorted(v))}" for c, v in allowed.items())
        raise Refused(f"{label}: {'; '.join(wrong[:20])}; expected {expected}")
    return rows


def _lines(path: Path, columns: tuple[str, ...]) -> tuple[str, list[tuple[int, list[str]]]]:
    """Give the name of a file and its lines with their numbers."""
    source = examine(path, LIMITS)
    if source.workbook:
        expected = f" with the columns {','.join(columns)}" if columns else ""
        raise Refused(f"{source.label}: a workbook: expected a CSV file{expected}")
    return source.label, read_delimited(source).sheets[0].rows


def _header(lines: list[tuple[int, list[str]]]) -> list[str]:
    return [cell.strip().casefold() for cell in lines[0][1]] if lines else []


def measure(rows: list[Row], decide: Callable[[Row], tuple[bool, str]]) -> PairsReport:
    """Compare decisions with the right answers.

    Parameters
    ----------
    rows : list of Row
        With ``id`` and ``same``, 0 or 1.
    decide : callable
        Gives whether a pair is taken for one, and why.
    """
    decided = [(row["id"], *decide(row), SAME[row["same"]]) for row in rows]
    hits = sum(got and same for _, got, _, same in decided)
    taken = sum(got for _, got, _, _ in decided)
    ones = sum(same for *_, same in decided)
    return PairsReport(
        hits / taken if taken else None,
        hits / ones if ones else None,
        len(decided),
        tuple(Failure(i, got, same, why) for i, got, why, same in decided if got != same),
    )
