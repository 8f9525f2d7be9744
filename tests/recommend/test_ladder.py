"""How far somebody is involved with an organisation, and the next small step (A15)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import OPERATOR, Viewer
from recommend.destinations.ranking import Destinations
from recommend.ladder import NEXT, Rung, Step
from recommend.pipeline import Matchmaker
from recommend.results import Reason, ReasonCode, Request, Track
from recommend.tracks import weighted
from recommend.wording import LANGUAGES, Reader, sentence

HERE = Provenance("test")
VISION = "川を子どもたちと一緒にきれいにしたい"
MET, ATTENDED, COLLABORATED = TieKind.MET, TieKind.ATTENDED, TieKind.COLLABORATED


def town(
    *ties: tuple[TieKind, str, str],
    policy: Policy = NETWORK_OPEN,
    vision: str = "",
    times: Sequence[float | None] = (),
) -> MemoryStore:
    """Me, and an organisation with two people in it, one of whom speaks for it; an event and two projects."""
    changes = ChangeSet("town", "operator", "test")
    ids = ("person:me", "person:voice", "person:hand", "organisation:river", "event:fair", "project:a", "project:b")
    changes.nodes += [Node(i, NETWORK_OPEN, HERE) for i in ids]
    river = ("person:voice", "organisation:river")
    changes.add_tie(TieKind.REPRESENTS, *river, NETWORK_OPEN, NETWORK_OPEN, HERE)
    hand = ("person:hand", "organisation:river")
    changes.add_tie(TieKind.MEMBER_OF, *hand, NETWORK_OPEN, NETWORK_OPEN, HERE)
    for i, (kind, a, b) in enumerate(ties):
        changes.add_tie(kind, a, b, policy, policy, HERE, t=times[i] if times else 1.0)
    changes.statements.append(Statement("organisation:river", StatementKind.VISION, VISION, NETWORK_OPEN, HERE))
    if vision:
        changes.statements.append(Statement("person:me", StatementKind.VISION, vision, NETWORK_OPEN, HERE))
    store = MemoryStore()
    store.apply(changes)
    return store


def view_of(store: MemoryStore, viewer: Viewer = OPERATOR) -> View:
    return gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION)


def step(view: View) -> Reason | None:
    """Give the step in my list of organisations."""
    request = Request(person="me", kinds=(NodeKind.ORGANISATION,))
    made = Destinations(Matchmaker(view, LexicalEncoder())).answer(request).recommendations
    told = [r for one in made for r in one.reasons if r.code is ReasonCode.NEXT_STEP]
    assert len(made) == len(told) <= 1
    return told[0] if told else None


FAIR = [(ATTENDED, f"person:{who}", "event:fair") for who in ("me", "voice")]
KNOWN = [(MET, "person:me", "person:voice")]
ONE = [(COLLABORATED, f"person:{who}", "project:a") for who in ("me", "voice")]
TWO = [(COLLABORATED, f"person:{who}", "project:b") for who in ("me", "voice")]
DIRECT = [(COLLABORATED, "person:me", "person:voice")]


@pytest.mark.parametrize(
    ("ties", "vision", "rung"),
    [
        ([], VISION, Rung.SYMPATHISER),
        (FAIR, VISION, Rung.GUEST),
        (KNOWN, VISION, Rung.ACQUAINTED),
        ([*FAIR, *KNOWN], "", Rung.ACQUAINTED),
        (ONE, VISION, Rung.HELPER),
        (DIRECT, VISION, Rung.HELPER),
        ([*ONE, *TWO], VISION, Rung.COLLABORATOR),
        ([*ONE, *DIRECT, *FAIR], VISION, Rung.COLLABORATOR),
        (FAIR[:1], VISION, Rung.SYMPATHISER),
    ],
)
def test_the_highest_rung_on_record_and_the_step_after_it(
    ties: list[tuple[TieKind, str, str]], vision: str, rung: Rung
) -> None:
    found = step(view_of(town(*ties, vision=vision)))
    assert found is not None
    assert dict(found.values) == {"rung": str(rung), "step": str(NEXT[rung])}


HANDS = [(COLLABORATED, "person:hand", "project:a")]
BACK = [(COLLABORATED, "person:voice", "person:me")]
HAND = [(COLLABORATED, "person:me", "person:hand")]


@pytest.mark.parametrize(
    ("ties", "times", "rung"),
    [
        ([*ONE, *HANDS], [1.0, 1.0, 1.0], Rung.HELPER),
        ([*ONE, *HANDS, *TWO], [1.0] * 5, Rung.COLLABORATOR),
        ([*DIRECT, *BACK], [1.0, 2.0], Rung.COLLABORATOR),
        ([*DIRECT, *BACK], [1.0, 1.0], Rung.HELPER),
        ([*DIRECT, *HAND], [1.0, 1.0], Rung.HELPER),
        ([*DIRECT, *HAND], [1.0, 2.0], Rung.COLLABORATOR),
        (DIRECT, [None], Rung.HELPER),
        ([*DIRECT, *BACK], [1.0, None], Rung.HELPER),
    ],
)
def test_one_work_counts_once_however_many_of_them_were_there(
    ties: list[tuple[TieKind, str, str]], times: list[float | None], rung: Rung
) -> None:
    found = step(view_of(town(*ties, vision=VISION, times=times)))
    assert found is not None
    assert found.values["rung"] == str(rung)


def test_a_stranger_is_asked_for_a_look() -> None:
    store = town(vision="")
    changes = ChangeSet("another", "operator", "test")
    changes.statements.append(
        Statement("person:me", StatementKind.NEED, "決算書の作り方を教わりたい", NETWORK_OPEN, HERE)
    )
    changes.statements.append(
        Statement("organisation:river", StatementKind.OFFER, "決算書の作り方を教えます", NETWORK_OPEN, HERE)
    )
    store.apply(changes)
    found = step(view_of(store))
    assert found is not None
    assert dict(found.values) == {"rung": "stranger", "step": "look"}


def test_the_track_of_sympathisers_tells_it_in_both_languages() -> None:
    maker = Matchmaker(view_of(town(*FAIR, vision=VISION)), LexicalEncoder())
    maker = maker.under(weighted(maker.config, Track.SYMPATHISER))
    (made,) = Destinations(maker).answer(Request(person="me", kinds=(NodeKind.ORGANISATION,))).recommendations
    (found,) = [r for r in made.reasons if r.code is ReasonCode.NEXT_STEP]
    assert "一度話してみる" in str(sentence(found, made, "ja", Reader.VIEWER))
    assert "one chat" in str(sentence(found, made, "en", Reader.VIEWER))
    for rung in Rung:
        for lang in LANGUAGES:
            one = Reason(found.code, found.band, values={"rung": str(rung), "step": str(NEXT[rung])})
            assert sentence(one, made, lang, Reader.VIEWER)


def test_an_organisation_sees_the_step_of_a_person() -> None:
    maker = Matchmaker(view_of(town(*FAIR, vision=VISION)), LexicalEncoder())
    request = Request(organisation="river", kinds=(NodeKind.PERSON,))
    (made,) = Destinations(maker).answer(request).recommendations
    assert [dict(r.values)["rung"] for r in made.reasons if r.code is ReasonCode.NEXT_STEP] == ["guest"]


def test_members_are_past_the_ladder() -> None:
    assert step(view_of(town((TieKind.MEMBER_OF, "person:me", "organisation:river"), vision=VISION))) is None


@pytest.mark.parametrize("ties", [FAIR, KNOWN, ONE])
def test_what_the_viewer_may_not_be_told_moves_no_rung(ties: list[tuple[TieKind, str, str]]) -> None:
    """A tie that voice keeps to the own mixers, or released for no reason, tells me nothing."""
    for policy in (Policy(Audience.MY_MIXERS, Matching.OPEN), Policy(Audience.NETWORK, Matching.NONE)):
        store = town(vision=VISION)
        changes = ChangeSet("hidden", "operator", "test")
        for kind, a, b in ties:
            changes.add_tie(kind, a, b, policy if "voice" in a else NETWORK_OPEN, policy, HERE, t=1.0)
        store.apply(changes)
        found = step(view_of(store, Viewer.parse("person:me")))
        assert found is None or found.values["rung"] == "sympathiser"


def test_every_rung_has_one_step() -> None:
    assert list(NEXT.values()) == list(Step)
