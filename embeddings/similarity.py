"""Array functions on vectors: unit length, language centres, hub correction, exact nearest neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.errors import WrongUse

FloatArray: TypeAlias = NDArray[np.float32]
IndexArray: TypeAlias = NDArray[np.intp]
BoolArray: TypeAlias = NDArray[np.bool_]

SCORE_DECIMALS: Final = 6
_QUERY_BLOCK: Final = 1024
_DOCUMENT_BLOCK: Final = 4096
_ZERO_NORM: Final = 1e-6


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Scale each row to length one.

    Parameters
    ----------
    vectors : (n, d)
        Any finite rows.

    Returns
    -------
    (n, d)
        Rows of length 1; a row shorter than 1e-6 becomes exactly zero, because its direction is only
        rounding error.
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    safe = np.where(norms > _ZERO_NORM, norms, 1.0)
    return np.where(norms > _ZERO_NORM, vectors / safe, 0.0).astype(np.float32)


def language_means(
    vectors: FloatArray,
    languages: Sequence[str],
    prior: Mapping[str, FloatArray] | None = None,
    prior_weight: float = 0.0,
) -> dict[str, FloatArray]:
    """Give the mean vector of each language.

    Parameters
    ----------
    vectors : (n, d)
        Unit or zero rows of one role; zero rows (no text) are left out.
    languages : sequence of str
        Language of each row, such as ``"ja"``.
    prior : mapping of str to (d,), optional
        Means known from a background of other texts.
    prior_weight : float
        Number of texts, at least 0, that the prior counts for. With few own texts the own mean holds mostly
        what they say rather than the language they say it in; a prior keeps that from being subtracted.

    Returns
    -------
    dict of str to (d,)
        One mean for each language that has a non-zero row or a prior.

    Raises
    ------
    WrongUse
        When there are not as many languages as rows.
    """
    labels = _labels(vectors, languages)
    spoken = np.any(vectors != 0, axis=1)
    known = prior or {}
    means: dict[str, FloatArray] = {}
    for language in sorted(set(labels[spoken]) | set(known)):
        rows = vectors[spoken & (labels == language)]
        total, weight = rows.sum(axis=0, dtype=np.float64), float(len(rows))
        if language in known:
            total, weight = total + prior_weight * known[language], weight + prior_weight
        if weight > 0:
            means[language] = (total / weight).astype(np.float32)
    return means


def centre_by_language(
    vectors: FloatArray, languages: Sequence[str], means: Mapping[str, FloatArray] | None = None
) -> FloatArray:
    """Subtract from each row the mean of its language.

    Multilingual encoders put the language of a text into its vector before the meaning, so that a Japanese
    need lies nearer to any Japanese offer than to the right English one; taking away each language's own mean
    removes that. Centre queries and documents each by the means of their own role.

    Parameters
    ----------
    vectors : (n, d)
        Unit or zero rows of one role.
    languages : sequence of str
        Language of each row.
    means : mapping of str to (d,), optional
        Means to subtract; by default `language_means` of these rows. A single row minus its own mean is
        zero, so for a few queries pass the means of the whole community.

    Returns
    -------
    (n, d)
        Unit rows; zero where the input was zero or nothing is left. A language without a mean stays as it is.

    Raises
    ------
    WrongUse
        When there are not as many languages as rows.
    """
    labels = _labels(vectors, languages)
    used = language_means(vectors, languages) if means is None else means
    centred = vectors.astype(np.float32, copy=True)
    spoken = np.any(vectors != 0, axis=1)
    for language, mean in used.items():
        centred[spoken & (labels == language)] -= mean
    return unit_rows(centred)


def hub_correct(scores: FloatArray, k: int = 10) -> FloatArray:
    """Lower the scores of texts that are near to everything (CSLS).

    Parameters
    ----------
    scores : (n_queries, n_documents)
        Cosines, in [-1, 1].
    k : int
        Neighbours that measure how crowded a text's surroundings are, at least 1; all there are if fewer.

    Returns
    -------
    (n_queries, n_documents)
        ``2 s(q, d) - r(q) - r(d)``, in [-4, 4], where r is the mean score to the k nearest of the other side.
        With one query the order of the documents stays that of `scores`.

    Raises
    ------
    WrongUse
        When `k` is below 1.

    References
    ----------
    A. Conneau, G. Lample, M. Ranzato, L. Denoyer, H. Jegou (2018), "Word Translation Without Parallel Data".
    """
    if k < 1:
        raise WrongUse(f"hub_correct: got k={k}, expected at least 1")
    if scores.size == 0:
        return scores.astype(np.float32, copy=True)
    per_query = _mean_of_largest(scores, k)[:, None]
    per_document = _mean_of_largest(scores.T, k)[None, :]
    return np.asarray(2 * scores - per_query - per_document, dtype=np.float32)


def top_k(
    queries: FloatArray, documents: FloatArray, k: int, mask: BoolArray | None = None
) -> tuple[IndexArray, FloatArray]:
    """Find the documents with the largest inner product, exactly.

    The documents are met block by block; each query keeps its k best and only looks at scores above the worst
    of them, so that no whole score matrix is held.

    Parameters
    ----------
    queries : (n_queries, d)
        Rows to search for; unit rows make the score a cosine.
    documents : (n_documents, d)
        Rows to search in.
    k : int
        Answers a query, at least 1.
    mask : (n_queries, n_documents), optional
        True where the document may be answered to the query.

    Returns
    -------
    indices : (n_queries, k)
        Row numbers of documents, best first; -1 where fewer than k were allowed.
    scores : (n_queries, k)
        Their scores, rounded to six decimals, -inf where the index is -1.

    Raises
    ------
    WrongUse
        When `k` is below 1 or the shapes do not fit.

    Notes
    -----
    Equal scores are answered in the order of the documents. They are rounded because the last bits of a sum
    depend on where in a block it is computed, which would let equal documents change places.
    """
    _check_shapes(queries, documents, k, mask)
    indices = np.full((len(queries), k), -1, dtype=np.intp)
    scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for first in range(0, len(queries), _QUERY_BLOCK):
        rows = slice(first, first + _QUERY_BLOCK)
        for start in range(0, len(documents), _DOCUMENT_BLOCK):
            columns = slice(start, start + _DOCUMENT_BLOCK)
            block = queries[rows] @ documents[columns].T
            if mask is not None:
                block[~mask[rows, columns]] = -np.inf
            _merge(block, start, indices[rows], scores[rows])
    return indices, scores


def _labels(vectors: FloatArray, languages: Sequence[str]) -> NDArray[np.str_]:
    if len(vectors) != len(languages):
        raise WrongUse(f"got {len(vectors)} vectors and {len(languages)} languages, expected one for each")
    return np.asarray(languages, dtype=np.str_)


def _mean_of_largest(scores: FloatArray, k: int) -> FloatArray:
    k = min(k, scores.shape[1])
    largest = np.partition(scores, -k, axis=1)[:, -k:]
    return np.asarray(largest.mean(axis=1), dtype=np.float32)


def _check_shapes(queries: FloatArray, documents: FloatArray, k: int, mask: BoolArray | None) -> None:
    if k < 1:
        raise WrongUse(f"top_k: got k={k}, expected at least 1")
    if queries.ndim != 2 or documents.ndim != 2 or queries.shape[1] != documents.shape[1]:
        raise WrongUse(f"top_k: got shapes {queries.shape} and {documents.shape}, expected (n, d) and (m, d)")
    wanted = (len(queries), len(documents))
    if mask is not None and mask.shape != wanted:
        raise WrongUse(f"top_k: got a mask of shape {mask.shape}, expected {wanted}")


def _merge(block: FloatArray, start: int, indices: IndexArray, scores: FloatArray) -> None:
    """Put the better entries of a block of scores into the running answers, in place."""
    row, column = np.nonzero(block > _floor(block, scores)[:, None])
    if len(row) == 0:
        return
    n_queries, k = scores.shape
    all_rows = np.concatenate([np.repeat(np.arange(n_queries), k), row])
    all_scores = np.concatenate([scores.ravel(), np.round(block[row, column], SCORE_DECIMALS)])
    all_indices = np.concatenate([indices.ravel(), column + start])
    # Earlier blocks stand first and a stable sort keeps them there, so equal scores stay in document order.
    order = np.lexsort((-all_scores, all_rows))
    begins = np.searchsorted(all_rows[order], np.arange(n_queries))
    chosen = order[begins[:, None] + np.arange(k)]
    scores[:] = all_scores[chosen]
    indices[:] = all_indices[chosen]


def _floor(block: FloatArray, scores: FloatArray) -> FloatArray:
    """Give the score above which an entry of the block may still belong to a query's best k."""
    k = scores.shape[1]
    worst = scores[:, -1]
    if block.shape[1] <= k or np.isfinite(worst).all():
        return worst
    kth = np.partition(block, -k, axis=1)[:, -k]
    # An entry a little under the block's k-th may round to the same score and stand before it.
    return np.asarray(np.maximum(worst, kth - 2 * 10.0**-SCORE_DECIMALS), dtype=np.float32)
