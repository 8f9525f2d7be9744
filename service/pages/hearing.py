"""The page of small hearings of a space: who should be heard together, what each brings and needs, why these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.kinds import StatementKind
from graph.view import View
from recommend.gatherings import LARGEST, MOST_GATHERINGS, SMALLEST, Attendee, Gathering
from recommend.results import Reason, ReasonCode, Recommendation
from recommend.wording import BETWEEN
from service.gatherings.group_words import WORDS as GROUPS
from service.gatherings.group_words import help_words, met_words
from service.gatherings.logic import GatheringsResult
from service.gatherings.quoting import for_all, newest, row_of
from service.languages import Lang
from service.pages.of_space import Somebody, somebody, space_page, to_ask
from service.pages.sheet import members
from service.pages.space_words import WORDS

EACH = 2
"""Statements of each kind that are shown of one person."""
OFFERED = range(1, 7)
"""Numbers of meetings that the form offers; more can be asked for in the address."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who should come, with what they bring and need."""

    who: Somebody
    heard: str
    brings: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One hearing as the page shows it."""

    guests: tuple[Guest, ...]
    why: tuple[str, ...]
    to_ask: str


def hearing_page(result: GatheringsResult, number: int, lang: Lang) -> str:
    """Give hearings as a page.

    Parameters
    ----------
    result : GatheringsResult
        For a space.
    number : int
        How many were asked for, from 1 to 20.
    lang : Lang
        Language of the page.
    """
    answer, view = result.answer, result.view
    return space_page(
        "hearing.html",
        view,
        result.company.space or "",
        lang,
        options={"size": answer.size, "number": number},
        forms=True,
        meetings=[_meeting(view, made, lang) for made in answer.gatherings],
        size=answer.size,
        sizes=range(SMALLEST, LARGEST + 1),
        number=number,
        numbers=sorted({*OFFERED, min(number, MOST_GATHERINGS)}),
        members=members(view, result.company.space or ""),
        notice=answer.notice.get(lang, ""),
        encoder=answer.encoder,
    )


def _meeting(view: View, made: Gathering, lang: Lang) -> Meeting:
    rows = [row_of(view, one.party) for one in made.attendees]
    waiting = [one.party.label for one in made.attendees if one.ask_first]
    return Meeting(
        guests=tuple(_guest(view, one, row, rows, lang) for one, row in zip(made.attendees, rows, strict=True)),
        why=_why(view, made, rows, lang),
        to_ask=to_ask(waiting, lang),
    )


def _why(view: View, made: Gathering, rows: list[int], lang: Lang) -> tuple[str, ...]:
    """Say what speaks for these people; what stands beside their names is not said again."""
    pairs = [for_all(view, pair, rows) for pair in made.why]
    left = [replace(pair, reasons=tuple(r for r in pair.reasons if not _bare(r))) for pair in pairs]
    told = help_words(replace(made, why=tuple(left)), lang)
    unmixed = [] if made.mixed else [GROUPS.say("gathering.unmixed", lang)]
    return (*unmixed, met_words(made, lang), *dict.fromkeys(told), *_unsaid(pairs, lang))


def _bare(reason: Reason) -> bool:
    """Say whether a need and an offer fit without a word of them."""
    return reason.code in (ReasonCode.NEED_MET, ReasonCode.OFFER_WANTED) and reason.person_text is None


def _unsaid(pairs: Sequence[Recommendation], lang: Lang) -> tuple[str, ...]:
    """Name in one line the pairs of whom nothing more may be told here than that they seem to fit."""
    found = [(p.person.label, p.partner.label) for p in pairs if any(_bare(reason) for reason in p.reasons)]
    names = dict.fromkeys(WORDS.say("hearing.two", lang, a=a, b=b) for a, b in found)
    return (WORDS.say("hearing.fits", lang, names=BETWEEN[lang].join(names)),) if names else ()


def _guest(view: View, one: Attendee, row: int, rows: list[int], lang: Lang) -> Guest:
    others = [other for other in rows if other != row]
    return Guest(
        who=somebody(one.party, ask_first=one.ask_first, mark=WORDS.say(f"hearing.{one.heard}", lang)),
        heard=str(one.heard),
        brings=tuple(newest(view, row, StatementKind.OFFER, others, EACH)),
        needs=tuple(newest(view, row, StatementKind.NEED, others, EACH)),
    )
