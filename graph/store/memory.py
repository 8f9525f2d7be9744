"""Store in memory: nothing is kept after the process ends; for what-if studies, evaluation and tests."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict
from graph.kinds import DATED_KEY, SYMMETRIC, Said, TieKind
from graph.policy import Policy
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch, kind_of
from graph.snapshot import Snapshot
from graph.store.base import AuditRow, Store, audit_detail, audit_row, unknown_nodes
from graph.store.checks import check
from graph.tables import (
    NODE_CODE,
    SAID_CODE,
    STATEMENT_CODE,
    TIE_CODE,
    FieldTable,
    NodeTable,
    StatementTable,
    TieTable,
)

TieKey = tuple[TieKind, NodeId, NodeId, float | None]
NO_ROW = -1


@dataclass(frozen=True, slots=True)
class _Tie:
    t: float | None
    until: float | None
    n: int
    details: str | None
    policies: tuple[Policy, Policy]
    provenance: Provenance

    def content(self) -> tuple[object, ...]:
        return self.t, self.until, self.n, self.details, self.policies


@dataclass
class _Graph:
    nodes: dict[NodeId, Node] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    ties: dict[TieKey, _Tie] = field(default_factory=dict)

    def copy(self) -> _Graph:
        return _Graph(dict(self.nodes), dict(self.statements), dict(self.ties))


class MemoryStore(Store):
    """A property graph in dictionaries, with the behaviour of the other stores."""

    def __init__(self, url: str = "memory://") -> None:
        self.url = url
        self._graph = _Graph()
        self._applied: dict[str, str] = {}
        self._audit: list[AuditRow] = []

    def migrate(self) -> int:  # noqa: D102
        return 0

    def apply(self, changes: ChangeSet) -> Receipt:  # noqa: D102
        check(changes)
        digest = changes.content_digest()
        known = self._applied.get(changes.key)
        if known is not None:
            if known != digest:
                raise Conflict(f"idempotency key {changes.key!r} was used before with another content")
            return Receipt(self.version(), replayed=True)
        work = _Work(self._graph.copy())
        work.write(changes)
        self._graph = work.graph
        self._applied[changes.key] = digest
        given = len(changes.nodes) + len(changes.statements) + sum(len(batch) for batch in changes.ties)
        unchanged = max(given - work.created - work.changed, 0)
        receipt = Receipt(self.version(), False, work.created, work.changed, unchanged, work.removed)
        self.record(changes.actor, changes.action, audit_detail(changes, receipt), changes.key)
        return receipt

    def record(self, actor: str, action: str, detail: Mapping[str, object], key: str = "") -> None:  # noqa: D102
        previous = self._audit[-1].hash if self._audit else ""
        self._audit.append(audit_row(len(self._audit) + 1, previous, actor, action, key, detail))

    def applied(self, key: str) -> bool:  # noqa: D102
        return key in self._applied

    def version(self) -> int:  # noqa: D102
        return len(self._applied)

    def snapshot(self) -> Snapshot:  # noqa: D102
        return _Arrays(self._graph, self.version()).snapshot()

    def audit(self) -> list[AuditRow]:  # noqa: D102
        return list(self._audit)

    def close(self) -> None:  # noqa: D102
        return


class _Work:
    """Applies one change set to a copy of the graph."""

    def __init__(self, graph: _Graph) -> None:
        self.graph = graph
        self.created = self.changed = self.removed = 0

    def write(self, changes: ChangeSet) -> None:
        self._remove(changes)
        for node in changes.nodes:
            self._node(node)
        self._know_all(changes)
        for statement in changes.statements:
            self._statement(statement)
        for batch in changes.ties:
            self._batch(batch)

    def _remove(self, changes: ChangeSet) -> None:
        before = len(self.graph.statements) + len(self.graph.ties)
        for identifier in changes.removed_statements:
            self.graph.statements.pop(identifier, None)
        for kind, src, dst in changes.removed_ties:
            ends = {(src, dst), (dst, src)} if kind in SYMMETRIC else {(src, dst)}
            self.graph.ties = {k: v for k, v in self.graph.ties.items() if k[0] != kind or k[1:3] not in ends}
        self.removed = before - len(self.graph.statements) - len(self.graph.ties)

    def _node(self, node: Node) -> None:
        old = self.graph.nodes.get(node.id)
        if old is None:
            self.graph.nodes[node.id] = node
            self.created += 1
            return
        fields = dict(old.fields)
        touched = sum(self._field(fields, name, value) for name, value in node.fields.items())
        policy, provenance = old.policy, old.provenance
        if node.policy != policy:
            policy, provenance = node.policy, node.provenance
            touched += 1
        self.graph.nodes[node.id] = Node(node.id, policy, provenance, fields)
        self.changed += touched

    @staticmethod
    def _field(fields: dict[str, Field], name: str, value: Field) -> int:
        old = fields.get(name)
        if old is not None and (old.value, old.policy) == (value.value, value.policy):
            return 0
        fields[name] = value
        return int(old is not None)

    def _statement(self, new: Statement) -> None:
        old = self.graph.statements.get(new.id)
        same = old is not None and replace(old, provenance=new.provenance) == new
        if not same:
            self.graph.statements[new.id] = new
        self._count(old is None, same)

    def _batch(self, batch: TieBatch) -> None:
        nothing: Sequence[Any] = [None] * len(batch)
        columns = (batch.t, batch.until, batch.n, batch.rows, batch.details)
        rows = zip(batch.src, batch.dst, *(c or nothing for c in columns), strict=True)
        for src, dst, t, until, n, row, details in rows:
            swap = batch.symmetric and src > dst
            key = (batch.kind, *((dst, src) if swap else (src, dst)), t if batch.kind in DATED_KEY else None)
            policies = (batch.policy_dst, batch.policy_src) if swap else (batch.policy_src, batch.policy_dst)
            provenance = Provenance(batch.source, row, batch.said)
            self._tie(key, _Tie(t, until, 1 if n is None else n, details, policies, provenance))

    def _tie(self, key: TieKey, new: _Tie) -> None:
        old = self.graph.ties.get(key)
        same = old is not None and old.content() == new.content()
        if not same:
            self.graph.ties[key] = new
        self._count(old is None, same)

    def _know_all(self, changes: ChangeSet) -> None:
        wanted = {s.owner for s in changes.statements}
        for batch in changes.ties:
            wanted.update(batch.src, batch.dst)
        missing = wanted - self.graph.nodes.keys()
        if missing:
            raise unknown_nodes(missing)

    def _count(self, created: bool, same: bool) -> None:
        self.created += created
        self.changed += not created and not same


class _Arrays:
    """Turns the dictionaries into the arrays of a snapshot."""

    def __init__(self, graph: _Graph, version: int) -> None:
        self._graph, self._version = graph, version
        self._ids = sorted(graph.nodes)
        self._row = {identifier: row for row, identifier in enumerate(self._ids)}
        policies = {p for n in graph.nodes.values() for p in (n.policy, *(f.policy for f in n.fields.values()))}
        policies.update(s.policy for s in graph.statements.values())
        policies.update(itertools.chain.from_iterable(t.policies for t in graph.ties.values()))
        self._policies = sorted(policies, key=Policy.to_json)
        self._policy = {p: i for i, p in enumerate(self._policies)}
        self._sources = sorted({(p.source, p.said) for p in self._origins()})
        self._source = {s: i for i, s in enumerate(self._sources)}

    def snapshot(self) -> Snapshot:
        return Snapshot(
            self._nodes(), self._fields(), self._statements(), self._ties(),
            tuple(self._policies), tuple(name for name, _ in self._sources), self._version,
        )  # fmt: skip

    def _origins(self) -> Iterable[Provenance]:
        for node in self._graph.nodes.values():
            yield node.provenance
            yield from (f.provenance for f in node.fields.values())
        yield from (s.provenance for s in self._graph.statements.values())
        yield from (t.provenance for t in self._graph.ties.values())

    def _origin(self, provenances: Sequence[Provenance]) -> dict[str, Any]:
        return {
            "source": _ints(self._source[p.source, p.said] for p in provenances),
            "row": _ints(NO_ROW if p.row is None else p.row for p in provenances),
            "said": np.array([SAID_CODE[Said(p.said)] for p in provenances], dtype=np.int8),
        }

    def _nodes(self) -> NodeTable:
        nodes = [self._graph.nodes[i] for i in self._ids]
        kinds = np.array([NODE_CODE[kind_of(i)] for i in self._ids], dtype=np.int8)
        policy = _ints(self._policy[n.policy] for n in nodes)
        return NodeTable(_objects(self._ids), kinds, policy, **self._origin([n.provenance for n in nodes]))

    def _fields(self) -> FieldTable:
        rows = [(self._row[i], name, f) for i in self._ids for name, f in sorted(self._graph.nodes[i].fields.items())]
        return FieldTable(
            _ints(r for r, _, _ in rows), _objects([n for _, n, _ in rows]), _objects([f.value for _, _, f in rows]),
            _ints(self._policy[f.policy] for _, _, f in rows), **self._origin([f.provenance for _, _, f in rows]),
        )  # fmt: skip

    def _statements(self) -> StatementTable:
        rows = [s for _, s in sorted(self._graph.statements.items())]
        details = [json.dumps(dict(s.details), ensure_ascii=False, sort_keys=True) if s.details else None for s in rows]
        return StatementTable(
            _objects([s.id for s in rows]), _ints(self._row[s.owner] for s in rows),
            np.array([STATEMENT_CODE[s.kind] for s in rows], dtype=np.int8), _objects([s.text for s in rows]),
            _floats(s.t for s in rows), _objects(details), _ints(self._policy[s.policy] for s in rows),
            **self._origin([s.provenance for s in rows]),
        )  # fmt: skip

    def _ties(self) -> TieTable:
        items = list(self._graph.ties.items())
        ties = [tie for _, tie in items]
        table = TieTable(
            np.array([TIE_CODE[k[0]] for k, _ in items], dtype=np.int8), _ints(self._row[k[1]] for k, _ in items),
            _ints(self._row[k[2]] for k, _ in items), _floats(t.t for t in ties), _floats(t.until for t in ties),
            _ints(t.n for t in ties), _objects([t.details for t in ties]),
            _ints(self._policy[t.policies[0]] for t in ties), _ints(self._policy[t.policies[1]] for t in ties),
            **self._origin([t.provenance for t in ties]),
        )  # fmt: skip
        return table.take(np.lexsort((table.t, table.dst, table.src, table.kind)))


def _ints(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.fromiter(values, dtype=np.int32)


def _floats(values: Iterable[float | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.fromiter((np.nan if v is None else v for v in values), dtype=np.float64)


def _objects(values: Sequence[Any]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
