import networkx as nx
import numpy as np
import pytest

from recommend.evaluation.network import adjacency, first_community, training_adjacency
from recommend.evaluation.protocol import Split
from recommend.evaluation.ranking import Lists
from recommend.evaluation.structure import clustering, declared_modularity, structure, with_lists, with_pairs


def test_modularity_and_clustering_agree_with_networkx() -> None:
    graph = nx.karate_club_graph()
    ends = np.array(graph.edges())
    ties = adjacency(ends[:, 0], ends[:, 1], 34)
    club = np.array([int(graph.nodes[i]["club"] == "Officer") for i in range(34)])
    parts = [set(np.flatnonzero(club == c).tolist()) for c in (0, 1)]
    assert declared_modularity(ties, club) == pytest.approx(nx.community.modularity(graph, parts, weight=None))
    assert clustering(ties) == pytest.approx(nx.transitivity(graph))


def test_structure_of_the_village(village_split: Split) -> None:
    """Six ties inside two communities, one between, one to c1 who has none; Dogwood has a person without ties.

    Pairs of communities: 1, 0, 0. With all inner ties as a class: 1, 0, 0, 6. Each by itself: 1, 0, 0, 3, 3, 0.
    """
    data = village_split.training
    measured = structure(training_adjacency(data), first_community(data))
    assert measured.weak_ties == 1
    assert measured.inter_edge_gini_complement == pytest.approx(0.0)
    assert measured.semi_edge_gini_complement == pytest.approx(1 - (3 * 6 + 1 * 1) / (3 * 7))
    assert measured.complete_edge_gini_complement == pytest.approx(1 - (5 * 3 + 3 * 3 + 1 * 1) / (5 * 7))
    assert measured.modularity_complement == pytest.approx((1 - (6 / 7 - 2 * 0.25)) / 2)
    assert measured.clustering_complement == pytest.approx(1 - 6 / 12)


def test_listed_pairs_are_added_once(village_split: Split) -> None:
    ties = training_adjacency(village_split.training)
    after = with_lists(ties, Lists(np.array([0, 3]), np.array([[3, -1], [0, 4]])))
    assert after.nnz == ties.nnz + 2  # a1-b1 from both lists once; b1-b2 was there
    assert after.max() == 1.0
    assert (with_pairs(ties, np.empty((0, 2), dtype=np.int64)) != ties).nnz == 0


def test_a_network_without_communities_has_no_weak_ties() -> None:
    measured = structure(adjacency(np.array([0]), np.array([1]), 3), np.full(3, -1))
    assert (measured.weak_ties, measured.modularity_complement) == (0, 0.5)
