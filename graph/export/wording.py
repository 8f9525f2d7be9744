"""Words for the codes of a view, and its rows in the order of every export."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.tables import NODE_KINDS, SAID, STATEMENT_KINDS, TIE_KINDS, Columns, TieTable
from graph.view import View
from graph.viewer import Role

Table = TypeVar("Table", bound=Columns)

ROWS_AT_ONCE = 8_192
"""Rows turned into Python objects together: all the memory that an export needs beside the view."""

NODE_WORDS: list[str] = [str(k) for k in NODE_KINDS]
STATEMENT_WORDS: list[str] = [str(k) for k in STATEMENT_KINDS]
TIE_WORDS: list[str] = [str(k) for k in TIE_KINDS]
SAID_WORDS: list[str] = [str(s) for s in SAID]


@dataclass(frozen=True)
class Wording:
    """Texts by code or row, made once an export because they are read once a row."""

    view: View

    @cached_property
    def ids(self) -> list[str]:
        """Id of each node row."""
        ids: list[str] = self.view.nodes.ids.tolist()
        return ids

    @cached_property
    def policies(self) -> list[str]:
        """Policies by code as canonical JSON, as the viewer may know them.

        Whom an owner denied a fact, and to which spaces it was opened, tells of people and spaces that may
        be hidden: the operator alone reads it. What others get says so by ``partial``, whether or not
        anything was left out, so that nobody takes it for the whole decision when it is brought back.
        """
        if self.view.viewer.role is Role.OPERATOR:
            return [p.to_json() for p in self.view.policies]
        shown = (replace(p, partners=frozenset(), denied=frozenset()) for p in self.view.policies)
        marked = ({**json.loads(p.to_json()), "partial": True} for p in shown)
        return [json.dumps(p, ensure_ascii=False, sort_keys=True) for p in marked]

    @cached_property
    def fields(self) -> list[range]:
        """Rows of the field table that belong to each node row."""
        bounds = np.searchsorted(self.view.fields.node, np.arange(len(self.view.nodes) + 1)).tolist()
        return [range(a, b) for a, b in itertools.pairwise(bounds)]


def pieces(table: Table) -> Iterator[Table]:
    """Give a table in slices of `ROWS_AT_ONCE` rows."""
    for start in range(0, len(table), ROWS_AT_ONCE):
        yield table.take(slice(start, start + ROWS_AT_ONCE))


def tie_pieces(view: View) -> Iterator[TieTable]:
    """Give the ties by name of kind, source, target and time, undated last, in slices.

    The table has them by code of the kind, which a new kind would shift; an export must not notice.
    """
    for code in sorted(range(len(TIE_WORDS)), key=TIE_WORDS.__getitem__):
        start, stop = np.searchsorted(view.ties.kind, [code, code + 1]).tolist()
        yield from pieces(view.ties.take(slice(start, stop)))


def rows(*columns: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """Give columns of equal length row by row, as plain Python values."""
    return zip(*(column.tolist() for column in columns), strict=True)
