"""The choice of a recipe and what holds for every history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import Refused, WrongUse
from recommend.chance import ChanceConfig, ChanceModel, Groups, History, Meetings, Teams

Make = Callable[..., History]
KINDS = ["c", "p", "t", "g", "ct", "cg", "tg", "pt", "pg", "ctg"]
any_world = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("kinds", "recipes"),
    [
        ("c", ("contacts",)),
        ("p", ("plain",)),
        ("t", ("teams",)),
        ("g", ("groups",)),
        ("cg", ("contacts", "groups")),
        ("ptg", ("plain", "teams", "groups")),
    ],
)
def test_the_kind_of_data_chooses_the_recipe(random_history: Make, kinds: str, recipes: tuple[str, ...]) -> None:
    assert ChanceModel().fit(random_history(1, kinds)).kinds_ == recipes


def test_meetings_that_events_or_groups_tell_are_counted_there_alone() -> None:
    t = np.array([1.0, 1.0, 2.0, 2.0])
    teams = Teams(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), t)
    groups = Groups(np.array([0, 0]), np.array([0, 3]), np.array([4.0, 9.0]))
    told = Meetings(np.array([1, 2, 3]), np.array([0, 1, 0]), np.array([1.0, 2.0, 9.0]))
    assert ChanceModel().fit(History(4, told, teams, groups)).kinds_ == ("teams", "groups")
    own = Meetings(np.array([1, 2]), np.array([0, 3]), np.array([1.0, 7.0]))
    assert ChanceModel().fit(History(4, own, teams, groups)).kinds_ == ("contacts", "teams", "groups")


def test_groups_alone_walk_over_their_members_and_over_meetings_where_there_are_some() -> None:
    groups = Groups(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), np.array([1.0, 2.0, 3.0, 4.0]))
    walked = ChanceModel().fit(History(4, groups=groups)).factors(np.array([0]))["long_walk"][0]
    assert walked[1] > walked[2] > walked[3] == 0.0
    told = Meetings(np.array([1]), np.array([2]), np.array([4.0]))
    walked = ChanceModel().fit(History(4, told, groups=groups)).factors(np.array([0]))["long_walk"][0]
    assert not walked.any()


@pytest.mark.parametrize("n_people", [0, 1, 5])
def test_with_nothing_known_all_are_equal(n_people: int) -> None:
    model = ChanceModel().fit(History(n_people))
    assert model.kinds_ == ()
    assert model.factors(np.arange(n_people)) == {}
    assert not model.log_chance(np.arange(n_people)).any()


def test_a_group_nobody_shares_and_a_tie_of_two_give_finite_chances() -> None:
    history = History(3, Meetings(np.array([0]), np.array([1]), np.array([np.nan])), groups=_group_of(2))
    chances = ChanceModel().fit(history).log_chance(np.arange(3))
    assert np.isfinite(chances).all()
    assert chances[0, 1] > chances[0, 2]
    assert np.ptp(chances[2, :2]) == 0.0


def _group_of(person: int) -> Groups:
    return Groups(np.array([0]), np.array([person]), np.array([5.0]))


@any_world
@given(seed=st.integers(0, 10_000), kinds=st.sampled_from(KINDS), sparse_above=st.sampled_from([0, 20_000]))
def test_finite_everywhere_and_a_row_does_not_depend_on_its_block(
    random_history: Make, seed: int, kinds: str, sparse_above: int
) -> None:
    model = ChanceModel(ChanceConfig(sparse_above=sparse_above)).fit(random_history(seed, kinds))
    everybody = model.log_chance(np.arange(25))
    assert everybody.shape == (25, 25)
    assert everybody.dtype == np.float64
    assert np.isfinite(everybody).all()
    some = np.array([7, 0, 7])
    assert model.log_chance(some) == pytest.approx(everybody[some])
    entering = zip(model.factors_, model.factors(some).values(), model.floors_, strict=True)
    assert everybody[some] == pytest.approx(sum(f.weight * np.log(values + floor) for f, values, floor in entering))
    for values in model.factors(some).values():
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        assert (values[[0, 1, 2], some] == 0).all()


@any_world
@given(seed=st.integers(0, 10_000), kinds=st.sampled_from(KINDS))
def test_the_order_of_people_does_not_matter(random_history: Make, seed: int, kinds: str) -> None:
    history = random_history(seed, kinds)
    place = np.random.default_rng(seed).permutation(25)
    met, teams, groups = history.meetings, history.teams, history.groups
    moved = History(
        25,
        replace(met, u=place[met.u], v=place[met.v]),
        replace(teams, person=place[teams.person]),
        replace(groups, person=place[groups.person]),
        history.communities()[np.argsort(place)],
    )
    before = ChanceModel().fit(history).log_chance(np.arange(25))
    after = ChanceModel().fit(moved).log_chance(place)
    assert after[:, place] == pytest.approx(before)


@any_world
@given(seed=st.integers(0, 10_000), kinds=st.sampled_from(KINDS))
def test_unit_and_origin_of_time_do_not_matter(random_history: Make, seed: int, kinds: str) -> None:
    history = random_history(seed, kinds)
    met, teams, groups = history.meetings, history.teams, history.groups
    days = replace(
        history,
        meetings=replace(met, t=met.t / 86_400 - 7.0),
        teams=replace(teams, t=teams.t / 86_400 - 7.0),
        groups=replace(groups, since=groups.since / 86_400 - 7.0),
    )
    before, after = (ChanceModel().fit(h).log_chance(np.arange(25)) for h in (history, days))
    assert after == pytest.approx(before)


def test_people_who_are_not_there_and_a_model_without_history_are_refused() -> None:
    with pytest.raises(WrongUse, match="fit first"):
        ChanceModel().log_chance(np.array([0]))
    with pytest.raises(Refused, match="expected 0 to 2"):
        ChanceModel().fit(History(3)).log_chance(np.array([3]))


def test_a_config_round_trips_and_refuses_what_it_does_not_know() -> None:
    config = ChanceConfig(tau=0.2, n_steps=5)
    assert ChanceConfig.model_validate_json(config.model_dump_json()) == config
    for wrong in ({"taus": 0.2}, {"tau": 0.0}, {"restart": 1.0}, {"tau": float("nan")}):
        with pytest.raises(ValueError, match="validation error"):
            ChanceConfig.model_validate(wrong)
    assert all(field.description for field in ChanceConfig.model_fields.values())
