"""What a store holds, as far as a viewer may know."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.policy import Purpose
from graph.store.base import Store
from graph.tables import NODE_KINDS, STATEMENT_KINDS, TIE_KINDS, CodeArray
from graph.view import View
from graph.viewer import OPERATOR
from service.reading import Reader

IMPORT = "import"


@dataclass(frozen=True, slots=True)
class State:
    """Counts by kind, and for the operator how the store came to be so.

    Attributes
    ----------
    nodes, statements, ties : mapping of str to int
        Number of each kind, zeros included.
    version : int or None
        Number of changes so far; None for other viewers, because it counts what is hidden as well.
    last_import : mapping or None
        ``at`` (ISO time, UTC), ``actor`` and ``sources`` of the newest import; None for other viewers.
    """

    nodes: Mapping[str, int]
    statements: Mapping[str, int]
    ties: Mapping[str, int]
    version: int | None
    last_import: Mapping[str, object] | None


def state_of(reader: Reader) -> State:
    """Count what a reader may see."""
    view = reader.view(Purpose.REPORT)
    reader.record("status")
    mine = reader.viewer == OPERATOR
    return State(
        *counts(view),
        version=reader.store.version() if mine else None,
        last_import=_last_import(reader.store) if mine else None,
    )


def counts(view: View) -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int]]:
    """Give the number of nodes, statements and ties of each kind."""
    return (
        _by_kind(view.nodes.kind, NODE_KINDS),
        _by_kind(view.statements.kind, STATEMENT_KINDS),
        _by_kind(view.ties.kind, TIE_KINDS),
    )


def _by_kind(codes: CodeArray, kinds: Sequence[str]) -> Mapping[str, int]:
    return {str(k): int(n) for k, n in zip(kinds, np.bincount(codes, minlength=len(kinds)), strict=True)}


def _last_import(store: Store) -> Mapping[str, object] | None:
    row = next((r for r in reversed(store.audit()) if r.action == IMPORT), None)
    if row is None:
        return None
    return {"at": row.at, "actor": row.actor, "sources": json.loads(row.detail).get("sources", [])}
