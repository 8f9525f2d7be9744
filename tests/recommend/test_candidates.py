"""Lists from sparse chances are the lists from every score (A09, B14)."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from recommend.bridge import BridgeFactor
from recommend.candidates import Candidates, lists_of
from recommend.chance import ChanceConfig, ChanceModel, History, Meetings
from recommend.config import RecommendConfig
from recommend.handover import Handover
from recommend.pairs import Pairs
from recommend.results import Scope
from recommend.selection import TieBreak, best

N_PEOPLE, K = 90, 7
SPARSE = ChanceConfig(sparse_above=0, walk_up_to=0)


def network(seed: int) -> tuple[History, Pairs, RecommendConfig]:
    rng = np.random.default_rng(seed)
    n_ties = int(rng.integers(20, 400))
    u, v = rng.integers(0, N_PEOPLE, n_ties), rng.integers(0, N_PEOPLE, n_ties)
    u, v = u[u != v], v[u != v]
    community = sparse.csr_array((rng.random((N_PEOPLE, 6)) < 0.25).astype(float))
    meetings = Meetings(u.astype(np.int64), v.astype(np.int64), np.full(len(u), np.nan))
    half = sparse.csr_array((np.ones(len(u)), (u, v)), shape=(N_PEOPLE, N_PEOPLE))
    met = sparse.csr_array(half + half.T)
    met.data[:] = 1.0
    one, other = rng.integers(0, N_PEOPLE, 5), rng.integers(0, N_PEOPLE, 5)
    apart = sparse.csr_array((np.ones(5), (one, other)), shape=(N_PEOPLE, N_PEOPLE))
    pairs = Pairs(met, sparse.csr_array(apart + apart.T), community)
    return History(N_PEOPLE, meetings, community=community), pairs, RecommendConfig(block=16, chance=SPARSE)


class Homes:
    """What the bridge factor asks of people."""

    def __init__(self, community: sparse.csr_array) -> None:
        self.homes = community


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("distant", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_the_same_lists_as_from_every_score(seed: int, scope: Scope, distant: bool) -> None:
    history, pairs, config = network(seed)
    chance = ChanceModel(SPARSE).fit(history, distant=distant)
    bridge = BridgeFactor(Homes(pairs.communities), pairs.met, config)  # type: ignore[arg-type]
    ties = TieBreak.of(f"person:{i}" for i in range(N_PEOPLE))
    everybody = np.arange(N_PEOPLE)
    score = chance.log_chance(everybody)
    if scope is Scope.ANY:
        score += bridge.log_factor(everybody)
    score[~pairs.allowed(everybody, scope)] = -np.inf
    partners, scores = best(score, K, everybody, ties)

    assert chance.sparse
    lists = lists_of(Candidates(pairs, chance, bridge, scope, ties), everybody, K, config, None)

    np.testing.assert_allclose(lists.scores, scores, atol=1e-8)
    np.testing.assert_array_equal(lists.partners, partners)


def test_several_processes_give_the_same_lists() -> None:
    history, pairs, config = network(3)
    chance = ChanceModel(SPARSE).fit(history)
    bridge = BridgeFactor(Homes(pairs.communities), pairs.met, config)  # type: ignore[arg-type]
    candidates = Candidates(pairs, chance, bridge, Scope.ANY, TieBreak.of(str(i) for i in range(N_PEOPLE)))
    told: list[tuple[int, int]] = []
    alone = lists_of(candidates, np.arange(N_PEOPLE), K, config, None)
    together = lists_of(
        candidates, np.arange(N_PEOPLE), K, config.model_copy(update={"parallel_above": 1}),
        lambda done, n: told.append((done, n)),
    )  # fmt: skip
    np.testing.assert_array_equal(alone.partners, together.partners)
    np.testing.assert_array_equal(alone.scores, together.scores)
    assert told[-1] == (N_PEOPLE, N_PEOPLE)


def test_nobody_asks() -> None:
    history, pairs, config = network(1)
    chance = ChanceModel(SPARSE).fit(history)
    bridge = BridgeFactor(Homes(pairs.communities), pairs.met, config)  # type: ignore[arg-type]
    candidates = Candidates(pairs, chance, bridge, Scope.ANY, TieBreak.of(str(i) for i in range(N_PEOPLE)))
    assert lists_of(candidates, np.zeros(0, dtype=np.intp), K, config, None).partners.shape == (0, K)


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_of_the_bridge_factor_is_one(seed: int) -> None:
    _, pairs, config = network(seed)
    bridge = BridgeFactor(Homes(pairs.communities), pairs.met, config)  # type: ignore[arg-type]
    everybody = np.arange(N_PEOPLE)
    whole = bridge.log_factor(everybody)
    bound = np.array([bridge.at_most(person, everybody) for person in everybody.tolist()])
    assert np.all(bound >= whole - 1e-12)
    assert np.all(bound <= bridge.most + 1e-12)
    assert np.any(bound < bridge.most - 0.1)


def test_what_is_handed_over_is_equal_and_cannot_be_changed() -> None:
    rng = np.random.default_rng(3)
    matrix = sparse.random_array((30, 30), density=0.2, rng=rng).tocsr()
    with Handover((rng.random((50, 7)), np.zeros(0), matrix)) as given:
        one, empty, other = given.take()
        with pytest.raises(ValueError, match="read-only"):
            one[0, 0] = 1.0
        assert len(empty) == 0
        assert np.array_equal(other.toarray(), matrix.toarray())
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn, initializer=keep, initargs=(given,)) as pool:
            assert pool.submit(total).result() == one.sum() + matrix.sum()


KEPT: list[Any] = []


def keep(given: Handover[Any]) -> None:
    KEPT.append(given.take())


def total() -> float:
    one, _, other = KEPT[0]
    return float(one.sum() + other.sum())
