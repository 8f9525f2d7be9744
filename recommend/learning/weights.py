"""Weights of factors from outcomes, and the rolling back-test that decides whether they are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from recommend.config import RecommendConfig
from recommend.learning.config import LearningConfig

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

FACTORS = ("chance", "needs", "visions", "topics", "bridge")
"""What a score adds up, in this order."""
CHANCE, BRIDGE = 0, 4
PENALTY_FREE = 100.0
"""Standard deviations given to the fixed score, so that the penalty falls on what departs from it alone."""
SMALLEST = 1e-9


@dataclass(frozen=True)
class Outcomes:
    """Introductions whose outcome says something about the match, in the order in which they were proposed.

    Attributes
    ----------
    x : (n, 5) float
        What each of `FACTORS` added to the score, from what was known when its block began.
    yes : (n,) bool
        Whether both agreed, or met, or helped each other; False = declined, but not for lack of time.
    block : (n,) int, ascending from 0
        Stretch of time each lies in.
    known_from : (n,) int, above `block`
        First stretch that began after the answer was there.
    """

    x: FloatArray
    yes: BoolArray
    block: NDArray[np.intp]
    known_from: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.yes)

    @classmethod
    def none(cls, n: int = 0) -> Outcomes:
        """Give so many outcomes of which nothing is computed: too few to learn from."""
        never, first = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.intp)
        return cls(np.zeros((n, len(FACTORS))), never, first, first + 1)

    @classmethod
    def prompt(cls, x: FloatArray, yes: BoolArray, block: NDArray[np.intp]) -> Outcomes:
        """Give outcomes that were all answered within the stretch of time in which they were proposed."""
        return cls(x, yes, block, block + 1)


@dataclass(frozen=True)
class Weights:
    """Which weights a score has, and why.

    Attributes
    ----------
    learned : bool
        False = the fixed ones.
    n : int
        Outcomes on record that say something about a match.
    gain, low : float or None
        Drop of the log loss per outcome of the back-test against the fixed weights, and the lower end of its 95 %
        bootstrap interval; None where there were too few outcomes for a back-test.
    ratios : mapping of str to float
        Learned weight of each factor as a multiple of its fixed one, where that of the chance is 1; empty when fixed.
    """

    learned: bool = False
    n: int = 0
    gain: float | None = None
    low: float | None = None
    ratios: Mapping[str, float] = field(default_factory=dict)

    def applied(self, config: RecommendConfig) -> RecommendConfig:
        """Give the settings with these weights."""
        if not self.learned:
            return config
        r = self.ratios
        return config.model_copy(
            update={
                "need_weight": config.need_weight * r["needs"],
                "vision_weight": config.vision_weight * r["visions"],
                "topic_weight": config.topic_weight * r["topics"],
                "bridge_power": config.bridge_power * r["bridge"],
            }
        )


def judged(outcomes: Outcomes, config: LearningConfig, rng: np.random.Generator) -> Weights:
    """Learn weights and say whether they are to be used.

    Parameters
    ----------
    outcomes : Outcomes
        In the order in which they were proposed.
    config : LearningConfig
        How many are needed, how much must be won.
    rng : numpy.random.Generator
        Draws the bootstrap samples.

    Notes
    -----
    A rolling back-test: each block of the later half is told from all that was answered before it, once by the fixed
    score and once by the score with learned weights as it would be used, bounds included; both are made a probability
    by a logistic regression on those earlier outcomes. The learned weights are used when they tell more by at least the
    margin, and the lower end of a percentile bootstrap interval over outcomes is above 0 (Efron, 1979, "Bootstrap
    methods: another look at the jackknife").
    """
    n = len(outcomes)
    if n < config.least or not _both(outcomes.yes, config.least_each):
        return Weights(n=n)
    gains = _gains(outcomes, config)
    if not len(gains):
        return Weights(n=n)
    means = gains[rng.integers(len(gains), size=(config.resamples, len(gains)))].mean(axis=1)
    gain, low = float(gains.mean()), float(np.quantile(means, (1.0 - config.level) / 2.0))
    if gain < config.margin or low <= 0.0:
        return Weights(n=n, gain=gain, low=low)
    ratios = learned_ratios(outcomes.x, outcomes.yes, config)
    return Weights(True, n, gain, low, dict(zip(FACTORS, ratios.tolist(), strict=True)))


def learned_ratios(x: FloatArray, yes: BoolArray, config: LearningConfig) -> FloatArray:
    """Give the weight of each factor as a multiple of its fixed one, (5,), where that of the chance is 1.

    A logistic regression whose penalty draws the weights to the fixed ones: without evidence all are 1. A factor that
    is the same everywhere stays 1; no ratio leaves the bounds of the settings.
    """
    from sklearn.linear_model import LogisticRegression

    spread, total = x.std(axis=0), x.sum(axis=1)
    varied = spread > SMALLEST
    if total.std() <= SMALLEST:
        return np.ones(x.shape[1])
    columns = [PENALTY_FREE * _standard(total), *(_standard(x[:, k]) for k in np.flatnonzero(varied))]
    model = LogisticRegression(C=config.freedom, solver="newton-cholesky").fit(np.stack(columns, axis=1), yes)
    common = model.coef_[0, 0] * PENALTY_FREE / total.std()
    weight = np.full(x.shape[1], common)
    weight[varied] += model.coef_[0, 1:] / spread[varied]
    unit = weight[CHANCE] if varied[CHANCE] else common
    if unit <= SMALLEST:
        return np.ones(x.shape[1])  # a score in which a likelier tie counts against somebody is none
    ratios: FloatArray = np.where(varied, np.clip(weight / unit, 1.0 / config.most, config.most), 1.0)
    return ratios


def _gains(outcomes: Outcomes, config: LearningConfig) -> FloatArray:
    """Give by how much the learned weights tell each outcome of the later blocks better, as a drop of the log loss."""
    found = []
    last = int(outcomes.block[-1])
    for block in range((last + 1) // 2, last + 1):
        before, now = outcomes.known_from <= block, outcomes.block == block
        if not _both(outcomes.yes[before], config.least_each):
            continue
        x, yes = outcomes.x[before], outcomes.yes[before]
        ratios = learned_ratios(x, yes, config)
        fixed = _loss(x.sum(axis=1), yes, outcomes.x[now].sum(axis=1), outcomes.yes[now])
        found.append(fixed - _loss(x @ ratios, yes, outcomes.x[now] @ ratios, outcomes.yes[now]))
    return np.concatenate(found) if found else np.zeros(0)


def _loss(score: FloatArray, yes: BoolArray, later: FloatArray, came: BoolArray) -> FloatArray:
    """Give the log loss of each later outcome by a score that was calibrated on earlier ones."""
    from sklearn.linear_model import LogisticRegression

    scale = max(float(score.std()), SMALLEST)
    model = LogisticRegression(C=PENALTY_FREE, solver="newton-cholesky").fit((score / scale)[:, None], yes)
    chance = model.predict_proba((later / scale)[:, None])[:, 1]
    loss: FloatArray = -np.log(np.clip(np.where(came, chance, 1.0 - chance), SMALLEST, 1.0))
    return loss


def _standard(values: FloatArray) -> FloatArray:
    standard: FloatArray = (values - values.mean()) / values.std()
    return standard


def _both(yes: BoolArray, least: int) -> bool:
    return min(int(yes.sum()), int((~yes).sum())) >= least
