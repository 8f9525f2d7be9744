"""Dates as people write them (4.8.6); times without a zone are Japan Standard Time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.calendar import JST
from ingest.dates import EPOCH_1904, SlashOrder, parse_moment, slash_order

DAY = dt.date(2024, 1, 5)


@pytest.mark.parametrize(
    "written",
    ["2024/1/5", "2024-01-05", "2024.1.5", "2024年1月5日", "令和6年1月5日", "R6.1.5", "r6/1/5", "２０２４／１／５",
     "令和６年１月５日", "45296", "20240105", "2024/1/5(金)", "2024年1月5日（金曜日）", "5 Jan 2024", "Jan 5, 2024",
     " 2024 / 1 / 5 "],
)  # fmt: skip
def test_one_day_in_many_spellings(written: str) -> None:
    moment = parse_moment(written)
    assert moment.day == DAY
    assert dt.datetime.fromtimestamp(moment.start, JST) == dt.datetime(2024, 1, 5, tzinfo=JST)
    assert moment.end - moment.start == 86_399


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2026/07/27 3:15:06 午後 GMT+9", "2026-07-27T15:15:06+09:00"),
        ("2026/07/27 午後 3:15:06", "2026-07-27T15:15:06+09:00"),
        ("2026/07/27 12:15:06 午前 GMT+9", "2026-07-27T00:15:06+09:00"),
        ("2026/07/27 12:15:06 午後 GMT+9", "2026-07-27T12:15:06+09:00"),
        ("2026/07/27 下午 3:15:06", "2026-07-27T15:15:06+09:00"),
        ("2026/07/27 3:15:06 PM GMT+9", "2026-07-27T15:15:06+09:00"),
        ("2024/01/07 19:41:41", "2024-01-07T19:41:41+09:00"),
        ("2024-01-07T19:41:41Z", "2024-01-08T04:41:41+09:00"),
        ("2024-01-07 19:41:41-05:00", "2024-01-08T09:41:41+09:00"),
        ("令和6年1月7日 10時30分", "2024-01-07T10:30:00+09:00"),
        ("45296.5", "2024-01-05T12:00:00+09:00"),
    ],
)
def test_times_of_day(written: str, clock: str) -> None:
    moment = parse_moment(written)
    assert dt.datetime.fromtimestamp(moment.start, JST).isoformat() == clock
    assert moment.start == moment.end


@pytest.mark.parametrize(
    ("written", "day"),
    [("令和元年5月1日", "2019-05-01"), ("平成31年4月30日", "2019-04-30"), ("H31.4.30", "2019-04-30"),
     ("昭和64年1月7日", "1989-01-07"), ("S63.12.31", "1988-12-31"), ("大正元年7月30日", "1912-07-30")],
)  # fmt: skip
def test_eras(written: str, day: str) -> None:
    assert parse_moment(written).day.isoformat() == day


@pytest.mark.parametrize(
    "written",
    ["2024年2月30日", "2024/13/1", "2023-02-29", "平成31年5月1日", "令和元年4月30日", "R0.1.1", "0024/1/5", "未定か",
     "1/2/2024", "2024/1/5 25:00", "13:00 午後", "9999999", "2024/1/5 13:00 午後", "1e5", "令和6年"],
)  # fmt: skip
def test_impossible_dates_are_none(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_moment(written)


def test_year_and_month_are_their_whole_length() -> None:
    moment = parse_moment("2024年2月")
    assert (moment.day, moment.end - moment.start) == (dt.date(2024, 2, 1), 29 * 86_400 - 1)
    assert parse_moment("2024").day == dt.date(2024, 1, 1)


def test_serial_days_of_both_epochs() -> None:
    assert parse_moment("43834", epoch=EPOCH_1904).day == DAY


def test_slashes_are_read_as_the_column_writes_them() -> None:
    assert slash_order(["1/2/2024", "1/13/2024 10:00"]) is SlashOrder.MONTH_FIRST
    assert slash_order(["1/2/2024", "13/1/2024"]) is SlashOrder.DAY_FIRST
    assert slash_order(["1/2/2024"]) is None
    assert slash_order(["13/1/2024", "1/13/2024"]) is None
    assert parse_moment("1/2/2024", order=SlashOrder.MONTH_FIRST).day == dt.date(2024, 1, 2)
    assert parse_moment("1/2/2024", order=SlashOrder.DAY_FIRST).day == dt.date(2024, 2, 1)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)))
def test_every_day_survives_every_spelling(day: dt.date) -> None:
    era = f"令和{day.year - 2018}年" if day >= dt.date(2019, 5, 1) else f"平成{day.year - 1988}年"
    for written in (f"{day.year}/{day.month}/{day.day}", day.isoformat(), f"{day.year}年{day.month}月{day.day}日"):
        assert parse_moment(written).day == day
    assert parse_moment(f"{era}{day.month}月{day.day}日").day == day


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        moment = parse_moment(text)
    except ValueError:
        return
    assert moment.start <= moment.end
