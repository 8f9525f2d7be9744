"""Key persons and public offices of one space, whom to ask there, and the way from one of its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.kinds import NodeKind, TieKind
from graph.records import node_id
from graph.view import View
from recommend.loads import keys_of
from recommend.people import People
from recommend.results import Party
from recommend.ways import Key, Step
from service.gatherings.access import Invited, company, member
from service.recommendations.keys import keys_for

MOST_CONTACTS = 3


@dataclass(frozen=True, slots=True)
class SpaceKeys:
    """Key persons as a space looks at them.

    Attributes
    ----------
    view : View
        What it was made from.
    space : str
        Key of the space.
    members : tuple of Party
        From whom a way may be asked for.
    person : Party or None
        From whom the ways lead.
    here, elsewhere : tuple of Key
        Of this space, and of other spaces alone; nearest first, then by room.
    contacts : mapping of str to tuple of Step
        By id of an organisation, who speaks for it.
    """

    view: View
    space: str
    members: tuple[Party, ...]
    person: Party | None
    here: tuple[Key, ...]
    elsewhere: tuple[Key, ...]
    contacts: Mapping[str, tuple[Step, ...]]

    @property
    def person_key(self) -> str | None:
        """Key of the one from whom the ways lead."""
        return None if self.person is None else self.person.id

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        who = None if self.person is None else node_id(NodeKind.PERSON, self.person.id)
        return {"space": node_id(NodeKind.SPACE, self.space), "person": who, "n": len(self.here) + len(self.elsewhere)}


def keys_of_space(view: View, space: str, person: str | None) -> SpaceKeys:
    """Give the key persons of a space and of the others.

    Parameters
    ----------
    view : View
        What the viewer may see.
    space : str
        Id or name of a space.
    person : str or None
        Id of the member from whom ways are wanted.

    Raises
    ------
    graph.errors.WrongUse, graph.errors.Unknown
        As of `service.gatherings.access.company`, `service.gatherings.access.member` and
        `service.recommendations.keys.keys_for`.
    """
    who = company(view, Invited(space=space))
    key, people = who.space or "", People.of(view)
    members = tuple(people.party(n) for n in who.people(people).tolist())
    chosen = None if person is None else member(view, who, people, person)
    found = keys_for(view, chosen).keys
    marked = keys_of(view)
    here_row = view.find(node_id(NodeKind.SPACE, key))
    mine = {_node(view, row) for row, of in marked if of == here_row}
    return SpaceKeys(
        view=view,
        space=key,
        members=tuple(sorted(members, key=lambda party: (party.label, party.id))),
        person=next((party for party in members if party.id == chosen), None),
        here=tuple(one for one in found if _id(one.party) in mine),
        elsewhere=tuple(one for one in found if _id(one.party) not in mine),
        contacts=_contacts(people, [one.party for one in found]),
    )


def _node(view: View, row: int) -> str:
    return str(view.nodes.ids[row])


def _id(party: Party) -> str:
    """Give the id of the node: that of an organisation stands as it is."""
    return party.id if party.kind is NodeKind.ORGANISATION else node_id(NodeKind.PERSON, party.id)


def _contacts(people: People, parties: list[Party]) -> dict[str, tuple[Step, ...]]:
    """Give who speaks for each of the organisations, as far as that may be told."""
    view = people.view
    speaks = view.memberships((NodeKind.ORGANISATION,), TieKind.REPRESENTS, view.tellable_ties)
    out = {}
    for party in parties:
        if party.kind is NodeKind.ORGANISATION:
            numbers = people.number_of_row[speaks[:, [view.find(party.id)]].nonzero()[0]]
            inside = [int(n) for n in numbers if n >= 0][:MOST_CONTACTS]
            out[party.id] = tuple(Step(people.party(n), not bool(view.asked[people.rows[n]])) for n in inside)
    return out
