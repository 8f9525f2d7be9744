"""Back a large store up, restore it, and compare: seconds, size, memory, hashes (R13).

Each step runs in a process of its own, so that its largest memory is its own; that of a process which only imports
the same modules is taken off.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

STEP = """
import json, resource, sys, time
import graph.backup
from graph.store import open_store
from benchmarks.restore import STEPS
started, used = time.perf_counter(), time.process_time()
told = STEPS[sys.argv[1]](*sys.argv[2:])
seconds, cpu = time.perf_counter() - started, time.process_time() - used
mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": mib, "told": told}))
"""
PASSPHRASE = "a pass phrase of the benchmark"


def main() -> None:
    """Run all steps and print the table; exit 1 when a hash differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, again = (f"sqlite:///{folder / file}" for file in ("musubi.db", "again.db"))
        nothing = step("nothing")["mib"]
        step("make", url, str(options.people), str(options.ties))
        print(f"{options.people:,} people, {options.ties:,} ties\n")
        print("| step | seconds | processor seconds | MiB above the interpreter | file, MiB |\n|---|---|---|---|---|")
        for label, secret in (("", ""), (", encrypted", PASSPHRASE)):
            file = folder / f"backup{len(secret)}"
            saved = step("save", url, str(file), secret)
            show(f"backup{label}", saved, nothing, file)
            for path in folder.glob("again.db*"):
                path.unlink()
            restored = step("restore", again, str(file), secret)
            show(f"restore{label}", restored, nothing, folder / "again.db")
            if restored["told"] != saved["told"]:
                raise SystemExit("the restored graph is another one")
        hashes = [step("hash", address) for address in (url, again)]
        show("hash", hashes[0], nothing, folder / "musubi.db")
        if hashes[0]["told"] != hashes[1]["told"]:
            raise SystemExit("the export of the restored store is another one")
        print(f"\ngraph hash {hashes[0]['told']}, equal in both stores")


def step(name: str, *arguments: str) -> dict:
    """Run one step in a process of its own."""
    command = [sys.executable, "-c", STEP, name, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).resolve().parents[1])
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def show(label: str, done: dict, nothing: float, file: Path) -> None:
    """Print a row of the table."""
    size = file.stat().st_size / 2**20
    print(
        f"| {label} | {done['seconds']:.1f} | {done['cpu']:.1f} | {done['mib'] - nothing:.0f} | {size:.0f} |",
        flush=True,
    )


def make(url: str, n_people: str, n_ties: str) -> None:
    """Make a store with people, statements and ties."""
    import numpy as np

    from graph.changes import ChangeSet
    from graph.kinds import StatementKind, TieKind
    from graph.policy import NETWORK_OPEN
    from graph.records import CodedIds, Field, Node, Provenance, Statement, TieBatch
    from graph.store import open_store

    rng = np.random.default_rng(1)
    source = Provenance("members.csv", 2)
    ids = [f"person:{i}" for i in range(int(n_people))]
    changes = ChangeSet("people", "operator", "import", "people")
    changes.nodes = [
        Node(i, NETWORK_OPEN, source, {"name": Field(f"見本 {i}", NETWORK_OPEN, source)}) for i in ids
    ]  # fmt: skip
    changes.statements = [
        Statement(i, StatementKind.NEED, f"{i} の困りごと {rng.integers(9)}", NETWORK_OPEN, source) for i in ids[::2]
    ]
    src, dst = rng.integers(len(ids), size=(2, int(n_ties)))
    dst = np.where(src == dst, (dst + 1) % len(ids), dst)
    when = rng.integers(1_500_000_000, 1_790_000_000, len(src)).astype(float).tolist()
    ties = TieBatch(
        TieKind.MET, CodedIds(ids, src), CodedIds(ids, dst), NETWORK_OPEN, NETWORK_OPEN, "meetings.csv", t=when
    )
    changes.ties.append(ties)
    with open_store(url, create=True) as store:
        store.migrate()
        store.apply(changes)


def save(url: str, file: str, secret: str) -> str:
    """Write a backup and give the digest of its facts."""
    from graph.backup import save as write
    from graph.store import open_store

    with open_store(url) as store, Path(file).open("wb") as handle:
        return write(store, handle, secret or None).content


def restore(url: str, file: str, secret: str) -> str:
    """Restore a backup and give the digest of its facts."""
    from graph.backup import restore as read
    from graph.store import open_store

    with open_store(url, create=True) as store, Path(file).open("rb") as handle:
        store.migrate()
        return read(store, handle, secret or None, actor="operator").content


def graph_hash(url: str) -> str:
    """Give the hash of the operator's export."""
    from graph.backup import graph_hash as digest
    from graph.store import open_store

    with open_store(url) as store:
        return digest(store.snapshot())


def nothing() -> None:
    """Do nothing: what the interpreter and the modules take."""


STEPS: dict[str, Callable[..., object]] = {
    "nothing": nothing,
    "make": make,
    "save": save,
    "restore": restore,
    "hash": graph_hash,
}

if __name__ == "__main__":
    main()
