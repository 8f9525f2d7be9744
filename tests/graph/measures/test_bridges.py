"""Constraint, effective size and betweenness, against networkx and drawn graphs."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from graph.errors import WrongUse
from graph.measures import betweenness, constraint, effective_size, triangles
from graph.measures.adjacency import Csr, symmetric

Draw = Callable[..., Csr]
SEEDS = range(6)


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("at_once", [5, 4_000_000])
def test_constraint_is_that_of_networkx(
    random_network: Draw, monkeypatch: pytest.MonkeyPatch, seed: int, at_once: int
) -> None:
    monkeypatch.setattr(triangles, "ENTRIES_AT_ONCE", at_once)
    network = random_network(seed, chance=0.2)
    expected = nx.constraint(nx.from_scipy_sparse_array(network), weight="weight")
    got = constraint(network)
    tied = np.flatnonzero(np.diff(network.indptr))
    assert got[tied] == pytest.approx([expected[i] for i in tied])
    assert (got[np.diff(network.indptr) == 0] == 1.0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_effective_size_is_that_of_networkx(random_network: Draw, seed: int) -> None:
    network = random_network(seed)
    graph = nx.from_scipy_sparse_array(network)
    # Asked for named people; for all at once networkx 3.6 takes another way that differs where ties have weights.
    expected = nx.effective_size(graph, nodes=list(graph), weight="weight")
    got = effective_size(network)
    tied = np.flatnonzero(np.diff(network.indptr))
    assert got[tied] == pytest.approx([expected[i] for i in tied])
    assert (got[np.diff(network.indptr) == 0] == 0.0).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("block", [1, 64])
def test_betweenness_is_that_of_networkx(random_network: Draw, seed: int, block: int) -> None:
    network = random_network(seed)
    expected = nx.betweenness_centrality(nx.from_scipy_sparse_array(network))
    assert betweenness(network, rng=seeded(), block=block) == pytest.approx(list(expected.values()))


def test_who_holds_two_triangles_together(drawn: Draw) -> None:
    r"""Drawn: triangles 0 - 1 - 2 and 4 - 5 - 6, joined by 3, who knows 2 and 4."""
    network = drawn("01 12 02 23 34 45 56 46")
    assert constraint(network)[3] == pytest.approx(0.5)
    assert constraint(network).argmin() == 3
    assert effective_size(network)[3] == pytest.approx(2.0)
    assert effective_size(network)[0] == pytest.approx(1.0)
    between = betweenness(network, rng=seeded())
    assert between[3] == pytest.approx(2 * 3 * 3 / (6 * 5))
    assert between[[0, 1, 5, 6]] == pytest.approx(0.0)


def test_sampled_betweenness_comes_near_and_one_seed_gives_one_result(random_network: Draw) -> None:
    network = random_network(2, n_people=400, chance=0.01)
    exact = betweenness(network, rng=seeded())
    sampled = [betweenness(network, rng=seeded(), exact_below=10, n_pivots=200) for _ in range(2)]
    assert np.array_equal(sampled[0], sampled[1])
    assert np.corrcoef(exact, sampled[0])[0, 1] > 0.95
    assert sampled[0].mean() == pytest.approx(exact.mean(), rel=0.1)
    everybody = betweenness(network, rng=seeded(), exact_below=10, n_pivots=400)
    assert everybody == pytest.approx(exact)


def test_numbers_of_paths_that_no_float_holds_do_no_harm() -> None:
    """A chain of 250 diamonds of 20 people each: 20^250 shortest paths from end to end."""
    joint, middle = np.repeat(np.arange(250) * 21, 20), np.arange(250 * 20) // 20 * 21 + np.arange(250 * 20) % 20 + 1
    u, v = np.concatenate([joint, middle]), np.concatenate([middle, joint + 21])
    network = symmetric(u, v, np.ones(len(u)), 250 * 21 + 1)
    got = betweenness(network, rng=seeded(), exact_below=10, n_pivots=3)
    assert np.isfinite(got).all()
    assert got[21 * 125] > 10 * got[21 * 125 + 1]


@pytest.mark.parametrize("measure", [constraint, effective_size])
def test_the_order_of_people_does_not_matter(random_network: Draw, measure: Callable[[Csr], np.ndarray]) -> None:
    network, order = random_network(9), np.random.default_rng(0).permutation(30)
    assert measure(network[order][:, order]) == pytest.approx(measure(network)[order])


@pytest.mark.parametrize("n_people", [0, 1, 2, 5])
def test_without_ties_nobody_bridges(n_people: int) -> None:
    nobody = sparse.csr_array((n_people, n_people))
    assert constraint(nobody).tolist() == [1.0] * n_people
    assert effective_size(nobody).tolist() == [0.0] * n_people
    assert betweenness(nobody, rng=seeded()).tolist() == [0.0] * n_people


def test_no_pivot_and_no_block_are_refused(drawn: Draw) -> None:
    with pytest.raises(WrongUse, match="n_pivots"):
        betweenness(drawn("01 12"), rng=seeded(), n_pivots=0)
    with pytest.raises(WrongUse, match="block"):
        betweenness(drawn("01 12"), rng=seeded(), block=0)
