"""Columns of a plain table with a fixed header, read in large parts: for files of a million rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from graph.errors import Refused
from ingest.problems import Problems
from ingest.source import UNREADABLE, Source, open_text

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table, column by column.

    Attributes
    ----------
    rows : sequence of int, (n,)
        Row as a spreadsheet shows it: the header is row 1, blank rows are counted, a line break inside
        quotes starts no row.
    cells : dict of str to list of str
        Wanted columns that the table has.
    """

    rows: Sequence[int]
    cells: dict[str, list[str]]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[str]:
        """Give a column; one that the table lacks is all empty cells."""
        return self.cells.get(name) or [""] * len(self.rows)


def read_header(source: Source) -> list[str]:
    """Give the header of a table: its first row.

    Raises
    ------
    Refused
        If it cannot be read as CSV.
    """
    with open_text(source) as stream:
        try:
            return [cell.strip() for cell in next(csv.reader(stream, delimiter=delimiter_of(source), strict=True), [])]
        except (csv.Error, UnicodeError, *UNREADABLE) as error:
            raise Refused(f"{source.label}: cannot be read as CSV: {error}") from error


def delimiter_of(source: Source) -> str:
    """Give tab for ``.tsv`` files, else comma."""
    return "\t" if source.name.lower().removesuffix(".gz").endswith(".tsv") else ","


def read_parts(source: Source, wanted: Sequence[str], problems: Problems) -> Iterator[Part]:
    """Read the wanted columns of a table whose first row is its header.

    Parameters
    ----------
    source : Source
        A text file.
    wanted : sequence of str
        Columns to give; others are passed over.
    problems : Problems
        Gets the rows whose number of cells is not that of the header.

    Yields
    ------
    Part
        Up to `ROWS_AT_ONCE` rows.

    Raises
    ------
    Refused
        If the file cannot be read as CSV.
    """
    with open_text(source) as stream:
        lines = csv.reader(stream, delimiter=delimiter_of(source), strict=True)
        done = 1
        try:
            header = [cell.strip() for cell in next(lines, [])]
            places = {name: header.index(name) for name in wanted if name in header}
            while chunk := list(islice(lines, ROWS_AT_ONCE)):
                rows, whole = _whole(chunk, done + 1, len(header), problems)
                done += len(chunk)
                yield Part(rows, {name: [cells[i] for cells in whole] for name, i in places.items()})
        except (csv.Error, UnicodeError, *UNREADABLE) as error:
            raise Refused(f"{source.label}: cannot be read as CSV near line {lines.line_num}: {error}") from error


def _whole(chunk: list[list[str]], first: int, width: int, problems: Problems) -> tuple[Sequence[int], list[list[str]]]:
    """Give the rows that have a cell for each header, with their numbers."""
    if set(map(len, chunk)) == {width}:
        return range(first, first + len(chunk)), chunk
    rows, whole = [], []
    for row, cells in enumerate(chunk, first):
        if len(cells) == width:
            rows.append(row)
            whole.append(cells)
        elif any(cells):
            problems.refuse(row, None, ",".join(cells), "wrong_number_of_cells", f"{width} cells, as in the header")
    return rows, whole
