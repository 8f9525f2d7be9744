"""Prices of places in a round: what makes room for everybody at the least loss."""

from __future__ import annotations

import numpy as np

from recommend.config import RoundConfig
from recommend.people import IntArray
from recommend.selection import FloatArray


def priced(
    u: IntArray, v: IntArray, score: FloatArray, room: IntArray, owed: IntArray, n_pairs: int, config: RoundConfig
) -> FloatArray:
    """Give what pairs are worth once places with those whom many want have a price.

    Serving everybody in turns pairs off those whom many want with each other and leaves the others among themselves.
    Here a place with somebody who would be chosen more often than there is room costs as much as brings the demand
    down to the room, and who would be left out is made worth choosing: the duals of the assignment problem with
    bounds on both sides, found by projected subgradient steps.

    Parameters
    ----------
    u, v : (m,) int
        Candidate pairs, each once.
    score : (m,) float
        Logarithm of what each is worth; -inf where nothing speaks for it.
    room : (n,) int
        Most further introductions of each person, at least 0.
    owed : (n,) int
        Fewest further introductions of each person, at most ``room``.
    n_pairs : int
        Introductions wanted.
    config : RoundConfig
        ``exposure_power``, ``exposure_steps`` and ``exposure_rate``.

    Returns
    -------
    (m,) float
        Worth less prices, in shares of what a chosen pair is worth on average; comparable inside this round only.

    Notes
    -----
    N. Z. Shor (1985), "Minimization Methods for Non-Differentiable Functions", the steps; the prices are the means of
    the later half. What is given is an order for a selection that keeps the bounds itself: prices alone do not.
    """
    n_pairs = min(n_pairs, len(u))
    if n_pairs == 0 or not np.isfinite(score).any():
        return score
    worth = _worth(score, n_pairs, config.exposure_power)
    price, reward = np.zeros(len(room)), np.zeros(len(room))
    mean = np.zeros(len(room))
    for step in range(1, config.exposure_steps + 1):
        now = price - reward
        chosen = np.argpartition(now[u] + now[v] - worth, n_pairs - 1)[:n_pairs]
        load = np.bincount(u[chosen], minlength=len(room)) + np.bincount(v[chosen], minlength=len(room))
        size = config.exposure_rate / np.sqrt(step)
        # crowds are counted up to three: a step is no longer for the most wanted, whom it would throw out of the round
        price = np.maximum(0.0, price + size * np.clip(load - room, -3, 3))
        reward = np.maximum(0.0, reward + size * np.clip(owed - load, -3, 3))
        if 2 * step > config.exposure_steps:
            mean += now
    mean /= config.exposure_steps - config.exposure_steps // 2
    priced_worth: FloatArray = worth - mean[u] - mean[v]
    return priced_worth


def _worth(score: FloatArray, n_pairs: int, power: float) -> FloatArray:
    """Give scores as amounts that add up, (m,) at least 0: 1 is the mean of the best so many."""
    worth = np.exp(power * (score - score.max(initial=-np.inf, where=np.isfinite(score))))
    best = np.partition(worth, len(worth) - n_pairs)[len(worth) - n_pairs :]
    scaled: FloatArray = worth / best.mean()
    return scaled
