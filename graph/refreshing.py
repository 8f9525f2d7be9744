"""Refreshing a snapshot: what became of a few nodes put into the arrays of all the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.codes import Coded, in_use, recoded
from graph.policy import Policy
from graph.records import NodeId
from graph.snapshot import Snapshot
from graph.tables import SAID, FieldTable, IntArray, NodeTable, StatementTable, TextArray, TieTable

T = TypeVar("T")
Table = TypeVar("Table", NodeTable, FieldTable, StatementTable, TieTable)
BoolArray = NDArray[np.bool_]
Origin = tuple[str, str]
GONE = -1
MANY_RUNS = 2_000
"""Beyond this many it is quicker to copy row by row."""


def refreshed(old: Snapshot, touched: Collection[NodeId], excerpt: Snapshot) -> Snapshot:
    """Give the snapshot of now from an older one and what is now known of the nodes touched since.

    Parameters
    ----------
    old : Snapshot
        An earlier moment.
    touched : collection of NodeId
        Nodes that came, went, or of which an attribute, a statement that they own or a tie whose source
        they are came, changed or went since.
    excerpt : Snapshot
        Of now: the touched nodes that are there with everything that is theirs, and bare nodes at the other
        ends of their ties.

    Returns
    -------
    Snapshot
        Array for array what a store gives that reads everything anew, with version and mark of ``excerpt``.
        A table in which nothing has changed is that of ``old`` itself.

    Notes
    -----
    Rows of one owner stand together in the order that a snapshot keeps (ties of one source within each
    kind), so that they are taken out and put in as a whole; statements are placed one by one. The time is
    that of copying the arrays.
    """
    before, now = _in_common_codes(old, excerpt)
    place = _place_nodes(before.nodes, now.nodes, touched)
    fields = _spliced(before.fields, now.fields, place, ("node",), _by_node)
    statements = _spliced(before.statements, now.statements, place, ("owner",), _by_id)
    ties = _spliced(before.ties, now.ties, place, ("src", "dst"), _by_kind_and_source)
    coded = in_use(Coded(place.nodes, fields, statements, ties, before.policies, before.sources))
    return Snapshot(*coded, version=excerpt.version, mark=excerpt.mark)


@dataclass(frozen=True)
class _Place:
    """The node table of now, and where the rows of both others went."""

    nodes: NodeTable
    was: BoolArray  # (n_old,) touched nodes of the older snapshot
    comes: BoolArray  # (n_excerpt,) touched nodes that are there now
    old_row: IntArray  # (n_old,) row now, or GONE
    excerpt_row: IntArray  # (n_excerpt,) row now

    @property
    def moved(self) -> bool:
        """Whether any node has another row now."""
        return not np.array_equal(self.old_row, np.arange(len(self.nodes)))


def _place_nodes(old: NodeTable, excerpt: NodeTable, touched: Collection[NodeId]) -> _Place:
    wanted = np.array(sorted(touched), dtype=object)
    was, comes = _among(old.ids, wanted), _among(excerpt.ids, wanted)
    add = np.flatnonzero(comes)
    order = _order(~was, np.searchsorted(old.ids, excerpt.ids[add]), add)
    nodes = _gathered(old, excerpt, order)
    row = np.full(len(old) + len(excerpt), GONE, dtype=np.int32)
    row[order] = np.arange(len(order), dtype=np.int32)
    old_row = row[: len(old)]
    again = np.flatnonzero(was)
    stays = _among(old.ids[again], excerpt.ids[add])
    again = again[stays]
    old_row[again] = np.searchsorted(nodes.ids, old.ids[again])
    return _Place(nodes, was, comes, old_row, np.searchsorted(nodes.ids, excerpt.ids).astype(np.int32))


def _among(sorted_ids: TextArray, wanted: TextArray) -> BoolArray:
    """Say which of some sorted ids are among others that are few."""
    found = np.zeros(len(sorted_ids), dtype=bool)
    at = np.searchsorted(sorted_ids, wanted)
    inside = at < len(sorted_ids)
    hit = np.flatnonzero(inside)[sorted_ids[at[inside]] == wanted[inside]] if inside.any() else []
    found[at[hit]] = True
    return found


def _order(keep: BoolArray, at: NDArray[np.intp], add: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give positions in the older table followed by the new one: kept rows, with new ones put in.

    ``at``: before which row of the older table each row of ``add`` belongs.
    """
    kept_before = np.concatenate([[0], np.cumsum(keep)])
    return np.insert(np.flatnonzero(keep), kept_before[at], len(keep) + add)


def _gathered(old: Table, new: Table, order: NDArray[np.intp]) -> Table:
    """Give the rows at positions in the older table followed by the new one; copied in runs, where these are few."""
    n = len(old)
    first = np.flatnonzero((np.diff(order, prepend=-2) != 1) | (order == n))
    runs = list(zip(order[first].tolist(), np.diff(first, append=len(order)).tolist(), strict=True))
    names = type(old).__dataclass_fields__
    columns = ((getattr(old, name), getattr(new, name)) for name in names)
    if len(runs) > MANY_RUNS or not runs:
        return type(old)(*(np.concatenate(pair)[order] for pair in columns))
    return type(old)(*(np.concatenate([_run(*pair, at, m) for at, m in runs]) for pair in columns))


def _run(old: NDArray[Any], new: NDArray[Any], at: int, n: int) -> NDArray[Any]:
    return old[at : at + n] if at < len(old) else new[at - len(old) : at - len(old) + n]


def _spliced(old: Table, new: Table, place: _Place, ends: tuple[str, ...], key: Callable[[Table], Any]) -> Table:
    """Put the rows of touched owners into a table.

    ``ends`` names its columns of node rows, the owner first; ``key`` gives what the rows are sorted by.
    """
    out = place.was[getattr(old, ends[0])]
    new = new.take(place.comes[getattr(new, ends[0])])
    if place.moved:
        gone: BoolArray = place.old_row == GONE
        for name in ends:
            out |= gone[getattr(old, name)]
        row = np.maximum.accumulate(place.old_row)  # rising also over those gone, for the search below
        old = old.take(slice(None), **{name: row[getattr(old, name)] for name in ends})
    new = new.take(slice(None), **{name: place.excerpt_row[getattr(new, name)] for name in ends})
    if _equal(old.take(out), new):
        return old
    at = np.searchsorted(key(old), key(new))
    return _gathered(old, new, _order(~out, at, np.arange(len(new))))


def _equal(a: Table, b: Table) -> bool:
    names = type(a).__dataclass_fields__
    columns = ((getattr(a, n), getattr(b, n)) for n in names)
    return len(a) == len(b) and all(np.array_equal(x, y, equal_nan=x.dtype == float) for x, y in columns)


def _by_node(fields: FieldTable) -> IntArray:
    return fields.node


def _by_id(statements: StatementTable) -> TextArray:
    return statements.ids


def _by_kind_and_source(ties: TieTable) -> NDArray[np.int64]:
    return (ties.kind.astype(np.int64) << 32) + ties.src


def _in_common_codes(old: Snapshot, new: Snapshot) -> tuple[Coded, Coded]:
    """Number the policies and sources of both alike, in the order of their content."""
    policies = _merged(old.policies, new.policies, Policy.to_json)
    before, now = _origins(old), _origins(new)
    origins = _merged(before, now, lambda origin: origin)
    return _renumbered(old, before, policies, origins), _renumbered(new, now, policies, origins)


def _merged(old: Sequence[T], new: Sequence[T], key: Callable[[T], Any]) -> tuple[T, ...]:
    together = set(old).union(new)
    return tuple(old) if len(together) == len(old) else tuple(sorted(together, key=key))


def _origins(snapshot: Snapshot) -> list[Origin]:
    """Give the source and who said it, for each code of a source."""
    said = np.zeros(len(snapshot.sources), dtype=np.int8)
    for table in (snapshot.nodes, snapshot.fields, snapshot.statements, snapshot.ties):
        said[table.source] = table.said
    return [(name, str(SAID[code])) for name, code in zip(snapshot.sources, said.tolist(), strict=True)]


def _renumbered(
    snapshot: Snapshot, own: Sequence[Origin], policies: tuple[Policy, ...], origins: tuple[Origin, ...]
) -> Coded:
    place_of_policy = {policy: i for i, policy in enumerate(policies)}
    place_of_origin = {origin: i for i, origin in enumerate(origins)}
    policy = np.array([place_of_policy[p] for p in snapshot.policies], dtype=np.int32)
    source = np.array([place_of_origin[o] for o in own], dtype=np.int32)
    tables = (snapshot.nodes, snapshot.fields, snapshot.statements, snapshot.ties)
    coded = Coded(*tables, policies, tuple(name for name, _ in origins))
    same = len(policy) == len(policies) and len(source) == len(origins)
    return coded if same else recoded(coded, policy, source)
