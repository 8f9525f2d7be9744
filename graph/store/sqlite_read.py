"""Reading the tables of the SQLite store as a snapshot."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.codes import Coded, in_use
from graph.kinds import Said
from graph.policy import Policy
from graph.records import NodeId
from graph.snapshot import Snapshot
from graph.tables import (
    NODE_CODE,
    SAID_CODE,
    STATEMENT_CODE,
    TIE_CODE,
    CodeArray,
    FieldTable,
    IntArray,
    NodeTable,
    StatementTable,
    TextArray,
    TieTable,
)

ROWS_AT_ONCE = 1_000
POLICIES = "SELECT id, body FROM policies ORDER BY body"
SOURCES = "SELECT id, name, said FROM sources ORDER BY name, said"
TERMS = "SELECT id, policy_src, policy_dst, source FROM terms"
NUMBERS = "SELECT no FROM nodes WHERE id IN (SELECT value FROM json_each(?))"
NODES = "SELECT no, id, policy, source, coalesce(row, -1) FROM nodes"
FIELDS = "SELECT node, name, value, policy, source, coalesce(row, -1) FROM fields"
STATEMENTS = "SELECT id, owner, kind, text, t, details, policy, source, coalesce(row, -1) FROM statements"
# Two numbers in one make half as many Python objects, which is what reading takes time for. Undated ties hold
# -Infinity in the key (see the schema); kinds that do not repeat begin at `since`.
TIES = """
SELECT (src << 32) | dst, iif(t = -9e999, since, t),
    (terms << 33) | (coalesce(row + 1, 0) << 1) | (until IS NOT NULL OR n <> 1 OR details IS NOT NULL)
FROM ties WHERE kind = ?
"""
RARE_OF_TIES = """
SELECT until, n, details FROM ties WHERE kind = ? AND (until IS NOT NULL OR n <> 1 OR details IS NOT NULL)
"""
TIE_ORDER = " ORDER BY src, dst, t"
OF_NODES = " WHERE no IN (SELECT value FROM json_each(?)) ORDER BY id"
OF_FIELDS = " WHERE node IN (SELECT value FROM json_each(?)) ORDER BY node, name"
OF_STATEMENTS = " WHERE owner IN (SELECT value FROM json_each(?)) ORDER BY id"
OF_TIES = " AND src IN (SELECT value FROM json_each(?)) ORDER BY src, dst, t"

LOW = 0xFFFF_FFFF

NODE_CODES = {str(kind): code for kind, code in NODE_CODE.items()}
STATEMENT_CODES = {str(kind): code for kind, code in STATEMENT_CODE.items()}
TIE_CODES = {str(kind): code for kind, code in TIE_CODE.items()}

policy_of = lru_cache(maxsize=65_536)(Policy.from_json)


def read_snapshot(connection: sqlite3.Connection, version: int, mark: str) -> Snapshot:
    """Read everything; the caller holds a read transaction."""
    read = _Reader(connection)
    ties = [read.ties(code, TIES + TIE_ORDER, RARE_OF_TIES + TIE_ORDER, kind) for kind, code in TIE_CODES.items()]
    fields, statements = read.fields(FIELDS + " ORDER BY node, name"), read.statements(STATEMENTS + " ORDER BY id")
    return read.snapshot(NODES + " ORDER BY id", (), fields, statements, ties, version, mark)


def read_excerpt(connection: sqlite3.Connection, nodes: Collection[NodeId], version: int, mark: str) -> Snapshot:
    """Read some nodes with all that is theirs, and the bare nodes at the other ends of their ties."""
    numbers = [no for (no,) in connection.execute(NUMBERS, (json.dumps(sorted(nodes), ensure_ascii=False),))]
    some = json.dumps(numbers)
    read = _Reader(connection)
    fields, statements = read.fields(FIELDS + OF_FIELDS, some), read.statements(STATEMENTS + OF_STATEMENTS, some)
    queries = TIES + OF_TIES, RARE_OF_TIES + OF_TIES
    ties = [read.ties(code, *queries, kind, some) for kind, code in TIE_CODES.items()]
    ends = np.unique(np.concatenate([np.array(numbers, dtype=np.int32), *(table.dst for table in ties)]))
    return read.snapshot(NODES + OF_NODES, (json.dumps(ends.tolist()),), fields, statements, ties, version, mark)


class _Reader:
    """Reads one table after the other; nodes last, so that until then ends are numbers of the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        policies = connection.execute(POLICIES).fetchall()
        sources = connection.execute(SOURCES).fetchall()
        self._bodies = [body for _, body in policies]
        self._names = tuple(name for _, name, _ in sources)
        self._policy = _places([i for i, _ in policies])
        self._source = _places([i for i, _, _ in sources])
        self._said = np.array([SAID_CODE[Said(said)] for _, _, said in sources] or [0], dtype=np.int8)
        terms = np.array(connection.execute(TERMS).fetchall() or [(0, 0, 0, 0)], dtype=np.int64)
        self._terms = np.zeros((int(terms[:, 0].max()) + 1, 3), dtype=np.int64)
        self._terms[terms[:, 0]] = terms[:, 1:]

    def fields(self, query: str, *given: str) -> FieldTable:
        node, name, value, policy, source, row = self._columns(
            query, given, _integers, _texts, _texts, _integers, _integers, _integers
        )
        return FieldTable(node, name, value, self._policy[policy], *self._origin(source, row))

    def statements(self, query: str, *given: str) -> StatementTable:
        identifier, owner, kind, text, t, details, policy, source, row = self._columns(
            query, given, _texts, _integers, _statement_kinds, _texts, _times, _texts, _integers, _integers, _integers
        )
        origin = self._origin(source, row)
        return StatementTable(identifier, owner, kind, text, t, details, self._policy[policy], *origin)

    def ties(self, code: int, query: str, rare_query: str, *given: str) -> TieTable:
        """Read the ties of one kind, ends as numbers of the file; what few ties have is read for these alone."""
        pair, t, packed = self._columns(query, given, _large, _times, _large)
        n = len(pair)
        until, times, details = np.full(n, np.nan), np.ones(n, dtype=np.int32), np.full(n, None, dtype=object)
        rare = np.flatnonzero(packed & 1)
        if len(rare):
            until[rare], times[rare], details[rare] = self._columns(rare_query, given, _times, _integers, _texts)
        policy_src, policy_dst, source = self._terms[packed >> 33].T
        policies = self._policy[policy_src], self._policy[policy_dst]
        origin, row, said = self._origin(source, _low(packed >> 1) - 1)
        ends = _low(pair >> 32), _low(pair)
        kind = np.full(n, code, dtype=np.int8)
        return TieTable(kind, *ends, t, until, times, details, *policies, origin, row, said)

    def snapshot(
        self,
        query: str,
        given: Sequence[str],
        fields: FieldTable,
        statements: StatementTable,
        ties: Sequence[TieTable],
        version: int,
        mark: str,
    ) -> Snapshot:
        """Read the nodes, give everything the rows of their order, and put it together."""
        number, ids, policy, source, row = self._columns(
            query, given, _integers, _texts, _integers, _integers, _integers
        )
        place = _places(number)
        nodes = NodeTable(ids, _node_kinds(ids), self._policy[policy], *self._origin(source, row))
        coded = Coded(
            nodes,
            _by_node(fields.take(slice(None), node=place[fields.node])),
            statements.take(slice(None), owner=place[statements.owner]),
            _together([_in_order(t.take(slice(None), src=place[t.src], dst=place[t.dst])) for t in ties]),
            tuple(map(policy_of, self._bodies)),
            self._names,
        )
        return Snapshot(*in_use(coded), version=version, mark=mark)

    def _origin(self, source: IntArray, row: IntArray) -> tuple[IntArray, IntArray, CodeArray]:
        codes = self._source[source]
        return codes, row, self._said[codes]

    def _columns(self, query: str, given: Sequence[str], *makers: Callable[[Sequence[Any]], Any]) -> list[Any]:
        """Read in parts, so that the rows of a large table are never all there as Python objects."""
        cursor = self._connection.execute(query, given)
        parts = [[make(()) for make in makers]]
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            parts.append([make(column) for make, column in zip(makers, zip(*rows, strict=True), strict=True)])
        return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _places(numbers: Sequence[int] | IntArray) -> IntArray:
    """Give the place of each number in a list of them, as an array to look up in."""
    at = np.asarray(numbers, dtype=np.int64)
    places = np.zeros(int(at.max(initial=0)) + 1, dtype=np.int32)
    places[at] = np.arange(len(at), dtype=np.int32)
    return places


def _by_node(fields: FieldTable) -> FieldTable:
    return fields.take(np.argsort(fields.node, kind="stable"))


def _together(tables: Sequence[TieTable]) -> TieTable:
    columns = TieTable.__dataclass_fields__
    return TieTable(*(np.concatenate([getattr(table, name) for table in tables]) for name in columns))


def _in_order(ties: TieTable) -> TieTable:
    """Sort ties of one kind by source, target and time; of each pair they come by time, the undated one first."""
    undated = np.isnan(ties.t)
    late = np.concatenate([np.flatnonzero(~undated), np.flatnonzero(undated)])
    pair = (ties.src.astype(np.int64) << 32) + ties.dst
    return ties.take(late[np.argsort(pair[late], kind="stable")])


def _low(packed: NDArray[np.int64]) -> IntArray:
    """Give the lower of two numbers in one."""
    return (packed & LOW).astype(np.int32)


def _large(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def _integers(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int32)


def _times(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)  # None becomes NaN


def _texts(values: Sequence[str | None]) -> TextArray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _statement_kinds(values: Sequence[str]) -> CodeArray:
    return np.array([STATEMENT_CODES[kind] for kind in values], dtype=np.int8)


def _node_kinds(ids: TextArray) -> CodeArray:
    """Give the kinds of sorted ids: those of one kind stand together, from ``kind:`` to before ``kind;``."""
    codes = np.zeros(len(ids), dtype=np.int8)
    for kind, code in NODE_CODES.items():
        first, after = np.searchsorted(ids, np.array([f"{kind}:", f"{kind};"], dtype=object))
        codes[first:after] = code
    return codes
