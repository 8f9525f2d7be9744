"""Write a network in the ``network`` shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from graph.times import format_time
from recommend.evaluation.network import COMMUNITY_SEPARATOR, EDGES, EVENTS, GROUPS, NODES, TEXTS, NetworkData
from recommend.evaluation.tables import write_table


def write_network(data: NetworkData, folder: Path, *, compress: bool = False) -> tuple[Path, ...]:
    """Write a network in the ``network`` shape; equal networks give equal bytes.

    Parameters
    ----------
    data : NetworkData
        The network; rows keep their order.
    folder : Path
        Made when missing.
    compress : bool
        Write ``.csv.gz``.

    Returns
    -------
    tuple of Path
        Files written; ``nodes.csv`` and ``edges.csv`` always, the others when they have rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = [(NODES, _node_rows(data)), (EDGES, _edge_rows(data))]
    tables += [(GROUPS, _group_rows(data))] if len(data.groups.person) else []
    tables += [(EVENTS, _event_rows(data))] if len(data.events.person) else []
    tables += [(TEXTS, _text_rows(data))] if len(data.texts.person) else []
    return tuple(write_table(folder / name, rows, compress=compress) for name, rows in tables)


def _node_rows(data: NetworkData) -> Iterator[list[str]]:
    since = bool(np.any(~np.isnan(data.since)))
    yield ["id", "community"] + ["name"] * bool(data.names) + ["since"] * since
    for i, person in enumerate(data.ids):
        row = [person, COMMUNITY_SEPARATOR.join(data.communities[i])]
        row += [data.names[i]] if data.names else []
        yield row + ([format_time(data.since[i])] if since else [])


def _edge_rows(data: NetworkData) -> Iterator[list[str]]:
    dated = bool(np.any(~np.isnan(data.edges.t)))
    yield ["u", "v", "t"] if dated else ["u", "v"]
    for u, v, t in zip(data.edges.u.tolist(), data.edges.v.tolist(), data.edges.t.tolist(), strict=True):
        yield [data.ids[u], data.ids[v], format_time(t)] if dated else [data.ids[u], data.ids[v]]


def _group_rows(data: NetworkData) -> Iterator[list[str]]:
    yield ["id", "group", "since"]
    rows = zip(data.groups.person.tolist(), data.groups.group.tolist(), data.groups.since.tolist(), strict=True)
    for person, group, since in rows:
        yield [data.ids[person], data.groups.names[group], format_time(since)]


def _event_rows(data: NetworkData) -> Iterator[list[str]]:
    yield ["event", "t", "id"]
    rows = zip(data.events.event.tolist(), data.events.t.tolist(), data.events.person.tolist(), strict=True)
    for event, t, person in rows:
        yield [data.events.names[event], format_time(t), data.ids[person]]


def _text_rows(data: NetworkData) -> Iterator[list[str]]:
    yield ["id", "t", "text", "kind"]
    texts = data.texts
    for person, t, text, kind in zip(texts.person.tolist(), texts.t.tolist(), texts.text, texts.kind, strict=True):
        yield [data.ids[person], format_time(t), text, kind]
