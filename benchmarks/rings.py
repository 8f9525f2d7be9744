"""What false accounts and stuffed profiles gain: their places in the lists of ten of everybody else.

A ring: 20 accounts that met each other every day until today, and a few honest people. Stuffed profiles: 20
accounts that state offers and needs of every topic, in the words of others. Beside the recommender of musubi, from the
same data: common neighbours, Resource Allocation and personalised PageRank for rings, and for stuffed profiles musubi
without its rules on the number of statements.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.sample_bridges import sample_store
from embeddings.lexical import LexicalEncoder
from embeddings.registry import choose_encoder
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Purpose
from graph.records import Node, Provenance, Statement
from graph.snapshot import Snapshot
from graph.tables import STATEMENT_CODE
from graph.viewer import OPERATOR
from recommend.config import FitConfig, RecommendConfig
from recommend.evaluation.baselines import common_neighbours, personalised_pagerank, resource_allocation
from recommend.evaluation.network import Meetings, NetworkData, training_adjacency
from recommend.evaluation.reading import load_network
from recommend.people import IntArray
from recommend.pipeline import Matchmaker
from recommend.results import Ranking, Request, Scope
from recommend.selection import FloatArray, TieBreak, best
from service.evaluations.links import analyst_view

NETWORKS = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "networks"
SIZE = 20
K = 10
DAY = 86_400.0


@dataclass(frozen=True)
class Ring:
    """How a ring shows itself.

    Attributes
    ----------
    name : str
        For the table.
    community : tuple of str
        What its accounts declare.
    outside : int
        Meetings with honest people, of all accounts together.
    meetings : int
        How often two accounts say that they met, on as many days up to the last one.
    """

    name: str
    community: tuple[str, ...]
    outside: int
    meetings: int


RINGS = (
    Ring("5 ties outside", ("ring",), 5, 20),
    Ring("20 ties outside", ("ring",), 20, 20),
    Ring("20 ties outside, no community", (), 20, 20),
    Ring("60 ties outside", ("ring",), 60, 20),
    Ring("60 ties outside, each other met once", ("ring",), 60, 1),
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["sp_invs13", "sp_invs15"])
    print("| network | ring | scope | places, times chance | common nb. | RA | PPR |\n|---|---|---|---|---|---|---|")
    for name in parser.parse_args().names:
        honest = load_network(NETWORKS / name)
        for ring in RINGS:
            data = with_ring(honest, ring, np.random.default_rng(1))
            for scope in Scope:
                if scope is not Scope.ANY and not ring.community:
                    continue  # nobody's partner there
                gains = " | ".join(f"{gain:.2f}" for gain in all_gains(data, scope))
                print(f"| {name} | {ring.name} | {scope} | {gains} |", flush=True)
    print("\n| stuffed profiles | scope | lists of one: median | most | of a stuffed one: mean | most |")
    print("|---|---|---|---|---|---|")
    for line in stuffed_lines():
        print(line, flush=True)


def with_ring(honest: NetworkData, ring: Ring, rng: np.random.Generator) -> NetworkData:
    """Add the accounts at the end of a network."""
    n, last = honest.n_people, float(np.nanmax(honest.edges.t))
    accounts = np.arange(n, n + SIZE)
    i, j = np.triu_indices(SIZE, 1)
    days = np.arange(ring.meetings)
    inside = (np.repeat(accounts[i], len(days)), np.repeat(accounts[j], len(days)), np.tile(last - days * DAY, len(i)))
    cells = rng.choice(SIZE * n, ring.outside, replace=False)
    outside = (accounts[cells // n], cells % n, np.full(len(cells), last))
    met = honest.edges
    columns = zip((met.u, met.v, met.t), inside, outside, strict=True)
    return replace(
        honest,
        ids=(*honest.ids, *(f"ring-{x}" for x in range(SIZE))),
        names=(),
        communities=(*honest.communities, *(ring.community for _ in accounts)),
        since=np.r_[honest.since, np.full(SIZE, np.nan)],
        edges=Meetings(*(np.concatenate(parts) for parts in columns)),
    )


def all_gains(data: NetworkData, scope: Scope) -> Iterator[float]:
    """Give how many places the ring has in lists of others, as a multiple of chance: musubi's, then the peers'."""
    maker = Matchmaker(analyst_view(data), LexicalEncoder())
    people = maker.people
    false = np.array([people.party(x).id.startswith("ring-") for x in range(len(people))])
    allowed = people.pairs.allowed(np.arange(len(people)), scope)
    lists = maker.answer(Request(scope=scope, ranking=Ranking.INDIVIDUAL, k=K)).recommendations
    number = {people.party(x).id: x for x in range(len(people))}
    shown = np.array([(number[r.person.id], number[r.partner.id]) for r in lists])
    yield gain(shown, allowed, false)
    place = {key: x for x, key in enumerate(data.ids)}
    order = np.array([place[people.party(x).id] for x in range(len(people))])
    ties = training_adjacency(data)[order][:, order].tocsr()
    for scorer in (common_neighbours(ties), resource_allocation(ties), personalised_pagerank(ties)):
        yield gain(by_scorer(scorer, allowed), allowed, false)


def by_scorer(scorer: Callable[[IntArray], FloatArray], allowed: NDArray[np.bool_]) -> IntArray:
    """Give the pairs of lists of ten by a score; equal scores in an order of their own for each person."""
    everybody = np.arange(len(allowed))
    score = np.where(allowed, scorer(everybody), -np.inf)
    partners, _ = best(score, K, everybody, TieBreak.of(str(x) for x in everybody))
    person, rank = np.nonzero(partners >= 0)
    return np.stack([person, partners[person, rank]], axis=1)


def gain(shown: IntArray, allowed: NDArray[np.bool_], false: NDArray[np.bool_]) -> float:
    """Give the share of false accounts in the lists of honest people over their share among possible partners."""
    honest = ~false[shown[:, 0]]
    places = false[shown[honest, 1]].mean()
    chance = allowed[~false][:, false].sum() / allowed[~false].sum()
    return float(places / chance)


def stuffed_lines() -> Iterator[str]:
    """Give one line for each way to compare and each scope: in how many lists people stand."""
    encoder = choose_encoder("bundled").encoder
    store = sample_store()
    store.apply(stuffed(store.snapshot(), np.random.default_rng(1)))
    view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    naive = RecommendConfig(fit=FitConfig(most_statements=10_000, undiluted=10_000))
    for name, config in (("musubi", RecommendConfig()), ("without rules on numbers", naive)):
        maker = Matchmaker(view, encoder, config=config)
        for scope in (Scope.ANY, Scope.ACROSS):
            answer = maker.answer(Request(scope=scope, ranking=Ranking.INDIVIDUAL, k=K))
            lists = Counter(r.partner.id for r in answer.recommendations)
            counts = {maker.people.party(x).id: 0 for x in range(len(maker.people))} | lists
            honest = [n for key, n in counts.items() if not key.startswith("stuffed-")]
            false = [n for key, n in counts.items() if key.startswith("stuffed-")]
            yield (
                f"| {name} | {scope} | {np.median(honest):.1f} | {max(honest)} | {np.mean(false):.1f} | {max(false)} |"
            )


def stuffed(snapshot: Snapshot, rng: np.random.Generator) -> ChangeSet:
    """Make the accounts: each repeats 100 offers and 100 needs of members, and belongs to one of their spaces."""
    changes, source = ChangeSet("stuffed", "operator", "stuffed"), Provenance("stuffed.csv")
    table = snapshot.statements
    spaces = [str(snapshot.nodes.ids[row]) for row in snapshot.of_kind(NodeKind.SPACE)]
    for x in range(SIZE):
        owner = f"person:stuffed-{x}"
        changes.nodes.append(Node(owner, NETWORK_OPEN, source))
        changes.add_tie(TieKind.MEMBER_OF, owner, spaces[x % len(spaces)], NETWORK_OPEN, PUBLIC_OPEN, source)
        for kind in (StatementKind.OFFER, StatementKind.NEED):
            rows = rng.choice(np.flatnonzero(table.kind == STATEMENT_CODE[kind]), 100, replace=False)
            changes.statements += [Statement(owner, kind, str(table.text[row]), NETWORK_OPEN, source) for row in rows]
    return changes


if __name__ == "__main__":
    main()
