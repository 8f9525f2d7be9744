"""The page of key persons and public offices of a space: what room they have, whom to ask, the way to them."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from graph.kinds import NodeKind
from graph.records import node_id
from recommend.ways import Key
from recommend.wording import BETWEEN
from service.languages import Lang
from service.pages.of_space import Somebody, somebody, space_page
from service.pages.space_words import WORDS
from service.spaces.keys import SpaceKeys


@dataclass(frozen=True, slots=True)
class Opener:
    """A key person or office as the page shows it.

    Attributes
    ----------
    way : tuple of Somebody or None
        From the one chosen, who is not in it, to them; None where nobody is chosen.
    told : str
        What stands in the place of a way that is empty or unknown.
    """

    who: Somebody
    spaces: str
    cap: int
    waiting: int | None
    room: int | None
    office: bool
    contacts: tuple[Somebody, ...]
    way: tuple[Somebody, ...] | None
    told: str


def keys_page(found: SpaceKeys, lang: Lang) -> str:
    """Give key persons as a page."""
    place = found.view.find(node_id(NodeKind.SPACE, found.space))
    return space_page(
        "keys.html",
        found.view,
        found.space,
        lang,
        options={"for": found.person_key},
        forms=True,
        here_keys=[_opener(key, found, lang) for key in found.here],
        other_keys=[_opener(key, found, lang) for key in found.elsewhere],
        people=[(party.id, party.label) for party in found.members],
        command=f"musubi key add person:ID --space {quote(found.view.label(place))} --cap 3",
        chosen=found.person_key or "",
        chosen_name=found.person.label if found.person else "",
    )


def _opener(key: Key, found: SpaceKeys, lang: Lang) -> Opener:
    office = key.party.kind is NodeKind.ORGANISATION
    told = ""
    if found.person is not None:
        told = _in_place_of_a_way(key, lang, office=office)
    return Opener(
        who=somebody(key.party),
        spaces=WORDS.say("keys.of", lang, names=BETWEEN[lang].join(key.spaces)),
        cap=key.cap,
        waiting=key.waiting,
        room=None if key.waiting is None else max(key.cap - key.waiting, 0),
        office=office,
        contacts=tuple(somebody(step.party, ask_first=step.ask_first) for step in found.contacts.get(key.party.id, ())),
        way=None if not key.way else tuple(somebody(s.party, ask_first=s.ask_first) for s in key.way),
        told=told,
    )


def _in_place_of_a_way(key: Key, lang: Lang, *, office: bool) -> str:
    if key.way is None:
        return WORDS.say("keys.no_way", lang)
    return "" if key.way else WORDS.say("keys.inside" if office else "keys.self", lang)
