"""What an import has to say about a file: problems of rows, and notes that ask for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.errors import Problem
from ingest.withheld import without_secret

KEPT = 10_000
SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was done with a file and that the user should know, but need not act on.

    Attributes
    ----------
    code : str
        Stable reason code such as ``"total_row_skipped"``.
    sheet : str or None
        Sheet of a workbook.
    row : int or None
        Row as a spreadsheet shows it.
    value : str
        What it is about: a sheet, a header, a number of rows.
    """

    code: str
    sheet: str | None = None
    row: int | None = None
    value: str = ""


class Problems:
    """Problems of one file: the first ones are kept, all are counted.

    Parameters
    ----------
    file : str
        Name of the file as the user gave it.
    kept : int
        How many are kept in memory.
    """

    def __init__(self, file: str, kept: int = KEPT) -> None:
        self.file = file
        self.refused = 0
        self.flagged = 0
        self._kept = kept
        self._list: list[Problem] = []
        self._refused_rows: set[tuple[str | None, int]] = set()
        self._flagged_rows: set[tuple[str | None, int]] = set()

    def __len__(self) -> int:
        return self.refused + self.flagged

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._list, key=lambda p: (p.sheet or "", p.row or 0, p.column or "")))

    @property
    def refused_rows(self) -> int:
        """Number of rows that are not stored."""
        return len(self._refused_rows)

    @property
    def flagged_rows(self) -> int:
        """Number of rows that are stored and to be looked at."""
        return len(self._flagged_rows - self._refused_rows)

    def refuse(
        self, row: int | None, column: str | None, value: str, code: str, expected: str, sheet: str | None = None
    ) -> None:
        """Note a cell because of which its row is not stored."""
        self.refused += 1
        if row is not None:
            self._refused_rows.add((sheet, row))
        self._keep(Problem(self.file, sheet, row, column, shortened(value), code, expected))

    def flag(
        self, row: int | None, column: str | None, value: str, code: str, expected: str, sheet: str | None = None
    ) -> None:
        """Note a cell that somebody should look at; its row is stored."""
        self.flagged += 1
        if row is not None:
            self._flagged_rows.add((sheet, row))
        self._keep(Problem(self.file, sheet, row, column, shortened(value), code, expected, "flag"))

    def _keep(self, problem: Problem) -> None:
        if len(self._list) < self._kept:
            self._list.append(problem)


def shortened(value: str) -> str:
    """Cut a long value so that a report stays readable, and take a secret out of it."""
    value = without_secret(value)
    return value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"
