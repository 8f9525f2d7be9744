"""The calendar that members live by: days begin at midnight in Japan, wherever the machine stands."""

from __future__ import annotations

import datetime as dt

JST = dt.timezone(dt.timedelta(hours=9), "JST")
"""Japan Standard Time; Japan has no summer time."""

SECONDS_PER_DAY = 86_400.0


def today() -> dt.date:
    """Give the day it is in Japan."""
    return dt.datetime.now(JST).date()


def first_second(day: dt.date) -> float:
    """Give the POSIX seconds at which a day begins in Japan.

    Examples
    --------
    >>> first_second(dt.date(1970, 1, 2))
    54000.0
    """
    return dt.datetime.combine(day, dt.time(), JST).timestamp()
