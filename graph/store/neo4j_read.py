"""Reading the Neo4j store as a snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind, Said, StatementKind, TieKind
from graph.policy import Policy
from graph.records import NodeId
from graph.snapshot import Snapshot
from graph.store import neo4j_pages
from graph.store.neo4j_connection import GraphMoved, Work
from graph.store.neo4j_ledger import State
from graph.store.neo4j_pages import NodeGroup, StatementGroup, TieGroup
from graph.store.neo4j_records import fields_of
from graph.store.neo4j_schema import STATEMENT_LABELS, TIE_TYPES
from graph.tables import (
    NODE_CODE,
    SAID_CODE,
    STATEMENT_CODE,
    TIE_CODE,
    FieldTable,
    FloatArray,
    IntArray,
    NodeTable,
    StatementTable,
    TextArray,
    TieTable,
)

Table = TypeVar("Table", NodeTable, FieldTable, StatementTable, TieTable)

NO_ROW = -1
ROW_BITS = 32
LOW = 0xFFFF_FFFF
STATEMENT_OF = {label: STATEMENT_CODE[StatementKind(kind)] for kind, label in STATEMENT_LABELS.items()}
TIE_OF = {label: TIE_CODE[TieKind(kind)] for kind, label in TIE_TYPES.items()}


def read_snapshot(work: Work, state: State) -> Snapshot:
    """Read everything in the caller's transaction.

    Raises
    ------
    graph.store.neo4j_connection.GraphMoved
        If a fact belongs to a node that came in after the nodes were read.
    """
    with _unmoved():
        return _Reader(work).snapshot(state)


def read_excerpt(work: Work, nodes: Collection[NodeId], state: State) -> Snapshot:
    """Read some nodes with all that is theirs, and the bare nodes at the other ends of their ties; as above."""
    with _unmoved():
        return _Reader(work).excerpt(sorted(nodes), state)


@contextmanager
def _unmoved() -> Iterator[None]:
    try:
        yield
    except KeyError as error:
        raise GraphMoved(f"a fact belongs to a node that was not there before: {error}") from error


class _Codes:
    """Codes of values: in order of arrival while reading, at last in order of content, as in every store."""

    def __init__(self) -> None:
        self._code: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        return self._code.setdefault(value, len(self._code))

    def values(self) -> list[Any]:
        return sorted(self._code)

    def final(self, codes: IntArray) -> IntArray:
        place = {value: i for i, value in enumerate(self.values())}
        return np.array([place[value] for value in self._code], dtype=np.int32)[codes] if len(codes) else codes


class _Rows:
    """Rows of a table that come in groups: some columns as lists, the others as the one value of all in the group."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._groups: list[tuple[Any, ...]] = []

    def add(self, n: int, *columns: Any) -> None:
        self._sizes.append(n)
        self._groups.append(columns)

    def __len__(self) -> int:
        return sum(self._sizes)

    def listed(self, column: int) -> list[Any]:
        return list(chain.from_iterable(group[column] for group in self._groups))

    def shared(self, column: int) -> IntArray:
        values = np.array([group[column] for group in self._groups], dtype=np.int32)
        return np.repeat(values, np.array(self._sizes, dtype=np.intp))


class _Reader:
    """Reads nodes with their attributes first, since everything else points to them."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._policies = _Codes()
        self._sources = _Codes()
        self._row_of: dict[NodeId, int] = {}
        self._n_ties: dict[NodeId, int] = {}

    def snapshot(self, state: State) -> Snapshot:
        kinds = neo4j_pages.filled_kinds(self._work)
        nodes, fields = self._nodes(chain.from_iterable(neo4j_pages.all_nodes(self._work, kind) for kind in kinds))
        return self._whole(nodes, fields, self._statements(neo4j_pages.all_statements(self._work)), state)

    def excerpt(self, ids: Sequence[NodeId], state: State) -> Snapshot:
        whole = list(neo4j_pages.some_nodes(self._work, ids))
        own = [node for group in whole for node in group.ids]
        ends = sorted(neo4j_pages.other_ends(self._work, own).difference(own))
        nodes, fields = self._nodes(whole, neo4j_pages.some_nodes(self._work, ends))
        return self._whole(nodes, fields, self._statements(neo4j_pages.some_statements(self._work, own)), state)

    def _whole(self, nodes: NodeTable, fields: FieldTable, statements: StatementTable, state: State) -> Snapshot:
        ties = self._ties()
        return Snapshot(
            self._final(nodes),
            self._final(fields),
            self._final(statements),
            self._final(ties),
            tuple(Policy.from_json(text) for text in self._policies.values()),
            tuple(name for name, _ in self._sources.values()),
            state.version,
            mark=state.mark,
        )

    def _nodes(self, whole: Iterable[NodeGroup], bare: Iterable[NodeGroup] = ()) -> tuple[NodeTable, FieldTable]:
        nodes, fields, names = _Rows(), _Rows(), _Codes()
        for group in bare:
            self._add_nodes(nodes, group)
        for group in whole:
            self._add_nodes(nodes, group)
            self._n_ties.update(zip(group.ids, group.n_ties, strict=True))
            for name, key in _names(tuple(group.columns)):
                facts = self._facts(group, f"{key}_")
                fields.add(len(group.ids), group.ids, group.columns[key], names.of(name), *facts)
        table = self._node_table(nodes)
        return table, self._field_table(fields, names)

    def _add_nodes(self, nodes: _Rows, group: NodeGroup) -> None:
        kind = NODE_CODE[NodeKind(group.ids[0].partition(":")[0])]
        nodes.add(len(group.ids), group.ids, kind, *self._facts(group))

    def _facts(self, group: NodeGroup, prefix: str = "") -> tuple[int, int, list[int]]:
        """Give the codes of policy and source of all in a group, and the row of each."""
        policy, source, said = (group.common[prefix + fact] for fact in ("policy", "source", "said"))
        rows = group.columns.get(f"{prefix}row") or [NO_ROW] * len(group.ids)
        return self._policies.of(policy), self._sources.of((source, said)), rows

    def _node_table(self, nodes: _Rows) -> NodeTable:
        ids = nodes.listed(0)
        order = _in_order(ids)
        said = np.zeros(len(ids), dtype=np.int8)
        kinds = nodes.shared(1).astype(np.int8)
        columns = (_objects(ids), kinds, nodes.shared(2), nodes.shared(3), _file_rows(nodes.listed(4)), said)
        table = NodeTable(*columns).take(order)
        self._row_of = {node: row for row, node in enumerate(table.ids)}
        return table

    def _field_table(self, fields: _Rows, names: _Codes) -> FieldTable:
        node, name = self._rows(fields.listed(0)), names.final(fields.shared(2))
        return FieldTable(
            node, _objects(names.values())[name], _objects(fields.listed(1)), fields.shared(3), fields.shared(4),
            _file_rows(fields.listed(5)), np.zeros(len(node), dtype=np.int8),
        ).take(np.lexsort((name, node)))  # fmt: skip

    def _statements(self, groups: Iterable[StatementGroup]) -> StatementTable:
        rows = _Rows()
        for g in groups:
            kind = next(STATEMENT_OF[label] for label in g.labels if label in STATEMENT_OF)
            shared = kind, self._policies.of(g.policy), self._sources.of((g.source, g.said))
            rows.add(len(g.ids), *shared, g.ids, g.owners, g.texts, g.times, g.details, g.rows)
        ids, owners, texts, times, details, places = (rows.listed(i) for i in range(3, 9))
        return StatementTable(
            _objects(ids), self._rows(owners), rows.shared(0).astype(np.int8), _objects(texts),
            np.array(times, dtype=np.float64), _details(details), rows.shared(1), rows.shared(2),
            _file_rows(places), np.zeros(len(ids), dtype=np.int8),
        ).take(_in_order(ids))  # fmt: skip

    def _ties(self) -> TieTable:
        pages = [self._tie_page([], [])]
        pages += [self._tie_page(*page) for page in neo4j_pages.ties_of(self._work, self._n_ties)]
        ties = TieTable(*(np.concatenate(columns) for columns in zip(*pages, strict=True)))
        pairs = (ties.src.astype(np.int64) << ROW_BITS) + ties.dst
        return ties.take(np.lexsort((ties.t, pairs, ties.kind)))

    def _tie_page(self, sources: Sequence[NodeId], groups: Sequence[TieGroup]) -> tuple[NDArray[Any], ...]:
        rows = _Rows()
        for g in groups:
            policies = self._policies.of(g.policy_src), self._policies.of(g.policy_dst)
            shared = (TIE_OF[g.kind], *policies, self._sources.of((g.source, g.said)), not g.undated, not g.plain)
            rows.add(len(g.places), *shared, g.places, g.targets, g.times, g.rare)
        kind, policy_src, policy_dst, source, dated, rare = (rows.shared(i) for i in range(6))
        places = np.array(rows.listed(6), dtype=np.int64)
        return (
            kind.astype(np.int8), self._rows(sources)[places >> ROW_BITS], self._rows(rows.listed(7)),
            _dated(dated, rows.listed(8)), *_uncommon(rare, rows.listed(9)), policy_src, policy_dst, source,
            ((places & LOW) - 1).astype(np.int32), np.zeros(len(rows), dtype=np.int8),
        )  # fmt: skip

    def _rows(self, ids: Sequence[NodeId]) -> IntArray:
        return np.fromiter(map(self._row_of.__getitem__, ids), np.int32, len(ids))

    def _final(self, table: Table) -> Table:
        """Replace the codes in order of arrival."""
        source = self._sources.final(table.source)
        said = np.array([SAID_CODE[Said(said)] for _, said in self._sources.values()] or [0], dtype=np.int8)[source]
        names = [name for name in ("policy", "policy_src", "policy_dst") if hasattr(table, name)]
        policies = {name: self._policies.final(getattr(table, name)) for name in names}
        return table.take(slice(None), source=source, said=said, **policies)


@lru_cache(maxsize=4_096)
def _names(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(fields_of(keys))


def _in_order(ids: Sequence[str]) -> NDArray[np.intp]:
    """Give the places of ids from the first to the last."""
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp)


def _dated(dated: IntArray, times: Sequence[float]) -> FloatArray:
    """Give the time of each tie, from those of the ties that have one."""
    t = np.full(len(dated), np.nan)
    t[dated == 1] = times
    return t


def _uncommon(rare: IntArray, values: Sequence[tuple[float, int, str]]) -> tuple[FloatArray, IntArray, TextArray]:
    """Give end, count and details of each tie, from those of the ties that have any of them."""
    until, n, details = np.full(len(rare), np.nan), np.ones(len(rare), dtype=np.int32), _objects([None] * len(rare))
    if values:
        until[rare == 1], n[rare == 1], texts = zip(*values, strict=True)
        details[rare == 1] = _details(texts)
    return until, n, details


def _details(texts: Sequence[str]) -> TextArray:
    return _objects([text or None for text in texts])


def _file_rows(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int32)


def _objects(values: Sequence[Any]) -> TextArray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
