"""Learned weights are used where they tell outcomes better, and only there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.config import RecommendConfig
from recommend.learning.config import LearningConfig
from recommend.learning.weights import FACTORS, Outcomes, Weights, judged, learned_ratios

CONFIG = LearningConfig()
FIXED = np.ones(len(FACTORS))
OTHER = np.array([1.0, 0.25, 4.0, 1.0, 0.25])
SEEDS = 40


def drawn(seed: int, n: int, ratios: np.ndarray | None) -> Outcomes:
    """Factors as those of a community where half of the pairs have texts; outcomes by weights, or by a coin."""
    rng = np.random.default_rng(seed)
    said = rng.random((3, n)) < 0.5
    x = np.stack(
        [
            rng.normal(0, 1.2, n),
            2.0 * rng.exponential(1.2, n) * said[0],
            0.5 * rng.exponential(2.0, n) * said[1],
            0.5 * rng.exponential(2.0, n) * said[2],
            2.0 * np.log(1.02 - 0.9 * rng.random(n) * (rng.random(n) < 0.4)),
        ],
        axis=1,
    )
    if ratios is None:
        return Outcomes.prompt(x, rng.random(n) < 0.5, np.arange(n) * 8 // n)
    z = x @ ratios
    chance = 1.0 / (1.0 + np.exp(-1.2 * (z - z.mean()) / z.std()))
    return Outcomes.prompt(x, rng.random(n) < chance, np.arange(n) * 8 // n)


def judge(outcomes: Outcomes, config: LearningConfig = CONFIG) -> Weights:
    return judged(outcomes, config, np.random.default_rng(1))


@pytest.mark.parametrize("truth", [FIXED, None], ids=["fixed weights", "chance alone"])
def test_it_stays_off_where_there_is_nothing_to_learn(truth: np.ndarray | None) -> None:
    on = [judge(drawn(seed, 160, truth)).learned for seed in range(SEEDS)]
    assert sum(on) <= 0.05 * SEEDS


def test_it_switches_on_where_other_weights_hold_and_tells_later_outcomes_better() -> None:
    outcomes = drawn(7, 800, OTHER)
    weights = judge(outcomes)
    assert weights.learned
    assert weights.n == 800
    assert weights.gain >= CONFIG.margin
    assert weights.low > 0.0
    assert weights.ratios["visions"] > 2.0 * weights.ratios["needs"]
    later = drawn(8, 5_000, OTHER)
    ratios = np.array([weights.ratios[name] for name in FACTORS])
    assert loss(later.x @ ratios, later.yes) < loss(later.x.sum(axis=1), later.yes) - CONFIG.margin


def loss(score: np.ndarray, yes: np.ndarray) -> float:
    """Log loss of a score, calibrated as well as it can be, by Newton's steps."""
    design = np.stack([np.ones(len(score)), (score - score.mean()) / score.std()], axis=1)
    beta = np.zeros(2)
    for _ in range(25):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        beta += np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design, design.T @ (yes - p))
    p = 1.0 / (1.0 + np.exp(-design @ beta))
    return float(-np.mean(np.log(np.where(yes, p, 1 - p))))


@pytest.mark.parametrize("n", [0, 1, CONFIG.least - 1])
def test_few_outcomes_are_no_back_test(n: int) -> None:
    outcomes = drawn(1, n, OTHER) if n > 1 else Outcomes.none(n)
    assert judge(outcomes) == Weights(n=n)


def test_outcomes_of_one_kind_are_no_back_test() -> None:
    outcomes = drawn(1, 200, OTHER)
    everybody = Outcomes.prompt(outcomes.x, np.ones(200, dtype=bool), outcomes.block)
    assert judge(everybody) == Weights(n=200)


def test_without_evidence_weights_are_the_fixed_ones() -> None:
    stiff = CONFIG.model_copy(update={"freedom": 1e-9})
    outcomes = drawn(3, 400, OTHER)
    assert learned_ratios(outcomes.x, outcomes.yes, stiff) == pytest.approx(FIXED, abs=1e-3)


def test_a_factor_that_never_varies_keeps_its_weight() -> None:
    outcomes = drawn(3, 400, OTHER)
    x = outcomes.x.copy()
    x[:, 3] = 0.5
    assert learned_ratios(x, outcomes.yes, CONFIG)[3] == 1.0


def test_where_likelier_ties_count_against_somebody_nothing_is_learned() -> None:
    outcomes = drawn(3, 400, FIXED)
    assert learned_ratios(outcomes.x, ~outcomes.yes, CONFIG) == pytest.approx(FIXED)


@given(seed=st.integers(0, 1000), n=st.integers(40, 120), constant=st.sets(st.integers(0, 4)))
@settings(max_examples=40, deadline=None)
def test_ratios_stay_within_bounds(seed: int, n: int, constant: set[int]) -> None:
    outcomes = drawn(seed, n, OTHER)
    x = outcomes.x.copy()
    x[:, sorted(constant)] = 0.0
    yes = outcomes.yes.copy()
    yes[:2] = [True, False]
    ratios = learned_ratios(x, yes, CONFIG)
    assert np.isfinite(ratios).all()
    assert ((ratios >= 1 / CONFIG.most) & (ratios <= CONFIG.most)).all()


def test_learned_weights_enter_the_settings_and_fixed_ones_leave_them() -> None:
    config = RecommendConfig()
    assert Weights(n=5).applied(config) is config
    ratios = dict(zip(FACTORS, OTHER.tolist(), strict=True))
    made = Weights(True, 100, 0.02, 0.01, ratios).applied(config)
    assert made.need_weight == config.need_weight * 0.25
    assert made.vision_weight == config.vision_weight * 4.0
    assert made.bridge_power == config.bridge_power * 0.25


def test_what_was_answered_after_a_block_began_does_not_teach_what_tells_it() -> None:
    """Answers of the first half come when all were proposed: nothing is there to learn from, so nothing is told."""
    outcomes = drawn(3, 400, OTHER)
    late = replace(outcomes, known_from=np.where(outcomes.block < 4, 8, outcomes.known_from))
    assert judge(outcomes).gain is not None
    early = judge(replace(late, known_from=np.full(400, 8)))
    assert (early.learned, early.gain) == (False, None)
    assert judge(late).gain != judge(outcomes).gain
