"""Who bridges: structural holes by Burt, and betweenness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.errors import WrongUse
from graph.measures.adjacency import Csr, FloatArray, IntArray, checked, degrees, reciprocal
from graph.measures.triangles import two_steps


def constraint(adjacency: Csr) -> FloatArray:
    """Give Burt's constraint: how much a person's contacts are contacts of each other.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.

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
    per_tie = reciprocal(degrees(matrix))
    spent: Csr = (sparse.diags_array(per_tie) @ (matrix + two_steps(matrix, per_tie))).tocsr()
    result = np.asarray((spent * spent).sum(axis=1), dtype=np.float64)
    result[np.diff(matrix.indptr) == 0] = 1.0
    return result


def effective_size(adjacency: Csr) -> FloatArray:
    """Give the number of contacts a person has beyond those that know each other.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.

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
    largest = np.zeros(matrix.shape[0])
    np.maximum.at(largest, np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.data)
    redundant = two_steps(matrix, np.ones(matrix.shape[0])) @ reciprocal(largest)
    return np.asarray(np.diff(matrix.indptr) - reciprocal(degrees(matrix)) * redundant, dtype=np.float64)


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


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """People at one distance from any of the starts: ``paths`` (n_here, block) numbers of shortest paths, over the
    product of the scales so far, and ``scale`` (block,), the largest number of this level before it was divided."""

    people: IntArray
    paths: FloatArray
    scale: FloatArray


def _dependencies(contacts: Csr, starts: IntArray) -> FloatArray:
    """Give the sum over starts of Brandes' dependencies: (n_people,)."""
    levels = _levels(contacts, starts)
    total = np.zeros(contacts.shape[0])
    behind = np.zeros_like(levels[-1].paths)
    for near, far in zip(levels[-2:0:-1], levels[:1:-1], strict=True):
        # Every shortest path to somebody passes one of the people before them, in the share of their paths.
        per_path = np.divide(1.0 + behind, far.paths, out=np.zeros_like(behind), where=far.paths > 0)
        behind = near.paths * np.asarray(_between(contacts, near.people, far.people) @ (per_path / far.scale))
        total[near.people] += behind.sum(axis=1)
    return total


def _levels(contacts: Csr, starts: IntArray) -> list[_Level]:
    """Count shortest paths from each start, by distance; numbers of paths grow too fast for any float."""
    n, block = contacts.shape[0], len(starts)
    unseen = np.ones((n, block), dtype=np.bool_)
    unseen[starts, np.arange(block)] = False
    levels = [_Level(starts, np.eye(block), np.ones(block))]
    while True:
        last = levels[-1]
        touched = np.zeros(n, dtype=np.bool_)
        touched[contacts[last.people].indices] = True
        people = np.flatnonzero(touched)
        paths = np.asarray(_between(contacts, people, last.people) @ last.paths) * unseen[people]
        here = paths.any(axis=1)
        if not here.any():
            return levels
        people, paths = people[here], paths[here]
        largest = paths.max(axis=0)
        scale = np.where(largest > 0, largest, 1.0)
        unseen[people] &= paths == 0
        levels.append(_Level(people, paths / scale, scale))


def _between(contacts: Csr, rows: IntArray, columns: IntArray) -> Csr:
    """Give the ties from some people to others: (n_rows, n_columns) csr_array."""
    place = np.full(contacts.shape[0], -1)
    place[columns] = np.arange(len(columns))
    part = contacts[rows]
    kept = place[part.indices] >= 0
    ends = np.concatenate([[0], np.cumsum(kept)])[part.indptr]
    between: Csr = sparse.csr_array((part.data[kept], place[part.indices[kept]], ends), shape=(len(rows), len(columns)))
    return between
