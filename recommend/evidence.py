"""What two texts have in common: meaning, spelling, concepts; each read against a community's background."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from embeddings.background import background_texts
from embeddings.base import Encoder, Progress, Role
from embeddings.language import guess_language
from embeddings.lexical import LexicalEncoder
from embeddings.roles import load_role_model
from embeddings.similarity import centre_by_language, language_means
from embeddings.thesaurus import Thesaurus, load_thesaurus
from recommend.config import FitConfig
from recommend.pairs import IntArray

FloatArray = NDArray[np.float32]
Words = tuple[Sequence[str], Sequence[str]]
"""Texts that look for something and texts that are found; the same object twice for a symmetric comparison."""

SAMPLE = 1_024
"""Texts of a side that stand for the whole community where neighbours and standard deviations are measured."""
LEAST_NEIGHBOURS = 5
ENOUGH = 120
"""Texts of a side from which a community is a background of its own; fewer are filled up by everyday sentences."""
BROADER = 0.5
"""How much a broader concept counts, for each step."""


class Meaning:
    """Similarity of meaning in standard deviations of its background.

    The language of a text and, between needs and offers, the direction that tells the one from the other are
    taken out of the vectors; texts that are near to everything are corrected for (CSLS). The background are the
    community's own texts and, so that a handful of them has something to be read against, everyday sentences in
    the same languages. Neighbours are counted as a share of a sample, so that a fit means the same in a
    community of forty and of a hundred thousand.

    Parameters
    ----------
    words : Words
        Texts of both sides.
    encoder : Encoder
        One that knows meaning.
    config : FitConfig
        ``neighbours`` and ``prior``.
    hubs : float
        How much of the crowding around a text is taken away, in [0, 1].
    progress : callable, optional
        Told how far the encoding is.

    References
    ----------
    A. Conneau, G. Lample, M. Ranzato, L. Denoyer, H. Jegou (2018), "Word Translation Without Parallel Data".
    """

    def __init__(
        self, words: Words, encoder: Encoder, config: FitConfig, hubs: float = 1.0, progress: Progress | None = None
    ) -> None:
        symmetric = words[0] is words[1]
        languages = {guess_language(text) for side in words for text in side}
        kinds = ("vision", "vision") if symmetric else ("need", "offer")
        roles = (Role.SYMMETRIC, Role.SYMMETRIC) if symmetric else (Role.QUERY, Role.PASSAGE)
        sides = [
            _side(texts, background_texts(kind, languages), encoder, role, config.prior, progress)
            for texts, kind, role in zip(words[:1] if symmetric else words, kinds, roles, strict=False)
        ]
        self.queries, self.documents = sides[0], sides[-1]
        probes = [side[_spread(len(side), SAMPLE)] for side in (self.queries, self.documents)]
        self._crowd_q = np.float32(hubs) * _crowding(self.queries, probes[1], config.neighbours)
        self._crowd_d = (
            self._crowd_q if symmetric else np.float32(hubs) * _crowding(self.documents, probes[0], config.neighbours)
        )
        sample = self._raw(_spread(len(self.queries), SAMPLE), _spread(len(self.documents), SAMPLE))
        self._mean, self._deviation = float(sample.mean()), max(float(sample.std()), 1e-6)

    def _raw(self, queries: IntArray, documents: IntArray) -> FloatArray:
        cosine = self.queries[queries] @ self.documents[documents].T
        return np.asarray(2.0 * cosine - self._crowd_q[queries][:, None] - self._crowd_d[documents][None, :])

    def standardised(self, queries: IntArray, documents: IntArray) -> FloatArray:
        """Give the similarity of some queries with some documents, (q, d), in standard deviations."""
        return np.asarray((self._raw(queries, documents) - self._mean) / self._deviation, dtype=np.float32)


class Shared:
    """Terms that two texts share, as an inner product of sparse rows; 0 = none.

    Parameters
    ----------
    queries, documents : csr_array (n, terms)
        Weights of the terms of each text, at least 0.
    """

    def __init__(self, queries: sparse.csr_array, documents: sparse.csr_array) -> None:
        self._queries, self._documents = queries, documents

    def of(self, queries: IntArray, documents: IntArray) -> FloatArray:
        """Give what some queries share with some documents, (q, d)."""
        both = self._queries[queries] @ self._documents[documents].T
        return np.asarray(both.toarray(), dtype=np.float32)


def shared_spelling(words: Words) -> Shared:
    """Compare by spelling: a share of common terms, in [0, 1]."""
    encoder = _spelling()
    return Shared(*(encoder.features(texts) for texts in words))


def shared_concepts(words: Words) -> Shared:
    """Compare by concepts of the thesaurus: the sum of the rarities of those in common, damped by length.

    Rarity is the inverse document frequency, ln((1 + n) / (1 + df)), among these texts and everyday sentences:
    that two people of a gardening club both speak of gardens says little.
    """
    languages = {guess_language(text) for side in words for text in side}
    everyday = [text for kind in ("need", "offer", "vision") for text in background_texts(kind, languages)]
    counted = [_concepts(texts) for texts in (*words, everyday)]
    n = sum(rows.shape[0] for rows in counted)
    known = sum(np.bincount(rows.indices[rows.data >= 1.0], minlength=rows.shape[1]) for rows in counted)
    rarity = sparse.diags_array(np.log((1 + n) / (1 + np.asarray(known, dtype=np.float64))))
    return Shared(*(_damped(sparse.csr_array(rows @ rarity)) for rows in counted[:2]))


def _concepts(texts: Sequence[str]) -> sparse.csr_array:
    """Give the concepts of each text, (n, concepts): 1 where named, less where only implied."""
    thesaurus = _thesaurus()
    column = {concept: i for i, concept in enumerate(thesaurus.concepts)}
    weights = [_weights(thesaurus, text) for text in texts]
    ends = np.cumsum([0, *(len(row) for row in weights)])
    columns = np.array([column[concept] for row in weights for concept in row], dtype=np.int64)
    data = np.array([weight for row in weights for weight in row.values()], dtype=np.float64)
    return sparse.csr_array((data, columns, ends), shape=(len(texts), len(column)))


def _weights(thesaurus: Thesaurus, text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for mention in thesaurus.find(text):
        for concept in mention.concepts:
            for step, named in enumerate((concept, *thesaurus.ancestors(concept))):
                found[named] = max(found.get(named, 0.0), BROADER**step / len(mention.concepts))
    return found


def _damped(rows: sparse.csr_array) -> sparse.csr_array:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1.0 / np.sqrt(np.maximum(lengths, 1.0))) @ rows)


@cache
def _spelling() -> LexicalEncoder:
    """One encoder for all: its dictionary takes a moment to load."""
    return LexicalEncoder()


@cache
def _thesaurus() -> Thesaurus:
    return load_thesaurus()


def _side(
    texts: Sequence[str], everyday: list[str], encoder: Encoder, role: Role, prior: float, progress: Progress | None
) -> FloatArray:
    """Give the corrected vectors of texts and, where these are few, of everyday sentences behind them."""
    n = len(texts)
    filling = [everyday[i] for i in _spread(len(everyday), max(0, ENOUGH - n)).tolist()]
    every = [*texts, *filling]
    vectors = encoder.encode(every, role, progress)
    if role is not Role.SYMMETRIC:
        vectors = load_role_model().without_stance(vectors, encoder.fingerprint)
    languages = [guess_language(text) for text in every]
    known = language_means(vectors[n:], languages[n:])
    means = language_means(vectors[:n], languages[:n], known, prior)
    return centre_by_language(vectors, languages, means)


def _crowding(vectors: FloatArray, probes: FloatArray, share: float) -> FloatArray:
    """Mean similarity to the nearest of the other side, (n,)."""
    if not len(vectors) or not len(probes):
        return np.zeros(len(vectors), dtype=np.float32)
    k = min(len(probes), max(LEAST_NEIGHBOURS, int(np.ceil(share * len(probes)))))
    out = np.empty(len(vectors), dtype=np.float32)
    for start in range(0, len(vectors), SAMPLE):
        block = vectors[start : start + SAMPLE] @ probes.T
        out[start : start + SAMPLE] = np.partition(block, -k, axis=1)[:, -k:].mean(axis=1)
    return out


def _spread(n: int, most: int) -> IntArray:
    """Give at most so many indices, evenly spread: the same for the same number."""
    return np.unique(np.linspace(0, n - 1, num=min(n, most)).astype(np.intp)) if n else np.zeros(0, dtype=np.intp)
