"""Outcomes on record become evidence: in time order, for the operator alone, and not for lack of time."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pytest

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.introductions import Declined, State, introductions_of
from graph.kinds import TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy, Purpose
from graph.records import Field, Node, Provenance
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR, Viewer
from recommend.chance.model import ChanceModel
from recommend.learning.outcomes import outcomes_of
from recommend.learning.past import before
from recommend.pipeline import Matchmaker
from recommend.results import Ranking, Request

HERE = Provenance("test")
STAFF = Policy(Audience.MY_MIXERS)
DAY = 86_400.0
N, N_INTRODUCED = 48, 320


def network() -> ChangeSet:
    """Two spaces of people who met now and then over 400 days, most of them inside their space."""
    rng = np.random.default_rng(3)
    changes = ChangeSet("network", "operator", "test")
    changes.nodes += [Node(f"space:{s}", PUBLIC_OPEN, HERE) for s in "ab"]
    for i in range(N):
        changes.nodes.append(Node(f"person:{i}", NETWORK_OPEN, HERE))
        ends = (f"person:{i}", f"space:{'ab'[i % 2]}")
        changes.add_tie(TieKind.MEMBER_OF, *ends, NETWORK_OPEN, PUBLIC_OPEN, HERE)
    for _ in range(300):
        u, v = rng.choice(N, 2, replace=False)
        if (u - v) % 2 == 0 or rng.random() < 0.1:
            met(changes, int(u), int(v), float(rng.integers(1, 400)) * DAY)
    return changes


def met(changes: ChangeSet, u: int, v: int, t: float) -> None:
    changes.add_tie(TieKind.MET, f"person:{u}", f"person:{v}", NETWORK_OPEN, NETWORK_OPEN, HERE, t=t)


def introduce(
    changes: ChangeSet, number: int, u: int, v: int, t: float, state: State, declined: str = "", days: int = 1
) -> None:
    key = f"introduction:{number}"
    fields = {"state": Field(str(state), STAFF, HERE)}
    if declined:
        fields["declined"] = Field(declined, STAFF, HERE)
    changes.nodes.append(Node(key, STAFF, HERE, fields))
    for who in (u, v):
        changes.add_tie(TieKind.PARTY_TO, f"person:{who}", key, STAFF, STAFF, HERE, t=t, until=t + days * DAY)


ENCODER = LexicalEncoder()


def maker_of(changes: ChangeSet, viewer: Viewer = OPERATOR, before: Matchmaker | None = None) -> Matchmaker:
    store = MemoryStore()
    store.apply(changes)
    view = gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION, on=dt.date(1972, 1, 1))
    return Matchmaker(view, ENCODER, before=before)


def pairs() -> list[tuple[int, int, float]]:
    """Draw who is introduced over the days 100 to 380."""
    rng = np.random.default_rng(5)
    drawn = [rng.choice(N, 2, replace=False) for _ in range(N_INTRODUCED)]
    days = 100.0 + 280.0 * np.arange(N_INTRODUCED) / N_INTRODUCED
    return [(int(u), int(v), float(day) * DAY) for (u, v), day in zip(drawn, days, strict=True)]


def introduced(yes: np.ndarray) -> ChangeSet:
    """Introduce the pairs, some of whom say yes."""
    changes = network()
    for number, ((u, v, t), said) in enumerate(zip(pairs(), yes.tolist(), strict=True)):
        introduce(changes, number, u, v, t, State.ACCEPTED if said else State.DECLINED)
    return changes


@cache
def by_weights(bridge: float) -> np.ndarray:
    """Draw outcomes from the score with another weight of the bridge."""
    maker = maker_of(introduced(np.arange(N_INTRODUCED) % 2 == 0))
    z = outcomes_of(maker, maker.config.learning).x @ np.array([1.0, 1.0, 1.0, 1.0, bridge])
    chance = 1.0 / (1.0 + np.exp(-2.0 * (z - z.mean()) / z.std()))
    return np.random.default_rng(6).random(N_INTRODUCED) < chance


COIN = np.random.default_rng(7).random(N_INTRODUCED) < 0.5


def test_where_introductions_across_succeed_lists_lean_more_to_other_communities() -> None:
    maker = maker_of(introduced(by_weights(4.0)))
    weights = maker.weights
    assert weights.learned
    assert weights.n == N_INTRODUCED
    assert weights.ratios["bridge"] > 2.0
    request = Request(ranking=Ranking.INDIVIDUAL, k=5)
    assert share_across(maker.taught(), request) >= share_across(maker, request)
    assert maker.taught().answer(request).recommendations != maker.answer(request).recommendations


@pytest.mark.parametrize("bridge", [1.0, None], ids=["fixed weights", "a coin"])
def test_where_the_fixed_weights_hold_or_a_coin_decides_they_stay(bridge: float | None) -> None:
    maker = maker_of(introduced(COIN if bridge is None else by_weights(bridge)))
    assert not maker.weights.learned
    assert maker.weights.n == N_INTRODUCED
    assert maker.taught() is maker


def share_across(maker: Matchmaker, request: Request) -> float:
    made = maker.answer(request).recommendations
    return float(np.mean([(int(r.person.id) - int(r.partner.id)) % 2 for r in made]))


@pytest.mark.parametrize("viewer", ["person:1", "space:a", "analyst"])
def test_others_than_the_operator_have_fixed_weights(viewer: str) -> None:
    weights = maker_of(introduced(by_weights(4.0)), Viewer.parse(viewer)).weights
    assert (weights.learned, weights.n, weights.gain) == (False, 0, None)


def test_nothing_that_came_later_tells_an_outcome() -> None:
    plain = introduced(COIN)
    later = introduced(COIN)
    rng = np.random.default_rng(9)
    for _ in range(100):
        u, v = rng.choice(N, 2, replace=False)
        met(later, int(u), int(v), 390.0 * DAY)
    a, b = (maker_of(c) for c in (plain, later))
    one, two = (outcomes_of(m, m.config.learning) for m in (a, b))
    assert one.yes.tolist() == two.yes.tolist()
    np.testing.assert_allclose(one.x, two.x)


def test_lack_of_time_and_what_never_was_answered_are_no_vote() -> None:
    changes = introduced(COIN)
    for number, (state, why) in enumerate(
        [(State.DECLINED, Declined.LOAD), (State.EXPIRED, ""), (State.WITHDRAWN, ""), (State.PROPOSED, ""),
         (State.DECLINED, Declined.OTHER), (State.ACCEPTED, ""), (State.HELPED, "")],
        start=N_INTRODUCED,
    ):  # fmt: skip
        introduce(changes, number, 0, 1, 385.0 * DAY, state, why)
    maker = maker_of(changes)
    outcomes = outcomes_of(maker, maker.config.learning)
    assert len(outcomes) == N_INTRODUCED + 3
    assert outcomes.yes[-3:].tolist() == [False, True, True]


def test_blocks_follow_time() -> None:
    maker = maker_of(introduced(COIN))
    outcomes = outcomes_of(maker, maker.config.learning)
    assert np.all(np.diff(outcomes.block) >= 0)
    assert np.bincount(outcomes.block).min() >= N_INTRODUCED // (2 * maker.config.learning.blocks)


def test_an_outcome_teaches_only_what_was_proposed_after_its_answer() -> None:
    changes = network()
    for number, (u, v, t) in enumerate(pairs()):
        late = number == 0  # the first introduction is answered when all others were proposed
        introduce(changes, number, u, v, t, State.ACCEPTED if number % 2 else State.DECLINED, days=400 if late else 1)
    maker = maker_of(changes)
    outcomes = outcomes_of(maker, maker.config.learning)
    assert outcomes.known_from[0] == outcomes.block[-1] + 1
    assert np.all(outcomes.known_from > outcomes.block)
    assert np.median(outcomes.known_from - outcomes.block) == 1


def test_a_project_that_two_share_without_a_date_does_not_tell_their_introduction() -> None:
    """It may have come of it; a project of one of them and of others stays."""
    stranger = next(i for i in range(2, N) if not any({u, v} == {0, i} for u, v, _ in pairs()))
    kept = []
    for who in ((), (0, 1), (0, stranger)):
        changes = introduced(COIN)
        introduce(changes, N_INTRODUCED, 0, 1, 385.0 * DAY, State.HELPED)
        changes.nodes.append(Node("project:1", NETWORK_OPEN, HERE))
        for one in who:
            ends = f"person:{one}", "project:1"
            changes.add_tie(TieKind.COLLABORATED, *ends, NETWORK_OPEN, NETWORK_OPEN, HERE)
        view = maker_of(changes).view
        kept.append(len(before(view, introductions_of(view), 390.0 * DAY).ties_of(TieKind.COLLABORATED)))
    assert kept == [0, 0, 2]


def test_a_kept_matchmaker_computes_only_the_pasts_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[int] = []
    fit = ChanceModel.fit

    def counted(model: ChanceModel, *args: Any, **options: Any) -> ChanceModel:
        fitted.append(1)
        return fit(model, *args, **options)

    first = maker_of(introduced(COIN))
    assert first.weights.n == N_INTRODUCED
    later, earlier = introduced(COIN), introduced(COIN)
    met(later, 0, 1, 395.0 * DAY)
    met(earlier, 0, 1, 50.0 * DAY)
    monkeypatch.setattr(ChanceModel, "fit", counted)
    for changes, most in ((introduced(COIN), 1), (later, 1), (earlier, 1 + first.config.learning.blocks)):
        fitted.clear()
        kept = maker_of(changes, before=first)
        told = outcomes_of(kept, kept.config.learning)
        assert len(fitted) <= most
        np.testing.assert_array_equal(told.x, outcomes_of(maker_of(changes), kept.config.learning).x)


def test_the_chance_of_a_past_is_asked_for_once_for_all_its_people(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    log_chance = ChanceModel.log_chance

    def counted(model: ChanceModel, people: np.ndarray) -> np.ndarray:
        asked.append(len(people))
        return log_chance(model, people)

    monkeypatch.setattr(ChanceModel, "log_chance", counted)
    maker = maker_of(introduced(COIN))
    outcomes_of(maker, maker.config.learning)
    assert len(asked) <= maker.config.learning.blocks
    assert max(asked) <= N
