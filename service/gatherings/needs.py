"""Whose needs in a space come in several parts, and who together meets those of one."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind, StatementKind
from graph.records import node_id
from graph.tables import STATEMENT_CODE
from graph.view import View
from recommend.facets import facets
from recommend.pipeline import Matchmaker
from recommend.results import Party
from service.gatherings.access import Invited, company, member
from service.gatherings.logic import WeaveResult, weave
from service.gatherings.quoting import may_be_read, part_may_be_quoted
from service.recommendations.logic import MakerOf

SEVERAL = 2


@dataclass(frozen=True, slots=True)
class NeedsResult:
    """Members of a space with needs of several parts.

    Attributes
    ----------
    view : View
        What it was made from.
    space : str
        Key of the space.
    members : tuple of (Party, tuple of str)
        Each with the parts of those needs that may be told as a reason, as `recommend.weaving.weave` takes them; most
        parts first. Who has fewer than `SEVERAL` such parts is not there.
    encoder : str
        Name of the text encoder that is used.
    """

    view: View
    space: str
    members: tuple[tuple[Party, tuple[str, ...]], ...]
    encoder: str

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        return {"space": node_id(NodeKind.SPACE, self.space), "n": len(self.members)}


def needs_of(view: View, space: str, make: MakerOf) -> NeedsResult:
    """List whose needs have several parts; errors as of `service.gatherings.access.company`."""
    who = company(view, Invited(space=space))
    maker = make(view)
    numbers = who.people(maker.people)
    parts = _parts(maker, maker.people.rows[numbers])
    found = [(maker.people.party(n), parts.get(int(maker.people.rows[n]), ())) for n in numbers.tolist()]
    several = [one for one in found if len(one[1]) >= SEVERAL]
    several.sort(key=lambda one: (-len(one[1]), one[0].id))
    return NeedsResult(view, who.space or "", tuple(several), maker.encoder.name)


@dataclass(frozen=True, slots=True)
class TeamResult:
    """A team for one member of a space.

    Attributes
    ----------
    space : str
        Key of the space.
    made : WeaveResult
        The team.
    """

    space: str
    made: WeaveResult

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        return {"space": node_id(NodeKind.SPACE, self.space), **self.made.audit()}


def team_in(view: View, space: str, person: str, size: int, make: MakerOf) -> TeamResult:
    """Find several people who together meet those needs of a member of a space that may be told as a reason.

    Raises
    ------
    graph.errors.WrongUse, graph.errors.Unknown
        As of `service.gatherings.access.company`, `service.gatherings.access.member` and
        `service.gatherings.logic.weave`.
    """
    who = company(view, Invited(space=space))
    maker = make(view)
    key = member(view, who, maker.people, person)
    told = _telling(maker, view.find(node_id(NodeKind.PERSON, key)))
    return TeamResult(who.space or "", weave(view, key, size, (), lambda _: told))


def _telling(maker: Matchmaker, owner: int) -> Matchmaker:
    """Give the same without the needs of one person that may not be told: their number alone would tell of them."""
    view = maker.view
    kept = view.matchable_statements.copy()
    mine = (view.statements.owner == owner) & (view.statements.kind == STATEMENT_CODE[StatementKind.NEED])
    for row in np.flatnonzero(mine).tolist():
        kept[row] = may_be_read(view, row, ())
    other = copy(maker)
    other.view = replace(view, matchable_statements=kept)
    return other


def _parts(maker: Matchmaker, owners: NDArray[np.integer]) -> dict[int, tuple[str, ...]]:
    """Give the parts of the needs of each of these owners, by row; only what may be told as a reason."""
    view, said = maker.view, dict[int, list[str]]()
    wanted = (view.statements.kind == STATEMENT_CODE[StatementKind.NEED]) & np.isin(view.statements.owner, owners)
    for row in np.flatnonzero(wanted).tolist():
        if may_be_read(view, row, ()):
            said.setdefault(int(view.statements.owner[row]), []).append(str(view.statements.text[row]))
    return {
        owner: tuple(part for part in facets(texts) if part_may_be_quoted(view, owner, part, ()))
        for owner, texts in said.items()
    }
