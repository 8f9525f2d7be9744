"""What two texts have in common beside meaning: spelling and concepts."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from embeddings.background import background_texts
from graph.measures.adjacency import runs
from recommend.pairs import IntArray
from recommend.phrases import Phrases, concepts_of

FloatArray = NDArray[np.float32]
Words: TypeAlias = tuple[Phrases, Phrases]
"""Texts that look for something and texts that are found; the same object twice for a symmetric comparison."""
Rows: TypeAlias = IntArray | slice
"""Positions of texts; ``EVERY`` spares a copy of all of them."""

EVERY = slice(None)
FEW = 16
"""Texts on one side up to which terms are laid out whole."""


class Shared:
    """Terms that two texts share, as an inner product of sparse rows; 0 = none.

    Parameters
    ----------
    queries, documents : csr_array (n, terms)
        Weights of the terms of each text, at least 0; the same object twice for a symmetric comparison.
    """

    def __init__(self, queries: sparse.csr_array, documents: sparse.csr_array) -> None:
        used = np.zeros(queries.shape[1], dtype=bool)
        used[queries.indices] = used[documents.indices] = True
        self._queries = _narrowed(queries, used)
        self._documents = self._queries if documents is queries else _narrowed(documents, used)

    def of(self, queries: Rows, documents: Rows) -> FloatArray:
        """Give what some queries share with some documents, (q, d)."""
        if isinstance(documents, slice):
            return _dense(self._queries[queries] @ self._of_documents)
        if isinstance(queries, slice):
            return np.ascontiguousarray(_dense(self._documents[documents] @ self._of_queries).T)
        if len(queries) <= FEW:
            return _products(self._queries, queries, self._documents, documents)
        if len(documents) <= FEW:
            return np.ascontiguousarray(_products(self._documents, documents, self._queries, queries).T)
        return np.asarray(self._queries[queries] @ _dense(self._documents[documents]).T)

    @cached_property
    def _of_documents(self) -> sparse.csr_array:
        """Documents by term, so that a text meets many quickly."""
        return sparse.csr_array(self._documents.T)

    @cached_property
    def _of_queries(self) -> sparse.csr_array:
        return self._of_documents if self._queries is self._documents else sparse.csr_array(self._queries.T)


def _products(few: sparse.csr_array, rows: IntArray, many: sparse.csr_array, others: IntArray) -> FloatArray:
    """Give the inner product of a few rows with others, (few, many): one row is laid out whole at a time."""
    place, own = _stored(many, others)
    columns, weights = many.indices[own], many.data[own]
    out = np.zeros((len(rows), len(others)), dtype=np.float32)
    whole = np.zeros(few.shape[1], dtype=np.float32)
    for row, product in zip(rows.tolist(), out, strict=True):
        mine = slice(few.indptr[row], few.indptr[row + 1])
        whole[few.indices[mine]] = few.data[mine]
        product[:] = np.bincount(place, weights * whole[columns], len(others))
        whole[few.indices[mine]] = 0.0
    return out


def _stored(matrix: sparse.csr_array, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Give what is stored in some rows: which of them, and where."""
    first = matrix.indptr[rows]
    counts = matrix.indptr[rows + 1] - first
    return np.repeat(np.arange(len(rows)), counts), runs(first, counts)


def _narrowed(rows: sparse.csr_array, used: NDArray[np.bool_]) -> sparse.csr_array:
    """Leave out the columns that are empty everywhere."""
    column = np.cumsum(used, dtype=np.int32) - 1
    parts = (rows.data.astype(np.float32), column[rows.indices], rows.indptr.astype(np.int32))
    return sparse.csr_array(parts, shape=(rows.shape[0], int(used.sum())))


def _dense(rows: sparse.csr_array) -> FloatArray:
    return np.asarray(rows.toarray(), dtype=np.float32)


def shared_spelling(words: Words) -> Shared:
    """Compare by spelling: a share of common terms, in [0, 1]."""
    return Shared(words[0].spelling, words[1].spelling)


def shared_concepts(words: Words) -> Shared:
    """Compare by concepts of the thesaurus: the sum of the rarities of those in common, damped by length.

    Rarity is the inverse document frequency, ln((1 + n) / (1 + df)), among these texts and everyday sentences:
    that two people of a gardening club both speak of gardens says little.
    """
    languages = sorted(words[0].spoken | words[1].spoken)
    counted = [*(phrases.concepts for phrases in words), _everyday_concepts(tuple(languages))]
    n = sum(rows.shape[0] for rows in counted)
    known = sum(np.bincount(rows.indices[rows.data >= 1.0], minlength=rows.shape[1]) for rows in counted)
    rarity = sparse.diags_array(np.log((1 + n) / (1 + np.asarray(known, dtype=np.float64))))
    queries = _damped(sparse.csr_array(counted[0] @ rarity))
    return Shared(queries, queries if words[0] is words[1] else _damped(sparse.csr_array(counted[1] @ rarity)))


@cache
def _everyday_concepts(languages: tuple[str, ...]) -> sparse.csr_array:
    kinds = ("need", "offer", "vision")
    return concepts_of([text for kind in kinds for text in background_texts(kind, languages)])


def _damped(rows: sparse.csr_array) -> sparse.csr_array:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1.0 / np.sqrt(np.maximum(lengths, 1.0))) @ rows)
