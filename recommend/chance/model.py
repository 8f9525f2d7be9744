"""The chance that a tie forms, by the recipe that fits the kind of data there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from scipy import sparse

from graph.errors import Refused, WrongUse
from graph.measures.adjacency import Csr, FloatArray, IntArray
from recommend.chance.config import ChanceConfig
from recommend.chance.contacts import contact_factors
from recommend.chance.copresence import Presence, told_by
from recommend.chance.factor import Factor, add_logarithm, dense, floor_of, lift, standing
from recommend.chance.groups import TiedHistory, co_members, joins, long_walk
from recommend.chance.history import History, Meetings
from recommend.chance.plain import plain_factors
from recommend.chance.teams import team_factors
from recommend.chance.warp import Clock, distinct_ties


class ChanceModel:
    """Log-additive model of the chance that two people form a tie, from structure over time alone.

    Parameters
    ----------
    config : ChanceConfig, optional
        Settings.

    Attributes
    ----------
    kinds_ : tuple of str
        Recipes in use, of ``"contacts"``, ``"plain"``, ``"teams"`` and ``"groups"``; empty when nothing is known.
    factors_ : tuple of Factor
        Factors in use.
    floors_ : tuple of float
        What is added to each factor before its logarithm.

    Notes
    -----
    A meeting that an event or a group already tells (same two people, same time) is counted there alone. What is
    left decides:

    ========================================  ==============================================================
    meetings, at least half of them dated     six factors, see :mod:`recommend.chance.contacts`
    meetings, most of them undated            PageRank and Resource Allocation
    events with teams                         a walk along recent joint work; other meetings are teams of two
    groups                                    chance to join one of the groups; with nothing beside it also a
                                              walk along meetings (or co-membership where there are none)
    ========================================  ==============================================================

    Several kinds add up: the logarithms of all their factors, each with its own fixed exponent. The choice looks at
    the kind of data only, so it cannot be tuned to an outcome. Everything for a block of people depends on the
    history and those people, never on who else is in the block; ``log_chance`` may be computed for parts of the
    people on different machines and gives the same rows.

    The value is a logarithm up to a constant, for ranking the candidates of one person and for products with other
    scores. It is not a calibrated probability.
    """

    def __init__(self, config: ChanceConfig | None = None) -> None:
        self.config = config or ChanceConfig()

    def fit(self, history: History, *, distant: bool = True) -> Self:
        """Take in a history.

        Parameters
        ----------
        history : History
            Everything that happened up to now.
        distant : bool
            Whether chances of people without a contact in common are asked for; without them the model of a large
            undated network is quicker.

        Returns
        -------
        ChanceModel
            Itself.
        """
        self.n_people_ = history.n_people
        self.kinds_, self.factors_ = _recipe(history, self.config, distant=distant)
        sample = _sample(history, self.config.sample_people)
        self.floors_ = tuple(floor_of(f, sample, self.config.floor_quantile) for f in self.factors_)
        self._standing = standing(self.factors_, self.floors_, self.n_people_)
        return self

    def factors(self, people: IntArray) -> Mapping[str, FloatArray]:
        """Give every factor for some people.

        Parameters
        ----------
        people : (block,) int
            Who asks.

        Returns
        -------
        mapping of str to (block, n_people) float64
            Values >= 0 before any logarithm, 0 for the people themselves; empty when nothing is known.

        Raises
        ------
        WrongUse
            Before ``fit``.
        Refused
            When a position is out of range.
        """
        people = self._checked(people)
        return {factor.name: dense(factor.rows(people)) for factor in self.factors_}

    def log_chance(self, people: IntArray) -> FloatArray:
        """Give the logarithm of the chance of a tie with everybody, up to a constant.

        Parameters
        ----------
        people : (block,) int
            Who asks.

        Returns
        -------
        (block, n_people) float64
            Finite everywhere, larger is likelier; all equal where nothing is known. The entry of the people
            themselves and of people they have met already means nothing.

        Raises
        ------
        WrongUse
            Before ``fit``.
        Refused
            When a position is out of range.
        """
        people = self._checked(people)
        total = np.tile(self._standing, (len(people), 1))
        for factor, floor in zip(self.factors_, self.floors_, strict=True):
            add_logarithm(total, factor, floor, people)
        return total

    @property
    def sparse(self) -> bool:
        """Whether every factor is given for those people alone who stand out."""
        return all(factor.sparse for factor in self.factors_)

    def standing_out(self, people: IntArray) -> tuple[Csr, float]:
        """Give the logarithm of the chance as what stands out above a constant.

        Parameters
        ----------
        people : (block,) int
            Who asks.

        Returns
        -------
        csr_array (block, n_people) of float64, float
            What to add for those who stand out, above 0, and the logarithm of everybody else; together the same as
            ``log_chance``.

        Raises
        ------
        WrongUse
            Before ``fit``, or where a factor is not sparse.
        Refused
            When a position is out of range.
        """
        people = self._checked(people)
        if not self.sparse:
            raise WrongUse(f"factors {[f.name for f in self.factors_ if not f.sparse]}: not sparse, use log_chance")
        base, total = 0.0, sparse.csr_array((len(people), self.n_people_))
        for number, (factor, floor) in enumerate(zip(self.factors_, self.floors_, strict=True)):
            lifted = lift(factor, floor, people)
            total = total + lifted if number else lifted
            base += factor.weight * float(np.log(floor))
        return total, base

    def _checked(self, people: IntArray) -> IntArray:
        if not hasattr(self, "factors_"):
            raise WrongUse("the chance model has seen no history yet: call fit first")
        people = np.asarray(people, dtype=np.int64)
        wrong = people[(people < 0) | (people >= self.n_people_)]
        if len(wrong):
            raise Refused(f"people: got position {wrong[0]}, expected 0 to {self.n_people_ - 1}")
        return people


def _sample(history: History, size: int) -> IntArray:
    """Give people evenly spaced among those of whom anything is known: the floors need positive values."""
    known = np.unique(
        np.concatenate([history.meetings.u, history.meetings.v, history.teams.person, history.groups.person])
    )
    return known[np.unique(np.linspace(0, len(known) - 1, min(size, len(known))).astype(np.int64))]


def _recipe(history: History, config: ChanceConfig, *, distant: bool) -> tuple[tuple[str, ...], tuple[Factor, ...]]:
    n = history.n_people
    teams = Presence.of(history.teams.event, history.teams.person, history.teams.t, n)
    groups = Presence.of(history.groups.group, history.groups.person, history.groups.since, n)
    own = _own_meetings(history.meetings, teams, groups)
    kinds: list[str] = []
    factors: list[Factor] = []
    if len(own.u) and len(own.u) >= config.own_share * len(history.meetings.u):
        kind, found = _meeting_factors(own, history, config, distant=distant)
        kinds.append(kind)
        factors.extend(found)
    if len(teams.size):
        kinds.append("teams")
        factors.extend(team_factors(teams, own, n, config))
    if len(groups.size):
        factors.extend(_group_factors(history.meetings, groups, n, config, alone=not kinds))
        kinds.append("groups")
    return tuple(kinds), tuple(factors)


def _own_meetings(meetings: Meetings, teams: Presence, groups: Presence) -> Meetings:
    return meetings.take(~(told_by(meetings, teams) | told_by(meetings, groups)))


def _meeting_factors(
    own: Meetings, history: History, config: ChanceConfig, *, distant: bool
) -> tuple[str, tuple[Factor, ...]]:
    ties = distinct_ties(own.u, own.v, own.t, history.n_people)
    if np.isnan(own.t).mean() > 1.0 - config.dated_share:
        return "plain", plain_factors(ties, history.n_people, config, distant=distant)
    return "contacts", contact_factors(own, ties, history.communities(), config)


def _group_factors(
    meetings: Meetings, groups: Presence, n_people: int, config: ChanceConfig, *, alone: bool
) -> tuple[Factor, ...]:
    tied = TiedHistory(meetings, distinct_ties(meetings.u, meetings.v, meetings.t, n_people))
    if not len(meetings.u):
        tied = co_members(groups, n_people, config.largest_tying_group)
    clock = Clock.of(tied.ties.first if len(tied.ties.u) else groups.t)
    if not alone:
        return (joins(groups, n_people, clock, config, weight=config.weight_joins_beside),)
    walk = long_walk(tied, n_people, config)
    return walk, joins(groups, n_people, clock, config, weight=config.weight_joins)
