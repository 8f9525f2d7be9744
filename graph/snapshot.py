"""Snapshot: the whole graph as immutable arrays, taken from a store in one read transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.errors import Unknown
from graph.kinds import NodeKind, TieKind
from graph.policy import Policy
from graph.tables import (
    NODE_CODE,
    TIE_CODE,
    FieldTable,
    IntArray,
    NodeTable,
    StatementTable,
    TieTable,
)


@dataclass(frozen=True)
class Snapshot:
    """The graph as arrays.

    Rows of every table are in the order of ids, not of insertion, so that equal graphs give equal
    arrays and nothing that is computed from them depends on when a fact came in.

    Attributes
    ----------
    nodes, fields, statements, ties : tables of `graph.tables`
        Columns; whoever reads facts for a viewer takes a `graph.gate.View` instead, which has the
        same interface.
    policies : tuple of Policy
        What the ``policy`` codes of the tables mean.
    sources : tuple of str
        What the ``source`` codes of the tables mean.
    version : int
        Version of the store at that moment.
    mark : str
        Name of that state of the store: of equal marks the snapshots are equal. Empty in a view.
    """

    nodes: NodeTable
    fields: FieldTable
    statements: StatementTable
    ties: TieTable
    policies: tuple[Policy, ...]
    sources: tuple[str, ...]
    version: int
    mark: str = field(default="", kw_only=True)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row of each node id."""
        return {identifier: row for row, identifier in enumerate(self.nodes.ids)}

    def find(self, identifier: str) -> int:
        """Give the row of a node.

        Raises
        ------
        graph.errors.Unknown
            If it is not in this snapshot; hidden and missing look the same.
        """
        row = self._row(identifier)
        if row is None:
            kind, _, key = identifier.partition(":")
            same = (i.partition(":")[2] for i in self.nodes.ids if i.startswith(f"{kind}:"))
            raise Unknown(kind, key, same)
        return row

    def _row(self, identifier: str) -> int | None:
        """Give the row of a node, without a table of all of them."""
        at = int(np.searchsorted(self.nodes.ids, identifier))
        return at if at < len(self.nodes) and self.nodes.ids[at] == identifier else None

    def of_kind(self, *kinds: NodeKind) -> NDArray[np.intp]:
        """Give the rows of all nodes of some kinds, ascending."""
        codes = [NODE_CODE[k] for k in kinds]
        return np.flatnonzero(np.isin(self.nodes.kind, codes))

    def values(self, name: str) -> Mapping[int, str]:
        """Give one attribute, such as ``"name"``, by node row; nodes without it are left out."""
        rows = np.flatnonzero(self.fields.name == name)
        return dict(zip(self.fields.node[rows].tolist(), self.fields.value[rows].tolist(), strict=True))

    @cached_property
    def names(self) -> Mapping[int, str]:
        """Name of each node that has one."""
        return self.values("name")

    def label(self, row: int) -> str:
        """Give the name of a node, or its key where no name may be shown."""
        return self.names.get(row) or str(self.nodes.ids[row]).partition(":")[2]

    def by_name(self, kind: NodeKind, text: str) -> int:
        """Find a node of a kind by its name or its key.

        Raises
        ------
        graph.errors.Unknown
            If there is none, or more than one of that name.
        """
        direct = self._row(f"{kind}:{text}")
        if direct is not None:
            return direct
        rows = self.of_kind(kind)
        hits = [int(r) for r in rows if self.names.get(int(r)) == text]
        if len(hits) != 1:
            raise Unknown(str(kind), text, (self.label(int(r)) for r in rows))
        return hits[0]

    def ties_of(self, *kinds: TieKind) -> TieTable:
        """Give all ties of some kinds."""
        codes = [TIE_CODE[k] for k in kinds]
        return self.ties.take(np.isin(self.ties.kind, codes))

    def memberships(self, kinds: Iterable[NodeKind], tie: TieKind = TieKind.MEMBER_OF) -> sparse.csr_array:
        """Give who belongs to what as a matrix.

        Parameters
        ----------
        kinds : iterable of NodeKind
            Kinds of the target.
        tie : TieKind
            Kind of the tie.

        Returns
        -------
        csr_array of float64, shape (n_nodes, n_nodes)
            1 where the row node holds such a tie to the column node.
        """
        ties = self.ties_of(tie)
        wanted = np.isin(self.nodes.kind[ties.dst], [NODE_CODE[k] for k in kinds])
        return incidence(ties.src[wanted], ties.dst[wanted], len(self.nodes))


def incidence(src: IntArray, dst: IntArray, n: int) -> sparse.csr_array:
    """Give a 0/1 matrix of shape (n, n) from index pairs; repeated pairs count once."""
    matrix = sparse.coo_array((np.ones(len(src)), (src, dst)), shape=(n, n)).tocsr()
    matrix.data[:] = 1.0
    return matrix
