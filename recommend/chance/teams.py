"""Factor of events with teams: papers, workshops, joint work."""

from __future__ import annotations

import numpy as np

from graph.measures.adjacency import symmetric
from recommend.chance.config import ChanceConfig
from recommend.chance.copresence import Presence, pairs_of
from recommend.chance.factor import Factor
from recommend.chance.history import Meetings
from recommend.chance.plain import walk_factor
from recommend.chance.warp import Clock, distinct_ties


def team_factors(teams: Presence, meetings: Meetings, n_people: int, config: ChanceConfig) -> tuple[Factor, ...]:
    """Give the recipe for events with teams: a walk along recent joint work.

    Parameters
    ----------
    teams : Presence
        Who took part in what.
    meetings : Meetings
        Meetings that no event tells; each counts as an event of two.
    n_people : int
        Number of people.
    config : ChanceConfig
        Settings.

    Returns
    -------
    tuple of Factor
        ``teams_walk``: each event gives each pair of its team of k people ``exp(-age / tau) / (k - 1)``, so that
        one event gives everybody who took part the same total, however large the team.
    """
    pairs = pairs_of(teams, config.largest_tying_group)
    u, v = np.concatenate([pairs.u, meetings.u]), np.concatenate([pairs.v, meetings.v])
    t = np.concatenate([pairs.t, meetings.t])
    share = np.concatenate([1.0 / (pairs.size - 1), meetings.counts])
    ties = distinct_ties(u, v, t, n_people)
    fresh = Clock.of(ties.first).freshness(t, config.tau) * share
    weights = np.asarray(np.bincount(ties.of, weights=fresh, minlength=len(ties.u)), dtype=np.float64)
    matrix = symmetric(ties.u, ties.v, weights, n_people)
    return (walk_factor("teams_walk", matrix, config, weight=1.0, n_steps=config.n_steps_teams),)
