"""Pairs from events and groups, and meetings that they already tell."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from recommend.chance.copresence import Presence, pairs_of, told_by
from recommend.chance.history import Meetings

NAN = np.nan


def presence(rows: list[tuple[int, int, float]], n_people: int = 6) -> Presence:
    place, person, t = zip(*rows, strict=True)
    return Presence.of(np.array(place), np.array(person), np.array(t, dtype=float), n_people)


def test_each_person_once_per_place_from_the_first_date() -> None:
    got = presence([(9, 1, 5.0), (9, 1, 3.0), (9, 0, NAN), (4, 2, 7.0)])
    assert got.place.tolist() == [0, 1, 1]
    assert got.person.tolist() == [2, 0, 1]
    assert got.size.tolist() == [1, 2]
    assert got.t[[0, 2]].tolist() == [7.0, 3.0]


def test_pairs_are_dated_by_the_later_one_and_large_places_give_none() -> None:
    rows = [(0, i, float(i)) for i in range(5)] + [(1, 4, 1.0), (1, 2, NAN), (1, 0, 9.0)]
    pairs = pairs_of(presence(rows), largest=4)
    got = {(u, v): (t, k) for u, v, t, k in zip(pairs.u, pairs.v, pairs.t, pairs.size, strict=True)}
    assert set(got) == {(0, 2), (0, 4), (2, 4)}
    assert got[0, 4] == (9.0, 3)
    assert np.isnan(got[0, 2][0])
    everything = pairs_of(presence(rows), largest=5)
    assert len(everything.u) == 13


@pytest.mark.parametrize("seed", range(20))
def test_told_meetings_are_found_as_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_rows, n_meetings = rng.integers(0, 25), 40
    choices = np.array([1.0, 2.0, 3.0, NAN])
    where = Presence.of(rng.integers(0, 4, n_rows), rng.integers(0, 6, n_rows), rng.choice(choices, n_rows), 6)
    u = rng.integers(0, 6, n_meetings)
    v = (u + rng.integers(1, 6, n_meetings)) % 6
    t = rng.choice(choices, n_meetings)
    known = {(p, w): x for p, w, x in zip(where.place, where.person, np.nan_to_num(where.t, nan=-np.inf), strict=True)}
    told = {
        (a, b, max(known[p, a], known[p, b]))
        for p in set(where.place)
        for a, b in combinations(range(6), 2)
        if (p, a) in known and (p, b) in known
    }
    expected = [(min(a, b), max(a, b), x) in told for a, b, x in zip(u, v, np.nan_to_num(t, nan=-np.inf), strict=True)]
    assert told_by(Meetings(u, v, t), where).tolist() == expected
