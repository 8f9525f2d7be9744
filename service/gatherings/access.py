"""For which company a viewer may ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.errors import Unknown, WrongUse
from graph.kinds import NodeKind, TieKind
from graph.records import key_of, node_id
from graph.view import View
from graph.viewer import Role
from recommend.people import IntArray, People
from recommend.results import Request
from service.recommendations.access import Asked, own_spaces, resolve


@dataclass(frozen=True, slots=True)
class Invited:
    """Who comes, as typed: one of the three.

    Attributes
    ----------
    space : str or None
        Id or name of a space: its members.
    event : str or None
        Id or name of an event: those who are noted for it.
    everybody : bool
        Everybody the viewer may see.
    """

    space: str | None = None
    event: str | None = None
    everybody: bool = False

    def __post_init__(self) -> None:
        given = [self.space is not None, self.event is not None, self.everybody]
        if sum(given) != 1:
            raise WrongUse("expected exactly one of space, event and all (--space NAME, --event NAME, --all)")


@dataclass(frozen=True, slots=True)
class Company:
    """Who comes, looked up: keys of ids; both None = everybody."""

    space: str | None = None
    event: str | None = None

    def people(self, people: People) -> IntArray:
        """Give the numbers of those who may be introduced."""
        if self.event is None:
            return people.targets(Request(space=self.space))
        ties = people.view.ties_of(TieKind.ATTENDED)
        came = people.number_of_row[ties.src[ties.dst == people.view.find(node_id(NodeKind.EVENT, self.event))]]
        return np.unique(came[came >= 0]).astype(np.intp)

    def audit(self) -> dict[str, object]:
        """Say whom a question was about, without content."""
        return {
            "space": None if self.space is None else node_id(NodeKind.SPACE, self.space),
            "event": None if self.event is None else node_id(NodeKind.EVENT, self.event),
        }


def member(view: View, who: Company, people: People, person: str) -> str:
    """Look up one of the company by id; gives the key, of the record it is merged into where it is.

    Raises
    ------
    graph.errors.Unknown
        If nobody of the company who may be introduced has this id: hidden, missing and elsewhere look the same.
    """
    row = view.row_of.get(node_id(NodeKind.PERSON, person))
    if row is None or int(people.number_of_row[row]) not in who.people(people):
        raise Unknown("person", person)
    return key_of(str(view.nodes.ids[row]))


def company(view: View, invited: Invited) -> Company:
    """Look up who comes, as far as the viewer may ask.

    Raises
    ------
    graph.errors.WrongUse
        If this viewer never asks so: the public and members about a company, a mixer or a manager about everybody.
    graph.errors.Unknown
        If the space or event is not there, may not be seen, or is somebody else's: all look the same.
    """
    role = view.viewer.role
    if role in (Role.PUBLIC, Role.PERSON):
        raise WrongUse(f"viewer {view.viewer}: company is planned by a mixer, a manager or the operator")
    if invited.event is None:
        return Company(space=resolve(view, Asked(space=invited.space, everybody=invited.everybody)).space)
    row = view.by_name(NodeKind.EVENT, invited.event)
    if role in (Role.MIXER, Role.SPACE) and not (own_spaces(view) & _held_at(view, row)):
        raise Unknown("event", invited.event)
    return Company(event=key_of(str(view.nodes.ids[row])))


def _held_at(view: View, event: int) -> frozenset[str]:
    ties = view.ties_of(TieKind.HELD_AT)
    return frozenset(str(view.nodes.ids[place]) for place in ties.dst[ties.src == event])
