"""Reading the tables of the SQLite store as a snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind, Said, StatementKind
from graph.policy import Policy
from graph.snapshot import Snapshot
from graph.store.sqlite_schema import UNDATED
from graph.tables import (
    NODE_CODE,
    SAID_CODE,
    STATEMENT_CODE,
    TIE_CODE,
    FieldTable,
    IntArray,
    NodeTable,
    StatementTable,
    TextArray,
    TieTable,
)

NO_ROW = -1
# What no fact uses any more does not show: equal graphs give equal snapshots, whatever was there before.
USED_POLICIES = """
SELECT id, body FROM policies WHERE id IN (
    SELECT policy FROM nodes UNION SELECT policy FROM fields UNION SELECT policy FROM statements
    UNION SELECT policy_src FROM terms WHERE id IN (SELECT terms FROM ties)
    UNION SELECT policy_dst FROM terms WHERE id IN (SELECT terms FROM ties)) ORDER BY body
"""
USED_SOURCES = """
SELECT id, said || ' ' || name FROM sources WHERE id IN (
    SELECT source FROM nodes UNION SELECT source FROM fields UNION SELECT source FROM statements
    UNION SELECT source FROM terms WHERE id IN (SELECT terms FROM ties)) ORDER BY name, said
"""


def read_snapshot(connection: sqlite3.Connection, version: int) -> Snapshot:
    """Read everything; the caller holds a read transaction."""
    policies = _Codes(connection.execute(USED_POLICIES))
    sources = _Codes(connection.execute(USED_SOURCES))
    nodes = connection.execute("SELECT no, id, policy, source, row FROM nodes ORDER BY id").fetchall()
    number, identifier, policy, source, row = _columns(nodes, 5)
    reader = _Reader(connection, _Order(number), policies, sources)
    return Snapshot(
        nodes=NodeTable(
            _text(identifier),
            np.array([NODE_CODE[NodeKind(i.partition(":")[0])] for i in identifier], dtype=np.int8),
            policies.codes(policy),
            **reader.origin(source, row),
        ),
        fields=reader.fields(),
        statements=reader.statements(),
        ties=reader.ties(),
        policies=tuple(Policy.from_json(body) for body in policies.values),
        sources=tuple(v.partition(" ")[2] for v in sources.values),
        version=version,
    )


class _Codes:
    """Codes by order of content instead of order of arrival, so that equal graphs give equal codes."""

    def __init__(self, rows: Sequence[tuple[int, str]] | sqlite3.Cursor) -> None:
        pairs = list(rows)
        self.values = [value for _, value in pairs]
        self._code = np.zeros(max((i for i, _ in pairs), default=0) + 1, dtype=np.int32)
        for code, (i, _) in enumerate(pairs):
            self._code[i] = code

    def codes(self, ids: Sequence[int]) -> IntArray:
        return self._code[np.array(ids, dtype=np.int64)] if len(ids) else np.zeros(0, dtype=np.int32)


class _Order:
    """Row of a node in the order of ids, from its number in the file."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._row = np.zeros(max(numbers, default=0) + 1, dtype=np.int32)
        self._row[np.array(numbers, dtype=np.int64)] = np.arange(len(numbers), dtype=np.int32)

    def rows(self, numbers: Sequence[int]) -> IntArray:
        return self._row[np.array(numbers, dtype=np.int64)] if len(numbers) else np.zeros(0, dtype=np.int32)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _text(values: Sequence[Any]) -> TextArray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _rows(values: Sequence[int | None]) -> IntArray:
    return np.array([NO_ROW if v is None else v for v in values], dtype=np.int32)


def _times(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


class _Reader:
    """Reads the tables that point to nodes."""

    def __init__(self, connection: sqlite3.Connection, order: _Order, policies: _Codes, sources: _Codes) -> None:
        self._connection = connection
        self._order = order
        self._policies = policies
        self._sources = sources
        said = [SAID_CODE[Said(v.partition(" ")[0])] for v in sources.values]
        self._said_of = np.array(said or [0], dtype=np.int8)

    def origin(self, source: Sequence[int], row: Sequence[int | None]) -> dict[str, Any]:
        codes = self._sources.codes(source)
        return {"source": codes, "row": _rows(row), "said": self._said_of[codes]}

    def fields(self) -> FieldTable:
        rows = self._connection.execute(
            "SELECT node, name, value, policy, source, row FROM fields ORDER BY node, name"
        ).fetchall()
        node, name, value, policy, source, row = _columns(rows, 6)
        table = FieldTable(
            self._order.rows(node), _text(name), _text(value), self._policies.codes(policy), **self.origin(source, row)
        )
        return table.take(np.argsort(table.node, kind="stable"))

    def statements(self) -> StatementTable:
        rows = self._connection.execute(
            "SELECT id, owner, kind, text, t, details, policy, source, row FROM statements ORDER BY id"
        ).fetchall()
        identifier, owner, kind, text, t, details, policy, source, row = _columns(rows, 9)
        return StatementTable(
            _text(identifier),
            self._order.rows(owner),
            np.array([STATEMENT_CODE[StatementKind(k)] for k in kind], dtype=np.int8),
            _text(text),
            _times(t),
            _text(details),
            self._policies.codes(policy),
            **self.origin(source, row),
        )

    def ties(self) -> TieTable:
        rows = self._connection.execute(
            """SELECT kind, src, dst, t, since, until, n, details, policy_src, policy_dst, source, row
            FROM ties JOIN terms ON terms.id = ties.terms"""
        ).fetchall()
        kind, src, dst, t, since, until, n, details, policy_src, policy_dst, source, row = _columns(rows, 12)
        code_of = {str(k): c for k, c in TIE_CODE.items()}
        key = np.array(t, dtype=np.float64)
        table = TieTable(
            np.array([code_of[k] for k in kind], dtype=np.int8),
            self._order.rows(src),
            self._order.rows(dst),
            np.where(key == UNDATED, _times(since), key),
            _times(until),
            np.array(n, dtype=np.int32),
            _text(details),
            self._policies.codes(policy_src),
            self._policies.codes(policy_dst),
            **self.origin(source, row),
        )
        return table.take(np.lexsort((table.t, table.dst, table.src, table.kind)))
