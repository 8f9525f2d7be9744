"""From scores to each person's own list."""

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

    @classmethod
    def empty(cls, people: IntArray, k: int) -> Lists:
        """Give lists of length k without anybody in them, to be filled."""
        shape = (len(people), k)
        return cls(people, np.full(shape, -1, dtype=np.intp), np.full(shape, -np.inf))


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
    # partition leaves ties at the border in any order: those among them who come first are found by their keys
    border = -np.partition(-scores, k_here - 1, axis=1)[:, k_here - 1]
    partners = np.full((len(scores), k), -1, dtype=np.intp)
    values = np.full((len(scores), k), -np.inf)
    for i, row in enumerate(scores):
        near = np.flatnonzero(row > border[i])
        if border[i] > -np.inf:
            tied = np.flatnonzero(row == border[i])
            wanted = k_here - len(near)
            if len(tied) > wanted:
                tied = tied[np.argpartition(ties.keys(int(people[i]), tied), wanted - 1)[:wanted]]
            near = np.concatenate([near, tied])
        order = near[np.lexsort((ties.keys(int(people[i]), near), -row[near]))]
        partners[i, : len(order)] = order
        values[i, : len(order)] = row[order]
    return partners, values


def first(person: int, partners: IntArray, scores: FloatArray, k: int, ties: TieBreak) -> tuple[IntArray, FloatArray]:
    """Give the k best of some partners of one person, as `best` does: at most k of them, best first.

    Parameters
    ----------
    person : int
        Whose partners they are.
    partners, scores : (m,) int, (m,) float
        Partners, and -inf where one is not allowed.
    k : int
        From 1.
    ties : TieBreak
        Order among equal scores.
    """
    scores = comparable(scores)
    order = np.lexsort((ties.keys(person, partners), -scores))[:k]
    order = order[scores[order] > -np.inf]
    return partners[order], scores[order]


def comparable(scores: FloatArray) -> FloatArray:
    """Drop the digits that are rounding error, so that equal scores compare equal."""
    return np.round(scores, SCORE_DECIMALS)
