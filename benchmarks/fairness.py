"""What it costs that a round serves everybody, beside rounds that do not.

As many introductions as people, at most three a person. A hit is a tie that formed after the cut, and the means are
over several cuts, because one cut of a small network has a few dozen hits only. Beside the round of musubi, from
the same scores: the best pairs without any rule, the best pairs with the cap alone, everybody served in turns, and
the linear programme with the same bounds, whose pairs may count in part. The round of one introduction less than people
need not serve everybody: it shows what the rule costs. sp_sfhh is read from MUSUBI_DATA.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from embeddings.lexical import LexicalEncoder
from recommend.evaluation.datasets import read_dataset
from recommend.evaluation.metrics import gini
from recommend.evaluation.network import NetworkData, first_community
from recommend.evaluation.protocol import Parameters, Split, split
from recommend.evaluation.reading import load_network
from recommend.people import IntArray
from recommend.pipeline import Matchmaker
from recommend.results import Ranking, Request, Scope
from recommend.selection import FloatArray
from service.evaluations.links import analyst_view

NETWORKS = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "networks"
SHIPPED = ("sp_invs13", "sp_invs15")
CUTS = (0.5, 0.65, 0.8)
CAPACITY = 3
NO_RULE, CAP, TURNS, PROGRAMME = "no rule", "cap alone", "in turns", "linear programme"
UNOWED, OURS = "musubi, nobody owed", "musubi"
HEAD = (
    "| network | scope | round | fewest | most | Gini | hits | to nobody owed | to cap alone | pairs of communities"
    " | their Gini |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Town:
    """One network before a cut, ready for rounds; people by their number in the matchmaker.

    Attributes
    ----------
    maker : Matchmaker
        Of the training part.
    truth : (n, n) bool
        Who met after the cut.
    community : (n,) int
        First declared community, -1 for none.
    """

    maker: Matchmaker
    truth: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    community: IntArray

    @classmethod
    def of(cls, made: Split) -> Town:
        """Bring the training part through files, as everybody does."""
        maker = Matchmaker(analyst_view(made.training), LexicalEncoder())
        place = {key: i for i, key in enumerate(made.training.ids)}
        order = np.array([place[maker.people.party(i).id] for i in range(len(maker.people))])
        truth = made.partners("all")[order][:, order].toarray() != 0
        return cls(maker, truth, first_community(made.training)[order])

    def pairs(self, scope: Scope) -> tuple[IntArray, IntArray, FloatArray]:
        """Give every possible pair once, with the mean score of both directions."""
        everybody = np.arange(len(self.maker.people))
        score = self.maker.scorer(scope, Ranking.BALANCED).score(everybody, scope)
        u, v = np.nonzero(np.triu(self.maker.people.pairs.allowed(everybody, scope), 1))
        return u, v, (score[u, v] + score[v, u]) / 2.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*SHIPPED, "sp_sfhh"])
    print(HEAD)
    hits: dict[str, float] = defaultdict(float)
    for name in parser.parse_args().names:
        towns = [Town.of(split(network(name), Parameters(training_share=cut))) for cut in CUTS]
        for scope in (Scope.ANY, Scope.ACROSS):
            for line in lines(towns, scope, hits):
                print(f"| {name} | {scope} | {line}", flush=True)
    for name, n in hits.items():
        print(f"| all | both | {name} | | | | {n:.1f} | {n / hits[UNOWED] - 1:+.1%} | {n / hits[CAP] - 1:+.1%} | | |")


def network(name: str) -> NetworkData:
    """Read a network of the repository, or one beside it."""
    if name in SHIPPED:
        return load_network(NETWORKS / name)
    return read_dataset(name, Path(os.environ["MUSUBI_DATA"]) / name)


def lines(towns: list[Town], scope: Scope, total: dict[str, float]) -> Iterator[str]:
    """Give one line a round: means over the cuts; hits are added to the total."""
    measured: dict[str, list[FloatArray]] = defaultdict(list)
    for town in towns:
        u, v, score = town.pairs(scope)
        for name, share in rounds(town, scope, u, v, score).items():
            measured[name].append(measures(town, u, v, share))
    means = {name: np.mean(each, axis=0) for name, each in measured.items()}
    for name, (fewest, most, uneven, hits, reached, between) in means.items():
        total[name] += hits
        lost = " | ".join(f"{hits / means[peer][3] - 1:+.1%}" for peer in (UNOWED, CAP))
        counts = f"{fewest:.1f} | {most:.1f} | {uneven:.3f} | {hits:.1f}"
        yield f"{name} | {counts} | {lost} | {reached:.0%} | {between:.3f} |"


def rounds(town: Town, scope: Scope, u: IntArray, v: IntArray, score: FloatArray) -> dict[str, FloatArray]:
    """Give how far each pair is in each round, (m,) in [0, 1]."""
    n = len(town.maker.people)
    order = np.argsort(-score, kind="stable")
    place = {pair: i for i, pair in enumerate(zip(u.tolist(), v.tolist(), strict=True))}
    number = {town.maker.people.party(i).id: i for i in range(n)}

    def ours(pairs: int) -> FloatArray:
        made = town.maker.answer(Request(scope=scope, ranking=Ranking.BALANCED, pairs=pairs, capacity=CAPACITY))
        ends = [sorted((number[r.person.id], number[r.partner.id])) for r in made.recommendations]
        return picked(len(u), [place[a, b] for a, b in ends])

    return {
        NO_RULE: picked(len(u), order[:n].tolist()),
        CAP: picked(len(u), greedy(u, v, order, n, (CAPACITY,))),
        TURNS: picked(len(u), greedy(u, v, order, n, range(1, CAPACITY + 1))),
        PROGRAMME: programme(u, v, score, n),
        UNOWED: ours(n - 1),
        OURS: ours(n),
    }


def picked(n_pairs: int, rows: list[int]) -> FloatArray:
    """Give 1 for the pairs of a round."""
    share = np.zeros(n_pairs)
    share[rows] = 1.0
    return share


def greedy(u: IntArray, v: IntArray, order: IntArray, n: int, turns: range | tuple[int, ...]) -> list[int]:
    """Take the best pairs, in each turn those of whom one has fewer introductions than the turn's number."""
    load, chosen = np.zeros(n, dtype=int), dict[int, None]()
    for turn in turns:
        for row in order.tolist():
            ends = [u[row], v[row]]
            if len(chosen) < n and row not in chosen and load[ends].max() < CAPACITY and load[ends].min() < turn:
                load[ends] += 1
                chosen[row] = None
    return list(chosen)


def programme(u: IntArray, v: IntArray, score: FloatArray, n: int) -> FloatArray:
    """Solve the relaxed assignment: everybody one to three introductions, as much worth as possible."""
    worth = np.exp(0.25 * (score - score.max()))
    rows, m = np.arange(len(u)), len(u)
    load = sparse.csr_array((np.ones(2 * m), (np.r_[u, v], np.r_[rows, rows])), shape=(n, m))
    bounds = np.r_[np.full(n, CAPACITY), np.full(n, -1)]
    solved = linprog(
        -worth, A_ub=sparse.vstack([load, -load]), b_ub=bounds, A_eq=np.ones((1, m)), b_eq=[n], bounds=(0, 1)
    )
    return np.asarray(solved.x, dtype=np.float64)


def measures(town: Town, u: IntArray, v: IntArray, share: FloatArray) -> FloatArray:
    """Give fewest and most introductions, their Gini, hits, and how evenly pairs of communities are served."""
    load = np.zeros(len(town.maker.people))
    np.add.at(load, u, share)
    np.add.at(load, v, share)
    names = np.unique(town.community[town.community >= 0]).tolist()
    between = dict.fromkeys(combinations(names, 2), 0.0)
    for a, b, x in zip(town.community[u], town.community[v], share, strict=True):
        if a != b and min(a, b) >= 0 and x > 0:
            between[min(a, b), max(a, b)] += float(x)
    counts = np.array(list(between.values()))
    hits = float((share * town.truth[u, v]).sum())
    return np.array([load.min(), load.max(), gini(load), hits, (counts > 0).mean(), gini(counts)])


if __name__ == "__main__":
    main()
