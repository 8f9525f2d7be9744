"""The pages of teams of a space: whose needs have several parts, and who together meets those of one person."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from graph.view import View
from recommend.results import Party
from recommend.weaving import LARGEST, SMALLEST, Part, Woven
from recommend.wording import band_words
from service.gatherings.needs import NeedsResult, TeamResult
from service.gatherings.quoting import OFFERS, quoted, quoted_part, row_of, shortened
from service.languages import Lang
from service.pages.of_space import Somebody, somebody, space_page, to_ask
from service.pages.sheet import members
from service.pages.space_words import WORDS

MOST = 100
"""People who are listed on one page."""


@dataclass(frozen=True, slots=True)
class Needing:
    """Somebody with needs of several parts; only parts that may be told as a reason."""

    who: Somebody
    link: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """One part of the needs, and who meets it; empty texts where nothing may be quoted."""

    part: str
    helper: int | None
    name: str
    offer: str
    band: str
    band_words: str


def needs_page(result: NeedsResult, lang: Lang, start: int = 0) -> str:
    """List the members of a space whose needs have several parts, each with the link to their team.

    Parameters
    ----------
    result : NeedsResult
        For a space.
    lang : Lang
        Language of the page.
    start : int
        How many are passed over, 0 or more; from the end on, the last page is shown.
    """
    n = len(result.members)
    start = min(start, max(n - 1, 0) // MOST * MOST)
    left = n - start - MOST
    return space_page(
        "weave.html",
        result.view,
        result.space,
        lang,
        options={"from": start or None},
        listed=[_needing(party, parts) for party, parts in result.members[start : start + MOST]],
        before=(max(start - MOST, 0), min(start, MOST)) if start else None,
        after=(start + MOST, min(left, MOST)) if left > 0 else None,
        members=members(result.view, result.space),
        encoder=result.encoder,
    )


def _needing(party: Party, parts: tuple[str, ...]) -> Needing:
    return Needing(somebody(party), urlencode({"for": party.id}), tuple(shortened(part) for part in parts))


def team_page(result: TeamResult, size: int, lang: Lang) -> str:
    """Give the team for one person as a page.

    Parameters
    ----------
    result : TeamResult
        For a member of a space.
    size : int
        Most helpers, as asked.
    lang : Lang
        Language of the page.
    """
    view, woven = result.made.view, result.made.answer
    waiting = [helper.party.label for helper in woven.team if helper.ask_first]
    met = WORDS.say("weave.met", lang)
    return space_page(
        "team.html",
        view,
        result.space,
        lang,
        options={"for": result.made.person, "size": size},
        forms=True,
        person=somebody(woven.person),
        person_key=result.made.person,
        team=[somebody(h.party, ask_first=h.ask_first, mark=met if h.met else "") for h in woven.team],
        parts=[_met(view, part, woven, lang) for part in woven.parts],
        says=_says(woven, lang),
        to_ask=to_ask(waiting, lang),
        size=size,
        sizes=range(SMALLEST, LARGEST + 1),
        notice=woven.notice.get(lang, ""),
        encoder=woven.encoder,
    )


def _met(view: View, part: Part, woven: Woven, lang: Lang) -> Met:
    """Quote the part and the offer where all of the team and the one in need may read them."""
    person = row_of(view, woven.person)
    readers = [person, *(row_of(view, one.party) for one in woven.team)]
    helper = None if part.helper is None else woven.team[part.helper].party
    return Met(
        part=quoted_part(view, person, part.text, readers),
        helper=None if part.helper is None else part.helper + 1,
        name="" if helper is None else helper.label,
        offer="" if helper is None else quoted(view, row_of(view, helper), part.offer, OFFERS, readers),
        band=str(part.band or ""),
        band_words=band_words(part.band, lang) if part.band else "",
    )


def _says(woven: Woven, lang: Lang) -> list[str]:
    """Say what holds for the team as a whole."""
    n_open = sum(part.helper is None for part in woven.parts)
    said = []
    if len(woven.team) > 1:
        said.append(WORDS.say("weave.mixed" if woven.mixed else "weave.unmixed", lang))
    elif not n_open:
        said.append(WORDS.say("weave.alone", lang))
    if n_open:
        said.append(WORDS.say("weave.partly", lang, open=n_open))
    return said
