from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest

from graph.measures.adjacency import Csr
from recommend.evaluation import baselines
from recommend.evaluation.network import adjacency
from recommend.evaluation.ranking import Scorer

KARATE = nx.karate_club_graph()
ENDS = np.array(KARATE.edges())
TIES = adjacency(ENDS[:, 0], ENDS[:, 1], KARATE.number_of_nodes())
DENSE = TIES.toarray()
EVERYBODY = np.arange(len(DENSE))
UNTIED = list(nx.non_edges(KARATE))


def pairwise(score: Callable[..., object]) -> np.ndarray:
    matrix = np.zeros_like(DENSE)
    for u, v, value in score(KARATE, UNTIED):  # type: ignore[attr-defined]
        matrix[u, v] = matrix[v, u] = value
    return matrix


@pytest.mark.parametrize(
    ("baseline", "oracle"),
    [
        (baselines.adamic_adar, nx.adamic_adar_index),
        (baselines.resource_allocation, nx.resource_allocation_index),
    ],
)
def test_neighbourhood_scores_agree_with_networkx(
    baseline: Callable[[Csr], Scorer], oracle: Callable[..., object]
) -> None:
    ours, theirs = baseline(TIES)(EVERYBODY), pairwise(oracle)
    for u, v in UNTIED:
        assert ours[u, v] == pytest.approx(theirs[u, v])


def test_common_neighbours_agree_with_networkx() -> None:
    ours = baselines.common_neighbours(TIES)(EVERYBODY)
    assert all(ours[u, v] == len(list(nx.common_neighbors(KARATE, u, v))) for u, v in UNTIED)


def test_popularity_is_the_degree() -> None:
    ours = baselines.popularity(TIES)(np.array([0, 5]))
    assert ours.tolist() == [[d for _, d in KARATE.degree()]] * 2


def test_local_paths_are_walks_of_two_and_three_steps() -> None:
    expected = DENSE @ DENSE + 0.01 * DENSE @ DENSE @ DENSE
    assert np.allclose(baselines.local_path(TIES)(EVERYBODY), expected)


def test_katz_agrees_with_the_closed_form() -> None:
    beta = 0.5 / np.linalg.eigvalsh(DENSE)[-1]
    closed = np.linalg.inv(np.eye(len(DENSE)) - beta * DENSE) - np.eye(len(DENSE))
    assert np.allclose(baselines.katz(TIES, n_steps=60)(EVERYBODY), closed)


def test_personalised_pagerank_agrees_with_networkx() -> None:
    ours = baselines.personalised_pagerank(TIES, restart=0.5, n_steps=60)(np.array([3]))[0]
    theirs = nx.pagerank(KARATE, alpha=0.5, personalization={3: 1.0}, weight=None, tol=1e-12)
    assert np.allclose(ours, [theirs[i] for i in range(len(DENSE))], atol=1e-9)


def test_truncated_svd_is_the_best_approximation_of_its_rank() -> None:
    left, values, right = np.linalg.svd(DENSE)
    ours = baselines.truncated_svd(TIES, rank=5, rng=np.random.default_rng(0))(EVERYBODY)
    assert np.allclose(ours, (left[:, :5] * values[:5]) @ right[:5])


def test_a_block_of_rows_is_the_rows_of_the_whole() -> None:
    rows = np.array([4, 30, 9])
    for name, scorer in baselines.standard_baselines(TIES, np.random.default_rng(0)).items():
        if name != "rank fusion":  # its ties are drawn anew for every block
            assert np.allclose(scorer(rows), scorer(EVERYBODY)[rows]), name


def test_fusion_adds_reciprocal_ranks_among_the_unmet() -> None:
    """Four people in a row 0-1-2-3: person 0 ranks 2 before 3 in both, person 1 only has 3."""
    ties = adjacency(np.array([0, 1, 2]), np.array([1, 2, 3]), 4)
    two = [baselines.local_path(ties), baselines.katz(ties)]
    scores = baselines.rank_fusion(two, ties, rng=np.random.default_rng(0))(np.array([0, 1]))
    assert scores[0].tolist() == pytest.approx([0.0, 0.0, 2 / 61, 2 / 62])
    assert scores[1].tolist() == pytest.approx([0.0, 0.0, 0.0, 2 / 61])


def test_equal_scores_inside_a_fusion_do_not_follow_the_row_number() -> None:
    """A star: all leaves are alike for leaf 1, so each of the other leaves is first equally often."""
    n = 12
    ties = adjacency(np.zeros(n - 1, dtype=np.int64), np.arange(1, n), n)
    fused = baselines.rank_fusion([baselines.common_neighbours(ties)], ties, rng=np.random.default_rng(0))
    first = np.argmax(fused(np.ones(2000, dtype=np.int64)), axis=1)
    counts = np.bincount(first, minlength=n)
    assert counts[:2].tolist() == [0, 0]
    assert counts[2:].min() > 120


def test_baselines_take_networks_smaller_than_their_ranks() -> None:
    ties = adjacency(np.array([0]), np.array([1]), 3)
    for scorer in baselines.standard_baselines(ties, np.random.default_rng(0)).values():
        assert np.isfinite(scorer(np.arange(3))).all()
