"""The fixed protocol: split in time, who is asked about, and who may be recommended to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from graph.errors import Refused
from graph.measures.adjacency import BoolArray, Csr, FloatArray, IntArray
from recommend.evaluation.network import (
    Attendances,
    Meetings,
    Memberships,
    NetworkData,
    Texts,
    Ties,
    adjacency,
    community_matrix,
    distinct_ties,
    training_adjacency,
)

Regime: TypeAlias = Literal["all", "open", "cross", "far"]
REGIMES: tuple[Regime, ...] = ("all", "open", "cross", "far")
SCOPES: Mapping[str, tuple[Regime, ...]] = {"any": ("all", "open"), "across": ("cross",), "far": ("far",)}


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a split depends on besides the data.

    Attributes
    ----------
    training_share : float
        Share of the distinct ties, by first occurrence, that lie before the cut, in (0, 1).
    max_people : int
        Most people asked about in one regime; more are sampled.
    seed : int
        Seed of that sample.
    """

    training_share: float = 0.8
    max_people: int = 3000
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Held-out ties: pairs who first met after the cut, both known before it.

    Attributes
    ----------
    u, v : (n_ties,) int
        Positions in the training part, ``u < v``.
    t : (n_ties,) float
        POSIX seconds of the first meeting.
    cross : (n_ties,) bool
        Both have a community and share none.
    far : (n_ties,) bool
        Cross, and no common neighbour in training.
    """

    u: IntArray
    v: IntArray
    t: FloatArray
    cross: BoolArray
    far: BoolArray

    def relevant(self, regime: Regime) -> BoolArray:
        """Give the ties that count in a regime: (n_ties,) bool."""
        if regime == "all":
            return np.ones(len(self.u), dtype=np.bool_)
        return self.far if regime == "far" else self.cross


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A network before the cut, and what came true after it.

    Attributes
    ----------
    training : NetworkData
        Everything up to the cut; undated facts are kept.
    known : (n_people,) bool
        People with a tie in training: only they are asked about, recommended or held out.
    truth : Truth
        Held-out ties.
    people : mapping of regime to (n,) int
        People the mean is over, sorted: those with a relevant partner, or a sample of them.
    cut : float
        POSIX seconds of the last moment of training.
    parameters : Parameters
        What the split was made with.
    """

    training: NetworkData
    known: BoolArray
    truth: Truth
    people: Mapping[Regime, IntArray]
    cut: float
    parameters: Parameters

    def partners(self, regime: Regime) -> Csr:
        """Give the relevant partners: (n_people, n_people) 0/1 matrix, symmetric."""
        chosen = self.truth.relevant(regime)
        return adjacency(self.truth.u[chosen], self.truth.v[chosen], self.training.n_people)


class Candidates:
    """Who may be recommended to whom, in blocks of rows.

    Parameters
    ----------
    split : Split
        The split.
    """

    def __init__(self, split: Split) -> None:
        self._known = split.known
        self._ties = training_adjacency(split.training)
        self._membership = community_matrix(split.training)
        self._declared = np.diff(self._membership.indptr) > 0

    def mask(self, rows: IntArray, regime: Regime) -> BoolArray:
        """Give the candidates of some people.

        Parameters
        ----------
        rows : (n_rows,) int
            People asked about.
        regime : {"all", "open", "cross", "far"}
            ``all`` and ``open``: everybody known and not met in training; ``cross``: of them those who share no
            community; ``far``: of those, the ones without a common neighbour in training.

        Returns
        -------
        (n_rows, n_people) bool
            Never true for a person themselves.
        """
        mask = np.broadcast_to(self._known, (len(rows), len(self._known))).copy()
        mask[np.arange(len(rows)), rows] = False
        _clear(mask, self._ties[rows])
        if regime in ("cross", "far"):
            mask &= self._declared & self._declared[rows, None]
            _clear(mask, self._membership[rows] @ self._membership.T)
        if regime == "far":
            _clear(mask, self._ties[rows] @ self._ties)
        return mask


def split(data: NetworkData, parameters: Parameters | None = None) -> Split:
    """Split a network in time.

    Parameters
    ----------
    data : NetworkData
        A network with dated meetings.
    parameters : Parameters, optional
        Share of training, largest sample, seed; the fixed protocol by default.

    Returns
    -------
    Split
        The training part holds the people with a meeting, or a dated membership, event, text or ``since``, up to
        the cut, and what is known of them by then; undated memberships and texts of these people are kept. What came
        later, and later meetings of pairs who had met, are in neither part.

    Raises
    ------
    Refused
        When no meeting has a time, or nothing is left after the cut.

    Notes
    -----
    The cut is the time of the tie at position ``floor(share * n)`` among the ``n`` dated distinct ties in the
    order of their first meeting, counted from 0. Ties of the same time are training.
    """
    parameters = parameters or Parameters()
    ties = distinct_ties(data.edges, data.n_people)
    cut = _cut(ties, parameters.training_share)
    present = _present(data, cut)
    training = _restrict(data, present, cut)
    known = np.zeros(training.n_people, dtype=np.bool_)
    known[training.edges.u] = known[training.edges.v] = True
    truth = _truth(ties, cut, present, training, known)
    if not len(truth.u):
        raise Refused("no tie after the cut joins two people known before it: nothing to evaluate")
    return Split(training, known, truth, _people(truth, training.n_people, parameters), cut, parameters)


def _clear(mask: BoolArray, pattern: Csr) -> None:
    """Set the stored entries of a block to false."""
    rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
    mask[rows, pattern.indices] = False


def _cut(ties: Ties, share: float) -> float:
    dated = np.sort(ties.first[np.isfinite(ties.first)])
    if not len(dated):
        raise Refused(
            "the protocol needs times: no meeting of this network has one (edges.csv, column 't'), so there is no "
            "later part to predict; only size and structure can be measured on it"
        )
    return float(dated[int(share * len(dated))])


def _present(data: NetworkData, cut: float) -> BoolArray:
    """Give the people with evidence up to the cut: a meeting, or anything dated."""
    present = data.since <= cut
    met = np.where(np.isnan(data.edges.t), -np.inf, data.edges.t)
    for people, times in (
        (data.edges.u, met),
        (data.edges.v, met),
        (data.groups.person, data.groups.since),
        (data.events.person, data.events.t),
        (data.texts.person, data.texts.t),
    ):
        present[people[times <= cut]] = True
    return present


def _restrict(data: NetworkData, present: BoolArray, cut: float) -> NetworkData:
    position = np.cumsum(present) - 1
    people = np.flatnonzero(present)
    met, joined, went, said = (
        np.flatnonzero((np.isnan(times) | (times <= cut)) & present[person])
        for person, times in (
            (data.edges.u, data.edges.t),
            (data.groups.person, data.groups.since),
            (data.events.person, data.events.t),
            (data.texts.person, data.texts.t),
        )
    )
    groups, group = _kept_names(data.groups.names, data.groups.group[joined])
    events, event = _kept_names(data.events.names, data.events.event[went])
    since = data.since[people]
    return replace(
        data,
        ids=tuple(data.ids[i] for i in people),
        communities=tuple(data.communities[i] for i in people),
        since=np.where(since <= cut, since, np.nan),
        names=tuple(data.names[i] for i in people) if data.names else (),
        edges=Meetings(position[data.edges.u[met]], position[data.edges.v[met]], data.edges.t[met]),
        groups=Memberships(groups, position[data.groups.person[joined]], group, data.groups.since[joined]),
        events=Attendances(events, event, position[data.events.person[went]], data.events.t[went]),
        texts=Texts(
            position[data.texts.person[said]],
            data.texts.t[said],
            tuple(data.texts.text[i] for i in said),
            tuple(data.texts.kind[i] for i in said),
        ),
    )


def _kept_names(names: tuple[str, ...], codes: IntArray) -> tuple[tuple[str, ...], IntArray]:
    """Number groups anew in the order in which they appear among the rows kept."""
    _, place = np.unique(codes, return_index=True)
    kept = codes[np.sort(place)]
    renumbered = np.empty(len(names), dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    return tuple(names[i] for i in kept), renumbered[codes]


def _truth(ties: Ties, cut: float, present: BoolArray, training: NetworkData, known: BoolArray) -> Truth:
    position = np.where(present, np.cumsum(present) - 1, -1)
    later = (ties.first > cut) & present[ties.u] & present[ties.v]
    u, v = position[ties.u[later]], position[ties.v[later]]
    both = known[u] & known[v]
    u, v, t = u[both], v[both], ties.first[later][both]
    membership, met = community_matrix(training), training_adjacency(training)
    declared = np.diff(membership.indptr) > 0
    cross = declared[u] & declared[v] & (_shared(membership, u, v) == 0)
    return Truth(u, v, t, cross, cross & (_shared(met, u, v) == 0))


def _shared(matrix: Csr, u: IntArray, v: IntArray) -> FloatArray:
    """Give the number of columns that two rows share: (n_pairs,)."""
    return np.asarray(matrix[u].multiply(matrix[v]).sum(axis=1), dtype=np.float64)


def _people(truth: Truth, n_people: int, parameters: Parameters) -> dict[Regime, IntArray]:
    """Sample from one random order of everybody, so that the regimes ask the same people where they can."""
    order = np.random.default_rng(parameters.seed).permutation(n_people)
    people: dict[Regime, IntArray] = {}
    for regime in REGIMES:
        chosen = truth.relevant(regime)
        asked = np.isin(order, np.concatenate([truth.u[chosen], truth.v[chosen]]))
        people[regime] = np.sort(order[asked][: parameters.max_people])
    return people
