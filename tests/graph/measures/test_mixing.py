"""Ties between communities against expectation, and the E-I index."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from graph.errors import Refused
from graph.measures import community_mixing, ei_index
from graph.measures.adjacency import Csr, checked, symmetric

Draw = Callable[..., Csr]
RED, BLUE, BOTH, NONE = [1, 0], [0, 1], [1, 1], [0, 0]


def members(*rows: list[int]) -> Csr:
    return sparse.csr_array(np.array(rows, dtype=np.float64))


def test_two_triangles_with_one_tie_between(drawn: Draw) -> None:
    r"""Drawn: red 0 - 1 - 2 - 0, blue 3 - 4 - 5 - 3, one tie 2 - 3."""
    network, of = drawn("01 12 02 34 45 35 23"), members(RED, RED, RED, BLUE, BLUE, BLUE)
    mixing = community_mixing(network, of)
    assert mixing.ties.tolist() == [[3.0, 1.0], [1.0, 3.0]]
    pairs = (14**2 - (4 * 4 + 2 * 9)) / 2
    assert mixing.expected[0, 1] == pytest.approx(49 * 7 / pairs)
    assert mixing.ratio[0, 1] == pytest.approx(pairs / 49 / 7)
    assert mixing.relief[0, 1] == pytest.approx((mixing.expected[0, 1] - 1) / (mixing.expected[0, 1] + 1))
    assert np.diag(mixing.relief).tolist() == [0.0, 0.0]
    index = ei_index(network, of)
    assert index.network == pytest.approx((1 - 6) / 7)
    assert index.communities == pytest.approx([(1 - 3) / 4] * 2)
    assert index.people == pytest.approx([-1, -1, -1 / 3, -1 / 3, -1, -1])


def test_a_person_in_two_communities_shares_their_ties_out(drawn: Draw) -> None:
    r"""Drawn: 0 (red) - 1 (red and blue) - 2 (blue)."""
    network, of = drawn("01 12"), members(RED, BOTH, BLUE)
    mixing = community_mixing(network, of)
    assert mixing.ties.tolist() == [[0.5, 1.0], [1.0, 0.5]]
    assert ei_index(network, of).network == -1.0


def test_people_without_a_community_are_left_out_of_pairs_but_their_ties_are_external(drawn: Draw) -> None:
    network, of = drawn("01 12"), members(RED, RED, NONE)
    assert community_mixing(network, of).ties.tolist() == [[1.0, 0.0], [0.0, 0.0]]
    assert ei_index(network, of).network == 0.0


def test_few_ties_where_many_would_be_expected() -> None:
    rng = np.random.default_rng(0)
    of = np.repeat([0, 1, 2], 40)
    u, v = np.triu_indices(120, 1)
    chance = np.where((of[u] == 0) & (of[v] == 1), 0.005, 0.1)
    kept = rng.random(len(u)) < chance
    network = symmetric(u[kept], v[kept], np.ones(kept.sum()), 120)
    mixing = community_mixing(network, sparse.csr_array(np.eye(3)[of]))
    assert mixing.ratio[0, 1] < 0.2
    assert mixing.ratio[0, 2] > 1.0
    assert mixing.relief[0, 1] > 0.7
    assert mixing.relief[0, 2] == 0.0


def test_expected_ties_are_those_of_a_rewired_network(random_network: Draw) -> None:
    """Stubs joined at random, loops thrown away: the mean of 4,000 such networks."""
    network = random_network(4, n_people=40, chance=0.12)
    network.data[:] = 1.0
    rng, of = np.random.default_rng(1), np.arange(40) % 3
    stubs = np.repeat(np.arange(40), np.diff(network.indptr))
    counts = np.zeros((3, 3))
    for _ in range(4_000):
        mixed = rng.permutation(stubs).reshape(-1, 2)
        mixed = mixed[mixed[:, 0] != mixed[:, 1]]
        np.add.at(counts, (of[mixed[:, 0]], of[mixed[:, 1]]), 1.0)
    drawn_ties = counts + np.triu(counts.T, 1) + np.tril(counts.T, -1)
    expected = community_mixing(network, sparse.csr_array(np.eye(3)[of])).expected
    upper = np.triu_indices(3)
    assert expected[upper] / expected[upper].sum() == pytest.approx(
        drawn_ties[upper] / drawn_ties[upper].sum(), rel=0.02
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(1, 4))
def test_totals_agree_everything_is_finite_and_the_order_of_people_does_not_matter(
    seed: int, n_people: int, n_communities: int
) -> None:
    rng = np.random.default_rng(seed)
    half = np.triu(rng.random((n_people, n_people)) * (rng.random((n_people, n_people)) < 0.4), 1)
    network = sparse.csr_array(half + half.T)
    of = sparse.csr_array((rng.random((n_people, n_communities)) < 0.5).astype(float))
    mixing, index = community_mixing(network, of), ei_index(network, of)
    upper = np.triu_indices(n_communities)
    assert mixing.ties[upper].sum() == pytest.approx(mixing.expected[upper].sum())
    assert np.allclose(mixing.ties, mixing.ties.T)
    assert np.allclose(mixing.expected, mixing.expected.T)
    for values in (mixing.ratio, mixing.relief, index.people, index.communities, index.network):
        assert np.isfinite(values).all()
    assert (mixing.relief >= 0).all()
    assert (mixing.relief < 1).all()
    assert (np.abs(index.people) <= 1 + 1e-12).all()
    order = rng.permutation(n_people)
    again = community_mixing(checked(network)[order][:, order], of[order])
    assert np.allclose(again.expected, mixing.expected)
    assert ei_index(checked(network)[order][:, order], of[order]).people == pytest.approx(index.people[order])


def test_communities_of_other_people_are_refused(drawn: Draw) -> None:
    with pytest.raises(Refused, match="expected 2 rows"):
        community_mixing(drawn("01"), members(RED))
    with pytest.raises(Refused, match="membership"):
        ei_index(drawn("01"), members([-1, 0], BLUE))
