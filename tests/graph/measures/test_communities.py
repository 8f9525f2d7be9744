"""Communities found in ties."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from graph.errors import WrongUse
from graph.measures import detect_communities, modularity
from graph.measures.adjacency import Csr

Draw = Callable[..., Csr]


def seeded(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_two_triangles_and_a_loner_ordered_by_size_then_by_smallest_member(drawn: Draw) -> None:
    r"""Drawn: 4 - 5 - 6 - 4, 1 - 2 - 3 - 1, a tie 3 - 4, and 0 alone."""
    found = detect_communities(drawn("45 56 46 12 23 13 34"), rng=seeded())
    assert found.labels.tolist() == [2, 0, 0, 0, 1, 1, 1]
    assert found.sizes.tolist() == [3, 3, 1]
    assert found.modularity == pytest.approx(2 * (3 / 7 - 0.25))


def test_one_seed_gives_one_partition(random_network: Draw) -> None:
    network = random_network(3, n_people=300, chance=0.03)
    first, second = (detect_communities(network, rng=seeded()).labels for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("seed", range(5))
def test_the_score_is_the_modularity_of_networkx_and_as_high_as_its_louvain(random_network: Draw, seed: int) -> None:
    network = random_network(seed, n_people=120, chance=0.04)
    found = detect_communities(network, rng=seeded())
    graph = nx.from_scipy_sparse_array(network)
    groups = [set(np.flatnonzero(found.labels == c)) for c in range(len(found.sizes))]
    assert found.modularity == pytest.approx(nx.community.modularity(graph, groups))
    peer = nx.community.louvain_communities(graph, seed=seed)
    assert found.modularity > nx.community.modularity(graph, peer) - 0.01


@pytest.mark.parametrize("resolution", [0.2, 1.0, 3.0])
def test_every_community_is_connected(random_network: Draw, resolution: float) -> None:
    network = random_network(1, n_people=200, chance=0.015)
    labels = detect_communities(network, rng=seeded(), resolution=resolution).labels
    for community in range(labels.max() + 1):
        inside = network[labels == community][:, labels == community]
        assert connected_components(inside, directed=False)[0] == 1


def test_planted_communities_are_found_and_higher_resolution_gives_more() -> None:
    graph = nx.planted_partition_graph(8, 25, 0.5, 0.01, seed=2)
    network = nx.to_scipy_sparse_array(graph, format="csr", dtype=float)
    found = detect_communities(network, rng=seeded())
    assert np.array_equal(np.unique(found.labels.reshape(8, 25), axis=1).shape, (8, 1))
    finer = detect_communities(network, rng=seeded(), resolution=8.0)
    assert len(finer.sizes) > len(found.sizes) == 8


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_the_unit_of_weights_does_not_matter(random_network: Draw, scale: float) -> None:
    network = random_network(5)
    expected = detect_communities(network, rng=seeded()).labels
    assert np.array_equal(detect_communities(network * scale, rng=seeded()).labels, expected)


@pytest.mark.parametrize("n_people", [0, 1, 4])
def test_without_ties_everybody_is_on_their_own(n_people: int) -> None:
    found = detect_communities(sparse.csr_array((n_people, n_people)), rng=seeded())
    assert found.labels.tolist() == list(range(n_people))
    assert found.modularity == 0.0


def test_everybody_in_one_community_has_modularity_zero(drawn: Draw) -> None:
    assert modularity(drawn("01 12 02"), np.zeros(3, dtype=np.int64)) == pytest.approx(0.0)


def test_a_resolution_of_zero_is_refused(drawn: Draw) -> None:
    with pytest.raises(WrongUse, match="resolution"):
        detect_communities(drawn("01"), rng=seeded(), resolution=0.0)
