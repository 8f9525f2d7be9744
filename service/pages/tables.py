"""The page of tables: round by round, for whoever seats people; it quotes only what both at a table may read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.kinds import NodeKind
from graph.records import node_id
from recommend.results import Reason, Recommendation
from recommend.tables.results import Table
from service.gatherings.logic import TablesResult
from service.gatherings.words import WORDS, heading, reasons, rules, to_ask
from service.languages import Lang
from service.pages.dates import date_words
from service.pages.rendering import render
from service.pages.viewers import viewer_words


@dataclass(frozen=True, slots=True)
class Card:
    """One table as the page shows it: guests as name, id where a name is shown, places, and whether to ask."""

    number: int
    guests: tuple[tuple[str, str, str, bool], ...]
    why: tuple[str, ...]


def tables_page(result: TablesResult, lang: Lang, *, served: bool = False) -> str:
    """Give a plan as a page.

    Parameters
    ----------
    result : TablesResult
        Of a space, an event or everybody.
    lang : Lang
        Language of the page.
    served : bool
        Whether the page comes from the service, and links to its other pages lead somewhere.
    """
    answer, view = result.answer, result.view
    return render(
        "tables.html",
        lang,
        served=served,
        home=False,
        tell=lambda key, **places: WORDS.say(key, lang, **places),
        name=_name(result, lang),
        of_space=result.company.space is not None,
        heading=heading(answer, lang) if answer.rounds else WORDS.say("none", lang),
        rules=rules(answer, lang) if answer.rounds else [],
        rounds=[[_card(table, lang) for table in one] for one in answer.rounds],
        to_ask=[party.label for party in to_ask(answer)],
        today=view.on.isoformat(),
        date=date_words(view.on, lang),
        viewer=viewer_words(view, lang),
        encoder=answer.encoder,
        notice=answer.notice.get(lang, ""),
    )


def _name(result: TablesResult, lang: Lang) -> str:
    for kind, key in ((NodeKind.SPACE, result.company.space), (NodeKind.EVENT, result.company.event)):
        if key is not None:
            return result.view.label(result.view.find(node_id(kind, key)))
    return WORDS.say("everybody", lang)


def _card(table: Table, lang: Lang) -> Card:
    guests = tuple(
        (g.party.label, g.party.id if g.party.name else "", "・".join(g.party.communities), g.ask_first)
        for g in table.guests
    )
    return Card(table.number, guests, tuple(reasons(replace(table, why=_for_both(table)), lang)))


def _for_both(table: Table) -> tuple[Recommendation, ...]:
    """Give the pairs with those reasons alone that quote nobody, or what both may read."""
    told = ((made, tuple(reason for reason in made.reasons if _open(reason))) for made in table.why)
    return tuple(replace(made, reasons=left) for made, left in told if left)


def _open(reason: Reason) -> bool:
    quotes = reason.person_text or reason.partner_text
    return not quotes or (reason.for_person and reason.for_partner)
