"""Ties of a network, gathered into columns; what is said twice is one tie."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graph.kinds import DATED_KEY, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import CodedIds, TieBatch

IntArray = NDArray[np.int64]


class TieColumns:
    """Ties from people to what they belong to or went to."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[float | None, int]] = {}

    def add(self, src: str, dst: str, t: float, row: int) -> None:
        """Add one tie; ``t`` in POSIX seconds, NaN for undated."""
        self._rows.setdefault((src, dst), {}).setdefault(None if math.isnan(t) else t, row)

    def batches(self, kind: TieKind, source: str) -> list[TieBatch]:
        """Give the ties as one batch, or none; of a kind that does not repeat the earliest dated one."""
        if not self._rows:
            return []
        flat = [
            (src, dst, t, row)
            for (src, dst), times in self._rows.items()
            for t, row in (times.items() if kind in DATED_KEY else [_earliest(times)])
        ]
        src, dst, t, rows = (list(c) for c in zip(*flat, strict=True))
        return [TieBatch(kind, src, dst, NETWORK_OPEN, NETWORK_OPEN, source, t=t, rows=rows)]


def _earliest(times: dict[float | None, int]) -> tuple[float | None, int]:
    dated = [t for t in times if t is not None]
    t = min(dated) if dated else None
    return t, times[t]


def meetings(
    ids: Sequence[str], u: IntArray, v: IntArray, t: NDArray[np.float64], rows: IntArray, source: str
) -> list[TieBatch]:
    """Count repeated meetings and give them as one batch, or none.

    Parameters
    ----------
    ids : sequence of str
        Node ids that ``u`` and ``v`` number.
    u, v : (n,) int
        Ends, in either order.
    t : (n,) float
        POSIX seconds, NaN for undated.
    rows : (n,) int
        Row of the source; the first row of a repeated meeting is kept.
    """
    if not len(u):
        return []
    low, high, key = np.minimum(u, v), np.maximum(u, v), np.where(np.isnan(t), -np.inf, t)
    order = np.lexsort((rows, key, high, low))
    low, high, key, rows = low[order], high[order], key[order], rows[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (np.diff(low) != 0) | (np.diff(high) != 0) | (key[1:] != key[:-1])
    starts = np.flatnonzero(first)
    n = np.diff(np.append(starts, len(low)))
    times = [None if x == -np.inf else x for x in key[starts].tolist()]
    src, dst = (CodedIds(ids, column[starts]) for column in (low, high))
    return [
        TieBatch(
            TieKind.MET, src, dst, NETWORK_OPEN, NETWORK_OPEN, source,
            t=times, n=n.tolist(), rows=rows[starts].tolist(),
        )
    ]  # fmt: skip
