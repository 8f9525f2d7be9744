"""Every factor against its formula, written out with dense matrices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recommend.chance import ChanceConfig, ChanceModel, Groups, History, Meetings, Teams
from recommend.chance.copresence import Presence
from recommend.chance.factor import dense
from recommend.chance.groups import joins
from recommend.chance.warp import Clock, distinct_ties

Make = Callable[..., History]


def walk(weights: np.ndarray, n_steps: int) -> np.ndarray:
    degree = weights.sum(axis=1, keepdims=True)
    step = np.divide(weights, degree, out=np.zeros_like(weights), where=degree > 0)
    start = np.eye(len(weights))
    place = start
    for _ in range(n_steps):
        place = 0.5 * start + 0.5 * place @ step
    return np.where(start > 0, 0.0, place)


def ages(meetings: Meetings, n_people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give first age, sum of decays and plain adjacency as dense matrices, by loops; every meeting dated."""
    first = np.full((n_people, n_people), np.inf)
    for u, v, t in zip(meetings.u, meetings.v, meetings.t, strict=True):
        first[u, v] = first[v, u] = min(first[u, v], t)
    firsts = first[np.triu_indices(n_people, 1)]
    firsts = firsts[np.isfinite(firsts)]

    def age(t: float) -> float:
        return 1.0 - float((firsts < t).mean())

    newness, recent = np.zeros_like(first), np.zeros_like(first)
    for u, v in np.argwhere(np.isfinite(first)):
        newness[u, v] = np.exp(-age(first[u, v]) / 0.3)
    for u, v, t, k in zip(meetings.u, meetings.v, meetings.t, meetings.counts, strict=True):
        recent[u, v] += k * np.exp(-age(t) / 0.3)
        recent[v, u] += k * np.exp(-age(t) / 0.3)
    return newness, recent, np.isfinite(first).astype(float)


@pytest.mark.parametrize("seed", range(3))
def test_the_six_factors_of_dated_meetings(random_history: Make, seed: int) -> None:
    history = random_history(seed, "c")
    met = history.meetings
    history = History(25, Meetings(met.u, met.v, np.nan_to_num(met.t, nan=1.0), met.n), community=history.community)
    newness, recent, tied = ages(history.meetings, 25)
    firsts = distinct_ties(met.u, met.v, history.meetings.t, 25).first
    last = np.zeros(25)
    for u, v, t in zip(met.u, met.v, history.meetings.t, strict=True):
        fresh = np.exp(-(1.0 - (firsts < t).mean()) / 0.1)
        last[u], last[v] = max(last[u], fresh), max(last[v], fresh)
    of = history.communities().toarray()
    into = np.zeros((25, 25))
    for u in range(25):
        own = np.flatnonzero(of[u])
        into[u] = np.mean([(newness * of[:, c]).sum(axis=1) for c in own], axis=0) if len(own) else 0.0
    degree = np.maximum(tied.sum(axis=1), 1.0)
    expected = {
        "ties_walk": walk(tied, 12),
        "meetings_walk": walk(np.log1p(recent), 12),
        "new_ties_walk": walk(newness, 12),
        "last_seen": np.tile(last, (25, 1)),
        "new_ties_to_community": into,
        "shared_contacts": tied @ np.diag(1.0 / degree) @ tied,
    }
    model = ChanceModel().fit(history)
    got = model.factors(np.arange(25))
    assert set(got) == set(expected)
    total = np.zeros((25, 25))
    weights = dict(zip(expected, (0.5, 0.5, 1.0, 0.5, 0.25, 1.0), strict=True))
    known = np.unique(np.concatenate([met.u, met.v]))
    for name, values in expected.items():
        np.fill_diagonal(values, 0.0)
        assert got[name] == pytest.approx(values, abs=1e-12)
        sample = values[known]
        total += weights[name] * np.log(values + np.quantile(sample[sample > 0], 0.01))
    assert model.log_chance(np.arange(25)) == pytest.approx(total)


def test_the_walk_over_teams_gives_every_event_the_same_weight() -> None:
    """Events {0, 1, 2} early, {0, 3} late, and a meeting of 4 and 5 twice, later still."""
    teams = Teams(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 3]), np.array([1.0, 1.0, 1.0, 2.0, 2.0]))
    history = History(6, Meetings(np.array([4]), np.array([5]), np.array([3.0]), np.array([2])), teams)
    weights = np.zeros((6, 6))
    decay = np.exp(-np.array([1.0, 0.4, 0.2]) / 0.3)
    for u, v, w in [(0, 1, decay[0] / 2), (0, 2, decay[0] / 2), (1, 2, decay[0] / 2), (0, 3, decay[1]), (4, 5, 2.0)]:
        weights[u, v] = weights[v, u] = w
    model = ChanceModel(ChanceConfig(own_share=1.0)).fit(history)
    assert "teams" in model.kinds_
    assert model.factors(np.arange(6))["teams_walk"] == pytest.approx(walk(weights, 8))


def test_the_chance_to_join_is_the_sum_over_ones_groups() -> None:
    rng = np.random.default_rng(3)
    groups = Groups(rng.integers(0, 6, 50), rng.integers(0, 20, 50), rng.random(50) * 100)
    where = Presence.of(groups.group, groups.person, groups.since, 20)
    clock = Clock.of(where.t)
    got = dense(joins(where, 20, clock, ChanceConfig(), weight=1.0).rows(np.arange(20)))
    n = len(where.size)
    belongs, lately, growth = np.zeros((20, n)), np.zeros((20, n)), np.full(n, 0.05)
    for c, x, age in zip(where.place, where.person, clock.age(where.t), strict=True):
        belongs[x, c], lately[x, c] = 1.0, np.exp(-age / 0.5)
        growth[c] += np.exp(-age / 0.2)
    kin = np.zeros((n, n))
    for x in range(20):
        for c in np.flatnonzero(belongs[x]):
            for d in np.flatnonzero(belongs[x]):
                if c != d:
                    kin[c, d] += 1.0 / belongs[x].sum() / np.sqrt(where.size[c] * where.size[d])
    expected = (belongs * growth / where.size) @ (lately @ kin).T
    np.fill_diagonal(expected, 0.0)
    assert got == pytest.approx(expected)
