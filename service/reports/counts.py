"""Counts of ties: as they are, and as they may be told to viewers who do not see everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.measures.adjacency import symmetric
from graph.measures.mixing import community_mixing
from service.reports.formed import Pairs
from service.reports.period import months_of
from service.reports.small_cells import protect

K_WITHIN, K_ACROSS = 5, 10
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Ties by where their two people belong; None or NaN where a number is not told.

    Attributes
    ----------
    across, within, unplaced, total : int or None
        Pairs without a common community, with one, with somebody of none, and all of them.
    ties, expected : (n_cells,) float
        Of every two communities, in the order of ``np.triu_indices(n_communities)``.
    """

    across: int | None
    within: int | None
    unplaced: int | None
    total: int | None
    ties: FloatArray
    expected: FloatArray


def count(formed: Pairs, membership: sparse.csr_array) -> Counts:
    """Count pairs as they are.

    Parameters
    ----------
    formed : Pairs
        What to count.
    membership : (n_people, n_communities) csr_array
        Who belongs to which community.
    """
    sides = _sides(formed, membership)
    return Counts(sides.across, sides.within, sides.unplaced, len(formed.u), *_cells(formed, membership))


def count_protected(formed: Pairs, membership: sparse.csr_array) -> Counts:
    """Count pairs month by month, and add up only what each month may tell.

    Parameters
    ----------
    formed : Pairs
        What to count, of whole calendar months.
    membership : (n_people, n_communities) csr_array
        Who belongs to which community.

    Returns
    -------
    Counts
        A number is the sum over the months that tell it, None or NaN where no month does. What to expect is never
        told: it follows from everybody's number of ties, small counts included.

    Notes
    -----
    Every report is a sum of the same monthly numbers, so that any sums and differences of reports give nothing
    but these; and a month tells no count below `K_WITHIN` inside or `K_ACROSS` across communities, no zero, and
    nothing from which such a count would follow. A month tells across and within together or neither, so that the
    two are about the same months.
    """
    months = months_of(formed.first)
    ties = np.full(membership.shape[1] * (membership.shape[1] + 1) // 2, np.nan)
    told: list[_Sides] = []
    for month in np.unique(months):
        here = formed.take(months == month)
        cells, totals_told = _protected_cells(here, membership)
        ties = np.where(np.isnan(cells), ties, np.nan_to_num(ties) + cells)
        told.append(_told(_sides(here, membership), totals_told=totals_told))
    return _summed(told, ties, nobody_unplaced=bool(np.all(np.diff(membership.indptr) > 0)))


@dataclass(frozen=True, slots=True)
class _Sides:
    """Pairs across, within and unplaced; 0 also stands for what is not told, for no zero is ever told."""

    across: int
    within: int
    unplaced: int


def _told(sides: _Sides, *, totals_told: bool) -> _Sides:
    """Keep what one month may tell."""
    large = sides.across >= K_ACROSS and sides.within >= K_WITHIN and totals_told
    return _Sides(
        sides.across if large else 0,
        sides.within if large else 0,
        sides.unplaced if sides.unplaced >= K_ACROSS else 0,
    )


def _summed(told: list[_Sides], ties: FloatArray, *, nobody_unplaced: bool) -> Counts:
    """Add up the months; the total only where its parts are about the same months."""
    across = sum(s.across for s in told) or None
    within = sum(s.within for s in told) or None
    unplaced = sum(s.unplaced for s in told) or None
    total = None
    if nobody_unplaced:  # follows from who belongs where, and tells of no tie
        unplaced = 0
    if across and within and (nobody_unplaced or all((s.across > 0) == (s.unplaced > 0) for s in told)):
        total = across + within + (unplaced or 0)
    return Counts(across, within, unplaced, total, ties, np.full(len(ties), np.nan))


def _protected_cells(formed: Pairs, membership: sparse.csr_array) -> tuple[FloatArray, bool]:
    """Give the ties of every two communities, NaN where not told, and whether their totals may be told."""
    ties, _ = _cells(formed, membership)
    i, j = np.triu_indices(membership.shape[1])
    totals_told = True
    for group, k in ((i != j, K_ACROSS), (i == j, K_WITHIN)):
        shown = protect(ties[group], k)
        ties[group] = np.where(shown.cells, ties[group], np.nan)
        totals_told = totals_told and shown.total
    return ties, totals_told


def _sides(formed: Pairs, membership: sparse.csr_array) -> _Sides:
    shared = np.asarray((membership[formed.u] * membership[formed.v]).sum(axis=1)) > 0
    placed = np.diff(membership.indptr) > 0
    both = placed[formed.u] & placed[formed.v]
    return _Sides(int(np.sum(both & ~shared)), int(np.sum(shared)), int(np.sum(~both)))


def _cells(formed: Pairs, membership: sparse.csr_array) -> tuple[FloatArray, FloatArray]:
    """Give ties and expected ties of every two communities."""
    if not membership.shape[1]:
        return np.zeros(0), np.zeros(0)
    adjacency = symmetric(formed.u, formed.v, np.ones(len(formed.u)), membership.shape[0])
    mixing = community_mixing(adjacency, membership)
    upper = np.triu_indices(membership.shape[1])
    return mixing.ties[upper], mixing.expected[upper]
