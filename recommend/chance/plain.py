"""Factors that need no dates: walks over ties, and contacts in common."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from graph.measures.adjacency import Csr, IntArray, degrees, reciprocal, symmetric
from recommend.chance.config import ChanceConfig
from recommend.chance.factor import Block, Factor, without_self
from recommend.chance.walks import Walk, WalkRule
from recommend.chance.warp import Ties


def walk_factor(name: str, weights: Csr, config: ChanceConfig, *, weight: float, n_steps: int = 0) -> Factor:
    """Give personalised PageRank over weighted ties as a factor.

    Parameters
    ----------
    name, weight
        See :class:`~recommend.chance.factor.Factor`.
    weights : (n_people, n_people) csr_array
        Symmetric weights of ties.
    config : ChanceConfig
        Restart, steps, and from which size on small mass is dropped.
    n_steps : int
        Steps, those of the config when 0.

    Returns
    -------
    Factor
    """
    tolerance = config.tolerance if weights.shape[0] > config.sparse_above else 0.0
    walk = Walk(weights, WalkRule(config.restart, n_steps or config.n_steps, tolerance))
    return Factor(name, weight, walk.rows, sparse=tolerance > 0)


def resource_allocation(ties: Csr, *, weight: float) -> Factor:
    """Give contacts in common, each counting 1 / their number of contacts, as a factor.

    Parameters
    ----------
    ties : (n_people, n_people) csr_array
        1 where two people are tied.
    weight : float
        See :class:`~recommend.chance.factor.Factor`.

    Returns
    -------
    Factor

    References
    ----------
    Zhou, Lü and Zhang (2009), *Predicting missing links via local information*.
    """
    return Factor("shared_contacts", weight, _SharedContacts(ties).rows, sparse=True)


class _SharedContacts:
    """Resource Allocation of a network; an object with a method, so that another process can be given it."""

    def __init__(self, ties: Csr) -> None:
        self._ties = ties
        self._shares: Csr = (sparse.diags_array(reciprocal(degrees(ties))) @ ties).tocsr()

    def rows(self, people: IntArray) -> Block:
        return without_self((self._ties[people] @ self._shares).tocsr(), people)


def plain_factors(ties: Ties, n_people: int, config: ChanceConfig, *, distant: bool) -> tuple[Factor, ...]:
    """Give the recipe for meetings without dates: PageRank times Resource Allocation.

    A large network whose distant pairs nobody asks for does without the walk: two steps of it say what Resource
    Allocation says already, and with the third, recall at 10 of ties held out at random from 16 campus networks
    falls from .339 to .325 (600 people), at three times the cost.

    Parameters
    ----------
    ties : Ties
        Who met.
    n_people : int
        Number of people.
    config : ChanceConfig
        Settings.
    distant : bool
        Whether people without a contact in common are asked for.

    Returns
    -------
    tuple of Factor
        ``ties_walk`` and ``shared_contacts``.
    """
    matrix = symmetric(ties.u, ties.v, np.ones(len(ties.u)), n_people)
    if n_people > config.walk_up_to and not distant:
        return (resource_allocation(matrix, weight=1.0),)
    return walk_factor("ties_walk", matrix, config, weight=1.0), resource_allocation(matrix, weight=1.0)
