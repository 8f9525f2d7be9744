"""Two-step ways between people who are tied: what both constraint and effective size are made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from graph.measures.adjacency import Csr, FloatArray, IntArray

ENTRIES_AT_ONCE = 4_000_000


def two_steps(matrix: Csr, weight: FloatArray) -> Csr:
    """Give, for every tie, the weights of the ways of two steps between its ends.

    Parameters
    ----------
    matrix : (n_people, n_people) csr_array
        Symmetric weights > 0, no diagonal.
    weight : (n_people,) float
        Factor for passing through each person.

    Returns
    -------
    (n_people, n_people) csr_array
        ``sum_q a_iq weight_q a_qj`` where i and j are tied, nothing elsewhere; symmetric.

    Notes
    -----
    A plain product ``A diag(weight) A`` would fill in every two contacts of a hub, n^2 numbers for a star. Here ties
    point from people with fewer contacts to people with more, so that nobody points to more than ``sqrt(2 n_ties)``
    others, and each triangle is found once for each of its sides: ``n_ties^1.5`` steps at most (Chiba and Nishizeki,
    1985, *Arboricity and subgraph listing algorithms*).
    """
    order = np.argsort(np.diff(matrix.indptr), kind="stable")
    upper: Csr = sparse.triu(matrix[order][:, order], 1).tocsr()
    through = weight[order]
    found: Csr = _over_the_top(upper, through) + _masked(upper, through) + _masked(upper.T.tocsr(), through, upper)
    back = np.argsort(order, kind="stable")
    both: Csr = (found + found.T).tocsr()
    return both[back][:, back]


def _over_the_top(upper: Csr, through: FloatArray) -> Csr:
    """Sum over common contacts that both ends point to."""
    rows = np.repeat(np.arange(upper.shape[0]), np.diff(upper.indptr))
    values = np.zeros(upper.nnz)
    points_to = np.diff(upper.indptr)
    for part in _slices(points_to[rows] + points_to[upper.indices]):
        shared = upper[rows[part]] * upper[upper.indices[part]]
        values[part] = np.asarray(shared @ through)
    total: Csr = sparse.csr_array((values, upper.indices, upper.indptr), shape=upper.shape)
    return total


def _masked(left: Csr, through: FloatArray, upper: Csr | None = None) -> Csr:
    """Sum over the other two positions of a common contact, kept where there is a tie."""
    right = left if upper is None else upper
    pattern = right.copy()
    pattern.data[:] = 1.0
    weighted: Csr = (sparse.diags_array(through) @ right).tocsr()
    reached = np.diff(right.indptr)
    steps = np.asarray(sparse.csr_array((np.ones(left.nnz), left.indices, left.indptr), shape=left.shape) @ reached)
    parts = [(left[part] @ weighted) * pattern[part] for part in _slices(steps.astype(np.int64))]
    total: Csr = sparse.vstack(parts, format="csr") if parts else right.copy()
    return total


def _slices(costs: IntArray) -> Iterator[slice]:
    """Cut rows into parts of about as many entries each."""
    ends = np.searchsorted(np.cumsum(costs), np.arange(ENTRIES_AT_ONCE, costs.sum() + ENTRIES_AT_ONCE, ENTRIES_AT_ONCE))
    first = 0
    for end in [*(int(e) + 1 for e in ends), len(costs)]:
        if min(end, len(costs)) > first:
            yield slice(first, min(end, len(costs)))
            first = end
