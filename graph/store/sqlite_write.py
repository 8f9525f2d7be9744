"""Writing a change set into the tables of the SQLite store, inside the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.changes import ChangeSet, Receipt
from graph.kinds import SYMMETRIC, Said
from graph.policy import Policy
from graph.records import CodedIds, Node, NodeId, Provenance, Statement, TieBatch
from graph.store.base import unknown_nodes
from graph.store.sqlite_schema import UNDATED

LOOK_UP_AT_ONCE = 5_000

NODE_UPSERT = """
INSERT INTO nodes (id, policy, source, row, seq) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET policy = excluded.policy, source = excluded.source, row = excluded.row,
seq = excluded.seq WHERE policy <> excluded.policy
"""
FIELD_UPSERT = """
INSERT INTO fields (node, name, value, policy, source, row, seq) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (node, name) DO UPDATE SET value = excluded.value, policy = excluded.policy,
source = excluded.source, row = excluded.row, seq = excluded.seq
WHERE value <> excluded.value OR policy <> excluded.policy
"""
STATEMENT_UPSERT = """
INSERT INTO statements (id, owner, kind, text, t, details, policy, source, row, seq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET t = excluded.t, details = excluded.details, policy = excluded.policy,
source = excluded.source, row = excluded.row, seq = excluded.seq
WHERE t IS NOT excluded.t OR details IS NOT excluded.details OR policy <> excluded.policy
"""
TIE_DELETE = """
DELETE FROM ties WHERE kind = ? AND src = (SELECT no FROM nodes WHERE id = ?)
AND dst = (SELECT no FROM nodes WHERE id = ?)
"""
TIE_UPSERT = """
INSERT INTO ties (kind, src, dst, t, since, until, n, details, terms, row, seq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, src, dst, t) DO UPDATE SET since = excluded.since, until = excluded.until, n = excluded.n,
details = excluded.details, terms = excluded.terms, row = excluded.row, seq = excluded.seq
WHERE n <> excluded.n OR since IS NOT excluded.since OR until IS NOT excluded.until
OR details IS NOT excluded.details OR terms <> excluded.terms AND NOT EXISTS (
    SELECT 1 FROM terms old, terms new WHERE old.id = ties.terms AND new.id = excluded.terms
    AND old.policy_src = new.policy_src AND old.policy_dst = new.policy_dst)
"""


class Writer:
    """Writes one change set; the caller holds the transaction.

    A fact that comes again with the same content keeps its first provenance and counts as unchanged.
    """

    def __init__(self, connection: sqlite3.Connection, seq: int) -> None:
        self._connection = connection
        self._seq = seq
        self._policies: dict[Policy, int] = {}
        self._same_policy: dict[int, tuple[Policy, int]] = {}
        self._sources: dict[tuple[str, Said], int] = {}
        self._known_terms: dict[tuple[int, int, int], int] = {}
        self._numbers: dict[NodeId, int] = {}
        self._created = 0
        self._changed = 0

    def write(self, changes: ChangeSet) -> Receipt:
        """Write everything and count what became of it."""
        removed = self._remove(changes)
        self._upsert("nodes", [(NODE_UPSERT, self._node_rows(changes.nodes))])
        self._load_numbers(_mentioned(changes))
        created = self._created
        self._upsert("fields", [(FIELD_UPSERT, self._field_rows(changes.nodes))])
        self._created = created  # a new attribute is part of its node
        self._upsert("statements", [(STATEMENT_UPSERT, self._statement_rows(changes.statements))])
        terms = [self._terms(batch) for batch in changes.ties]  # first, so that only ties are counted below
        work = zip(changes.ties, terms, strict=True)
        self._upsert("ties", ((TIE_UPSERT, self._tie_rows(batch, *pair)) for batch, pair in work))
        given = len(changes.nodes) + len(changes.statements) + sum(len(b) for b in changes.ties)
        unchanged = max(given - self._created - self._changed, 0)
        return Receipt(self._seq, False, self._created, self._changed, unchanged, removed)

    def _upsert(self, table: str, work: Iterable[tuple[str, Iterable[tuple[Any, ...]]]]) -> None:
        rows, writes = self._count(table), self._connection.total_changes
        for sql, data in work:
            self._connection.executemany(sql, data)
        created = self._count(table) - rows
        self._created += created
        self._changed += self._connection.total_changes - writes - created

    def _count(self, table: str) -> int:
        (n,) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(n)

    def _remove(self, changes: ChangeSet) -> int:
        removed = 0
        for identifier in changes.removed_statements:
            removed += self._connection.execute("DELETE FROM statements WHERE id = ?", (identifier,)).rowcount
        for kind, src, dst in changes.removed_ties:
            ends = [(src, dst), (dst, src)] if kind in SYMMETRIC else [(src, dst)]
            removed += sum(self._connection.execute(TIE_DELETE, (kind, *pair)).rowcount for pair in ends)
        return removed + sum(map(self._remove_node, changes.removed_nodes))

    def _remove_node(self, identifier: NodeId) -> int:
        found = self._connection.execute("SELECT no FROM nodes WHERE id = ?", (identifier,)).fetchone()
        if found is None:
            return 0
        removed = self._connection.execute("DELETE FROM ties WHERE src = :no OR dst = :no", {"no": found[0]}).rowcount
        removed += self._connection.execute("DELETE FROM statements WHERE owner = ?", found).rowcount
        self._connection.execute("DELETE FROM fields WHERE node = ?", found)
        return removed + self._connection.execute("DELETE FROM nodes WHERE no = ?", found).rowcount

    def _node_rows(self, nodes: Sequence[Node]) -> list[tuple[Any, ...]]:
        return [(n.id, self._policy(n.policy), *self._origin(n.provenance), self._seq) for n in nodes]

    def _field_rows(self, nodes: Sequence[Node]) -> list[tuple[Any, ...]]:
        return [
            (
                self._numbers[n.id],
                name,
                f.value,
                self._policy(f.policy),
                *self._origin(f.provenance),
                self._seq,
            )
            for n in nodes
            for name, f in n.fields.items()
        ]

    def _statement_rows(self, statements: Sequence[Statement]) -> list[tuple[Any, ...]]:
        return [
            (
                s.id, self._numbers[s.owner], s.kind, s.text, s.t, _details(s), self._policy(s.policy),
                *self._origin(s.provenance), self._seq,
            )
            for s in statements
        ]  # fmt: skip

    def _tie_rows(self, batch: TieBatch, terms: int, turned: int) -> Iterable[tuple[Any, ...]]:
        """Give the rows in the order of the primary key: sequential inserts keep the tree compact."""
        src, dst = self._numbered(batch.src), self._numbered(batch.dst)
        swap = _swapped(batch)
        src, dst = np.where(swap, dst, src), np.where(swap, src, dst)
        given = np.array([UNDATED if x is None else x for x in batch.t or repeat(None, len(batch))], dtype=float)
        # a kind that does not repeat has one row a pair: of several the last one given must come last
        order = np.lexsort((given, dst, src) if batch.repeats else (dst, src))
        when = given[order].tolist()
        since: Iterable[float | None] = (None if x == UNDATED else x for x in when)
        return zip(
            repeat(batch.kind),
            src[order].tolist(),
            dst[order].tolist(),
            when if batch.repeats else repeat(UNDATED),
            repeat(None) if batch.repeats else since,
            _in_order(batch.until, order, None),
            _in_order(batch.n, order, 1),
            _in_order(batch.details, order, None),
            np.where(swap, turned, terms)[order].tolist(),
            _in_order(batch.rows, order, None),
            repeat(self._seq),
            strict=False,
        )

    def _numbered(self, column: Sequence[NodeId]) -> NDArray[np.int64]:
        """Give the number of each node of a column; a coded column looks each node up once."""
        if isinstance(column, CodedIds):
            used = np.unique(column.codes)
            numbers = np.zeros(len(column.ids), dtype=np.int64)
            numbers[used] = [self._numbers[column.ids[i]] for i in used.tolist()]
            return numbers[column.codes]
        return np.fromiter(map(self._numbers.__getitem__, column), np.int64, len(column))

    def _terms(self, batch: TieBatch) -> tuple[int, int]:
        """Give the code of both policies and the source, as given and with the ends turned."""
        a, b = self._policy(batch.policy_src), self._policy(batch.policy_dst)
        source = self._source(batch.source, batch.said)
        return self._term(a, b, source), self._term(b, a, source) if batch.symmetric else 0

    def _term(self, policy_src: int, policy_dst: int, source: int) -> int:
        key = (policy_src, policy_dst, source)
        if key not in self._known_terms:
            self._known_terms[key] = self._intern("terms", ("policy_src", "policy_dst", "source"), key)
        return self._known_terms[key]

    def _load_numbers(self, wanted: set[NodeId]) -> None:
        if len(wanted) > LOOK_UP_AT_ONCE:
            self._numbers.update(self._connection.execute("SELECT id, no FROM nodes"))
        else:
            self._numbers.update(
                self._connection.execute(
                    "SELECT id, no FROM nodes WHERE id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(wanted)),),
                )
            )
        missing = wanted - self._numbers.keys()
        if missing:
            raise unknown_nodes(missing)

    def _policy(self, policy: Policy) -> int:
        known = self._same_policy.get(id(policy))  # most facts of a file share one object: no need to hash it
        if known is not None and known[0] is policy:
            return known[1]
        if policy not in self._policies:
            self._policies[policy] = self._intern("policies", ("body",), (policy.to_json(),))
        self._same_policy[id(policy)] = (policy, self._policies[policy])
        return self._policies[policy]

    def _origin(self, provenance: Provenance) -> tuple[int, int | None]:
        return self._source(provenance.source, provenance.said), provenance.row

    def _source(self, name: str, said: Said) -> int:
        if (name, said) not in self._sources:
            self._sources[name, said] = self._intern("sources", ("name", "said"), (name, said))
        return self._sources[name, said]

    def _intern(self, table: str, columns: Sequence[str], values: Sequence[str | int]) -> int:
        match = " AND ".join(f"{c} = ?" for c in columns)
        found = self._connection.execute(f"SELECT id FROM {table} WHERE {match}", values).fetchone()
        if found is not None:
            return int(found[0])
        marks = ", ".join("?" * len(columns))
        done = self._connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
        return int(done.lastrowid or 0)


def _mentioned(changes: ChangeSet) -> set[NodeId]:
    wanted = {n.id for n in changes.nodes}
    wanted.update(s.owner for s in changes.statements)
    for batch in changes.ties:
        wanted.update(_named(batch.src), _named(batch.dst))
    return wanted


def _swapped(batch: TieBatch) -> NDArray[np.bool_]:
    if not batch.symmetric:
        return np.zeros(len(batch), dtype=bool)
    if isinstance(batch.src, CodedIds) and isinstance(batch.dst, CodedIds) and batch.src.ids is batch.dst.ids:
        place = np.empty(len(batch.src.ids), dtype=np.int64)
        place[sorted(range(len(place)), key=batch.src.ids.__getitem__)] = np.arange(len(place))
        return np.asarray(place[batch.src.codes] > place[batch.dst.codes])
    return np.fromiter((a > b for a, b in zip(batch.src, batch.dst, strict=True)), bool, len(batch))


def _named(column: Sequence[NodeId]) -> Iterable[NodeId]:
    if isinstance(column, CodedIds):
        return [column.ids[i] for i in np.unique(column.codes).tolist()]
    return column


def _in_order(column: Sequence[Any] | None, order: NDArray[np.intp], default: int | None) -> Iterable[Any]:
    if column is None:
        return repeat(default)
    return map(column.__getitem__, order.tolist())


def _details(statement: Statement) -> str | None:
    if not statement.details:
        return None
    return json.dumps(dict(statement.details), ensure_ascii=False, sort_keys=True)
