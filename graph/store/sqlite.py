"""SQLite store: one file, write-ahead log, every commit synced; the embedded default."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict, StoreUnavailable, WrongUse
from graph.snapshot import Snapshot
from graph.store import sqlite_schema
from graph.store.base import AuditRow, Store, audit_detail, audit_row
from graph.store.checks import check
from graph.store.sqlite_read import read_snapshot
from graph.store.sqlite_write import Writer

BUSY_TIMEOUT_S = 30.0
PRIVATE = 0o600
"""The file holds only-me facts: it is made for its owner alone."""


class SQLiteStore(Store):
    """A property graph in one SQLite file.

    Parameters
    ----------
    url : str
        ``sqlite:///relative/path`` or ``sqlite:////absolute/path``.
    create : bool
        Whether a missing file may be made.

    Raises
    ------
    graph.errors.StoreUnavailable
        If the file is missing (and may not be made), is no store, or cannot be opened.

    Notes
    -----
    ``synchronous=FULL``: an acknowledged change survives loss of power, at the cost of one sync a
    commit (SQLite documentation, "PRAGMA synchronous"). Snapshots never wait for a writer; writing an audit row
    waits for it, up to 30 seconds.
    """

    def __init__(self, url: str, *, create: bool = False) -> None:
        self.url = url
        self.path = path_of(url)
        if not create and not self.path.exists():
            raise StoreUnavailable(f"no store at {self.path}: make one with 'musubi init'")
        try:
            if create and not self.path.exists():
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, PRIVATE))
            self._connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            if not create and not sqlite_schema.is_current(self._connection):
                raise StoreUnavailable(
                    f"the store at {self.path} was not made by this version: run 'musubi init' to update it"
                )
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"cannot open the store at {self.path}: {error}") from error

    def migrate(self) -> int:  # noqa: D102
        with self._reachable():
            return sqlite_schema.migrate(self._connection)

    def apply(self, changes: ChangeSet) -> Receipt:  # noqa: D102
        check(changes)
        digest = changes.content_digest()
        with self._writing() as connection:
            known = connection.execute("SELECT digest FROM applied WHERE key = ?", (changes.key,)).fetchone()
            if known is not None:
                if known[0] != digest:
                    raise Conflict(f"idempotency key {changes.key!r} was used before with another content")
                return Receipt(self.version(), replayed=True)
            seq = self.version() + 1
            receipt = Writer(connection, seq).write(changes)
            connection.execute("INSERT INTO applied VALUES (?, ?, ?)", (changes.key, digest, seq))
            self._append_audit(changes.actor, changes.action, changes.key, audit_detail(changes, receipt))
            return receipt

    def record(self, actor: str, action: str, detail: Mapping[str, object]) -> None:  # noqa: D102
        with self._writing():
            self._append_audit(actor, action, "", detail)

    def applied(self, key: str) -> bool:  # noqa: D102
        with self._reachable():
            found = self._connection.execute("SELECT 1 FROM applied WHERE key = ?", (key,)).fetchone()
        return found is not None

    def version(self) -> int:  # noqa: D102
        with self._reachable():
            (seq,) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM applied").fetchone()
        return int(seq)

    def snapshot(self) -> Snapshot:  # noqa: D102
        with self._reachable():
            self._connection.execute("BEGIN")
            try:
                return read_snapshot(self._connection, self.version())
            finally:
                self._connection.execute("COMMIT")

    def audit(self) -> list[AuditRow]:  # noqa: D102
        with self._reachable():
            return [AuditRow(*row) for row in self._connection.execute("SELECT * FROM audit ORDER BY seq")]

    def close(self) -> None:  # noqa: D102
        self._connection.close()

    def _append_audit(self, actor: str, action: str, key: str, detail: Mapping[str, object]) -> None:
        last = self._connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous = last if last else (0, "")
        row = audit_row(seq + 1, previous, actor, action, key, detail)
        self._connection.execute(
            "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.seq, row.at, row.actor, row.action, row.key, row.detail, row.previous, row.hash),
        )

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(f"store {self.path}: {error}") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reachable():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def path_of(url: str) -> Path:
    """Give the file of a ``sqlite:///…`` address."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or len(url) == len(prefix):
        raise WrongUse(f"store address {url!r}: expected sqlite:///relative/path or sqlite:////absolute/path")
    return Path(unquote(url[len(prefix) :]))
