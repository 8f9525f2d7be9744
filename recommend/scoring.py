"""One score for each pair: chance that the tie forms, fit of what they say, what the tie does for the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommend.bridge import BridgeFactor
from recommend.chance.model import ChanceModel
from recommend.config import RecommendConfig
from recommend.fit import Fit
from recommend.pairs import BoolArray, IntArray
from recommend.results import Scope

FloatArray = NDArray[np.float64]


ROUNDING = 1e-5
"""A bound and what it bounds are computed in different orders, in single precision."""
ONE_BY_ONE = 12
"""Share of the people, as one in so many, below which their texts are looked up one by one instead of read all."""


class _Whole(Protocol):
    def __call__(self, block: IntArray, *, at_most: bool) -> NDArray[np.float32]: ...


class _Some(Protocol):
    def __call__(self, person: int, partners: IntArray, *, at_most: bool) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Part:
    """One of the weighted logarithms of fit that `Scorer.text` adds up, for one person.

    Attributes
    ----------
    most : float
        The largest it can be.
    whose : (n,) bool
        With whom it can be anything but 0.
    bound : callable
        From some partners, (m,) int ascending, to what it is at most with each, (m,) float.
    """

    most: float
    whose: BoolArray
    bound: Callable[[IntArray], FloatArray]


class Scorer:
    """Adds the logarithms of chance, fit and bridge with fixed weights.

    Parameters
    ----------
    chance : ChanceModel
        Fitted to the history.
    fit : Fit
        What texts say.
    bridge : BridgeFactor
        Leaning to other communities, used for scope ``any``.
    config : RecommendConfig
        Weights.

    Attributes
    ----------
    chance : ChanceModel
        The same.
    """

    def __init__(self, chance: ChanceModel, fit: Fit, bridge: BridgeFactor, config: RecommendConfig) -> None:
        self.chance, self._fit, self._bridge, self._config = chance, fit, bridge, config

    @property
    def sparse(self) -> bool:
        """Whether few pairs stand out, and all others score the same but for the bridge factor."""
        return self._fit.empty and not self._config.least_text and bool(self.chance.kinds_) and self.chance.sparse

    def score(self, block: IntArray, scope: Scope) -> FloatArray:
        """Give the score of everybody as a partner of each person of a block.

        Parameters
        ----------
        block : (b,) int
            Numbers of people.
        scope : Scope
            ``any`` multiplies by the bridge factor; the other scopes lead out of the community anyway.

        Returns
        -------
        (b, n) float
            Finite, larger is better; -inf where nothing at all speaks for the pair: texts are known, none of
            theirs fits, and no tie is known from which a chance could be read.
        """
        text = self.text(block)
        score = self.structural(block, scope) + text
        score[~self.speaks(text)] = -np.inf
        return score

    @property
    def has_text(self) -> bool:
        """Whether texts say anything at all."""
        return not self._fit.empty

    def structural(self, block: IntArray, scope: Scope) -> FloatArray:
        """Give the part of the score that ties and communities make, (b, n), finite."""
        score = self.chance.log_chance(block)
        if scope is Scope.ANY:
            score += self._bridge.log_factor(block)
        return score

    def of_pairs(self, people: IntArray, partners: IntArray, scope: Scope, at_once: int) -> FloatArray:
        """Give the score of pairs, in one direction.

        Parameters
        ----------
        people, partners : (m,) int
            Who is asked about, and whose score it is.
        scope : Scope
            As of `score`.
        at_once : int
            People scored together.

        Returns
        -------
        (m,) float
        """
        out = np.zeros(len(people))
        asked = np.unique(people)
        for start in range(0, len(asked), at_once):
            block = asked[start : start + at_once]
            mine = np.flatnonzero((people >= block[0]) & (people <= block[-1]))
            row, column = np.searchsorted(block, people[mine]), partners[mine]
            if not self.sparse:
                out[mine] = self._of_block(block, row, column, scope)
                continue
            chance, base = self.chance.standing_out(block)
            out[mine] = base + np.asarray(chance[row, column]).ravel()
            if scope is Scope.ANY:
                out[mine] += self._bridge.log_factor_of(people[mine], column)
        return out

    def _of_block(self, block: IntArray, row: IntArray, column: IntArray, scope: Scope) -> FloatArray:
        """Give the score of some pairs of a block, (m,): their places in the block, and their partners."""
        if not self.has_text or len(self._fit.needs.people) <= self._config.shortlist_above:
            return self.score(block, scope)[row, column]
        out = self.structural(block, scope)[row, column]
        for i, person in enumerate(block.tolist()):
            mine = np.flatnonzero(row == i)
            partners, place = np.unique(column[mine], return_inverse=True)
            out[mine] += self.spoken_of(person, partners)[place]
        return out

    def text(self, block: IntArray, *, at_most: bool = False) -> FloatArray:
        """Give the weighted logarithms of fit, (b, n); 0 where no text says anything.

        With ``at_most`` a bound that is quicker to have: the logarithms are never larger.
        """
        fit, c = self._fit, self._config
        out: FloatArray = np.zeros((len(block), len(fit.needs.people)))
        if fit.empty:
            return out
        asking, answering = (f(block, at_most=at_most) for f in (fit.needs.asking, fit.needs.answering))
        out += c.need_weight * (self._log(asking) + self._log(answering))
        out += c.vision_weight * self._log(fit.visions.asking(block, at_most=at_most))
        out += c.topic_weight * self._log(fit.topics.asking(block, at_most=at_most))
        return out

    def text_of(self, person: int, partners: IntArray) -> FloatArray:
        """Give the same for one person and some partners, (m,); partners ascending."""
        needs, visions, topics = self.terms_of(person, partners)
        return needs + visions + topics

    def terms_of(self, person: int, partners: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give what `text_of` adds up: of needs, both ways, of visions and of topics, (m,) each."""
        fit, c = self._fit, self._config
        needs = c.need_weight * self._log(fit.needs.asking_of(person, partners))
        needs += c.need_weight * self._log(fit.needs.answering_of(person, partners))
        visions = c.vision_weight * self._log(fit.visions.asking_of(person, partners))
        return needs, visions, c.topic_weight * self._log(fit.topics.asking_of(person, partners))

    def spoken_of(self, person: int, partners: IntArray) -> FloatArray:
        """Give the same, and -inf where nothing at all speaks for the pair; partners ascending, each once."""
        text = self.text_of(person, partners)
        text[~self.speaks(text)] = -np.inf
        return text

    def parts(self, person: int) -> list[Part]:
        """Give the parts of `text` for one person, one by one, those that can be largest first."""
        fit, c, most = self._fit, self._config, self.strength(1.0)
        sides = (
            (c.need_weight, fit.needs.may_ask, fit.needs.asking, fit.needs.asking_of),
            (c.need_weight, fit.needs.may_answer, fit.needs.answering, fit.needs.answering_of),
            (c.vision_weight, fit.visions.may_ask, fit.visions.asking, fit.visions.asking_of),
            (c.topic_weight, fit.topics.may_ask, fit.topics.asking, fit.topics.asking_of),
        )
        parts = [
            Part(weight * most, may(person), partial(self._part, person, weight, whole, some))
            for weight, may, whole, some in sides
        ]
        return sorted((part for part in parts if part.most > 0 and part.whose.any()), key=lambda part: -part.most)

    def _part(self, person: int, weight: float, whole: _Whole, some: _Some, partners: IntArray) -> FloatArray:
        """Give a bound of one part for some partners, ascending, (m,)."""
        n = len(self._fit.needs.people)
        if len(partners) * ONE_BY_ONE < n:
            return weight * self._log(some(person, partners, at_most=True))
        return weight * self._log(whole(np.array([person], dtype=np.intp), at_most=True)[0][partners])

    def speaks(self, text: FloatArray) -> NDArray[np.bool_]:
        """Say for which pairs anything speaks at all, from what texts say about them."""
        if self._config.least_text > 0:
            return np.asarray(text >= self._config.least_text)
        unknown = not self.chance.kinds_ and not self._fit.empty  # no tie is known: texts must speak
        return np.asarray((text != 0) | (not unknown))

    def may_speak(self, most: FloatArray) -> BoolArray:
        """Say the same from the most that texts can say: nobody for whom anything speaks is left out."""
        if self._config.least_text > 0:
            return np.asarray(most >= self._config.least_text - ROUNDING)
        return self.speaks(most)

    def strength(self, fit: float) -> float:
        """Give the logarithm that a fit, in [0, 1], enters a score with, before its weight."""
        return float(np.log1p(fit / self._config.fit_epsilon))

    def _log(self, fit: NDArray[np.float32]) -> FloatArray:
        return np.log1p(fit.astype(np.float64) / self._config.fit_epsilon)
