"""Tables over rounds: nobody twice, nobody apart, nobody met, communities mixed, nobody forgotten (B31, A17)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.errors import WrongUse
from graph.kinds import TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Purpose
from graph.records import Field, Node, Provenance
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend.people import People
from recommend.pipeline import Matchmaker
from recommend.tables.answer import guests_of, tables
from recommend.tables.config import TablesConfig
from recommend.tables.patterns import pattern
from recommend.tables.plan import Broken, Guests, Plan, Wanted, broken, value
from recommend.tables.seating import seated

HERE = Provenance("test")
SHORT = TablesConfig(steps=150, swaps=80)


def guests(n: int, seed: int = 1, communities: int = 4, share_met: float = 0.0, n_apart: int = 0) -> Guests:
    """People of some communities; what pairs are worth is drawn."""
    rng = np.random.default_rng(seed)
    home = rng.permutation(n) % communities
    worth = np.triu(rng.random((n, n)), 1).astype(np.float32)
    met = np.triu(rng.random((n, n)) < share_met, 1)
    apart = np.zeros((n, n), dtype=bool)
    for _ in range(n_apart):
        a, b = rng.choice(n, 2, replace=False)
        apart[a, b] = True
    return Guests(worth + worth.T, apart | apart.T, met | met.T, home[:, None] != home[None, :])


def seat(who: Guests, rounds: int = 3, size: int = 4, config: TablesConfig = SHORT) -> Plan:
    return seated(who, Wanted(rounds, size), config, np.random.default_rng(1))


def everybody_once(plan: Plan, n: int) -> bool:
    return all(sorted(g for table in one for g in table) == list(range(n)) for one in plan)


def test_three_rounds_keep_every_rule() -> None:
    who = guests(32, share_met=0.1, n_apart=20)
    plan = seat(who)
    assert broken(who, plan) == Broken()
    assert everybody_once(plan, 32)
    assert {len(table) for one in plan for table in one} == {4}


def test_ten_rounds_of_thirty_two() -> None:
    who = guests(32)
    plan = seat(who, rounds=10)
    assert len(plan) == 10
    assert broken(who, plan) == Broken()
    met = {pair for one in plan for table in one for pair in combinations(table, 2)}
    assert len(met) == 480


@pytest.mark.parametrize(
    ("tables_", "size", "rounds"),
    [(8, 4, 10), (4, 4, 5), (7, 4, 7), (5, 5, 6), (16, 4, 17), (3, 3, 4), (8, 5, 8)],
)
def test_patterns_seat_everybody_and_nobody_twice(tables_: int, size: int, rounds: int) -> None:
    found = pattern(tables_, size, rounds)
    assert found is not None
    assert found.shape == (rounds, tables_, size)
    pairs = [pair for one in found for table in one for pair in combinations(sorted(table), 2)]
    assert len(pairs) == len(set(pairs))
    assert all(sorted(one.ravel()) == list(range(tables_ * size)) for one in found)
    assert pattern(tables_, size, rounds + 1) is None


def test_no_pattern_where_none_is_known() -> None:
    assert pattern(6, 4, 7) is None


def test_the_plan_is_near_the_best_of_all_plans() -> None:
    """Six people, tables of three, one round: all ten plans are compared."""
    who = guests(6, communities=6)
    best = max(
        value(who, (((0, *rest), tuple(sorted(set(range(6)) - {0, *rest}))),)) for rest in combinations(range(1, 6), 2)
    )
    assert value(who, seat(who, rounds=1, size=3)) == pytest.approx(best)


def test_what_cannot_be_kept_is_counted() -> None:
    who = guests(8, communities=1, share_met=1.0)
    found = broken(who, seat(who, rounds=1))
    assert found == Broken(repeats=0, met=12, unmixed=2, apart=0)
    twice = guests(4, communities=4)
    assert broken(twice, seat(twice, rounds=2)).repeats == 6


def test_two_who_must_not_never_sit_together() -> None:
    n = 4
    who = Guests(*(np.ones((n, n)) - np.eye(n) if i == 0 else m for i, m in enumerate(_all_apart(n))))  # type: ignore[arg-type]
    plan = seat(who, rounds=2)
    assert all(len(table) == 1 for one in plan for table in one)


def _all_apart(n: int) -> tuple[np.ndarray, ...]:
    no = np.zeros((n, n), dtype=bool)
    return no, ~np.eye(n, dtype=bool), no, ~np.eye(n, dtype=bool)


@given(n=st.integers(0, 26), size=st.integers(2, 6), rounds=st.integers(1, 4), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_everybody_has_a_seat_and_tables_are_as_large_as_said(n: int, size: int, rounds: int, seed: int) -> None:
    who = (
        guests(n, seed, share_met=0.2) if n else Guests(*(np.zeros((0, 0), dtype=t) for t in (np.float32, *[bool] * 3)))
    )  # type: ignore[arg-type]
    plan = seat(who, rounds, size, TablesConfig(steps=5, swaps=5))
    wanted = Wanted(rounds, size)
    assert len(plan) == (rounds if n >= 2 else 0)
    for one in plan:
        assert sorted(map(len, one), reverse=True) == list(wanted.sizes(n))
    assert everybody_once(plan, n)
    again = seat(who, rounds, size, TablesConfig(steps=5, swaps=5))
    assert plan == again
    if rounds > wanted.most_rounds(n) and n >= 2:
        assert broken(who, plan).repeats > 0


@pytest.mark.parametrize(("n", "sizes"), [(10, (4, 3, 3)), (5, (5,)), (9, (3, 3, 3)), (13, (4, 3, 3, 3)), (2, (2,))])
def test_sizes(n: int, sizes: tuple[int, ...]) -> None:
    assert Wanted(size=4).sizes(n) == sizes


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"size": 1}, {"size": 7}, {"rounds": 31}])
def test_numbers_out_of_range_are_wrong_use(wrong: dict[str, int]) -> None:
    with pytest.raises(WrongUse, match="expected a whole number"):
        Wanted(**wrong)


def town(n: int = 16) -> ChangeSet:
    """People of two spaces; neighbours have met, the first does not want to sit with the third."""
    changes = ChangeSet("town", "operator", "test")
    for space in ("左", "右"):
        changes.nodes.append(Node(f"space:{space}", PUBLIC_OPEN, HERE, {"name": Field(space, PUBLIC_OPEN, HERE)}))
    for i in range(n):
        changes.nodes.append(Node(f"person:p{i:02}", NETWORK_OPEN, HERE))
        home = "space:左" if i % 2 else "space:右"
        changes.add_tie(TieKind.MEMBER_OF, f"person:p{i:02}", home, NETWORK_OPEN, NETWORK_OPEN, HERE)
    for i in range(n - 1):
        ends = (f"person:p{i:02}", f"person:p{i + 1:02}")
        changes.add_tie(TieKind.MET, *ends, NETWORK_OPEN, NETWORK_OPEN, HERE, t=float(i))
    changes.add_tie(TieKind.NOT_WITH, "person:p00", "person:p02", NETWORK_OPEN, NETWORK_OPEN, HERE)
    return changes


def maker(changes: ChangeSet) -> Matchmaker:
    store = MemoryStore()
    store.apply(changes)
    return Matchmaker(gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION), LexicalEncoder())


def numbers(people: People) -> np.ndarray:
    return np.arange(len(people))


def test_an_answer_keeps_blocks_meetings_and_communities() -> None:
    made = maker(town())
    answer = tables(made, numbers(made.people), Wanted(rounds=2), SHORT)
    assert answer.broken == Broken()
    assert answer.without_seat == ()
    for one in answer.rounds:
        for table in one:
            keys = {guest.party.id for guest in table.guests}
            assert not {"p00", "p02"} <= keys
            assert {c for g in table.guests for c in g.party.communities} == {"左", "右"}
    assert any(table.why for one in answer.rounds for table in one)


def test_worth_is_symmetric_and_between_0_and_1() -> None:
    made = maker(town())
    who = guests_of(made, numbers(made.people))
    assert np.array_equal(who.worth, who.worth.T)
    assert who.worth.min() >= 0
    assert who.worth.max() == 1
    assert (np.diag(who.worth) == 0).all()


def test_a_community_of_all_tells_nobody_apart() -> None:
    made = maker(town())
    left = np.array([i for i in range(16) if i % 2], dtype=np.intp)
    assert not guests_of(made, left).across.any()


def test_too_many_people_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = maker(town())
    monkeypatch.setattr("recommend.tables.answer.MOST_GUESTS", 3)
    with pytest.raises(WrongUse, match="at most 3"):
        tables(made, numbers(made.people), Wanted())
