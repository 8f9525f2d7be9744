import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import WrongUse
from recommend.evaluation.kirchhoff import (
    add_tie,
    greedy_kirchhoff,
    kirchhoff_gain,
    kirchhoff_index,
    laplacian_pseudoinverse,
    largest_component,
)
from recommend.evaluation.network import adjacency
from recommend.evaluation.structure import with_pairs


def ties_of(graph: nx.Graph) -> object:
    ends = np.array(graph.edges()).reshape(-1, 2)
    return adjacency(ends[:, 0], ends[:, 1], graph.number_of_nodes())


@pytest.mark.parametrize(
    ("graph", "expected"),
    [(nx.path_graph(4), 10.0), (nx.complete_graph(5), 4.0), (nx.star_graph(4), 16.0), (nx.cycle_graph(4), 5.0)],
)
def test_index_of_known_networks(graph: nx.Graph, expected: float) -> None:
    """Path (n^3 - n) / 6, complete n - 1, star (n - 1)^2, cycle (n^3 - n) / 12."""
    assert kirchhoff_index(ties_of(graph)) == pytest.approx(expected)


def test_index_agrees_with_networkx() -> None:
    graph = nx.karate_club_graph()
    assert kirchhoff_index(ties_of(graph)) == pytest.approx(nx.effective_graph_resistance(graph))


def test_a_network_in_parts_has_no_index() -> None:
    graph = nx.Graph([(0, 1), (2, 3), (3, 4)])
    with pytest.raises(WrongUse, match="infinite"):
        kirchhoff_index(ties_of(graph))
    assert largest_component(ties_of(graph)).tolist() == [2, 3, 4]


@settings(max_examples=30, deadline=None)
@given(st.integers(4, 10), st.integers(0, 10_000))
def test_the_gain_is_the_fall_of_the_index_and_the_update_is_the_inverse(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tree = nx.Graph([(i, int(rng.integers(i))) for i in range(1, n)])
    missing = list(nx.non_edges(tree))
    ties = ties_of(tree)
    inverse = laplacian_pseudoinverse(ties)
    for u, v in missing[:4]:
        after = with_pairs(ties, np.array([[u, v]]))
        fall = kirchhoff_index(ties) - kirchhoff_index(after)
        assert kirchhoff_gain(inverse, np.array([u]), np.array([v]))[0] == pytest.approx(fall)
        assert np.allclose(add_tie(inverse, u, v), laplacian_pseudoinverse(after))


def test_the_greedy_round_takes_the_best_allowed_tie_each_time() -> None:
    """A path of six, at most two picks a person: every pick is the largest fall that is left."""
    path = nx.path_graph(6)
    ties, used = ties_of(path), np.zeros(6, dtype=np.int64)
    left = set(nx.non_edges(path))
    picked = greedy_kirchhoff(ties, (ties.toarray() == 0).astype(float), 4, 2)
    assert picked[0].tolist() == [0, 5]
    for pair in map(tuple, picked.tolist()):
        options = {p: with_pairs(ties, np.array([p])) for p in left if used[list(p)].max() < 2}
        best = min(kirchhoff_index(after) for after in options.values())
        assert kirchhoff_index(options[pair]) == pytest.approx(best)
        ties = options[pair]
        left.remove(pair)
        used[list(pair)] += 1
    assert used.max() <= 2
