"""Key persons and offices are labelled, reached step by step, and never flooded (B15)."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.erasure import erase
from graph.errors import Unknown, WrongUse
from graph.kinds import NodeKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance
from graph.standing import end_key, name_key
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import OPERATOR, Viewer
from recommend.destinations.ranking import Destinations
from recommend.people import People
from recommend.pipeline import Matchmaker, recommend
from recommend.results import Answer, Band, Ranking, Reason, ReasonCode, Request, Scope
from recommend.ways import Ways
from recommend.why import Obstacle, explain
from recommend.wording import Reader, sentence

HERE = Provenance("test")
STAFF = Policy(Audience.MY_MIXERS)
DAY = dt.date(2026, 4, 1)
ENCODER = LexicalEncoder()


def town(n: int = 8) -> MemoryStore:
    """A room of people p0..p(n-1) in a chain: p0-p1-p2-...; an office whose voice is the last of them."""
    changes = ChangeSet("town", "operator", "test")
    changes.nodes.append(Node("space:room", PUBLIC_OPEN, HERE, {"name": Field("見本の間", PUBLIC_OPEN, HERE)}))
    changes.nodes.append(Node("organisation:office", NETWORK_OPEN, HERE))
    for i in range(n):
        changes.nodes.append(Node(f"person:p{i}", NETWORK_OPEN, HERE))
        changes.add_tie(TieKind.MEMBER_OF, f"person:p{i}", "space:room", NETWORK_OPEN, PUBLIC_OPEN, HERE)
    for i in range(n - 1):
        ends = (f"person:p{i}", f"person:p{i + 1}")
        changes.add_tie(TieKind.MET, *ends, NETWORK_OPEN, NETWORK_OPEN, HERE, t=float(i))
    voice = (f"person:p{n - 1}", "organisation:office")
    changes.add_tie(TieKind.REPRESENTS, *voice, NETWORK_OPEN, NETWORK_OPEN, HERE)
    store = MemoryStore()
    store.apply(changes)
    return store


def propose(store: MemoryStore, a: str, b: str, answered: dt.date | None = None) -> None:
    key = f"introduction:{a}{b}"
    changes = ChangeSet(f"{key} {answered}", "operator", "test")
    changes.nodes.append(Node(key, STAFF, HERE))
    until = None if answered is None else first_second(answered)
    for who in (a, b):
        changes.add_tie(TieKind.PARTY_TO, f"person:{who}", key, STAFF, STAFF, HERE, t=first_second(DAY), until=until)
    store.apply(changes)


def named(store: MemoryStore, who: str, cap: int) -> None:
    store.apply(name_key(store.snapshot(), who, "見本の間", cap, DAY, "operator"))


def view_of(store: MemoryStore, viewer: Viewer = OPERATOR) -> View:
    return gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION, on=dt.date(2026, 4, 10))


def ask(view: View, **request: object) -> Answer:
    return recommend(view, Request(**request), ENCODER)  # type: ignore[arg-type]


def proposed(answer: Answer) -> Counter[str]:
    return Counter(i for r in answer.recommendations for i in (r.person.id, r.partner.id))


def codes(answer: Answer, partner: str) -> set[ReasonCode]:
    return {r.code for made in answer.recommendations if made.partner.id == partner for r in made.reasons}


def test_a_key_person_is_labelled_with_the_cap() -> None:
    store = town()
    named(store, "person:p5", 2)
    propose(store, "p5", "p0")
    answer = ask(view_of(store), person="p1", ranking=Ranking.INDIVIDUAL)
    label = next(
        r for made in answer.recommendations if made.partner.id == "p5"
        for r in made.reasons if r.code is ReasonCode.KEY_PERSON
    )  # fmt: skip
    assert dict(label.values) == {"names": "見本の間", "n": 2}
    assert ReasonCode.KEY_PERSON not in codes(answer, "p6")


@pytest.mark.parametrize("code", [ReasonCode.KEY_PERSON, ReasonCode.SHARED_EVENT, ReasonCode.SHARED_GROUP])
def test_several_names_stand_side_by_side_as_the_language_does(code: ReasonCode) -> None:
    made = ask(view_of(town()), person="p1", ranking=Ranking.INDIVIDUAL).recommendations[0]
    reason = Reason(code, Band.FAIR, values={"names": "見本の間、例の間", "n": 2})
    assert "見本の間、例の間" in str(sentence(reason, made, "ja", Reader.VIEWER))
    assert "見本の間, 例の間" in str(sentence(reason, made, "en", Reader.VIEWER))
    assert "、" not in str(sentence(reason, made, "en", Reader.VIEWER))


def test_a_key_organisation_is_labelled() -> None:
    store = town()
    named(store, "organisation:office", 2)
    request = Request(person="p1", kinds=(NodeKind.ORGANISATION,), scope=Scope.ANY)
    (made,) = Destinations(Matchmaker(view_of(store), ENCODER)).answer(request).recommendations
    assert ReasonCode.KEY_PERSON in {r.code for r in made.reasons}


@pytest.mark.parametrize("ranking", list(Ranking))
def test_who_is_full_is_proposed_to_nobody_until_one_answers(ranking: Ranking) -> None:
    store = town()
    named(store, "person:p5", 1)
    propose(store, "p5", "p0")
    assert proposed(ask(view_of(store), ranking=ranking))["p5"] == 0
    propose(store, "p5", "p0", answered=dt.date(2026, 4, 9))
    assert proposed(ask(view_of(store), ranking=ranking))["p5"] > 0


def test_an_introduction_that_nobody_answers_waits_for_two_weeks() -> None:
    store = town()
    named(store, "person:p5", 1)
    propose(store, "p5", "p0")
    for day, waiting in ((14, 1), (15, 1), (16, 0)):
        view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION, on=dt.date(2026, 4, day))
        assert [key.waiting for key in Ways(People.of(view)).to_keys()] == [waiting]


def test_with_an_erased_partner_nobody_waits() -> None:
    store = town()
    named(store, "person:p5", 1)
    propose(store, "p5", "p0")
    propose(store, "p5", "p1", answered=dt.date(2026, 4, 9))
    erase(store, ["person:p0"], "operator")
    assert [key.waiting for key in Ways(People.of(view_of(store))).to_keys()] == [0]
    assert [i for i in store.snapshot().nodes.ids if i.startswith("introduction:")] == ["introduction:p5p1"]


def test_everybody_takes_three_at_a_time() -> None:
    store = town()
    for other in ("p0", "p1"):
        propose(store, "p5", other)
    assert proposed(ask(view_of(store), ranking=Ranking.INDIVIDUAL))["p5"] > 0
    propose(store, "p5", "p2")
    assert proposed(ask(view_of(store), ranking=Ranking.INDIVIDUAL))["p5"] == 0
    told = explain(Matchmaker(view_of(store), ENCODER), *(view_of(store).find(f"person:{i}") for i in ("p5", "p7")),
                   Scope.ANY)  # fmt: skip
    assert Obstacle.WAITING in told.obstacles


@settings(max_examples=25, deadline=None)
@given(caps=st.lists(st.integers(1, 4), min_size=9, max_size=9), waiting=st.lists(st.integers(0, 3), min_size=9,
       max_size=9), capacity=st.integers(1, 4), pairs=st.integers(1, 20))  # fmt: skip
def test_no_round_gives_anybody_more_than_their_room(
    caps: list[int], waiting: list[int], capacity: int, pairs: int
) -> None:
    store = town(9)
    for i, cap in enumerate(caps):
        named(store, f"person:p{i}", cap)
    extra = ChangeSet("far away", "operator", "test")
    extra.nodes.append(Node("person:elsewhere", Policy(Audience.NETWORK, Matching.NONE), HERE))
    store.apply(extra)
    for i, n in enumerate(waiting):
        for j in range(n):
            key = f"introduction:{i}-{j}"
            changes = ChangeSet(key, "operator", "test")
            changes.nodes.append(Node(key, STAFF, HERE))
            for who in (f"p{i}", "elsewhere"):
                changes.add_tie(TieKind.PARTY_TO, f"person:{who}", key, STAFF, STAFF, HERE, t=first_second(DAY))
            store.apply(changes)
    got = proposed(ask(view_of(store), capacity=capacity, pairs=pairs))
    for i in range(9):
        assert got[f"p{i}"] <= min(capacity, max(caps[i] - waiting[i], 0))


@pytest.mark.parametrize("capacity", [4, 6])
def test_a_capacity_above_the_usual_cap_is_used(capacity: int) -> None:
    """By all but key persons and those of whom as many as usual wait for an answer already."""
    store = town(15)
    named(store, "person:p7", 2)
    for other in ("p0", "p1", "p2"):
        propose(store, "p5", other)
    got = proposed(ask(view_of(store), capacity=capacity, pairs=60))
    assert max(got.values()) == capacity
    assert got["p7"] <= 2
    assert got["p5"] == 0
    assert max(got[i] for i in ("p0", "p1", "p2")) == capacity - 1


def test_a_changed_cap_is_in_the_next_answer_of_a_matchmaker_that_is_kept() -> None:
    store = town()
    named(store, "person:p5", 3)
    propose(store, "p5", "p0")
    before = Matchmaker(view_of(store), ENCODER)
    assert proposed(before.answer(Request(ranking=Ranking.INDIVIDUAL)))["p5"] > 0
    named(store, "person:p5", 1)
    after = Matchmaker(view_of(store), ENCODER, before=before)
    assert proposed(after.answer(Request(ranking=Ranking.INDIVIDUAL)))["p5"] == 0


def test_the_way_to_a_key_person_names_who_is_to_be_asked() -> None:
    store = town(5)
    changes = ChangeSet("unasked", "operator", "test")
    changes.nodes.append(Node("person:p2", Policy(Audience.NETWORK, Matching.OWNER_FIRST), HERE))
    store.apply(changes)
    named(store, "person:p3", 2)
    named(store, "organisation:office", 1)
    view = view_of(store)
    near, far = Ways(People.of(view)).to_keys(view.find("person:p0"))
    assert (near.party.id, near.cap, near.waiting, near.spaces) == ("p3", 2, 0, ("見本の間",))
    assert [(s.party.id, s.ask_first) for s in near.way or ()] == [("p1", False), ("p2", True), ("p3", False)]
    assert far.party.id == "organisation:office"
    assert [s.party.id for s in far.way or ()] == ["p1", "p2", "p3", "p4"]
    assert all(key.way is None for key in Ways(People.of(view)).to_keys())


@pytest.mark.parametrize("viewer", ["person:p1", "space:room", "analyst", "public"])
def test_others_than_mixers_learn_nothing_of_keys_and_loads(viewer: str) -> None:
    store = town()
    before = view_of(store, Viewer.parse(viewer))
    named(store, "person:p5", 1)
    propose(store, "p5", "p0")
    after = view_of(store, Viewer.parse(viewer))
    assert len(after.ties) == len(before.ties)
    assert Ways(People.of(after)).to_keys() == ()


def test_a_key_is_ended_and_bad_ones_are_refused() -> None:
    store = town()
    named(store, "person:p5", 1)
    store.apply(end_key(store.snapshot(), "person:p5", "room", "operator"))
    assert Ways(People.of(view_of(store))).to_keys() == ()
    with pytest.raises(Unknown):
        end_key(store.snapshot(), "person:p5", "room", "operator")
    for who, cap in (("space:room", 3), ("person:p1", 0), ("person:p1", 101)):
        with pytest.raises(WrongUse):
            name_key(store.snapshot(), who, "room", cap, DAY, "operator")
