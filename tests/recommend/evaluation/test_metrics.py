import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import average_precision_score, ndcg_score

from recommend.evaluation.metrics import (
    Bootstrap,
    exposure_gini,
    gini,
    hits,
    intent_aware_err,
    person_metrics,
    recall_by_distance,
    truth_distances,
)
from recommend.evaluation.network import adjacency, community_matrix, training_adjacency
from recommend.evaluation.protocol import Split
from recommend.evaluation.ranking import Lists

PARTNERS = adjacency(np.array([0, 0, 0]), np.array([2, 3, 5]), 6)  # person 0 will meet 2, 3 and 5


def one_list(*partners: int) -> Lists:
    return Lists(np.array([0]), np.array([partners]))


def test_known_answers_of_one_list() -> None:
    """Person 0 will meet 2, 3 and 5; the list is 4, 3, 1, 2: hits at places 2 and 4."""
    lists = one_list(4, 3, 1, 2)
    assert hits(lists, PARTNERS).tolist() == [[False, True, False, True]]
    each = person_metrics(lists, PARTNERS)
    assert each.recall[0] == pytest.approx(2 / 3)
    assert each.precision[0] == pytest.approx(2 / 4)
    assert each.average_precision[0] == pytest.approx((1 / 2 + 2 / 4) / 3)
    best = 1 + 1 / np.log2(3) + 1 / 2
    assert each.ndcg[0] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / best)


def test_places_after_the_end_of_a_list_are_no_hits() -> None:
    assert not hits(one_list(-1, -1), PARTNERS).any()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(1, 12)), st.sets(st.integers(1, 11), min_size=1))
def test_whole_rankings_agree_with_scikit_learn(ranking: list[int], relevant: set[int]) -> None:
    partners = adjacency(np.zeros(len(relevant), dtype=np.int64), np.array(sorted(relevant)), 12)
    each = person_metrics(Lists(np.array([0]), np.array([ranking])), partners)
    truth = np.array([[float(p in relevant) for p in range(1, 12)]])
    score = np.array([[-float(ranking.index(p)) for p in range(1, 12)]])
    assert each.average_precision[0] == pytest.approx(average_precision_score(truth[0], score[0]))
    assert each.ndcg[0] == pytest.approx(ndcg_score(truth, score))
    top = person_metrics(Lists(np.array([0]), np.array([ranking[:4]])), partners)
    assert top.ndcg[0] == pytest.approx(ndcg_score(truth, score, k=4))


def test_a_hit_counts_less_when_its_community_was_served_above() -> None:
    """Communities: {2, 3} one, {5} another. Person 0 has met nobody; cares 2/3 for the one, 1/3 for the other."""
    membership = adjacency(np.array([2, 3, 5]), np.array([0, 0, 1]), 6)[:, :2]
    nobody = adjacency(np.array([], dtype=np.int64), np.array([], dtype=np.int64), 6)
    same = intent_aware_err(one_list(2, 3), PARTNERS, nobody, membership)[0]
    both = intent_aware_err(one_list(2, 5), PARTNERS, nobody, membership)[0]
    assert same == pytest.approx(2 / 3 * 1 / 2 + 2 / 3 * 1 / 2 * 1 / 2 / 2)
    assert both == pytest.approx(2 / 3 * 1 / 2 + 1 / 3 * 1 / 2 / 2)


@pytest.mark.parametrize(
    ("values", "n", "expected"),
    [
        ([3.0, 3.0, 3.0], None, 0.0),
        ([0.0, 0.0, 5.0], None, 1.0),
        ([5.0], 3, 1.0),
        ([1.0, 3.0], None, 0.5),
        ([0.0, 0.0], None, 0.0),
        ([4.0], None, 0.0),
    ],
)
def test_gini_of_known_distributions(values: list[float], n: int | None, expected: float) -> None:
    assert gini(np.array(values), n) == pytest.approx(expected)


@given(hnp.arrays(np.float64, st.integers(2, 30), elements=st.floats(0, 1e6)))
def test_gini_is_the_mean_difference_and_zeros_may_be_left_out(values: np.ndarray) -> None:
    n, total = len(values), values.sum()
    if total > 0:
        differences = np.abs(values[:, None] - values).sum() / (2 * (n - 1) * total)
        assert gini(values) == pytest.approx(differences, abs=1e-9)
        assert gini(values[values > 0], n) == pytest.approx(gini(values), abs=1e-9)


def test_exposure_counts_known_people_alone() -> None:
    lists = Lists(np.array([0, 1]), np.array([[1, 2], [0, -1]]))
    assert exposure_gini(lists, np.array([True, True, True, False])) == 0.0
    assert exposure_gini(Lists(np.array([0]), np.array([[1]])), np.array([True, True])) == 1.0


def test_distances_in_training(village_split: Split) -> None:
    """a2-b1: two steps; a1-b3: three; a2-c1: four."""
    ids, truth = village_split.training.ids, village_split.truth
    found = {(ids[u], ids[v]): int(d) for u, v, d in zip(truth.u, truth.v, truth_distances(village_split), strict=True)}
    assert found == {("a2", "b1"): 0, ("a1", "b3"): 1, ("a2", "c1"): 2}


def test_recall_by_distance(village_split: Split) -> None:
    people = village_split.people["all"]  # a1 a2 b1 b3 c1
    lists = Lists(people, np.array([[5, 4], [6, 4], [1, 2], [6, 7], [0, 2]]))
    found = recall_by_distance(village_split, "all", lists, truth_distances(village_split))
    assert found == {"2": (0.5, 2), "3": (0.5, 2), "4+": (0.5, 2), "none": (0.0, 0)}


def test_intervals_hold_the_mean_and_differences_are_paired() -> None:
    rng = np.random.default_rng(0)
    one = rng.random(400)
    bootstrap = Bootstrap(400, np.random.default_rng(1))
    interval = bootstrap.interval(one)
    assert interval.low < interval.value < interval.high
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * one.std() / 20, rel=0.15)
    shifted = bootstrap.interval(one + 0.1 - one)
    assert (shifted.low, shifted.high) == pytest.approx((0.1, 0.1))
    assert Bootstrap(0, rng).interval(np.array([])).value == 0.0


def test_communities_as_intents_of_the_village(village_split: Split) -> None:
    """a2 cares for Alder (a1, a3) and Birch (b1, later): a hit on b1 at place 1 is worth 1/3 of 1/2."""
    data = village_split.training
    values = intent_aware_err(
        Lists(np.array([1]), np.array([[3, 5]])),
        village_split.partners("all"),
        training_adjacency(data),
        community_matrix(data),
    )
    assert values[0] == pytest.approx(1 / 3 * 1 / 2)
