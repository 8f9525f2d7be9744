"""Dates and times as people and spreadsheets write them in Japan; times without a zone are Japan Standard Time."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from graph.calendar import JST, SECONDS_PER_DAY, first_second

EXAMPLE = "2024-01-05"
EXPECTED = f"a date such as {EXAMPLE}, 2024/1/5, 2024年1月5日 or 令和6年1月5日"
FIRST_YEAR, LAST_YEAR = 1868, 2199
FIRST_SERIAL, LAST_SERIAL = 10_000, 109_574
"""Serial days of spreadsheets from 1927 to 2199: smaller numbers are rather years or counts."""

EPOCH_1900 = dt.datetime(1899, 12, 30)
EPOCH_1904 = dt.datetime(1904, 1, 1)

_ERAS = {
    "明治": (1868, dt.date(1868, 1, 25), dt.date(1912, 7, 29)),
    "大正": (1912, dt.date(1912, 7, 30), dt.date(1926, 12, 24)),
    "昭和": (1926, dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    "平成": (1989, dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
    "令和": (2019, dt.date(2019, 5, 1), dt.date(LAST_YEAR, 12, 31)),
}
_ERA_LETTERS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_WEEKDAY = re.compile(r"\((?:[日月火水木金土](?:曜日?)?|祝|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)(?:・祝)?\)")
_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[mtshr])\.?(元|\d{1,2})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?")
_YMD = re.compile(r"(\d{4})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?")
_YM = re.compile(r"(\d{4})(?:年|[./-])(\d{1,2})月?")
_Y = re.compile(r"(\d{4})年?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})[ -]([a-z]{3})[a-z]*\.?,?[ -](\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})")
_HALF = r"午前|午後|上午|下午|[ap]\.?m\.?"
_TIME = re.compile(
    rf"^(?P<date>.*?)[ t]*(?P<before>{_HALF})? *(?P<h>\d{{1,2}}):(?P<m>\d{{2}})(?::(?P<s>\d{{2}})(?:\.\d+)?)?"
    rf" *(?P<after>{_HALF})? *(?P<zone>z|utc|jst|(?:gmt|utc)?[+-]\d{{1,2}}(?::?\d{{2}})?|gmt)?$"
)
_CLOCK = re.compile(r"(\d{1,2})時(?:(\d{1,2})分)?")
_SERIAL = re.compile(r"\d{5,6}(?:\.\d+)?")
_UP_TO = re.compile(r"(?:まで|迄)$")
_END_OF_MONTH = re.compile(r"(.*年\d{1,2}月)(?:末日?|中|いっぱい)?")
_END_OF_YEAR = re.compile(r"(.*年)(?:末|中|内|いっぱい)")
_END_OF_FISCAL_YEAR = re.compile(r"(.*年)度(?:末|中|内|いっぱい)?")


class SlashOrder(StrEnum):
    """What ``1/2/2024`` means in one column."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time as it was written.

    Attributes
    ----------
    start, end : float
        First and last second of it, POSIX seconds: one and the same for a time, a day apart for a date.
    day : datetime.date
        The day of its start, in the zone in which it was written.
    """

    start: float
    end: float
    day: dt.date


@lru_cache(maxsize=1 << 14)
def parse_moment(text: str, *, epoch: dt.datetime = EPOCH_1900, order: SlashOrder | None = None) -> Moment:
    """Read a date or a time.

    Parameters
    ----------
    text : str
        ISO, with slashes, dots or 年月日, an era name or its letter, full-width digits, a serial day of a
        spreadsheet, English month names; with a time of day, 午前/午後 or AM/PM before or after it, a zone.
        Year and month alone mean the first of the month.
    epoch : datetime
        Day 0 of serial days: `EPOCH_1900` or `EPOCH_1904`.
    order : SlashOrder, optional
        How to read ``1/2/2024``; without it only what can be read in one way is taken.

    Returns
    -------
    Moment
        Without a zone in the text it is Japan Standard Time (UTC+9, no summer time).

    Raises
    ------
    ValueError
        If it is no date, or an impossible one such as 30 February, or in no era of that name.

    Examples
    --------
    >>> parse_moment("令和６年１月５日").day, parse_moment("R6.1.5").day, parse_moment("45296").day
    (datetime.date(2024, 1, 5), datetime.date(2024, 1, 5), datetime.date(2024, 1, 5))
    >>> dt.datetime.fromtimestamp(parse_moment("2026/07/27 3:15:06 午後 GMT+9").start, JST).isoformat()
    '2026-07-27T15:15:06+09:00'
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    plain = _CLOCK.sub(lambda m: f"{m[1]}:{m[2] or 0:0>2}", _WEEKDAY.sub("", plain)).strip()
    if _SERIAL.fullmatch(plain):
        return _serial(float(plain), epoch)
    if match := _TIME.fullmatch(plain):
        return _time_of_day(_day(match["date"].strip(), order)[0], match)
    first, last = _day(plain, order)
    return Moment(first_second(first), last_second(last), first)


def last_day(text: str, *, epoch: dt.datetime = EPOCH_1900, order: SlashOrder | None = None) -> dt.date:
    """Read the last day of something: of a month or a year the last day of it.

    Parameters
    ----------
    text, epoch, order
        As for `parse_moment`; also with まで behind it, and the end of a month, of a year, of a fiscal year (which
        ends on 31 March of the next year).

    Raises
    ------
    ValueError
        If it is no date, also where its year is not told.

    Examples
    --------
    >>> [str(last_day(text)) for text in ("2027年3月末まで", "令和8年度末", "2026年末", "2026/12", "2026-12-30 18:00")]
    ['2027-03-31', '2027-03-31', '2026-12-31', '2026-12-31', '2026-12-30']
    """
    plain = _UP_TO.sub("", "".join(unicodedata.normalize("NFKC", text).split()))
    if match := _END_OF_FISCAL_YEAR.fullmatch(plain):
        year = parse_moment(f"{match[1]}4月1日").day.year
        return dt.date(year + 1, 3, 31)
    if match := _END_OF_YEAR.fullmatch(plain):
        return parse_moment(f"{match[1]}12月31日").day
    if match := _END_OF_MONTH.fullmatch(plain):
        return _end_of_month(parse_moment(f"{match[1]}1日").day)
    written = _UP_TO.sub("", text.strip())
    moment = parse_moment(written, epoch=epoch, order=order)
    return moment.day if moment.start == moment.end else dt.datetime.fromtimestamp(moment.end, JST).date()


def slash_order(cells: Iterable[str]) -> SlashOrder | None:
    """Find out how a column writes ``1/2/2024``, from a cell that can be read in one way only.

    Returns
    -------
    SlashOrder or None
        None where no cell tells, or where two cells tell different things.
    """
    found = set()
    for cell in cells:
        match = _SLASHED.match(unicodedata.normalize("NFKC", cell).strip())
        if match and int(match[1]) > 12:
            found.add(SlashOrder.DAY_FIRST)
        elif match and int(match[2]) > 12:
            found.add(SlashOrder.MONTH_FIRST)
    return found.pop() if len(found) == 1 else None


def last_second(day: dt.date) -> float:
    """Give the last second of a day in Japan, POSIX seconds."""
    return first_second(day) + SECONDS_PER_DAY - 1.0


def _serial(days: float, epoch: dt.datetime) -> Moment:
    if not FIRST_SERIAL <= days <= LAST_SERIAL:
        raise ValueError(f"serial day {days}")
    moment = (epoch + dt.timedelta(seconds=round(days * SECONDS_PER_DAY))).replace(tzinfo=JST)
    if days == int(days):
        return Moment(moment.timestamp(), last_second(moment.date()), moment.date())
    return Moment(moment.timestamp(), moment.timestamp(), moment.date())


def _time_of_day(day: dt.date, match: re.Match[str]) -> Moment:
    hour, minute, second = int(match["h"]), int(match["m"]), int(match["s"] or 0)
    half = (match["before"] or match["after"] or "").replace(".", "")
    if half and hour > 12:
        raise ValueError(f"hour {hour} with {half}")
    if half in ("午後", "下午", "pm"):
        hour = hour % 12 + 12
    elif half:
        hour %= 12
    moment = dt.datetime.combine(day, dt.time(hour, minute, second), _zone(match["zone"] or ""))
    return Moment(moment.timestamp(), moment.timestamp(), day)


def _zone(text: str) -> dt.tzinfo:
    if text in ("", "jst"):
        return JST
    offset = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if not offset:
        return dt.UTC
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return dt.timezone(dt.timedelta(minutes=minutes if offset[1] == "+" else -minutes))


def _day(text: str, order: SlashOrder | None) -> tuple[dt.date, dt.date]:
    """Give the first and the last day of a date."""
    compact = text.replace(" ", "")
    if match := _ERA.fullmatch(compact):
        day = _era_day(*match.groups())
    elif match := _YMD.fullmatch(compact) or _COMPACT.fullmatch(compact):
        day = _date(int(match[1]), int(match[2]), int(match[3]))
    elif match := _SLASHED.fullmatch(compact):
        day = _slashed_day(int(match[1]), int(match[2]), int(match[3]), order)
    elif match := _DAY_FIRST.fullmatch(text):
        day = _date(int(match[3]), _month(match[2]), int(match[1]))
    elif match := _MONTH_FIRST.fullmatch(text):
        day = _date(int(match[3]), _month(match[1]), int(match[2]))
    elif match := _YM.fullmatch(compact):
        first = _date(int(match[1]), int(match[2]), 1)
        return first, _end_of_month(first)
    elif match := _Y.fullmatch(compact):
        return _date(int(match[1]), 1, 1), _date(int(match[1]), 12, 31)
    else:
        raise ValueError(f"no date: {text!r}")
    return day, day


def _end_of_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _date(year: int, month: int, day: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year}")
    return dt.date(year, month, day)


def _era_day(era: str, year: str, month: str, day: str) -> dt.date:
    first_year, first, last = _ERAS[_ERA_LETTERS.get(era, era)]
    date = _date(first_year - 1 + (1 if year == "元" else int(year)), int(month), int(day))
    if not first <= date <= last:
        raise ValueError(f"{date} is not in the era {era}")
    return date


def _slashed_day(a: int, b: int, year: int, order: SlashOrder | None) -> dt.date:
    if order is None and a <= 12 and b <= 12 and a != b:
        raise ValueError(f"{a}/{b}/{year} may mean two days")
    day_first = a > 12 or (order is SlashOrder.DAY_FIRST and b <= 12)
    return _date(year, b, a) if day_first else _date(year, a, b)


def _month(name: str) -> int:
    return _MONTH_NAMES.index(name) + 1
