"""Factors of dated groups: who will sit in one of my groups next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.measures.adjacency import Csr, FloatArray, IntArray, degrees, reciprocal, symmetric
from recommend.chance.config import ChanceConfig
from recommend.chance.contacts import repeated_weight
from recommend.chance.copresence import Presence, pairs_of
from recommend.chance.factor import Block, Factor, without_self
from recommend.chance.history import Meetings
from recommend.chance.plain import walk_factor
from recommend.chance.warp import Clock, Ties, distinct_ties


@dataclass(frozen=True, slots=True, eq=False)
class TiedHistory:
    """Meetings with their distinct pairs."""

    meetings: Meetings
    ties: Ties


def co_members(groups: Presence, n_people: int, largest: int) -> TiedHistory:
    """Give every two members of a group of at most ``largest`` people as met when the later one joined."""
    pairs = pairs_of(groups, largest)
    return TiedHistory(Meetings(pairs.u, pairs.v, pairs.t), distinct_ties(pairs.u, pairs.v, pairs.t, n_people))


def long_walk(tied: TiedHistory, n_people: int, config: ChanceConfig) -> Factor:
    """Give the walk along meetings with a long memory.

    Parameters
    ----------
    tied : TiedHistory
        Meetings.
    n_people : int
        Number of people.
    config : ChanceConfig
        ``tau_long`` and the settings of walks.

    Returns
    -------
    Factor
        PageRank over ``log(1 + sum of exp(-age / tau_long))``.
    """
    clock = Clock.of(tied.ties.first)
    weights = repeated_weight(tied.meetings, tied.ties, clock, config.tau_long)
    matrix = symmetric(tied.ties.u, tied.ties.v, weights, n_people)
    return walk_factor("long_walk", matrix, config, weight=1.0)


def joins(groups: Presence, n_people: int, clock: Clock, config: ChanceConfig, *, weight: float) -> Factor:
    """Give the chance that a candidate joins a group of the one who asks.

    Parameters
    ----------
    groups : Presence
        Who belongs to what; groups of every size count.
    n_people : int
        Number of people.
    clock : Clock
        Ages of joinings.
    config : ChanceConfig
        ``tau_joining``, ``tau_growth`` and ``growth_floor``.
    weight : float
        See :class:`~recommend.chance.factor.Factor`.

    Returns
    -------
    Factor
        ``J(u, v)``, the sum over groups c of u of ``(g_c / size_c) * Jn[v, c]``.

    Notes
    -----
    ``Jn = Mw C``: a candidate's recent memberships ``Mw`` carried to groups that share members with them, ``C[c, c'] =
    sum over x in both of (1 / groups of x) / sqrt(size_c * size_c')`` without the diagonal. ``g_c`` is the growth of a
    group, a floor plus the sum of ``exp(-age / tau_growth)`` over its joinings. Neither ``Jn`` nor any matrix of people
    times people is ever formed.
    """
    shape = (n_people, len(groups.size))
    belongs = _memberships(groups, np.ones(len(groups.t)), shape)
    lately = _memberships(groups, clock.freshness(groups.t, config.tau_joining), shape)
    recent = np.bincount(groups.place, weights=clock.freshness(groups.t, config.tau_growth), minlength=shape[1])
    pull: Csr = (
        belongs @ sparse.diags_array((config.growth_floor + recent) * reciprocal(groups.size.astype(np.float64)))
    ).tocsr()
    kin, candidates = _kinship(belongs, groups.size), lately.T.tocsr()

    def rows(people: IntArray) -> Block:
        return without_self(((pull[people] @ kin) @ candidates).tocsr(), people)

    return Factor("joins", weight, rows)


def _memberships(groups: Presence, values: FloatArray, shape: tuple[int, int]) -> Csr:
    matrix: Csr = sparse.csr_array((values, (groups.person, groups.place)), shape=shape)
    return matrix


def _kinship(belongs: Csr, size: IntArray) -> Csr:
    scale = sparse.diags_array(np.sqrt(reciprocal(size.astype(np.float64))))
    per_person = sparse.diags_array(reciprocal(degrees(belongs)))
    kin: Csr = (scale @ (belongs.T @ (per_person @ belongs)) @ scale).tocsr()
    kin.setdiag(0.0)
    kin.eliminate_zeros()
    return kin
