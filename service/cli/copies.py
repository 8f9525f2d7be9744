"""``copy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.backups import make_ready, settle
from service.cli.checks import Json
from service.cli.console import answer, document, message
from service.cli.invocation import Invocation
from service.cli.keeping_words import WORDS

if TYPE_CHECKING:
    from graph.backup import Copied


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("copy", help="One store into another, equal export afterwards.\n\n保存先を別の保存先に写す。")(copy)


def copy(
    context: typer.Context,
    *,
    source: Annotated[str, typer.Option("--from", metavar="URL", help="Store to be copied. 写し元")],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="Empty store, made if missing. 写し先")],
    as_json: Json = False,
) -> None:
    """Copy graph, audit, idempotency keys and ledger of erasures."""
    from graph.backup import copy as take_over
    from service.erasing import read_ledger
    from service.reading import open_with

    call: Invocation = context.obj
    call.operator_only("copy")
    secret = call.settings.neo4j_password
    with open_with(source, secret) as origin, open_with(target, secret, create=True) as copied_to:
        make_ready(copied_to)
        copied = take_over(origin, copied_to, actor=str(call.viewer), ledger=read_ledger(target))
        settle(call, copied_to, erased=copied.erased is not None)
        if not copied.already:
            origin.record(str(call.viewer), "copy", {"content": copied.content})
    _tell(call, copied, source, target, as_json=as_json)


def _tell(call: Invocation, copied: Copied, source: str, target: str, *, as_json: bool) -> None:
    if as_json:
        document("copy", {
            "already": copied.already,
            "content": copied.content,
            "version": copied.version,
            "nodes": copied.nodes,
            "statements": copied.statements,
            "ties": copied.ties,
            "erased": len(copied.erased.ids) if copied.erased else 0,
        })  # fmt: skip
        return
    key = "copy.already" if copied.already else "copy.done"
    answer(WORDS.say(key, call.lang, source=source, target=target, content=copied.content))
    if not call.quiet:
        message(WORDS.say("copy.what", call.lang))
