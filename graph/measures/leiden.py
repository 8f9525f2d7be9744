"""The Leiden algorithm, on scikit-network's compiled local moves.

References
----------
Traag, Waltman and van Eck (2019), *From Louvain to Leiden: guaranteeing well-connected communities*. Changed here:
the refinement is greedy instead of random, so that the order of people is the only chance in it and one seed gives
one partition (scikit-network's own Leiden draws from the C library and gives another partition at each call), and
the whole algorithm is repeated from its own result while that still helps.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from graph.measures.adjacency import Csr, FloatArray, IntArray, degrees

TOLERANCE = 1e-5


def leiden(matrix: Csr, *, resolution: float, n_iterations: int, rng: np.random.Generator) -> IntArray:
    """Partition people so that modularity is high.

    Parameters
    ----------
    matrix : (n_people, n_people) csr_array
        Symmetric weights > 0 with at least one tie, no diagonal.
    resolution : float
        > 0; larger gives more and smaller communities.
    n_iterations : int
        Most repetitions, >= 1; it stops when one leaves the partition as it was.
    rng : numpy.random.Generator
        Gives the order in which people are looked at, anew in each repetition.

    Returns
    -------
    (n_people,) int
        Community of each person, numbers from 0 without gaps.
    """
    labels = np.arange(matrix.shape[0])
    for _ in range(n_iterations):
        order = rng.permutation(matrix.shape[0])
        shuffled: Csr = matrix[order][:, order]
        shuffled.data /= shuffled.data.sum()
        found = np.empty_like(labels)
        found[order] = _once(shuffled, labels[order], resolution)
        if _same(found, labels):
            break
        labels = found
    return labels


def _once(matrix: Csr, labels: IntArray, resolution: float) -> IntArray:
    """Move people, refine, and go on with the refined groups as people, until nothing merges."""
    weight, place = degrees(matrix), np.arange(matrix.shape[0])
    while True:
        labels = _moved(matrix, weight, labels, resolution)
        if labels.max() + 1 == matrix.shape[0]:
            return labels[place]
        groups = _moved(_inside(matrix, labels), weight, np.arange(matrix.shape[0]), resolution)
        if groups.max() + 1 == matrix.shape[0]:
            groups = labels
        member: Csr = sparse.csr_array((np.ones(len(groups)), (np.arange(len(groups)), groups)))
        outer = np.empty(member.shape[1], dtype=np.int64)
        outer[groups] = labels
        matrix, weight = (member.T @ matrix @ member).tocsr(), np.asarray(member.T @ weight, dtype=np.float64)
        place, labels = groups[place], outer


def _moved(matrix: Csr, weight: FloatArray, labels: IntArray, resolution: float) -> IntArray:
    """Move each person to the community of a contact where modularity gains most, until hardly any gain is left."""
    # Loading scikit-network takes longer than loading scipy, and of all measures only this one needs it.
    from sknetwork.clustering.louvain_core import optimize_core

    n = matrix.shape[0]
    start = np.unique(labels, return_inverse=True)[1]
    held = np.bincount(start, weights=weight, minlength=n).astype(np.float32)
    weights = weight.astype(np.float32)
    moved, _ = optimize_core(
        start.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.indptr.astype(np.int32),
        matrix.data.astype(np.float32),
        weights,
        weights.copy(),
        held,
        held.copy(),
        np.zeros(n, dtype=np.float32),
        matrix.diagonal().astype(np.float32),
        resolution,
        TOLERANCE,
    )
    return np.unique(np.asarray(moved), return_inverse=True)[1]


def _inside(matrix: Csr, labels: IntArray) -> Csr:
    """Give the ties inside communities only."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    kept = labels[rows] == labels[matrix.indices]
    return sparse.csr_array((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def _same(a: IntArray, b: IntArray) -> bool:
    """Tell whether two partitions are one: every community of a meets one of b, and as many of them."""
    pairs = len(np.unique(a * (b.max() + 1) + b))
    return bool(pairs == a.max() + 1 and pairs == len(np.unique(b)))
