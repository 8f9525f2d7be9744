"""From scores to introductions: each person's own list, or one round for everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommend.people import IntArray

FloatArray = NDArray[np.float64]
SCORE_DECIMALS = 9


@dataclass(frozen=True)
class Lists:
    """Best partners of some people, best first.

    Attributes
    ----------
    people : (b,) int
        Whose lists.
    partners : (b, k) int
        Numbers of partners; -1 where there are fewer than k.
    scores : (b, k) float
        Their scores; -inf where there is no partner.
    """

    people: IntArray
    partners: IntArray
    scores: FloatArray


@dataclass(frozen=True)
class TieBreak:
    """Order among equal scores: as good as random, the same every time, and another one for each person.

    Following the order of ids would put the same few people first in everybody's list.

    Attributes
    ----------
    digests : (n,) uint64
        One number for each id.
    """

    digests: NDArray[np.uint64]

    @classmethod
    def of(cls, ids: Iterable[str]) -> TieBreak:
        """Make the order of some people from their ids alone."""
        made = (hashlib.blake2b(i.encode(), digest_size=8).digest() for i in ids)
        return cls(np.array([int.from_bytes(d) for d in made], dtype=np.uint64))

    def keys(self, people: IntArray | int, partners: IntArray) -> NDArray[np.uint64]:
        """Give the sorting key of pairs; the same in both directions."""
        mixed = (self.digests[people] + self.digests[partners]) * np.uint64(0x9E3779B97F4A7C15)
        return np.asarray(mixed ^ (mixed >> np.uint64(29)))


def best(scores: FloatArray, k: int, people: IntArray, ties: TieBreak) -> tuple[IntArray, FloatArray]:
    """Give the k best partners of each row.

    Parameters
    ----------
    scores : (b, n) float
        -inf where the partner is not allowed.
    k : int
        From 1.
    people : (b,) int
        Number of the person of each row.
    ties : TieBreak
        Order among equal scores; scores are compared to nine digits, because the last ones are rounding error.

    Returns
    -------
    (b, k) int, (b, k) float
        Best first; -1 and -inf beyond the allowed ones.
    """
    scores = comparable(scores)
    k_here = min(k, scores.shape[1])
    if k_here == 0:
        return np.full((len(scores), k), -1, dtype=np.intp), np.full((len(scores), k), -np.inf)
    # partition leaves ties at the border in any order: take everything that reaches the border, then sort
    border = -np.partition(-scores, k_here - 1, axis=1)[:, k_here - 1]
    partners = np.full((len(scores), k), -1, dtype=np.intp)
    values = np.full((len(scores), k), -np.inf)
    for i, row in enumerate(scores):
        near = np.flatnonzero((row >= border[i]) & (row > -np.inf))
        order = near[np.lexsort((ties.keys(int(people[i]), near), -row[near]))][:k]
        partners[i, : len(order)] = order
        values[i, : len(order)] = row[order]
    return partners, values


def comparable(scores: FloatArray) -> FloatArray:
    """Drop the digits that are rounding error, so that equal scores compare equal."""
    return np.round(scores, SCORE_DECIMALS)


def round_for_everybody(
    lists: Lists, n_people: int, n_pairs: int, capacity: int, ties: TieBreak
) -> list[tuple[int, int, float]]:
    """Choose the introductions of one round: each pair once, nobody over capacity, nobody forgotten.

    Everybody who asked is served before anybody is served twice, as far as partners allow; inside each
    turn the best pairs come first.

    Parameters
    ----------
    lists : Lists
        Candidates of everybody who wants partners, with comparable scores.
    n_people : int
        Number of people altogether, asked for or not.
    n_pairs : int
        Most introductions.
    capacity : int
        Most introductions one person takes part in.
    ties : TieBreak
        Order among equal scores.

    Returns
    -------
    list of (person, partner, score)
        In the order of selection; ``person`` is the one of both who asked, or the smaller number.
    """
    a, b, value = _pairs(lists)
    order = np.lexsort((ties.keys(a, b), -comparable(value)))
    asked = np.zeros(n_people, dtype=bool)
    asked[lists.people] = True
    load = np.zeros(n_people, dtype=np.int64)
    chosen: list[tuple[int, int, float]] = []
    left = list(zip(a[order].tolist(), b[order].tolist(), value[order].tolist(), strict=True))
    for turn in range(1, capacity + 1):
        rest = []
        for u, v, score in left:
            wanting = (asked[u] and load[u] < turn) or (asked[v] and load[v] < turn)
            if len(chosen) < n_pairs and wanting and load[u] < capacity and load[v] < capacity:
                load[u] += 1
                load[v] += 1
                chosen.append((u, v, score) if asked[u] else (v, u, score))
            else:
                rest.append((u, v, score))
        left = rest
    return chosen


def _pairs(lists: Lists) -> tuple[IntArray, IntArray, FloatArray]:
    """Give each pair once, with the mean of the two directions where both are there."""
    i, j = np.nonzero(lists.partners >= 0)
    u, v, score = lists.people[i], lists.partners[i, j], lists.scores[i, j]
    low, high = np.minimum(u, v), np.maximum(u, v)
    keys, where = np.unique(np.stack([low, high], axis=1), axis=0, return_inverse=True)
    where = where.ravel()
    mean = np.bincount(where, weights=score) / np.bincount(where)
    return keys[:, 0].astype(np.intp), keys[:, 1].astype(np.intp), mean
