"""The change log in the SQLite store; every function inside the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from graph.changes import ChangeSet
from graph.records import NodeId
from graph.store import change_log
from graph.store.change_log import VERSIONS_KEPT, Entry, new_mark

OWNERS = """
SELECT DISTINCT nodes.id FROM statements JOIN nodes ON nodes.no = statements.owner
WHERE statements.id IN (SELECT value FROM json_each(?))
"""
ENTRIES = "SELECT version, mark, nodes FROM change_log WHERE version >= ? ORDER BY version"


def touched(connection: sqlite3.Connection, changes: ChangeSet) -> frozenset[NodeId] | None:
    """Give the nodes that a change set is about to touch; asked before it is written."""
    removed = json.dumps(changes.removed_statements)
    owners = [owner for (owner,) in connection.execute(OWNERS, (removed,))] if changes.removed_statements else []
    return change_log.touched(changes, owners)


def append(connection: sqlite3.Connection, version: int, nodes: Collection[NodeId] | None) -> None:
    """Write the entry of a version; with None the log begins anew, and names nobody any more."""
    oldest = version if nodes is None else version - VERSIONS_KEPT
    listed = None if nodes is None else json.dumps(sorted(nodes), ensure_ascii=False)
    connection.execute("DELETE FROM change_log WHERE version <= ?", (oldest,))
    connection.execute("INSERT INTO change_log VALUES (?, ?, ?)", (version, new_mark(), listed))


def mark(connection: sqlite3.Connection) -> str:
    """Give the name of the present state."""
    (found,) = connection.execute("SELECT mark FROM change_log ORDER BY version DESC LIMIT 1").fetchone()
    return str(found)


def since(connection: sqlite3.Connection, version: int, known: str) -> Collection[NodeId] | None:
    """Give the nodes touched after a state, None when the log does not reach back to it."""
    rows = connection.execute(ENTRIES, (version,))
    entries = [Entry(v, m, None if nodes is None else frozenset(json.loads(nodes))) for v, m, nodes in rows]
    return change_log.since(entries, version, known)
