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

"""
RECALL_HEAD = (
    "| network | regime | people | musubi | best baseline | | common nb. | Adamic-Adar | RA | PPR |\n"
    "|---|---|---|---|---|---|---|---|---|---|\n"
)
NAMED = ("common neighbours", "Adamic-Adar", "resource allocation", "personalised PageRank")
ROUND_HEAD = """
## Rounds of introductions

Half as many introductions as people, at most two a person: share that formed later, cut of the Kirchhoff index (total
effective resistance: smaller is better connected), change of modularity (falling is less siloed).

| network | round | hits | Kirchhoff cut | modularity |
|---|---|---|---|---|
"""


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*SHIPPED, *BESIDE])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "quality.md")
    options = parser.parse_args()
    recalls, rounds = [], []
    for name in options.names:
        document = measured(name)
        recalls += list(recall_lines(name, document))
        rounds += list(round_lines(name, document))
        tables = RECALL_HEAD + "\n".join(recalls) + "\n" + ROUND_HEAD + "\n".join(rounds) + "\n"
        options.out.write_text(HEADER + tables, encoding="utf-8")


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


def recall_lines(name: str, document: dict[str, Any]) -> Iterator[str]:
    """Give one line a regime: ours beside the best baseline and four of them by name."""
    for regime in REGIMES:
        results = {r["method"]: r for r in document["results"] if r["regime"] == regime}
        if not results:
            continue
        mine = results.pop(OURS)
        best = max(results.values(), key=lambda r: r["recall"]["value"])
        named = " | ".join(f"{results[n]['recall']['value']:.3f}" for n in NAMED)
        people = mine["n_people"]
        yield f"| {name} | {regime} | {people} | {_recall(mine)} | {_recall(best)} | {best['method']} | {named} |"


def round_lines(name: str, document: dict[str, Any]) -> Iterator[str]:
    """Give one line a round of introductions."""
    for method, x in document["portfolios"].items():
        cut, modularity = x["kirchhoff_cut"], x["modularity_change"]
        shown = "-" if cut is None else f"{cut:.1%}"
        yield f"| {name} | {method} | {x['hit_rate']:.3f} | {shown} | {modularity:+.3f} |"


def _recall(result: dict[str, Any]) -> str:
    recall = result["recall"]
    return f"{recall['value']:.3f} ({recall['low']:.3f}-{recall['high']:.3f})"


if __name__ == "__main__":
    main()
