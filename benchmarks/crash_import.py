"""Kill an import of several files with SIGKILL, again and again, and look at what is left.

Rules: every file reported ``stored:`` is there; no file is half there; the audit verifies and has a row for each
change; a snapshot from the change log is that of a whole reading; a rerun ends byte for byte like an undisturbed
import. Prints how many kills fell between the first and the last commit.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import os
import random
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from graph import gate
from graph.export import write_jsonl
from graph.policy import Purpose
from graph.store import open_store
from graph.testing.samples import difference
from graph.testing.soundness import history_flaw
from graph.viewer import OPERATOR
from ingest.importer import commit, plan

NETWORK_NUMBER = re.compile(r":[ceg]?n(\d+)-")
ROWS = 3_000
N_FOLDERS = 2
EVERY = 50


def main() -> None:
    """Run the kills and print what was found; exit 1 on the first broken rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(Path(name), rng)
        between = 0
        for kill in range(1, options.kills + 1):
            between += trial.kill_once()
            if kill % EVERY == 0:
                print(f"{kill} kills, {between} between the first and the last commit: nothing lost so far", flush=True)
    print(f"{options.kills} kills, {between} between the first and the last commit: 0 lost, 0 half, reruns equal")


class Trial:
    """The files, an undisturbed import of them, and one killed import after the other."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        self.folders = [write_network(folder / f"network{i}", i, rng) for i in range(N_FOLDERS)]
        self.files = [str(path) for f in self.folders for path in sorted(f.iterdir())]
        self.store = folder / "musubi.db"
        reported, times = self.start(None)
        self.before_first, self.span = times[0], times[-1] - times[0]
        self.whole, self.expected = self.contents(), self.export()
        if set(reported) != set(self.files):
            raise SystemExit(f"undisturbed import stored {reported}, expected {self.files}")

    def kill_once(self) -> bool:
        """Kill one import, check what is left, run it again and compare; say whether it was between commits."""
        reported, _ = self.start(self.rng.uniform(-0.1 * self.span, self.span))
        left = self.contents()
        for file in reported:
            if left.get(file) != self.whole[file]:
                raise SystemExit(f"lost: {file} was reported stored and is not whole: {left.get(file)}")
        for file, count in left.items():
            if count != self.whole[file]:
                raise SystemExit(f"half: {file} has {count} facts of {self.whole[file]}")
        self.rerun()
        if self.export() != self.expected:
            raise SystemExit("a rerun after the kill ends in another graph")
        return 0 < len(left) < len(self.files)

    def start(self, kill_after_first_s: float | None) -> tuple[list[str], list[float]]:
        """Import into a new store in a process of its own; kill it so long after its first commit.

        A negative time counts back from the usual moment of the first commit.
        """
        for path in self.folder.glob("musubi.db*"):
            path.unlink()
        with open_store(self.url, create=True) as store:
            store.migrate()
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli.main", "--store", self.url, "import", "--profile", "network", "--yes",
             *map(str, self.folders)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        early = kill_after_first_s is not None and kill_after_first_s < 0
        return watch(process, kill_after_first_s, self.before_first + (kill_after_first_s or 0) if early else None)

    def rerun(self) -> None:
        """Import everything again into what the kill left."""
        with open_store(self.url) as store:
            left = store.snapshot()
            planned = plan(self.folders, profile="network", snapshot=left, mappings=self.folder / "none")
            for file in planned.files:
                commit(file, store, "operator")
                left = store.refresh(left)
            if unlike := difference(left, store.snapshot()):
                raise SystemExit(f"the change log does not fit after the kill: {unlike}")

    @property
    def url(self) -> str:
        """Address of the store."""
        return f"sqlite:///{self.store}"

    def contents(self) -> dict[str, int]:
        """Count the facts of each source that are there."""
        with open_store(self.url) as store:
            s = store.snapshot()
            if found := history_flaw(store):
                raise SystemExit(found)
        counts: dict[str, int] = {}
        owners = ((s.nodes, np.arange(len(s.nodes))), (s.statements, s.statements.owner), (s.ties, s.ties.src))
        for table, nodes in owners:
            for code, node in zip(table.source.tolist(), nodes.tolist(), strict=True):
                network = NETWORK_NUMBER.search(str(s.nodes.ids[node]))
                if network:
                    file = str(self.folder / f"network{network[1]}" / s.sources[code])
                    counts[file] = counts.get(file, 0) + 1
        return counts

    def export(self) -> str:
        """Give the digest of the exported graph."""
        out = io.BytesIO()
        with open_store(self.url) as store:
            write_jsonl(gate.view(store.snapshot(), OPERATOR, Purpose.EXPORT), out)
        return hashlib.sha256(out.getvalue()).hexdigest()


def watch(
    process: subprocess.Popen[bytes], kill_after_first_s: float | None, kill_at_s: float | None
) -> tuple[list[str], list[float]]:
    """Read ``stored:`` lines as they come; kill the process when its time is up.

    Gives the files reported and the seconds from the start at which each was.
    """
    started = time.perf_counter()
    reported: list[str] = []
    times: list[float] = []
    pending = b""
    if process.stdout is None:
        raise SystemExit("the import has no output")
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = None if kill_at_s is None else max(0.0, kill_at_s - (time.perf_counter() - started))
            if not selector.select(left):
                process.send_signal(signal.SIGKILL)
                kill_at_s = kill_after_first_s = None
                continue
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                if line.startswith(b"stored: "):
                    reported.append(line.removeprefix(b"stored: ").decode())
                    times.append(time.perf_counter() - started)
            if times and kill_after_first_s is not None and kill_after_first_s >= 0:
                kill_at_s = times[0] + kill_after_first_s
    process.wait()
    return reported, times


def write_network(folder: Path, number: int, rng: random.Random) -> Path:
    """Write one network of five files; ids differ between networks."""
    folder.mkdir()
    ids = [f"n{number}-{i}" for i in range(ROWS // 3)]
    tables = {
        "nodes": [("id", "community"), *((i, f"cn{number}-{rng.randrange(20)}") for i in ids)],
        "edges": [("u", "v", "t"), *((*rng.sample(ids, 2), rng.randrange(10**9)) for _ in range(ROWS))],
        "groups": [("id", "group", "since"), *((i, f"gn{number}-{rng.randrange(40)}", "2024-01-05") for i in ids)],
        "events": [("event", "t", "id"), *((f"en{number}-{rng.randrange(90)}", "2025-02", i) for i in ids)],
        "texts": [("id", "text", "kind"), *((i, f"{i} が話したこと", "offer") for i in ids)],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)
    return folder


if __name__ == "__main__":
    main()
