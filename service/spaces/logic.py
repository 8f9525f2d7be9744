"""Spaces that can be visited."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from graph.kinds import NodeKind
from graph.records import key_of
from graph.view import View
from service.pages.sheet import members


@dataclass(frozen=True, slots=True)
class SpaceLink:
    """A space with the path of its page."""

    name: str
    path: str
    members: int


def spaces(view: View) -> list[SpaceLink]:
    """Give the spaces that a viewer may see, largest first."""
    found = []
    for row in view.of_kind(NodeKind.SPACE).tolist():
        key = key_of(str(view.nodes.ids[row]))
        found.append(SpaceLink(view.label(row), f"/spaces/{quote(key, safe='')}/sheet", members(view, key)))
    return sorted(found, key=lambda space: (-space.members, space.name))
