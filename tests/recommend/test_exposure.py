"""Prices of places: everybody is served, nobody is flooded, and little is lost by it (A18, B14)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from embeddings.lexical import LexicalEncoder
from recommend.config import RoundConfig
from recommend.evaluation.metrics import gini
from recommend.evaluation.protocol import Parameters, Split, split
from recommend.evaluation.reading import load_network
from recommend.exposure import priced
from recommend.pipeline import Matchmaker
from recommend.results import Answer, Request, Scope
from recommend.round import Order, Round, Wanted
from recommend.selection import TieBreak
from service.evaluations.links import analyst_view

NETWORKS = Path(__file__).resolve().parents[1] / "fixtures" / "networks"
CAPACITY = 3
CONFIG = RoundConfig()
UNHURRIED = settings(deadline=None, max_examples=40)


def prices(score: list[float], room: int, owed: int, n_pairs: int, n: int) -> np.ndarray:
    u, v = np.triu_indices(n, 1)
    bounds = np.full(n, room), np.full(n, owed)
    return priced(u, v, np.array(score), *bounds, n_pairs, CONFIG)


@UNHURRIED
@given(st.integers(3, 7), st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_where_nothing_is_scarce_prices_change_no_order(n: int, seed: int, n_pairs: int) -> None:
    score = np.random.default_rng(seed).normal(size=n * (n - 1) // 2)
    priced_score = prices(list(score), room=n, owed=0, n_pairs=n_pairs, n=n)
    assert np.argsort(priced_score).tolist() == np.argsort(score).tolist()


@UNHURRIED
@given(st.integers(3, 9), st.integers(0, 2**32 - 1))
def test_prices_are_finite_whatever_the_scores(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.choice([-np.inf, -1e6, -1.0, 0.0, 3.0], size=n * (n - 1) // 2)
    score[0] = 1.0
    assert np.isfinite(prices(list(score), room=1, owed=1, n_pairs=n, n=n)).all()


def test_nothing_to_choose_from_is_no_fault() -> None:
    none = np.zeros(0, dtype=np.intp)
    assert len(priced(none, none, np.zeros(0), np.ones(3, dtype=int), np.ones(3, dtype=int), 4, CONFIG)) == 0
    assert np.isneginf(prices([-np.inf] * 3, room=1, owed=1, n_pairs=2, n=3)).all()


def test_the_most_wanted_have_a_price_and_the_forgotten_a_reward() -> None:
    """A star: everybody would rather meet person 0, nobody person 5; the pairs 1-2 and 3-4 are second best."""
    n = 6
    u, v = np.triu_indices(n, 1)
    score = np.where(u == 0, 2.0, -1.0) - 3.0 * (v == n - 1)
    worth = dict(zip(zip(u.tolist(), v.tolist(), strict=True), prices(list(score), 1, 1, 3, n), strict=True))
    before = dict(zip(worth, np.exp(CONFIG.exposure_power * score), strict=True))
    assert worth[0, 1] - worth[1, 2] < before[0, 1] - before[1, 2]
    assert worth[4, 5] - worth[3, 4] > before[4, 5] - before[3, 4]


def test_prices_come_near_the_duals_of_the_linear_programme() -> None:
    """What pairs in the optimum are worth after prices is more than what the others are worth."""
    n, rng = 12, np.random.default_rng(7)
    u, v = np.triu_indices(n, 1)
    score = rng.normal(size=len(u)) + 1.5 * rng.normal(size=n)[u] + 1.5 * rng.normal(size=n)[v]
    load = np.zeros((n, len(u)))
    load[u, np.arange(len(u))] = load[v, np.arange(len(u))] = 1.0
    worth = np.exp(CONFIG.exposure_power * score)
    bounds = np.r_[np.full(n, 3), np.full(n, -1)]
    best = linprog(-worth, np.r_[load, -load], bounds, np.ones((1, len(u))), [n], bounds=(0, 1)).x
    after = prices(list(score), 3, 1, n, n)
    chosen = np.argsort(-after)[:n]
    assert best[chosen].sum() >= 0.85 * n
    assert best[np.argsort(-score)[:n]].sum() < best[chosen].sum()


@pytest.fixture(scope="module", params=["sp_invs13", "sp_invs15"])
def office(request: pytest.FixtureRequest) -> tuple[Split, Matchmaker]:
    made = split(load_network(NETWORKS / request.param), Parameters(training_share=0.65))
    return made, Matchmaker(analyst_view(made.training), LexicalEncoder())


@pytest.mark.parametrize("scope", [Scope.ANY, Scope.ACROSS])
def test_a_round_serves_everybody_within_the_cap_and_evenly(office: tuple[Split, Matchmaker], scope: Scope) -> None:
    made, maker = office
    answer = maker.answer(Request(scope=scope, capacity=CAPACITY))
    load = loads(made, answer)
    assert len(answer.recommendations) == made.training.n_people
    assert answer.unserved == ()
    assert load.min() >= 1
    assert load.max() <= CAPACITY
    assert gini(load) <= 0.30


def test_only_who_has_no_possible_partner_is_left_out(office: tuple[Split, Matchmaker]) -> None:
    """Far away there are few partners: somebody else gives up one of several introductions for who has none."""
    _, maker = office
    everybody = np.arange(len(maker.people))
    possible = maker.people.pairs.allowed(everybody, Scope.FAR).any(axis=1)
    answer = maker.answer(Request(scope=Scope.FAR, capacity=CAPACITY))
    assert {p.id for p in answer.unserved} == {maker.people.party(i).id for i in np.flatnonzero(~possible).tolist()}
    pairs = [frozenset((r.person.id, r.partner.id)) for r in answer.recommendations]
    assert len(set(pairs)) == len(pairs)
    assert [r.rank for r in answer.recommendations] == list(range(1, len(pairs) + 1))


def test_serving_everybody_costs_few_hits() -> None:
    """A round of one introduction less than people owes nobody one; several cuts, because one has few hits."""
    free = fair = 0
    for name in ("sp_invs13", "sp_invs15"):
        for share in (0.5, 0.65, 0.8):
            made = split(load_network(NETWORKS / name), Parameters(training_share=share))
            maker = Matchmaker(analyst_view(made.training), LexicalEncoder())
            for scope in (Scope.ANY, Scope.ACROSS):
                unowed = maker.answer(Request(scope=scope, pairs=made.training.n_people - 1, capacity=CAPACITY))
                assert loads(made, unowed).min() == 0
                free += hits(made, unowed)
                fair += hits(made, maker.answer(Request(scope=scope, capacity=CAPACITY)))
    assert fair >= 0.95 * free


def test_a_capacity_beyond_everybody_is_no_burden(office: tuple[Split, Matchmaker]) -> None:
    made, maker = office
    answer = maker.answer(Request(capacity=1_000_000_000, pairs=made.training.n_people))
    assert loads(made, answer).min() >= 1


def ends(made: Split, answer: Answer) -> np.ndarray:
    place = {key: i for i, key in enumerate(made.training.ids)}
    return np.array([(place[r.person.id], place[r.partner.id]) for r in answer.recommendations])


def loads(made: Split, answer: Answer) -> np.ndarray:
    return np.bincount(ends(made, answer).ravel(), minlength=made.training.n_people).astype(float)


def hits(made: Split, answer: Answer) -> int:
    pairs = ends(made, answer)
    return int((made.partners("all")[pairs[:, 0], pairs[:, 1]] != 0).sum())


@UNHURRIED
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(2, 5))
def test_no_pair_is_introduced_twice(seed: int, n_hubs: int, capacity: int) -> None:
    """Everybody wants the same few, so that places are taken, given up and taken again."""
    rng = np.random.default_rng(seed)
    n = n_hubs + 7
    u, v = np.triu_indices(n, 1)
    among = (u < n_hubs) & (rng.random(len(u)) < 0.7)
    score = np.where(among, rng.normal(size=len(u)), -np.inf)
    whole = np.full((n, n), -np.inf)
    whole[u, v] = whole[v, u] = score
    wanted = Wanted(np.arange(n), u[among], v[among], score[among], lambda person: whole[person].copy())
    ties = TieBreak.of(str(i) for i in range(n))
    config = RoundConfig(exposure_steps=int(rng.integers(1, 6)), far_share=0.0)
    round_ = Round(wanted, sparse.csr_array((n, n)), Order(n, capacity), ties, config)
    pairs = [tuple(sorted(pair[:2])) for pair in round_.choose()]
    assert len(pairs) == len(set(pairs))
