"""A network as arrays: who exists, who met whom when, who joined, took part in and wrote what."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from graph.errors import Problem
from graph.measures.adjacency import Csr, FloatArray, IntArray

COMMUNITY_SEPARATOR = ";"
NODES, EDGES, GROUPS, EVENTS, TEXTS = "nodes.csv", "edges.csv", "groups.csv", "events.csv", "texts.csv"


def no_ints() -> IntArray:
    """Give an empty array of positions."""
    return np.empty(0, dtype=np.int64)


def no_floats() -> FloatArray:
    """Give an empty array of times."""
    return np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Dated or undated meetings of two people; a repeated row is a repeated meeting.

    Attributes
    ----------
    u, v : (n_meetings,) int
        Positions of the two people, in either order, never equal.
    t : (n_meetings,) float
        POSIX seconds, NaN where undated.
    """

    u: IntArray = field(default_factory=no_ints)
    v: IntArray = field(default_factory=no_ints)
    t: FloatArray = field(default_factory=no_floats)


@dataclass(frozen=True, slots=True, eq=False)
class Memberships:
    """People in groups: committees, projects, circles.

    Attributes
    ----------
    names : tuple of str
        Groups in the order in which they first appear.
    person, group : (n_memberships,) int
        Positions of the member and of the group.
    since : (n_memberships,) float
        POSIX seconds of joining, NaN where undated.
    """

    names: tuple[str, ...] = ()
    person: IntArray = field(default_factory=no_ints)
    group: IntArray = field(default_factory=no_ints)
    since: FloatArray = field(default_factory=no_floats)


@dataclass(frozen=True, slots=True, eq=False)
class Attendances:
    """People at events: papers written by a team, meetings, workshops.

    Attributes
    ----------
    names : tuple of str
        Events in the order in which they first appear.
    event, person : (n_attendances,) int
        Positions of the event and of the person who took part.
    t : (n_attendances,) float
        POSIX seconds of the event, NaN where undated.
    """

    names: tuple[str, ...] = ()
    event: IntArray = field(default_factory=no_ints)
    person: IntArray = field(default_factory=no_ints)
    t: FloatArray = field(default_factory=no_floats)


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """What people wrote or what was written about them.

    Attributes
    ----------
    person : (n_texts,) int
        Position of the person.
    t : (n_texts,) float
        POSIX seconds, NaN where undated.
    text, kind : tuple of str
        The text, and its kind (empty where none is given).
    """

    person: IntArray = field(default_factory=no_ints)
    t: FloatArray = field(default_factory=no_floats)
    text: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class NetworkData:
    """One network in memory.

    Attributes
    ----------
    ids : tuple of str
        People in file order; every other array speaks of them by position.
    communities : tuple of tuple of str
        Declared communities of each person, each once, first one first; empty where none is known.
    since : (n_people,) float
        POSIX seconds since which a person is there, NaN where unknown.
    names : tuple of str
        Display names, or empty when the file has none.
    edges : Meetings
    groups : Memberships
    events : Attendances
    texts : Texts
    problems : tuple of Problem
        Rows that were left out when the files were read, with the reason.
    """

    ids: tuple[str, ...]
    communities: tuple[tuple[str, ...], ...]
    since: FloatArray
    names: tuple[str, ...] = ()
    edges: Meetings = field(default_factory=Meetings)
    groups: Memberships = field(default_factory=Memberships)
    events: Attendances = field(default_factory=Attendances)
    texts: Texts = field(default_factory=Texts)
    problems: tuple[Problem, ...] = ()

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Pairs who met at least once, each once.

    Attributes
    ----------
    u, v : (n_ties,) int
        Positions, ``u < v``, sorted by ``u`` then ``v``.
    first : (n_ties,) float
        POSIX seconds of the first meeting; minus infinity when any meeting of the pair is undated, since the
        pair may have met before everything else.
    """

    u: IntArray
    v: IntArray
    first: FloatArray


def distinct_ties(edges: Meetings, n_people: int) -> Ties:
    """Give every pair once, with the time of its first meeting.

    Parameters
    ----------
    edges : Meetings
        Meetings among ``n_people`` people.
    n_people : int
        Number of people.

    Returns
    -------
    Ties
        In the order of the pairs.
    """
    low, high = np.minimum(edges.u, edges.v), np.maximum(edges.u, edges.v)
    keys, position = np.unique(low * n_people + high, return_inverse=True)
    first = np.full(len(keys), np.inf)
    np.minimum.at(first, position, np.where(np.isnan(edges.t), -np.inf, edges.t))
    return Ties(keys // max(n_people, 1), keys % max(n_people, 1), first)


def adjacency(u: IntArray, v: IntArray, n_people: int) -> Csr:
    """Give the symmetric 0/1 matrix of pairs.

    Parameters
    ----------
    u, v : (n_pairs,) int
        Positions; a pair may occur more than once and in either order.
    n_people : int
        Number of rows and columns.

    Returns
    -------
    (n_people, n_people) csr_array of float
        1.0 where the two are tied, sorted columns, no diagonal of its own.
    """
    rows, columns = np.concatenate([u, v]), np.concatenate([v, u])
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n_people, n_people))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def training_adjacency(data: NetworkData) -> Csr:
    """Give the 0/1 matrix of everybody who ever met in a network.

    Parameters
    ----------
    data : NetworkData
        Usually the training part of a split.

    Returns
    -------
    (n_people, n_people) csr_array of float
        Symmetric, 1.0 where the two met.
    """
    return adjacency(data.edges.u, data.edges.v, data.n_people)


def community_matrix(data: NetworkData) -> Csr:
    """Give who belongs to which community.

    Parameters
    ----------
    data : NetworkData
        The network.

    Returns
    -------
    (n_people, n_communities) csr_array of float
        1.0 for every declared community of a person; communities in order of first appearance.
    """
    labels: dict[str, int] = {}
    pairs = [
        (i, labels.setdefault(c, len(labels))) for i, own in enumerate(data.communities) for c in dict.fromkeys(own)
    ]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(data.n_people, len(labels)))


def first_community(data: NetworkData) -> IntArray:
    """Give one community code per person, for measures that need a partition.

    Parameters
    ----------
    data : NetworkData
        The network.

    Returns
    -------
    (n_people,) int
        Code of the first declared community in order of first appearance, -1 for a person without one.
    """
    codes: dict[str, int] = {}
    firsts = (own[0] if own else None for own in data.communities)
    return np.array([-1 if c is None else codes.setdefault(c, len(codes)) for c in firsts], dtype=np.int64)
