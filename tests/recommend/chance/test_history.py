"""What a history accepts and refuses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import sparse

from graph.errors import Refused
from recommend.chance import Groups, History, Meetings, Teams
from recommend.chance.warp import distinct_ties

ONE, TWO = np.array([0]), np.array([1])
WHEN = np.array([5.0])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Meetings(ONE, ONE, WHEN), "two different people"),
        (lambda: Meetings(ONE, TWO, np.array([np.inf])), "finite seconds or NaN"),
        (lambda: Meetings(ONE, TWO, np.array([1])), "float seconds"),
        (lambda: Meetings(ONE, np.array([1, 2]), WHEN), "equal length"),
        (lambda: Meetings(ONE, TWO, WHEN, np.array([0])), "1 or more meetings"),
        (lambda: History(1, Meetings(ONE, TWO, WHEN)), "meetings.v row 0: got 1, expected 0 to 0"),
        (lambda: History(2, Meetings(ONE.astype(float), TWO, WHEN)), "whole numbers"),
        (lambda: History(0, teams=Teams(ONE, ONE, WHEN)), "there are no people"),
        (lambda: Teams(np.array([-1]), ONE, WHEN), "teams.event row 0"),
        (lambda: Groups(ONE, ONE, np.array([-np.inf])), "groups.since row 0"),
        (lambda: History(1, groups=Groups(ONE, np.array([3]), WHEN)), "groups.person row 0"),
        (lambda: History(-1), "n_people"),
        (lambda: History(2, community=sparse.csr_array((3, 1))), "2 rows"),
        (lambda: History(1, community=sparse.csr_array(np.array([[np.nan]]))), "undefined"),
    ],
)
def test_a_history_that_cannot_be_is_refused_with_the_place(make: Callable[[], object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        make()


def test_undated_facts_and_empty_parts_are_fine() -> None:
    history = History(2, Meetings(ONE, TWO, np.array([np.nan])))
    assert history.communities().shape == (2, 0)
    assert history.meetings.counts.tolist() == [1]
    assert History(0).meetings.counts.tolist() == []


def test_membership_is_yes_or_no_whatever_was_stored() -> None:
    stored = sparse.csr_array((np.array([3.0, 0.0]), ([0, 1], [0, 1])), shape=(2, 2))
    assert History(2, community=stored).communities().toarray().tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_short_whole_numbers_do_not_overflow_in_large_networks() -> None:
    met = Meetings(np.array([99_998, 0], dtype=np.int32), np.array([99_999, 2], dtype=np.int32), np.array([1.0, 2.0]))
    ties = distinct_ties(met.u, met.v, met.t, 100_000)
    assert (ties.u.tolist(), ties.v.tolist()) == ([0, 99_998], [2, 99_999])
