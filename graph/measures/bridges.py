"""Who bridges: structural holes by Burt, and betweenness."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from graph.errors import WrongUse
from graph.measures.adjacency import Csr, FloatArray, IntArray, checked, degrees, reciprocal

BLOCK = 4_000


def constraint(adjacency: Csr, *, block: int = BLOCK) -> FloatArray:
    """Give Burt's constraint: how much a person's contacts are contacts of each other.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.
    block : int
        People worked on at a time, >= 1; bounds the memory.

    Returns
    -------
    (n_people,) float
        Above 0, low for somebody who bridges, little above 1 at most (1.125 in a triangle). A person with a single
        contact has 1, and so has a person without any: neither bridges anything.

    References
    ----------
    Burt (1992), *Structural Holes*: the sum over contacts j of ``(p_ij + sum_q p_iq p_qj)^2`` with ``p`` the share of
    a person's ties. networkx has the same value, and NaN for people without ties.
    """
    matrix = checked(adjacency)
    share: Csr = (sparse.diags_array(reciprocal(degrees(matrix))) @ matrix).tocsr()
    contacts = _pattern(matrix)
    result = np.ones(matrix.shape[0])
    for rows in _blocks(matrix.shape[0], block):
        both = ((share[rows] @ share) * contacts[rows]) + share[rows]
        result[rows] = np.asarray((both * both).sum(axis=1))
    result[np.diff(matrix.indptr) == 0] = 1.0
    return result


def effective_size(adjacency: Csr, *, block: int = BLOCK) -> FloatArray:
    """Give the number of contacts a person has beyond those that know each other.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.
    block : int
        People worked on at a time, >= 1.

    Returns
    -------
    (n_people,) float
        From 0 without ties to the number of contacts when none of them are tied.

    References
    ----------
    Burt (1992), *Structural Holes*: the sum over contacts j of ``1 - sum_q p_iq m_jq`` with ``m`` the weight of a tie
    over the largest of that contact.
    """
    matrix = checked(adjacency)
    share: Csr = (sparse.diags_array(reciprocal(degrees(matrix))) @ matrix).tocsr()
    largest = np.zeros(matrix.shape[0])
    np.maximum.at(largest, np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.data)
    marginal: Csr = (sparse.diags_array(reciprocal(largest)) @ matrix).tocsr()
    contacts = _pattern(matrix)
    result = np.diff(matrix.indptr).astype(np.float64)
    for rows in _blocks(matrix.shape[0], block):
        result[rows] -= np.asarray(((contacts[rows] @ marginal) * share[rows]).sum(axis=1))
    return result


def betweenness(
    adjacency: Csr,
    *,
    rng: np.random.Generator,
    exact_below: int = 2_000,
    n_pivots: int = 256,
    block: int = 64,
) -> FloatArray:
    """Give the share of shortest paths between others that pass through each person.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric; every tie counts as one step, whatever its weight.
    rng : numpy.random.Generator
        Chooses the pivots; not used below ``exact_below``.
    exact_below : int
        People up to which paths from everybody are followed.
    n_pivots : int
        People, drawn without replacement, from whom paths are followed in a larger network, >= 1.
    block : int
        Starts followed at a time, >= 1.

    Returns
    -------
    (n_people,) float
        In [0, 1], the mean over ordered pairs of others; an unbiased estimate above ``exact_below``, which may
        pass 1 by chance.

    References
    ----------
    Brandes (2001), *A faster algorithm for betweenness centrality*; Brandes and Pich (2007), *Centrality estimation in
    large networks*, for pivots. Here many starts advance together, level by level, as sparse products.
    """
    if n_pivots < 1 or block < 1:
        raise WrongUse(f"betweenness: got n_pivots = {n_pivots} and block = {block}, expected 1 or more")
    contacts = _pattern(checked(adjacency))
    n = contacts.shape[0]
    if n < 3:
        return np.zeros(n)
    starts = np.arange(n) if n <= exact_below else np.sort(rng.choice(n, min(n_pivots, n), replace=False))
    total = np.zeros(n)
    for first in range(0, len(starts), block):
        total += _dependencies(contacts, starts[first : first + block])
    return total * (n / len(starts)) / ((n - 1) * (n - 2))


def _pattern(matrix: Csr) -> Csr:
    pattern = matrix.copy()
    pattern.data[:] = 1.0
    return pattern


def _blocks(n: int, block: int) -> list[IntArray]:
    if block < 1:
        raise WrongUse(f"block: got {block}, expected 1 or more people")
    return [np.arange(first, min(first + block, n)) for first in range(0, n, block)]


def _dependencies(contacts: Csr, starts: IntArray) -> FloatArray:
    """Give the sum over starts of Brandes' dependencies: (n_people,)."""
    levels, scales = _levels(contacts, starts)
    behind = np.zeros_like(levels[0])
    total = np.zeros(contacts.shape[0])
    for depth in range(len(levels) - 1, 0, -1):
        # Every shortest path to somebody passes one of the people before them, in the share of their paths.
        per_path = np.divide(1.0 + behind, levels[depth], out=np.zeros_like(behind), where=levels[depth] > 0)
        behind = levels[depth - 1] * np.asarray(contacts @ (per_path / scales[depth]))
        if depth > 1:
            total += behind.sum(axis=1)
    return total


def _levels(contacts: Csr, starts: IntArray) -> tuple[list[FloatArray], list[FloatArray]]:
    """Count shortest paths from each start, by distance.

    Returns
    -------
    levels : list of (n_people, block) float
        Number of shortest paths to the people at that distance, over the product of the scales so far.
    scales : list of (block,) float
        Largest count of each level; numbers of paths grow too fast for any float.
    """
    place = np.zeros((contacts.shape[0], len(starts)))
    place[starts, np.arange(len(starts))] = 1.0
    unseen = place == 0
    levels, scales = [place], [np.ones(len(starts))]
    while True:
        reached = (contacts @ levels[-1]) * unseen
        largest = reached.max(axis=0)
        if not largest.any():
            return levels, scales
        scale = np.where(largest > 0, largest, 1.0)
        levels.append(reached / scale)
        scales.append(scale)
        unseen &= reached == 0
