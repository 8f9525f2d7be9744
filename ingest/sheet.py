"""A sheet: rows of cells as text, as a spreadsheet shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.dates import EPOCH_1900

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet that hold anything.

    Attributes
    ----------
    name : str or None
        Name in its workbook; None for a CSV file.
    rows : list of (int, list of str)
        Number of the row, from 1, with blank rows counted; its cells, empty ones as empty text.
    merged : list of (int, int, int, int)
        Merged ranges: first row, first column, last row, last column, rows from 1, columns from 0. The text
        stands in the first cell only.
    epoch : datetime
        Day 0 of serial days.
    formulas : list of (int, int, str)
        Cells whose formula has no calculated value: row from 1, column from 0, the formula.
    profile : str
        Profile of a table that was made from a document whose shape is known; empty for a table that people keep.
    """

    name: str | None
    rows: Rows
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    epoch: dt.datetime = EPOCH_1900
    formulas: list[tuple[int, int, str]] = field(default_factory=list)
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a file.

    Attributes
    ----------
    sheets : list of Sheet
        Those that are shown.
    hidden : list of str
        Names of those that are hidden, whose content was not read.
    encoding : str
        How texts inside the file are encoded where that is not the encoding of the file.
    """

    sheets: list[Sheet]
    hidden: list[str] = field(default_factory=list)
    encoding: str = ""


def records(profile: str, headers: Sequence[str], rows: Iterable[Mapping[str, str]], name: str | None = None) -> Sheet:
    """Make a table of the records of a document; its rows are numbered from 1 as the records come.

    Parameters
    ----------
    profile : str
        Profile of the table.
    headers : sequence of str
        Columns.
    rows : iterable of mapping of str to str
        Cells by header; missing ones are empty.
    name : str, optional
        Name of the table where the document holds several.
    """
    sheet = Sheet(name, [(0, list(headers))], profile=profile)
    for number, record in enumerate(rows, start=1):
        cells = [record.get(header, "") for header in headers]
        if any(cells):
            sheet.rows.append((number, cells))
    return sheet
