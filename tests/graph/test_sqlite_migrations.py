"""Migrations of the SQLite store: from earlier forms, cut off anywhere, never another content (R14)."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from graph.audit import Head, chain
from graph.erasure import erase
from graph.errors import StoreUnavailable
from graph.store import open_store
from graph.store.sqlite_schema import MIGRATIONS, checksum
from graph.testing import three_people
from graph.testing.samples import SPACE, A, B, C, changed, person
from graph.verification import verify

ROOT = Path(__file__).resolve().parents[2]
POLICY = '{"as_reason": true, "audience": "network", "matching": "open"}'
AT = "2026-04-01T00:00:00.000+00:00"

# A store as the first migration made it: three people, a space, a statement, two ties, two rows of audit.
FIRST = f"""
INSERT INTO policies VALUES (1, '{POLICY}');
INSERT INTO sources VALUES (1, 'contract.csv', 'record');
INSERT INTO nodes VALUES (1, '{A}', 1, 1, 2, 1), (2, '{B}', 1, 1, 2, 1), (3, '{C}', 1, 1, 2, 1),
    (4, '{SPACE}', 1, 1, 2, 1);
INSERT INTO fields VALUES (1, 'name', '見本 あおば', 1, 1, 2, 1), (2, 'name', '架空 しずく', 1, 1, 2, 1);
INSERT INTO statements VALUES ('statement:1', 2, 'need', '決算が分からない', 5.0, NULL, 1, 1, 2, 1);
INSERT INTO terms VALUES (1, 1, 1, 1);
INSERT INTO ties VALUES ('MET', 1, 2, 10.0, NULL, NULL, 1, NULL, 1, 2, 1),
    ('MEMBER_OF', 1, 4, -9e999, 1.0, 9.0, 1, NULL, 1, 2, 1);
INSERT INTO applied VALUES ('k1', 'digest', 1)
"""

DIE_AT = """
import os, sqlite3, sys
from graph.store import sqlite_schema
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
left = int(sys.argv[2])
def count(statement):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)
connection.set_trace_callback(count)
sqlite_schema.migrate(connection)
print(left)
"""


def first_form(path: Path) -> None:
    """Make a store of the first form, filled."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, at TEXT NOT NULL)")
        db.executescript(MIGRATIONS[0])
        db.execute("INSERT INTO migrations VALUES (1, ?, ?)", (checksum(MIGRATIONS[0]), AT))
        db.executescript(FIRST)
        previous = ""
        for seq, (action, key, detail) in enumerate(
            [("import", "k1", {"sources": ["contract.csv"]}), ("recommend", "", {"person": B})], start=1
        ):
            row = (seq, AT, "operator", action, key, json.dumps(detail), previous)
            previous = chain(*row)
            db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, previous))
    db.close()


def test_store_of_the_first_form_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first_form(path)
    url = f"sqlite:///{path}"
    with pytest.raises(StoreUnavailable, match="musubi init"):
        open_store(url)
    with open_store(url, create=True) as store:
        assert store.pending() == list(range(2, len(MIGRATIONS) + 1))
        assert store.migrate() == len(MIGRATIONS) - 1
        assert (store.migrate(), store.pending()) == (0, [])
        s, rows = store.snapshot(), store.audit()
        assert (s.nodes.ids.tolist(), len(s.statements), len(s.ties), s.version) == ([A, B, C, SPACE], 1, 2, 1)
        assert store.head() == Head(2, rows[-1].hash)
        assert verify(rows, store.head()).bad is None
        store.apply(changed("k2", person(C)))
        erase(store, [B], "operator")
        assert [row.actor for row in store.audit()] == ["operator", "erased", "operator", "operator"]
        assert verify(store.audit_rows(), store.head()).bad is None
        assert store.applied("k1")


def test_killed_at_every_statement(tmp_path: Path) -> None:
    """A migration that was cut off leaves what was before it, and is begun again."""
    expected: str | None = None
    for step in range(200):
        path = tmp_path / f"{step}.db"
        first_form(path)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", DIE_AT, str(path), str(step)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
        killed = done.returncode != 0
        with open_store(f"sqlite:///{path}", create=True) as store:
            ran = len(MIGRATIONS) - len(store.pending())
            assert (killed and ran >= 1) or ran == len(MIGRATIONS), done.stderr
            store.migrate()
            shown = repr(
                (store.audit(), store.keys(), store.head(), store.snapshot().nodes.ids.tolist(), store.flaws())
            )
        with sqlite3.connect(path) as db:
            shown += repr(db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall())
        db.close()
        expected = expected or shown
        assert shown == expected
        if not killed:
            break
    else:
        pytest.fail("never came to an end")
    assert step > 10


def test_changed_migration_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/musubi.db"
    with open_store(url, create=True) as store:
        store.migrate()
        store.apply(three_people())
    with sqlite3.connect(tmp_path / "musubi.db") as db:
        db.execute("UPDATE migrations SET checksum = 'x' WHERE number = 2")
    db.close()
    with pytest.raises(StoreUnavailable):
        open_store(url)
    with open_store(url, create=True) as store, pytest.raises(StoreUnavailable, match="migration 2"):
        store.migrate()
