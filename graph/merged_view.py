"""A view in which merged records stand as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from graph.codes import Coded, in_use
from graph.kinds import DATED_KEY, EXCHANGE_WANTED, Detail, TieKind
from graph.merging import BoolArray, turned
from graph.standing import cap_of
from graph.tables import TIE_CODE, FieldTable, IntArray, StatementTable, TieTable
from graph.view import View

_DATED = [TIE_CODE[kind] for kind in DATED_KEY]
_CONDITIONS = tuple(f'"{key}"' for key in (*Detail, EXCHANGE_WANTED))
_HEARSAY = '"confirm"'


def joined(view: View, survivor: IntArray) -> View:
    """Join the records of a view that are one.

    Parameters
    ----------
    view : View
        Reduced already: what is hidden takes no part in it.
    survivor : (n_nodes,) int
        Row of the record under which each node is known.

    Returns
    -------
    View
        Of attributes of one name the survivor's stays, of statements of one kind and text and of ties of one kind
        between the same (at one time, where the kind repeats) one; ties inside a group go. The ids of the others
        lead to the survivor.
    """
    rows = np.arange(len(view.nodes), dtype=np.int32)
    kept = survivor == rows
    if kept.all():
        return view
    place = (np.cumsum(kept, dtype=np.int32) - 1)[survivor]
    field_rows, statement_rows = _fields(view.fields, survivor), _statements(view.statements, survivor)
    tie_rows, ties = _ties(view.ties, survivor)
    fields = view.fields.take(field_rows)
    statements = view.statements.take(statement_rows)
    coded = in_use(
        Coded(
            view.nodes.take(kept),
            fields.take(slice(None), node=place[fields.node]),
            statements.take(slice(None), owner=place[statements.owner]),
            ties.take(slice(None), src=place[ties.src], dst=place[ties.dst]),
            view.policies,
            view.sources,
        )
    )
    apart = np.unique(place[view.kept_apart].reshape(-1, 2), axis=0)
    return replace(
        view, **coded._asdict(),
        matchable_fields=view.matchable_fields[field_rows],
        matchable_statements=view.matchable_statements[statement_rows],
        matchable_ties=view.matchable_ties[tie_rows], tellable_ties=view.tellable_ties[tie_rows],
        available=_any(view.available, place), asked=_any(view.asked, place),
        kept_apart=apart[apart[:, 0] != apart[:, 1]].astype(np.int32),
        aliases={str(view.nodes.ids[r]): int(place[r]) for r in rows[~kept]},
    )  # fmt: skip


def _any(mask: BoolArray, place: IntArray) -> BoolArray:
    """Say of each node whether something is so of any of its records."""
    found = np.zeros(int(place.max()) + 1, dtype=bool)
    found[place[mask]] = True
    return found


def _firsts(keys: Sequence[np.ndarray], order: np.ndarray) -> IntArray:
    """Give the first row of each key in an order, sorted by key; keys are columns, the most important first."""
    frame = pd.DataFrame({i: key[order] for i, key in enumerate(keys)})
    first = order[~frame.duplicated().to_numpy()]
    return np.asarray(first[np.lexsort([key[first] for key in reversed(keys)])])


def _fields(fields: FieldTable, survivor: IntArray) -> IntArray:
    """Give the rows of attributes that stay, by node and name; of one name the survivor's own goes before."""
    name, _ = pd.factorize(fields.name, sort=True)
    order = np.lexsort((fields.node, survivor[fields.node] != fields.node))
    return _firsts((survivor[fields.node], name), order)


def _statements(statements: StatementTable, survivor: IntArray) -> IntArray:
    """Give the rows of statements that stay, in the order of ids.

    Of equal ones what is no hearsay stays before hearsay, one that says how far it goes before one that does not, the
    survivor's own before another's.
    """
    owner = survivor[statements.owner]
    text, _ = pd.factorize(statements.text)
    rows = np.arange(len(statements))
    written = statements.details.tolist()
    known = {text: (_HEARSAY in text, not any(key in text for key in _CONDITIONS)) for text in set(written) if text}
    hearsay, bare = np.array([known.get(text, (False, True)) for text in written], dtype=bool).reshape(-1, 2).T
    order = np.lexsort((rows, owner != statements.owner, bare, hearsay))
    return np.sort(_firsts((owner, statements.kind, text), order))


def _ties(ties: TieTable, survivor: IntArray) -> tuple[IntArray, TieTable]:
    """Give the rows of ties that stay, by kind, ends and time, and those ties between survivors.

    Of ties that become one the earliest beginning, the latest end, the largest count and the smallest cap stay.
    """
    src, dst = survivor[ties.src], survivor[ties.dst]
    swap = turned(ties, survivor)
    touched = (src != ties.src) | (dst != ties.dst)
    moved = ties.take(
        slice(None),
        src=np.where(swap, dst, src), dst=np.where(swap, src, dst),
        policy_src=np.where(swap, ties.policy_dst, ties.policy_src),
        policy_dst=np.where(swap, ties.policy_src, ties.policy_dst),
    )  # fmt: skip
    rows = np.flatnonzero((src != dst) | ~touched).astype(np.int32)
    time = np.where(np.isin(moved.kind, _DATED), np.nan_to_num(moved.t, nan=-np.inf), 0.0)
    order = rows[np.lexsort((rows, touched[rows]))].astype(np.int32)
    keys = (moved.kind, moved.src, moved.dst, time)
    kept = _firsts(keys, order)
    return kept, moved.take(kept, **_together(moved, keys, order, kept))


def _together(ties: TieTable, keys: Sequence[np.ndarray], rows: IntArray, kept: IntArray) -> dict[str, np.ndarray]:
    """Give times, counts and details of the ties that stay, from all that became one with each."""
    frame = pd.DataFrame({str(i): key[rows] for i, key in enumerate(keys)})
    number = frame.groupby([str(i) for i in range(len(keys))], sort=True).ngroup().to_numpy()
    began = np.full(len(kept), np.inf)
    np.fmin.at(began, number, ties.t[rows])
    began[np.isinf(began) & (began > 0)] = np.nan
    ended = np.full(len(kept), -np.inf)
    np.maximum.at(ended, number, np.nan_to_num(ties.until[rows], nan=np.inf))
    ended[np.isinf(ended)] = np.nan
    n = np.zeros(len(kept), dtype=ties.n.dtype)
    np.maximum.at(n, number, ties.n[rows])
    return {"t": began, "until": ended, "n": n, "details": _details(ties, rows, kept, number)}


def _details(ties: TieTable, rows: IntArray, kept: IntArray, number: np.ndarray) -> np.ndarray:
    """Give the details of the ties that stay: their own, or of a key person those with the smallest cap."""
    details = ties.details[kept]
    for i in np.flatnonzero(ties.kind[rows] == TIE_CODE[TieKind.KEY_OF]).tolist():
        details[number[i]] = min(details[number[i]], ties.details[rows[i]], key=cap_of)
    return details
