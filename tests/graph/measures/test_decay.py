"""Ties over time (A07, A08)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import Refused, WrongUse
from graph.measures import BandLimits, TieBand, bands, survival, tie_strength


def test_one_meeting_today_is_one_and_a_half_life_halves_it() -> None:
    strength = tie_strength(np.array([0, 1, 2, 2]), np.array([0.0, 90.0, 0.0, 0.0]), 4, half_life_days=90.0)
    assert strength == pytest.approx([1.0, np.log2(1.5), np.log2(3.0), 0.0])


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=20), st.floats(1, 1_000))
def test_one_more_meeting_never_weakens_and_waiting_never_strengthens(days: list[float], later: float) -> None:
    tie, ago = np.zeros(len(days), dtype=np.int64), np.array(days)
    now = tie_strength(tie, ago, 1)[0]
    assert tie_strength(tie[:-1], ago[:-1], 1)[0] <= now
    assert tie_strength(tie, ago + later, 1)[0] <= now
    assert np.isfinite(now)


def test_a_tie_with_yearly_contact_is_loose_not_dead() -> None:
    got = bands(np.array([0.0, 92.0, 93.0, 365.0, 366.0 + 28, 397.0, 730.0, 800.0]))
    assert list(got) == [
        TieBand.CLOSE,
        TieBand.CLOSE,
        TieBand.LOOSE,
        TieBand.LOOSE,
        TieBand.LOOSE,
        TieBand.FADING,
        TieBand.FADING,
        TieBand.ASLEEP,
    ]


def test_survival_counts_only_ties_old_enough_to_tell() -> None:
    """Met once 400 days ago; met again after 100 days; met 50 days ago and again 10 days ago; met yesterday."""
    first, last = np.array([400.0, 400.0, 50.0, 1.0]), np.array([400.0, 300.0, 10.0, 1.0])
    got = survival(first, last)
    assert [(s.n_observed, s.n_alive) for s in got] == [(3, 2), (2, 1), (2, 0), (2, 0)]
    assert got[0].share == pytest.approx(2 / 3)
    patient = survival(first, last, horizons_days=(30, 365), patience_days=60)
    assert [(s.n_observed, s.share) for s in patient] == [(2, 0.5), (0, None)]


@pytest.mark.parametrize("days", [-1.0, np.nan, np.inf])
def test_a_meeting_in_the_future_or_without_a_date_is_refused(days: float) -> None:
    one = np.array([days])
    with pytest.raises(Refused, match="days_ago"):
        tie_strength(np.array([0]), one, 1)
    with pytest.raises(Refused, match="days_since_last"):
        bands(one)
    with pytest.raises(Refused, match="days_since_first"):
        survival(one, np.array([0.0]))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(Refused, match="older"):
        survival(np.array([1.0]), np.array([2.0]))
    with pytest.raises(Refused, match="expected 0 to 0"):
        tie_strength(np.array([1]), np.array([1.0]), 1)
    with pytest.raises(WrongUse, match="half_life"):
        tie_strength(np.array([0]), np.array([1.0]), 1, half_life_days=0.0)
    with pytest.raises(WrongUse, match="rising"):
        BandLimits(close_days=500.0)
