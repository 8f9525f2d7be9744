"""``erase`` and ``readmit``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import MusubiError, StoreUnavailable, Unknown, WrongUse
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
    with_merged: Annotated[
        bool, typer.Option("--with-merged", help="Records merged with it too. ひとつにまとめた記録もすべて")
    ] = False,
    as_json: Json = False,
) -> None:
    """Erase somebody from graph, audit, vectors and files, and keep them out of later imports."""
    from service import erasing

    call: Invocation = context.obj
    call.operator_only("erase")
    with call.open_store() as store:
        records = _records(store, identifier)
        if records:
            _permit(call, identifier, records, yes=yes, with_merged=with_merged, as_json=as_json)
            erased = erasing.erase(store, identifier, str(call.viewer))
        else:
            erased = None
            _redact_late(store, identifier, str(call.viewer))
        if erased and not as_json:
            _tell(call, erased)  # before the files are emptied: what this tells, no second try can tell again
        failure = _empty(call, store, identifier)
    if as_json:
        _document(erased, identifier, emptied=failure is None)
    if failure:
        raise failure
    if not (erased or as_json):
        answer(WORDS.say("erase.again", call.lang, id=identifier))
    if erased and erased.mentions:
        raise typer.Exit(ExitCode.PROBLEMS)


def _records(store: Store, identifier: str) -> tuple[str, ...]:
    """Give the records that would go; none where they were erased before.

    Raises
    ------
    graph.errors.WrongUse
        If it is no id of a person or organisation.
    graph.errors.Unknown
        If they neither are nor were there.
    """
    from graph import erasure

    try:
        return erasure.records(store, identifier)
    except Unknown:
        if not erasure.erased(store, [identifier]):
            raise
        return ()


def _permit(
    call: Invocation, identifier: str, records: tuple[str, ...], *, yes: bool, with_merged: bool, as_json: bool
) -> None:
    """See that whoever erases knows which records go, and wants it."""
    ids = ", ".join(records)
    if len(records) > 1 and not with_merged:
        raise WrongUse(WORDS.say("erase.merged", call.lang, id=identifier, ids=ids))
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise WrongUse(WORDS.say("erase.confirm", call.lang, id=ids))
    if not typer.confirm(WORDS.say("erase.ask", call.lang, id=ids), err=True):
        message(WORDS.say("erase.stopped", call.lang))
        raise typer.Exit(ExitCode.WRONG_USE)


def _redact_late(store: Store, identifier: str, actor: str) -> None:
    """Empty the audit rows that named somebody after the erasure had looked, as of one that was cut off."""
    from graph.erasure import redact_late

    redact_late(store, [identifier], actor)


def _empty(call: Invocation, store: Store, identifier: str) -> MusubiError | None:
    """Empty the files, and give the error where that did not succeed."""
    from service.erasing import clean

    if not call.quiet:
        message(WORDS.say("erase.compacting", call.lang))
    try:
        clean(store)
    except (StoreUnavailable, WrongUse) as error:
        return StoreUnavailable(WORDS.say("erase.unemptied", call.lang, id=identifier, why=error))
    return None


def _document(erased: Erased | None, identifier: str, *, emptied: bool) -> None:
    document("erase", {
        "id": identifier,
        "already": erased is None,
        "records": list(erased.ids) if erased else [],
        "removed": erased.removed if erased else 0,
        "redacted": erased.redacted if erased else 0,
        "mentions": list(erased.mentions) if erased else [],
        "sources": [{"was": was, "now": now} for was, now in erased.sources] if erased else [],
        "emptied": emptied,
        "unreached": WORDS.both("erase.unreached"),
    })  # fmt: skip


def _tell(call: Invocation, erased: Erased) -> None:
    answer(
        WORDS.say("erase.done", call.lang, id=", ".join(erased.ids), removed=erased.removed, redacted=erased.redacted)
    )
    if erased.mentions:
        answer(WORDS.say("erase.mentions", call.lang, ids=", ".join(erased.mentions)))
    if erased.sources:
        names = ", ".join(f"{was} → {now}" for was, now in erased.sources)
        answer(WORDS.say("erase.sources", call.lang, names=names))
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
