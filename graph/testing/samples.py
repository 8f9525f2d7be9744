"""Small graphs, and when two snapshots are equal."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from graph.changes import ChangeSet, Receipt
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Policy
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch, node_id
from graph.snapshot import Snapshot

SOURCE = Provenance("contract.csv", 2)
A, B, C = (node_id(NodeKind.PERSON, k) for k in "abc")
SPACE = node_id(NodeKind.SPACE, "s")


def person(identifier: str, name: str = "見本 あおば", policy: Policy = NETWORK_OPEN) -> Node:
    """Make a person with a name."""
    return Node(identifier, policy, SOURCE, {"name": Field(name, policy, SOURCE)})


def three_people(key: str = "k1") -> ChangeSet:
    """Make a, b, c and a space: a - b met, a is a member, b needs something."""
    changes = changed(key)
    changes.nodes += [person(A), person(B, "架空 しずく"), person(C, "例示 こだち"), Node(SPACE, PUBLIC_OPEN, SOURCE)]
    changes.statements.append(Statement(B, StatementKind.NEED, "決算が分からない", NETWORK_OPEN, SOURCE, t=5.0))
    changes.add_tie(TieKind.MET, B, A, NETWORK_OPEN, NETWORK_OPEN, SOURCE, t=10.0)
    changes.add_tie(TieKind.MEMBER_OF, A, SPACE, NETWORK_OPEN, PUBLIC_OPEN, SOURCE, t=1.0, until=9.0)
    return changes


def changed(key: str, *facts: Node | Statement | TieBatch) -> ChangeSet:
    """Make a change set of some facts, in the order in which they are given."""
    changes = ChangeSet(key, "operator", "test")
    for fact in facts:
        if isinstance(fact, Node):
            changes.nodes.append(fact)
        elif isinstance(fact, Statement):
            changes.statements.append(fact)
        else:
            changes.ties.append(fact)
    return changes


def ties(
    kind: TieKind,
    *pairs: tuple[NodeId, NodeId],
    t: Iterable[float | None] | None = None,
    policies: tuple[Policy, Policy] = (NETWORK_OPEN, NETWORK_OPEN),
) -> TieBatch:
    """Make ties of one kind."""
    src, dst = [a for a, _ in pairs], [b for _, b in pairs]
    return TieBatch(kind, src, dst, *policies, SOURCE.source, t=None if t is None else list(t))


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    """Give what a receipt counts: created, changed, unchanged, removed."""
    return receipt.created, receipt.changed, receipt.unchanged, receipt.removed


def same_graph(a: Snapshot, b: Snapshot) -> bool:
    """Say whether two snapshots hold the same arrays, whatever their versions."""
    return difference(a, b) == ""


def difference(a: Snapshot, b: Snapshot) -> str:
    """Name the first thing in which two snapshots differ, versions apart; empty when nothing does."""
    for table in ("nodes", "fields", "statements", "ties"):
        left, right = getattr(a, table), getattr(b, table)
        for name in left.__dataclass_fields__:
            x, y = getattr(left, name), getattr(right, name)
            if x.dtype != y.dtype:
                return f"{table}.{name}: {x.dtype} and {y.dtype}"
            if not np.array_equal(x, y, equal_nan=x.dtype == float):
                return f"{table}.{name}: {x} and {y}"
    for name in ("policies", "sources"):
        if getattr(a, name) != getattr(b, name):
            return f"{name}: {getattr(a, name)} and {getattr(b, name)}"
    return ""
