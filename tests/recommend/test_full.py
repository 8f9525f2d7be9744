"""Whoever has as many introductions waiting as they take is asked for nothing more (B15)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.standing import name_key
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend.cycles import circles
from recommend.destinations.ranking import Destinations
from recommend.gatherings import gatherings
from recommend.pipeline import Matchmaker
from recommend.results import Request, Scope
from recommend.weaving import weave
from service.languages import Lang
from service.recommendations.access import Asked
from service.recommendations.logic import Question, Result
from service.recommendations.tables import to_lines

HERE = Provenance("test")
STAFF = Policy(Audience.MY_MIXERS)
DAY = dt.date(2026, 4, 1)
SAID = {"a": ("確定申告の書き方", "畑の草刈りの人手"), "b": ("祭りのチラシのデザイン", "確定申告の書き方"),
        "c": ("畑の草刈りの人手", "祭りのチラシのデザイン")}  # fmt: skip
"""Offer and need of each: a helps b, b helps c, c helps a."""


def town() -> MemoryStore:
    """Three people in a room each, and an office for which v and w speak; u only waits."""
    changes = ChangeSet("town", "operator", "test")
    changes.nodes.append(Node("organisation:office", NETWORK_OPEN, HERE))
    changes.nodes.append(Node("person:u", Policy(Audience.NETWORK, Matching.NONE), HERE))
    for key in "abcvw":
        name = Field(f"見本の間{key}", PUBLIC_OPEN, HERE)
        changes.nodes.append(Node(f"person:{key}", NETWORK_OPEN, HERE))
        changes.nodes.append(Node(f"space:{key}", PUBLIC_OPEN, HERE, {"name": name}))
        ends = f"person:{key}", f"space:{key}"
        changes.add_tie(TieKind.MEMBER_OF, *ends, NETWORK_OPEN, NETWORK_OPEN, HERE)
    for voice in "vw":
        ends = f"person:{voice}", "organisation:office"
        changes.add_tie(TieKind.REPRESENTS, *ends, NETWORK_OPEN, NETWORK_OPEN, HERE)
    for key, texts in SAID.items():
        for kind, text in zip((StatementKind.OFFER, StatementKind.NEED), texts, strict=True):
            changes.statements.append(Statement(f"person:{key}", kind, text, NETWORK_OPEN, HERE))
    changes.add_tie(TieKind.MET, "person:a", "person:v", NETWORK_OPEN, NETWORK_OPEN, HERE, t=1.0)
    store = MemoryStore()
    store.apply(changes)
    return store


def wait(store: MemoryStore, who: str, number: int) -> None:
    """Let some introductions wait for the answer of somebody."""
    for i in range(number):
        key = f"introduction:{who}{i}"
        changes = ChangeSet(key, "operator", "test")
        changes.nodes.append(Node(key, STAFF, HERE, {"state": Field("proposed", STAFF, HERE)}))
        for side in (who, "u"):
            changes.add_tie(TieKind.PARTY_TO, f"person:{side}", key, STAFF, STAFF, HERE, t=first_second(DAY))
        store.apply(changes)


def maker(store: MemoryStore) -> Matchmaker:
    view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION, on=dt.date(2026, 4, 10))
    return Matchmaker(view, LexicalEncoder())


def office_there(store: MemoryStore) -> bool:
    request = Request(person="b", kinds=(NodeKind.ORGANISATION,), scope=Scope.ANY)
    return bool(Destinations(maker(store)).answer(request).recommendations)


def test_a_cap_on_an_office_holds_for_all_who_speak_for_it_together() -> None:
    store = town()
    store.apply(name_key(store.snapshot(), "organisation:office", "見本の間a", 2, DAY, "operator"))
    wait(store, "v", 1)
    assert office_there(store)
    wait(store, "w", 1)
    assert office_there(store) is False


def test_without_a_cap_of_its_own_an_office_takes_part_while_anybody_in_it_does() -> None:
    store = town()
    wait(store, "v", 3)
    assert office_there(store)
    wait(store, "w", 3)
    assert office_there(store) is False


def test_who_is_full_is_not_asked_to_help() -> None:
    store = town()
    for full in (False, True):
        wait(store, "a", 3 if full else 0)
        made = maker(store)
        team = weave(made, made.view.find("person:b")).team
        assert ("a" in {helper.party.id for helper in team}) != full
        assert bool(circles(made, made.people.targets(Request())).circles) != full


def test_who_is_full_is_not_asked_to_a_gathering() -> None:
    store = town()
    for full in (False, True):
        wait(store, "a", 3 if full else 0)
        made = maker(store)
        inside = made.people.number_of_row[[made.view.find(f"person:{key}") for key in "ab"]]
        (one,) = gatherings(made, np.sort(inside), size=3).gatherings
        assert ("a" in {guest.party.id for guest in one.attendees}) != full


@pytest.mark.parametrize("kinds", [(NodeKind.PERSON,), (NodeKind.PERSON, NodeKind.SPACE)], ids=["people", "all kinds"])
def test_an_empty_list_of_who_is_full_says_that_introductions_wait(kinds: tuple[NodeKind, ...]) -> None:
    store = town()
    wait(store, "a", 3)
    made = maker(store)
    request = Request(person="a", kinds=kinds, scope=Scope.ANY)
    answer = made.answer(request) if kinds == (NodeKind.PERSON,) else Destinations(made).answer(request)
    assert [party.id for party in answer.waiting] == [party.id for party in answer.unserved] == ["a"]
    for lang, words in ((Lang.EN, "introductions wait"), (Lang.JA, "返事待ち")):
        lines = to_lines(Result(made.view, request, answer, Question(Asked(everybody=True)), 0.0), lang)
        assert words in lines
        assert "Nobody found" not in lines
        assert "--scope any" not in lines
