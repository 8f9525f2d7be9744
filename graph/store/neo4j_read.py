"""Reading the Neo4j store as a snapshot, in collected pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind, Said, StatementKind, TieKind
from graph.policy import Policy
from graph.records import NodeId
from graph.snapshot import Snapshot
from graph.store.neo4j_connection import GraphMoved, Work
from graph.store.neo4j_ledger import State
from graph.store.neo4j_records import fields_of
from graph.store.neo4j_schema import STATEMENT_LABELS, TIE_TYPES, identifier
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

NODES_AT_ONCE = 5_000
TIES_AT_ONCE = 20_000
NO_ROW = -1
STATEMENT_OF = {label: STATEMENT_CODE[StatementKind(kind)] for kind, label in STATEMENT_LABELS.items()}
TIE_OF = {label: TIE_CODE[TieKind(kind)] for kind, label in TIE_TYPES.items()}

NODE_PAGE = """
MATCH (n:{label}) WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $page
RETURN collect([properties(n), COUNT {{ (n)-->() }}])
"""
STATEMENT_PAGE = """
MATCH (s:Statement) WHERE s.id > $after
WITH s ORDER BY s.id LIMIT $page
MATCH (owner)-[:STATES]->(s)
RETURN collect([s.id, owner.id, labels(s), s.text, s.t, s.details, s.policy, s.source, s.said, s.row])
"""
SOME_NODES = """
UNWIND $ids AS id MATCH (n:{label} {{id: id}})
RETURN collect([properties(n), COUNT {{ (n)-->() }}])
"""
SOME_STATEMENTS = """
UNWIND $ids AS id MATCH (owner:{label} {{id: id}})-[:STATES]->(s:Statement)
RETURN collect([s.id, owner.id, labels(s), s.text, s.t, s.details, s.policy, s.source, s.said, s.row])
"""
OTHER_ENDS = "UNWIND $ids AS id MATCH (:{label} {{id: id}})-[:{types}]->(b) RETURN collect(DISTINCT b.id)"
TIE_PAGE = """
UNWIND range(0, size($ids) - 1) AS i
MATCH (a:{label} {{id: $ids[i]}})-[k:{types}]->(b)
RETURN type(k), k.policy_src, k.policy_dst, k.source, k.said,
    collect([i, b.id, k.t, k.until, k.n, k.row, k.details])
"""


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


class _Reader:
    """Reads nodes with their attributes first, since everything else points to them."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._policies = _Codes()
        self._sources = _Codes()
        self._row_of: dict[NodeId, int] = {}
        self._n_ties: dict[NodeId, int] = {}

    def snapshot(self, state: State) -> Snapshot:
        nodes, fields = self._nodes(self._node_properties())
        pages = self._pages(STATEMENT_PAGE, itemgetter(0))
        return self._whole(nodes, fields, self._statements(pages), state)

    def excerpt(self, ids: Sequence[NodeId], state: State) -> Snapshot:
        whole = list(chain.from_iterable(self._by_kind(SOME_NODES, ids)))
        own = [properties["id"] for properties, _ in whole]
        types = "|".join(TIE_OF)
        ends = set(chain.from_iterable(self._by_kind(OTHER_ENDS, own, types=types))).difference(own)
        bare = [properties for properties, _ in chain.from_iterable(self._by_kind(SOME_NODES, sorted(ends)))]
        self._n_ties = {properties["id"]: n for properties, n in whole}
        nodes, fields = self._nodes((properties for properties, _ in whole), bare)
        return self._whole(nodes, fields, self._statements(self._by_kind(SOME_STATEMENTS, own)), state)

    def _whole(self, nodes: NodeTable, fields: FieldTable, statements: StatementTable, state: State) -> Snapshot:
        ties = self._ties()
        return Snapshot(
            self._final(nodes),
            self._final(fields),
            self._final(statements),
            self._final(ties).take(np.lexsort((ties.t, ties.dst, ties.src, ties.kind))),
            tuple(Policy.from_json(text) for text in self._policies.values()),
            tuple(name for name, _ in self._sources.values()),
            state.version,
            mark=state.mark,
        )

    def _nodes(
        self, whole: Iterable[Mapping[str, Any]], bare: Iterable[Mapping[str, Any]] = ()
    ) -> tuple[NodeTable, FieldTable]:
        nodes: list[tuple[Any, ...]] = [(properties["id"], *self._fact(properties)) for properties in bare]
        fields: list[tuple[Any, ...]] = []
        for properties in whole:
            node = properties["id"]
            nodes.append((node, *self._fact(properties)))
            fields += [
                (node, name, properties[key], *self._fact(properties, f"{key}_"))
                for name, key in _names(tuple(properties))
            ]
        nodes.sort(key=itemgetter(0))
        fields.sort(key=itemgetter(0, 1))
        ids, *facts = _columns(nodes, 4)
        self._row_of = {node: row for row, node in enumerate(ids)}
        kinds = np.array([NODE_CODE[NodeKind(i.partition(":")[0])] for i in ids], dtype=np.int8)
        node, name, value, *field_facts = _columns(fields, 6)
        return (
            NodeTable(_objects(ids), kinds, *_facts(*facts)),
            FieldTable(self._rows(node), _objects(name), _objects(value), *_facts(*field_facts)),
        )

    def _node_properties(self) -> Iterator[Mapping[str, Any]]:
        for kind in NodeKind:
            query = NODE_PAGE.format(label=identifier(kind))
            for page in self._pages(query, lambda row: row[0]["id"]):
                for properties, n_ties in page:
                    self._n_ties[properties["id"]] = n_ties
                    yield properties

    def _statements(self, pages: Iterable[list[Any]]) -> StatementTable:
        rows = [
            (s, owner, labels, text, t, details, self._policies.of(policy), self._sources.of((source, said)), row)
            for page in pages
            for s, owner, labels, text, t, details, policy, source, said, row in page
        ]
        rows.sort(key=itemgetter(0))
        ids, owner, labels, text, t, details, *facts = _columns(rows, 9)
        kinds = [next(STATEMENT_OF[label] for label in two if label in STATEMENT_OF) for two in labels]
        return StatementTable(
            _objects(ids), self._rows(owner), np.array(kinds, dtype=np.int8), _objects(text),
            _times(t), _objects(details), *_facts(*facts),
        )  # fmt: skip

    def _ties(self) -> TieTable:
        pages = [self._tie_rows(TIE_OF["MET"], np.zeros(0, dtype=np.int32), [], (0, 0, 0))]
        for kind in NodeKind:
            query = TIE_PAGE.format(label=identifier(kind), types="|".join(TIE_OF))
            for ids in self._portions(f"{kind}:"):
                sources = self._rows(ids)
                for label, policy_src, policy_dst, source, said, rows in self._work.rows(query, ids=ids):
                    policies = self._policies.of(policy_src), self._policies.of(policy_dst)
                    terms = (*policies, self._sources.of((source, said)))
                    pages.append(self._tie_rows(TIE_OF[label], sources, rows, terms))
        return TieTable(*(np.concatenate(columns) for columns in zip(*pages, strict=True)))

    def _tie_rows(
        self, kind: int, sources: IntArray, rows: Sequence[Sequence[Any]], terms: tuple[int, int, int]
    ) -> tuple[NDArray[Any], ...]:
        src, dst, t, until, n, row, details = _columns(rows, 7)
        common = (np.full(len(rows), term, dtype=np.int32) for term in terms)
        return (
            np.full(len(rows), kind, dtype=np.int8), sources[np.array(src, dtype=np.intp)], self._rows(dst), _times(t),
            _times(until), np.array(n, dtype=np.int32), _objects(details), *common,
            _file_rows(row), np.zeros(len(rows), dtype=np.int8),
        )  # fmt: skip

    def _pages(self, query: str, last: Callable[[Any], str]) -> Iterator[list[Any]]:
        after = ""
        while True:
            page = self._work.run(query, after=after, page=NODES_AT_ONCE).row[0]
            yield page
            if len(page) < NODES_AT_ONCE:
                return
            after = last(page[-1])

    def _by_kind(self, query: str, ids: Sequence[NodeId], **words: str) -> Iterator[list[Any]]:
        """Ask the same of the nodes of each kind."""
        for kind in NodeKind:
            some = [node for node in ids if node.startswith(f"{kind}:")]
            for start in range(0, len(some), NODES_AT_ONCE):
                part = some[start : start + NODES_AT_ONCE]
                yield self._work.run(query.format(label=identifier(kind), **words), ids=part).row[0]

    def _portions(self, prefix: str) -> Iterator[list[NodeId]]:
        """Give the nodes of a kind that are sources, in lists that hold about one page of ties together."""
        part: list[NodeId] = []
        n = 0
        for node, n_ties in self._n_ties.items():
            if n_ties and node.startswith(prefix):
                part.append(node)
                n += n_ties
            if n >= TIES_AT_ONCE:
                yield part
                part, n = [], 0
        if part:
            yield part

    def _fact(self, properties: Mapping[str, Any], prefix: str = "") -> tuple[int, int, int | None]:
        policy, source, said = (properties[prefix + x] for x in ("policy", "source", "said"))
        return self._policies.of(policy), self._sources.of((source, said)), properties.get(f"{prefix}row")

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


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _facts(policy: Sequence[int], source: Sequence[int], row: Sequence[int | None]) -> tuple[NDArray[Any], ...]:
    """Give the columns policy, source, row and said; the last is filled when the sources have their codes."""
    return (
        np.array(policy, dtype=np.int32),
        np.array(source, dtype=np.int32),
        _file_rows(row),
        np.zeros(len(row), dtype=np.int8),
    )


def _file_rows(values: Sequence[int | None]) -> IntArray:
    return np.array([NO_ROW if v is None else v for v in values], dtype=np.int32)


def _times(values: Sequence[float | None]) -> FloatArray:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _objects(values: Sequence[Any]) -> TextArray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
