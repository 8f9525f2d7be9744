"""Personalised PageRank for a block of people: where walks that start at each of them are found.

References
----------
Page, Brin, Motwani and Winograd (1999), *The PageRank citation ranking*. Andersen, Chung and Lang (2006), *Local
graph partitioning using PageRank vectors*, for the rule by which a sparse walk stops; changed here so that mass that
is no longer passed on stays where it is, instead of being lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.measures.adjacency import BoolArray, Csr, FloatArray, IntArray, degrees, reciprocal, runs

FEW = 4
"""Starts up to which each is walked by itself."""


@dataclass(frozen=True, slots=True)
class WalkRule:
    """How far walks go.

    Attributes
    ----------
    restart : float
        Chance in (0, 1] to jump back to the start at each step.
    n_steps : int
        Steps, >= 1; mass that has not restarted by then stays where it is.
    tolerance : float
        0 for an exact walk; otherwise a person passes mass on only while it is at least this much per tie.
    """

    restart: float
    n_steps: int
    tolerance: float = 0.0


class Walk:
    """Walks over one weighted network.

    Parameters
    ----------
    weights : (n_people, n_people) csr_array
        Symmetric weights >= 0 of ties; a walk leaves a person along a tie with a chance in proportion to its weight.
    rule : WalkRule
        How far walks go.

    Notes
    -----
    The exact walk costs ``n_steps * n_ties * block`` and holds two dense blocks of ``block x n_people``. The sparse
    one holds only people reached: each start passes mass on at most ``1 / (restart * tolerance)`` times, whatever
    the size of the network. All mass is kept; what is not passed on is counted at a person up to a few steps
    short of where it would have gone, and it is less than ``tolerance`` times their number of ties in each step.
    """

    def __init__(self, weights: Csr, rule: WalkRule) -> None:
        self.rule = rule
        self._step: Csr = (sparse.diags_array(reciprocal(degrees(weights))) @ weights).tocsr()
        self._ties = np.diff(self._step.indptr).astype(np.float64)
        self._dangling = self._ties == 0

    @cached_property
    def _back(self) -> Csr:
        """Ties by whom they lead to, which exact walks alone follow."""
        back: Csr = self._step.T.tocsr()
        return back

    def rows(self, people: IntArray) -> Csr | FloatArray:
        """Give the shares of walks found at everybody.

        Parameters
        ----------
        people : (block,) int
            Starts.

        Returns
        -------
        (block, n_people) float, dense for an exact rule, csr_array for a sparse one
            In [0, 1], each row sums to 1 for a start with ties. The start itself is set to 0 afterwards: it is no
            candidate. A start without ties gives zeros.
        """
        if not self.rule.tolerance:
            return self._dense(people)
        return self._sparse(people) if len(people) > FEW else self._one_by_one(people)

    def _dense(self, people: IntArray) -> FloatArray:
        rule, starts = self.rule, (people, np.arange(len(people)))
        place = np.zeros((self._back.shape[0], len(people)))
        place[starts] = 1.0
        for _ in range(rule.n_steps):
            place = np.asarray(self._back @ place)
            place *= 1.0 - rule.restart
            place[starts] += rule.restart
        place[starts] = 0.0
        return np.ascontiguousarray(place.T)

    def _sparse(self, people: IntArray) -> Csr:
        rule, shape = self.rule, (len(people), self._step.shape[0])
        # of the same width as the network's: otherwise each product would widen the whole network first
        width = self._step.indices.dtype
        ends = np.arange(len(people) + 1, dtype=width)
        moving: Csr = sparse.csr_array((np.ones(len(people)), people.astype(width), ends), shape=shape)
        found: list[Csr] = []
        for _ in range(rule.n_steps):
            passed_on = moving.data >= rule.tolerance * self._ties[moving.indices]
            passed_on &= ~self._dangling[moving.indices]
            rest = moving.copy()
            rest.data[passed_on] *= rule.restart
            found.append(rest)
            moving = (_kept(moving, passed_on) @ self._step) * (1.0 - rule.restart)
            if not moving.nnz:
                break
        return _without_starts(_summed([*found, moving], shape), people)

    def _one_by_one(self, people: IntArray) -> Csr:
        """Walk from a few starts as `_sparse` does, without a matrix for each step."""
        found = [self._from(start) for start in people.tolist()]
        columns = [np.flatnonzero(row > 0) for row in found]
        values = [row[reached] for row, reached in zip(found, columns, strict=True)]
        ends = np.cumsum([0, *(len(reached) for reached in columns)])
        parts = (np.concatenate(values), np.concatenate(columns), ends)
        return sparse.csr_array(parts, shape=(len(people), self._step.shape[0]))

    def _from(self, start: int) -> FloatArray:
        rule, step = self.rule, self._step
        found, met = np.zeros(step.shape[0]), np.zeros(step.shape[0], dtype=bool)
        place = np.empty(step.shape[0], dtype=np.int32)
        at: IntArray = np.array([start])
        mass: FloatArray = np.ones(1)
        for _ in range(rule.n_steps):
            ties = self._ties[at]
            passed_on = (mass >= rule.tolerance * ties) & (ties > 0)
            found[at] += np.where(passed_on, rule.restart, 1.0) * mass
            at, mass, ties = at[passed_on], mass[passed_on] * (1.0 - rule.restart), ties[passed_on]
            if not len(at):
                break
            columns, carried = _along(step, at, mass, ties.astype(np.intp))
            met[columns] = True  # places are found among truth values much sooner than among numbers
            at = np.flatnonzero(met)
            met[at] = False
            place[at] = np.arange(len(at), dtype=np.int32)
            mass = np.bincount(place[columns], carried, len(at)).astype(np.float64, copy=False)
        else:
            found[at] += mass
        found[start] = 0.0
        return found


def _along(step: Csr, at: IntArray, mass: FloatArray, counts: IntArray) -> tuple[NDArray[np.integer], FloatArray]:
    """Give where each tie of some people leads, and what is carried along it."""
    along = runs(step.indptr[at], counts)
    carried = step.data[along]
    carried *= np.repeat(mass, counts)
    return step.indices[along], carried


def _kept(matrix: Csr, keep: BoolArray) -> Csr:
    """Give the matrix with some of its stored entries: ``keep`` (nnz,) bool."""
    counts = np.concatenate([[0], np.cumsum(keep)]).astype(matrix.indptr.dtype)
    kept: Csr = sparse.csr_array((matrix.data[keep], matrix.indices[keep], counts[matrix.indptr]), shape=matrix.shape)
    return kept


def _summed(parts: list[Csr], shape: tuple[int, int]) -> Csr:
    rows = np.concatenate([np.repeat(np.arange(shape[0]), np.diff(part.indptr)) for part in parts])
    columns = np.concatenate([part.indices for part in parts])
    values = np.concatenate([part.data for part in parts])
    total: Csr = sparse.csr_array((values, (rows, columns)), shape=shape)
    total.sum_duplicates()
    return total


def _without_starts(matrix: Csr, people: IntArray) -> Csr:
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return _kept(matrix, matrix.indices != people[rows])
