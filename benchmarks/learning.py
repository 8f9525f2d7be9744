"""How often weights learned from outcomes switch themselves on: where they should, and where they should not.

Outcomes are drawn from factors as those of a community where half of the pairs have texts: by the fixed weights, by a
coin, and by two other sets of weights. Each line tells in how many of the seeds the learned weights were used, and by
how much they then told 5,000 further outcomes better (drop of the log loss each, calibrated as well as can be).
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from recommend.learning.config import LearningConfig
from recommend.learning.weights import FACTORS, Outcomes, judged

FloatArray = NDArray[np.float64]
TRUTHS: dict[str, FloatArray | None] = {
    "the fixed weights": np.ones(len(FACTORS)),
    "a coin": None,
    "visions count 4 times, needs and bridge a quarter": np.array([1.0, 0.25, 4.0, 1.0, 0.25]),
    "needs count half, topics twice": np.array([1.0, 0.5, 1.0, 2.0, 1.0]),
}
SIZES = (80, 160, 320, 640)
BLOCKS = 8
STRENGTH = 1.2
"""Standard deviation of the log odds of a yes."""
FURTHER = 5_000


def main() -> None:
    """Print one line for each truth and number of outcomes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    seeds = parser.parse_args().seeds
    print("| outcomes drawn from | outcomes | used in | gain on further outcomes |\n|---|---|---|---|")
    for name, ratios in TRUTHS.items():
        for n in SIZES:
            won = [gain for seed in range(seeds) if (gain := _gain(seed, n, ratios)) is not None]
            further = f"{np.mean(won):+.3f}" if won else "—"
            print(f"| {name} | {n} | {len(won)} of {seeds} | {further} |", flush=True)


def _gain(seed: int, n: int, ratios: FloatArray | None) -> float | None:
    """Give what learned weights gain on further outcomes; None where they are not used."""
    rng = np.random.default_rng(seed)
    weights = judged(drawn(rng, n, ratios), LearningConfig(), rng)
    if not weights.learned:
        return None
    later = drawn(rng, FURTHER, ratios)
    learned = np.array([weights.ratios[name] for name in FACTORS])
    return _loss(later.x.sum(axis=1), later.yes) - _loss(later.x @ learned, later.yes)


def drawn(rng: np.random.Generator, n: int, ratios: FloatArray | None) -> Outcomes:
    """Draw factors of n pairs, and outcomes by weights or by a coin."""
    said = rng.random((3, n)) < 0.5
    needs, visions, topics = (rng.exponential(scale, n) for scale in (2.4, 1.0, 1.0))
    bridge = 2.0 * np.log(1.02 - 0.9 * rng.random(n) * (rng.random(n) < 0.4))
    x = np.stack([rng.normal(0, 1.2, n), needs * said[0], visions * said[1], topics * said[2], bridge], axis=1)
    score = np.zeros(n) if ratios is None else x @ ratios
    spread = float(score.std()) or 1.0
    chance = 1.0 / (1.0 + np.exp(-STRENGTH * (score - score.mean()) / spread))
    return Outcomes.prompt(x, rng.random(n) < chance, np.arange(n) * BLOCKS // n)


def _loss(score: FloatArray, yes: NDArray[np.bool_]) -> float:
    """Give the log loss of a score as a probability, by the best straight line in log odds."""
    from sklearn.linear_model import LogisticRegression

    column = ((score - score.mean()) / score.std())[:, None]
    chance = LogisticRegression(C=1e6, solver="newton-cholesky").fit(column, yes).predict_proba(column)[:, 1]
    return float(-np.mean(np.log(np.where(yes, chance, 1.0 - chance))))


if __name__ == "__main__":
    main()
