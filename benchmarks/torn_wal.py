"""Cut or scramble the write-ahead log of a store at a random byte, again and again, and open what is left.

Rules: the store opens; what is there is a prefix of its history without gaps (graph, keys, audit and change log of
the same version); nothing is lost that was acknowledged before the first damaged byte. Damage of either kind is
what a loss of power can leave behind ("How SQLite Is Tested", section 3.3: unsynced data may be torn or scrambled).
Half of the stores write over the frames of an older round of the log.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import struct
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Field, Node, Provenance, Statement
from graph.snapshot import Snapshot
from graph.store import Store, open_store
from graph.testing.samples import difference
from graph.testing.soundness import file_flaw, flaw

N_CHANGES = 12
LOG_HEADER, FRAME_HEADER = 32, 24
PAGE_AT, LAST_FRAME_AT = 14, 16
"""Where the index of the log holds the size of a page and the number of its last frame ("WAL-mode File Format")."""


def main() -> None:
    """Damage copies of two stores; exit 1 on the first broken rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(run(options.cuts, options.seed))


def run(cuts: int, seed: int) -> str:
    """Damage the log that often; say what was found."""
    rng = random.Random(seed)
    lost = 0
    with tempfile.TemporaryDirectory() as name:
        trials = [Trial(Path(name) / str(used), rng, used=used) for used in (False, True)]
        for number in range(cuts):
            lost += trials[number % 2].damage_once(scramble=number % 4 > 1)
    found = "all opened, each a prefix without gaps, 0 acknowledged changes lost before the damage"
    return f"{cuts} torn logs, {lost} with changes lost after the damage: {found}"


@dataclass(frozen=True)
class Moment:
    """The store after a change was acknowledged, and how much of the log was written by then."""

    end: int
    snapshot: Snapshot


class Trial:
    """A store with its log as they were before a loss of power, and what was acknowledged when."""

    def __init__(self, folder: Path, rng: random.Random, *, used: bool) -> None:
        folder.mkdir()
        self.rng, self.before, self.after = rng, folder / "before.db", folder / "after.db"
        with open_store(f"sqlite:///{self.before}", create=True) as store:
            store.migrate()
            self._begin_log("TRUNCATE")
            if used:
                self._one_round(store)
            self.first = store.version()
            self.moments = [Moment(0, store.snapshot())]
            for number in range(N_CHANGES):
                store.apply(change(f"change {number}", rng))
                self.moments.append(Moment(self._log_end(), store.snapshot()))
            self.log = self._log_of(self.before).read_bytes()
            shutil.copy(self.before, folder / "kept.db")
        self.kept = folder / "kept.db"

    def damage_once(self, *, scramble: bool) -> bool:
        """Damage a copy at a random byte and look at it; say whether anything was lost after the damage."""
        at = self.rng.randrange(len(self.log) + 1)
        noise = self.rng.randbytes(self.rng.randrange(1, 10_000))[: len(self.log) - at]
        torn = self.log[:at] + (noise + self.log[at + len(noise) :] if scramble else b"")
        for path in self.after.parent.glob("after.db*"):
            path.unlink()
        shutil.copy(self.kept, self.after)
        self._log_of(self.after).write_bytes(torn)
        return self._look(at, f"{'scrambled' if scramble else 'cut'} at byte {at} of {len(self.log)}")

    def _look(self, at: int, what: str) -> bool:
        safe = max(i for i, moment in enumerate(self.moments) if moment.end <= at)
        with open_store(f"sqlite:///{self.after}") as store:
            there = store.version() - self.first
            if not safe <= there <= N_CHANGES:
                sys.exit(f"{what}: {there} changes are there, {safe} were acknowledged before the damage")
            moment = self.moments[there].snapshot
            if found := flaw(store, moment):
                sys.exit(f"{what}: {found}")
            if store.mark() != moment.mark:
                sys.exit(f"{what}: the change log is of another moment")
            store.apply(change("after the loss", self.rng))
            if unlike := difference(store.refresh(moment), store.snapshot()):
                sys.exit(f"{what}: the change log does not fit: {unlike}")
        if found := file_flaw(self.after):
            sys.exit(f"{what}: the file is corrupt: {found}")
        return there < N_CHANGES

    def _one_round(self, store: Store) -> None:
        """Fill the log and have it begun anew: frames of before stay behind those that come."""
        for number in range(3 * N_CHANGES):
            store.apply(change(f"earlier {number}", self.rng))
        self._begin_log("RESTART")

    def _begin_log(self, how: str) -> None:
        with closing(sqlite3.connect(self.before)) as connection:
            connection.execute(f"PRAGMA wal_checkpoint({how})").fetchall()

    def _log_end(self) -> int:
        """Give the number of bytes of the log that hold what was committed, as its index says."""
        index = self.before.with_name(f"{self.before.name}-shm").read_bytes()
        (page,) = struct.unpack_from("=H", index, PAGE_AT)
        (last,) = struct.unpack_from("=I", index, LAST_FRAME_AT)
        return LOG_HEADER + int(last) * (FRAME_HEADER + int(page))

    @staticmethod
    def _log_of(path: Path) -> Path:
        return path.with_name(f"{path.name}-wal")


def change(key: str, rng: random.Random) -> ChangeSet:
    """Make some people, statements and ties; now and then a tie goes."""
    changes = ChangeSet(key, "operator", "test")
    origin = Provenance("torn.csv", rng.randrange(100))
    ids = [f"person:{rng.randrange(60)}" for _ in range(8)]
    for identifier in ids:
        name = Field(f"見本 {rng.randrange(10**9)}", NETWORK_OPEN, origin)
        changes.nodes.append(Node(identifier, NETWORK_OPEN, origin, {"name": name}))
        changes.statements.append(
            Statement(identifier, StatementKind.NEED, f"{key} {identifier}", NETWORK_OPEN, origin)
        )
    for a, b in zip(ids[::2], ids[1::2], strict=True):
        changes.add_tie(TieKind.MET, a, b, NETWORK_OPEN, NETWORK_OPEN, origin, t=rng.random())
    changes.remove_tie(TieKind.MET, ids[0], ids[2])
    return changes


if __name__ == "__main__":
    main()
