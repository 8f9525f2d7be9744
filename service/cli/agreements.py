"""``agreement add`` and ``agreement list``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import WrongUse
from service.cli.checks import Json
from service.cli.console import answer, columns, document, message
from service.cli.days import day
from service.cli.invocation import Invocation
from service.cli.words import WORDS
from service.languages import Lang

if TYPE_CHECKING:
    from ingest.agreements import Agreement

SEPARATORS = re.compile(r"[、,，;；]")

agreement = typer.Typer(
    help="What operators agreed to.\n\n運営会社との合意。", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(agreement, name="agreement")


@agreement.command("add", help="Record what an operator agreed to.\n\n合意した内容を記録する。")
def add(
    context: typer.Context,
    *,
    space: Annotated[str, typer.Option("--space", metavar="NAME", help="Name of the space. スペースの名前")],
    operator: Annotated[str, typer.Option("--operator", metavar="NAME", help="Who runs it. 運営会社")],
    since: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, such as 2026-04-01. はじまり")],
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day. おわり")] = None,
    items: Annotated[
        list[str], typer.Option("--items", metavar="ITEMS", help="Data it is about, joined by commas. 対象の項目")
    ],
) -> None:
    """Record an agreement; the space is made if it is not there yet."""
    from ingest.agreements import agreement as agreed

    call: Invocation = context.obj
    call.operator_only("agreement add")
    first = day(since, "--from")
    if first is None:
        raise WrongUse("--from: expected a date such as 2026-04-01")
    named = [item for part in items for item in SEPARATORS.split(part) if item.strip()]
    with call.open_store() as store:
        changes = agreed(
            space, operator, first, day(until, "--until"), named, snapshot=store.snapshot(), actor=str(call.viewer)
        )
        store.apply(changes)
    if not call.quiet:
        message(WORDS.say("agreement.added", call.lang, space=space, operator=operator))


@agreement.command("list", help="All agreements.\n\n合意の一覧。")
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List the agreements that the viewer may see."""
    from graph.policy import Purpose
    from ingest.agreements import agreements
    from service.reading import Reader

    call: Invocation = context.obj
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        found = agreements(reader.view(Purpose.REPORT))
        reader.record("agreement list", n=len(found))
    if as_json:
        document("agreements", {"viewer": str(call.viewer), "agreements": [_entry(a) for a in found]})
    else:
        answer(_lines(found, call.lang))


def _entry(made: Agreement) -> dict[str, object]:
    return {
        "space": made.space,
        "operator": made.operator,
        "from": made.since.isoformat(),
        "until": made.until.isoformat() if made.until else None,
        "items": list(made.items),
    }


def _lines(found: list[Agreement], lang: Lang) -> str:
    if not found:
        return WORDS.say("agreement.none", lang)
    rows = [tuple(WORDS.say("agreement.head", lang).split("|"))]
    rows += [(a.space, a.operator, str(a.since), str(a.until) if a.until else "-", "、".join(a.items)) for a in found]
    return columns(rows)
