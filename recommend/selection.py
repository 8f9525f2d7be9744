"""From scores to introductions: each person's own list, or one round for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommend.people import IntArray

FloatArray = NDArray[np.float64]


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


def best(scores: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
    """Give the k best partners of each row.

    Parameters
    ----------
    scores : (b, n) float
        -inf where the partner is not allowed.
    k : int
        From 1.

    Returns
    -------
    (b, k) int, (b, k) float
        Best first, equal scores by smaller number; -1 and -inf beyond the allowed ones.
    """
    k_here = min(k, scores.shape[1])
    if k_here == 0:
        return np.full((len(scores), k), -1, dtype=np.intp), np.full((len(scores), k), -np.inf)
    # partition leaves ties at the border in any order: take everything that reaches the border, then sort
    border = -np.partition(-scores, k_here - 1, axis=1)[:, k_here - 1]
    partners = np.full((len(scores), k), -1, dtype=np.intp)
    values = np.full((len(scores), k), -np.inf)
    for i, row in enumerate(scores):
        near = np.flatnonzero((row >= border[i]) & (row > -np.inf))
        order = near[np.argsort(-row[near], kind="stable")][:k]
        partners[i, : len(order)] = order
        values[i, : len(order)] = row[order]
    return partners, values


def round_for_everybody(lists: Lists, n_people: int, n_pairs: int, capacity: int) -> list[tuple[int, int, float]]:
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

    Returns
    -------
    list of (person, partner, score)
        In the order of selection; ``person`` is the one of both who asked, or the smaller number.
    """
    a, b, value = _pairs(lists)
    order = np.lexsort((b, a, -value))
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
