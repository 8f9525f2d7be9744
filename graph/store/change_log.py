"""Change log: which nodes each version touched, so that a snapshot need not be read anew."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.changes import ChangeSet
from graph.records import CodedIds, NodeId

VERSIONS_KEPT = 1_000
MOST_NODES = 2_000
"""Beyond this many nodes a whole reading is as quick as one of the touched nodes."""
MARK_BYTES = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One version.

    Attributes
    ----------
    version : int
        Version that the change made.
    mark : str
        Random name of the state after it; a copy of the store that went its own way has another one.
    nodes : frozenset of NodeId or None
        Nodes that were touched: the node came or its policy changed, or an attribute, a statement it owns or
        a tie whose source it is came, changed or went. None: more than are listed, or not to be named; what came
        before is of no use then, so the log begins anew with such an entry.
    """

    version: int
    mark: str
    nodes: frozenset[NodeId] | None


def new_mark() -> str:
    """Make the name of a state."""
    return secrets.token_hex(MARK_BYTES)


def touched(changes: ChangeSet, owners: Iterable[NodeId] = ()) -> frozenset[NodeId] | None:
    """Give the nodes that a change set may touch, None when they are too many to list or are to be forgotten.

    Parameters
    ----------
    changes : ChangeSet
        What is applied.
    owners : iterable of NodeId
        Owners of the statements that it removes; only the store knows them.
    """
    if changes.removed_nodes or (changes.forgetting and changes.forgetting.sources):
        return None  # the log must not go on naming who is gone; a source is renamed in facts of any node
    if len(changes.nodes) > MOST_NODES or len(changes.statements) > MOST_NODES:
        return None
    nodes = {n.id for n in changes.nodes} | {s.owner for s in changes.statements} | set(owners)
    for _, src, dst in changes.removed_ties:
        nodes |= {src, dst}
    for batch in changes.ties:
        nodes.update(_different(batch.src), _different(batch.dst) if batch.symmetric else ())
        if len(nodes) > MOST_NODES:
            return None
    return frozenset(nodes)


def since(entries: Sequence[Entry], version: int, mark: str) -> Collection[NodeId] | None:
    """Give the nodes touched after a state, None when the log does not reach back to it.

    Parameters
    ----------
    entries : sequence of Entry
        From that version on, by version.
    version, mark : int, str
        The state.
    """
    if not entries or (entries[0].version, entries[0].mark) != (version, mark):
        return None
    nodes: set[NodeId] = set()
    for entry in entries[1:]:
        if entry.nodes is None:
            return None
        nodes |= entry.nodes
    return nodes if len(nodes) <= MOST_NODES else None


def _different(column: Sequence[NodeId]) -> Iterable[NodeId]:
    if isinstance(column, CodedIds):
        return [column.ids[i] for i in np.unique(column.codes).tolist()]
    return column
