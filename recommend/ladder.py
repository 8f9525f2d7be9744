"""How far somebody is involved with an organisation, and the next small step (A09, A14, A15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.kinds import NodeKind, TieKind
from graph.snapshot import incidence
from graph.tables import NODE_CODE, TIE_CODE
from recommend.pairs import BoolArray
from recommend.people import IntArray, People
from recommend.results import Band, Reason, ReasonCode
from recommend.structure import Structure

OFTEN = 2
"""Works in common from which somebody is a regular helper."""


class Rung(StrEnum):
    """How far somebody is involved, from records that may be told to the viewer; the highest that holds."""

    STRANGER = "stranger"  # nothing on record
    SYMPATHISER = "sympathiser"  # visions are close
    GUEST = "guest"  # was at an event with somebody of the organisation
    ACQUAINTED = "acquainted"  # has met somebody of it, by an introduction or otherwise
    HELPER = "helper"  # has worked with somebody of it
    COLLABORATOR = "collaborator"  # has done so more than once


class Step(StrEnum):
    """The next small step from each rung."""

    LOOK = "look"  # one look, without a commitment
    ANSWER = "answer"  # a question answered in five minutes
    CHAT = "chat"  # one chat
    TASK = "task"  # a task done once
    MONTHLY = "monthly"  # something every month
    PROJECT = "project"  # a project together


NEXT: Mapping[Rung, Step] = dict(zip(Rung, Step, strict=True))


@dataclass(frozen=True)
class Ladder:
    """Reads rungs from who was where with whom.

    Attributes
    ----------
    structure : Structure
        What ties of people may be told to the viewer.
    """

    structure: Structure

    @property
    def people(self) -> People:
        """Who may be introduced."""
        return self.structure.people

    def rung(self, person: int, inside: IntArray, reasons: Sequence[Reason]) -> Rung:
        """Give how far a person is involved with an organisation.

        Parameters
        ----------
        person : int
            Number of the person.
        inside : (m,) int
            Numbers of those in the organisation who may be named.
        reasons : sequence of Reason
            What else speaks for the two.
        """
        me = np.full(len(inside), person, dtype=np.intp)
        n_works = self._n_projects(person, inside) + self._n_together(person, inside)
        if n_works:
            return Rung.COLLABORATOR if n_works >= OFTEN else Rung.HELPER
        if self.structure.told_met[[person]][:, inside].nnz:
            return Rung.ACQUAINTED
        if self.structure.shared_events(me, inside).nnz:
            return Rung.GUEST
        close = any(reason.code is ReasonCode.SHARED_VISION for reason in reasons)
        return Rung.SYMPATHISER if close else Rung.STRANGER

    def next_step(self, person: int, inside: IntArray, reasons: Sequence[Reason]) -> Reason:
        """Say how far somebody is, and what comes next; parameters as of `rung`."""
        rung = self.rung(person, inside, reasons)
        return Reason(ReasonCode.NEXT_STEP, Band.FAIR, values={"rung": str(rung), "step": str(NEXT[rung])})

    def _n_projects(self, person: int, inside: IntArray) -> int:
        """Count the projects on which somebody worked with any of some people."""
        theirs = np.unique(self._works[inside].indices)
        return int(np.isin(self._works[[person]].indices, theirs).sum())

    def _n_together(self, person: int, inside: IntArray) -> int:
        """Count what somebody did with any of some people apart from projects, by date; undated may be the same.

        One work with two of them is one, and so is one that both sides report.
        """
        one, other, t = self._together
        dates = t[(one == person) & np.isin(other, inside)]
        return max(len(np.unique(dates[np.isfinite(dates)])), min(len(dates), 1))

    @cached_property
    def _works(self) -> sparse.csr_array:
        """Who worked on which project at any time, (n, n_nodes) of 0/1."""
        ties, wanted = self.people.view.ties, self._collaborated(NodeKind.PROJECT)
        return incidence(ties.src[wanted], ties.dst[wanted], len(self.people.view.nodes))[self.people.rows].tocsr()

    @cached_property
    def _together(self) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
        """Who worked with whom apart from projects, and when, (m,) each; both ways."""
        ties, wanted = self.people.view.ties, self._collaborated(NodeKind.PERSON)
        src, dst = (self.people.number_of_row[ends[wanted]] for ends in (ties.src, ties.dst))
        return np.concatenate([src, dst]), np.concatenate([dst, src]), np.tile(ties.t[wanted], 2)

    def _collaborated(self, target: NodeKind) -> BoolArray:
        view = self.people.view
        wanted = (view.ties.kind == TIE_CODE[TieKind.COLLABORATED]) & view.matchable_ties & view.tellable_ties
        return np.asarray(wanted & (view.nodes.kind[view.ties.dst] == NODE_CODE[target]))
