"""SQLite and Neo4j hold the same after the same random change sets: byte for byte in the export (A29, R6)."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest

from graph import gate
from graph.changes import ChangeSet
from graph.export import read_jsonl, write_jsonl
from graph.kinds import StatementKind, TieKind
from graph.policy import Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.store import Store, open_store
from graph.testing.samples import difference
from graph.viewer import OPERATOR
from graph.worlds import ORGANISATIONS, PEOPLE, SPACES, WORDS, random_policy
from tests.neo4j.conftest import Place

pytestmark = pytest.mark.neo4j

N_GRAPHS = int(os.environ.get("GRAPHS", "3"))
N_CHANGES = 6
KINDS = [kind for kind in TieKind if kind is not TieKind.SAME_AS]
"""Two who are one person are exported as one, so that their facts do not come back as they were."""
NODES = (*PEOPLE, *ORGANISATIONS, *SPACES, "event:e0", "project:j0", "skill:k0")


def export(store: Store) -> bytes:
    handle = io.BytesIO()
    write_jsonl(gate.view(store.snapshot(), OPERATOR, Purpose.EXPORT), handle)
    return handle.getvalue()


def random_changes(rng: np.random.Generator, key: str, first: bool) -> ChangeSet:
    """Make any mixture of new, changed and removed facts; the first one has all nodes."""
    origin = Provenance(f"{rng.integers(3)}.csv", int(rng.integers(1, 50)))
    changes = ChangeSet(key, "operator", "test")

    def some(values: tuple[str, ...], n: int) -> list[str]:
        return [str(x) for x in rng.choice(values, n)]

    for node in NODES if first else some(NODES, 4):
        fields = {
            name: Field(f"{name} {rng.integers(5)}", random_policy(rng), origin) for name in some(("name", "mail"), 1)
        }
        changes.nodes.append(Node(node, random_policy(rng), origin, fields))
    for owner, words in zip(some(PEOPLE, 5), some(WORDS, 5), strict=True):
        kind = StatementKind(str(rng.choice(list(StatementKind))))
        when = None if rng.random() < 0.3 else float(rng.integers(10**9))
        changes.statements.append(Statement(owner, kind, words, random_policy(rng), origin, t=when))
    for src, dst in zip(some(NODES, 15), some(NODES, 15), strict=True):
        kind = TieKind(str(rng.choice(KINDS)))
        when = None if rng.random() < 0.3 else float(rng.integers(3))
        changes.add_tie(kind, src, dst, random_policy(rng), random_policy(rng), origin, t=when)
        if rng.random() < 0.2:
            changes.remove_tie(kind, src, dst)
    changes.remove_statements(s.id for s in changes.statements[:1])
    return changes


@pytest.mark.parametrize("seed", range(N_GRAPHS))
def test_equal_exports_after_the_same_changes(store: Store, tmp_path: Path, place: Place, seed: int) -> None:
    rng = np.random.default_rng(seed)
    with open_store(f"sqlite:///{tmp_path}/musubi.db", create=True) as other:
        other.migrate()
        for i in range(N_CHANGES):
            changes = random_changes(rng, f"k{i}", first=i == 0)
            assert store.apply(changes) == other.apply(changes)
        assert difference(store.snapshot(), other.snapshot()) == ""
        before = export(other)
    assert export(store) == before
    assert before.count(b"\n") > 20
    store.close()
    with place.made() as again:
        again.apply(read_jsonl(before.splitlines()))
        assert export(again) == before
