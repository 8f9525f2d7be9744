"""The Kirchhoff index: total effective resistance of a network, and what one more tie takes off it.

Small where every two people are joined by many short ways. Exact, by dense linear algebra: for networks of up to a few
thousand people.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg, sparse
from scipy.sparse import csgraph

from graph.errors import WrongUse
from graph.measures.adjacency import Csr, FloatArray, IntArray, degrees


def largest_component(ties: Csr) -> IntArray:
    """Give the people of the largest connected part, sorted; the one with the first person among equals."""
    _, label = csgraph.connected_components(ties, directed=False)
    return np.flatnonzero(label == np.argmax(np.bincount(label))).astype(np.int64)


def kirchhoff_index(ties: Csr) -> float:
    """Give the sum of the effective resistances of all pairs.

    Parameters
    ----------
    ties : (n_people, n_people) csr_array
        Symmetric, 0/1, connected.

    Returns
    -------
    float
        ``n`` times the sum of the inverse non-zero eigenvalues of the Laplacian.

    Raises
    ------
    WrongUse
        When the network is not connected: the index is then infinite.

    References
    ----------
    Klein and Randić (1993), Resistance distance.
    """
    values = linalg.eigvalsh(_laplacian(ties))
    n = len(values)
    if n > 1 and values[1] < 1e-9 * values[-1]:
        raise WrongUse("the Kirchhoff index of a network in several parts is infinite: take its largest component")
    return float(n * np.sum(1.0 / values[1:]))


def laplacian_pseudoinverse(ties: Csr) -> FloatArray:
    """Give the Moore-Penrose inverse of the Laplacian of a connected network: (n_people, n_people) float."""
    n = ties.shape[0]
    return np.asarray(linalg.inv(_laplacian(ties) + 1.0 / n) - 1.0 / n, dtype=np.float64)


def kirchhoff_gain(inverse: FloatArray, u: IntArray, v: IntArray) -> FloatArray:
    """Give by how much the index falls when one tie is added.

    Parameters
    ----------
    inverse : (n_people, n_people) float
        Pseudoinverse of the Laplacian.
    u, v : (n_pairs,) int
        Ends of the ties to try, each alone.

    Returns
    -------
    (n_pairs,) float, > 0
        ``n ||L+ (e_u - e_v)||^2 / (1 + R_uv)``, by the formula of Sherman and Morrison (1950), Adjustment of an
        inverse matrix.
    """
    difference = inverse[u] - inverse[v]
    resistance = inverse[u, u] + inverse[v, v] - 2.0 * inverse[u, v]
    return np.asarray(len(inverse) * np.sum(difference**2, axis=1) / (1.0 + resistance), dtype=np.float64)


def add_tie(inverse: FloatArray, u: int, v: int) -> FloatArray:
    """Give the pseudoinverse of the Laplacian after one tie is added.

    Parameters
    ----------
    inverse : (n_people, n_people) float
        Pseudoinverse before.
    u, v : int
        Ends of the tie.

    Returns
    -------
    (n_people, n_people) float
        A new matrix.
    """
    difference = inverse[u] - inverse[v]
    resistance = difference[u] - difference[v]
    return np.asarray(inverse - np.outer(difference, difference) / (1.0 + resistance), dtype=np.float64)


def greedy_kirchhoff(ties: Csr, allowed: FloatArray, n_pairs: int, max_per_person: int) -> IntArray:
    """Pick ties one after the other, each time the one that takes most off the index.

    Parameters
    ----------
    ties : (n_people, n_people) csr_array
        Symmetric, 0/1, connected.
    allowed : (n_people, n_people) float
        Not zero where a pair may be picked.
    n_pairs : int
        How many to pick; fewer come back when no pair is left.
    max_per_person : int
        Most picks that one person may be in.

    Returns
    -------
    (n_found, 2) int
        In the order of picking. The structure-only optimum to compare with: its pairs hardly ever come true.
    """
    inverse = laplacian_pseudoinverse(ties)
    square = inverse @ inverse
    open_ = np.triu(allowed != 0, 1)
    used = np.zeros(len(inverse), dtype=np.int64)
    pairs: list[tuple[int, int]] = []
    while len(pairs) < n_pairs and open_.any():
        gain = _all_gains(inverse, square)
        gain[~open_] = -np.inf
        u, v = (int(i) for i in np.unravel_index(np.argmax(gain), gain.shape))
        pairs.append((u, v))
        open_[u, v] = False
        used[[u, v]] += 1
        full = np.flatnonzero(used >= max_per_person)
        open_[full] = open_[:, full] = False
        inverse, square = _add_to_both(inverse, square, u, v)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _laplacian(ties: Csr) -> FloatArray:
    return np.asarray((sparse.diags_array(degrees(ties)) - ties).toarray(), dtype=np.float64)


def _all_gains(inverse: FloatArray, square: FloatArray) -> FloatArray:
    own, own_square = np.diag(inverse), np.diag(square)
    distance = own_square[:, None] + own_square - 2.0 * square
    return np.asarray(distance / (1.0 + own[:, None] + own - 2.0 * inverse), dtype=np.float64)


def _add_to_both(inverse: FloatArray, square: FloatArray, u: int, v: int) -> tuple[FloatArray, FloatArray]:
    """Update L+ and its square for one more tie, both by outer products."""
    x = inverse[u] - inverse[v]
    y = square[u] - square[v]
    scale = 1.0 / (1.0 + x[u] - x[v])
    cross = np.outer(x, y)
    square = square - scale * (cross + cross.T) + scale**2 * float(x @ x) * np.outer(x, x)
    return inverse - scale * np.outer(x, x), square
