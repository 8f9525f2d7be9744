"""The lines of a backup: a store page by page, column by column, and back.

A line is a JSON list whose first entry names it: ``policies``, ``sources``, ``nodes``, ``statements``, ``ties``,
``keys``, ``audit``, ``erasures``. Nodes are numbered in the order in which they come, policies and sources likewise;
kinds and who said it are words. Times are POSIX seconds, null where undated. Equal graphs give equal lines up to
``keys``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.audit import AppliedKey, AuditRow, Erasure
from graph.changes import ChangeSet
from graph.errors import Refused
from graph.facts import Terms
from graph.kinds import Said, StatementKind, TieKind
from graph.policy import Policy
from graph.records import Node, NodeId, Statement, TieBatch, kind_of
from graph.snapshot import Snapshot
from graph.tables import (
    NODE_CODE,
    SAID,
    SAID_CODE,
    STATEMENT_CODE,
    STATEMENT_KINDS,
    TIE_CODE,
    TIE_KINDS,
    FieldTable,
    NodeTable,
    StatementTable,
    TieTable,
)

Row = TypeVar("Row", AppliedKey, AuditRow, Erasure)

ROWS_AT_ONCE = 32_768
ACTION = "restore"


def fact_lines(snapshot: Snapshot) -> Iterator[str]:
    """Give the lines of a graph, in canonical order."""
    yield _line("policies", [policy.to_json() for policy in snapshot.policies])
    yield _line("sources", list(snapshot.sources))
    for start in range(0, len(snapshot.nodes), ROWS_AT_ONCE):
        nodes = snapshot.nodes.take(slice(start, start + ROWS_AT_ONCE))
        bounds = np.searchsorted(snapshot.fields.node, [start, start + len(nodes)]).tolist()
        fields = snapshot.fields.take(slice(*bounds))
        columns = (fields.node - start, fields.name, fields.value, fields.policy)
        held = [*(c.tolist() for c in columns), *_origin(fields)]
        yield _line("nodes", nodes.ids.tolist(), nodes.policy.tolist(), *_origin(nodes), held)
    for said in _pieces(snapshot.statements):
        kinds = [str(STATEMENT_KINDS[kind]) for kind in said.kind.tolist()]
        words = (said.text.tolist(), said.details.tolist(), said.policy.tolist())
        yield _line("statements", said.owner.tolist(), kinds, _times(said.t), *words, *_origin(said))
    for kind in sorted(TIE_KINDS):  # by name: a new kind must not change the order of the others
        start, stop = np.searchsorted(snapshot.ties.kind, [TIE_CODE[kind], TIE_CODE[kind] + 1]).tolist()
        for ties in _pieces(snapshot.ties.take(slice(start, stop))):
            rest = (c.tolist() for c in (ties.n, ties.details, ties.policy_src, ties.policy_dst))
            ends = (ties.src.tolist(), ties.dst.tolist())
            yield _line("ties", str(kind), *ends, _times(ties.t), _times(ties.until), *rest, *_origin(ties))


def history_lines(keys: Iterable[AppliedKey], audit: Iterable[AuditRow], erasures: Iterable[Erasure]) -> Iterator[str]:
    """Give the lines of what a store keeps beside the graph."""
    for name, rows in (("keys", keys), ("audit", audit), ("erasures", erasures)):
        yield from _row_lines(name, rows)


class PageReader:
    """Makes change sets and history of the lines of a backup, in the order in which they come."""

    def __init__(self, lines: Iterable[Sequence[Any]], actor: str) -> None:
        self._lines, self._actor = iter(lines), actor
        self._ahead: Sequence[Any] | None = None
        self._ids: list[NodeId] = []
        self.terms = Terms(self._ids, (), ())

    def facts(self) -> Iterator[ChangeSet]:
        """Give the facts, nodes first.

        Raises
        ------
        graph.errors.Refused
            If a line is not one of a backup; so do the parts that follow.
        """
        with _explained():
            ((policies,),), ((sources,),) = self._pages("policies"), self._pages("sources")
            self.terms = Terms(self._ids, tuple(map(Policy.from_json, policies)), tuple(sources))
            for *columns, held in self._pages("nodes"):
                table = _node_table(*columns)
                self._ids += table.ids.tolist()
                yield self._changes(self.terms.nodes(table, 0, _field_table(*held)), [], [])
            for said in self._pages("statements"):
                yield self._changes([], self.terms.statements(_statement_table(*said)), [])
            for ties in self._pages("ties"):
                yield self._changes([], [], self.terms.ties(_tie_table(*ties)))

    def keys(self) -> Iterator[AppliedKey]:
        """Give the applied keys."""
        return self._rows("keys", AppliedKey)

    def audit(self) -> Iterator[AuditRow]:
        """Give the audit rows."""
        return self._rows("audit", AuditRow)

    def erasures(self) -> Iterator[Erasure]:
        """Give the ledger of erasures."""
        return self._rows("erasures", Erasure)

    def _rows(self, name: str, make: Callable[..., Row]) -> Iterator[Row]:
        with _explained():
            for (rows,) in self._pages(name):
                yield from (make(*row) for row in rows)

    def _changes(self, nodes: list[Node], statements: list[Statement], ties: list[TieBatch]) -> ChangeSet:
        return ChangeSet(ACTION, self._actor, ACTION, ACTION, nodes, statements, ties)

    def _pages(self, name: str) -> Iterator[Sequence[Any]]:
        while True:
            line = self._ahead if self._ahead is not None else next(self._lines, None)
            if line is None or line[0] != name:
                self._ahead = line
                return
            self._ahead = None
            yield line[1:]


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError, LookupError) as error:
        raise Refused(f"this backup holds a line that cannot be read: {type(error).__name__}") from error


def _line(name: str, *columns: object) -> str:
    return json.dumps([name, *columns], ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _row_lines(name: str, rows: Iterable[AppliedKey | AuditRow | Erasure]) -> Iterator[str]:
    page: list[list[object]] = []
    for row in rows:
        page.append([getattr(row, column) for column in row.__slots__])
        if len(page) == ROWS_AT_ONCE:
            yield _line(name, page)
            page = []
    if page:
        yield _line(name, page)


def _pieces(table: Any) -> Iterator[Any]:
    for start in range(0, len(table), ROWS_AT_ONCE):
        yield table.take(slice(start, start + ROWS_AT_ONCE))


def _origin(table: Any) -> tuple[list[Any], list[Any], list[str]]:
    return table.source.tolist(), table.row.tolist(), [str(SAID[code]) for code in table.said.tolist()]


def _times(column: NDArray[np.float64]) -> list[float | None]:
    return [None if t != t else t for t in column.tolist()]


def _node_table(ids: list[str], policy: list[int], source: list[int], row: list[int], said: list[str]) -> NodeTable:
    kinds = np.array([NODE_CODE[kind_of(i)] for i in ids], dtype=np.int8)
    return NodeTable(_texts(ids), kinds, _ints(policy), _ints(source), _ints(row), _said(said))


def _field_table(
    node: list[int], name: list[str], value: list[str], policy: list[int], source: list[int], row: list[int],
    said: list[str],
) -> FieldTable:  # fmt: skip
    return FieldTable(
        _ints(node), _texts(name), _texts(value), _ints(policy), _ints(source), _ints(row), _said(said)
    )  # fmt: skip


def _statement_table(
    owner: list[int], kind: list[str], t: list[float | None], text: list[str], details: list[str | None],
    policy: list[int], source: list[int], row: list[int], said: list[str],
) -> StatementTable:  # fmt: skip
    kinds = np.array([STATEMENT_CODE[StatementKind(k)] for k in kind], dtype=np.int8)
    return StatementTable(
        _texts([None] * len(owner)), _ints(owner), kinds, _texts(text), _floats(t), _texts(details), _ints(policy),
        _ints(source), _ints(row), _said(said),
    )  # fmt: skip


def _tie_table(
    kind: str, src: list[int], dst: list[int], t: list[float | None], until: list[float | None], n: list[int],
    details: list[str | None], policy_src: list[int], policy_dst: list[int], source: list[int], row: list[int],
    said: list[str],
) -> TieTable:  # fmt: skip
    kinds = np.full(len(src), TIE_CODE[TieKind(kind)], dtype=np.int8)
    return TieTable(
        kinds, _ints(src), _ints(dst), _floats(t), _floats(until), _ints(n), _texts(details), _ints(policy_src),
        _ints(policy_dst), _ints(source), _ints(row), _said(said),
    )  # fmt: skip


def _ints(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


def _floats(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _texts(values: Sequence[str | None]) -> NDArray[np.object_]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _said(words: Sequence[str]) -> NDArray[np.int8]:
    return np.array([SAID_CODE[Said(word)] for word in words], dtype=np.int8)
