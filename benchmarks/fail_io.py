"""Fail the first, second, third … write or sync of an import until it succeeds, and look at what is left.

Rules: the caller sees `StoreUnavailable`; the file is sound, every imported file is there whole or not at all, in
their order, with an audit that verifies and a change log that fits; trying again ends like an undisturbed import.
Once the one call fails, once that and all later ones, as on a full disk (SQLite's own method: "How SQLite Is
Tested", section 3.2).
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from graph.errors import StoreUnavailable
from graph.snapshot import Snapshot
from graph.store import Store, open_store
from graph.testing.failing_disk import FailingDisk, failing_disk
from graph.testing.samples import difference, three_people
from graph.verification import verify
from ingest.importer import commit, plan

NODES = "id,community,name\n" + "".join(f"p{i},c{i % 3},見本 {i}\n" for i in range(40))
EDGES = "u,v,t\n" + "".join(f"p{i},p{(i * 7 + 1) % 40},{1_700_000_000 + i}\n" for i in range(40))


def main() -> None:
    """Run both ways; exit 1 on the first broken rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="fail every STEP-th call only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(Path(name))
        for for_good in (False, True):
            n = trial.until_it_succeeds(options.step, for_good=for_good)
            how = "and all later calls" if for_good else "alone"
            print(f"{n} calls failed one after the other, each {how}: 0 corrupt, 0 half, retries equal")


class Trial:
    """An import of two files into a store that holds something already."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, folder / "musubi.db"
        network = folder / "network"
        network.mkdir()
        (network / "nodes.csv").write_text(NODES, encoding="utf-8")
        (network / "edges.csv").write_text(EDGES, encoding="utf-8")
        with open_store(f"sqlite:///{folder}/base.db", create=True) as store:
            store.migrate()
            store.apply(three_people())
            self.files = plan([network], profile="network", snapshot=store.snapshot(), mappings=folder / "none").files
        self.states = self._undisturbed()

    def until_it_succeeds(self, step: int, *, for_good: bool) -> int:
        """Fail one call after the other; give how many failed before the import succeeded undisturbed."""
        number = 1
        while self.attempt(number, for_good=for_good).failed:
            number += step
        return (number - 1) // step

    def attempt(self, fail_at: int, *, for_good: bool) -> FailingDisk:
        """Import while one call fails, look at what is left, and try again."""
        self._fresh()
        seen = 0
        with failing_disk(fail_at, for_good=for_good) as disk:
            try:
                with open_store(self.url) as store:
                    for file in self.files:
                        commit(file, store, "operator")
                        seen += 1
            except StoreUnavailable:
                if not disk.failed:
                    raise
        self._look(seen, f"call {fail_at} failed")
        return disk

    def _look(self, seen: int, what: str) -> None:
        with closing(sqlite3.connect(self.store)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                sys.exit(f"{what}: the file is corrupt")
        with open_store(self.url) as store:
            there = store.version() - 1
            if not seen <= there <= len(self.files):
                sys.exit(f"{what}: {seen} files were acknowledged, {there} are there")
            check(store, self.states[there], what)
            earlier = store.snapshot()
            for file in self.files:
                commit(file, store, "operator")
            check(store, self.states[-1], f"{what}, tried again")
            if difference(store.refresh(earlier), self.states[-1]):
                sys.exit(f"{what}: the change log does not fit")

    def _undisturbed(self) -> list[Snapshot]:
        """Give the graph before and after each file."""
        self._fresh()
        with open_store(self.url) as store:
            states = [store.snapshot()]
            for file in self.files:
                commit(file, store, "operator")
                states.append(store.snapshot())
        return states

    def _fresh(self) -> None:
        for path in self.folder.glob("musubi.db*"):
            path.unlink()
        shutil.copy(self.folder / "base.db", self.store)

    @property
    def url(self) -> str:
        """Address of the store."""
        return f"sqlite:///{self.store}"


def check(store: Store, expected: Snapshot, what: str) -> None:
    """Exit where the graph is another one, or the audit does not verify or does not fit the graph."""
    if unlike := difference(store.snapshot(), expected):
        sys.exit(f"{what}: {unlike}")
    verdict = verify(store.audit(), store.head())
    if verdict.bad is not None or len(verdict.keys) != store.version():
        sys.exit(f"{what}: audit row {verdict.bad} ({verdict.why}), {len(verdict.keys)} of {store.version()} changes")


if __name__ == "__main__":
    main()
