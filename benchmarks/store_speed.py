"""A SQLite store beside plain SQLite: bulk load, whole reading, and a reading after one change.

Loading is compared with `executemany` upserts of the same people, names, statements and ties into four tables with the
same columns and the ids that were given as keys, in one transaction with the same synchronous setting; the
store also checks, numbers, counts and audits. Whole reading is compared with `fetchall` of the same columns of
the same tables into Python tuples; the snapshot is arrays in the order of ids. Both take turns, so that a
machine that slows down slows both. Ratios are medians of pairs, of processor seconds and of the clock.
"""

from __future__ import annotations

import argparse
import gc
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import CodedIds, Field, Node, Provenance, Statement, TieBatch
from graph.store import open_store

PLAIN = """
CREATE TABLE people (id TEXT PRIMARY KEY, policy INTEGER, source INTEGER, row INTEGER) WITHOUT ROWID;
CREATE TABLE fields (id TEXT, name TEXT, value TEXT, policy INTEGER, source INTEGER, row INTEGER,
    PRIMARY KEY (id, name)) WITHOUT ROWID;
CREATE TABLE statements (id TEXT PRIMARY KEY, owner TEXT, kind TEXT, text TEXT, t REAL, details TEXT,
    policy INTEGER, source INTEGER, row INTEGER) WITHOUT ROWID;
CREATE TABLE ties (kind TEXT, src TEXT, dst TEXT, t REAL, until REAL, n INTEGER, details TEXT,
    policy_src INTEGER, policy_dst INTEGER, source INTEGER, row INTEGER, PRIMARY KEY (kind, src, dst, t)) WITHOUT ROWID
"""
PERSON = "INSERT INTO people VALUES (?, 1, 1, ?) ON CONFLICT DO UPDATE SET policy = excluded.policy, row = excluded.row"
FIELD = "INSERT INTO fields VALUES (?, 'name', ?, 1, 1, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
STATEMENT = """INSERT INTO statements VALUES (?, ?, 'offer', ?, NULL, NULL, 1, 1, ?)
ON CONFLICT DO UPDATE SET row = excluded.row"""
TIE = """INSERT INTO ties VALUES ('MET', ?, ?, ?, NULL, 1, NULL, 1, 1, 1, ?)
ON CONFLICT DO UPDATE SET n = excluded.n, row = excluded.row"""
READ = (
    "SELECT id, policy, source, row FROM nodes ORDER BY id",
    "SELECT node, name, value, policy, source, row FROM fields ORDER BY node, name",
    "SELECT id, owner, kind, text, t, details, policy, source, row FROM statements ORDER BY id",
    """SELECT kind, src, dst, t, until, n, details, policy_src, policy_dst, source, row
    FROM ties JOIN terms ON terms.id = ties.terms""",
)


def main() -> None:
    """Print a table of processor and clock seconds, ratios, and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument("--statements", type=int, default=0, help="a person")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peak", choices=["load", "snapshot", "fetch"], help=argparse.SUPPRESS)
    parser.add_argument("--store", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak == "load":
        load(options.store, people_and_ties(options.people, options.ties, options.statements))
    elif options.peak == "snapshot":
        snapshot(options.store)
    elif options.peak == "fetch":
        fetch(options.store)
    else:
        compare(options)
        return
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024)


def compare(options: argparse.Namespace) -> None:
    """Measure everything in turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = loaded(options, folder)
        report("whole reading", options.runs, lambda: snapshot(path), lambda: fetch(path))
        refreshes(path, options.runs)
        for what in ("load", "snapshot", "fetch"):
            print(f"peak memory, {what}: {peak(what, options, str(folder / 'peak.db'))} MiB")


def loaded(options: argparse.Namespace, folder: Path) -> str:
    """Compare loading; give the path of a store that was made."""
    changes = people_and_ties(options.people, options.ties, options.statements)
    rows = plain_rows(changes)
    stores, plain = (iter([folder / f"{kind}{i}.db" for i in range(options.runs)]) for kind in ("store", "plain"))
    report("bulk load", options.runs, lambda: load(str(next(stores)), changes), lambda: upsert(str(next(plain)), *rows))
    return str(folder / "store0.db")


def report(name: str, runs: int, ours: Callable[[], object], plain: Callable[[], object]) -> None:
    """Print the seconds of both and the median ratio."""
    pairs = [(spent(ours), spent(plain)) for _ in range(runs)]
    for (our_cpu, our_s), (cpu, s) in pairs:
        print(f"{name}: processor {our_cpu:.2f} s, plain {cpu:.2f} s; clock {our_s:.2f} s, plain {s:.2f} s", flush=True)
    cpu_ratio, ratio = (statistics.median(a[i] / b[i] for a, b in pairs) for i in (0, 1))
    print(f"{name}: median ratio {cpu_ratio:.2f} of processor time, {ratio:.2f} of the clock", flush=True)


def spent(act: Callable[[], object]) -> tuple[float, float]:
    """Give processor and clock seconds of an act."""
    gc.collect()
    cpu, clock = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - cpu, time.perf_counter() - clock


def people_and_ties(n_people: int, n_ties: int, n_statements: int) -> ChangeSet:
    """Make named people, dated meetings between them, and statements, the same every time."""
    rng = np.random.default_rng(7)
    changes = ChangeSet("benchmark", "operator", "import", digest="benchmark")
    ids = [f"person:p{i}" for i in range(n_people)]
    for i, identifier in enumerate(ids):
        origin = Provenance("nodes.csv", i + 2)
        name = Field(f"見本 {i}", NETWORK_OPEN, origin)
        changes.nodes.append(Node(identifier, NETWORK_OPEN, origin, {"name": name}))
        changes.statements += [
            Statement(identifier, StatementKind.OFFER, f"{i} さんが手伝えること その {k}", NETWORK_OPEN, origin)
            for k in range(n_statements)
        ]
    src = rng.integers(n_people, size=n_ties)
    dst = (src + rng.integers(1, n_people, size=n_ties)) % n_people
    t = rng.integers(1_500_000_000, 1_700_000_000, size=n_ties).astype(float).tolist()
    ends = CodedIds(ids, src), CodedIds(ids, dst)
    rows = range(2, n_ties + 2)
    changes.ties.append(TieBatch(TieKind.MET, *ends, NETWORK_OPEN, NETWORK_OPEN, "edges.csv", t=t, rows=rows))
    return changes


def plain_rows(changes: ChangeSet) -> tuple[list[tuple[object, ...]], ...]:
    """Give the same as tuples, ready to be written."""
    people = [(n.id, n.provenance.row) for n in changes.nodes]
    fields = [(n.id, n.fields["name"].value, n.provenance.row) for n in changes.nodes]
    (batch,) = changes.ties
    ties: Iterator[tuple[object, ...]] = zip(batch.src, batch.dst, batch.t or (), batch.rows or (), strict=True)
    statements = [(s.id, s.owner, s.text, s.provenance.row) for s in changes.statements]
    return people, fields, statements, list(ties)


def load(path: str, changes: ChangeSet) -> None:
    """Make a store and apply the change set."""
    with open_store(f"sqlite:///{path}", create=True) as store:
        store.migrate()
        store.apply(changes)


def upsert(path: str, *rows: list[tuple[object, ...]]) -> None:
    """Write the tuples into plain tables."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {PLAIN}")
        connection.execute("BEGIN")
        for statement, given in zip((PERSON, FIELD, STATEMENT, TIE), rows, strict=True):
            connection.executemany(statement, given)
        connection.execute("COMMIT")


def snapshot(path: str) -> None:
    """Read a store as arrays."""
    with open_store(f"sqlite:///{path}") as store:
        store.snapshot()


def fetch(path: str) -> None:
    """Read the same tables as tuples."""
    with closing(sqlite3.connect(path)) as connection:
        kept = [connection.execute(query).fetchall() for query in READ]
    del kept


def refreshes(path: str, runs: int) -> None:
    """Change one name at a time and take the snapshot of after it."""
    with open_store(f"sqlite:///{path}") as store:
        kept = store.snapshot()
        times = []
        for i in range(5 * runs):
            origin = Provenance("form")
            name = Field(f"架空 {i}", NETWORK_OPEN, origin)
            changes = ChangeSet(
                f"edit {i}", "operator", "edit", nodes=[Node("person:p7", NETWORK_OPEN, origin, {"name": name})]
            )
            changes.statements.append(Statement("person:p7", StatementKind.NEED, f"相談 {i}", NETWORK_OPEN, origin))
            store.apply(changes)
            started = time.perf_counter()
            kept = store.refresh(kept)
            times.append(time.perf_counter() - started)
    print(f"reading after one change: median {statistics.median(times):.3f} s, largest {max(times):.3f} s")


def peak(what: str, options: argparse.Namespace, path: str) -> int:
    """Give the peak memory of a process that does one thing, in MiB."""
    sizes = [f"--{name}={getattr(options, name)}" for name in ("people", "ties", "statements")]
    command = [sys.executable, __file__, f"--peak={what}", f"--store={path}", *sizes]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
