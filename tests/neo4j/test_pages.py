"""A snapshot that comes in many pages is the one that comes in few, whatever stands at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy
from graph.records import Field, Node, Statement, TieBatch
from graph.store import Store, neo4j_pages
from graph.store.memory import MemoryStore
from graph.testing.samples import SOURCE, changed, difference, person, ties

pytestmark = pytest.mark.neo4j

# In the order of characters; in that of UTF-16 the last two are the other way round.
KEYS = (*"0aあ", "ｱ", "𠮷")
PEOPLE = [f"person:{first}{second}" for first in KEYS for second in KEYS]
NARROW = Policy(Audience.ONLY_ME)


def fill(*stores: Store) -> None:
    """Give stores nodes of many shapes, statements, and ties with and without what few have."""
    rng = np.random.default_rng(3)
    skills = [f"skill:{key}" for key in KEYS]
    nodes = [Node(s, PUBLIC_OPEN, SOURCE, {"name": Field(s, PUBLIC_OPEN, SOURCE)}) for s in skills]
    for i, identifier in enumerate(PEOPLE):
        fields = {name: Field(f"{name} {i}", NARROW if i % 3 else NETWORK_OPEN, SOURCE) for name in "abc"[: i % 4]}
        nodes.append(Node(identifier, PUBLIC_OPEN if i % 5 else NARROW, SOURCE, fields))
    said = [
        Statement(p, StatementKind.NEED if i % 2 else StatementKind.OFFER, f"話 {i}", NETWORK_OPEN, SOURCE,
                  t=float(i) if i % 3 else None, details={"i": str(i)} if i % 4 == 0 else {})
        for i, p in enumerate(PEOPLE)
    ]  # fmt: skip
    pairs = [tuple(rng.choice(PEOPLE, 2, replace=False).tolist()) for _ in range(120)]
    src, dst = (list(end) for end in zip(*pairs, strict=True))
    when = [float(i) if i % 4 else None for i in range(len(pairs))]
    met = TieBatch(
        TieKind.MET, src, dst, NETWORK_OPEN, NARROW, "x.csv", t=when, rows=list(range(len(pairs))),
        until=[9.0 if i % 7 == 0 else None for i in range(len(pairs))],
        details=['{"a": "b"}' if i % 13 == 0 else None for i in range(len(pairs))],
        n=[1 + (i % 11 == 0) for i in range(len(pairs))],
    )  # fmt: skip
    has = ties(TieKind.HAS_SKILL, *((p, skills[i % len(skills)]) for i, p in enumerate(PEOPLE)))
    for store in stores:
        store.apply(changed("all", *nodes, *said, met, has))


@pytest.mark.parametrize(("n_nodes", "n_ties"), [(1, 1), (5, 7), (len(PEOPLE), 10_000), (5_000, 20_000)])
def test_pages_of_any_size_give_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch, n_nodes: int, n_ties: int
) -> None:
    monkeypatch.setattr(neo4j_pages, "NODES_AT_ONCE", n_nodes)
    monkeypatch.setattr(neo4j_pages, "TIES_AT_ONCE", n_ties)
    model = MemoryStore()
    fill(store, model)
    before = store.snapshot()
    assert difference(before, model.snapshot()) == ""
    for keeper in (store, model):
        keeper.apply(changed("later", person(PEOPLE[7], "別の名"), ties(TieKind.KNOWS, (PEOPLE[7], PEOPLE[3]))))
    assert difference(store.refresh(before), model.snapshot()) == ""
