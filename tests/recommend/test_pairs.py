"""Why two people should meet, why not, and what the network gains (A15, A16, B01, B23)."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.errors import WrongUse
from graph.kinds import StatementKind, TieKind
from graph.measures.kirchhoff import KirchhoffGain
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR, Viewer
from recommend.pipeline import Matchmaker
from recommend.results import ReasonCode, Scope
from recommend.whatif import WhatIf, what_if
from recommend.why import ChangeCode, Explanation, Obstacle, explain

HERE = Provenance("test")
HIDDEN = Policy(Audience.NETWORK, Matching.NONE)
HOMES = {"a": "左", "b": "左", "c": "左", "d": "右", "e": "右", "f": "右", "g": ""}
MET = ["ab", "bc", "cd", "de", "ef"]


def town() -> ChangeSet:
    """A chain a-b-c-d-e-f over two spaces; a needs what f offers; g is known to nobody."""
    changes = ChangeSet("town", "operator", "test")
    for space in ("左", "右"):
        name = {"name": Field(space, PUBLIC_OPEN, HERE)}
        changes.nodes.append(Node(f"space:{space}", PUBLIC_OPEN, HERE, name))
    for key, home in HOMES.items():
        changes.nodes.append(Node(f"person:{key}", NETWORK_OPEN, HERE))
        if home:
            changes.add_tie(TieKind.MEMBER_OF, f"person:{key}", f"space:{home}", NETWORK_OPEN, NETWORK_OPEN, HERE)
    for one, other in MET:
        changes.add_tie(TieKind.MET, f"person:{one}", f"person:{other}", NETWORK_OPEN, NETWORK_OPEN, HERE, t=1.0)
    say(changes, "a", StatementKind.NEED, "確定申告の書き方を教えてほしい")
    say(changes, "f", StatementKind.OFFER, "確定申告の書き方を教えます")
    return changes


def say(changes: ChangeSet, key: str, kind: StatementKind, text: str, policy: Policy = NETWORK_OPEN) -> None:
    changes.statements.append(Statement(f"person:{key}", kind, text, policy, HERE))


def maker(changes: ChangeSet, viewer: Viewer = OPERATOR) -> Matchmaker:
    store = MemoryStore()
    store.apply(changes)
    return Matchmaker(gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION), LexicalEncoder())


def why(made: Matchmaker, one: str, other: str, scope: Scope = Scope.ANY, k: int = 10) -> Explanation:
    return explain(made, made.view.find(f"person:{one}"), made.view.find(f"person:{other}"), scope, k)


def whatif(made: Matchmaker, one: str, other: str) -> WhatIf:
    return what_if(made, made.view.find(f"person:{one}"), made.view.find(f"person:{other}"))


def test_a_met_need_speaks_for_it() -> None:
    told = why(maker(town()), "a", "f")
    assert (told.place, told.of, told.obstacles) == (1, 5, ())
    assert ReasonCode.NEED_MET in {r.code for r in told.reasons}
    assert ChangeCode.OFFER_WANTED not in {c.code for c in told.changes}  # nothing is above the first place


@pytest.mark.parametrize(
    ("pair", "scope", "obstacle"),
    [
        ("ab", Scope.ANY, Obstacle.MET),
        ("ac", Scope.ACROSS, Obstacle.SAME_COMMUNITY),
        ("ag", Scope.ACROSS, Obstacle.NO_COMMUNITY),
        ("bd", Scope.FAR, Obstacle.COMMON_PARTNERS),
        ("aa", Scope.ANY, Obstacle.UNAVAILABLE),
    ],
)
def test_what_stands_against_it(pair: str, scope: Scope, obstacle: Obstacle) -> None:
    told = why(maker(town()), pair[0], pair[1], scope)
    assert told.obstacles[-1] is obstacle
    assert told.place is None
    assert told.band is None


def test_others_first_and_a_stated_need_would_change_the_place() -> None:
    told = why(maker(town()), "a", "d", k=1)
    assert told.obstacles == (Obstacle.OTHERS_FIRST,)
    changes = {c.code: c.place for c in told.changes}
    assert changes[ChangeCode.NEED_MET] is not None
    assert changes[ChangeCode.NEED_MET] < (told.place or 0)


def test_the_promised_place_is_the_place_taken() -> None:
    promised = {c.code: c.place for c in why(maker(town()), "b", "e").changes}[ChangeCode.NEED_MET]
    changes = town()
    say(changes, "b", StatementKind.NEED, "看板の絵を描いてほしい")
    say(changes, "e", StatementKind.OFFER, "看板の絵を描きます")
    assert why(maker(changes), "b", "e").place == promised


def test_sentences_that_are_not_released_are_counted() -> None:
    changes = town()
    say(changes, "d", StatementKind.NEED, "倉庫を探しています", HIDDEN)
    told = why(maker(changes), "a", "d")
    assert [c.n for c in told.changes if c.code is ChangeCode.RELEASE] == [1]


def test_a_block_looks_like_being_unavailable() -> None:
    blocked, away = town(), town()
    blocked.add_tie(TieKind.NOT_WITH, "person:f", "person:a", NETWORK_OPEN, NETWORK_OPEN, HERE)
    away.nodes = [Node("person:f", HIDDEN, HERE) if n.id == "person:f" else n for n in away.nodes]
    one, other = why(maker(blocked), "a", "f"), why(maker(away), "a", "f")
    assert one == other
    assert one.obstacles == (Obstacle.UNAVAILABLE,)


def test_a_member_is_told_no_places() -> None:
    told = why(maker(town(), Viewer.parse("person:a")), "a", "d")
    assert told.place is None
    assert told.of is None
    assert all(c.place is None for c in told.changes)


def test_what_a_meeting_of_the_ends_of_a_chain_does() -> None:
    made = whatif(maker(town()), "a", "f")
    # a ring of six has 3, 4 and 5 steps of the chain shortened: ae, af, bf, and be stays at three
    assert (made.met, made.steps, made.people_joined, made.pairs_closer) == (False, 5, 0, 3)
    network = maker(town()).people.met
    before = KirchhoffGain(network)
    index = before.index
    before.add(0, 5)
    assert made.reach_gain == pytest.approx((index - before.index) / index)
    assert made.better_than == pytest.approx(3 / 4)  # of c, d, e and g only g, whom nobody knows, would gain more


def test_a_meeting_that_joins_somebody_unknown() -> None:
    made = whatif(maker(town()), "a", "g")
    assert (made.steps, made.people_joined, made.pairs_closer) == (None, 6, 6)


def test_a_meeting_that_was_held_changes_nothing() -> None:
    made = whatif(maker(town()), "a", "b")
    assert (made.met, made.reach_gain, made.pairs_closer) == (True, 0.0, 0)


def test_nobody_meets_themselves() -> None:
    with pytest.raises(WrongUse, match="two different people"):
        whatif(maker(town()), "a", "a")


def test_gains_are_shares() -> None:
    made = maker(town())
    values = [whatif(made, one, other).reach_gain for one in "abc" for other in "efg"]
    assert all(np.isfinite(v) and 0.0 <= v <= 1.0 for v in values)
