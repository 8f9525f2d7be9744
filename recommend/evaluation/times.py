"""Times as files write them: numbers, or ISO dates of any precision, as POSIX seconds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from graph.measures.adjacency import FloatArray

_YEAR = re.compile(r"(19|20)\d\d|2100")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})")


def parse_times(column: Sequence[str]) -> FloatArray:
    """Read a column of times.

    Parameters
    ----------
    column : sequence of str
        Cells: empty, a number of seconds, or ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or a full ISO timestamp
        (without an offset it is UTC). A date of reduced precision means its first instant.

    Returns
    -------
    (n,) float
        POSIX seconds; NaN where the cell is empty, infinite where it is no time.

    Notes
    -----
    ``1995`` is a year in a column of dates and 1,995 seconds in a column of numbers: a column holds dates as
    soon as one cell is written with dashes, or when every cell looks like a year from 1900 to 2100.

    Examples
    --------
    >>> parse_times(["1970", "1970-02", "1970-01-02T00:00:01Z", ""]).tolist()
    [0.0, 2678400.0, 86401.0, nan]
    >>> parse_times(["1970", "28840"]).tolist()
    [1970.0, 28840.0]
    """
    cells = {cell.strip() for cell in column}
    dates = _holds_dates(cells)
    known = {cell: _parse(cell, dates) for cell in cells}
    return np.fromiter((known[cell.strip()] for cell in column), dtype=np.float64, count=len(column))


def format_time(seconds: float) -> str:
    """Write a time so that :func:`parse_times` reads back the same number; NaN gives an empty cell.

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


def _holds_dates(cells: Iterable[str]) -> bool:
    written = [cell for cell in cells if cell]
    if any("-" in cell[1:] and _number(cell) is None for cell in written):
        return True
    return bool(written) and all(_YEAR.fullmatch(cell) for cell in written)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _parse(cell: str, dates: bool) -> float:
    if not cell:
        return math.nan
    if dates and _YEAR.fullmatch(cell):
        return datetime(int(cell), 1, 1, tzinfo=UTC).timestamp()
    number = _number(cell)
    return number if number is not None else _parse_iso(cell)


def _parse_iso(cell: str) -> float:
    try:
        if month := _YEAR_MONTH.fullmatch(cell):
            return datetime(int(month[1]), int(month[2]), 1, tzinfo=UTC).timestamp()
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return math.inf
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
