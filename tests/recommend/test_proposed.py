"""Who was proposed to whom already is not proposed again while that stands (B15)."""

from __future__ import annotations

import datetime as dt

import pytest

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.introductions import Declined, State
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, Audience, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR, Viewer
from recommend.cycles import circles
from recommend.destinations.ranking import Destinations
from recommend.pipeline import Matchmaker
from recommend.results import Ranking, Request, Scope
from recommend.weaving import weave
from recommend.why import Obstacle, explain
from service.languages import Lang
from service.pairs.words import obstacle_words

HERE = Provenance("test")
STAFF = Policy(Audience.MY_MIXERS)
ENCODER = LexicalEncoder()
TODAY = dt.date(2026, 4, 20)
FRESH, OLD = dt.date(2026, 4, 10), dt.date(2026, 4, 1)


def town() -> ChangeSet:
    """Three people in a room each: a helps b, b helps c, c helps a; c knows d, who says nothing."""
    changes = ChangeSet("town", "operator", "test")
    for key in "abcd":
        changes.nodes += [Node(f"person:{key}", NETWORK_OPEN, HERE), Node(f"space:{key}", NETWORK_OPEN, HERE)]
        ends = f"person:{key}", f"space:{key}"
        changes.add_tie(TieKind.MEMBER_OF, *ends, NETWORK_OPEN, NETWORK_OPEN, HERE)
    said = {"a": ("確定申告の書き方", "畑の草刈りの人手"), "b": ("祭りのチラシのデザイン", "確定申告の書き方"),
            "c": ("畑の草刈りの人手", "祭りのチラシのデザイン")}  # fmt: skip
    for key, (offer, need) in said.items():
        for kind, text in ((StatementKind.OFFER, offer), (StatementKind.NEED, need)):
            changes.statements.append(Statement(f"person:{key}", kind, text, NETWORK_OPEN, HERE))
    changes.add_tie(TieKind.MET, "person:c", "person:d", NETWORK_OPEN, NETWORK_OPEN, HERE, t=1.0)
    return changes


def introduced(state: State, why: str = "", on: dt.date = FRESH) -> ChangeSet:
    changes = ChangeSet(f"{state} {why}", "operator", "test")
    fields = {"state": Field(str(state), STAFF, HERE)}
    if why:
        fields["declined"] = Field(why, STAFF, HERE)
    changes.nodes.append(Node("introduction:1", STAFF, HERE, fields))
    until = None if state is State.PROPOSED else first_second(on)
    for who in "ab":
        ends = f"person:{who}", "introduction:1"
        changes.add_tie(TieKind.PARTY_TO, *ends, STAFF, STAFF, HERE, t=first_second(on), until=until)
    return changes


def maker(store: MemoryStore, viewer: Viewer = OPERATOR, before: Matchmaker | None = None) -> Matchmaker:
    view = gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION, on=TODAY)
    return Matchmaker(view, ENCODER, before=before)


def store_of(*changes: ChangeSet) -> MemoryStore:
    store = MemoryStore()
    for one in (town(), *changes):
        store.apply(one)
    return store


def pairs(made: Matchmaker, ranking: Ranking = Ranking.INDIVIDUAL) -> set[frozenset[str]]:
    answer = made.answer(Request(ranking=ranking, scope=Scope.ANY, k=5))
    return {frozenset((r.person.id, r.partner.id)) for r in answer.recommendations}


STANDS = [
    (State.PROPOSED, "", FRESH, True),
    (State.PROPOSED, "", OLD, False),
    (State.ACCEPTED, "", OLD, True),
    (State.DECLINED, Declined.OTHER, OLD, True),
    (State.DECLINED, "", OLD, True),
    (State.DECLINED, Declined.LOAD, OLD, False),
    (State.EXPIRED, "", OLD, False),
    (State.WITHDRAWN, "", OLD, False),
]


@pytest.mark.parametrize(("state", "why", "on", "stands"), STANDS)
@pytest.mark.parametrize("ranking", list(Ranking))
def test_who_waits_agreed_or_said_no_is_not_proposed_again(
    state: State, why: str, on: dt.date, stands: bool, ranking: Ranking
) -> None:
    assert frozenset("ab") in pairs(maker(store_of()), ranking)
    assert (frozenset("ab") not in pairs(maker(store_of(introduced(state, why, on))), ranking)) == stands


def test_destinations_leave_them_out_too() -> None:
    request = Request(person="a", kinds=(NodeKind.PERSON, NodeKind.SPACE), scope=Scope.ANY)
    for store, there in ((store_of(), True), (store_of(introduced(State.DECLINED)), False)):
        answer = Destinations(maker(store)).answer(request)
        assert ("b" in {r.partner.id for r in answer.recommendations}) == there


def test_why_says_so_to_the_operator_alone() -> None:
    store = store_of(introduced(State.DECLINED, Declined.OTHER))
    for viewer, told in ((OPERATOR, True), (Viewer.parse("person:a"), False)):
        made = maker(store, viewer)
        found = explain(made, made.view.find("person:a"), made.view.find("person:b"), Scope.ANY)
        assert (Obstacle.PROPOSED in found.obstacles) == told
    assert all(obstacle_words(Obstacle.PROPOSED, lang) for lang in Lang)


def test_lists_of_others_do_not_depend_on_it() -> None:
    before, after = store_of(), store_of(introduced(State.DECLINED))
    for viewer in ("person:a", "space:a", "analyst"):
        assert pairs(maker(before, Viewer.parse(viewer))) == pairs(maker(after, Viewer.parse(viewer)))


def test_nobody_is_asked_to_help_who_said_no() -> None:
    for store, there in ((store_of(), True), (store_of(introduced(State.DECLINED)), False)):
        made = maker(store)
        woven = weave(made, made.view.find("person:b"))
        assert ("a" in {helper.party.id for helper in woven.team}) == there
        assert bool(circles(made, made.people.targets(Request())).circles) == there


def test_an_answer_is_in_the_next_list_of_a_matchmaker_that_is_kept() -> None:
    store = store_of(introduced(State.DECLINED, Declined.LOAD))
    first = maker(store)
    assert frozenset("ab") in pairs(first)
    changed = ChangeSet("another reason", "operator", "test")
    fields = {"state": Field("declined", STAFF, HERE), "declined": Field("other", STAFF, HERE)}
    changed.nodes.append(Node("introduction:1", STAFF, HERE, fields))
    store.apply(changed)
    assert frozenset("ab") not in pairs(maker(store, before=first))
