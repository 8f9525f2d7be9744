"""Lists from scores: the best candidates of each person, ties broken at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from zlib import crc32

import numpy as np

from graph.errors import WrongUse
from graph.measures.adjacency import BoolArray, FloatArray, IntArray
from recommend.evaluation.protocol import REGIMES, Candidates, Regime, Split

Scorer: TypeAlias = Callable[[IntArray], FloatArray]
Ranker: TypeAlias = Mapping[Regime, Scorer]

CELLS_AT_ONCE = 4_000_000
DROPPED_BITS = 22  # of the 52 of a double


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Recommendation lists.

    Attributes
    ----------
    people : (n_lists,) int
        Whose list it is, each person once.
    partners : (n_lists, k) int
        Best first, -1 after the end of a shorter list.
    """

    people: IntArray
    partners: IntArray


def rank_people(
    split: Split, name: str, ranker: Ranker, regimes: tuple[Regime, ...] = REGIMES, k: int = 10
) -> dict[Regime, Lists]:
    """Rank all candidates of the people asked about.

    Parameters
    ----------
    split : Split
        The split.
    name : str
        Name of the method: with the seed of the split it seeds the order of equal scores, so that a result does not
        depend on which other methods run.
    ranker : mapping of regime to Scorer
        A scorer takes positions of people, ``(n_rows,) int``, and gives their scores of everybody in the training
        part, ``(n_rows, n_people) float``. A scorer that serves several regimes is called once for all of them.
    regimes : tuple of Regime
        Regimes wanted.
    k : int
        Length of the lists.

    Returns
    -------
    dict of Regime to Lists
    """
    candidates = Candidates(split)
    lists = {r: Lists(split.people[r], np.full((len(split.people[r]), k), -1)) for r in regimes}
    ties = {r: np.random.default_rng([split.parameters.seed, crc32(name.encode()), i]) for i, r in enumerate(REGIMES)}
    for scorer, served in _by_scorer(ranker, regimes):
        people = np.unique(np.concatenate([split.people[r] for r in served]))
        size = max(1, CELLS_AT_ONCE // split.training.n_people)
        for rows in (people[i : i + size] for i in range(0, len(people), size)):
            scores = scorer(rows)
            for regime in served:
                here = np.flatnonzero(np.isin(rows, split.people[regime]))
                best = top_k(scores[here], candidates.mask(rows[here], regime), k, ties[regime])
                lists[regime].partners[np.searchsorted(split.people[regime], rows[here])] = best
    return lists


def _by_scorer(ranker: Ranker, regimes: tuple[Regime, ...]) -> list[tuple[Scorer, list[Regime]]]:
    served: dict[int, tuple[Scorer, list[Regime]]] = {}
    for regime in regimes:
        served.setdefault(id(ranker[regime]), (ranker[regime], []))[1].append(regime)
    return list(served.values())


def comparable(scores: FloatArray) -> FloatArray:
    """Round scores to 30 binary digits, about nine decimal ones, whatever their size.

    Parameters
    ----------
    scores : float array
        Any shape.

    Returns
    -------
    float array
        Same shape and order; scores that differ by the rounding of sums become equal, as they are by right.

    Notes
    -----
    People in the same position in a network have equal scores, but sums taken in another order differ in the last
    digit, and that digit follows the row number. Left alone, it moved recall@10 of a truncated SVD on committee
    memberships by up to .03 either way.
    """
    bits = np.ascontiguousarray(scores, dtype=np.float64).view(np.int64)
    rounded = (bits + (1 << (DROPPED_BITS - 1))) & ~((1 << DROPPED_BITS) - 1)
    return np.asarray(rounded.view(np.float64), dtype=np.float64)


def top_k(scores: FloatArray, candidates: BoolArray, k: int, rng: np.random.Generator) -> IntArray:
    """Give the k best candidates of each row, best first.

    Parameters
    ----------
    scores : (n_rows, n_people) float
        Larger is better; infinite is allowed, NaN is not.
    candidates : (n_rows, n_people) bool
        Who may be listed.
    k : int
        Length of a list.
    rng : numpy.random.Generator
        Orders equal scores, so that nobody gains by standing early in a file.

    Returns
    -------
    (n_rows, k) int
        Positions, -1 where there are fewer than k candidates.

    Raises
    ------
    WrongUse
        When a candidate's score is NaN, or the shapes differ.
    """
    if scores.shape != candidates.shape:
        raise WrongUse(f"scores of shape {scores.shape} for candidates of shape {candidates.shape}")
    lists = np.full((len(scores), k), -1, dtype=np.int64)
    for i, row in enumerate(scores):
        people = np.flatnonzero(candidates[i])
        values = comparable(row[people])
        if np.isnan(values).any():
            raise WrongUse("a score is not a number: scores must be finite or infinite, larger is better")
        best = _best(values, k, rng)
        lists[i, : len(best)] = people[best]
    return lists


def random_ranks(scores: FloatArray, candidates: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Give the rank of every candidate of each row, equal scores in random order.

    Parameters
    ----------
    scores : (n_rows, n_people) float
        Larger is better.
    candidates : (n_rows, n_people) bool
        Who is ranked.
    rng : numpy.random.Generator
        Orders equal scores: a stable sort would rank by row number.

    Returns
    -------
    (n_rows, n_people) float
        1 for the best; infinite where not a candidate.
    """
    ranks = np.full(scores.shape, np.inf)
    for i, row in enumerate(scores):
        people = rng.permutation(np.flatnonzero(candidates[i]))  # so any sort leaves equals in random order
        ranks[i, people[np.argsort(-comparable(row[people]))]] = np.arange(1, len(people) + 1)
    return ranks


def _best(values: FloatArray, k: int, rng: np.random.Generator) -> IntArray:
    """Give the places of the k largest values, best first."""
    if len(values) > k:
        threshold = _kth_largest(values, k)
        above, level = np.flatnonzero(values > threshold), np.flatnonzero(values == threshold)
        places = np.concatenate([above, rng.choice(level, k - len(above), replace=False)])
    else:
        places = np.arange(len(values))
    places = rng.permutation(places)  # so any sort leaves equals in random order
    return places[np.argsort(-values[places])]


def _kth_largest(values: FloatArray, k: int) -> float:
    """Give the k-th largest of more than k values; that of a part bounds it from below and leaves few to look at."""
    part = values[:: max(1, len(values) // max(16 * k, 512))]
    if k < len(part) < len(values):
        bound = float(np.partition(part, len(part) - k)[len(part) - k])
        above = values[values > bound]
        if len(above) < k:
            return bound
        values = above
    return float(np.partition(values, len(values) - k)[len(values) - k])
