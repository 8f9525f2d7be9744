"""``person export`` and ``card export``: what is kept about a person, and what the person carries elsewhere."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import WrongUse
from graph.viewer import OPERATOR, Role, Viewer
from service.cli.agreements import SEPARATORS
from service.cli.console import message
from service.cli.invocation import Invocation
from service.cli.words import WORDS
from service.output import STDOUT, write_text, written

if TYPE_CHECKING:
    from graph.export.card import Card
    from graph.store.base import Store

PREFIX = "person:"
CARD_ID_BYTES = 16

person = typer.Typer(
    help="What is kept about one person.\n\nひとりの人について保存していること。",
    no_args_is_help=True,
    rich_markup_mode=None,
)
card = typer.Typer(
    help="What a person carries to another space.\n\nほかのスペースへ持っていくカード。", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the person. 人の番号")]
Out = Annotated[str, typer.Argument(metavar="OUT", help="File; - for stdout. 書き出し先")]


class PersonFormat(StrEnum):
    """How a person's own data is written."""

    HTML = "html"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(person, name="person")
    app.add_typer(card, name="card")


@person.command(
    "export", help="Everything that is kept about a person, in one file.\n\n本人についての記録をすべて書き出す。"
)
def export_person(
    context: typer.Context,
    who: Id,
    out: Out,
    *,
    form: Annotated[
        PersonFormat, typer.Option("--format", help="html to read, with the data inside, or json. 形式")
    ] = PersonFormat.HTML,
) -> None:
    """Write what is kept about a person, for that person."""
    from graph.calendar import today
    from graph.own_data import own_data
    from service.pages.person import person_document, person_page
    from service.reading import Reader

    call: Invocation = context.obj
    with call.open_store() as store:
        key = _own_key(call, store, who.removeprefix(PREFIX), "person export")
        data = own_data(store.snapshot(), PREFIX + key, store.audit(), today())
        Reader(store, call.viewer).record("person export", person=PREFIX + key)
    document = person_document(data, today())
    if form is PersonFormat.HTML:
        write_text(out, person_page(document, call.lang))
    else:
        write_text(out, json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    _told(call, out)


@card.command("export", help="A card that another space can import.\n\n別のスペースで取り込めるカードを書き出す。")
def export_card(
    context: typer.Context,
    who: Id,
    out: Out,
    *,
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--items",
            metavar="ITEMS",
            help="name, mail, need, offer, skill …, by commas; default: what the own space may see. 項目",
        ),
    ] = None,
) -> None:
    """Write the card of a person."""
    from graph.export.card import given_card
    from graph.export.card_file import write_card
    from graph.preparing import apply_prepared
    from service.reading import Reader

    call: Invocation = context.obj
    made, chosen = secrets.token_hex(CARD_ID_BYTES), _split(items)
    with call.open_store() as store:
        key = _own_key(call, store, who.removeprefix(PREFIX), "card export")
        owned = _card(store, key, chosen)
        if not owned.id:  # only now: what cannot be made makes no id
            apply_prepared(store, lambda snapshot: given_card(snapshot, PREFIX + key, made, str(call.viewer)))
            owned = _card(store, key, chosen)
        Reader(store, call.viewer).record("card export", person=PREFIX + key)
    with written(out) as handle:
        write_card(owned, handle)
    _told(call, out)


def _own_key(call: Invocation, store: Store, key: str, what: str) -> str:
    """Give the key of the person, of several own records that under which the person asks.

    Who asks for somebody else learns nothing, not even whether they are here.
    """
    from graph.own_data import is_own

    viewer = call.viewer
    if viewer in (OPERATOR, Viewer(Role.PERSON, key)):
        return key
    if not is_own(store.snapshot(), viewer, PREFIX + key):
        raise WrongUse(f"{what} is for the person and for the operator, got '--as {viewer}'")
    return viewer.key


def _card(store: Store, key: str, items: set[str] | None) -> Card:
    """Give the card as the person sees it now; its id is empty as long as none is kept."""
    from graph.export.card import card_id, card_of
    from graph.policy import Purpose
    from service.reading import Reader

    view = Reader(store, Viewer(Role.PERSON, key)).view(Purpose.EXPORT)
    return card_of(view, PREFIX + key, card_id(view, PREFIX + key) or "", items)


def _split(items: Iterable[str] | None) -> set[str] | None:
    if items is None:
        return None
    return {item.strip() for part in items for item in SEPARATORS.split(part) if item.strip()}


def _told(call: Invocation, out: str) -> None:
    if out != STDOUT and not call.quiet:
        message(WORDS.say("export.done", call.lang, out=out))
