"""``migrate``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import StoreUnavailable
from service.cli.console import answer, message
from service.cli.invocation import Invocation
from service.cli.keeping_words import WORDS

if TYPE_CHECKING:
    from graph.store.base import Store


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("migrate", help="Bring the schema of a store up to date.\n\n保存先の形式を最新にする。")(migrate)


def migrate(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run. 確認だけ")] = False,
) -> None:
    """Run the migrations that have not run yet, each in a transaction of its own."""
    call: Invocation = context.obj
    call.operator_only("migrate")
    with _there(call) as store:
        numbers = ", ".join(map(str, store.pending()))
        if numbers and dry_run:
            answer(WORDS.say("migrate.pending", call.lang, numbers=numbers))
            return
        if numbers:
            store.migrate()
            store.record(str(call.viewer), "migrate", {"migrations": numbers})
    if not call.quiet:
        message(WORDS.say("migrate.done" if numbers else "migrate.none", call.lang, numbers=numbers))


def _there(call: Invocation) -> Store:
    """Open a store of whatever age, but make none."""
    path = call.companion("")
    if path is not None and call.url.startswith("sqlite:") and not path.exists():
        raise StoreUnavailable(f"no store at {path}: make one with 'musubi init'")
    return call.open_store(create=True)
