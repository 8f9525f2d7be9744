import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import WrongUse
from recommend.evaluation.network import training_adjacency
from recommend.evaluation.protocol import REGIMES, Split
from recommend.evaluation.ranking import comparable, random_ranks, rank_people, top_k


def test_the_best_candidates_come_first_and_short_lists_are_padded() -> None:
    scores = np.array([[5.0, 1.0, 4.0, 3.0], [1.0, 2.0, 3.0, 4.0]])
    candidates = np.array([[False, True, True, True], [True, False, False, False]])
    assert top_k(scores, candidates, 2, np.random.default_rng(0)).tolist() == [[2, 3], [0, -1]]


def test_equal_scores_come_in_an_order_that_only_the_generator_decides() -> None:
    scores, candidates = np.zeros((1500, 4)), np.ones((1500, 4), dtype=np.bool_)
    first = top_k(scores, candidates, 1, np.random.default_rng(0)).ravel()
    assert np.abs(np.bincount(first) / 1500 - 0.25).max() < 0.05
    assert np.array_equal(first, top_k(scores, candidates, 1, np.random.default_rng(0)).ravel())


def test_scores_that_differ_by_rounding_are_equal() -> None:
    sums = np.array([0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.6 * (1 + 1e-6)])
    assert sums[0] != sums[1]
    equal = comparable(sums)
    assert equal[0] == equal[1] < equal[2]


def test_rounding_keeps_signs_zeros_infinities_and_tiny_numbers() -> None:
    values = np.array([0.0, -3.5, np.inf, -np.inf, 1e-300, -2e-300])
    assert comparable(values).tolist()[:4] == [0.0, -3.5, np.inf, -np.inf]
    assert np.allclose(comparable(values)[4:] / values[4:], 1.0, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30), st.sampled_from([2, 50, 10**6]))
def test_the_listed_scores_are_the_largest(seed: int, k: int, n_levels: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(-1, n_levels, size=(1, 3000)) * (rng.random((1, 3000)) < 0.1).astype(float)
    candidates = rng.random((1, 3000)) < 0.9
    listed = top_k(scores, candidates, k, rng)[0]
    assert len(set(listed.tolist())) == k
    assert candidates[0, listed].all()
    assert scores[0, listed].tolist() == sorted(scores[candidates], reverse=True)[:k]


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(WrongUse, match="not a number"):
        top_k(np.array([[np.nan, 1.0]]), np.ones((1, 2), dtype=np.bool_), 1, np.random.default_rng(0))


def test_ranks_are_a_permutation_of_the_candidates_with_ties_at_random() -> None:
    candidates = np.array([[True, True, False, True]])
    ranks = random_ranks(np.array([[2.0, 7.0, 9.0, 2.0]]), candidates, np.random.default_rng(0))[0]
    assert ranks[1] == 1.0
    assert np.isinf(ranks[2])
    assert sorted([ranks[0], ranks[3]]) == [2.0, 3.0]
    seeds = [random_ranks(np.zeros((1, 3)), np.ones((1, 3), dtype=bool), np.random.default_rng(s)) for s in range(200)]
    assert np.abs(np.mean(seeds, axis=0) - 2.0).max() < 0.25


def test_everybody_asked_about_gets_a_list_of_candidates(village_split: Split) -> None:
    calls: list[int] = []
    ties = training_adjacency(village_split.training)

    def scorer(rows: np.ndarray) -> np.ndarray:
        calls.append(len(rows))
        return (ties[rows] @ ties).toarray()

    lists = rank_people(village_split, "two steps", dict.fromkeys(REGIMES, scorer), k=3)
    assert calls == [5]  # one scorer for all regimes: asked once, for the union of the people
    for regime in REGIMES:
        assert lists[regime].people.tolist() == village_split.people[regime].tolist()
    ids = village_split.training.ids
    a1 = lists["all"].partners[0]
    assert ids[a1[0]] == "b1"  # the only candidate two steps away


def test_lists_do_not_depend_on_what_else_is_ranked(village_split: Split) -> None:
    flat = dict.fromkeys(REGIMES, lambda rows: np.zeros((len(rows), 8)))
    alone = rank_people(village_split, "flat", flat, ("cross",))["cross"].partners
    together = rank_people(village_split, "flat", flat)["cross"].partners
    assert np.array_equal(alone, together)
