"""Recommendation quality on networks, by the fixed protocol, as the page docs/quality.md.

Each network is measured by ``musubi evaluate links``: the training part is imported like any other file and the
lists are those of ``musubi recommend``. Networks beside the repository are read from MUSUBI_DATA.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recommend.evaluation.datasets import write_dataset

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("sp_invs13", "sp_invs15")
BESIDE = ("sp_sfhh", "apache_projects", "acl_anthology")
OURS = "musubi"
REGIMES = ("cross", "far", "all", "open")
HEADER = """# How well it finds

Ties that really formed, held out in time: everything before the cut is imported like any other file, the lists
are those of `musubi recommend --ranking individual`, and a hit is a tie that formed after the cut. Recall in the
first ten, mean over people, with 95 % bootstrap intervals; the best baseline of each line is named. *cross* and
*far* are the lists `--scope across` and `--scope far`; *all* and *open* are the unrestricted list, judged by every
new tie and by those across communities. The protocol is in `recommend.evaluation.protocol`; offline ties formed
without any introduction, so recall under-rates bridges that nobody would have built.

Made by `python benchmarks/quality.py` (networks beside the repository from the folder in `MUSUBI_DATA`).

| network | regime | people | musubi | best baseline | |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*SHIPPED, *BESIDE])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "quality.md")
    options = parser.parse_args()
    rows = []
    for name in options.names:
        rows += list(lines(name, measured(name)))
        options.out.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")


def measured(name: str) -> dict[str, Any]:
    """Run the command on one network and give its document."""
    with tempfile.TemporaryDirectory() as folder:
        network = ROOT / "tests" / "fixtures" / "networks" / name
        if name not in SHIPPED:
            network = Path(folder) / name
            write_dataset(name, Path(os.environ["MUSUBI_DATA"]) / name, network)
        command = [sys.executable, "-m", "service.cli.main", "evaluate", "links", str(network), "--json"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def lines(name: str, document: dict[str, Any]) -> Iterator[str]:
    """Give one line a regime: ours beside the best baseline."""
    for regime in REGIMES:
        results = [r for r in document["results"] if r["regime"] == regime]
        if not results:
            continue
        mine = next(r for r in results if r["method"] == OURS)
        best = max((r for r in results if r["method"] != OURS), key=lambda r: r["recall"]["value"])
        people = mine["n_people"]
        yield f"| {name} | {regime} | {people} | {_recall(mine)} | {_recall(best)} | {best['method']} |"


def _recall(result: dict[str, Any]) -> str:
    recall = result["recall"]
    return f"{recall['value']:.3f} ({recall['low']:.3f}-{recall['high']:.3f})"


if __name__ == "__main__":
    main()
