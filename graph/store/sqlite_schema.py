"""Numbered migrations of the SQLite store, each with a checksum."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3

from graph.errors import StoreUnavailable

# `terms` gathers what the ties of one import have in common: both policies and the source.
# Undated ties hold -Infinity in `t`, because a primary key of a table without rowid takes no NULL.
UNDATED = float("-inf")

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE policies (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, said TEXT NOT NULL, UNIQUE (name, said));
    CREATE TABLE nodes (
        no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        policy INTEGER NOT NULL REFERENCES policies, source INTEGER NOT NULL REFERENCES sources,
        row INTEGER, seq INTEGER NOT NULL);
    CREATE TABLE fields (
        node INTEGER NOT NULL REFERENCES nodes, name TEXT NOT NULL, value TEXT NOT NULL,
        policy INTEGER NOT NULL REFERENCES policies, source INTEGER NOT NULL REFERENCES sources,
        row INTEGER, seq INTEGER NOT NULL,
        PRIMARY KEY (node, name)) WITHOUT ROWID;
    CREATE TABLE statements (
        id TEXT NOT NULL PRIMARY KEY, owner INTEGER NOT NULL REFERENCES nodes, kind TEXT NOT NULL,
        text TEXT NOT NULL, t REAL, details TEXT,
        policy INTEGER NOT NULL REFERENCES policies, source INTEGER NOT NULL REFERENCES sources,
        row INTEGER, seq INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX statements_owner ON statements (owner);
    CREATE TABLE terms (
        id INTEGER PRIMARY KEY,
        policy_src INTEGER NOT NULL REFERENCES policies, policy_dst INTEGER NOT NULL REFERENCES policies,
        source INTEGER NOT NULL REFERENCES sources, UNIQUE (policy_src, policy_dst, source));
    CREATE TABLE ties (
        kind TEXT NOT NULL, src INTEGER NOT NULL REFERENCES nodes, dst INTEGER NOT NULL REFERENCES nodes,
        t REAL NOT NULL, since REAL, until REAL, n INTEGER NOT NULL, details TEXT,
        terms INTEGER NOT NULL REFERENCES terms, row INTEGER, seq INTEGER NOT NULL,
        PRIMARY KEY (kind, src, dst, t)) WITHOUT ROWID;
    CREATE TABLE applied (key TEXT PRIMARY KEY, digest TEXT NOT NULL, seq INTEGER NOT NULL UNIQUE)
        WITHOUT ROWID;
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
        key TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL);
    """,
    """
    ALTER TABLE audit ADD COLUMN seal TEXT NOT NULL DEFAULT '';
    CREATE TABLE heads (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO heads SELECT 'audit', seq, hash FROM audit ORDER BY seq DESC LIMIT 1;
    CREATE TABLE erasures (
        salt TEXT NOT NULL, digest TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (salt, digest)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE change_log (version INTEGER PRIMARY KEY, mark TEXT NOT NULL, nodes TEXT);
    INSERT INTO change_log SELECT coalesce(max(seq), 0), lower(hex(randomblob(12))), NULL FROM applied;
    """,
)


def checksum(script: str) -> str:
    """Give the checksum of a migration, blind to layout."""
    return hashlib.sha256(" ".join(script.split()).encode()).hexdigest()


def migrate(connection: sqlite3.Connection) -> int:
    """Run the migrations that have not run yet, each in one transaction; idempotent."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, at TEXT NOT NULL)"
    )
    return sum(_run(connection, number, script) for number, script in enumerate(MIGRATIONS, start=1))


def _run(connection: sqlite3.Connection, number: int, script: str) -> int:
    connection.execute("BEGIN IMMEDIATE")
    try:
        known = connection.execute("SELECT checksum FROM migrations WHERE number = ?", (number,)).fetchone()
        if known is None:
            for statement in script.split(";"):
                connection.execute(statement)
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", (number, checksum(script), now))
        elif known[0] != checksum(script):
            raise StoreUnavailable(
                f"migration {number} of this store has checksum {known[0][:12]}, this version of musubi expects"
                f" {checksum(script)[:12]}: open it with the version that made it"
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return 1 if known is None else 0


def pending(connection: sqlite3.Connection) -> list[int]:
    """Give the numbers of the migrations that have not run."""
    has = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone()
    known = {number for (number,) in connection.execute("SELECT number FROM migrations")} if has else set()
    return [number for number in range(1, len(MIGRATIONS) + 1) if number not in known]


def is_current(connection: sqlite3.Connection) -> bool:
    """Say whether every migration has run with the checksum of this version."""
    has = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone()
    if not has:
        return False
    rows = dict(connection.execute("SELECT number, checksum FROM migrations"))
    return rows == {number: checksum(script) for number, script in enumerate(MIGRATIONS, start=1)}
