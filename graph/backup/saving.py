"""Backup: a store into one file."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import BinaryIO

from graph.audit import AppliedKey, Erasure, History
from graph.backup.archive import ArchiveWriter
from graph.backup.digest import counted
from graph.backup.pages import fact_lines, history_lines
from graph.errors import StoreUnavailable
from graph.store.base import Store

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written.

    Attributes
    ----------
    version : int
        Of the graph.
    content : str
        SHA-256 of all facts, see `graph.backup.content_digest`.
    nodes, statements, ties : int
        How many.
    """

    version: int
    content: str
    nodes: int
    statements: int
    ties: int


def save(store: Store, handle: BinaryIO, passphrase: str | None = None) -> Saved:
    """Write graph, applied keys, audit and ledger of erasures, as they were at one moment.

    Parameters
    ----------
    store : Store
        May be written meanwhile; what comes in later is left out.
    handle : binary file
        Open for writing; never sought.
    passphrase : str, optional
        Encrypts the backup.

    Raises
    ------
    graph.errors.StoreUnavailable
        If the store cannot be read, or somebody was erased meanwhile and the backup would still name them.
    """
    with store.moment():
        return _save(store, handle, passphrase)


def _save(store: Store, handle: BinaryIO, passphrase: str | None) -> Saved:
    archive = ArchiveWriter(handle, passphrase)  # first: making the key takes memory of its own for a moment
    ledger = store.erasures()
    snapshot = store.snapshot()
    past = history(store, snapshot.version, ledger)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    archive.write(json.dumps(["backup", {"at": at, "version": snapshot.version}]))
    digest = hashlib.sha256()
    for line in counted(fact_lines(snapshot), digest):
        archive.write(line)
    for line in history_lines(past.keys, past.audit, past.erasures):
        archive.write(line)
    unmoved(store, ledger)
    archive.write(json.dumps(["end", {"content": digest.hexdigest()}]))
    archive.finish()
    counts = (len(snapshot.nodes), len(snapshot.statements), len(snapshot.ties))
    return Saved(snapshot.version, digest.hexdigest(), *counts)


def history(store: Store, version: int, ledger: list[Erasure]) -> History:
    """Give the history of a store up to a version; audit rows from the first later change on are left out."""
    known = {key.key for key in _keys(store, version)}
    rows = takewhile(lambda row: not row.key or row.key in known or not store.applied(row.key), store.audit_rows())
    return History(_keys(store, version), rows, ledger)


def unmoved(store: Store, ledger: list[Erasure]) -> None:
    """Refuse what was read while somebody was erased.

    Raises
    ------
    graph.errors.StoreUnavailable
        If the ledger of erasures is not as it was before anything was read.
    """
    if store.erasures() != ledger:
        raise StoreUnavailable("somebody was erased meanwhile: begin again")


def _keys(store: Store, version: int) -> Iterator[AppliedKey]:
    after = 0
    while page := store.keys(after, ROWS_AT_ONCE):
        yield from (known for known in page if known.seq <= version)
        after = page[-1].seq
