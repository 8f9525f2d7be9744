"""Gain of one added tie, exactly and estimated."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from graph.errors import Refused, WrongUse
from graph.measures import KirchhoffGain, SketchedGain, community_mixing, pair_relief, structural_gain
from graph.measures.adjacency import Csr, symmetric

Draw = Callable[..., Csr]


def seeded(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def brute_index(weights: np.ndarray, unreachable: float) -> float:
    """Sum of resistances by the pseudo-inverse of scipy, part by part with networkx."""
    total, n = 0.0, len(weights)
    parts = [sorted(part) for part in nx.connected_components(nx.from_numpy_array(weights))]
    for part in parts:
        inside = weights[np.ix_(part, part)]
        total += len(part) * np.trace(np.linalg.pinv(np.diag(inside.sum(axis=1)) - inside, hermitian=True))
    apart = (n**2 - sum(len(part) ** 2 for part in parts)) / 2
    return float(total + unreachable * apart)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.08, 0.2, 0.6]))
def test_gains_and_updates_are_those_of_a_pseudo_inverse_computed_anew(seed: int, chance: float) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 11))
    weights = np.triu((rng.random((n, n)) < chance) * (rng.random((n, n)) + 0.5), 1)
    weights += weights.T
    gain = KirchhoffGain(sparse.csr_array(weights))
    for _ in range(6):
        before = brute_index(weights, gain.unreachable)
        assert gain.index == pytest.approx(before)
        u, v = rng.choice(n, 2, replace=False)
        expected = gain.rows(np.arange(n))
        assert np.allclose(expected, expected.T)
        assert np.isfinite(expected).all()
        assert (expected >= 0).all()
        assert gain.gain(np.array([u]), np.array([v]))[0] == pytest.approx(expected[u, v])
        weights[u, v] += 1.0
        weights[v, u] += 1.0
        assert before - brute_index(weights, gain.unreachable) == pytest.approx(expected[u, v])
        assert gain.add(int(u), int(v)) == pytest.approx(expected[u, v])


def test_closing_a_chain_of_four(drawn: Draw) -> None:
    r"""Drawn: 0 - 1 - 2 - 3; resistances add up to 10, in the ring of four to 5."""
    gain = KirchhoffGain(drawn("01 12 23"))
    assert gain.rows(np.array([0]))[0] == pytest.approx([0.0, 1.5, 11 / 3, 5.0])
    assert gain.resistance(np.array([0]), np.array([3])) == pytest.approx([3.0])


def test_joining_parts_gains_in_proportion_to_the_pairs_brought_together(drawn: Draw) -> None:
    r"""Drawn: triangles 0 - 1 - 2 and 3 - 4 - 5, and 6 alone."""
    gain = KirchhoffGain(drawn("01 12 02 34 45 35", 7))
    rows = gain.rows(np.array([0]))[0]
    assert rows[3] == pytest.approx(9 * (7 - 1) - 2 * 3 * (2 * 2 / 3))
    assert rows[3] > rows[6] > rows[1]
    assert gain.unreachable == 7.0
    assert gain.resistance(np.array([0]), np.array([6])) == pytest.approx([7.0])


def test_the_gain_is_that_of_networkx_too(random_network: Draw) -> None:
    network = random_network(2, n_people=12, chance=0.5)
    graph = nx.from_scipy_sparse_array(network)
    assert nx.is_connected(graph)
    gain = KirchhoffGain(network)
    kirchhoff = nx.effective_graph_resistance(graph, weight="weight", invert_weight=False)
    assert gain.index == pytest.approx(kirchhoff)


@pytest.mark.parametrize("seed", range(3))
def test_estimates_come_near_the_exact_gains_where_it_matters(seed: int) -> None:
    graph = nx.powerlaw_cluster_graph(300, 2, 0.3, seed=seed)
    graph.add_edges_from([(300 + i, i) for i in range(40)])
    network = nx.to_scipy_sparse_array(graph, format="csr", dtype=float)
    exact = KirchhoffGain(network)
    estimate = SketchedGain(network, rng=seeded(seed), n_probes=128)
    people = np.arange(0, 340, 5)
    true, got = exact.rows(people), estimate.rows(people)
    candidate = (network[people].toarray() == 0) & (np.arange(340) != people[:, None])
    error = np.abs(got - true)[candidate] / true[candidate]
    assert np.median(error) < 0.15
    assert np.quantile(error, 0.99) < 0.6
    assert estimate.residual_ < 1e-7
    assert estimate.index == pytest.approx(exact.index, rel=0.1)


def test_added_ties_are_taken_up_by_the_estimates_without_error() -> None:
    """Parts of 40, 20, 1 and 1 people; ties inside and between, then compared with a sketch made anew."""
    graph = nx.disjoint_union(nx.connected_watts_strogatz_graph(40, 4, 0.2, seed=1), nx.cycle_graph(20))
    graph.add_nodes_from([60, 61])
    network = nx.to_scipy_sparse_array(graph, format="csr", dtype=float)
    ties = [(0, 20), (3, 45), (60, 50), (60, 61), (10, 52)]
    exact, estimate = KirchhoffGain(network), SketchedGain(network, rng=seeded(), n_probes=256)
    for u, v in ties:
        assert estimate.add(u, v) == pytest.approx(exact.add(u, v), rel=0.05)
    u, v = np.array(ties).T
    whole = (network + symmetric(u, v, np.ones(len(u)), 62)).tocsr()
    anew = SketchedGain(whole, rng=seeded(), n_probes=256)
    people = np.arange(62)
    assert estimate.rows(people) == pytest.approx(anew.rows(people), rel=1e-4)


def test_the_size_of_the_network_chooses_and_both_speak_the_same(drawn: Draw) -> None:
    network = drawn("01 12 23 34 45")
    exact = structural_gain(network, rng=seeded())
    estimate = structural_gain(network, rng=seeded(), exact_below=3, n_probes=4_000)
    assert isinstance(exact, KirchhoffGain)
    assert isinstance(estimate, SketchedGain)
    pairs = np.array([0, 0, 1]), np.array([3, 5, 4])
    assert estimate.gain(*pairs) == pytest.approx(exact.gain(*pairs), rel=0.15)


@pytest.mark.parametrize("kind", [KirchhoffGain, lambda m: SketchedGain(m, rng=seeded())])
@pytest.mark.parametrize("n_people", [1, 3])
def test_without_ties_every_tie_joins_two_people(kind: Callable[[Csr], KirchhoffGain], n_people: int) -> None:
    gain = kind(sparse.csr_array((n_people, n_people)))
    rows = gain.rows(np.arange(n_people))
    assert np.diag(rows) == pytest.approx(0.0)
    assert rows[~np.eye(n_people, dtype=bool)] == pytest.approx(n_people - 1.0)


def test_a_tie_that_cannot_be_is_refused(drawn: Draw) -> None:
    gain = KirchhoffGain(drawn("01 12"))
    with pytest.raises(WrongUse, match="both ends"):
        gain.add(1, 1)
    with pytest.raises(WrongUse, match="weight"):
        gain.add(0, 2, weight=0.0)
    with pytest.raises(WrongUse, match="unreachable"):
        KirchhoffGain(drawn("01"), unreachable=np.nan)


def test_relief_of_two_people_is_the_mean_over_their_communities(drawn: Draw) -> None:
    relief = np.array([[0.0, 0.6, 0.2], [0.6, 0.0, 0.0], [0.2, 0.0, 0.0]])
    of = sparse.csr_array(np.array([[1, 0, 0], [0, 1, 0], [0, 1, 1], [0, 0, 0]], dtype=float))
    got = pair_relief(relief, of, np.array([0, 3]))
    assert got.tolist() == pytest.approx(np.array([[0.0, 0.6, 0.4, 0.0], [0.0] * 4]))
    mixing = community_mixing(drawn("01 12 02 34 45 35 23"), sparse.csr_array(np.repeat(np.eye(2), 3, axis=0)))
    assert mixing.relief[0, 1] > 0.4
    with pytest.raises(Refused, match="relief"):
        pair_relief(relief, of[:, :2], np.array([0]))
