"""Ties formed in a period: how many, how many across communities, between which, against what to expect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.calendar import first_second
from graph.errors import WrongUse
from graph.kinds import NodeKind, TieKind
from graph.measures.adjacency import symmetric
from graph.measures.mixing import community_mixing
from graph.tables import NODE_CODE
from graph.view import View
from graph.viewer import Role
from service.reports.small_cells import protect

K_WITHIN, K_ACROSS = 5, 10
SEES_ALL = frozenset({Role.OPERATOR, Role.MIXER})
UNDATED = -np.inf  # before every date
PAIR_TIES = (TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED)
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a report, both included; None = open.

    Raises
    ------
    graph.errors.WrongUse
        If it ends before it begins.
    """

    since: dt.date | None = None
    until: dt.date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise WrongUse(f"period: until {self.until} is before since {self.since}")

    def holds(self, t: FloatArray) -> NDArray[np.bool_]:
        """Say which times lie in it; a day is a day in Japan, NaN lies in no period."""
        start = -np.inf if self.since is None else first_second(self.since)
        end = np.inf if self.until is None else first_second(self.until + dt.timedelta(days=1))
        inside: NDArray[np.bool_] = (t >= start) & (t < end)
        return inside


@dataclass(frozen=True, slots=True)
class Cell:
    """Ties between two communities, or inside one.

    Attributes
    ----------
    a, b : str
        Names; equal for inside one.
    ties, expected : float or None
        A tie of people in several communities is shared out evenly over the pairs of their communities.
        None where the number is too small to be shown.
    """

    a: str
    b: str
    ties: float | None
    expected: float | None


@dataclass(frozen=True, slots=True)
class TiesReport:
    """Ties formed in a period, as far as the viewer may know.

    Attributes
    ----------
    period : Period
        Days of the report.
    total : int or None
        Pairs of people who first met, got acquainted or worked together in the period.
    across, within : int or None
        Of them, pairs who share no declared community though both have one, and pairs who share one.
    unplaced : int or None
        Pairs of whom one has no declared community.
    undated : int or None
        Pairs whose first meeting has no date; they are in no period and in no other count.
    e_i : float or None
        (across - within) / (across + within), in [-1, 1]; None without such ties.
    cells : tuple of Cell
        Every two communities with ties or with expected ties.
    hidden : bool
        Whether any number was too small to be shown.
    """

    period: Period
    total: int | None
    across: int | None
    within: int | None
    unplaced: int | None
    undated: int | None
    e_i: float | None
    cells: tuple[Cell, ...]
    hidden: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Pairs of people by position, ``u < v``, with the time of their first tie, NaN where unknown."""

    u: IntArray
    v: IntArray
    first: FloatArray

    def take(self, index: NDArray[np.bool_]) -> _Pairs:
        return _Pairs(self.u[index], self.v[index], self.first[index])


def ties_report(view: View, period: Period) -> TiesReport:
    """Count the ties formed in a period.

    Parameters
    ----------
    view : View
        For `graph.policy.Purpose.REPORT`.
    period : Period
        Days.

    Returns
    -------
    TiesReport
        For viewers other than the operator and mixers, counts below 5 inside and below 10 across
        communities are left out, and whatever would let them be worked out.

    Notes
    -----
    A pair counts once, at its first dated meeting, acquaintance, collaboration or joint project. Declared
    communities are spaces and communities, or organisations where there are neither.

    References
    ----------
    D. Krackhardt and R. Stern (1988), "Informal networks and organizational crises"; F. Chung and L. Lu
    (2002), "Connected components in random graphs with given expected degree sequences", for what to
    expect.
    """
    people = view.of_kind(NodeKind.PERSON)
    pairs = _first_ties(view, people)
    membership, rows = _communities(view, people)
    formed = pairs.take(period.holds(pairs.first))
    cells, cells_shown, hidden = _cells(view, formed, membership, rows)
    shared = np.asarray((membership[formed.u] * membership[formed.v]).sum(axis=1)) > 0
    placed = np.diff(membership.indptr) > 0
    both = placed[formed.u] & placed[formed.v]
    figures = {
        "across": int(np.sum(both & ~shared)),
        "within": int(np.sum(shared)),
        "unplaced": int(np.sum(~both)),
        "undated": int(np.sum(np.isnan(pairs.first))),
    }
    shown, figures_hidden = _figures_shown(view, figures, cells_shown)
    return _assembled(period, figures, shown, cells, hidden=hidden or figures_hidden)


def _first_ties(view: View, people: NDArray[np.intp]) -> _Pairs:
    """Give each pair of people with any tie once; one undated tie makes the beginning unknown."""
    number = np.full(len(view.nodes), -1, dtype=np.int64)
    number[people] = np.arange(len(people))
    ties = view.ties_of(*PAIR_TIES)
    direct = ties.take((number[ties.src] >= 0) & (number[ties.dst] >= 0))
    found = [(number[direct.src], number[direct.dst], direct.t), *_project_pairs(view, number)]
    u, v, t = (np.concatenate(column) for column in zip(*found, strict=True))
    low, high = np.minimum(u, v), np.maximum(u, v)
    keys, where = np.unique(low * len(people) + high, return_inverse=True)
    first = np.full(len(keys), np.inf)
    np.minimum.at(first, where.ravel(), np.where(np.isnan(t), UNDATED, t))
    first[first == UNDATED] = np.nan
    return _Pairs(keys // max(len(people), 1), keys % max(len(people), 1), first)


def _project_pairs(view: View, number: IntArray) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Give the pairs that worked on one project, from the day on which both did."""
    ties = view.ties_of(TieKind.COLLABORATED)
    ties = ties.take((view.nodes.kind[ties.dst] == NODE_CODE[NodeKind.PROJECT]) & (number[ties.src] >= 0))
    for project in np.unique(ties.dst):
        here = ties.take(ties.dst == project)
        i, j = np.triu_indices(len(here), k=1)
        who = number[here.src]
        yield who[i], who[j], np.maximum(here.t[i], here.t[j])


def _communities(view: View, people: NDArray[np.intp]) -> tuple[sparse.csr_array, NDArray[np.intp]]:
    """Give who belongs to which community, (n_people, n_communities), and the node rows of these."""
    for kinds in ((NodeKind.SPACE, NodeKind.COMMUNITY), (NodeKind.ORGANISATION,)):
        matrix = view.memberships(kinds)[people]
        rows = np.unique(matrix.indices).astype(np.intp)
        if len(rows):
            return matrix[:, rows].tocsr(), rows
    return sparse.csr_array((len(people), 0)), np.zeros(0, dtype=np.intp)


def _cells(
    view: View, formed: _Pairs, membership: sparse.csr_array, rows: NDArray[np.intp]
) -> tuple[tuple[Cell, ...], tuple[bool, bool], bool]:
    """Give the cells, whether the totals across and within may be shown, and whether any cell is left out."""
    if not len(rows):
        return (), (True, True), False
    adjacency = symmetric(formed.u, formed.v, np.ones(len(formed.u)), membership.shape[0])
    mixing = community_mixing(adjacency, membership)
    i, j = np.triu_indices(len(rows))
    ties, expected = mixing.ties[i, j], mixing.expected[i, j]
    shown = np.ones(len(i), dtype=bool)
    totals = [True, True]
    if view.viewer.role not in SEES_ALL:
        for place, (group, k) in enumerate(((i != j, K_ACROSS), (i == j, K_WITHIN))):
            done = protect(ties[group], k)
            shown[group] = done.cells
            totals[place] = done.total
    # What to expect follows from everybody's number of ties: one left-out count could be worked out from it.
    hidden = not shown.all()
    listed = np.flatnonzero(~shown | (ties > 0) | (expected >= 1))
    cells = tuple(
        Cell(
            view.label(int(rows[i[c]])),
            view.label(int(rows[j[c]])),
            round(float(ties[c]), 2) if shown[c] else None,
            None if hidden else round(float(expected[c]), 2),
        )
        for c in listed.tolist()
    )
    return cells, (totals[0], totals[1]), hidden


def _figures_shown(view: View, figures: dict[str, int], cells_shown: tuple[bool, bool]) -> tuple[dict[str, bool], bool]:
    if view.viewer.role in SEES_ALL:
        return dict.fromkeys((*figures, "total"), True), False
    shown = {
        "across": _large(figures["across"], K_ACROSS) and cells_shown[0],
        "within": _large(figures["within"], K_WITHIN) and cells_shown[1],
        "unplaced": _large(figures["unplaced"], K_ACROSS),
        "undated": _large(figures["undated"], K_ACROSS),
    }
    parts = [shown["across"], shown["within"], shown["unplaced"]]
    return {**shown, "total": all(parts)}, not all(shown.values())


def _large(n: int, k: int) -> bool:
    """Say whether a count of the whole may be shown; that there is none at all points to nobody."""
    return n == 0 or n >= k


def _assembled(
    period: Period, figures: dict[str, int], shown: dict[str, bool], cells: tuple[Cell, ...], *, hidden: bool
) -> TiesReport:
    across, within = figures["across"], figures["within"]
    total = across + within + figures["unplaced"]
    index = (across - within) / (across + within) if across + within else None
    kept = {name: n if shown[name] else None for name, n in figures.items()}
    return TiesReport(
        period=period,
        total=total if shown["total"] else None,
        **kept,
        e_i=index if shown["across"] and shown["within"] else None,
        cells=cells,
        hidden=hidden,
    )
