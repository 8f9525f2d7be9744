"""Many more random worlds than the tests try: hidden words in any surface, and pairs of worlds (P1, P2).

Run as ``python -m benchmarks.privacy``. A triple is the policies of a random world, a viewer with a purpose and a
surface (the view, an export, a frame, measures); a pair is two worlds that differ only in what the viewer may not see,
of which the view, one more surface and the recommendations with their words must be the same bytes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from graph import gate
from graph.policy import Purpose
from graph.snapshot import Snapshot
from graph.testing.privacy import check_pairs, check_triples
from graph.view import View
from graph.viewer import Viewer
from graph.worlds import TODAY
from tests.recommend.test_non_interference import check, real_gate

EVERY = 1_000


def main() -> None:
    """Run the checks; the first difference ends it with its description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=50_000)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=10_000, help="pairs of which recommendations are compared")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    n = check_triples(gate_of_the_day, options.triples, rng, told("triples"))
    print(f"{options.triples} triples, {n} hidden words looked for: 0 found", flush=True)
    check_pairs(gate_of_the_day, options.pairs, rng, told("pairs"))
    print(f"{options.pairs} pairs of worlds: 0 differences", flush=True)
    for done in range(0, options.answers, EVERY):
        check(real_gate, min(EVERY, options.answers - done), seed=options.seed + done)
        told("pairs of answers")(min(done + EVERY, options.answers))
    print(f"{options.answers} pairs of answers: 0 differences")


def gate_of_the_day(snapshot: Snapshot, viewer: Viewer, purpose: Purpose) -> View:
    """Be the gate on the day on which the worlds play."""
    return gate.view(snapshot, viewer, purpose, TODAY)


def told(what: str) -> Callable[[int], None]:
    """Give what prints every now and then how far it is."""
    started = time.monotonic()

    def tell(n: int) -> None:
        if n % EVERY == 0:
            print(f"{n} {what}, {time.monotonic() - started:.0f} s", flush=True)

    return tell


if __name__ == "__main__":
    main()
