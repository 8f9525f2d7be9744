"""One comparison of the texts of people, such as needs against offers: from evidence to fit."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Encoder, Progress
from embeddings.roles import load_role_model
from recommend.conditions import Bars
from recommend.config import FitConfig
from recommend.evidence import EVERY, Rows, Shared, shared_concepts, shared_spelling
from recommend.meaning import Meaning
from recommend.pairs import BoolArray, IntArray
from recommend.people import People
from recommend.sides import Owners, Said, Sides, best_of, runs_of, slice_of, starts_of

FloatArray = NDArray[np.float32]
Match: TypeAlias = tuple[int, int, float]
"""Row of the query, row of the document, fit."""

KEPT_WHOLE = 20_000_000
ALIKE = 4_096
"""Texts up to which two that are the same get the same fit to the last bit, wherever they stand."""
SHORT = 1e-3
"""Share by which a bound may fall short of what it bounds by rounding: both are computed in single precision."""


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
    before : Channel, optional
        That of an earlier state, made with the same settings; texts that were there are not read again.
    """

    _spelling: Shared
    _concepts: Shared

    def __init__(
        self,
        people: People,
        sides: Sides,
        encoder: Encoder,
        config: FitConfig,
        progress: Progress | None = None,
        before: Channel | None = None,
    ) -> None:
        self.people, self.queries, self.documents = people, sides.queries, sides.documents
        self._sides, self._config = sides, config
        self._meaning: Meaning | None = None
        by_words = encoder.semantic and not load_role_model().reads(encoder.fingerprint)
        self._role_weight = config.words_role_weight if by_words else config.role_weight
        details = (people.view.statements.details[side.rows] for side in (self.queries, self.documents))
        whose = self.queries, self.documents
        self._bars: Bars | None = Bars.of(*details, whose=whose) if sides.on_conditions else None
        self._speaks = bool(len(self.queries) and len(self.documents))
        if not self._speaks:
            return
        earlier = before if before is not None and before._speaks else None
        text = people.view.statements.text
        queries = Said.of(text[self.queries.rows], None if earlier is None else earlier.said[0])
        documents = queries
        if self.queries is not self.documents:
            documents = Said.of(text[self.documents.rows], None if earlier is None else earlier.said[1])
        self.said: tuple[Said, Said] = (queries, documents)
        words = queries.phrases, documents.phrases
        if encoder.semantic:
            meant = None if earlier is None else earlier._meaning
            self._meaning = Meaning(words, encoder, config, sides.hubs, progress, meant, aligned=sides.aligned)
        if earlier is not None and all(one is said.phrases for one, said in zip(words, earlier.said, strict=True)):
            self._spelling, self._concepts = earlier._spelling, earlier._concepts
        else:
            self._spelling, self._concepts = shared_spelling(words), shared_concepts(words)

    @cached_property
    def _whole(self) -> FloatArray | None:
        """Fit of everything with everything, kept where it is small enough."""
        if len(self.queries) * len(self.documents) > KEPT_WHOLE:
            return None
        return self._computed(EVERY, EVERY)

    def _fit(self, queries: Rows, documents: Rows) -> FloatArray:
        """Fit of some queries with some documents, in [0, 1]."""
        whole = self._whole
        if whole is None:
            return self._computed(queries, documents)
        return whole[queries][:, documents]

    def _computed(
        self, queries: Rows, documents: Rows, *, at_most: bool = False, regardless: bool = False
    ) -> FloatArray:
        fit = self._log_odds(queries, documents, at_most=at_most, regardless=regardless)
        np.negative(fit, out=fit)
        np.exp(fit, out=fit)
        fit += np.float32(1.0)
        np.reciprocal(fit, out=fit)
        fit *= self.queries.weight[queries][:, None] * self.documents.weight[documents][None, :]
        fit[fit < self._config.floor * (1.0 - SHORT * at_most)] = 0.0
        return fit

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
        return self._log_odds(queries, documents)

    def _log_odds(
        self, queries: Rows, documents: Rows, *, at_most: bool = False, regardless: bool = False
    ) -> FloatArray:
        config, threshold = self._config, self._sides.threshold
        evidence = self._evidence(queries, documents, at_most=at_most)
        evidence += self._leans[0][queries][:, None]
        evidence += self._leans[1][documents][None, :]
        if self._sides.declared_once:
            either = self.queries.declared[queries][:, None] | self.documents.declared[documents][None, :]
            evidence[~either] = -np.inf
        if self._bars is not None and not regardless:
            np.copyto(evidence, np.float32(-np.inf), where=self._bars.apart(queries, documents))
        evidence -= np.float32(threshold)
        evidence *= np.float32(config.slope)
        return np.clip(evidence, np.float32(-60.0), np.float32(60.0), out=evidence)

    @cached_property
    def _leans(self) -> tuple[FloatArray, FloatArray]:
        """Standard deviations that the role model takes from each query and each document."""
        queries, documents = (np.float32(self._role_weight) * side.sure for side in (self.queries, self.documents))
        return queries, documents

    def _evidence(self, queries: Rows, documents: Rows, *, at_most: bool) -> FloatArray:
        """Standard deviations above the background, of texts alone; each different text is compared once."""
        q, d = self._texts(0, queries), self._texts(1, documents)
        if self._meaning is None:
            scale = np.float32(self._sides.threshold / self._config.same_spelling)
            evidence = self._spelling.of(q, d) * scale
        else:
            few = not isinstance(q, slice) and not isinstance(d, slice) and len(q) + len(d) <= ALIKE
            evidence = self._meaning.standardised(q, d, alike=few and not at_most)
            if not at_most:
                evidence -= np.float32(self._sides.excess) * self._spelling.of(q, d)
        evidence += np.float32(self._sides.concepts) * self._concepts.of(q, d)
        if isinstance(queries, slice):
            evidence = evidence[self.said[0].place]
        return evidence[:, self.said[1].place] if isinstance(documents, slice) else evidence

    def _texts(self, side: int, rows: Rows) -> Rows:
        return EVERY if isinstance(rows, slice) else np.asarray(self.said[side].place[rows])

    @cached_property
    def _askers(self) -> Owners:
        return Owners.of(self.queries.owners, len(self.people))

    @cached_property
    def _answerers(self) -> Owners:
        return self._askers if self.queries is self.documents else Owners.of(self.documents.owners, len(self.people))

    def asking(self, block: IntArray, *, at_most: bool = False) -> FloatArray:
        """Best fit of each person's queries with everybody's documents, (b, n) in [0, 1].

        With ``at_most`` a bound that is quicker to have: fit is never larger.
        """
        rows = self._askers.rows(np.unique(block))
        return self._by_owner(
            self._fitted(rows, EVERY, at_most=at_most), self.queries.owners[rows], self._answerers, block
        )

    def answering(self, block: IntArray, *, at_most: bool = False) -> FloatArray:
        """Best fit of each person's documents with everybody's queries, (b, n) in [0, 1]; as above."""
        rows = self._answerers.rows(np.unique(block))
        return self._by_owner(
            self._fitted(EVERY, rows, at_most=at_most).T, self.documents.owners[rows], self._askers, block
        )

    def asking_of(self, person: int, partners: IntArray, *, at_most: bool = False) -> FloatArray:
        """Best fit of one person's queries with the documents of some, (m,) in [0, 1]; partners ascending."""
        mine, theirs = self._askers.rows(np.array([person])), self._answerers.rows(partners)
        return best_of(self._fitted(mine, theirs, at_most=at_most), self.documents.owners[theirs], partners)

    def answering_of(self, person: int, partners: IntArray, *, at_most: bool = False) -> FloatArray:
        """Best fit of one person's documents with the queries of some, (m,) in [0, 1]; partners ascending."""
        mine, theirs = self._answerers.rows(np.array([person])), self._askers.rows(partners)
        return best_of(self._fitted(theirs, mine, at_most=at_most).T, self.queries.owners[theirs], partners)

    def may_ask(self, person: int) -> BoolArray:
        """Say with whose documents a query of somebody may fit at all, (n,)."""
        return self._meeting(self._askers, self._answerers, person)

    def may_answer(self, person: int) -> BoolArray:
        """Say with whose queries a document of somebody may fit at all, (n,)."""
        return self._meeting(self._answerers, self._askers, person)

    def _meeting(self, mine: Owners, theirs: Owners, person: int) -> BoolArray:
        return theirs.speak if mine.speak[person] else np.zeros(len(self.people), dtype=bool)

    def _fitted(self, queries: Rows, documents: Rows, *, at_most: bool = False) -> FloatArray:
        shape = tuple(
            len(side) if isinstance(rows, slice) else len(rows)
            for side, rows in ((self.queries, queries), (self.documents, documents))
        )
        if not self._speaks or not all(shape):
            return np.zeros(shape, dtype=np.float32)
        if at_most and self._whole is None:
            return self._computed(queries, documents, at_most=True)
        return self._fit(queries, documents)

    def _by_owner(self, fit: FloatArray, left: IntArray, right: Owners, block: IntArray) -> FloatArray:
        out = np.zeros((len(block), len(self.people)), dtype=np.float32)
        if fit.size == 0:
            return out
        begins = starts_of(left)
        best = right.best(fit if len(begins) == len(fit) else np.maximum.reduceat(fit, begins, axis=0))
        place = {owner: i for i, owner in enumerate(block.tolist())}
        for row, owner in zip(best, left[begins].tolist(), strict=True):
            out[place[owner], right.people] = row
        return out

    def best(self, asker: int, answerer: int) -> Match | None:
        """Give the statements of two people that fit best: row of the query, row of the document, fit."""
        return self.matches(np.array([asker]), np.array([answerer]))[0]

    def matches(self, askers: IntArray, answerers: IntArray) -> list[Match | None]:
        """Give the same for many pairs.

        Parameters
        ----------
        askers, answerers : (m,) int
            Numbers of people; quick where one of both stays the same from pair to pair.
        """
        out: list[Match | None] = []
        if not self._speaks:
            return [None] * len(askers)
        turned = len(askers) > 1 and askers[0] != askers[1]
        for start, stop in runs_of(answerers if turned else askers):
            out += self._matches(askers[start:stop], answerers[start:stop])
        return out

    def kept_apart(self, asker: int, answerer: int) -> Match | None:
        """Give the declared statements that would fit best of those that only their conditions keep apart."""
        q, d = self._askers.rows(np.array([asker])), self._answerers.rows(np.array([answerer]))
        if self._bars is None or not len(q) or not len(d):
            return None
        declared = self.queries.declared[q][:, None] & self.documents.declared[d][None, :]
        fit = self._computed(q, d, regardless=True) * (self._bars.apart(q, d) & declared)
        return self._best(fit, q, d, slice(None), slice(None)) if fit.any() else None

    def _matches(self, askers: IntArray, answerers: IntArray) -> list[Match | None]:
        """Give the best statements of pairs of which one person is always the same."""
        q, d = self._askers.rows(np.unique(askers)), self._answerers.rows(np.unique(answerers))
        if not len(q) or not len(d):
            return [None] * len(askers)
        fit, asking, answering = self._fit(q, d), self.queries.owners[q], self.documents.owners[d]
        return [
            self._best(fit, q, d, slice_of(asking, a), slice_of(answering, b))
            for a, b in zip(askers.tolist(), answerers.tolist(), strict=True)
        ]

    def _best(self, fit: FloatArray, q: IntArray, d: IntArray, mine: slice, theirs: slice) -> Match | None:
        part = fit[mine, theirs]
        if not part.size:
            return None
        i, j = np.unravel_index(int(np.argmax(part)), part.shape)
        return int(self.queries.rows[q[mine][i]]), int(self.documents.rows[d[theirs][j]]), float(part[i, j])
