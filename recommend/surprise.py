"""Picks that are dared: far and less certain, a set part of lists and rounds, and labelled as such (B10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from graph.errors import WrongUse
from recommend.people import IntArray
from recommend.results import Band, Ranking, Reason, ReasonCode, Request, Scope
from recommend.selection import FloatArray, Lists, comparable

Dared: TypeAlias = Mapping[tuple[int, int], Reason]
"""The label of each pair that was dared, by the two numbers in the order in which they are told."""
Worth: TypeAlias = Callable[[IntArray, IntArray], FloatArray]
"""Gives the score of pairs, (m,) and (m,) int -> (m,) float."""
FAR_REACHING = 0.5
"""Share of the possible pairs of a round that do less for everybody's reach from which a less certain one is dared."""


def for_reach(share: float) -> Reason:
    """Label a pair that was dared for what it does for everybody's reach.

    Parameters
    ----------
    share : float, in [0, 1]
        Share of the possible pairs of the round that would do less.
    """
    return Reason(ReasonCode.SURPRISE, Band.FAIR, values={"why": "reach", "n": min(int(100 * share), 99)})


def for_distance() -> Reason:
    """Label a pair that was dared because nobody and nothing joins the two yet."""
    return Reason(ReasonCode.SURPRISE, Band.FAIR, values={"why": "distance"})


def is_surprise(reasons: tuple[Reason, ...]) -> bool:
    """Say whether a proposal was dared."""
    return any(reason.code is ReasonCode.SURPRISE for reason in reasons)


def share_of(request: Request, usual: float) -> float:
    """Give the share of a request that is dared: what it asks for, else the usual of a round, and none of own lists.

    Own lists of those who are far have none, whatever is asked for: where everybody is far nobody surprises.
    """
    if request.ranking is Ranking.INDIVIDUAL and request.scope is Scope.FAR:
        return 0.0
    if request.surprise is not None:
        return request.surprise
    return usual if request.ranking is Ranking.BALANCED else 0.0


def check_share(request: Request) -> None:
    """Refuse a share that is none.

    Raises
    ------
    graph.errors.WrongUse
        If it is no number from 0 to 1.
    """
    if request.surprise is not None and not 0.0 <= request.surprise <= 1.0:
        raise WrongUse(f"surprise: got {request.surprise}, expected a number from 0 to 1")


def places(request: Request) -> int:
    """Give how many places of an own list are kept for surprises."""
    return round(share_of(request, 0.0) * request.k)


def labelled(
    told: Sequence[tuple[Reason, ...]], chosen: Sequence[tuple[int, int, int, float]], dared: Dared
) -> Sequence[tuple[Reason, ...]]:
    """Add the label to the reasons of those who were dared; ``chosen`` is person, partner, rank and score of each."""
    if not dared:
        return told
    labels = (dared.get((person, partner)) for person, partner, _, _ in chosen)
    return [why if label is None else (*why, label) for why, label in zip(told, labels, strict=True)]


def with_far(lists: Lists, far: Lists, n: int, worth: Worth) -> tuple[Lists, Dared]:
    """Give the last places of lists to those who are far.

    Parameters
    ----------
    lists : Lists
        Best partners.
    far : Lists
        Best partners of the same people among those who are far, as long.
    n : int
        Places of a full list; of one that has fewer partners to give, the same share of it.
    worth : callable
        Gives what pairs are worth on the scale of ``lists``.

    Returns
    -------
    Lists, Dared
        The first places as they were; then the best of those who are far and not there already, best first. Where
        nearly all who are far are there already, the last of them are marked where they stand; where fewer are far,
        fewer are marked.
    """
    partners, scores = lists.partners.copy(), lists.scores.copy()
    dared: dict[tuple[int, int], Reason] = {}
    for row, person in enumerate(lists.people.tolist()):
        best = partners[row][partners[row] >= 0]
        candidates = far.partners[row][far.partners[row] >= 0]
        value = comparable(worth(np.full(len(candidates), person, dtype=np.intp), candidates))
        candidates, value = candidates[np.isfinite(value)], value[np.isfinite(value)]
        picks = _picked(best, candidates, round(n * len(best) / partners.shape[1]))
        new = np.flatnonzero(np.isin(candidates, picks) & ~np.isin(candidates, best))
        new = new[np.argsort(-value[new], kind="stable")]
        others = np.flatnonzero(~np.isin(best, picks))
        stay = np.delete(np.arange(len(best)), others[len(others) - len(new) :])
        partners[row, : len(best)] = np.concatenate([best[stay], candidates[new]])
        scores[row, : len(best)] = np.concatenate([scores[row, stay], value[new]])
        dared |= {(person, partner): for_distance() for partner in picks.tolist()}
    return Lists(lists.people, partners, scores), dared


def _picked(best: IntArray, candidates: IntArray, n: int) -> IntArray:
    """Give the n first candidates behind the first places of a list, and where they are fewer the last before."""
    first = best[: len(best) - n]
    behind = candidates[~np.isin(candidates, first)][:n]
    before = first[np.isin(first, candidates)]
    return np.concatenate([behind, before[max(len(before) - (n - len(behind)), 0) :]])
