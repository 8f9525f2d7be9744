"""Exact nearest neighbours by multiplying everything with everything, block by block."""

from __future__ import annotations

from typing import Final

import numpy as np

from embeddings.index.base import IntArray
from embeddings.similarity import FloatArray

SCORE_DECIMALS: Final = 6
"""Scores are rounded, because the last bits of a sum depend on where in a block it is computed, which would let
equal vectors change places."""

_UNIT: Final = np.float32(10.0**-SCORE_DECIMALS)
_QUERIES: Final = 1_024
_SCORES: Final = 8_000_000
"""Scores held at once: 32 MB."""
_FIRST: Final = 1_024
"""Vectors from which the first bound on the k-th best score is taken."""


def scan(
    queries: FloatArray, vectors: FloatArray, k: int, places: IntArray | None = None
) -> tuple[IntArray, FloatArray]:
    """Find the rows with the largest inner product.

    Each query keeps its k best and looks only at scores above the worst of them: selecting costs less than the
    multiplication, and no whole matrix of scores is held.

    Parameters
    ----------
    queries : (q, d)
        float32.
    vectors : (n, d)
        float32.
    k : int
        Answers a query, at least 1.
    places : (m,) int, optional
        Rows of `vectors` to look at, ascending; all of them by default. Others are not read.

    Returns
    -------
    rows : (q, k)
        Rows of `vectors`, best first, equal scores in their order; -1 where there are fewer.
    scores : (q, k)
        Rounded to six decimals; -inf where the row is -1.
    """
    n = len(vectors) if places is None else len(places)
    rows = np.full((len(queries), k), -1, dtype=np.int64)
    scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for start in range(0, len(queries), _QUERIES):
        part = slice(start, start + _QUERIES)
        asked = queries[part]
        step = max(_FIRST, _SCORES // len(asked))
        for first in range(0, n, step):
            block = slice(first, first + step)
            found = asked @ (vectors[block] if places is None else vectors[places[block]]).T
            _take(found, first, rows[part], scores[part])
    if places is not None:
        rows = np.where(rows >= 0, np.append(places, -1)[rows], -1)
    return rows, scores


def sorted_best(
    queries: IntArray, rows: IntArray, scores: FloatArray, shape: tuple[int, int]
) -> tuple[IntArray, FloatArray]:
    """Give the best rows of each query from entries in any order.

    Parameters
    ----------
    queries, rows : (e,) int
        Number of the query, and row, of each entry.
    scores : (e,)
        Finite.
    shape : (q, k)
        Of the answer.

    Returns
    -------
    (q, k), (q, k)
        As of `scan`.
    """
    best_rows = np.full(shape, -1, dtype=np.int64)
    best_scores = np.full(shape, -np.inf, dtype=np.float32)
    rounded = np.round(scores, SCORE_DECIMALS)
    order = np.lexsort((rows, -rounded, queries))
    queries, rows, rounded = queries[order], rows[order], rounded[order]
    rank = np.arange(len(queries)) - np.searchsorted(queries, queries)
    kept = rank < shape[1]
    at = queries[kept], rank[kept]
    best_rows[at], best_scores[at] = rows[kept], rounded[kept]
    return best_rows, best_scores


def kth_best(found: FloatArray, k: int) -> FloatArray:
    """Give a bound on what may be among the k best of each row of scores that has at least k, (q,).

    An entry a little under the k-th may round to the same score and stand before it.
    """
    return np.asarray(np.partition(found, -k, axis=1)[:, -k] - 2 * _UNIT, dtype=np.float32)


def _take(found: FloatArray, first: int, rows: IntArray, scores: FloatArray) -> None:
    """Put the better entries of a block of scores into the running answers, in place."""
    k = scores.shape[1]
    # What rounds to the worst answer kept would stand behind it: earlier rows come first.
    bound = scores[:, -1] + np.float32(0.4) * _UNIT
    if np.isneginf(bound).any() and found.shape[1] >= k:
        bound = np.maximum(bound, kth_best(found[:, : max(_FIRST, k)], k))
    entries = np.flatnonzero(found > bound[:, None])
    if len(entries):
        at, column = np.divmod(entries, found.shape[1])
        _merge(at, column + first, np.round(found.ravel()[entries], SCORE_DECIMALS), rows, scores)


def _merge(at: IntArray, row: IntArray, score: FloatArray, rows: IntArray, scores: FloatArray) -> None:
    """Put entries, sorted by query and row, into the running answers of the queries that they are of."""
    k = scores.shape[1]
    changed = np.r_[True, at[1:] != at[:-1]]
    touched = at[changed]
    group = np.concatenate([np.repeat(np.arange(len(touched)), k), np.cumsum(changed) - 1])
    every = np.concatenate([scores[touched].ravel(), score])
    which = np.concatenate([rows[touched].ravel(), row])
    # Answers so far stand first and a stable sort keeps them there, so equal scores stay in the order of rows.
    order = np.lexsort((-every, group))
    begins = np.searchsorted(group[order], np.arange(len(touched)))
    chosen = order[begins[:, None] + np.arange(k)]
    scores[touched], rows[touched] = every[chosen], which[chosen]
