"""Import of 100,000 people and 1,000,000 ties beside plain upserts of the same rows, in one run.

The peer reads nothing and checks nothing: the rows stand ready in memory, and `executemany` upserts them
into two tables with a primary key each, in two transactions, with the same synchronous setting.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

Row = tuple[str, ...]


def main() -> None:
    """Print both times, their ratio and the peak memory of the import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    sizes = parser.parse_args()
    people, ties = make_rows(sizes.people, sizes.ties)
    ratios = []
    for run in range(1, sizes.runs + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_network(folder / "network", people, ties)
            cpu_before = cpu_s()
            ours = time_import(folder)
            cpu_between = cpu_s()
            raw = time_upserts(folder, people, ties)
            ours_cpu, raw_cpu = cpu_between - cpu_before, cpu_s() - cpu_between
        ratios.append(ours / raw)
        print(
            f"run {run}: import {ours:.1f} s, plain upserts {raw:.1f} s, ratio {ours / raw:.2f};"
            f" processor time {ours_cpu:.1f} s, {raw_cpu:.1f} s, ratio {ours_cpu / raw_cpu:.2f}",
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f}; peak memory of the import {peak:.0f} MiB")


def cpu_s() -> float:
    """Give the processor time of this process and the finished ones it started, in seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def make_rows(n_people: int, n_ties: int) -> tuple[list[Row], list[Row]]:
    """Make people and dated ties at random, the same every time."""
    rng = random.Random(7)
    people = [(f"p{i}", f"c{i % 200}", f"見本 {i}") for i in range(n_people)]
    ties = []
    for _ in range(n_ties):
        u, v = rng.sample(range(n_people), 2)
        ties.append((f"p{u}", f"p{v}", str(rng.randrange(1_500_000_000, 1_700_000_000))))
    return people, ties


def write_network(folder: Path, people: list[Row], ties: list[Row]) -> None:
    """Write both as the files of the profile ``network``."""
    folder.mkdir()
    for name, header, rows in (("nodes", ("id", "community", "name"), people), ("edges", ("u", "v", "t"), ties)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerow(header)
            csv.writer(handle).writerows(rows)


def time_import(folder: Path) -> float:
    """Time the whole command, start of Python included."""
    command = [sys.executable, "-m", "service.cli.main", "--store", f"sqlite:///{folder}/musubi.db"]
    subprocess.run([*command, "init"], check=True, capture_output=True)
    started = time.perf_counter()
    subprocess.run(
        [*command, "import", "--profile", "network", str(folder / "network"), "--yes"], check=True, capture_output=True
    )
    return time.perf_counter() - started


def time_upserts(folder: Path, people: list[Row], ties: list[Row]) -> float:
    """Time plain upserts of the same rows."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE people (id TEXT PRIMARY KEY, community TEXT, name TEXT)")
    connection.execute("CREATE TABLE ties (u TEXT, v TEXT, t REAL, n INTEGER, PRIMARY KEY (u, v, t))")
    started = time.perf_counter()
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO people VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name", people
    )
    connection.execute("COMMIT")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO ties VALUES (?, ?, ?, 1) ON CONFLICT (u, v, t) DO UPDATE SET n = n + 1", ties)
    connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
