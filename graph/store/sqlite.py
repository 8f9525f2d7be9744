"""SQLite store: one file, write-ahead log, every commit synced; the embedded default."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import unquote

from graph.audit import AppliedKey, AuditRow, Erasure, Head, History
from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict, StoreUnavailable, WrongUse
from graph.ledger import require_current
from graph.refreshing import refreshed
from graph.snapshot import Snapshot
from graph.store import sqlite_changes, sqlite_history, sqlite_schema
from graph.store.base import Store, audit_detail
from graph.store.checks import check
from graph.store.sqlite_read import read_excerpt, read_snapshot
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
            self._connection.execute("PRAGMA secure_delete = ON")
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
            return self._apply(connection, changes, digest)

    def _apply(self, connection: sqlite3.Connection, changes: ChangeSet, digest: str) -> Receipt:
        known = sqlite_history.digest_of(connection, changes.key)
        if known is not None:
            if known != digest:
                raise Conflict(f"idempotency key {changes.key!r} was used before with another content")
            return Receipt(self.version(), replayed=True)
        require_current(changes, sqlite_changes.mark(connection), sqlite_history.erasures(connection))
        seq = self.version() + 1
        touched = sqlite_changes.touched(connection, changes)
        receipt = Writer(connection, seq).write(changes)
        sqlite_changes.append(connection, seq, touched)
        connection.execute("INSERT INTO applied VALUES (?, ?, ?)", (changes.key, digest, seq))
        if changes.forgetting is not None:
            sqlite_history.forget(connection, changes.forgetting)
        detail = audit_detail(changes, receipt)
        sqlite_history.append(connection, changes.actor, changes.action, changes.key, detail)
        return receipt

    def record(self, actor: str, action: str, detail: Mapping[str, object]) -> None:  # noqa: D102
        with self._writing() as connection:
            sqlite_history.append(connection, actor, action, "", detail)

    def applied(self, key: str) -> bool:  # noqa: D102
        with self._reachable():
            return sqlite_history.digest_of(self._connection, key) is not None

    def version(self) -> int:  # noqa: D102
        with self._reachable():
            (seq,) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM applied").fetchone()
        return int(seq)

    def mark(self) -> str:  # noqa: D102
        with self._reachable():
            return sqlite_changes.mark(self._connection)

    def snapshot(self) -> Snapshot:  # noqa: D102
        return self.refresh(None)

    def refresh(self, snapshot: Snapshot | None) -> Snapshot:  # noqa: D102
        with self._reading() as connection:
            version, mark = self.version(), sqlite_changes.mark(connection)
            if snapshot is None:
                return read_snapshot(connection, version, mark)
            if snapshot.mark == mark:
                return snapshot
            touched = sqlite_changes.since(connection, snapshot.version, snapshot.mark)
            if touched is None:
                return read_snapshot(connection, version, mark)
            excerpt = read_excerpt(connection, touched, version, mark)
        return refreshed(snapshot, touched, excerpt)

    def audit(self, after: int = 0, limit: int | None = None) -> list[AuditRow]:  # noqa: D102
        with self._reachable():
            return sqlite_history.audit(self._connection, after, limit)

    def head(self) -> Head:  # noqa: D102
        with self._reachable():
            return sqlite_history.head(self._connection)

    def keys(self, after: int = 0, limit: int | None = None) -> list[AppliedKey]:  # noqa: D102
        with self._reachable():
            return sqlite_history.keys(self._connection, after, limit)

    def erasures(self) -> list[Erasure]:  # noqa: D102
        with self._reachable():
            return sqlite_history.erasures(self._connection)

    def fill(  # noqa: D102
        self, facts: Iterable[ChangeSet], history: History, finish: Callable[[Snapshot], ChangeSet | None]
    ) -> None:
        with self._writing() as connection:
            sqlite_history.refuse_used(connection, self.url)
            writer = Writer(connection, 0)
            for changes in facts:
                check(changes)
                writer.write(changes)
            sqlite_history.take_over(connection, history)
            sqlite_changes.append(connection, self.version(), None)
            last = finish(read_snapshot(connection, self.version(), sqlite_changes.mark(connection)))
            if last is not None:
                check(last)
                self._apply(connection, last, last.content_digest())

    def moment(self) -> AbstractContextManager[object]:  # noqa: D102
        return self._reading()

    def compact(self) -> None:  # noqa: D102
        with self._writing() as connection:
            sqlite_history.drop_unused(connection)
        with self._reachable():
            sqlite_history.rewrite(self._connection)

    def pending(self) -> list[int]:  # noqa: D102
        with self._reachable():
            return sqlite_schema.pending(self._connection)

    def flaws(self) -> list[str]:  # noqa: D102
        with self._reachable():
            return sqlite_history.flaws(self._connection)

    def close(self) -> None:  # noqa: D102
        self._connection.close()

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(f"store {self.path}: {error}") from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Hold one moment of the store; inside another one it is that."""
        with self._reachable():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("COMMIT")

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
