"""Small hearings: mixed, strangers, unheard, complementing each other (B31)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.errors import WrongUse
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Matching, Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend.composer import Heard
from recommend.gatherings import GatheringsAnswer, _heard, gatherings
from recommend.pipeline import Matchmaker

HERE = Provenance("test")


def town(n: int = 12, n_left: int | None = None) -> ChangeSet:
    """Two spaces, the first half of the people, or so many, in the left one; p00 needs what the last one offers."""
    changes = ChangeSet("town", "operator", "test")
    for space in ("左", "右"):
        changes.nodes.append(Node(f"space:{space}", PUBLIC_OPEN, HERE, {"name": Field(space, PUBLIC_OPEN, HERE)}))
    for i in range(n):
        changes.nodes.append(Node(f"person:p{i:02}", NETWORK_OPEN, HERE))
        home = "space:左" if i < (n // 2 if n_left is None else n_left) else "space:右"
        changes.add_tie(TieKind.MEMBER_OF, f"person:p{i:02}", home, NETWORK_OPEN, NETWORK_OPEN, HERE)
    say(changes, 0, StatementKind.NEED, "確定申告の書き方を教えてほしい")
    say(changes, n - 1, StatementKind.OFFER, "確定申告の書き方を教えます")
    return changes


def say(changes: ChangeSet, i: int, kind: StatementKind, text: str, details: dict[str, str] | None = None) -> None:
    changes.statements.append(Statement(f"person:p{i:02}", kind, text, NETWORK_OPEN, HERE, details=details or {}))


def met(changes: ChangeSet, i: int, j: int, kind: TieKind = TieKind.MET) -> None:
    changes.add_tie(kind, f"person:p{i:02}", f"person:p{j:02}", NETWORK_OPEN, NETWORK_OPEN, HERE)


def ask(changes: ChangeSet, size: int = 4, number: int = 1) -> GatheringsAnswer:
    store = MemoryStore()
    store.apply(changes)
    maker = Matchmaker(gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION), LexicalEncoder())
    view = maker.view
    inside = view.memberships((NodeKind.SPACE,))[:, [view.find("space:左")]].nonzero()[0]
    members = maker.people.number_of_row[inside]
    return gatherings(maker, np.sort(members[members >= 0]), size, number)


def ids(answer: GatheringsAnswer) -> list[list[str]]:
    return [[a.party.id for a in made.attendees] for made in answer.gatherings]


def test_who_can_help_comes_and_half_are_members() -> None:
    (made,) = ask(town()).gatherings
    keys = [a.party.id for a in made.attendees]
    assert {"p00", "p11"} <= set(keys)
    assert sum(a.party.communities == ("左",) for a in made.attendees) == 2
    assert made.mixed
    assert made.n_met == 0
    assert [(w.person.id, w.partner.id) for w in made.why] == [("p00", "p11")]


def test_the_unheard_come_first() -> None:
    changes = town()
    for i in range(2, 10):
        say(changes, i, StatementKind.ACTIVITY, f"見本の活動{i}", {"heard_from": "staff"})
    (made,) = ask(changes).gatherings
    heard = {a.party.id: a.heard for a in made.attendees}
    assert heard == {"p00": Heard.WRITTEN, "p01": Heard.NEVER, "p10": Heard.NEVER, "p11": Heard.WRITTEN}


def test_who_met_does_not_come_together_if_it_can_be_helped() -> None:
    changes = town()
    for i, j in combinations(range(6), 2):
        if {i, j} != {2, 4}:
            met(changes, i, j)
    (made,) = ask(changes).gatherings
    assert made.n_met == 0
    assert {"p02", "p04"} <= {a.party.id for a in made.attendees}


def test_who_must_not_meet_never_comes_together() -> None:
    changes = town()
    met(changes, 0, 11, TieKind.NOT_WITH)
    for keys in ids(ask(changes, number=5)):
        assert not {"p00", "p11"} <= set(keys)


def test_one_space_alone_is_told_as_unmixed() -> None:
    (made,) = ask(town(3, 3), size=3).gatherings
    assert not made.mixed


@given(size=st.integers(3, 6), number=st.integers(1, 6), n=st.integers(0, 16))
@settings(max_examples=20, deadline=None)
def test_nobody_is_in_two_and_sizes_hold(size: int, number: int, n: int) -> None:
    if n < 2:
        return
    made = ids(ask(town(n), size, number))
    everybody = [key for keys in made for key in keys]
    assert len(everybody) == len(set(everybody))
    assert all(len(keys) == size for keys in made)
    assert len(made) <= number
    assert bool(made) == (n >= size)


@pytest.mark.parametrize(("size", "number"), [(2, 1), (7, 1), (4, 0), (4, 21)])
def test_numbers_out_of_range_are_wrong_use(size: int, number: int) -> None:
    with pytest.raises(WrongUse, match="expected a whole number"):
        ask(town(), size, number)


def test_what_may_not_move_an_answer_is_not_heard() -> None:
    changes = town()
    closed = replace(NETWORK_OPEN, matching=Matching.NONE)
    changes.statements.append(Statement("person:p01", StatementKind.NEED, "だれにも使わせない悩み", closed, HERE))
    store = MemoryStore()
    store.apply(changes)
    maker = Matchmaker(gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION), LexicalEncoder())
    assert _heard(maker)[int(maker.people.number_of_row[maker.view.find("person:p01")])] is Heard.NEVER
