"""Dates as they are written in each language."""

from __future__ import annotations

import datetime as dt

from service.languages import Lang

WEEKDAYS_JA = "月火水木金土日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date_words(day: dt.date, lang: Lang) -> str:
    """Give a date with its weekday.

    Examples
    --------
    >>> date_words(dt.date(2026, 11, 22), Lang.JA)
    '2026年11月22日（日）'
    >>> date_words(dt.date(2026, 11, 22), Lang.EN)
    'Sun 22 Nov 2026'
    """
    if lang is Lang.JA:
        return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS_JA[day.weekday()]}）"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"
