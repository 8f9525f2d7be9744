"""Times as files of networks write them: numbers, or ISO dates of any precision, as POSIX seconds."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EXPECTED = "a number of seconds, or a date such as 2023-12-01, 2023-12 or 2023"

_YEAR = re.compile(r"(19|20)\d\d|2100")
_MONTH = re.compile(r"(\d{4})-(\d{2})")

LONGEST_S = 253_402_300_799.0
"""Last second of the year 9999: larger numbers are no seconds, rather milliseconds."""

FloatArray = NDArray[np.float64]


class TimeColumn:
    """Reads a column of times part by part.

    Cells are empty, a number of seconds, or ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or a full ISO timestamp (UTC
    without an offset). A date of reduced precision means its first instant.

    Notes
    -----
    ``1995`` is a year in a column of dates and 1,995 seconds in a column of numbers: a column holds dates as soon
    as one cell is written with dashes, or when every cell looks like a year from 1900 to 2100. So the years are
    settled when the whole column has been read.
    """

    def __init__(self) -> None:
        self._known: dict[str, float] = {"": np.nan}
        self._parts: list[FloatArray] = []
        self._years: list[NDArray[np.bool_]] = []
        self._dashes = False
        self._numbers = False

    def add(self, cells: Sequence[str]) -> FloatArray:
        """Read the next cells.

        Returns
        -------
        (n,) float
            Infinite where a cell is no time; the other values are final only in `values`.
        """
        try:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
            values[~(np.abs(values) <= LONGEST_S)] = np.inf
        except ValueError:
            values = np.fromiter(map(self._parse, cells), np.float64, len(cells))
        years = (values >= 1900) & (values <= 2100)
        for i in np.flatnonzero(years).tolist():
            years[i] = _YEAR.fullmatch(cells[i].strip()) is not None
        self._numbers = self._numbers or bool(np.any(np.isfinite(values) & ~years))
        self._parts.append(values)
        self._years.append(years)
        return values

    def values(self) -> FloatArray:
        """Give all times: POSIX seconds, NaN where the cell is empty, infinite where it is no time."""
        if not self._parts:
            return np.zeros(0)
        values, years = np.concatenate(self._parts), np.concatenate(self._years)
        if years.any() and (self._dashes or not self._numbers):
            start = {y: dt.datetime(y, 1, 1, tzinfo=dt.UTC).timestamp() for y in range(1900, 2101)}
            values[years] = [start[int(y)] for y in values[years]]
        return values

    def _parse(self, cell: str) -> float:
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = self._parse_new(cell.strip())
        return known

    def _parse_new(self, cell: str) -> float:
        if not cell:
            return np.nan
        try:
            value = float(cell)
            return value if abs(value) <= LONGEST_S else np.inf
        except ValueError:
            self._dashes = self._dashes or "-" in cell
            return _parse_iso(cell)


def parse_times(cells: Sequence[str]) -> FloatArray:
    """Read a whole column of times; see `TimeColumn` for what a cell may hold.

    Returns
    -------
    (n,) float
        POSIX seconds; NaN where the cell is empty, infinite where it is no time.

    Examples
    --------
    >>> parse_times(["1970", "1970-02", "1970-01-02T00:00:01Z", ""]).tolist()
    [0.0, 2678400.0, 86401.0, nan]
    >>> parse_times(["1970", "28840"]).tolist()
    [1970.0, 28840.0]
    """
    column = TimeColumn()
    column.add(cells)
    return column.values()


def format_time(seconds: float) -> str:
    """Write a time so that `parse_times` reads back the same number; NaN gives an empty cell.

    Examples
    --------
    >>> format_time(28840.0), format_time(1995.0), format_time(float("nan"))
    ('28840', '1995.0', '')
    """
    if math.isnan(seconds):
        return ""
    if seconds != int(seconds) or _YEAR.fullmatch(str(int(seconds))):
        return repr(float(seconds))
    return str(int(seconds))


def _parse_iso(cell: str) -> float:
    try:
        if month := _MONTH.fullmatch(cell):
            return dt.datetime(int(month[1]), int(month[2]), 1, tzinfo=dt.UTC).timestamp()
        moment = dt.datetime.fromisoformat(cell)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, OverflowError):
        return np.inf
