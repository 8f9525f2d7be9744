import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.times import format_time, parse_times


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1970-01-02", 86400.0),
        ("1970-02", 31 * 86400.0),
        ("1970", 0.0),
        ("1970-01-01T09:00:00+09:00", 0.0),
        ("1970-01-01T00:00:30", 30.0),
        ("1970-01-01T00:00:30Z", 30.0),
        ("1969-12-31", -86400.0),
        (" 1970-01-02 ", 86400.0),
    ],
)
def test_dates_of_any_precision_mean_their_first_instant(cell: str, seconds: float) -> None:
    assert parse_times([cell, "2000-01-01"])[0] == seconds


def test_a_column_of_years_is_dates_and_a_column_of_numbers_is_seconds() -> None:
    assert parse_times(["1970", "1971"]).tolist() == [0.0, 365 * 86400.0]
    assert parse_times(["1970", "1971", "2400"]).tolist() == [1970.0, 1971.0, 2400.0]


def test_negative_and_scientific_numbers_are_no_dates() -> None:
    assert parse_times(["-5", "1e-3", "2000"]).tolist() == [-5.0, 0.001, 2000.0]


@pytest.mark.parametrize("cell", ["2023-13-01", "2023-13", "yesterday", "nan", "inf", "2023-02-30T10:00"])
def test_what_is_no_time_becomes_infinite(cell: str) -> None:
    assert parse_times([cell])[0] == math.inf


def test_an_empty_cell_is_undated() -> None:
    assert math.isnan(parse_times(["", "3"])[0])


@given(st.lists(st.floats(-2.5e11, 2.5e11) | st.integers(1890, 2110).map(float)))
def test_written_times_read_back_the_same(times: list[float]) -> None:
    assert parse_times([format_time(t) for t in times]).tolist() == times
