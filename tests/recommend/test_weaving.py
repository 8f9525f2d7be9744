"""Teams that together meet a need (A05), and circles of help (A21)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.base import Encoder, Progress, Role
from embeddings.lexical import LexicalEncoder
from embeddings.similarity import FloatArray
from graph import gate
from graph.changes import ChangeSet
from graph.errors import WrongUse
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import ANALYST, OPERATOR
from recommend.cycles import _found, circles
from recommend.facets import MOST_FACETS, facets
from recommend.pipeline import Matchmaker
from recommend.weaving import Woven, weave

HERE = Provenance("test")
FLYER, BOOKS, GRASS = "祭りのチラシのデザイン", "団体の会計の決算書", "畑の草刈りの人手"


def town(people: dict[str, str], said: dict[str, tuple[str, ...]]) -> ChangeSet:
    """People by key with their space, and what they say: ``+`` before an offer, ``-`` before a need."""
    changes = ChangeSet("town", "operator", "test")
    for space in set(people.values()):
        changes.nodes.append(Node(f"space:{space}", PUBLIC_OPEN, HERE, {"name": Field(space, PUBLIC_OPEN, HERE)}))
    for key, home in people.items():
        changes.nodes.append(Node(f"person:{key}", NETWORK_OPEN, HERE))
        changes.add_tie(TieKind.MEMBER_OF, f"person:{key}", f"space:{home}", NETWORK_OPEN, NETWORK_OPEN, HERE)
        for text in said.get(key, ()):
            kind = StatementKind.OFFER if text[0] == "+" else StatementKind.NEED
            changes.statements.append(Statement(f"person:{key}", kind, text[1:], NETWORK_OPEN, HERE))
    return changes


HOMES = {"a": "左", "b": "左", "c": "右", "d": "奥", "e": "奥"}
SAID = {
    "a": (f"-{FLYER}、{BOOKS}がいる。{GRASS}も足りない",),
    "b": (f"+{FLYER}ができます",),
    "c": (f"+{BOOKS}が読めます",),
    "d": (f"+{GRASS}になれます",),
    "e": ("+三味線を弾きます",),
}


def maker(changes: ChangeSet) -> Matchmaker:
    store = MemoryStore()
    store.apply(changes)
    return Matchmaker(gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION), LexicalEncoder())


def woven(changes: ChangeSet, size: int = 3, needs: tuple[str, ...] = ()) -> Woven:
    made = maker(changes)
    return weave(made, made.view.find("person:a"), size, needs)


def team(answer: Woven) -> list[str]:
    return [helper.party.id for helper in answer.team]


def test_three_parts_are_met_by_three_people_of_three_communities() -> None:
    answer = woven(town(HOMES, SAID))
    assert [part.text for part in answer.parts] == [FLYER, f"{BOOKS}がいる。", f"{GRASS}も足りない"]
    assert team(answer) == ["b", "c", "d"]
    assert [part.helper for part in answer.parts] == [0, 1, 2]
    assert [part.offer for part in answer.parts] == [SAID[k][0][1:] for k in "bcd"]
    assert answer.mixed


def test_a_small_team_meets_what_it_can_and_says_what_is_open() -> None:
    answer = woven(town(HOMES, SAID), size=2)
    assert len(answer.team) == 2
    assert sum(part.helper is None for part in answer.parts) == 1
    assert answer.mixed


def test_a_need_may_be_given_in_place_of_those_stated() -> None:
    answer = woven(town(HOMES, SAID), needs=(f"{GRASS}がほしい",))
    assert team(answer) == ["d"]


def test_nobody_is_there_only_to_be_counted() -> None:
    homes = {**HOMES, "c": "左", "d": "左"}
    answer = woven(town(homes, SAID))
    assert {part.helper for part in answer.parts} - {None} == set(range(len(answer.team)))


def test_who_must_not_meet_is_in_no_team() -> None:
    changes = town(HOMES, SAID)
    changes.add_tie(TieKind.NOT_WITH, "person:a", "person:b", NETWORK_OPEN, NETWORK_OPEN, HERE)
    changes.add_tie(TieKind.NOT_WITH, "person:c", "person:d", NETWORK_OPEN, NETWORK_OPEN, HERE)
    found = set(team(woven(changes)))
    assert "b" not in found
    assert not {"c", "d"} <= found


def test_an_offer_not_released_meets_nothing() -> None:
    changes = town(HOMES, {**SAID, "c": ()})
    closed = Policy(Audience.NETWORK, Matching.NONE)
    changes.statements.append(Statement("person:c", StatementKind.OFFER, SAID["c"][0][1:], closed, HERE))
    assert "c" not in team(woven(changes))


def test_no_need_no_team() -> None:
    answer = woven(town(HOMES, {**SAID, "a": ()}))
    assert (answer.parts, answer.team) == ((), ())


def test_where_nobody_offers_anything_every_part_is_open() -> None:
    answer = woven(town(HOMES, {"a": SAID["a"]}))
    assert [part.helper for part in answer.parts] == [None, None, None]
    assert answer.team == ()


@pytest.mark.parametrize("size", [1, 6])
def test_sizes_out_of_range_are_wrong_use(size: int) -> None:
    with pytest.raises(WrongUse, match="expected a whole number"):
        woven(town(HOMES, SAID), size)


@given(st.lists(st.text(alphabet="あいうえおか困、。\n ab,and・", max_size=60), max_size=6))
@settings(max_examples=100, deadline=None)
def test_parts_lose_no_letter_and_are_never_empty(texts: list[str]) -> None:
    found = facets(texts)
    assert len(found) <= MOST_FACETS
    assert all(part.strip() == part != "" for part in found)
    assert len(set(found)) == len(found)
    assert all(any(part in text for text in texts) for part in found)


def ring(*extra: str) -> ChangeSet:
    """Three of three spaces: a helps b, b helps c, c helps a; further texts go to a."""
    said = {
        "a": (f"+{FLYER}ができます", f"-{GRASS}がほしい", *extra),
        "b": (f"+{BOOKS}が読めます", f"-{FLYER}がほしい"),
        "c": (f"+{GRASS}になれます", f"-{BOOKS}がほしい"),
    }
    return town({"a": "左", "b": "右", "c": "奥"}, said)


def found(changes: ChangeSet, keys: str = "abc") -> list[list[str]]:
    made = maker(changes)
    numbers = made.people.number_of_row[[made.view.find(f"person:{k}") for k in keys]]
    return [[party.id for party in circle.parties] for circle in circles(made, numbers).circles]


def test_a_circle_of_three_is_found_once() -> None:
    assert found(ring()) == [["a", "b", "c"]]
    assert found(ring(), "c") == [["a", "b", "c"]]


def test_each_link_tells_the_need_and_the_offer() -> None:
    made = maker(ring())
    (circle,) = circles(made, np.arange(3)).circles
    told = [(link.partner.id, link.person.id, link.reasons[0].partner_text) for link in circle.help]
    assert told == [
        ("a", "b", f"{FLYER}ができます"),
        ("b", "c", f"{BOOKS}が読めます"),
        ("c", "a", f"{GRASS}になれます"),
    ]


def test_two_who_can_help_each_other_need_no_circle() -> None:
    assert found(ring(f"-{BOOKS}がほしい")) == []


def test_a_block_breaks_the_circle() -> None:
    changes = ring()
    changes.add_tie(TieKind.NOT_WITH, "person:a", "person:b", NETWORK_OPEN, NETWORK_OPEN, HERE)
    assert found(changes) == []


def test_a_circle_of_four() -> None:
    said = {
        "a": (f"+{FLYER}ができます", "-三味線の演奏がほしい"),
        "b": (f"+{BOOKS}が読めます", f"-{FLYER}がほしい"),
        "c": (f"+{GRASS}になれます", f"-{BOOKS}がほしい"),
        "d": ("+三味線の演奏ができます", f"-{GRASS}がほしい"),
    }
    assert found(town({"a": "左", "b": "右", "c": "左", "d": "右"}, said), "abcd") == [["a", "b", "c", "d"]]
    assert found(town({"a": "左", "b": "左", "c": "左", "d": "右"}, said), "abcd") == []  # one community


def test_number_out_of_range_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="expected a whole number"):
        circles(maker(ring()), np.arange(3), 0)


def test_who_must_not_meet_faces_nobody_in_a_circle_of_four() -> None:
    """A ring of four links: a and c are nowhere next to each other, and still in one company."""
    links = [{1: 0.5}, {2: 0.5}, {3: 0.5}, {0: 0.5}]
    everybody = {0, 1, 2, 3}
    assert [members for _, members in _found(links, everybody, set())] == [(0, 1, 2, 3)]
    for pair in ((0, 2), (2, 0), (1, 3)):
        assert list(_found(links, everybody, {pair})) == []


def test_a_need_that_may_not_be_told_is_not_told() -> None:
    changes = town(HOMES, SAID)
    silent = replace(NETWORK_OPEN, as_reason=False)
    changes.statements[0] = replace(changes.statements[0], policy=silent)
    store = MemoryStore()
    store.apply(changes)
    for viewer, told in ((OPERATOR, 3), (ANALYST, 0)):
        made = Matchmaker(gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION), LexicalEncoder())
        assert len(weave(made, made.view.find("person:a")).parts) == told


class Kept(LexicalEncoder):
    """Remembers what it may keep."""

    semantic = True

    def __init__(self, kept: list[str], keep: bool = True) -> None:
        super().__init__()
        self.kept, self._keep = kept, keep

    def passing(self) -> Encoder:
        return Kept(self.kept, keep=False)

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        self.kept += texts if self._keep else []
        return super()._encode_distinct(texts, role, progress)


def test_parts_of_a_need_are_kept_by_no_encoder() -> None:
    """What is no text of the store is not found again when somebody is erased (P6)."""
    store, kept = MemoryStore(), []
    store.apply(town(HOMES, SAID))
    made = Matchmaker(gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION), Kept(kept))
    before = len(kept)
    weave(made, made.view.find("person:a"), needs=("だれにも言わない悩み",))
    assert before > 0
    assert kept[before:] == []
