"""The form in which every measure takes a network: a symmetric sparse matrix of tie weights."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.errors import Refused

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Csr: TypeAlias = "sparse.csr_array[np.float64, tuple[int, int]]"


def symmetric(u: IntArray, v: IntArray, weight: FloatArray, n_people: int) -> Csr:
    """Give the symmetric weight matrix of undirected pairs.

    Parameters
    ----------
    u, v : (n_pairs,) int
        Positions in either order; the weights of a pair given more than once are added.
    weight : (n_pairs,) float
        Weight of each pair.
    n_people : int
        Number of rows and columns.

    Returns
    -------
    (n_people, n_people) csr_array of float64
        Sorted columns, every pair in both directions.
    """
    rows, columns = np.concatenate([u, v]).astype(np.int32), np.concatenate([v, u]).astype(np.int32)
    matrix = sparse.csr_array((np.concatenate([weight, weight]), (rows, columns)), shape=(n_people, n_people))
    matrix.sum_duplicates()
    return matrix


def runs(first: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.intp]:
    """Give all positions of some runs, one run after the other.

    Parameters
    ----------
    first : (m,) int
        Where each run begins.
    counts : (m,) int
        How long each is, at least 0.

    Returns
    -------
    (sum of counts,) int
    """
    ends = np.cumsum(counts)
    positions: NDArray[np.intp] = np.repeat(first - ends + counts, counts).astype(np.intp, copy=False)
    positions += np.arange(len(positions))
    return positions


def checked(adjacency: Csr) -> Csr:
    """Give a copy that every measure can rely on: square, symmetric, finite, no negative weight, no loops.

    Parameters
    ----------
    adjacency : (n_people, n_people) sparse array
        Weights of ties; a stored zero is no tie, the diagonal is ignored.

    Returns
    -------
    (n_people, n_people) csr_array of float64
        Sorted columns, only positive entries, empty diagonal.

    Raises
    ------
    Refused
        When the matrix is not square, not symmetric, or holds a negative, infinite or undefined weight.
    """
    if adjacency.ndim != 2 or adjacency.shape[0] != adjacency.shape[1]:
        raise Refused(f"adjacency: got shape {adjacency.shape}, expected as many rows as columns")
    matrix: Csr = adjacency.tocsr(copy=True).astype(np.float64)
    if not np.isfinite(matrix.data).all() or (matrix.data < 0).any():
        raise Refused("adjacency: got a negative, infinite or undefined weight, expected finite weights >= 0")
    matrix.setdiag(0.0)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    difference = abs(matrix - matrix.T)
    if difference.nnz and difference.max() > 1e-9 * matrix.max():
        raise Refused("adjacency: got different weights for (u, v) and (v, u), expected a symmetric matrix")
    return matrix


def degrees(adjacency: Csr) -> FloatArray:
    """Give the total weight of each person's ties: (n_people,)."""
    return np.asarray(adjacency.sum(axis=1), dtype=np.float64)


def reciprocal(values: FloatArray) -> FloatArray:
    """Give 1 / value, and 0 where the value is 0, of the same shape."""
    return np.divide(1.0, values, out=np.zeros_like(values, dtype=np.float64), where=values != 0)
