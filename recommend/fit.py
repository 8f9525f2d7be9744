"""Fit of texts: a need met by an offer, visions that agree; kept apart, in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Encoder, Progress
from embeddings.cache import RememberingEncoder
from embeddings.roles import Stance
from graph.kinds import StatementKind
from recommend.config import FitConfig
from recommend.evidence import Meaning, Words, shared_concepts, shared_spelling
from recommend.pairs import IntArray
from recommend.people import People
from recommend.statements import Stances, Texts

FloatArray = NDArray[np.float32]
KEPT_WHOLE = 20_000_000
SURELY_NOT = 1e-3
"""Least chance that an undeclared text is of the kind compared: the role model is never surer than that."""


@dataclass(frozen=True)
class Sides:
    """What is compared with what, and how.

    Attributes
    ----------
    queries, documents : Texts
        What is looked for and what is found; the same object for a symmetric comparison.
    threshold : float
        Standard deviations above the background at which fit is one half.
    hubs : float
        How much of the crowding around a text is taken away, in [0, 1].
    concepts : float
        Standard deviations for each unit of rarity of shared concepts.
    excess : float
        Standard deviations of meaning by which a text of entirely the same spelling seems nearer than it is.
    declared_once : bool
        Whether one of two texts must be of a declared kind.
    """

    queries: Texts
    documents: Texts
    threshold: float
    hubs: float
    concepts: float
    excess: float = 0.0
    declared_once: bool = False


class Channel:
    """One comparison of texts, such as needs against offers.

    Raw similarity is not fit: it is corrected for language, for texts near to everything and for the words that
    two texts merely share, read against the background of the community's own texts together with the concepts
    they share, and made a chance that the one helps the other. Fit 0 means no evidence.

    Parameters
    ----------
    people : People
        Who may be introduced.
    sides : Sides
        What is compared with what.
    encoder : Encoder
        Meaning. Shared spelling is all there is beside concepts when the encoder knows no meaning.
    config : FitConfig
        Weights.
    progress : callable, optional
        Told how many texts are encoded.
    """

    def __init__(
        self, people: People, sides: Sides, encoder: Encoder, config: FitConfig, progress: Progress | None = None
    ) -> None:
        self.people, self.queries, self.documents = people, sides.queries, sides.documents
        self._sides, self._config = sides, config
        self._meaning: Meaning | None = None
        self._speaks = bool(len(self.queries) and len(self.documents))
        if not self._speaks:
            return
        words = self._words()
        if encoder.semantic:
            self._meaning = Meaning(words, encoder, config, sides.hubs, progress)
        self._spelling, self._concepts = shared_spelling(words), shared_concepts(words)

    def _words(self) -> Words:
        text = self.people.view.statements.text
        queries = [str(t) for t in text[self.queries.rows]]
        if self.queries is self.documents:
            return queries, queries
        return queries, [str(t) for t in text[self.documents.rows]]

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
        fit = 1.0 / (1.0 + np.exp(-self.log_odds(queries, documents)))
        fit *= self.queries.weight[queries][:, None] * self.documents.weight[documents][None, :]
        fit[fit < self._config.floor] = 0.0
        return np.asarray(fit, dtype=np.float32)

    def log_odds(self, queries: IntArray, documents: IntArray) -> FloatArray:
        """Give the evidence before it becomes fit: what orders texts below the floor, too.

        Parameters
        ----------
        queries, documents : (q,) int, (d,) int
            Positions in ``queries`` and ``documents``.

        Returns
        -------
        (q, d) float
            Natural logarithm of the odds that the document helps the query, before dilution.
        """
        config, threshold = self._config, self._sides.threshold
        spelling = self._spelling.of(queries, documents)
        if self._meaning is None:
            evidence = spelling * np.float32(threshold / config.same_spelling)
        else:
            evidence = self._meaning.standardised(queries, documents) - np.float32(self._sides.excess) * spelling
        evidence += np.float32(self._sides.concepts) * self._concepts.of(queries, documents)
        evidence += np.float32(config.role_weight) * _sure(self.queries.lean[queries])[:, None]
        evidence += np.float32(config.role_weight) * _sure(self.documents.lean[documents])[None, :]
        if self._sides.declared_once:
            either = self.queries.declared[queries][:, None] | self.documents.declared[documents][None, :]
            evidence[~either] = -np.inf
        return np.asarray(np.clip(config.slope * (evidence - threshold), -60.0, 60.0), dtype=np.float32)

    def asking(self, block: IntArray) -> FloatArray:
        """Best fit of each person's queries with everybody's documents, (b, n) in [0, 1]."""
        rows = np.flatnonzero(np.isin(self.queries.owners, block))
        every = np.arange(len(self.documents))
        return self._by_owner(self._fitted(rows, every), self.queries.owners[rows], self.documents.owners, block)

    def answering(self, block: IntArray) -> FloatArray:
        """Best fit of each person's documents with everybody's queries, (b, n) in [0, 1]."""
        rows = np.flatnonzero(np.isin(self.documents.owners, block))
        every = np.arange(len(self.queries))
        return self._by_owner(self._fitted(every, rows).T, self.documents.owners[rows], self.queries.owners, block)

    def _fitted(self, queries: IntArray, documents: IntArray) -> FloatArray:
        if not self._speaks or not len(queries) or not len(documents):
            return np.zeros((len(queries), len(documents)), dtype=np.float32)
        return self._fit(queries, documents)

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


class Fit:
    """Everything that texts say about pairs of people.

    Texts of undeclared kind take part as needs and offers as far as the role model reads them so, as visions
    where the other side declared a vision, and among each other as topics.

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
        encoder = RememberingEncoder(encoder)  # one text may stand in several comparisons
        stances = Stances.of(people, encoder, progress)
        needs = Texts.of(people, (StatementKind.NEED,), config, stances.likely(Stance.NEED, config.least_chance))
        # texts that offer nothing stay beside those that do: what is common to all says little
        offers = Texts.of(people, (StatementKind.OFFER,), config, stances.likely(Stance.OFFER))
        visions = Texts.of(people, (StatementKind.VISION,), config)
        if len(visions):
            visions = Texts.of(people, (StatementKind.VISION,), config, (stances.rows, 0 * stances.chances[:, 0]))
        topics = Texts.of(people, (StatementKind.TEXT, StatementKind.ACTIVITY), config)
        hubs, concepts = config.hubs, config.concept_weight
        compared = (
            Sides(needs, offers, config.need_threshold, hubs, concepts, config.need_excess),
            Sides(visions, visions, config.vision_threshold, hubs, concepts, config.vision_excess, declared_once=True),
            Sides(topics, topics, config.topic_threshold, config.topic_hubs, config.topic_concept_weight),
        )
        self.needs, self.visions, self.topics = (
            Channel(people, sides, encoder, config, progress) for sides in compared
        )

    @cached_property
    def empty(self) -> bool:
        """Whether no text says anything."""
        return not any(len(c.queries) and len(c.documents) for c in (self.needs, self.visions, self.topics))


def _sure(lean: FloatArray) -> FloatArray:
    """Keep the role model from being surer than it can be."""
    return np.asarray(np.log(np.exp(lean) * (1 - SURELY_NOT) + SURELY_NOT), dtype=np.float32)


def _starts(owners: IntArray) -> IntArray:
    return np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
