"""Days on the command line."""

from __future__ import annotations

import datetime as dt

from graph.errors import WrongUse


def day(text: str | None, option: str) -> dt.date | None:
    """Read a day.

    Raises
    ------
    graph.errors.WrongUse
        If it is none.

    Examples
    --------
    >>> day("2026-04-01", "--since")
    datetime.date(2026, 4, 1)
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{option}: got {text!r}, expected a date such as 2026-04-01") from None
