"""Views for analysts: as networkx graphs and pandas tables."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from graph.errors import Refused
from graph.kinds import DECLARED, NodeKind, StatementKind, TieKind
from graph.snapshot import Snapshot
from graph.tables import NODE_CODE, NODE_KINDS, SAID, STATEMENT_CODE, STATEMENT_KINDS, TIE_KINDS, FloatArray, IntArray
from graph.view import View

MICROSECONDS = 1_000_000


def to_networkx(snapshot: Snapshot, ties: Iterable[TieKind] | None = None) -> nx.MultiGraph:
    """Give nodes and ties as a graph of networkx.

    Parameters
    ----------
    snapshot : Snapshot or View
        What may be seen.
    ties : iterable of TieKind, optional
        Kinds of ties to take; all by default.

    Returns
    -------
    networkx.MultiGraph
        Nodes by id with ``kind``, ``name`` (None where it may not be shown) and ``communities`` (ids of
        the declared communities, a tuple). Edges with ``kind``, ``t`` (aware datetime in UTC, None
        where undated) and ``n`` (how often it was recorded).

    Raises
    ------
    graph.errors.Refused
        If a time lies outside the years 1 to 9999.
    """
    out = nx.MultiGraph()
    ids, kinds = snapshot.nodes.ids.tolist(), [str(NODE_KINDS[k]) for k in snapshot.nodes.kind]
    for row, (identifier, kind, homes) in enumerate(zip(ids, kinds, _communities(snapshot), strict=True)):
        out.add_node(identifier, kind=kind, name=snapshot.names.get(row), communities=tuple(ids[c] for c in homes))
    table = snapshot.ties if ties is None else snapshot.ties_of(*ties)
    columns = (table.kind, table.src, table.dst, table.t, table.n)
    for tie, src, dst, t, n in zip(*(c.tolist() for c in columns), strict=True):
        out.add_edge(ids[src], ids[dst], kind=str(TIE_KINDS[tie]), t=_moment(t), n=n)
    return out


def meeting_graph(view: View) -> nx.Graph:
    """Give who has met whom as a simple weighted graph.

    Parameters
    ----------
    view : View
        What may be seen.

    Returns
    -------
    networkx.Graph
        All people by id, with ``name``; an edge joins two who have met (`graph.view.View.met`). Its
        ``weight`` is the number of recorded meetings, acquaintances, collaborations and shared projects.
    """
    out = nx.Graph()
    people = view.of_kind(NodeKind.PERSON)
    ids = view.nodes.ids.tolist()
    out.add_nodes_from((ids[row], {"name": view.names.get(row)}) for row in people.tolist())
    counts = sparse.triu(_meetings(view)[people][:, people], k=1).tocoo()
    for a, b, weight in zip(counts.row.tolist(), counts.col.tolist(), counts.data.tolist(), strict=True):
        out.add_edge(ids[people[a]], ids[people[b]], weight=int(weight))
    return out


def people_frame(view: View) -> pd.DataFrame:
    """Give one row a person.

    Parameters
    ----------
    view : View
        What may be seen.

    Returns
    -------
    pandas.DataFrame
        Index ``id``; columns ``key`` (id of the imported file where it had ids), ``name`` (missing where
        it may not be shown), ``communities`` (names of the declared communities, a tuple), ``needs``,
        ``offers``, ``visions`` (numbers of statements), ``met`` (number of people met), ``available``
        (may be introduced) and ``asked`` (has agreed to it).
    """
    people = view.of_kind(NodeKind.PERSON)
    homes = _communities(view)
    kinds = (StatementKind.NEED, StatementKind.OFFER, StatementKind.VISION)
    needs, offers, visions = (_statements_of(view, kind)[people] for kind in kinds)
    met = np.diff(view.met[people][:, people].indptr)
    frame = pd.DataFrame(
        {
            "id": view.nodes.ids[people],
            "key": [i.partition(":")[2] for i in view.nodes.ids[people]],
            "name": _names(view, people),
            "communities": [tuple(view.label(c) for c in homes[row]) for row in people],
            "needs": needs,
            "offers": offers,
            "visions": visions,
            "met": met,
            "available": view.available[people],
            "asked": view.asked[people],
        }
    )
    return frame.set_index("id")


def ties_frame(view: View) -> pd.DataFrame:
    """Give one row a tie.

    Parameters
    ----------
    view : View
        What may be seen.

    Returns
    -------
    pandas.DataFrame
        Columns ``kind``, ``source``, ``target`` (ids), ``source_name``, ``target_name``, ``t``, ``until``
        (UTC, NaT where undated), ``n``, ``details`` (JSON text or missing), ``said`` and ``file``.
    """
    ties = view.ties
    return pd.DataFrame(
        {
            "kind": [str(TIE_KINDS[k]) for k in ties.kind],
            "source": view.nodes.ids[ties.src],
            "target": view.nodes.ids[ties.dst],
            "source_name": _names(view, ties.src),
            "target_name": _names(view, ties.dst),
            "t": _moments(ties.t),
            "until": _moments(ties.until),
            "n": ties.n,
            "details": ties.details,
            "said": [str(SAID[s]) for s in ties.said],
            "file": [view.sources[s] for s in ties.source],
        }
    )


def statements_frame(view: View) -> pd.DataFrame:
    """Give one row a statement.

    Parameters
    ----------
    view : View
        What may be seen.

    Returns
    -------
    pandas.DataFrame
        Index ``id``; columns ``owner`` (id), ``owner_name``, ``kind``, ``text``, ``t`` (UTC, NaT where
        undated), ``audience``, ``matching``, ``as_reason`` (what the owner released), ``said``, ``file``.
    """
    statements = view.statements
    policies = [view.policies[p] for p in statements.policy]
    frame = pd.DataFrame(
        {
            "id": statements.ids,
            "owner": view.nodes.ids[statements.owner],
            "owner_name": _names(view, statements.owner),
            "kind": [str(STATEMENT_KINDS[k]) for k in statements.kind],
            "text": statements.text,
            "t": _moments(statements.t),
            "audience": [p.audience.name.lower() for p in policies],
            "matching": [p.matching.name.lower() for p in policies],
            "as_reason": [p.as_reason for p in policies],
            "said": [str(SAID[s]) for s in statements.said],
            "file": [view.sources[s] for s in statements.source],
        }
    )
    return frame.set_index("id")


def _communities(snapshot: Snapshot) -> list[list[int]]:
    """Give the rows of the declared communities of each node, ascending."""
    matrix = snapshot.memberships(DECLARED)
    matrix.sort_indices()
    columns = matrix.indices.tolist()
    return [columns[a:b] for a, b in itertools.pairwise(matrix.indptr.tolist())]


def _meetings(view: View) -> sparse.csr_array:
    """Count meetings: symmetric, where `View.met` says only whether."""
    n = len(view.nodes)
    ties = view.ties_of(TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED)
    project = view.nodes.kind[ties.dst] == NODE_CODE[NodeKind.PROJECT]
    direct, work = ties.take(~project), ties.take(project)
    pairs = sparse.coo_array((direct.n.astype(np.float64), (direct.src, direct.dst)), shape=(n, n)).tocsr()
    joined = sparse.coo_array((np.ones(len(work)), (work.src, work.dst)), shape=(n, n)).tocsr()
    return sparse.csr_array(pairs + pairs.T + joined @ joined.T)


def _statements_of(view: View, kind: StatementKind) -> IntArray:
    owners = view.statements.owner[view.statements.kind == STATEMENT_CODE[kind]]
    return np.bincount(owners, minlength=len(view.nodes)).astype(np.int32)


def _names(view: View, rows: Iterable[int]) -> list[str | None]:
    return [view.names.get(int(row)) for row in rows]


def _moment(t: float) -> dt.datetime | None:
    if math.isnan(t):
        return None
    try:
        return dt.datetime.fromtimestamp(t, dt.UTC)
    except (OverflowError, ValueError) as error:
        raise Refused(f"time of a tie: got {t!r}, expected POSIX seconds within the years 1 to 9999") from error


def _moments(t: FloatArray) -> pd.Series[pd.Timestamp]:
    """Give times to the microsecond, which reach beyond the year 9999."""
    undated = np.isnan(t)
    ticks = np.where(undated, 0, np.round(t * MICROSECONDS)).astype(np.int64).astype("datetime64[us]")
    ticks[undated] = np.datetime64("NaT")
    return pd.Series(ticks).dt.tz_localize("UTC")
