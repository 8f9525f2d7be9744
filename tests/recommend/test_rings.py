"""False accounts and stuffed profiles gain nothing (P3, S9)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.rings import SIZE, K, Ring, all_gains, with_ring
from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Purpose
from graph.records import Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend.evaluation.reading import load_network
from recommend.pipeline import recommend
from recommend.results import Ranking, Request, Scope

NETWORKS = Path(__file__).resolve().parents[1] / "fixtures" / "networks"
HERE = Provenance("test")
TRADES = ("料理", "写真", "経理", "農業", "翻訳", "大工", "広報", "法律", "音楽", "防災")
LEISURE = ("観光", "福祉", "印刷", "陶芸", "登山", "茶道", "電気", "溶接", "園芸", "書道")
TOPICS = TRADES + LEISURE


@pytest.mark.parametrize("scope", list(Scope))
def test_a_ring_with_a_few_ties_outside_gains_no_places(scope: Scope) -> None:
    """20 accounts that met each other on 20 days until the last, and 20 honest people in all."""
    honest = load_network(NETWORKS / "sp_invs15")
    data = with_ring(honest, Ring("ring", ("ring",), SIZE, 20), np.random.default_rng(1))
    assert next(all_gains(data, scope)) <= 1.5


def test_stuffed_profiles_stand_in_few_lists() -> None:
    """100 people of one topic each in two places; 20 more who state offers and needs of every topic, five times."""
    changes = ChangeSet("town", "operator", "test")
    for i in range(100):
        owner, topic = add(changes, f"p{i:03}", i), TOPICS[i % len(TOPICS)]
        other = TOPICS[(i * 7 + i // 20 + 1) % len(TOPICS)]
        changes.statements.append(Statement(owner, StatementKind.OFFER, f"{topic}の相談にのります", NETWORK_OPEN, HERE))
        changes.statements.append(Statement(owner, StatementKind.NEED, f"{other}の相談をしたい", NETWORK_OPEN, HERE))
    for i in range(SIZE):
        owner = add(changes, f"stuffed-{i}", i)
        for topic in TOPICS:
            for when in ("朝", "昼", "晩", "平日", "週末"):
                offer, need = f"{when}に{topic}の相談にのります", f"{when}に{topic}の相談をしたい"
                changes.statements.append(Statement(owner, StatementKind.OFFER, offer, NETWORK_OPEN, HERE))
                changes.statements.append(Statement(owner, StatementKind.NEED, need, NETWORK_OPEN, HERE))
    store = MemoryStore()
    store.apply(changes)
    view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    answer = recommend(view, Request(k=K, ranking=Ranking.INDIVIDUAL), LexicalEncoder())
    lists = Counter(r.partner.id for r in answer.recommendations)
    median = np.median([lists[f"p{i:03}"] for i in range(100)])
    assert median >= 3
    assert max(lists[f"stuffed-{i}"] for i in range(SIZE)) <= 2 * median


def add(changes: ChangeSet, key: str, i: int) -> str:
    owner = f"person:{key}"
    space = f"space:{'xy'[i % 2]}"
    changes.nodes += [Node(owner, NETWORK_OPEN, HERE), Node(space, PUBLIC_OPEN, HERE)]
    changes.add_tie(TieKind.MEMBER_OF, owner, space, NETWORK_OPEN, PUBLIC_OPEN, HERE)
    return owner
