"""CSV and TSV files as a sheet."""

from __future__ import annotations

import csv
import re
from itertools import islice

from graph.errors import Refused
from ingest.limits import LIMITS, Budget, Limits
from ingest.sheet import Book, Rows, Sheet
from ingest.source import UNREADABLE, Source, open_text

DELIMITERS = (",", "\t", ";")
ROWS_TO_LOOK_AT = 50
ROWS_A_CHECK = 2_000
GUARDED = re.compile(r'^="(.*)"$', re.DOTALL)


def read_delimited(source: Source, limits: Limits = LIMITS) -> Book:
    """Read a CSV or TSV file.

    Parameters
    ----------
    source : Source
        A text file.
    limits : Limits
        How many rows and columns it may have, and how long reading it may take.

    Returns
    -------
    Book
        One sheet without a name. Cells written as ``="0123"`` lose that guard.

    Raises
    ------
    Refused
        If it is no CSV: a quotation mark is not closed, or it is a web page; or if it is larger than the limits.
    """
    delimiter = _delimiter(source)
    rows: Rows = []
    number = 0
    budget = Budget(source.label, limits)
    with open_text(source) as stream:
        try:
            for number, cells in enumerate(csv.reader(stream, delimiter=delimiter, strict=True), start=1):
                if any(cell.strip() for cell in cells):
                    rows.append((number, [_bare(cell) for cell in cells]))
                    _check(source, number, len(rows), len(cells), limits)
                if number % ROWS_A_CHECK == 0:
                    budget.check(number)
        except (csv.Error, UnicodeError, *UNREADABLE) as error:
            raise Refused(f"{source.label}: cannot be read as CSV after row {number}: {error}") from error
    if rows and rows[0][1][0].lstrip().lower().startswith(("<html", "<!doctype", "<table", "<?xml")):
        raise Refused(f"{source.label}: this is a web page: open it in a spreadsheet, save it as .xlsx or CSV")
    return Book([Sheet(None, rows)])


def _check(source: Source, number: int, n_rows: int, n_columns: int, limits: Limits) -> None:
    if limits.text_rows is not None and n_rows > limits.text_rows + 1:
        raise Refused(f"{source.label} row {number}: more than {limits.text_rows:,} rows: import it in parts")
    if limits.text_columns is not None and n_columns > limits.text_columns:
        raise Refused(f"{source.label} row {number}: {n_columns} columns, at most {limits.text_columns}")


def _bare(cell: str) -> str:
    match = GUARDED.match(cell)
    return match[1] if match else cell


def _delimiter(source: Source) -> str:
    """Give the delimiter that makes the widest of the first rows, comma before the others."""
    width: dict[str, int] = {}
    for delimiter in DELIMITERS:
        with open_text(source) as stream:
            lines = csv.reader(stream, delimiter=delimiter, strict=True)
            try:
                width[delimiter] = max(map(len, islice(lines, ROWS_TO_LOOK_AT)), default=0)
            except (csv.Error, UnicodeError, *UNREADABLE):
                width[delimiter] = 0
    return max(DELIMITERS, key=lambda d: width[d])
