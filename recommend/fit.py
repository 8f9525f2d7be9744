"""Fit of texts: a need met by an offer, visions that agree; kept apart, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from embeddings.background import background_texts
from embeddings.base import Encoder, Progress, Role
from embeddings.language import guess_language
from embeddings.lexical import LexicalEncoder
from embeddings.similarity import centre_by_language, top_k
from graph.kinds import StatementKind
from graph.tables import STATEMENT_CODE
from recommend.config import FitConfig
from recommend.people import IntArray, People

FloatArray = NDArray[np.float32]
BACKGROUND_QUERIES = 512
BACKGROUND_DOCUMENTS = 4_096
KEPT_WHOLE = 20_000_000


@dataclass(frozen=True)
class Texts:
    """Statements of some kinds that may move a score, sorted by owner.

    Attributes
    ----------
    rows : (m,) int
        Rows of the statement table.
    owners : (m,) int, ascending
        Number of the person who owns each.
    weight : (m,) float, in (0, 1]
        Dilution of the owner: many statements of a kind count for less each.
    """

    rows: IntArray
    owners: IntArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, people: People, kinds: Sequence[StatementKind], config: FitConfig) -> Texts:
        """Collect the newest statements of each person."""
        table = people.view.statements
        codes = [STATEMENT_CODE[k] for k in kinds]
        owners = people.number_of_row[table.owner]
        rows = np.flatnonzero(np.isin(table.kind, codes) & people.view.matchable_statements & (owners >= 0))
        newest_first = np.lexsort((rows, -np.nan_to_num(table.t[rows], nan=-np.inf), owners[rows]))
        rows = rows[newest_first]
        place = _place_in_run(owners[rows])
        rows = rows[place < config.most_statements]
        counts = np.bincount(owners[rows], minlength=len(people))
        dilution = np.sqrt(np.minimum(1.0, config.undiluted / np.maximum(counts, 1)))
        return cls(rows, owners[rows].astype(np.intp), dilution[owners[rows]].astype(np.float32))


class Channel:
    """One comparison of texts, such as needs against offers.

    Raw similarity is not fit: it is corrected for language and for texts near to everything, and read
    against the background of the community's own texts. Fit 0 means no evidence.

    Parameters
    ----------
    people : People
        Who may be introduced.
    queries, documents : Texts
        What is looked for and what is found; the same object for a symmetric comparison.
    encoder : Encoder
        Meaning. Shared spelling is a second evidence beside it, and all there is when the encoder knows no
        meaning.
    """

    def __init__(
        self,
        people: People,
        queries: Texts,
        documents: Texts,
        encoder: Encoder,
        config: FitConfig,
        progress: Progress | None = None,
    ) -> None:
        self.people, self.queries, self.documents, self.config = people, queries, documents, config
        table = people.view.statements
        words = [[str(t) for t in table.text[side.rows]] for side in (queries, documents)]
        self._parts: list[_Meaning | _Spelling] = []
        if not len(queries) or not len(documents):
            return
        if encoder.semantic:
            self._parts.append(_Meaning(words[0], words[1], queries is documents, encoder, config, progress))
        if not encoder.semantic or config.lexical_weight > 0:
            weight = config.lexical_weight if encoder.semantic else 1.0
            self._parts.append(_Spelling(words[0], words[1], weight, config))

    @cached_property
    def _whole(self) -> FloatArray | None:
        """Fit of everything with everything, kept where it is small enough."""
        if len(self.queries) * len(self.documents) > KEPT_WHOLE:
            return None
        return self._computed(np.arange(len(self.queries)), np.arange(len(self.documents)))

    def _fit(self, queries: IntArray, documents: IntArray) -> FloatArray:
        """Fit of some queries with some documents, in [0, 1]."""
        whole = self._whole
        return self._computed(queries, documents) if whole is None else whole[np.ix_(queries, documents)]

    def _computed(self, queries: IntArray, documents: IntArray) -> FloatArray:
        z = np.zeros((len(queries), len(documents)), dtype=np.float32)
        for part in self._parts:
            z += part.standardised(queries, documents)
        z /= np.float32(np.sqrt(sum(p.weight**2 for p in self._parts) or 1.0))
        fit = 1.0 / (1.0 + np.exp(-self.config.slope * (z - self.config.threshold)))
        fit *= self.queries.weight[queries][:, None] * self.documents.weight[documents][None, :]
        fit[fit < self.config.floor] = 0.0
        return np.asarray(fit, dtype=np.float32)

    def asking(self, block: IntArray) -> FloatArray:
        """Best fit of each person's queries with everybody's documents, (b, n) in [0, 1]."""
        rows = np.flatnonzero(np.isin(self.queries.owners, block))
        every = np.arange(len(self.documents))
        return self._by_owner(self._fit(rows, every), self.queries.owners[rows], self.documents.owners, block)

    def answering(self, block: IntArray) -> FloatArray:
        """Best fit of each person's documents with everybody's queries, (b, n) in [0, 1]."""
        rows = np.flatnonzero(np.isin(self.documents.owners, block))
        every = np.arange(len(self.queries))
        return self._by_owner(self._fit(every, rows).T, self.documents.owners[rows], self.queries.owners, block)

    def _by_owner(self, fit: FloatArray, left: IntArray, right: IntArray, block: IntArray) -> FloatArray:
        out = np.zeros((len(block), len(self.people)), dtype=np.float32)
        if fit.size == 0:
            return out
        by_right = np.maximum.reduceat(fit, _starts(right), axis=1)
        best = np.maximum.reduceat(by_right, _starts(left), axis=0)
        place = {owner: i for i, owner in enumerate(block.tolist())}
        mine = np.array([place[o] for o in left[_starts(left)].tolist()], dtype=np.intp)
        out[np.ix_(mine, right[_starts(right)])] = best
        return out

    def best(self, asker: int, answerer: int) -> tuple[int, int, float] | None:
        """Give the statements of two people that fit best: row of the query, row of the document, fit."""
        q = np.flatnonzero(self.queries.owners == asker)
        d = np.flatnonzero(self.documents.owners == answerer)
        if not len(q) or not len(d):
            return None
        fit = self._fit(q, d)
        i, j = np.unravel_index(int(np.argmax(fit)), fit.shape)
        return int(self.queries.rows[q[i]]), int(self.documents.rows[d[j]]), float(fit[i, j])


class _Meaning:
    """Similarity of meaning, corrected for hubs (CSLS), in standard deviations of its background.

    The background are the community's own texts and, so that a handful of them has something to be read
    against, everyday sentences in the same languages.
    """

    weight = 1.0

    def __init__(
        self,
        queries: list[str],
        documents: list[str],
        symmetric: bool,
        encoder: Encoder,
        config: FitConfig,
        progress: Progress | None,
    ) -> None:
        languages = {guess_language(w) for w in (*queries, *documents)}
        kinds = ("vision", "vision") if symmetric else ("need", "offer")
        roles = (Role.SYMMETRIC, Role.SYMMETRIC) if symmetric else (Role.QUERY, Role.PASSAGE)
        self._queries, self._documents = (
            _centred(texts + background_texts(kind, languages), encoder, role, progress)
            for texts, kind, role in zip((queries, documents), kinds, roles, strict=True)
        )
        self._crowd_q = _crowding(self._queries, self._documents, config.hub_k)
        self._crowd_d = _crowding(self._documents, self._queries, config.hub_k)
        sample = self._raw(
            _spread(len(self._queries), BACKGROUND_QUERIES), _spread(len(self._documents), BACKGROUND_DOCUMENTS)
        )
        self._mean = float(sample.mean())
        self._deviation = max(float(sample.std()), 1e-6)

    def _raw(self, queries: IntArray, documents: IntArray) -> FloatArray:
        cosine = self._queries[queries] @ self._documents[documents].T
        return 2.0 * cosine - self._crowd_q[queries][:, None] - self._crowd_d[documents][None, :]

    def standardised(self, queries: IntArray, documents: IntArray) -> FloatArray:
        out: FloatArray = (self._raw(queries, documents) - self._mean) / self._deviation
        return out


class _Spelling:
    """Similarity of spelling: a share of common terms, which needs no background to be read."""

    def __init__(self, queries: list[str], documents: list[str], weight: float, config: FitConfig) -> None:
        encoder = _spelling()
        self._queries, self._documents = (encoder.features(texts) for texts in (queries, documents))
        self.weight = weight
        self._scale = np.float32(weight * config.threshold / config.same_spelling)

    def standardised(self, queries: IntArray, documents: IntArray) -> FloatArray:
        out: FloatArray = (self._queries[queries] @ self._documents[documents].T).toarray() * self._scale
        return out


@cache
def _spelling() -> LexicalEncoder:
    """One encoder for all: its dictionary takes a moment to load."""
    return LexicalEncoder()


def _centred(texts: list[str], encoder: Encoder, role: Role, progress: Progress | None) -> FloatArray:
    return centre_by_language(encoder.encode(texts, role, progress), [guess_language(t) for t in texts])


class Fit:
    """Everything that texts say about pairs of people.

    Attributes
    ----------
    needs : Channel
        Needs against offers.
    visions : Channel
        Visions among each other.
    topics : Channel
        Texts of undeclared kind and activities among each other.
    """

    def __init__(
        self,
        people: People,
        encoder: Encoder,
        config: FitConfig,
        progress: Progress | None = None,
    ) -> None:
        needs, offers, visions, topics = (
            Texts.of(people, kinds, config)
            for kinds in (
                (StatementKind.NEED,), (StatementKind.OFFER,), (StatementKind.VISION,),
                (StatementKind.TEXT, StatementKind.ACTIVITY),
            )
        )  # fmt: skip
        self.needs = Channel(people, needs, offers, encoder, config, progress)
        self.visions = Channel(people, visions, visions, encoder, config, progress)
        self.topics = Channel(people, topics, topics, encoder, config, progress)

    @cached_property
    def empty(self) -> bool:
        """Whether no text says anything."""
        return not any(len(c.queries) and len(c.documents) for c in (self.needs, self.visions, self.topics))


def _crowding(vectors: FloatArray, others: FloatArray, k: int) -> FloatArray:
    """Mean similarity to the k nearest of the other side, (n,)."""
    if not len(vectors) or not len(others):
        return np.zeros(len(vectors), dtype=np.float32)
    _, scores = top_k(vectors, others, min(k, len(others)))
    return np.asarray(scores.mean(axis=1), dtype=np.float32)


def _spread(n: int, most: int) -> IntArray:
    """Give at most so many indices, evenly spread: the same for the same number."""
    return np.unique(np.linspace(0, n - 1, num=min(n, most)).astype(np.intp)) if n else np.zeros(0, dtype=np.intp)


def _starts(owners: IntArray) -> IntArray:
    return np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])


def _place_in_run(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each row among those of the same owner, 0 for the first; rows sorted by owner."""
    if not len(owners):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    return np.arange(len(owners)) - np.repeat(starts, np.diff(np.r_[starts, len(owners)]))
