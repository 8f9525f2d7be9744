"""Records made from the rows of a snapshot: what a change set takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.changes import ChangeSet
from graph.policy import Policy
from graph.records import CodedIds, Field, Node, NodeId, Provenance, Statement, TieBatch
from graph.snapshot import Snapshot
from graph.tables import SAID, STATEMENT_KINDS, TIE_KINDS, FieldTable, NodeTable, StatementTable, TieTable

ROWS_AT_ONCE = 32_768
"""Rows turned into records together: all the memory that this needs beside the snapshot."""


@dataclass(frozen=True)
class Terms:
    """What the codes of tables mean.

    Attributes
    ----------
    ids : sequence of NodeId
        By row of the node table.
    policies, sources : sequences
        By code.
    """

    ids: Sequence[NodeId]
    policies: Sequence[Policy]
    sources: Sequence[str]

    def nodes(self, nodes: NodeTable, first: int, fields: FieldTable) -> list[Node]:
        """Give nodes with their fields.

        Parameters
        ----------
        nodes : NodeTable
            Consecutive rows.
        first : int
            Row of the first of them in the whole table.
        fields : FieldTable
            All fields of these nodes, in their order.
        """
        mine: list[dict[str, Field]] = [{} for _ in range(len(nodes))]
        origins = self._origins(fields)
        columns = zip(
            fields.node.tolist(),
            fields.name.tolist(),
            fields.value.tolist(),
            fields.policy.tolist(),
            origins,
            strict=True,
        )
        for node, name, value, policy, origin in columns:
            mine[node - first][name] = Field(value, self.policies[policy], origin)
        rows = zip(nodes.ids.tolist(), nodes.policy.tolist(), self._origins(nodes), mine, strict=True)
        return [Node(i, self.policies[policy], origin, fields) for i, policy, origin, fields in rows]

    def statements(self, table: StatementTable) -> list[Statement]:
        """Give statements."""
        rows = zip(
            table.owner.tolist(), table.kind.tolist(), table.text.tolist(), table.policy.tolist(),
            self._origins(table), table.t.tolist(), table.details.tolist(), strict=True,
        )  # fmt: skip
        return [
            Statement(
                self.ids[owner], STATEMENT_KINDS[kind], text, self.policies[policy], origin, _time(t),
                json.loads(details) if details else {},
            )
            for owner, kind, text, policy, origin, t, details in rows
        ]  # fmt: skip

    def ties(self, table: TieTable) -> list[TieBatch]:
        """Give ties, gathered by what a batch has in common; all of one node stay in the order of the table."""
        alike = np.zeros(len(table), dtype=np.int64)
        for codes in (table.kind, table.policy_src, table.policy_dst, table.source, table.said):
            alike = np.unique(alike * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)[1]
        order = np.argsort(alike, kind="stable")
        cuts = np.flatnonzero(np.diff(alike[order])) + 1
        return [self._batch(table.take(rows)) for rows in np.split(order, cuts) if len(rows)]

    def _batch(self, table: TieTable) -> TieBatch:
        return TieBatch(
            TIE_KINDS[table.kind[0]],
            CodedIds(self.ids, table.src.astype(np.int64)),
            CodedIds(self.ids, table.dst.astype(np.int64)),
            self.policies[table.policy_src[0]],
            self.policies[table.policy_dst[0]],
            self.sources[table.source[0]],
            SAID[table.said[0]],
            t=[_time(t) for t in table.t.tolist()],
            until=[_time(t) for t in table.until.tolist()],
            n=table.n.tolist(),
            rows=[_row(r) for r in table.row.tolist()],
            details=table.details.tolist(),
        )

    def _origins(self, table: NodeTable | FieldTable | StatementTable) -> list[Provenance]:
        rows = zip(table.source.tolist(), table.row.tolist(), table.said.tolist(), strict=True)
        return [Provenance(self.sources[source], _row(row), SAID[said]) for source, row, said in rows]


@dataclass(frozen=True)
class Facts:
    """The facts of a snapshot as records."""

    snapshot: Snapshot

    @cached_property
    def terms(self) -> Terms:
        """What the codes mean."""
        return Terms(self.snapshot.nodes.ids.tolist(), self.snapshot.policies, self.snapshot.sources)

    def nodes(self, rows: NDArray[np.intp]) -> list[Node]:
        """Give some nodes with all their fields."""
        table, found = self.snapshot.fields, []
        for row in rows.tolist():
            start, stop = np.searchsorted(table.node, [row, row + 1]).tolist()
            found += self.terms.nodes(
                self.snapshot.nodes.take(slice(row, row + 1)), row, table.take(slice(start, stop))
            )
        return found

    def statements(self, rows: NDArray[Any] | slice) -> list[Statement]:
        """Give some statements."""
        return self.terms.statements(self.snapshot.statements.take(rows))

    def ties(self, rows: NDArray[Any] | slice) -> list[TieBatch]:
        """Give some ties."""
        return self.terms.ties(self.snapshot.ties.take(rows))

    def pieces(self, key: str, actor: str, action: str, size: int = ROWS_AT_ONCE) -> Iterator[ChangeSet]:
        """Give everything as change sets of limited size, nodes first."""
        s = self.snapshot
        for start, stop in _slices(len(s.nodes), size):
            left, right = np.searchsorted(s.fields.node, [start, stop]).tolist()
            part = self.terms.nodes(s.nodes.take(slice(start, stop)), start, s.fields.take(slice(left, right)))
            yield ChangeSet(key, actor, action, nodes=part)
        for start, stop in _slices(len(s.statements), size):
            yield ChangeSet(key, actor, action, statements=self.statements(slice(start, stop)))
        for start, stop in _slices(len(s.ties), size):
            yield ChangeSet(key, actor, action, ties=self.ties(slice(start, stop)))


def _slices(n: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, n, size):
        yield start, min(start + size, n)


def _time(t: float) -> float | None:
    return None if t != t else t


def _row(row: int) -> int | None:
    return None if row < 0 else row
