"""Whether a store that was disturbed holds exactly one moment of its history, with all that belongs to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from graph.snapshot import Snapshot
from graph.store.base import Store
from graph.testing.samples import difference
from graph.verification import verify


def flaw(store: Store, expected: Snapshot) -> str:
    """Give in what a store is not that of a moment: graph, audit, keys; empty where nothing is wrong.

    Parameters
    ----------
    store : Store
        As it was left.
    expected : Snapshot
        The graph at that moment.
    """
    return difference(store.snapshot(), expected) or history_flaw(store)


def history_flaw(store: Store) -> str:
    """Give in what audit, keys and version of a store do not fit together; empty where they do."""
    verdict = verify(store.audit_rows(), store.head())
    if verdict.bad is not None:
        return f"audit row {verdict.bad} ({verdict.why})"
    applied = store.keys()
    keys = {known.key for known in applied}
    if verdict.keys.keys() != keys or len(keys) != store.version():
        return f"{len(verdict.keys)} changes in the audit, {len(keys)} keys, version {store.version()}"
    return ""


def file_flaw(path: Path) -> str:
    """Give what SQLite finds damaged in a file, asked by a connection of its own; empty where nothing is."""
    with closing(sqlite3.connect(path)) as connection:
        found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check")]
        lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    return "; ".join([*(line for line in found if line != "ok"), *(f"{row} points nowhere" for row in lost)])
