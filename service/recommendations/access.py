"""For whom a viewer may ask."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import Unknown, WrongUse
from graph.kinds import NodeKind, TieKind
from graph.records import key_of, node_id
from graph.view import View
from graph.viewer import Role

ORGANISATION = f"{NodeKind.ORGANISATION}:"
"""How the id of somebody asked for begins where it is an organisation."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom partners are wanted, as typed: one of the three.

    Attributes
    ----------
    space : str or None
        Id or name of a space: for each of its members.
    person : str or None
        Id or name of one person; ``organisation:`` and the id or name of one organisation.
    everybody : bool
        For everybody the viewer may see.
    """

    space: str | None = None
    person: str | None = None
    everybody: bool = False

    def __post_init__(self) -> None:
        given = [self.space is not None, self.person is not None, self.everybody]
        if sum(given) != 1:
            raise WrongUse("expected exactly one of space, for and all (--space NAME, --for ID, --all)")


@dataclass(frozen=True, slots=True)
class Target:
    """For whom partners are wanted, looked up: keys of ids; all None = everybody."""

    space: str | None = None
    person: str | None = None
    organisation: str | None = None


def resolve(view: View, asked: Asked) -> Target:
    """Look up whom a viewer asks for, as far as the viewer may ask.

    Parameters
    ----------
    view : View
        What the viewer may see.
    asked : Asked
        As typed.

    Raises
    ------
    graph.errors.WrongUse
        If this viewer never asks so: the public about people, a member or a manager about everybody, a
        mixer without naming one of the own spaces or their members.
    graph.errors.Unknown
        If the person or space is not there, may not be seen, or is somebody else's: all look the same.
    """
    role = view.viewer.role
    if role is Role.PUBLIC:
        raise WrongUse("the public sees no introductions: ask as a member, a mixer or a manager")
    if asked.everybody:
        if role not in (Role.OPERATOR, Role.ANALYST):
            raise WrongUse(f"viewer {view.viewer}: expected --space or --for of what is yours; --all is not")
        return Target()
    if asked.person is not None and asked.person.startswith(ORGANISATION):
        return Target(organisation=_organisation(view, asked.person.removeprefix(ORGANISATION)))
    if asked.person is not None:
        return Target(person=_person(view, asked.person))
    return Target(space=_space(view, asked.space or ""))


def _person(view: View, text: str) -> str:
    viewer = view.viewer
    if viewer.role is Role.SPACE:
        raise WrongUse(f"viewer {viewer}: a manager asks for the whole space, expected --space {viewer.key}")
    if viewer.role is Role.PERSON:
        if not _is_me(view, text):
            raise Unknown("person", text)
        return viewer.key
    row = view.by_name(NodeKind.PERSON, text)
    if viewer.role is Role.MIXER and not (own_spaces(view) & _spaces_of(view, row)):
        raise Unknown("person", text)
    return key_of(str(view.nodes.ids[row]))


def _organisation(view: View, text: str) -> str:
    """Look up an organisation: of a member one that the member speaks for, of a mixer one with people in the spaces."""
    viewer = view.viewer
    if viewer.role is Role.SPACE:
        raise WrongUse(f"viewer {viewer}: a manager asks for the whole space, expected --space {viewer.key}")
    row = view.by_name(NodeKind.ORGANISATION, text)
    if viewer.role is Role.PERSON:
        me = view.row_of.get(viewer.node or "")
        speaks_for = view.memberships((NodeKind.ORGANISATION,), TieKind.REPRESENTS)
        if me is None or row not in speaks_for[[me]].indices:
            raise Unknown("organisation", text)
    if viewer.role is Role.MIXER:
        inside = view.memberships((NodeKind.ORGANISATION,))[:, [row]].nonzero()[0].tolist()
        speaking = view.memberships((NodeKind.ORGANISATION,), TieKind.REPRESENTS)[:, [row]].nonzero()[0].tolist()
        if not any(own_spaces(view) & _spaces_of(view, one) for one in (row, *inside, *speaking)):
            raise Unknown("organisation", text)
    return key_of(str(view.nodes.ids[row]))


def _space(view: View, text: str) -> str:
    viewer = view.viewer
    if viewer.role is Role.PERSON:
        raise WrongUse(f"viewer {viewer}: a member asks for the own list, expected --for {viewer.key}")
    if viewer.role in (Role.SPACE, Role.MIXER):
        mine = {view.find(s) for s in own_spaces(view)}
        row = next((r for r in mine if text in (view.label(r), key_of(str(view.nodes.ids[r])))), None)
        if row is None:
            raise Unknown("space", text, (view.label(r) for r in mine))
    else:
        row = view.by_name(NodeKind.SPACE, text)
    return key_of(str(view.nodes.ids[row]))


def _is_me(view: View, text: str) -> bool:
    """Say whether a member asks for the own list, by name or by the key of any own record."""
    me = view.row_of.get(view.viewer.node or "")
    if me is None:
        return text == view.viewer.key
    return view.row_of.get(node_id(NodeKind.PERSON, text)) == me or view.names.get(me) == text


def own_spaces(view: View) -> frozenset[str]:
    """Give the ids of the spaces that a mixer is granted or a manager manages, as far as the view shows."""
    mine = view.spaces if view.viewer.role in (Role.SPACE, Role.MIXER) else frozenset()
    return frozenset(mine & set(view.row_of))


def _spaces_of(view: View, row: int) -> frozenset[str]:
    return frozenset(str(view.nodes.ids[s]) for s in view.memberships((NodeKind.SPACE,))[[row]].indices)
