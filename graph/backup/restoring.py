"""Restore: a store out of the file of a backup."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from graph.audit import AuditRow, Erasure, Head, History, audit_row
from graph.backup.archive import CUT, NO_BACKUP, check, read_lines
from graph.backup.digest import content_digest
from graph.backup.pages import PageReader
from graph.backup.sealing import CHANGED
from graph.changes import ChangeSet
from graph.erasure import Erased, prepare, present
from graph.errors import Refused
from graph.snapshot import Snapshot
from graph.store.base import Store

RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back.

    Attributes
    ----------
    at : str
        When the backup was made, ISO time, UTC.
    version : int
        Version of the graph in it.
    content : str
        SHA-256 of all facts in it, the same as read from the store afterwards.
    erased : Erased or None
        Who was erased after the backup had been made, and is again.
    """

    at: str
    version: int
    content: str
    erased: Erased | None


def restore(
    store: Store, handle: BinaryIO, passphrase: str | None = None, *, actor: str, ledger: Iterable[Erasure] = ()
) -> Restored:
    """Fill an empty store from a backup, check it, and erase again whom any ledger names.

    Parameters
    ----------
    store : Store
        Migrated, and nothing applied to it.
    handle : binary file
        Open for reading, at its beginning; read twice: before anything is written all of it is checked.
    passphrase : str, optional
        Of an encrypted backup.
    actor : str
        Who restores.
    ledger : iterable of Erasure
        Erasures known elsewhere, beside those in the backup and in the store.

    Raises
    ------
    graph.errors.Refused
        If the store is not empty, or the backup is damaged, cut off, or locked by another pass phrase; the
        store is as before then.
    """
    check(handle, passphrase)
    handle.seek(0)
    lines = Lines(read_lines(handle, passphrase))
    opening = lines.document("backup")
    pages = PageReader(lines, actor)
    taking = TakingOver(store, tuple(ledger), actor)
    rows = with_own(pages.audit(), actor, RESTORE, store.head())
    history = History(pages.keys(), rows, chain(pages.erasures(), taking.ledger))
    store.fill(pages.facts(), history, lambda held: taking.finish(held, lines.content()))
    return Restored(opening["at"], opening["version"], lines.content(), taking.erased)


@dataclass
class TakingOver:
    """Checks what a store took over from elsewhere, and finds who must not come back with it.

    Attributes
    ----------
    store : Store
        That took it over.
    ledger : tuple of Erasure
        Erasures known elsewhere.
    actor : str
        Who acts.
    erased : Erased or None
        Who was erased.
    """

    store: Store
    ledger: tuple[Erasure, ...]
    actor: str
    erased: Erased | None = None

    def finish(self, held: Snapshot, expected: str) -> ChangeSet | None:
        """Give the change set that erases whom the ledgers name, None where nobody is left.

        Raises
        ------
        graph.errors.Refused
            If the facts are not those that were to be taken over.
        """
        if content_digest(held) != expected:
            raise Refused("the facts that arrived are not those that were sent: nothing was taken over")
        ids = present((*self.store.erasures(), *self.ledger), held)
        if not ids:
            return None
        changes, self.erased = prepare(self.store, held, ids, self.actor)
        return changes


class Lines(Iterator[Sequence[Any]]):
    """Lines of a backup as JSON, with its last one kept."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._end: dict[str, Any] | None = None

    def __next__(self) -> Sequence[Any]:
        if self._end is not None:
            raise StopIteration
        found: Sequence[Any] = self._next()
        if found[0] != "end":
            return found
        self._end = found[1]
        raise StopIteration

    def document(self, name: str) -> dict[str, Any]:
        """Give the one object that a line holds."""
        found = self._next()
        if found[0] != name or len(found) != 2 or not isinstance(found[1], dict):
            raise Refused(NO_BACKUP)
        return found[1]

    def content(self) -> str:
        """Give the digest that the end of the backup tells; all lines have been read by then."""
        if self._end is None:
            raise Refused(CUT)
        return str(self._end["content"])

    def _next(self) -> list[Any]:
        line = next(self._lines, None)
        if line is None:
            raise Refused(CUT)
        try:
            found = json.loads(line)
        except ValueError:
            raise Refused(CHANGED) from None
        if not isinstance(found, list) or not found:
            raise Refused(CHANGED)
        return found


def with_own(rows: Iterable[AuditRow], actor: str, action: str, replaced: Head) -> Iterator[AuditRow]:
    """Add the row of the taking over; it tells the head of the rows that were in the empty store."""
    last = Head()
    for row in rows:
        last = Head(row.seq, row.hash)
        yield row
    detail = {"rows": last.seq, "replaced_rows": replaced.seq, "replaced_head": replaced.hash}
    yield audit_row(last.seq + 1, last.hash, actor, action, "", detail)
