"""What all pages of a space share: its name, the day, who asked, the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from graph.kinds import NodeKind
from graph.records import node_id
from graph.view import View
from graph.viewer import Role
from recommend.results import Party
from recommend.wording import BETWEEN
from service.languages import Lang
from service.pages.dates import date_words
from service.pages.rendering import render
from service.pages.space_words import WORDS
from service.pages.viewers import viewer_words


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person or organisation as a page shows it: label, id where a name is shown, places, what else to mark."""

    name: str
    key: str
    places: str
    ask_first: bool = False
    mark: str = ""


def somebody(party: Party, *, ask_first: bool = False, mark: str = "") -> Somebody:
    """Take over a party."""
    return Somebody(party.label, party.id if party.name else "", "・".join(party.communities), ask_first, mark)


def to_ask(names: Sequence[str], lang: Lang) -> str:
    """Say whom to ask before they are named; empty where everybody has agreed."""
    return WORDS.say("ask", lang, names=BETWEEN[lang].join(names)) if names else ""


def space_page(
    template: str, view: View, space: str, lang: Lang, *, options: Mapping[str, object] | None = None, **values: object
) -> str:
    """Render a page of a space, which comes from the service and links to the others.

    Parameters
    ----------
    template : str
        Name of a file in ``templates``; its name without ending is that of the page.
    view : View
        What the page was made from.
    space : str
        Key of the space.
    lang : Lang
        Language of the page.
    options : mapping of str to object, optional
        What was asked besides, kept when the language is changed.
    **values
        What the template shows.
    """
    chosen = {name: value for name, value in (options or {}).items() if value is not None}
    return render(
        template,
        lang,
        served=True,
        home=False,
        here=template.partition(".")[0],
        kept=f"&{urlencode(chosen)}" if chosen else "",
        tell=lambda key, **places: WORDS.say(key, lang, **places),
        space=view.label(view.find(node_id(NodeKind.SPACE, space))),
        today=view.on.isoformat(),
        date=date_words(view.on, lang),
        viewer=viewer_words(view, lang),
        for_one=view.viewer.role is not Role.SPACE,  # a manager asks for the whole space
        **values,
    )
