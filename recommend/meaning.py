"""Similarity of meaning, read against a community's background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.alignment import load_alignment
from embeddings.background import background_texts
from embeddings.base import Encoder, Progress, Role
from embeddings.language import guess_language
from embeddings.roles import load_role_model
from embeddings.similarity import centre_by_language, language_means
from recommend.config import FitConfig
from recommend.evidence import Rows, Words
from recommend.pairs import IntArray
from recommend.phrases import Phrases

FloatArray = NDArray[np.float32]

SAMPLE = 1_024
"""Texts of a side that stand for the whole community where means, neighbours and standard deviations are measured."""
LEAST_NEIGHBOURS = 5
ENOUGH = 120
"""Texts of a side from which a community is a background of its own; fewer are filled up by everyday sentences."""


@dataclass(frozen=True)
class Vectors:
    """Meaning of the texts of a side, without their language and without what tells needs from offers.

    Attributes
    ----------
    phrases : Phrases
        The texts.
    rows : (m, d) float
        Of length one, or zero where a text says nothing: the texts and, where they are few, everyday sentences.
    means : mapping of str to (d,) float
        What was subtracted, by language.
    key : tuple of str
        All that ``means`` depend on.
    """

    phrases: Phrases
    rows: FloatArray
    means: Mapping[str, FloatArray]
    key: tuple[str, ...]

    @property
    def probe_rows(self) -> IntArray:
        """Rows of the texts that stand for the side, and of everyday sentences."""
        n = len(self.phrases)
        return np.concatenate([self.phrases.sample(SAMPLE), np.arange(n, len(self.rows))])


_Crowd: TypeAlias = tuple[Vectors, FloatArray]
"""Texts, and how crowded it is around each."""


class Meaning:
    """Similarity of meaning in standard deviations of its background.

    The language of a text and, between needs and offers, the direction that tells the one from the other are
    taken out of the vectors; what is left may be turned so that its matter counts rather than its wording
    (`embeddings.alignment`); texts that are near to everything are corrected for (CSLS). The background are the
    community's own texts and, so that a handful of them has something to be read against, everyday sentences in
    the same languages. Neighbours are counted as a share of a sample, so that a fit means the same in a
    community of forty and of a hundred thousand. Samples are drawn by a digest of each text, so a changed text
    moves the background only where it is drawn itself.

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
    before : Meaning, optional
        That of an earlier state, made with the same settings: what nothing new touches is taken from it.
    aligned : bool
        Whether the matter of texts counts rather than their likeness.

    References
    ----------
    A. Conneau, G. Lample, M. Ranzato, L. Denoyer, H. Jegou (2018), "Word Translation Without Parallel Data".
    """

    def __init__(
        self,
        words: Words,
        encoder: Encoder,
        config: FitConfig,
        hubs: float = 1.0,
        progress: Progress | None = None,
        before: Meaning | None = None,
        *,
        aligned: bool = True,
    ) -> None:
        symmetric = words[0] is words[1]
        languages = sorted(words[0].spoken | words[1].spoken)
        reader = _Reader(encoder, config, progress, aligned)
        earlier = before.sides if before is not None else (None, None)
        looking = _Kind("vision", Role.SYMMETRIC, languages) if symmetric else _Kind("need", Role.QUERY, languages)
        queries = _vectors(words[0], looking, reader, earlier[0])
        found = _Kind("offer", Role.PASSAGE, languages)
        documents = queries if symmetric else _vectors(words[1], found, reader, earlier[1])
        self.sides: tuple[Vectors, Vectors] = (queries, documents)
        self.queries, self.documents = queries.rows, documents.rows
        crowds = _Crowds(config.neighbours, hubs)
        same = before is not None and before._background == self._background
        old = before.kept if before is not None and same else ((None, None), None)
        self._crowd_q = crowds.of(queries, documents, old[0][0])
        self._crowd_d = self._crowd_q if symmetric else crowds.of(documents, queries, old[0][1])
        self._mean, self._deviation = old[1] or self._measured()

    @property
    def kept(self) -> tuple[tuple[_Crowd, _Crowd], tuple[float, float]]:
        """What a later state may go on with."""
        crowds = (self.sides[0], self._crowd_q), (self.sides[1], self._crowd_d)
        return crowds, (self._mean, self._deviation)

    @property
    def _background(self) -> tuple[tuple[str, ...], ...]:
        """All that crowding, mean and deviation depend on beside a text itself."""
        return tuple(side.key for side in self.sides)

    def _measured(self) -> tuple[float, float]:
        sample = self._raw(*(side.probe_rows for side in self.sides))
        return float(sample.mean()), max(float(sample.std()), 1e-6)

    def _raw(self, queries: Rows, documents: Rows, *, alike: bool = False) -> FloatArray:
        cosine = _products(self.queries[queries], self.documents[documents], alike=alike)
        cosine *= np.float32(2.0)
        cosine -= self._crowd_q[queries][:, None]
        cosine -= self._crowd_d[documents][None, :]
        return np.asarray(cosine)

    def standardised(self, queries: Rows, documents: Rows, *, alike: bool = False) -> FloatArray:
        """Give the similarity of some queries with some documents, (q, d), in standard deviations.

        With ``alike`` that of two texts is the same whatever other texts are compared with them; this is slower.
        """
        out = self._raw(self._texts(0, queries), self._texts(1, documents), alike=alike)
        out -= np.float32(self._mean)
        out /= np.float32(self._deviation)
        return out

    def _texts(self, side: int, rows: Rows) -> Rows:
        return slice(len(self.sides[side].phrases)) if isinstance(rows, slice) else rows


def _products(left: FloatArray, right: FloatArray, *, alike: bool) -> FloatArray:
    """Give the inner product of each row with each; in double precision its last bits do not depend on the others."""
    if alike:
        left, right = left.astype(np.float64), right.astype(np.float64)
    return np.asarray(left @ right.T, dtype=np.float32)


@dataclass(frozen=True)
class _Kind:
    name: str
    role: Role
    languages: list[str]


@dataclass(frozen=True)
class _Reader:
    encoder: Encoder
    config: FitConfig
    progress: Progress | None
    aligned: bool

    def vectors(self, texts: list[str], role: Role) -> FloatArray:
        """Give vectors without what tells needs from offers."""
        vectors = self.encoder.encode(texts, role, self.progress)
        return (
            vectors if role is Role.SYMMETRIC else load_role_model().without_stance(vectors, self.encoder.fingerprint)
        )

    def aligned_to_matter(self, vectors: FloatArray, role: Role) -> FloatArray:
        """Turn centred vectors, where that is asked for."""
        return load_alignment().align(vectors, role, self.encoder.fingerprint) if self.aligned else vectors


def _vectors(phrases: Phrases, kind: _Kind, reader: _Reader, before: Vectors | None) -> Vectors:
    """Encode the texts of a side, take their language out, put everyday sentences beside them where they are few."""
    everyday = background_texts(kind.name, kind.languages)
    filling = [everyday[i] for i in _spread(len(everyday), max(0, ENOUGH - len(phrases))).tolist()]
    sample = phrases.sample(SAMPLE)
    key = (*kind.languages, "", *(phrases.texts[row] for row in sample.tolist()))
    if before is not None and (before.key != key or filling):
        before = None
    if before is not None and before.phrases is phrases:
        return before
    carried = np.full(len(phrases), -1, dtype=np.intp) if before is None else phrases.carried(before.phrases)
    new = np.flatnonzero(carried < 0)
    fresh = reader.vectors([*(phrases.texts[row] for row in new.tolist()), *filling], kind.role)
    spoken = [*phrases.languages[new].tolist(), *(guess_language(text) for text in filling)]
    means = before.means if before is not None else _means(fresh, spoken, len(phrases), sample, reader.config.prior)
    fresh = reader.aligned_to_matter(centre_by_language(fresh, spoken, means), kind.role)
    if before is None:
        return Vectors(phrases, fresh, means, key)
    rows = before.rows[np.maximum(carried, 0)]
    rows[new] = fresh
    return Vectors(phrases, rows, means, key)


def _means(
    vectors: FloatArray, languages: list[str], n: int, sample: IntArray, prior: float
) -> Mapping[str, FloatArray]:
    known = language_means(vectors[n:], languages[n:])
    drawn = np.sort(sample)
    return language_means(vectors[drawn], [languages[row] for row in drawn.tolist()], known, prior)


@dataclass(frozen=True)
class _Crowds:
    share: float
    hubs: float

    def of(self, side: Vectors, other: Vectors, old: _Crowd | None) -> FloatArray:
        """Mean similarity of each text to the nearest of the other side, weighed, (m,)."""
        if old is not None and old[0] is side:
            return old[1]
        out = np.zeros(len(side.rows), dtype=np.float32)
        new = np.arange(len(side.rows))
        if old is not None and len(side.rows) == len(side.phrases):
            carried = side.phrases.carried(old[0].phrases)
            out, new = old[1][np.maximum(carried, 0)], np.flatnonzero(carried < 0)
        probes = other.rows[other.probe_rows]
        if not len(probes):
            return out
        k = min(len(probes), max(LEAST_NEIGHBOURS, int(np.ceil(self.share * len(probes)))))
        for start in range(0, len(new), SAMPLE):
            rows = new[start : start + SAMPLE]
            near = side.rows[rows] @ probes.T
            out[rows] = np.float32(self.hubs) * np.partition(near, -k, axis=1)[:, -k:].mean(axis=1)
        return out


def _spread(n: int, most: int) -> IntArray:
    """Give at most so many indices, evenly spread: the same for the same number."""
    return np.unique(np.linspace(0, n - 1, num=min(n, most)).astype(np.intp)) if n else np.zeros(0, dtype=np.intp)
