"""Who formed a tie with whom and when, and to which communities they belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.kinds import NodeKind, TieKind
from graph.tables import NODE_CODE
from graph.view import View

UNDATED = -np.inf  # before every date
PAIR_TIES = (TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED)
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of people with a tie, each once.

    Attributes
    ----------
    u, v : (n_pairs,) int
        Positions among the people of the view, ``u < v``.
    first : (n_pairs,) float
        POSIX seconds of their first tie, NaN where unknown.
    """

    u: IntArray
    v: IntArray
    first: FloatArray

    def take(self, index: NDArray[np.bool_]) -> Pairs:
        """Give some of them."""
        return Pairs(self.u[index], self.v[index], self.first[index])


def first_ties(view: View, people: NDArray[np.intp]) -> Pairs:
    """Give each pair of people with any tie once; one undated tie makes the beginning unknown.

    Parameters
    ----------
    view : View
        The graph.
    people : (n_people,) int
        Node rows of people.
    """
    number = np.full(len(view.nodes), -1, dtype=np.int64)
    number[people] = np.arange(len(people))
    ties = view.ties_of(*PAIR_TIES)
    direct = ties.take((number[ties.src] >= 0) & (number[ties.dst] >= 0))
    found = [(number[direct.src], number[direct.dst], direct.t), *_project_pairs(view, number)]
    u, v, t = (np.concatenate(column) for column in zip(*found, strict=True))
    low, high = np.minimum(u, v), np.maximum(u, v)
    keys, where = np.unique(low * len(people) + high, return_inverse=True)
    first = np.full(len(keys), np.inf)
    np.minimum.at(first, where.ravel(), np.where(np.isnan(t), UNDATED, t))
    first[first == UNDATED] = np.nan
    return Pairs(keys // max(len(people), 1), keys % max(len(people), 1), first)


def communities(view: View, people: NDArray[np.intp]) -> tuple[sparse.csr_array, NDArray[np.intp]]:
    """Give who belongs to which community, (n_people, n_communities), and the node rows of these."""
    for kinds in ((NodeKind.SPACE, NodeKind.COMMUNITY), (NodeKind.ORGANISATION,)):
        matrix = view.memberships(kinds)[people]
        rows = np.unique(matrix.indices).astype(np.intp)
        if len(rows):
            return matrix[:, rows].tocsr(), rows
    return sparse.csr_array((len(people), 0)), np.zeros(0, dtype=np.intp)


def _project_pairs(view: View, number: IntArray) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Give the pairs that worked on one project, from the day on which both did."""
    ties = view.ties_of(TieKind.COLLABORATED)
    ties = ties.take((view.nodes.kind[ties.dst] == NODE_CODE[NodeKind.PROJECT]) & (number[ties.src] >= 0))
    for project in np.unique(ties.dst):
        here = ties.take(ties.dst == project)
        i, j = np.triu_indices(len(here), k=1)
        who = number[here.src]
        yield who[i], who[j], np.maximum(here.t[i], here.t[j])
