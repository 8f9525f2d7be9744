"""Tables without repeats beside three other ways to seat people, as a part of the page docs/quality-rounds.md.

The worths are those of ``musubi tables`` on the sample (drawn guests of all spaces), and for 2,000 people drawn
ones. Each peer keeps the same rules and gets at least twice the processor time of musubi, but for greedy, which
needs little.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable
from itertools import combinations

import numpy as np

from benchmarks.sample_bridges import sample_view
from embeddings.lexical import LexicalEncoder
from recommend.pipeline import Matchmaker
from recommend.tables.answer import guests_of
from recommend.tables.config import TablesConfig
from recommend.tables.plan import Guests, Plan, Wanted, broken, value
from recommend.tables.seating import seated

PENALTY = 16.0
SHARE_OF_TIME = 2.0
SWAPS_AT_ONCE = 2_000
CASES = ((32, 3), (32, 10), (64, 3), (200, 3))
"""Guests of the sample, some of whom have met, and rounds."""
STRANGERS = (32, 10)
LARGE = (2_000, 3)
PEERS = ("annealing", "restarts", "greedy", "random")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="without the 2,000 people")
    options = parser.parse_args()
    maker = Matchmaker(sample_view(), LexicalEncoder())
    print("| guests | people x rounds | rules broken | worth | of the best |", " | ".join(PEERS), "| CPU s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for n, rounds in CASES:
        drawn = np.sort(np.random.default_rng(7).choice(len(maker.people), n, replace=False))
        _row("sample", guests_of(maker, drawn), rounds)
    _row("strangers", drawn_guests(STRANGERS[0], n_met=0), STRANGERS[1])
    if not options.small:
        _row("drawn", drawn_guests(LARGE[0]), LARGE[1])


def drawn_guests(n: int, n_met: int = 5) -> Guests:
    """People of four or n/20 communities; what they are worth to each other is half hidden tastes, half luck."""
    rng = np.random.default_rng(1)
    taste, home = rng.normal(size=(n, 8)), rng.integers(max(4, n // 20), size=n)
    alike = taste @ taste.T
    luck = np.triu(rng.random((n, n)), 1)
    worth = 0.5 * (alike - alike.min()) / (alike.max() - alike.min()) + 0.5 * (luck + luck.T)
    np.fill_diagonal(worth, 0.0)
    met = np.triu(rng.random((n, n)) < n_met / n, 1)
    no = np.zeros((n, n), dtype=bool)
    return Guests(worth.astype(np.float32), no, met | met.T, home[:, None] != home[None, :])


def _row(name: str, guests: Guests, rounds: int) -> None:
    wanted = Wanted(rounds, 4)
    start = time.process_time()
    ours = seated(guests, wanted, TablesConfig(), np.random.default_rng(1))
    seconds = time.process_time() - start
    peers: dict[str, Callable[[], list[Plan]]] = {
        "annealing": lambda: [_annealed(guests, wanted, SHARE_OF_TIME * seconds)],
        "restarts": lambda: _restarted(guests, wanted, SHARE_OF_TIME * seconds),
        "greedy": lambda: [Peer(guests, wanted, seed=1, greedy=True).plan()],
        "random": lambda: [Peer(guests, wanted, seed=1).plan()],
    }
    found = {
        key: min(made(), key=lambda p: (broken(guests, p).weight, -value(guests, p))) for key, made in peers.items()
    }
    kept = [value(guests, p) for p in (ours, *found.values()) if broken(guests, p).weight == 0]
    of_best = f"{value(guests, ours) / max(kept):.1%}" if kept else "—"
    told = " | ".join(_told(guests, found[key]) for key in PEERS)
    figures = f"{broken(guests, ours).weight} | {value(guests, ours):.1f} | {of_best} | {told} | {seconds:.1f}"
    print(f"| {name} | {len(guests)} x {rounds} | {figures} |", flush=True)


def _told(guests: Guests, plan: Plan) -> str:
    weight = broken(guests, plan).weight
    return f"{value(guests, plan):.1f}" + (f" ({weight} broken)" if weight else "")


class Peer:
    """A plan that changes by exchanging two people of one round.

    Parameters
    ----------
    guests, wanted
        As of `recommend.tables.seating.seated`.
    seed : int
        Draws the start and the exchanges.
    greedy : bool
        Start with tables filled one seat after the other by whoever is worth most there, else at random.
    """

    def __init__(self, guests: Guests, wanted: Wanted, seed: int, *, greedy: bool = False) -> None:
        self.random, self._sizes = random.Random(seed), wanted.sizes(len(guests))
        n = len(guests)
        self._worth = (guests.worth - PENALTY * guests.met - 50 * PENALTY * guests.apart).tolist()
        self._across = guests.across.tolist()
        self._together = [[0] * n for _ in range(n)]
        self.rounds: list[list[list[int]]] = []
        for _ in range(wanted.rounds):
            one = self._greedy(n) if greedy else self._drawn(n)
            self.rounds.append(one)
            for table in one:
                self._count(table, 1)

    def plan(self) -> Plan:
        """Give the plan as it is now."""
        return tuple(tuple(tuple(sorted(table)) for table in one) for one in self.rounds)

    def exchange(self, heat: float) -> float:
        """Exchange two people drawn at random, if that gains, or by chance at some heat; give the gain."""
        one = self.random.choice(self.rounds)
        left, right = self.random.sample(one, 2)
        i, j = self.random.randrange(len(left)), self.random.randrange(len(right))
        before = self._table(left) + self._table(right)
        self._swap(left, i, right, j)
        gain = self._table(left) + self._table(right) - before
        if gain > 0 or (heat > 0 and self.random.random() < math.exp(gain / heat)):
            return gain
        self._swap(left, i, right, j)
        return 0.0

    def _swap(self, left: list[int], i: int, right: list[int], j: int) -> None:
        for table in (left, right):
            self._count(table, -1)
        left[i], right[j] = right[j], left[i]
        for table in (left, right):
            self._count(table, 1)

    def _count(self, table: list[int], by: int) -> None:
        for a, b in combinations(table, 2):
            self._together[a][b] += by
            self._together[b][a] += by

    def _table(self, table: list[int]) -> float:
        pairs = list(combinations(table, 2))
        total = sum(self._worth[a][b] - PENALTY * (self._together[a][b] - 1) for a, b in pairs)
        return total if any(self._across[a][b] for a, b in pairs) else total - PENALTY

    def _drawn(self, n: int) -> list[list[int]]:
        order = self.random.sample(range(n), n)
        return [[order.pop() for _ in range(size)] for size in self._sizes]

    def _greedy(self, n: int) -> list[list[int]]:
        left = self.random.sample(range(n), n)
        out = []
        for size in self._sizes:
            table = [left.pop()]
            while len(table) < size:
                chosen = max(left, key=lambda new: self._joining(table, new))
                left.remove(chosen)
                table.append(chosen)
            out.append(table)
        return out

    def _joining(self, table: list[int], new: int) -> float:
        gain = sum(self._worth[a][new] - PENALTY * self._together[a][new] for a in table)
        return gain + (0.5 if any(self._across[a][new] for a in table) else 0.0)


def _annealed(guests: Guests, wanted: Wanted, seconds: float) -> Plan:
    """Metropolis, from greedy tables, for some processor time."""
    peer = Peer(guests, wanted, seed=2, greedy=True)
    spread = float(guests.worth[np.triu_indices(len(guests), 1)].std())
    start, done = time.process_time(), 0.0
    while done < 1.0:
        done = (time.process_time() - start) / seconds
        heat = 2.0 * spread * 0.01 ** min(done, 1.0)
        for _ in range(200):
            peer.exchange(heat)
    return peer.plan()


def _restarted(guests: Guests, wanted: Wanted, seconds: float) -> list[Plan]:
    """Exchanges that gain, from one random start after the other, for some processor time."""
    start, found = time.process_time(), []
    seed = 3
    while time.process_time() - start < seconds:
        peer = Peer(guests, wanted, seed=seed)
        while sum(peer.exchange(0.0) for _ in range(SWAPS_AT_ONCE)) > 0 and time.process_time() - start < seconds:
            pass
        found.append(peer.plan())
        seed += 1
    return found


if __name__ == "__main__":
    main()
