"""Read a folder in the ``network`` shape, with every bad row reported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from graph.errors import Refused
from graph.measures.adjacency import FloatArray, IntArray
from graph.times import parse_times
from recommend.evaluation.network import (
    COMMUNITY_SEPARATOR,
    EDGES,
    EVENTS,
    GROUPS,
    NODES,
    TEXTS,
    Attendances,
    Meetings,
    Memberships,
    NetworkData,
    Texts,
)
from recommend.evaluation.tables import Table, read_table

_TIME = "a number of seconds, or a date such as 2023-12-01, 2023-12 or 2023"


def load_network(folder: Path) -> NetworkData:
    """Read a folder in the ``network`` shape.

    Parameters
    ----------
    folder : Path
        Holds ``nodes.csv`` (``id[,community][,name][,text][,since]``), ``edges.csv`` (``u,v[,t]``) and, where
        there are such, ``groups.csv`` (``id,group[,since]``), ``events.csv`` (``event,t,id``) and
        ``texts.csv`` (``id[,t],text[,kind]``); each may be ``.csv.gz``.

    Returns
    -------
    NetworkData
        Times in POSIX seconds; a text of ``nodes.csv`` comes first among the texts, undated. Rows that cannot
        be taken (an unknown id, a time that is none, a meeting with oneself) are left out and listed in
        ``problems``.

    Raises
    ------
    Refused
        When the folder lacks ``nodes.csv`` or ``edges.csv``, or a file lacks a needed column.
    """
    nodes = _open_table(folder, NODES, ("id",), ("community", "name", "text", "since"))
    edges = _open_table(folder, EDGES, ("u", "v"), ("t",))
    groups = _open_table(folder, GROUPS, ("id", "group"), ("since",), needed=False)
    events = _open_table(folder, EVENTS, ("event", "t", "id"), (), needed=False)
    texts = _open_table(folder, TEXTS, ("id", "text"), ("t", "kind"), needed=False)
    keep = _first_of_each_id(nodes)
    ids = {nodes.columns["id"][i]: position for position, i in enumerate(keep)}
    since = _times(nodes, "since")
    return NetworkData(
        ids=tuple(ids),
        communities=tuple(_labels(nodes.columns["community"][i]) for i in keep),
        since=np.where(np.isinf(since), np.nan, since)[keep],
        names=tuple(nodes.columns["name"][i] for i in keep) if "name" in nodes.present else (),
        edges=_meetings(edges, ids),
        groups=_memberships(groups, ids),
        events=_attendances(events, ids),
        texts=_all_texts(nodes, keep, texts, ids),
        problems=tuple(p for table in (nodes, edges, groups, events, texts) for p in table.problems),
    )


def _open_table(
    folder: Path, name: str, required: Sequence[str], optional: Sequence[str], *, needed: bool = True
) -> Table:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return read_table(path, required, optional)
    if needed:
        raise Refused(f"{folder}: no {name} or {name}.gz; a network has nodes.csv and edges.csv")
    return Table(name, {c: [] for c in (*required, *optional)}, [], frozenset(), [])


def _first_of_each_id(nodes: Table) -> list[int]:
    seen: set[str] = set()
    keep = []
    for i, person in enumerate(nodes.columns["id"]):
        if not person or person in seen:
            nodes.refuse(i, "id", "duplicate_id" if person else "empty", "an id of its own for each person")
            continue
        seen.add(person)
        keep.append(i)
    return keep


def _labels(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(COMMUNITY_SEPARATOR) if part.strip()))


def _times(table: Table, column: str) -> FloatArray:
    """Give the times of a column, infinite where a cell was refused."""
    times = parse_times(table.columns[column])
    for i in np.flatnonzero(np.isinf(times)):
        table.refuse(int(i), column, "not_a_date", _TIME)
    return times


def _positions(table: Table, column: str, ids: dict[str, int]) -> IntArray:
    """Give the people of a column, -1 where a cell was refused."""
    cells = table.columns[column]
    positions = np.fromiter((ids.get(cell, -1) for cell in cells), dtype=np.int64, count=len(cells))
    for i in np.flatnonzero(positions < 0):
        table.refuse(int(i), column, "unknown_id", "an id of nodes.csv")
    return positions


def _codes(cells: Sequence[str]) -> tuple[tuple[str, ...], IntArray]:
    index: dict[str, int] = {}
    codes = np.fromiter((index.setdefault(c, len(index)) for c in cells), dtype=np.int64, count=len(cells))
    return tuple(index), codes


def _meetings(table: Table, ids: dict[str, int]) -> Meetings:
    u, v, t = _positions(table, "u", ids), _positions(table, "v", ids), _times(table, "t")
    for i in np.flatnonzero((u == v) & (u >= 0)):
        table.refuse(int(i), "v", "self_meeting", "two different people")
    good = (u >= 0) & (v >= 0) & (u != v) & ~np.isinf(t)
    return Meetings(u[good], v[good], t[good])


def _memberships(table: Table, ids: dict[str, int]) -> Memberships:
    person, since = _positions(table, "id", ids), _times(table, "since")
    good = (person >= 0) & ~np.isinf(since)
    names, group = _codes([table.columns["group"][i] for i in np.flatnonzero(good)])
    return Memberships(names, person[good], group, since[good])


def _attendances(table: Table, ids: dict[str, int]) -> Attendances:
    person, t = _positions(table, "id", ids), _times(table, "t")
    good = (person >= 0) & ~np.isinf(t)
    names, event = _codes([table.columns["event"][i] for i in np.flatnonzero(good)])
    return Attendances(names, event, person[good], t[good])


def _all_texts(nodes: Table, keep: Sequence[int], table: Table, ids: dict[str, int]) -> Texts:
    own = [(position, nodes.columns["text"][i]) for position, i in enumerate(keep) if nodes.columns["text"][i]]
    person, t = _positions(table, "id", ids), _times(table, "t")
    good = np.flatnonzero((person >= 0) & ~np.isinf(t))
    return Texts(
        np.concatenate([np.array([p for p, _ in own], dtype=np.int64), person[good]]),
        np.concatenate([np.full(len(own), np.nan), t[good]]),
        (*(text for _, text in own), *(table.columns["text"][i] for i in good)),
        (*("" for _ in own), *(table.columns["kind"][i] for i in good)),
    )
