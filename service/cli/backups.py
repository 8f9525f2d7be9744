"""``backup`` and ``restore``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from graph.errors import StoreUnavailable, WrongUse
from service.cli.checks import Json
from service.cli.console import answer, document, message
from service.cli.invocation import Invocation
from service.cli.keeping_words import WORDS
from service.cli.passphrases import PassphraseFile, passphrase
from service.output import STDOUT, written

if TYPE_CHECKING:
    from graph.backup import Restored
    from graph.store.base import Store

OWNER_ONLY = 0o077
FIRST_MIGRATION = 1


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(
        "backup", help="The whole store as one file, encrypted on request.\n\n保存先をまるごと 1 つのファイルに。"
    )(backup)
    app.command("restore", help="An empty store out of a backup.\n\nバックアップから空の保存先に戻す。")(restore)


def backup(
    context: typer.Context,
    out: Annotated[str, typer.Argument(metavar="OUT", help="File; - for stdout. 書き出し先")],
    *,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write graph, audit, idempotency keys and ledger of erasures into one file."""
    from graph.backup import save

    call: Invocation = context.obj
    call.operator_only("backup")
    secret = passphrase(call, passphrase_file)
    with call.open_store() as store:
        with _private(), written(out) as handle:
            saved = save(store, handle, secret)
        store.record(str(call.viewer), "backup", {"content": saved.content, "encrypted": secret is not None})
    if not call.quiet:
        message(WORDS.say("backup.done", call.lang, out=out, nodes=saved.nodes, ties=saved.ties, content=saved.content))
        if secret is None:
            message(WORDS.say("backup.plain", call.lang))


def restore(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What backup wrote. バックアップのファイル")],
    *,
    passphrase_file: PassphraseFile = None,
    as_json: Json = False,
) -> None:
    """Check a backup, fill the empty store from it, erase again who was erased since."""
    from graph.backup import graph_hash
    from graph.backup import restore as take_back
    from graph.backup.archive import check
    from service.erasing import read_ledger

    call: Invocation = context.obj
    call.operator_only("restore")
    secret = passphrase(call, passphrase_file)
    with _opened(file) as handle:
        check(handle, secret)  # before a store is made: a damaged backup leaves nothing behind
        handle.seek(0)
        with call.open_store(create=True) as store:
            make_ready(store)
            ledger = read_ledger(store.url)
            restored = take_back(store, handle, secret, actor=str(call.viewer), ledger=ledger)
            settle(call, store, erased=restored.erased is not None)
            found = graph_hash(store.snapshot())
    _tell(call, restored, found, as_json=as_json)


def _tell(call: Invocation, restored: Restored, found: str, *, as_json: bool) -> None:
    n = len(restored.erased.ids) if restored.erased else 0
    if as_json:
        body = {"at": restored.at, "version": restored.version, "content": restored.content, "hash": found, "erased": n}
        document("restore", body)
        return
    answer(WORDS.say("restore.done", call.lang, at=restored.at, url=call.url, hash=found))
    if n:
        answer(WORDS.say("restore.erased", call.lang, n=n))


def settle(call: Invocation, store: Store, *, erased: bool) -> None:
    """Keep the ledger beside a store that was just filled, and rid it of who was erased on the way.

    Raises
    ------
    graph.errors.StoreUnavailable
        If that did not succeed: the store is no longer empty, so it is to be replaced before the command is repeated.
    """
    from service.erasing import clean, keep_beside

    try:
        keep_beside(store)
        if erased:
            clean(store)
    except (StoreUnavailable, WrongUse) as error:
        raise StoreUnavailable(WORDS.say("filled.unemptied", call.lang, url=store.url, why=error)) from error


def make_ready(store: Store) -> None:
    """Make the schema of a new store; one that is there already is not changed by the way.

    Raises
    ------
    graph.errors.StoreUnavailable
        If it was made by an earlier version.
    """
    pending = store.pending()
    if pending and FIRST_MIGRATION not in pending:
        raise StoreUnavailable(f"the store {store.url} was made by an earlier version: run 'musubi migrate' first")
    store.migrate()


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == STDOUT:
        raise WrongUse("restore reads its file twice: expected a path, got '-'")
    try:
        handle = open(file, "rb")  # noqa: SIM115  # closed below; only the opening is to be explained
    except OSError as error:
        raise WrongUse(f"cannot read {file}: {error.strerror or error}") from error
    with handle:
        yield handle


@contextmanager
def _private() -> Iterator[None]:
    """Make files for their owner alone."""
    before = os.umask(OWNER_ONLY)
    try:
        yield
    finally:
        os.umask(before)
