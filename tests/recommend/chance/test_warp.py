"""Warped time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.chance.warp import Clock, distinct_ties


def test_age_counts_the_ties_formed_since() -> None:
    clock = Clock.of(np.array([10.0, 20.0, np.nan, 20.0, 1_000.0]))
    assert clock.age(np.array([10.0, 15.0, 20.0, 999.0, 2_000.0])).tolist() == [1.0, 0.75, 0.75, 0.25, 0.0]
    assert np.isnan(clock.age(np.array([np.nan]))[0])


def test_an_undated_fact_weighs_what_a_dated_one_weighs_on_average() -> None:
    firsts = np.arange(20_000.0)
    clock = Clock.of(firsts)
    for tau in (0.1, 0.3, 1.0):
        undated = clock.freshness(np.array([np.nan]), tau)[0]
        assert undated == pytest.approx(clock.freshness(firsts, tau).mean(), rel=1e-3)


def test_where_nothing_is_dated_all_weights_are_equal() -> None:
    clock = Clock.of(np.array([np.nan, np.nan]))
    assert len(np.unique(clock.freshness(np.array([np.nan, 3.0, 7.0]), 0.3))) == 1


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30), st.floats(0.01, 1e3), st.floats(-1e6, 1e6))
def test_unit_and_origin_of_time_do_not_matter(times: list[float], unit: float, origin: float) -> None:
    t = np.unique(np.round(np.array(times)))
    warped = t * unit + origin
    if len(np.unique(warped)) == len(t):
        assert np.array_equal(Clock.of(t).age(t), Clock.of(warped).age(warped))


def test_pairs_once_in_either_order_from_their_first_dated_meeting() -> None:
    u, v = np.array([3, 1, 1, 0]), np.array([1, 3, 3, 2])
    ties = distinct_ties(u, v, np.array([7.0, np.nan, 5.0, np.nan]), 4)
    assert (ties.u.tolist(), ties.v.tolist()) == ([0, 1], [2, 3])
    assert ties.of.tolist() == [1, 1, 1, 0]
    assert np.isnan(ties.first[0])
    assert ties.first[1] == 5.0
