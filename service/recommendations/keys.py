"""Key persons and public offices, for the command line and the API."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from graph.errors import WrongUse
from graph.kinds import NodeKind
from graph.records import node_id
from graph.view import View
from recommend.people import People
from recommend.ways import Key, Step, Ways
from service.recommendations.access import ORGANISATION, Asked, resolve
from service.recommendations.schemas import Out, PartyOut


@dataclass(frozen=True, slots=True)
class Keys:
    """Whom mixers name as keys, nearest first.

    Attributes
    ----------
    viewer : str
        Who asked.
    person : str or None
        Id of the person from whom the ways lead.
    keys : tuple of Key
        As `recommend.ways.Ways.to_keys`.
    """

    viewer: str
    person: str | None
    keys: tuple[Key, ...]

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        return {"n": len(self.keys), "person": self.person}


def keys_for(view: View, person: str | None) -> Keys:
    """Give the key persons that the viewer may see, with the ways from a person where one is named.

    Raises
    ------
    graph.errors.WrongUse, graph.errors.Unknown
        As `service.recommendations.access.resolve`; also if ways are asked for from an organisation.
    """
    asked = None if person is None else _person(view, person)
    found = Ways(People.of(view)).to_keys(None if asked is None else view.find(asked))
    return Keys(str(view.viewer), asked, found)


def _person(view: View, text: str) -> str:
    if text.startswith(ORGANISATION):
        raise WrongUse(f"--for {text}: expected a person; name the one of the organisation from whom the way leads")
    return node_id(NodeKind.PERSON, resolve(view, Asked(person=text)).person or text)


class StepOut(PartyOut):
    """Somebody on a way."""

    ask_first: bool = Field(description="True when they have not yet agreed to be introduced.")

    @classmethod
    def of_step(cls, step: Step) -> StepOut:
        """Take over a step."""
        return cls(**PartyOut.of(step.party).model_dump(), ask_first=step.ask_first)


class KeyOut(PartyOut):
    """Somebody whom mixers name as a key to a space."""

    spaces: list[str] = Field(description="To which spaces.", examples=[["かぜのま"]])
    cap: int = Field(ge=1, description="Most introductions that may wait for them at a time.")
    waiting: int | None = Field(description="How many do; null for all but the operator.")
    way: list[StepOut] | None = Field(description="From the one who asks; null where nobody asks or none is known.")

    @classmethod
    def of_key(cls, key: Key) -> KeyOut:
        """Take over a key person."""
        way = None if key.way is None else [StepOut.of_step(step) for step in key.way]
        told = PartyOut.of(key.party).model_dump()
        return cls(**told, spaces=list(key.spaces), cap=key.cap, waiting=key.waiting, way=way)


class KeysOut(Out):
    """Key persons and public offices."""

    viewer: str = Field(description="Who asked.", examples=["operator"])
    keys: list[KeyOut]

    @classmethod
    def of(cls, found: Keys) -> KeysOut:
        """Take over what was found."""
        return cls(viewer=found.viewer, keys=[KeyOut.of_key(key) for key in found.keys])
