"""Days of a report."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.calendar import first_second
from graph.errors import WrongUse

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
EPOCH = dt.date(1970, 1, 1)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a report, both included, days in Japan; None = open.

    Raises
    ------
    graph.errors.WrongUse
        If it ends before it begins.
    """

    since: dt.date | None = None
    until: dt.date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise WrongUse(f"period: until {self.until} is before since {self.since}")

    def holds(self, t: FloatArray) -> NDArray[np.bool_]:
        """Say which times (POSIX seconds) lie in it; NaN lies in no period."""
        start = -np.inf if self.since is None else first_second(self.since)
        open_end = self.until is None or self.until == dt.date.max  # no day comes after that one
        end = np.inf if self.until is None or open_end else first_second(self.until + ONE_DAY)
        inside: NDArray[np.bool_] = (t >= start) & (t < end)
        return inside

    def check_whole_months(self) -> None:
        """Refuse a period that begins or ends inside a month.

        Raises
        ------
        graph.errors.WrongUse
            With the days that are allowed.
        """
        if self.since and self.since != _first(self.since):
            raise WrongUse(
                f"since {self.since}: only whole months may be asked for,"
                f" expected the first day of one, such as {_first(self.since)}"
            )
        if self.until and self.until != _last(self.until):
            raise WrongUse(
                f"until {self.until}: only whole months may be asked for,"
                f" expected the last day of one, such as {_last(self.until)}"
            )


def months_of(t: FloatArray) -> IntArray:
    """Give the calendar month in Japan of each time, counted from January 1970.

    Parameters
    ----------
    t : (n,) float
        POSIX seconds, finite.

    Examples
    --------
    >>> months_of(np.array([0.0, first_second(dt.date(1970, 2, 1)) - 1, first_second(dt.date(1970, 2, 1))]))
    array([0, 0, 1])
    """
    seconds = np.floor(t - first_second(EPOCH)).astype(np.int64)
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def _first(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _last(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
