"""Personalised PageRank for blocks of people, exact and sparse, against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from graph.measures.adjacency import Csr, symmetric
from recommend.chance.factor import dense
from recommend.chance.walks import Walk, WalkRule


def network(seed: int = 1, n_people: int = 60, chance: float = 0.08) -> Csr:
    rng = np.random.default_rng(seed)
    u, v = np.triu_indices(n_people, 1)
    kept = rng.random(len(u)) < chance
    return symmetric(u[kept], v[kept], rng.random(kept.sum()) + 0.1, n_people)


def test_a_long_walk_is_personalised_pagerank() -> None:
    weights = network()
    graph = nx.from_scipy_sparse_array(weights)
    people = np.array([0, 7, 31])
    rows = Walk(weights, WalkRule(0.5, 60)).rows(people)
    for i, person in enumerate(people):
        expected = nx.pagerank(graph, alpha=0.5, personalization={int(person): 1.0}, tol=1e-12)
        expected[int(person)] = 0.0
        assert rows[i] == pytest.approx([expected[v] for v in range(60)], abs=1e-9)


@pytest.mark.parametrize("steps", [1, 4, 12])
def test_a_sparse_walk_with_hardly_any_tolerance_is_the_exact_one(steps: int) -> None:
    weights, people = network(2), np.arange(60)
    exact = Walk(weights, WalkRule(0.3, steps)).rows(people)
    sparse = Walk(weights, WalkRule(0.3, steps, 1e-300)).rows(people)
    assert dense(sparse) == pytest.approx(exact, abs=1e-15)


def test_a_sparse_walk_keeps_all_mass_and_the_order_of_the_first_ones() -> None:
    weights, people = network(3, n_people=800, chance=0.01), np.arange(0, 800, 20)
    exact = dense(Walk(weights, WalkRule(0.5, 12)).rows(people))
    sparse = dense(Walk(weights, WalkRule(0.5, 12, 1e-4)).rows(people))
    assert (sparse > 0).sum() < 0.6 * (exact > 0).sum()
    assert sparse.sum(axis=1) == pytest.approx(exact.sum(axis=1), abs=0.02)
    assert np.abs(sparse - exact).max() < 1e-4 * np.diff(weights.indptr).max()
    first = [set(np.argsort(-row)[:10]) for row in exact]
    near = [set(np.argsort(-row)[:10]) for row in sparse]
    assert np.mean([len(a & b) for a, b in zip(first, near, strict=True)]) >= 9.5


@pytest.mark.parametrize("tolerance", [0.0, 1e-6])
def test_a_row_does_not_depend_on_its_block_and_loners_get_zeros(tolerance: float) -> None:
    weights = network(4, chance=0.03)
    walk = Walk(weights, WalkRule(0.5, 12, tolerance))
    loner = np.flatnonzero(np.diff(weights.indptr) == 0)[0]
    together, alone = dense(walk.rows(np.array([5, loner, 5]))), dense(walk.rows(np.array([5])))
    assert np.array_equal(together[0], alone[0])
    assert np.array_equal(together[0], together[2])
    assert not together[1].any()


@pytest.mark.parametrize("steps", [1, 3, 12])
@pytest.mark.parametrize("tolerance", [1e-9, 1e-3])
def test_walks_of_a_few_are_those_of_many(steps: int, tolerance: float) -> None:
    """A few starts are walked one by one, many together."""
    weights = network(5, n_people=300, chance=0.02)
    walk = Walk(weights, WalkRule(0.5, steps, tolerance))
    many = dense(walk.rows(np.arange(300)))
    few = np.concatenate([dense(walk.rows(np.array([i]))) for i in range(300)])
    assert few == pytest.approx(many, abs=1e-12)
    assert np.array_equal(few > 0, many > 0)
