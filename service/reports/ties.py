"""Ties formed in a period: how many, how many across communities, between which, against what to expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind
from graph.view import View
from graph.viewer import Role
from service.reports.counts import K_ACROSS, K_WITHIN, Counts, count, count_protected
from service.reports.formed import communities, first_ties
from service.reports.period import Period

__all__ = ["K_ACROSS", "K_WITHIN", "SEES_ALL", "Cell", "Period", "TiesReport", "ties_report"]

SEES_ALL = frozenset({Role.OPERATOR, Role.MIXER})


@dataclass(frozen=True, slots=True)
class Cell:
    """Ties between two communities, or inside one.

    Attributes
    ----------
    a, b : str
        Names; equal for inside one.
    ties, expected : float or None
        A tie of people in several communities is shared out evenly over the pairs of their communities.
        None where the number is not told.
    """

    a: str
    b: str
    ties: float | None
    expected: float | None


@dataclass(frozen=True, slots=True)
class TiesReport:
    """Ties formed in a period, as far as the viewer may know; None = not told, or nothing to compute from.

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
        Every two communities with ties, with expected ties, or of which nothing is told.
    hidden : bool
        Whether small numbers are left out: always so for a viewer who does not see everything, since even whether
        there was one would tell.
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


def ties_report(view: View, period: Period) -> TiesReport:
    """Count the ties formed in a period.

    Parameters
    ----------
    view : View
        For `graph.policy.Purpose.REPORT`.
    period : Period
        Days; whole months for viewers other than the operator and mixers.

    Returns
    -------
    TiesReport
        For viewers other than the operator and mixers, the sums of what each month tells: counts of a month below 5
        inside and below 10 across communities are left out, and whatever would let them be worked out, from this
        report or from several (`service.reports.counts.count_protected`).

    Raises
    ------
    graph.errors.WrongUse
        If such a viewer asks for parts of months.

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
    sees_all = view.viewer.role in SEES_ALL
    if not sees_all:
        period.check_whole_months()
    people = view.of_kind(NodeKind.PERSON)
    pairs = first_ties(view, people)
    membership, rows = communities(view, people)
    formed = pairs.take(period.holds(pairs.first))
    made = count(formed, membership) if sees_all else count_protected(formed, membership)
    undated = int(np.sum(np.isnan(pairs.first)))
    return TiesReport(
        period=period,
        total=made.total,
        across=made.across,
        within=made.within,
        unplaced=made.unplaced,
        undated=undated if sees_all or undated >= K_ACROSS else None,
        e_i=_e_i(made),
        cells=_cells(view, made, rows),
        hidden=not sees_all,
    )


def _e_i(made: Counts) -> float | None:
    if made.across is None or made.within is None or not made.across + made.within:
        return None
    return (made.across - made.within) / (made.across + made.within)


def _cells(view: View, made: Counts, rows: NDArray[np.intp]) -> tuple[Cell, ...]:
    names = [view.label(int(row)) for row in rows]
    i, j = np.triu_indices(len(rows))
    listed = np.flatnonzero(np.isnan(made.ties) | (made.ties > 0) | (made.expected >= 1))
    return tuple(Cell(names[i[c]], names[j[c]], _told(made.ties[c]), _told(made.expected[c])) for c in listed.tolist())


def _told(number: float) -> float | None:
    return None if np.isnan(number) else round(float(number), 2)
