"""Introductions on record: who was proposed to whom, since when, and what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from graph.calendar import SECONDS_PER_DAY, first_second
from graph.kinds import NodeKind, TieKind
from graph.snapshot import Snapshot
from graph.tables import NODE_CODE
from graph.view import View

EXPIRES_DAYS = 14
"""Days after which an introduction that nobody answered waits no longer."""


class State(StrEnum):
    """How far an introduction came."""

    PROPOSED = "proposed"  # asked, and not everybody has answered
    ACCEPTED = "accepted"  # both said yes
    MET = "met"  # they have met
    HELPED = "helped"  # and something came of it
    DECLINED = "declined"  # one of both said no
    EXPIRED = "expired"  # nobody answered in time
    WITHDRAWN = "withdrawn"  # taken back by who proposed it


class Declined(StrEnum):
    """Why somebody said no, as far as it is kept."""

    LOAD = "load"  # no time: says nothing about the match
    OTHER = "other"


@dataclass(frozen=True)
class Introductions:
    """Introductions between two people, as far as a viewer may see them: the operator alone.

    Attributes
    ----------
    person, partner : (n,) int
        Rows of the two in the node table.
    asked : (n,) float
        When they were proposed, POSIX seconds; NaN = not known.
    answered : (n,) float
        When that ended, by an answer or without one, POSIX seconds; NaN = not known, or it waits still.
    state : tuple of State, n
        How far each came.
    for_load : (n,) bool
        Whether it was declined for lack of time.
    """

    person: NDArray[np.int64]
    partner: NDArray[np.int64]
    asked: NDArray[np.float64]
    answered: NDArray[np.float64]
    state: tuple[State, ...]
    for_load: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)

    def among(self, *states: State) -> NDArray[np.bool_]:
        """Say which came as far as one of some states, (n,)."""
        return np.array([state in states for state in self.state], dtype=bool)

    @property
    def open(self) -> NDArray[np.bool_]:
        """Whether an answer is awaited still, (n,)."""
        return self.among(State.PROPOSED)

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Whether one of both said no to the other, and not for lack of time, (n,)."""
        return self.among(State.DECLINED) & ~self.for_load


def oldest_awaited(on: dt.date) -> float:
    """Give since when an introduction must be proposed for its answer to be awaited on a day, POSIX seconds."""
    return first_second(on) - EXPIRES_DAYS * SECONDS_PER_DAY


def parted(snapshot: Snapshot, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the rows of the introductions in which any of some people take part, (n,), sorted."""
    ties = snapshot.ties_of(TieKind.PARTY_TO)
    return np.unique(ties.dst[np.isin(ties.src, rows)]).astype(np.intp)


def introductions_of(view: View) -> Introductions:
    """Read the introductions of a view, in the order of their ids; those of one side or of no known state are left out.

    Parameters
    ----------
    view : View
        What the viewer may see.
    """
    told = _states(view)
    sides: dict[int, list[tuple[int, float, float]]] = {row: [] for row in told}
    ties = view.ties_of(TieKind.PARTY_TO)
    columns = (ties.src.tolist(), ties.dst.tolist(), ties.t.tolist(), ties.until.tolist())
    for src, dst, t, until in zip(*columns, strict=True):
        if dst in sides:
            sides[dst].append((src, t, until))
    pairs = {row: ends for row, ends in sides.items() if len({src for src, *_ in ends}) == 2}
    both = [sorted(pairs[row]) for row in sorted(pairs)]
    state = tuple(told[row][0] for row in sorted(pairs))
    return Introductions(
        person=np.array([ends[0][0] for ends in both], dtype=np.int64),
        partner=np.array([ends[1][0] for ends in both], dtype=np.int64),
        asked=np.array([ends[0][1] for ends in both], dtype=np.float64),
        answered=np.array([ends[0][2] for ends in both], dtype=np.float64),
        state=state,
        for_load=np.array([told[row][1] for row in sorted(pairs)], dtype=bool),
    )


def _states(view: View) -> dict[int, tuple[State, bool]]:
    """Give state and whether for lack of time, by row of the node table."""
    fields = view.fields
    mine = np.flatnonzero(view.nodes.kind[fields.node] == NODE_CODE[NodeKind.INTRODUCTION])
    out: dict[int, tuple[State, bool]] = {}
    declined = {int(fields.node[i]) for i in mine if fields.name[i] == "declined" and fields.value[i] == Declined.LOAD}
    for i in mine.tolist():
        if fields.name[i] == "state" and str(fields.value[i]) in State.__members__.values():
            row = int(fields.node[i])
            out[row] = (State(str(fields.value[i])), row in declined)
    return out
