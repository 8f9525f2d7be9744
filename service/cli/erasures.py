"""``erase`` and ``readmit``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import Unknown, WrongUse
from service.cli.checks import Json
from service.cli.console import answer, document, message
from service.cli.exits import ExitCode
from service.cli.invocation import Invocation
from service.cli.keeping_words import WORDS

if TYPE_CHECKING:
    from graph.erasure import Erased
    from graph.store.base import Store

Id = Annotated[str, typer.Argument(metavar="ID", help="person:ID or organisation:ID. 本人または組織")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("erase", help="Erase a person or organisation for good.\n\n人や組織を、跡を残さずに消す。")(erase)
    app.command(
        "readmit",
        help="Let somebody who was erased come back, at their wish.\n\n消えた人を、本人の希望で戻せるようにする。",
    )(readmit)


def erase(
    context: typer.Context,
    identifier: Id,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. 確認しない")] = False,
    as_json: Json = False,
) -> None:
    """Erase somebody from graph, audit, vectors and files, and keep them out of later imports."""
    from service.erasing import clean

    call: Invocation = context.obj
    call.operator_only("erase")
    with call.open_store() as store:
        found = _present(store, identifier)
        if found and not yes:
            _confirm(call, identifier, as_json=as_json)
        erased = _erase(call, store, identifier) if found else None
        if erased is None:
            clean(store)
    if as_json:
        _document(erased, identifier)
    else:
        _tell(call, erased, identifier)
    if erased and erased.mentions:
        raise typer.Exit(ExitCode.PROBLEMS)


def _present(store: Store, identifier: str) -> bool:
    """Say whether somebody is there; False where they were erased before.

    Raises
    ------
    graph.errors.WrongUse
        If it is no id of a person or organisation.
    graph.errors.Unknown
        If they neither are nor were there.
    """
    from graph import erasure

    try:
        erasure.find(store, identifier)
    except Unknown:
        if not erasure.erased(store, [identifier]):
            raise
        return False
    return True


def _confirm(call: Invocation, identifier: str, *, as_json: bool) -> None:
    if as_json or not sys.stdin.isatty():
        raise WrongUse(WORDS.say("erase.confirm", call.lang, id=identifier))
    if not typer.confirm(WORDS.say("erase.ask", call.lang, id=identifier), err=True):
        message(WORDS.say("erase.stopped", call.lang))
        raise typer.Exit(ExitCode.WRONG_USE)


def _erase(call: Invocation, store: Store, identifier: str) -> Erased:
    from service import erasing

    def compacting() -> None:
        if not call.quiet:
            message(WORDS.say("erase.compacting", call.lang))

    return erasing.erase(store, identifier, str(call.viewer), compacting)


def _document(erased: Erased | None, identifier: str) -> None:
    document("erase", {
        "id": identifier,
        "already": erased is None,
        "records": list(erased.ids) if erased else [],
        "removed": erased.removed if erased else 0,
        "redacted": erased.redacted if erased else 0,
        "mentions": list(erased.mentions) if erased else [],
        "unreached": WORDS.both("erase.unreached"),
    })  # fmt: skip


def _tell(call: Invocation, erased: Erased | None, identifier: str) -> None:
    if erased is None:
        answer(WORDS.say("erase.again", call.lang, id=identifier))
        return
    answer(
        WORDS.say("erase.done", call.lang, id=", ".join(erased.ids), removed=erased.removed, redacted=erased.redacted)
    )
    if erased.mentions:
        answer(WORDS.say("erase.mentions", call.lang, ids=", ".join(erased.mentions)))
    if not call.quiet:
        message(WORDS.say("erase.unreached", call.lang))


def readmit(context: typer.Context, identifier: Id) -> None:
    """Take somebody out of the ledger of erasures; the next import brings them back."""
    from service import erasing

    call: Invocation = context.obj
    call.operator_only("readmit")
    with call.open_store() as store:
        erasing.readmit(store, identifier, str(call.viewer))
    if not call.quiet:
        message(WORDS.say("readmit.done", call.lang, id=identifier))
