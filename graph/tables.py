"""Column tables: the rows of a snapshot as arrays of equal length."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind, Said, StatementKind, TieKind

IntArray = NDArray[np.int32]
CodeArray = NDArray[np.int8]
FloatArray = NDArray[np.float64]
TextArray = NDArray[np.object_]

NODE_KINDS: tuple[NodeKind, ...] = tuple(NodeKind)
STATEMENT_KINDS: tuple[StatementKind, ...] = tuple(StatementKind)
TIE_KINDS: tuple[TieKind, ...] = tuple(TieKind)
SAID: tuple[Said, ...] = tuple(Said)

NODE_CODE: dict[NodeKind, int] = {k: i for i, k in enumerate(NODE_KINDS)}
STATEMENT_CODE: dict[StatementKind, int] = {k: i for i, k in enumerate(STATEMENT_KINDS)}
TIE_CODE: dict[TieKind, int] = {k: i for i, k in enumerate(TIE_KINDS)}
SAID_CODE: dict[Said, int] = {k: i for i, k in enumerate(SAID)}


class Columns:
    """Base of the tables: a frozen dataclass of arrays that share their first axis."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def take(self, index: NDArray[Any] | slice, **changed: NDArray[Any]) -> Self:
        """Give the rows at an index or mask, with some columns replaced by new ones of that length."""
        columns = {
            f.name: changed[f.name] if f.name in changed else getattr(self, f.name)[index]
            for f in fields(self)  # type: ignore[arg-type]
        }
        return type(self)(**columns)


@dataclass(frozen=True, slots=True)
class NodeTable(Columns):
    """Nodes, sorted by id: ``ids`` (n,) text, ``kind`` (n,) code of `NODE_KINDS`, ``policy`` (n,) code."""

    ids: TextArray
    kind: CodeArray
    policy: IntArray
    source: IntArray
    row: IntArray
    said: CodeArray


@dataclass(frozen=True, slots=True)
class FieldTable(Columns):
    """Attributes of nodes, sorted by node and name: ``node`` (n,) row of the node table."""

    node: IntArray
    name: TextArray
    value: TextArray
    policy: IntArray
    source: IntArray
    row: IntArray
    said: CodeArray


@dataclass(frozen=True, slots=True)
class StatementTable(Columns):
    """Statements, sorted by id: ``owner`` row of the node table, ``t`` POSIX seconds or NaN."""

    ids: TextArray
    owner: IntArray
    kind: CodeArray
    text: TextArray
    t: FloatArray
    details: TextArray
    policy: IntArray
    source: IntArray
    row: IntArray
    said: CodeArray


@dataclass(frozen=True, slots=True)
class TieTable(Columns):
    """Ties, sorted by kind, src, dst, t: ends are rows of the node table, times POSIX seconds or NaN."""

    kind: CodeArray
    src: IntArray
    dst: IntArray
    t: FloatArray
    until: FloatArray
    n: IntArray
    details: TextArray
    policy_src: IntArray
    policy_dst: IntArray
    source: IntArray
    row: IntArray
    said: CodeArray
