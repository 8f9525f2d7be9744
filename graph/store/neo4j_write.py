"""Writing a change set into the Neo4j store, inside the caller's transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from graph.changes import ChangeSet, Receipt
from graph.errors import Refused
from graph.kinds import SYMMETRIC, NodeKind, StatementKind, TieKind
from graph.records import Node, NodeId, Statement, kind_of
from graph.store.base import unknown_nodes
from graph.store.neo4j_connection import Work
from graph.store.neo4j_records import Properties, difference, node_properties, origin, written
from graph.store.neo4j_schema import NODE_LABELS, identifier
from graph.store.neo4j_ties import seconds, tie_groups, write_ties

K = TypeVar("K")
T = TypeVar("T")

AT_ONCE = 5_000


class Writer:
    """Writes one change set; the caller holds the lock of writers.

    A fact that comes again with the same content keeps its first provenance and counts as unchanged.
    """

    def __init__(self, work: Work, seq: int) -> None:
        self._work = work
        self._seq = seq
        self._created = 0
        self._changed = 0

    def write(self, changes: ChangeSet) -> Receipt:
        """Write everything and count what became of it.

        Raises
        ------
        graph.errors.Refused
            If a statement or tie names a node that is neither here nor there.
        """
        removed = self._remove(changes)
        self._nodes(changes.nodes)
        if not (self._statements(changes.statements) and self._ties(changes)):
            raise self._missing(changes)
        given = len(changes.nodes) + len(changes.statements) + sum(len(b) for b in changes.ties)
        unchanged = max(given - self._created - self._changed, 0)
        return Receipt(self._seq, False, self._created, self._changed, unchanged, removed)

    def _remove(self, changes: ChangeSet) -> int:
        removed = 0
        for ids in portions(changes.removed_statements):
            query = "UNWIND $ids AS id MATCH (s:Statement {id: id}) DETACH DELETE s"
            removed += self._work.run(query, ids=ids).nodes_deleted
        groups: defaultdict[tuple[TieKind, NodeKind, NodeKind], list[tuple[NodeId, NodeId]]] = defaultdict(list)
        for kind, src, dst in changes.removed_ties:
            for a, b in {(src, dst), (dst, src)} if kind in SYMMETRIC else {(src, dst)}:
                if _prefix(a) in NODE_LABELS and _prefix(b) in NODE_LABELS:
                    groups[kind, kind_of(a), kind_of(b)].append((a, b))
        for (kind, src_kind, dst_kind), pairs in groups.items():
            query = f"""UNWIND $pairs AS pair
            MATCH (:{identifier(src_kind)} {{id: pair[0]}})-[tie:{identifier(kind)}]->
                (:{identifier(dst_kind)} {{id: pair[1]}})
            DELETE tie"""
            removed += sum(self._work.run(query, pairs=part).ties_deleted for part in portions(pairs))
        return removed + self._remove_nodes(changes.removed_nodes)

    def _remove_nodes(self, nodes: Iterable[NodeId]) -> int:
        removed = 0
        for kind, ids in _by_kind((_prefix(i), i) for i in set(nodes)).items():
            for part in portions(ids) if kind in NODE_LABELS else ():
                node = f"UNWIND $ids AS id MATCH (n:{NODE_LABELS[kind]} {{id: id}})"
                removed += self._work.run(f"{node}-[:STATES]->(s) DETACH DELETE s", ids=part).nodes_deleted
                gone = self._work.run(f"{node} DETACH DELETE n", ids=part)
                removed += gone.nodes_deleted + gone.ties_deleted
        return removed

    def _nodes(self, nodes: Sequence[Node]) -> None:
        for kind, group in _by_kind((kind_of(n.id), n) for n in nodes).items():
            for part in portions(group):
                self._nodes_of_kind(identifier(kind), part)

    def _nodes_of_kind(self, label: str, nodes: Sequence[Node]) -> None:
        known = self._known_nodes(label, {n.id for n in nodes})
        new: dict[NodeId, Properties] = {}
        touched: dict[NodeId, Properties] = {}
        for node in nodes:
            current = known.get(node.id)
            if current is None:
                known[node.id] = new[node.id] = node_properties(node, self._seq)
                self._created += 1
                continue
            updates, changed = difference(current, node)
            current |= updates
            self._changed += changed
            if updates and node.id not in new:
                touched.setdefault(node.id, {"seq": self._seq}).update(updates)
        if new:
            self._work.run(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", rows=list(new.values()))
        if touched:
            query = f"UNWIND $rows AS row MATCH (n:{label} {{id: row[0]}}) SET n += row[1]"
            self._work.run(query, rows=list(touched.items()))

    def _known_nodes(self, label: str, ids: Iterable[NodeId]) -> dict[NodeId, Properties]:
        query = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN collect(properties(n))"
        return {properties["id"]: properties for properties in self._work.run(query, ids=list(ids)).row[0]}

    def _statements(self, statements: Sequence[Statement]) -> bool:
        """Write statements; say whether all their owners are there."""
        for part in portions(statements):
            new, touched = self._compared(part)
            for (owner, kind), rows in new.items():
                if owner not in NODE_LABELS:
                    return False
                query = f"""UNWIND $rows AS row
                MATCH (owner:{NODE_LABELS[owner]} {{id: row[0]}})
                CREATE (owner)-[:STATES]->(s:Statement:{identifier(kind)}) SET s = row[1]
                RETURN count(*)"""
                if self._work.run(query, rows=rows).row[0] < len(rows):
                    return False
            if touched:
                # Another decision about a text: whether it may have a vector is asked anew.
                query = "UNWIND $rows AS row MATCH (s:Statement {id: row.id}) SET s += row REMOVE s.vector"
                self._work.run(query, rows=touched)
        return True

    def _compared(
        self, statements: Sequence[Statement]
    ) -> tuple[dict[tuple[str, StatementKind], list[tuple[NodeId, Properties]]], list[Properties]]:
        """Tell new statements, by kind of owner and own kind, from those whose decision or time is another."""
        query = """UNWIND $ids AS id MATCH (s:Statement {id: id})
        RETURN collect([s.id, [s.t, s.details, s.policy]])"""
        known = dict(self._work.run(query, ids=list({s.id for s in statements})).row[0])
        new: dict[str, tuple[Statement, Properties]] = {}
        touched: dict[str, Properties] = {}
        for s in statements:
            properties = _statement_properties(s, self._seq)
            content = [properties["t"], properties["details"], properties["policy"]]
            if s.id in known and known[s.id] == content:
                continue
            self._created += s.id not in known
            self._changed += s.id in known
            if s.id in new or s.id not in known:
                new[s.id] = s, properties
            else:
                touched[s.id] = properties
            known[s.id] = content
        groups = _by_kind(((_prefix(s.owner), s.kind), (s.owner, p)) for s, p in new.values())
        return groups, list(touched.values())

    def _ties(self, changes: ChangeSet) -> bool:
        """Write ties; say whether all their ends are there."""
        for group in tie_groups(changes.ties):
            if not group.known:
                return False
            for rows in portions(group.rows):
                counts = write_ties(self._work, group, rows, self._seq)
                self._created += counts.created
                self._changed += counts.changed
                if counts.found < len(rows):
                    return False
        return True

    def _missing(self, changes: ChangeSet) -> Refused:
        wanted = {s.owner for s in changes.statements}
        for batch in changes.ties:
            wanted.update(batch.src, batch.dst)
        found: set[NodeId] = set()
        for prefix, ids in _by_kind((_prefix(i), i) for i in wanted).items():
            for part in portions(ids) if prefix in NODE_LABELS else ():
                query = f"UNWIND $ids AS id MATCH (n:{NODE_LABELS[prefix]} {{id: id}}) RETURN collect(n.id)"
                found.update(self._work.run(query, ids=part).row[0])
        return unknown_nodes(wanted - found)


def portions(rows: Sequence[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Give rows in lists that one statement takes well."""
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])


def _by_kind(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _prefix(node: NodeId) -> str:
    return node.partition(":")[0]


def _statement_properties(s: Statement, seq: int) -> Properties:
    details = json.dumps(dict(s.details), ensure_ascii=False, sort_keys=True) if s.details else None
    return {
        "id": s.id, "text": s.text, "t": seconds(s.t), "details": details, "policy": written(s.policy),
        "seq": seq, **origin(s.provenance),
    }  # fmt: skip
