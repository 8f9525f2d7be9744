"""The page for tomorrow's visit: who should meet whom in this space, why, and what each side may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from graph.kinds import NodeKind
from graph.records import node_id
from graph.tables import NODE_CODE
from graph.view import View
from graph.viewer import Role
from recommend.results import Party, Reason, ReasonCode, Recommendation
from recommend.surprise import is_surprise
from recommend.wording import BETWEEN, Reader, band_words, sentence
from service.languages import Lang
from service.pages.dates import date_words
from service.pages.rendering import render
from service.pages.viewers import viewer_words
from service.pages.words import WORDS
from service.recommendations.logic import Result

IN_FULL = 12
LONGEST_QUOTE = 160
REMINDER = 36  # enough of somebody's own sentence to know it again
MAY_PASS_ON = frozenset({Role.OPERATOR, Role.MIXER, Role.SPACE})
ADVICE: Mapping[Role, str] = {**dict.fromkeys(MAY_PASS_ON, "sheet.care"), Role.PERSON: "sheet.mine"}
QUESTIONS: Mapping[ReasonCode, str] = {
    ReasonCode.NEED_MET: "ask.need_met",
    ReasonCode.OFFER_WANTED: "ask.offer_wanted",
    ReasonCode.SHARED_VISION: "ask.shared_vision",
    ReasonCode.SHARED_TOPIC: "ask.shared_topic",
}


KINDS: Mapping[ReasonCode, tuple[str, str]] = {
    ReasonCode.NEED_MET: ("kind.need", "kind.offer"),
    ReasonCode.OFFER_WANTED: ("kind.offer", "kind.need"),
    ReasonCode.SHARED_VISION: ("kind.vision", "kind.vision"),
    ReasonCode.SHARED_TOPIC: ("kind.topic", "kind.topic"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One of the two sentences that met."""

    kind: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """A reason: the two sentences side by side where both may be quoted, else in words."""

    words: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two people as the page shows them."""

    name: str
    key: str
    places: str


@dataclass(frozen=True, slots=True)
class Tell:
    """What one side may be told."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One introduction as the page shows it."""

    rank: int
    band: str
    band_words: str
    person: Side
    partner: Side
    why: tuple[Why, ...]
    surprise: bool
    not_asked: str
    question: str
    tells: tuple[Tell, ...]


def sheet_page(result: Result, lang: Lang, *, served: bool = False) -> str:
    """Give an answer as a page.

    Parameters
    ----------
    result : Result
        For a space, one person or everybody.
    lang : Lang
        Language of the page.
    served : bool
        Whether the page comes from the service, and links to its other pages lead somewhere.
    """
    cards = [_card(made, result.view, lang) for made in result.answer.recommendations]
    day = result.view.on
    return render(
        "sheet.html",
        lang,
        served=served,
        home=False,
        **_heading(result, lang),
        today=day.isoformat(),
        date=date_words(day, lang),
        cards=cards[:IN_FULL],
        rest=cards[IN_FULL:],
        to_ask=sum(1 for card in cards if card.not_asked),
        unserved=[party.label for party in result.answer.unserved],
        notice=result.answer.notice.get(lang, ""),
        advice=WORDS.say(advice, lang) if (advice := ADVICE.get(result.view.viewer.role)) else "",
        viewer=viewer_words(result.view, lang),
        encoder=result.answer.encoder,
    )


def members(view: View, space: str) -> int:
    """Count the people of a space whom the viewer may see."""
    inside = view.memberships((NodeKind.SPACE,))[:, [view.find(node_id(NodeKind.SPACE, space))]].nonzero()[0]
    return int(np.sum(view.nodes.kind[inside] == NODE_CODE[NodeKind.PERSON]))


def _heading(result: Result, lang: Lang) -> dict[str, object]:
    view, request = result.view, result.request
    if request.space is not None:
        name = view.label(view.find(node_id(NodeKind.SPACE, request.space)))
        return {"over": WORDS.say("sheet.over", lang), "name": name, "members": members(view, request.space)}
    if request.organisation is not None:
        name = view.label(view.find(node_id(NodeKind.ORGANISATION, request.organisation)))
        return {"over": WORDS.say("sheet.over_organisation", lang), "name": name, "members": None}
    if request.person is not None:
        name = view.label(view.find(node_id(NodeKind.PERSON, request.person)))
        return {"over": WORDS.say("sheet.over_person", lang), "name": name, "members": None}
    name = WORDS.say("sheet.everybody", lang)
    return {"over": WORDS.say("sheet.over_all", lang), "name": name, "members": None}


def _card(made: Recommendation, view: View, lang: Lang) -> Card:
    short = replace(made, reasons=tuple(_shortened(r, LONGEST_QUOTE, LONGEST_QUOTE) for r in made.reasons))
    passing_on = view.viewer.role in MAY_PASS_ON
    why = [_why(r, words, short, lang) for r in short.reasons if (words := _words(r, short, lang))]
    why.sort(key=lambda reason: not reason.lines)  # what they said themselves comes first
    return Card(
        rank=made.rank,
        band=str(made.band),
        band_words=band_words(made.band, lang),
        person=_side(made.person),
        partner=_side(made.partner),
        why=tuple(why),
        surprise=is_surprise(made.reasons),
        not_asked=_not_asked(made, view, lang) if passing_on else "",
        question=_question(short, lang) if passing_on else "",
        tells=_tells(short, lang) if passing_on else (),
    )


def _side(party: Party) -> Side:
    return Side(party.label, party.id if party.name else "", "・".join(party.communities))


def _words(reason: Reason, made: Recommendation, lang: Lang) -> str | None:
    return sentence(reason, made, lang, Reader.VIEWER)


def _why(reason: Reason, words: str, made: Recommendation, lang: Lang) -> Why:
    if reason.code not in KINDS or reason.person_text is None or reason.partner_text is None:
        return Why(words, ())
    mine, yours = (WORDS.say(kind, lang) for kind in KINDS[reason.code])
    lines = (Line(mine, made.person.label, reason.person_text), Line(yours, made.partner.label, reason.partner_text))
    return Why(words, lines)


def _shortened(reason: Reason, person: int, partner: int) -> Reason:
    return replace(
        reason, person_text=_cut(reason.person_text, person), partner_text=_cut(reason.partner_text, partner)
    )


def _cut(text: str | None, longest: int) -> str | None:
    return text if text is None or len(text) <= longest else text[: longest - 1] + "…"


def _not_asked(made: Recommendation, view: View, lang: Lang) -> str:
    """Name the sides that have not agreed to be introduced."""
    if not made.ask_first:
        return ""
    people = [p for p in (made.person, made.partner, *made.contacts) if p.kind is NodeKind.PERSON]
    rows = [(p, view.row_of.get(node_id(NodeKind.PERSON, p.id))) for p in people]
    names = [WORDS.say("card.person", lang, name=p.label) for p, row in rows if row is None or not view.asked[row]]
    return BETWEEN[lang].join(names)


def _question(made: Recommendation, lang: Lang) -> str:
    """Give a first question to the person, about the person's own words: it gives nobody else away."""
    for reason in made.reasons:
        if reason.code in QUESTIONS and reason.person_text is not None:
            return WORDS.say(QUESTIONS[reason.code], lang, text=_cut(reason.person_text, REMINDER))
    return WORDS.say("ask.any", lang)


def _tells(made: Recommendation, lang: Lang) -> tuple[Tell, ...]:
    """Say what each side may be told; the name of the other side waits for that side's consent."""
    other = Party("", WORDS.say("card.other", lang))
    sides = (
        (Reader.PERSON, made.person, replace(made, partner=other), (REMINDER, LONGEST_QUOTE)),
        (Reader.PARTNER, made.partner, replace(made, person=other), (LONGEST_QUOTE, REMINDER)),
    )
    return tuple(Tell(party.label, _told(told, reader, cuts, lang)) for reader, party, told, cuts in sides)


def _told(made: Recommendation, reader: Reader, cuts: tuple[int, int], lang: Lang) -> tuple[str, ...]:
    said = (sentence(_shortened(reason, *cuts), made, lang, reader) for reason in made.reasons)
    return tuple(words for words in said if words)
