"""What the SQLite store keeps beside the graph: audit, its head, applied keys, the ledger of erasures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from graph.audit import (
    AppliedKey,
    AuditRow,
    Erasure,
    Forgetting,
    Head,
    History,
    audit_row,
    sealed_key,
)
from graph.errors import Conflict, Refused, StoreUnavailable
from graph.ledger import late_row

AT_ONCE = 10_000
EVERYTHING = -1
AUDIT_PAGE = """
SELECT seq, at, actor, action, key, detail, previous, hash, seal FROM audit WHERE seq > ? ORDER BY seq LIMIT ?
"""
KEEP_HEAD = (
    "INSERT INTO heads VALUES ('audit', ?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
KEEP_ROW = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
KEEP_ERASURE = "INSERT INTO erasures (salt, digest, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
UNUSED = (
    "DELETE FROM terms WHERE id NOT IN (SELECT terms FROM ties)",
    """DELETE FROM policies WHERE id NOT IN (
        SELECT policy FROM nodes UNION SELECT policy FROM fields UNION SELECT policy FROM statements
        UNION SELECT policy_src FROM terms UNION SELECT policy_dst FROM terms)""",
    """DELETE FROM sources WHERE id NOT IN (
        SELECT source FROM nodes UNION SELECT source FROM fields UNION SELECT source FROM statements
        UNION SELECT source FROM terms)""",
)


def append(connection: sqlite3.Connection, actor: str, action: str, key: str, detail: Mapping[str, object]) -> None:
    """Write the next audit row and the new head; the caller holds the transaction.

    It follows the head, not the last row that is there: what was cut off stays missed.
    """
    before = head(connection)
    (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM audit").fetchone()
    row = audit_row(max(before.seq, last) + 1, before.hash, actor, action, key, detail)
    row = row if key else late_row(row, erasures(connection))
    connection.execute(KEEP_ROW, _values(row))
    connection.execute(KEEP_HEAD, (row.seq, row.hash))


def head(connection: sqlite3.Connection) -> Head:
    """Give the head that was written with the newest row."""
    found = connection.execute("SELECT seq, hash FROM heads WHERE name = 'audit'").fetchone()
    return Head(*found) if found else Head()


def audit(connection: sqlite3.Connection, after: int, limit: int | None) -> list[AuditRow]:
    """Give audit rows, oldest first."""
    rows = connection.execute(AUDIT_PAGE, (after, EVERYTHING if limit is None else limit))
    return [AuditRow(*row) for row in rows]


def digest_of(connection: sqlite3.Connection, key: str) -> str | None:
    """Give the digest of the content that was applied under a key, None where there was none."""
    found = connection.execute("SELECT digest FROM applied WHERE key IN (?, ?)", (key, sealed_key(key))).fetchone()
    return None if found is None else str(found[0])


def keys(connection: sqlite3.Connection, after: int, limit: int | None) -> list[AppliedKey]:
    """Give the applied keys by version."""
    rows = connection.execute(
        "SELECT key, digest, seq FROM applied WHERE seq > ? ORDER BY seq LIMIT ?",
        (after, EVERYTHING if limit is None else limit),
    )
    return [AppliedKey(*row) for row in rows]


def erasures(connection: sqlite3.Connection) -> list[Erasure]:
    """Give the ledger of erasures."""
    return [
        Erasure(*row) for row in connection.execute("SELECT salt, digest, at FROM erasures ORDER BY at, salt, digest")
    ]


def forget(connection: sqlite3.Connection, forgetting: Forgetting) -> None:
    """Change the ledger, take words out of audit rows and rename sources; the caller holds the transaction.

    Raises
    ------
    graph.errors.Conflict
        If one of the rows is not there.
    """
    connection.executemany(KEEP_ERASURE, [(e.salt, e.digest, e.at) for e in forgetting.entries])
    connection.executemany("DELETE FROM erasures WHERE digest = ?", [(digest,) for digest in forgetting.lifted])
    if forgetting.sources:
        drop_unused(connection)  # a source that no fact has may still stand here under the new name
        new_names = [(new, old) for old, new in forgetting.sources]
        connection.executemany("UPDATE sources SET name = ? WHERE name = ?", new_names)
    for row in forgetting.rows:
        known = connection.execute("SELECT key FROM audit WHERE seq = ? AND hash = ?", (row.seq, row.hash)).fetchone()
        if known is None:
            raise Conflict(f"audit row {row.seq} is not the one that words were to be taken from")
        connection.execute(
            "UPDATE audit SET actor = ?, key = ?, detail = ?, seal = ? WHERE seq = ?",
            (row.actor, row.key, row.detail, row.seal, row.seq),
        )
        if known[0] != row.key:
            connection.execute("UPDATE applied SET key = ? WHERE key = ?", (row.key, known[0]))


def refuse_used(connection: sqlite3.Connection, url: str) -> None:
    """Refuse to take over another store where something was written before.

    Raises
    ------
    graph.errors.Refused
        If a change set was applied here.
    """
    if connection.execute("SELECT 1 FROM applied LIMIT 1").fetchone():
        raise Refused(f"the store {url} is not empty: take a new one")


def take_over(connection: sqlite3.Connection, history: History) -> None:
    """Write the history of another store; the caller holds the transaction."""
    for part in _slabs((k.key, k.digest, k.seq) for k in history.keys):
        connection.executemany("INSERT INTO applied (key, digest, seq) VALUES (?, ?, ?)", part)
    connection.execute("DELETE FROM audit")
    connection.execute("DELETE FROM heads WHERE name = 'audit'")
    for part in _slabs(map(_values, history.audit)):
        connection.executemany(KEEP_ROW, part)
        connection.execute(KEEP_HEAD, (part[-1][0], part[-1][7]))
    connection.executemany(KEEP_ERASURE, [(e.salt, e.digest, e.at) for e in history.erasures])


def drop_unused(connection: sqlite3.Connection) -> None:
    """Drop rules and sources that no fact uses, which may name who is gone; the caller holds the transaction."""
    for statement in UNUSED:
        connection.execute(statement)


def rewrite(connection: sqlite3.Connection) -> None:
    """Write the file anew and empty the log.

    Raises
    ------
    graph.errors.StoreUnavailable
        If somebody else goes on reading or writing for too long.
    """
    connection.execute("VACUUM")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreUnavailable("somebody reads the store just now, so its log still holds old pages: try again")


def flaws(connection: sqlite3.Connection) -> list[str]:
    """Give what SQLite finds damaged in the file, and facts that point nowhere."""
    found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check") if line != "ok"]
    lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    return found + sorted({f"{table} points to {parent} that are not there" for table, _, parent, _ in lost})


def _values(row: AuditRow) -> tuple[int | str, ...]:
    return row.seq, row.at, row.actor, row.action, row.key, row.detail, row.previous, row.hash, row.seal


def _slabs(rows: Iterable[tuple[int | str, ...]]) -> Iterator[list[tuple[int | str, ...]]]:
    left = iter(rows)
    while part := list(islice(left, AT_ONCE)):
        yield part
