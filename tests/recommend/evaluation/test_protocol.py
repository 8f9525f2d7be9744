import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import Refused
from recommend.evaluation.network import (
    Attendances,
    Meetings,
    Memberships,
    NetworkData,
    Texts,
    distinct_ties,
    training_adjacency,
)
from recommend.evaluation.protocol import REGIMES, Candidates, Parameters, Regime, Split, split


def pairs(made: Split, regime: Regime) -> set[tuple[str, str]]:
    chosen, ids = made.truth.relevant(regime), made.training.ids
    ends = zip(made.truth.u[chosen], made.truth.v[chosen], strict=True)
    return {(ids[u], ids[v]) for u, v in ends}


def names(made: Split, positions: np.ndarray) -> set[str]:
    return {made.training.ids[i] for i in positions}


def test_the_cut_is_the_time_of_the_tie_at_the_position_and_equal_times_are_training(village_split: Split) -> None:
    assert village_split.cut == 7.0
    training = village_split.training
    assert len(distinct_ties(training.edges, training.n_people).u) == 8
    assert len(training.edges.u) == 9  # a1-a2 met twice by then; the third time is dropped


def test_held_out_ties_and_their_regimes(village_split: Split) -> None:
    assert pairs(village_split, "all") == {("a2", "b1"), ("a1", "b3"), ("a2", "c1")}
    assert pairs(village_split, "open") == pairs(village_split, "cross") == {("a2", "b1"), ("a1", "b3")}
    assert pairs(village_split, "far") == {("a1", "b3")}


def test_only_people_with_a_tie_are_known_but_others_with_evidence_stay(village_split: Split) -> None:
    assert village_split.training.ids == ("a1", "a2", "a3", "b1", "b2", "b3", "c1", "d1")
    assert names(village_split, np.flatnonzero(~village_split.known)) == {"d1"}


def test_people_without_evidence_before_the_cut_are_not_in_the_training_part(village: NetworkData) -> None:
    made = split(village, Parameters(training_share=0.1))  # the cut is t = 2: only a1, a2, a3 have met
    assert made.training.ids == ("a1", "a2", "a3")  # b2 has a text without a time, which does not say since when
    assert made.training.texts.text == ("repairs bicycles",)


def test_nothing_after_the_cut_is_in_the_training_part(village_split: Split) -> None:
    training = village_split.training
    assert training.groups.names == ("choir", "quiz")
    assert training.groups.since.tolist() == [2.0, 6.0, 3.0]
    assert training.events.names == ("hike",)
    assert training.texts.text == ("repairs bicycles", "grows beans")  # the undated one is kept


def test_everybody_asked_about_has_a_relevant_partner(village_split: Split) -> None:
    assert names(village_split, village_split.people["all"]) == {"a1", "a2", "b1", "b3", "c1"}
    assert names(village_split, village_split.people["far"]) == {"a1", "b3"}


@pytest.mark.parametrize(
    ("regime", "expected"),
    [("all", {"b1", "b2", "b3", "c1"}), ("open", {"b1", "b2", "b3", "c1"}), ("cross", {"b1", "b2", "b3"})],
)
def test_candidates_of_one_person(village_split: Split, regime: Regime, expected: set[str]) -> None:
    mask = Candidates(village_split).mask(np.array([0]), regime)
    assert names(village_split, np.flatnonzero(mask[0])) == expected


def test_far_candidates_share_no_neighbour(village_split: Split) -> None:
    mask = Candidates(village_split).mask(np.array([0, 6]), "far")
    assert names(village_split, np.flatnonzero(mask[0])) == {"b2", "b3"}  # a1 and b1 both know a3
    assert not mask[1].any()  # c1 has no community


def test_several_communities_count_as_shared_when_one_is() -> None:
    data = network(
        5, [(0, 1, 1), (2, 3, 2), (1, 2, 3), (0, 2, 9), (0, 3, 9)], [["A", "B"], ["A"], ["B", "C"], ["C"], []]
    )
    made = split(data, Parameters(training_share=0.4))
    assert pairs(made, "all") == {("0", "2"), ("0", "3")}
    assert pairs(made, "cross") == {("0", "3")}


def test_at_most_the_stated_number_of_people_is_asked_about_and_the_regimes_share_them(village: NetworkData) -> None:
    made = split(village, Parameters(training_share=0.5, max_people=2, seed=3))
    assert [len(made.people[regime]) for regime in REGIMES] == [2, 2, 2, 2]
    assert np.array_equal(made.people["open"], made.people["cross"])
    again = split(village, Parameters(training_share=0.5, max_people=2, seed=3))
    assert all(np.array_equal(made.people[regime], again.people[regime]) for regime in REGIMES)


def test_a_network_without_times_is_refused_with_the_reason() -> None:
    data = network(3, [(0, 1, np.nan), (1, 2, np.nan)], [["A"], ["A"], ["B"]])
    with pytest.raises(Refused, match="the protocol needs times"):
        split(data)


def test_a_network_in_which_nothing_follows_is_refused() -> None:
    with pytest.raises(Refused, match="no tie after the cut"):
        split(network(3, [(0, 1, 1), (1, 2, 1)], [["A"], ["A"], ["B"]]))


def test_an_undated_tie_is_never_held_out() -> None:
    meetings = [(0, 1, 1), (2, 3, 2), (1, 2, 3), (0, 2, 8), (0, 3, np.nan), (0, 3, 9), (1, 3, 9)]
    made = split(network(4, meetings, [["A"], ["B"], ["A"], ["B"]]), Parameters(training_share=0.4))
    assert pairs(made, "all") == {("0", "2"), ("1", "3")}


few = settings(max_examples=25, deadline=None)


def network(n: int, meetings: list[tuple[int, int, float]], communities: list[list[str]]) -> NetworkData:
    u, v, t = np.array(meetings, dtype=np.float64).reshape(-1, 3).T
    return NetworkData(
        ids=tuple(str(i) for i in range(n)),
        communities=tuple(tuple(own) for own in communities),
        since=np.full(n, np.nan),
        edges=Meetings(u.astype(np.int64), v.astype(np.int64), t),
    )


@st.composite
def networks(draw: st.DrawFn) -> NetworkData:
    n = draw(st.integers(3, 9))
    person, time = st.integers(0, n - 1), st.integers(0, 12) | st.just(np.nan)
    met = draw(st.lists(st.tuples(person, person, st.integers(0, 12) | time), min_size=4, max_size=40))
    labels = st.lists(st.sampled_from("ABC"), max_size=2, unique=True)
    joined = np.array(draw(st.lists(st.tuples(person, st.integers(0, 2), time), max_size=8)), dtype=np.float64)
    went = np.array(draw(st.lists(st.tuples(st.integers(0, 2), person, time), max_size=8)), dtype=np.float64)
    said = np.array(draw(st.lists(st.tuples(person, time), max_size=5)), dtype=np.float64)
    joined, went, said = joined.reshape(-1, 3), went.reshape(-1, 3), said.reshape(-1, 2)
    data = network(n, [m for m in met if m[0] != m[1]], [draw(labels) for _ in range(n)])
    return NetworkData(
        ids=data.ids,
        communities=data.communities,
        since=np.array([draw(time) for _ in range(n)], dtype=np.float64),
        edges=data.edges,
        groups=Memberships(("x", "y", "z"), joined[:, 0].astype(np.int64), joined[:, 1].astype(np.int64), joined[:, 2]),
        events=Attendances(("p", "q", "r"), went[:, 0].astype(np.int64), went[:, 1].astype(np.int64), went[:, 2]),
        texts=Texts(said[:, 0].astype(np.int64), said[:, 1], ("t",) * len(said), ("",) * len(said)),
    )


def split_or_none(data: NetworkData) -> Split | None:
    try:
        return split(data)
    except Refused:
        return None


@few
@given(networks())
def test_no_held_out_pair_met_in_training_and_both_are_known(data: NetworkData) -> None:
    if made := split_or_none(data):
        ties = training_adjacency(made.training)
        assert np.asarray(ties[made.truth.u, made.truth.v]).sum() == 0
        assert made.known[made.truth.u].all()
        assert made.known[made.truth.v].all()
        assert (made.truth.t > made.cut).all()


@few
@given(networks())
def test_nothing_dated_after_the_cut_leaks(data: NetworkData) -> None:
    if made := split_or_none(data):
        part = made.training
        for times in (part.edges.t, part.groups.since, part.events.t, part.texts.t, part.since):
            assert not (times > made.cut).any()


@few
@given(networks())
def test_the_training_part_has_at_least_the_share_and_no_later_tie_is_forgotten(data: NetworkData) -> None:
    if made := split_or_none(data):
        whole, part = (
            distinct_ties(data.edges, data.n_people),
            distinct_ties(made.training.edges, made.training.n_people),
        )
        dated = np.isfinite(whole.first)
        assert (whole.first[dated] <= made.cut).sum() > int(0.8 * dated.sum())
        assert (whole.first <= made.cut).sum() == len(part.u)
        index = {person: i for i, person in enumerate(made.training.ids) if made.known[i]}
        later = [
            (index[data.ids[u]], index[data.ids[v]])
            for u, v, first in zip(whole.u, whole.v, whole.first, strict=True)
            if first > made.cut and data.ids[u] in index and data.ids[v] in index
        ]
        assert later == list(zip(made.truth.u, made.truth.v, strict=True))


@few
@given(networks())
def test_every_relevant_partner_is_a_candidate_and_regimes_narrow(data: NetworkData) -> None:
    if made := split_or_none(data):
        candidates = Candidates(made)
        everybody = np.arange(made.training.n_people)
        masks = {regime: candidates.mask(everybody, regime) for regime in REGIMES}
        for regime in REGIMES:
            chosen = made.truth.relevant(regime)
            assert masks[regime][made.truth.u[chosen], made.truth.v[chosen]].all()
            assert (masks[regime] == masks[regime].T)[np.ix_(made.known, made.known)].all()
        assert (masks["all"] == masks["open"]).all()
        assert (masks["cross"] <= masks["all"]).all()
        assert (masks["far"] <= masks["cross"]).all()
        assert not masks["all"].diagonal().any()


@few
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(data: NetworkData, random: object) -> None:
    order = list(range(len(data.edges.u)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = NetworkData(
        data.ids,
        data.communities,
        data.since,
        edges=Meetings(data.edges.u[order], data.edges.v[order], data.edges.t[order]),
        groups=data.groups,
        events=data.events,
        texts=data.texts,
    )
    one, other = split_or_none(data), split_or_none(shuffled)
    assert (one is None) == (other is None)
    if one and other:
        assert all(pairs(one, regime) == pairs(other, regime) for regime in REGIMES)
        assert all(np.array_equal(one.people[regime], other.people[regime]) for regime in REGIMES)
