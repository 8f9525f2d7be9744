"""Damaged files of every source, imported one after the other: none crashes, none is stored in part (R10)."""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

from graph.store import open_store
from graph.store.base import Store
from ingest.agreements import agreement
from tests.ingest.mutations import seeds_of_files, tried

FILES_A_STORE = 50
TOLD_EVERY = 500
SPACES = ("かぜのま", "なぎさ", "こもれび", "Kazenoma")


def main() -> None:
    """Try ``--files`` seeds from ``--first`` on, and tell the seeds that failed, each with its trace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--first", type=int, default=1_000_000)
    given = parser.parse_args()
    files = seeds_of_files()
    begin, taken, failed, slowest = time.perf_counter(), 0, [], (0.0, 0)
    for start in range(given.first, given.first + given.files, FILES_A_STORE):
        with tempfile.TemporaryDirectory() as name, open_store("memory://", create=True) as store:
            agree(store)
            for seed in range(start, min(start + FILES_A_STORE, given.first + given.files)):
                at = time.perf_counter()
                try:
                    taken += tried(seed, files, Path(name), store)
                except Exception:
                    failed.append(seed)
                    print(f"seed {seed}:", traceback.format_exc(), flush=True)
                slowest = max(slowest, (time.perf_counter() - at, seed))
                if (seed - given.first + 1) % TOLD_EVERY == 0:
                    print(f"{seed - given.first + 1:,} files, {taken:,} taken, {len(failed)} failed", flush=True)
    memory = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        f"{given.files:,} files of {len(files)} sources, seeds from {given.first} on: {taken:,}"
        f" taken, {len(failed)} failed {failed}; {time.perf_counter() - begin:.0f} s, the slowest {slowest[0]:.1f} s"
        f" (seed {slowest[1]}); peak memory {memory[0]:.0f} MiB, of a reading process {memory[1]:.0f} MiB"
    )
    sys.exit(bool(failed))


def agree(store: Store) -> None:
    """Make the store ready to take members of some spaces."""
    store.migrate()
    for space in SPACES:
        day = dt.date(2020, 1, 1)
        store.apply(agreement(space, "見本運営", day, None, ["氏名"], snapshot=store.snapshot()))


if __name__ == "__main__":
    main()
