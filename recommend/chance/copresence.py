"""People at the same event or in the same group, as pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.measures.adjacency import BoolArray, FloatArray, IntArray
from recommend.chance.history import Meetings


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """Who is where, each person once per place.

    Attributes
    ----------
    place, person : (n_rows,) int
        Sorted by place, then person; places are numbered anew from 0.
    t : (n_rows,) float
        Earliest known time, POSIX seconds, NaN where undated.
    size : (n_places,) int
        People at each place.
    """

    place: IntArray
    person: IntArray
    t: FloatArray
    size: IntArray

    @classmethod
    def of(cls, place: IntArray, person: IntArray, t: FloatArray, n_people: int) -> Presence:
        """Make it from rows of which some may say the same."""
        _, numbered = np.unique(place, return_inverse=True)
        n = max(n_people, 1)
        keys, row = np.unique(numbered * n + person, return_inverse=True)
        first = np.full(len(keys), np.nan)
        np.fmin.at(first, row, t)
        places = keys // n
        return cls(places, keys % n, first, np.bincount(places))


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Two people at one place.

    Attributes
    ----------
    u, v : (n_pairs,) int
        Positions, ``u < v``.
    t : (n_pairs,) float
        The later of their two times, NaN when either is unknown.
    size : (n_pairs,) int
        People at that place.
    """

    u: IntArray
    v: IntArray
    t: FloatArray
    size: IntArray


def pairs_of(presence: Presence, largest: int) -> Pairs:
    """Give every two people who share a place.

    Parameters
    ----------
    presence : Presence
        Who is where.
    largest : int
        Places with more people than this give no pairs, which also bounds the cost to ``largest`` pairs a row.

    Returns
    -------
    Pairs
        A pair that shares several places appears once for each.
    """
    start = np.concatenate([[0], np.cumsum(presence.size)])[:-1]
    rows: list[tuple[IntArray, IntArray]] = []
    for size in np.unique(presence.size[(presence.size > 1) & (presence.size <= largest)]):
        first, second = np.triu_indices(int(size), 1)
        at = start[presence.size == size][:, None]
        rows.append(((at + first).ravel(), (at + second).ravel()))
    a = np.concatenate([np.empty(0, dtype=np.int64), *(first for first, _ in rows)])
    b = np.concatenate([np.empty(0, dtype=np.int64), *(second for _, second in rows)])
    later = np.maximum(presence.t[a], presence.t[b])
    return Pairs(presence.person[a], presence.person[b], later, presence.size[presence.place[a]])


def told_by(meetings: Meetings, presence: Presence) -> BoolArray:
    """Find meetings that are nothing but two people being at one place.

    Parameters
    ----------
    meetings : Meetings
        Meetings.
    presence : Presence
        Who is where.

    Returns
    -------
    (n_meetings,) bool
        True where both were at one place and the later of their two times there is the time of the meeting. An
        undated meeting is told by a place where the time of both is unknown.
    """
    forth = _one_way(meetings.u, meetings.v, meetings.t, presence)
    return forth | _one_way(meetings.v, meetings.u, meetings.t, presence)


def _one_way(u: IntArray, v: IntArray, t: FloatArray, presence: Presence) -> BoolArray:
    """Find meetings at a place where the time of u is that of the meeting and v was there by then."""
    n = 1 + max(presence.person.max(initial=0), u.max(initial=0), v.max(initial=0))
    known, codes = np.unique(np.concatenate([_filled(presence.t), _filled(t)]), return_inverse=True)
    place_code, meeting_code = codes[: len(presence.t)], codes[len(presence.t) :]
    by_time = presence.person * len(known) + place_code
    order = np.argsort(by_time, kind="stable")
    low = np.searchsorted(by_time[order], u * len(known) + meeting_code, side="left")
    high = np.searchsorted(by_time[order], u * len(known) + meeting_code, side="right")
    meeting = np.repeat(np.arange(len(u)), high - low)
    within = np.arange(len(meeting)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    place = presence.place[order[low[meeting] + within]]
    keys = presence.place * n + presence.person
    found = np.minimum(np.searchsorted(keys, place * n + v[meeting]), max(len(keys) - 1, 0))
    both = keys[found] == place * n + v[meeting] if len(keys) else np.zeros(0, dtype=np.bool_)
    both &= place_code[found] <= meeting_code[meeting] if len(keys) else both
    told = np.zeros(len(u), dtype=np.bool_)
    told[meeting[both]] = True
    return told


def _filled(t: FloatArray) -> FloatArray:
    return np.where(np.isnan(t), -np.inf, t)
