"""The graph of the store in memory: dictionaries, and the arrays made of them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graph.kinds import Said, TieKind
from graph.policy import Policy
from graph.records import Node, NodeId, Provenance, Statement, kind_of
from graph.snapshot import Snapshot
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
class Tie:
    """What a tie holds beside its key."""

    t: float | None
    until: float | None
    n: int
    details: str | None
    policies: tuple[Policy, Policy]
    provenance: Provenance

    def content(self) -> tuple[object, ...]:
        """Give what makes a tie that comes again another one."""
        return self.t, self.until, self.n, self.details, self.policies


@dataclass
class Graph:
    """Nodes, statements and ties by their keys."""

    nodes: dict[NodeId, Node] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    ties: dict[TieKey, Tie] = field(default_factory=dict)

    def copy(self) -> Graph:
        """Give a graph that changes on its own."""
        return Graph(dict(self.nodes), dict(self.statements), dict(self.ties))

    def excerpt(self, some: Collection[NodeId]) -> Graph:
        """Give some nodes with all that is theirs, and the bare nodes at the other ends of their ties."""
        statements = {i: s for i, s in self.statements.items() if s.owner in some}
        ties = {k: t for k, t in self.ties.items() if k[1] in some}
        nodes = {i: replace(self.nodes[i], fields={}) for i in (k[2] for k in ties)}
        nodes |= {i: self.nodes[i] for i in some if i in self.nodes}
        return Graph(nodes, statements, ties)

    def with_sources(self, names: Mapping[str, str]) -> Graph:
        """Give a graph in which sources have other names, by their old ones."""
        if not names:
            return self
        return Graph(
            {i: node.under(names) for i, node in self.nodes.items()},
            {i: replace(s, provenance=s.provenance.under(names)) for i, s in self.statements.items()},
            {k: replace(tie, provenance=tie.provenance.under(names)) for k, tie in self.ties.items()},
        )


class Arrays:
    """Turns the dictionaries into the arrays of a snapshot."""

    def __init__(self, graph: Graph, version: int, mark: str) -> None:
        self._graph, self._version, self._mark = graph, version, mark
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
        """Build the tables, in the order of every store."""
        return Snapshot(
            self._nodes(), self._fields(), self._statements(), self._ties(),
            tuple(self._policies), tuple(name for name, _ in self._sources), self._version, mark=self._mark,
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
