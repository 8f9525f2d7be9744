"""A sheet: rows of cells as text, as a spreadsheet shows them."""

from __future__ import annotations

import datetime as dt
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
    """

    name: str | None
    rows: Rows
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    epoch: dt.datetime = EPOCH_1900


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a file.

    Attributes
    ----------
    sheets : list of Sheet
        Those that are shown.
    hidden : list of str
        Names of those that are hidden, whose content was not read.
    """

    sheets: list[Sheet]
    hidden: list[str] = field(default_factory=list)
