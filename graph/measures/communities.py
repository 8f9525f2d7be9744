"""Communities found in the ties themselves, beside those that people declare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from graph.errors import WrongUse
from graph.measures.adjacency import Csr, IntArray, checked, degrees
from graph.measures.leiden import leiden


@dataclass(frozen=True, slots=True, eq=False)
class Communities:
    """A partition of people.

    Attributes
    ----------
    labels : (n_people,) int
        0 for the largest community, counted on by size, then by the smallest position of a member.
    sizes : (n_communities,) int
        People in each, largest first.
    modularity : float
        In [-1, 1]; 0 without any tie.
    """

    labels: IntArray
    sizes: IntArray
    modularity: float


def detect_communities(
    adjacency: Csr, *, rng: np.random.Generator, resolution: float = 1.0, n_iterations: int = 4
) -> Communities:
    """Find communities by the Leiden algorithm.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.
    rng : numpy.random.Generator
        Gives the order in which people are looked at; the same state gives the same partition.
    resolution : float
        > 0; larger gives more and smaller communities.
    n_iterations : int
        Most repetitions of the algorithm from its own result, >= 1.

    Returns
    -------
    Communities
        Every community is connected; people without ties are each on their own.

    Raises
    ------
    WrongUse
        When the resolution is not above 0 or no iteration is asked for.
    Refused
        When the matrix is no symmetric matrix of weights.

    References
    ----------
    Traag, Waltman and van Eck (2019), *From Louvain to Leiden*; see :mod:`graph.measures.leiden` for what differs.
    A community that is left unconnected is split.
    """
    if not (resolution > 0 and n_iterations > 0):
        got = f"resolution = {resolution} and n_iterations = {n_iterations}"
        raise WrongUse(f"communities: got {got}, expected numbers above 0")
    matrix = checked(adjacency)
    labels = np.arange(matrix.shape[0])
    tied = np.flatnonzero(degrees(matrix) > 0)
    if len(tied):
        found = leiden(matrix[tied][:, tied], resolution=resolution, n_iterations=n_iterations, rng=rng)
        labels[tied] = matrix.shape[0] + found
    labels = _ordered(_connected(matrix, labels))
    return Communities(labels, np.bincount(labels), modularity(matrix, labels, resolution=resolution))


def modularity(adjacency: Csr, labels: IntArray, *, resolution: float = 1.0) -> float:
    """Give how far ties stay inside a partition, beyond what the numbers of ties would explain.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.
    labels : (n_people,) int
        Community of each person, numbers >= 0.
    resolution : float
        Weight of what would be expected.

    Returns
    -------
    float
        In [-1, 1] for resolution 1; 0 without any tie.

    References
    ----------
    Newman and Girvan (2004), *Finding and evaluating community structure in networks*.
    """
    matrix = checked(adjacency)
    degree, total = degrees(matrix), float(matrix.sum())
    if not total:
        return 0.0
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    inside = float(matrix.data[labels[rows] == labels[matrix.indices]].sum())
    shares = np.bincount(labels, weights=degree) / total
    return inside / total - resolution * float(shares @ shares)


def _connected(matrix: Csr, labels: IntArray) -> IntArray:
    """Split what is not connected inside."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    inside = labels[rows] == labels[matrix.indices]
    kept = sparse.csr_array((matrix.data[inside], (rows[inside], matrix.indices[inside])), shape=matrix.shape)
    return np.asarray(connected_components(kept, directed=False)[1], dtype=np.int64)


def _ordered(labels: IntArray) -> IntArray:
    """Number communities by size, largest first, then by smallest member."""
    _, first, inverse, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.lexsort((first, -counts))] = np.arange(len(counts))
    return rank[inverse]
