"""One score for each pair: chance that the tie forms, fit of what they say, what the tie does for the network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommend.bridge import BridgeFactor
from recommend.chance.model import ChanceModel
from recommend.config import RecommendConfig
from recommend.fit import Fit
from recommend.people import IntArray
from recommend.results import Scope

FloatArray = NDArray[np.float64]


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
                out[mine] = self.score(block, scope)[row, column]
                continue
            chance, base = self.chance.standing_out(block)
            out[mine] = base + np.asarray(chance[row, column]).ravel()
            if scope is Scope.ANY:
                out[mine] += self._bridge.log_factor_of(people[mine], column)
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
        fit, c = self._fit, self._config
        out: FloatArray = c.need_weight * self._log(fit.needs.asking_of(person, partners))
        out += c.need_weight * self._log(fit.needs.answering_of(person, partners))
        out += c.vision_weight * self._log(fit.visions.asking_of(person, partners))
        out += c.topic_weight * self._log(fit.topics.asking_of(person, partners))
        return out

    def speaks(self, text: FloatArray) -> NDArray[np.bool_]:
        """Say for which pairs anything speaks at all, from what texts say about them."""
        if self._config.least_text > 0:
            return np.asarray(text >= self._config.least_text)
        unknown = not self.chance.kinds_ and not self._fit.empty  # no tie is known: texts must speak
        return np.asarray((text != 0) | (not unknown))

    def strength(self, fit: float) -> float:
        """Give the logarithm that a fit, in [0, 1], enters a score with, before its weight."""
        return float(np.log1p(fit / self._config.fit_epsilon))

    def _log(self, fit: NDArray[np.float32]) -> FloatArray:
        return np.log1p(fit.astype(np.float64) / self._config.fit_epsilon)
