"""What the ties of two people say for an introduction, for many pairs at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.kinds import NodeKind, TieKind
from recommend.people import IntArray, People

LEAST_EXPECTED = 1.0
"""Ties that must be expected between two communities before their absence says anything."""


@dataclass(frozen=True)
class Joins:
    """The pairs of communities that introductions would join best, one for each introduction.

    Attributes
    ----------
    a, b : (n_pairs,) int
        Rows of the communities in the node table; -1 where there are none.
    ties : (n_pairs,) int
        Met pairs between them now.
    expected : (n_pairs,) int
        Met pairs that would be there if everybody met as many people as now, but of any community, rounded
        (configuration model; Newman 2006, "Modularity and community structure in networks").
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    ties: NDArray[np.int64]
    expected: NDArray[np.int64]

    @classmethod
    def none(cls, n_pairs: int) -> Self:
        """Give the start: no communities to join for anybody."""
        nowhere = (np.full(n_pairs, -1, dtype=np.int64) for _ in range(2))
        return cls(*nowhere, *(np.zeros(n_pairs, dtype=np.int64) for _ in range(2)))

    def rows(self) -> Iterator[tuple[int, int, int, int]]:
        """Give them one by one: communities, ties, expected ties."""
        return zip(self.a.tolist(), self.b.tolist(), self.ties.tolist(), self.expected.tolist(), strict=True)


class Structure:
    """Common partners, shared events and groups, and joined communities of pairs of people.

    Parameters
    ----------
    people : People
        Who may be introduced.
    before : Structure, optional
        Of the same people in a view that tells the same of their ties: what it has counted is taken over.
    """

    def __init__(self, people: People, before: Structure | None = None) -> None:
        if before is not None:
            self.__dict__.update(before.__dict__)
        self.people = people

    def common_partners(self, a: IntArray, b: IntArray) -> NDArray[np.int64]:
        """Count the people whom both have met, (n_pairs,)."""
        return _overlap(self.told_met, a, b).sum(axis=1).astype(np.int64)

    def shared_events(self, a: IntArray, b: IntArray) -> sparse.csr_array:
        """Give the events of both as 0/1, (n_pairs, n_nodes)."""
        return _overlap(self._attended, a, b)

    def shared_groups(self, a: IntArray, b: IntArray) -> sparse.csr_array:
        """Give the groups of both as 0/1, (n_pairs, n_nodes)."""
        return _overlap(self._joined, a, b)

    def joins(self, a: IntArray, b: IntArray) -> Joins:
        """Give, for each pair, the two communities between which most of the expected ties are missing.

        None where the two share a community, where one has none, or where ties are as many as expected.
        """
        out = Joins.none(len(a))
        pair, i, j = _combinations(self._members, a, b)
        if not len(pair):
            return out
        together = _overlap(self.people.communities, a, b).sum(axis=1) > 0
        found = np.asarray(self._between[i, j]).ravel()
        expected = self._ends[i] * self._ends[j] / max(float(self._ends.sum()), 1.0)
        missing = np.where(expected >= LEAST_EXPECTED, expected - found, 0.0)
        order = np.lexsort((-missing, pair))
        first = order[np.flatnonzero(np.r_[True, pair[order][1:] != pair[order][:-1]])]
        first = first[(missing[first] > 0) & ~together[pair[first]]]
        at, rows = pair[first], self.people.community_rows
        out.a[at], out.b[at] = rows[i[first]], rows[j[first]]
        out.ties[at], out.expected[at] = found[first], np.round(expected[first])
        return out

    @cached_property
    def _told(self) -> NDArray[np.bool_]:
        """Ties that may move a score and may be named to the viewer."""
        view = self.people.view
        return np.asarray(view.matchable_ties & view.tellable_ties)

    @cached_property
    def told_met(self) -> sparse.csr_array:
        """Who has met whom, by ties that may be named to the viewer, (n, n)."""
        rows = self.people.rows
        return self.people.view.met_among(self._told)[rows][:, rows].tocsr()

    @cached_property
    def _attended(self) -> sparse.csr_array:
        return self._targets(NodeKind.EVENT, TieKind.ATTENDED)

    @cached_property
    def _joined(self) -> sparse.csr_array:
        return self._targets(NodeKind.GROUP, TieKind.JOINED)

    def _targets(self, kind: NodeKind, tie: TieKind) -> sparse.csr_array:
        return self.people.view.memberships((kind,), tie, self._told)[self.people.rows].tocsr()

    @cached_property
    def _members(self) -> sparse.csr_array:
        """Communities that may be named, in the columns of ``people.communities``."""
        kinds = (NodeKind.SPACE, NodeKind.COMMUNITY, NodeKind.ORGANISATION)
        told = self.people.view.memberships(kinds, among=self._told)
        return told[self.people.rows][:, self.people.community_rows].tocsr()

    @cached_property
    def _between(self) -> sparse.csr_array:
        """Met pairs between communities; somebody in two communities counts in both."""
        return sparse.csr_array(self._members.T @ self.told_met @ self._members)

    @cached_property
    def _ends(self) -> NDArray[np.float64]:
        return np.asarray(self._between.sum(axis=1), dtype=np.float64).ravel()


def _overlap(matrix: sparse.csr_array, a: IntArray, b: IntArray) -> sparse.csr_array:
    return sparse.csr_array(matrix[a].multiply(matrix[b]))


def _combinations(members: sparse.csr_array, a: IntArray, b: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Give every community of the one with every community of the other: pair, first, second."""
    left, right = members[a], members[b]
    n_left, n_right = np.diff(left.indptr), np.diff(right.indptr)
    per_pair = n_left * n_right
    pair = np.repeat(np.arange(len(a)), per_pair)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(per_pair) - per_pair, per_pair)
    width = np.maximum(n_right[pair], 1)
    i = left.indices[left.indptr[pair] + place // width]
    j = right.indices[right.indptr[pair] + place % width]
    return pair, i.astype(np.intp), j.astype(np.intp)
