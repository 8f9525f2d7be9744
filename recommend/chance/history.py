"""What happened between people up to now, as arrays: the only input of the chance model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from graph.errors import Refused
from graph.measures.adjacency import BoolArray, Csr, FloatArray, IntArray


def _ints() -> IntArray:
    return np.empty(0, dtype=np.int64)


def _floats() -> FloatArray:
    return np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Meetings of two people; a repeated row is a repeated meeting.

    Attributes
    ----------
    u, v : (n_rows,) int
        Positions of the two, in either order, never equal.
    t : (n_rows,) float
        POSIX seconds, NaN where undated.
    n : (n_rows,) int
        How many meetings the row stands for, 1 or more; empty when every row is one meeting.
    """

    u: IntArray = field(default_factory=_ints)
    v: IntArray = field(default_factory=_ints)
    t: FloatArray = field(default_factory=_floats)
    n: IntArray = field(default_factory=_ints)

    def __post_init__(self) -> None:
        _widen(self, "u", "v", "n")
        _same_length("meetings", u=self.u, v=self.v, t=self.t, n=self.counts)
        _times("meetings.t", self.t)
        few = np.flatnonzero(self.n < 1)
        if len(few):
            raise Refused(f"meetings.n row {few[0]}: got {self.n[few[0]]}, expected 1 or more meetings")
        same = np.flatnonzero(self.u == self.v)
        if len(same):
            raise Refused(f"meetings row {same[0]}: got person {self.u[same[0]]} twice, expected two different people")

    @property
    def counts(self) -> IntArray:
        """How many meetings each row stands for: (n_rows,) int."""
        return self.n if len(self.n) else np.ones(len(self.u), dtype=np.int64)

    def take(self, rows: BoolArray) -> Meetings:
        """Give some of the rows: ``rows`` (n_rows,) bool."""
        return Meetings(self.u[rows], self.v[rows], self.t[rows], self.counts[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Teams:
    """People who did something together: papers, workshops, projects with an end.

    Attributes
    ----------
    event, person : (n_rows,) int
        Positions of the event and of one person who took part; the same row twice counts once.
    t : (n_rows,) float
        POSIX seconds at which the person took part, NaN where undated.
    """

    event: IntArray = field(default_factory=_ints)
    person: IntArray = field(default_factory=_ints)
    t: FloatArray = field(default_factory=_floats)

    def __post_init__(self) -> None:
        _widen(self, "event", "person")
        _same_length("teams", event=self.event, person=self.person, t=self.t)
        _positions("teams.event", self.event, None)
        _times("teams.t", self.t)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """People who belong to something lasting: committees, circles, projects.

    Attributes
    ----------
    group, person : (n_rows,) int
        Positions of the group and of the member; the same row twice counts once, from its first date.
    since : (n_rows,) float
        POSIX seconds of joining, NaN where undated.
    """

    group: IntArray = field(default_factory=_ints)
    person: IntArray = field(default_factory=_ints)
    since: FloatArray = field(default_factory=_floats)

    def __post_init__(self) -> None:
        _widen(self, "group", "person")
        _same_length("groups", group=self.group, person=self.person, since=self.since)
        _positions("groups.group", self.group, None)
        _times("groups.since", self.since)


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Everything the chance model may look at.

    Attributes
    ----------
    n_people : int
        Number of people; every array speaks of them by position.
    meetings, teams, groups
        What is known; each may be empty.
    community : (n_people, n_communities) csr_array or None
        Positive where a person belongs to a declared community, several per person allowed; None when no
        community is declared.

    Raises
    ------
    Refused
        When a position is out of range, a time is infinite, a person meets themselves, or lengths differ.

    Notes
    -----
    Times are compared, never read against today's clock, so their origin does not matter.
    """

    n_people: int
    meetings: Meetings = field(default_factory=Meetings)
    teams: Teams = field(default_factory=Teams)
    groups: Groups = field(default_factory=Groups)
    community: Csr | None = None

    def __post_init__(self) -> None:
        if self.n_people < 0:
            raise Refused(f"n_people: got {self.n_people}, expected 0 or more")
        _positions("meetings.u", self.meetings.u, self.n_people)
        _positions("meetings.v", self.meetings.v, self.n_people)
        _positions("teams.person", self.teams.person, self.n_people)
        _positions("groups.person", self.groups.person, self.n_people)
        if self.community is not None:
            _check_community(self.community, self.n_people)

    def communities(self) -> Csr:
        """Give the 0/1 matrix of people and declared communities, without columns when none is declared."""
        if self.community is None:
            nobody: Csr = sparse.csr_array(np.zeros((self.n_people, 0)))
            return nobody
        matrix: Csr = self.community.tocsr(copy=True).astype(np.float64)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        matrix.data[:] = 1.0
        return matrix


def _widen(part: Meetings | Teams | Groups, *names: str) -> None:
    """Hold whole numbers in 64 bits: pairs are numbered up to n_people squared, which overflows 32."""
    for name in names:
        values = getattr(part, name)
        if np.issubdtype(values.dtype, np.integer):
            object.__setattr__(part, name, values.astype(np.int64))


def _same_length(where: str, **columns: IntArray | FloatArray) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1 or any(column.ndim != 1 for column in columns.values()):
        raise Refused(f"{where}: got columns of length {lengths}, expected flat columns of equal length")


def _positions(where: str, values: IntArray, n: int | None) -> None:
    """Refuse positions that are no whole numbers in [0, n), or below 0 where n is None."""
    if len(values) and not np.issubdtype(values.dtype, np.integer):
        raise Refused(f"{where}: got type {values.dtype}, expected whole numbers")
    wrong = np.flatnonzero((values < 0) | (values >= n if n is not None else False))
    if len(wrong):
        allowed = "0 or more" if n is None else f"0 to {n - 1}" if n else "no row, since there are no people"
        raise Refused(f"{where} row {wrong[0]}: got {values[wrong[0]]}, expected {allowed}")


def _times(where: str, values: FloatArray) -> None:
    if len(values) and not np.issubdtype(values.dtype, np.floating):
        raise Refused(f"{where}: got type {values.dtype}, expected float seconds with NaN for no date")
    wrong = np.flatnonzero(np.isinf(values))
    if len(wrong):
        raise Refused(f"{where} row {wrong[0]}: got {values[wrong[0]]}, expected finite seconds or NaN for no date")


def _check_community(community: Csr, n_people: int) -> None:
    if community.ndim != 2 or community.shape[0] != n_people:
        raise Refused(f"community: got shape {community.shape}, expected {n_people} rows, one per person")
    if not np.isfinite(community.data).all() or (community.data < 0).any():
        raise Refused("community: got a negative, infinite or undefined entry, expected 1 for every membership")
