"""CSV files with a header, plain or gzipped: read with bad rows noted, written with the same bytes always."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Problem, Refused


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one file by column, those with a wrong number of cells left out.

    Attributes
    ----------
    file : str
        Name as found, such as ``edges.csv.gz``.
    columns : dict of str to list of str
        Cells by header; an optional column that the file lacks is all empty cells.
    rows : list of int
        Row of each entry as a spreadsheet shows it.
    present : frozenset of str
        Columns that the file has.
    problems : list of Problem
        What was left out.
    """

    file: str
    columns: dict[str, list[str]]
    rows: list[int]
    present: frozenset[str]
    problems: list[Problem]

    def refuse(self, entry: int, column: str, code: str, expected: str) -> None:
        """Note one bad cell."""
        value = self.columns[column][entry]
        self.problems.append(Problem(self.file, None, self.rows[entry], column, value, code, expected))


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read one CSV file, plain or gzipped.

    Parameters
    ----------
    path : Path
        The file, UTF-8 with or without a byte order mark.
    required, optional : sequence of str
        Columns wanted; others are ignored.

    Returns
    -------
    Table
        The rows; those with another number of cells than the header are in its problems.

    Raises
    ------
    Refused
        When the file cannot be read as UTF-8 CSV, or a required column is missing.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            return _fill(path.name, csv.reader(stream), required, optional)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: cannot be read as UTF-8 CSV: {error}") from error


def _fill(name: str, lines: Iterator[list[str]], required: Sequence[str], optional: Sequence[str]) -> Table:
    header = [cell.strip() for cell in next(lines, [])]
    if missing := [column for column in required if column not in header]:
        raise Refused(f"{name}: columns {', '.join(header) or 'none'}; needed: {', '.join(missing)}")
    present = frozenset(c for c in (*required, *optional) if c in header)
    places = [(header.index(column), column) for column in (*required, *optional) if column in present]
    table = Table(name, {c: [] for c in (*required, *optional)}, [], present, [])
    pool: dict[str, str] = {}  # ids recur: one string object each
    for row, cells in enumerate(lines, start=2):
        if len(cells) != len(header):
            if cells:
                expected = f"{len(header)} cells"
                table.problems.append(
                    Problem(name, None, row, None, ",".join(cells), "wrong_number_of_cells", expected)
                )
            continue
        table.rows.append(row)
        for place, column in places:
            table.columns[column].append(pool.setdefault(cells[place], cells[place]))
    for column in optional:
        if column not in present:
            table.columns[column].extend([""] * len(table.rows))
    return table


def write_table(path: Path, rows: Iterable[Sequence[str]], *, compress: bool = False) -> Path:
    """Write one CSV file, header included in the rows, with the same bytes on every machine and day.

    Parameters
    ----------
    path : Path
        Target; ``.gz`` is added when compressing.
    rows : iterable of sequence of str
        The header and the rows.
    compress : bool
        Write gzip without a time stamp.

    Returns
    -------
    Path
        The file written.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    content = text.getvalue().encode("utf-8")
    if compress:
        path = path.with_name(path.name + ".gz")
        content = gzip.compress(content, mtime=0)
    path.write_bytes(content)
    return path
