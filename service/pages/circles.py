"""The page of circles of help of a space: drawn as rings, with who gives what to whom beside."""

from __future__ import annotations

from dataclasses import dataclass

from graph.view import View
from recommend.cycles import MOST_CIRCLES, Circle
from recommend.results import Recommendation
from recommend.wording import band_words, step_words
from service.gatherings.logic import CirclesResult
from service.gatherings.quoting import NEEDS, OFFERS, quoted, row_of
from service.languages import Lang
from service.pages.of_space import Somebody, somebody, space_page, to_ask
from service.pages.ring import Ring, ring
from service.pages.sheet import members
from service.pages.space_words import WORDS


@dataclass(frozen=True, slots=True)
class Gift:
    """What one gives to the next; a text is empty where others of the circle may not read it."""

    helper: Somebody
    asker: str
    offer: str
    need: str
    step: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One circle as the page shows it."""

    ring: Ring
    names: str
    gifts: tuple[Gift, ...]
    band: str
    band_words: str
    to_ask: str


def circles_page(result: CirclesResult, number: int, lang: Lang) -> str:
    """Give circles of help as a page.

    Parameters
    ----------
    result : CirclesResult
        For a space.
    number : int
        Most that were asked for, from 1 to 50.
    lang : Lang
        Language of the page.
    """
    answer = result.answer
    return space_page(
        "circles.html",
        result.view,
        result.company.space or "",
        lang,
        options={"number": number},
        members=members(result.view, result.company.space or ""),
        circles=[_drawn(result.view, circle, lang) for circle in answer.circles],
        most=MOST_CIRCLES if number == len(answer.circles) < MOST_CIRCLES else None,
        notice=answer.notice.get(lang, ""),
        encoder=answer.encoder,
    )


def _drawn(view: View, circle: Circle, lang: Lang) -> Drawn:
    labels = [party.label for party in circle.parties]
    readers = [row_of(view, party) for party in circle.parties]
    waiting = [label for label, ask in zip(labels, circle.ask_first, strict=True) if ask]
    links = zip(circle.help, circle.ask_first, strict=True)
    return Drawn(
        ring=ring(labels),
        names=WORDS.say("circles.drawn", lang, names=" → ".join([*labels, labels[0]])),
        gifts=tuple(_gift(view, link, readers, ask, lang) for link, ask in links),
        band=str(circle.band),
        band_words=band_words(circle.band, lang),
        to_ask=to_ask(waiting, lang),
    )


def _gift(view: View, link: Recommendation, readers: list[int], ask_first: bool, lang: Lang) -> Gift:
    """Say what one gives: the helper is the partner, who is helped the person; all of the circle read it."""
    helper, asker = row_of(view, link.partner), row_of(view, link.person)
    offer = need = step = ""
    for reason in link.reasons:
        offer = quoted(view, helper, reason.partner_text, OFFERS, readers)
        need = quoted(view, asker, reason.person_text, NEEDS, readers)
        if offer and need and "step" in reason.values:
            step = WORDS.say("circles.step", lang, step=step_words(str(reason.values["step"]), lang))
    return Gift(somebody(link.partner, ask_first=ask_first), link.person.label, offer, need, step)
