"""Viewers: who asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from graph.errors import WrongUse


class Role(StrEnum):
    """In which role somebody asks."""

    OPERATOR = "operator"
    PERSON = "person"
    MIXER = "mixer"
    SPACE = "space"
    ANALYST = "analyst"
    PUBLIC = "public"


NAMED: frozenset[Role] = frozenset({Role.PERSON, Role.MIXER, Role.SPACE})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks, as written after ``--as``.

    Attributes
    ----------
    role : Role
        ``operator`` is the person at this machine: a mixer granted every space. ``space`` is the
        manager of a space.
    key : str
        Key of the person or space; empty for the other roles.
    """

    role: Role
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``person:ID``, ``mixer:ID``, ``space:ID``, ``public``, ``analyst`` or ``operator``.

        Raises
        ------
        graph.errors.WrongUse
            If it is none of these.
        """
        role, colon, key = text.partition(":")
        if role not in Role.__members__.values() or (Role(role) in NAMED) != bool(colon and key):
            raise WrongUse(f"viewer {text!r}: expected person:ID, mixer:ID, space:ID, public, analyst or operator")
        return cls(Role(role), key)

    @property
    def node(self) -> str | None:
        """Id of the node that the viewer is, if any."""
        if self.role not in NAMED:
            return None
        return f"{'space' if self.role is Role.SPACE else 'person'}:{self.key}"

    @property
    def sees_scores(self) -> bool:
        """Whether exact scores may be shown; everybody else sees bands."""
        return self.role in (Role.OPERATOR, Role.ANALYST)

    def __str__(self) -> str:
        return f"{self.role}:{self.key}" if self.key else str(self.role)


OPERATOR = Viewer(Role.OPERATOR)
PUBLIC = Viewer(Role.PUBLIC)
ANALYST = Viewer(Role.ANALYST)
