"""Who sees what, written out as a table: every audience, standing, purpose, denial and validity (B18, B19).

The small network::

    harbour (space)  : Aoba, Umi, the organisation Kumo; mixer Mio; manager of harbour
    hill (space)     : Sora; mixer Nami; manager of hill          named as a partner by the facts below
    field (space)    : Yuki; mixer Toki; manager of field
    Ren represents Kumo and is in no space

Aoba and Kumo own the facts. The table says which of the others see a fact of each audience; a denial, another purpose
and a day that is over take it from them, whatever the audience.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from graph import gate
from graph.kinds import StatementKind, TieKind
from graph.policy import ALL_PURPOSES, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Node, Provenance, Statement
from graph.viewer import Role, Viewer
from graph.worlds import DAY, NOW, TODAY, TieRecord, World, may_see

ORIGIN = Provenance("matrix.csv", 2)
AOBA, KUMO = "person:aoba", "organisation:kumo"
SPACES = {"space:s0": "harbour", "space:s1": "hill", "space:s2": "field"}
PEOPLE = (AOBA, "person:umi", "person:sora", "person:yuki", "person:ren", "person:mio", "person:nami", "person:toki")
INSIDE = {
    AOBA: "space:s0",
    "person:umi": "space:s0",
    KUMO: "space:s0",
    "person:sora": "space:s1",
    "person:yuki": "space:s2",
}
MIXING = {"person:mio": "space:s0", "person:nami": "space:s1", "person:toki": "space:s2"}
HILL = frozenset({"space:s1"})

OWNER = ("person:aoba",)
NEAR_MIXER = ("mixer:mio",)
OPERATOR = ("operator",)
SAME_SPACE = ("space:s0", "person:umi")
PARTNER_SPACE = ("person:sora", "mixer:nami", "space:s1")
ELSEWHERE = ("person:yuki", "mixer:toki", "space:s2", "person:ren", "person:mio", "analyst")
EVERYBODY_ELSE = ("public",)

SEES = {
    Audience.ONLY_ME: OWNER,
    Audience.MY_MIXERS: OWNER + OPERATOR + NEAR_MIXER,
    Audience.MY_SPACE: OWNER + OPERATOR + NEAR_MIXER + SAME_SPACE,
    Audience.PARTNERS: OWNER + OPERATOR + NEAR_MIXER + SAME_SPACE + PARTNER_SPACE,
    Audience.NETWORK: OWNER + OPERATOR + NEAR_MIXER + SAME_SPACE + PARTNER_SPACE + ELSEWHERE,
    Audience.PUBLIC: OWNER + OPERATOR + NEAR_MIXER + SAME_SPACE + PARTNER_SPACE + ELSEWHERE + EVERYBODY_ELSE,
}
VIEWERS = SEES[Audience.PUBLIC]
SPEAKS_FOR = {
    "person:aoba": {"space:s0"}, "person:umi": {"space:s0"}, "mixer:mio": {"space:s0"}, "space:s0": {"space:s0"},
    "person:sora": {"space:s1"}, "mixer:nami": {"space:s1"}, "space:s1": {"space:s1"},
    "person:yuki": {"space:s2"}, "mixer:toki": {"space:s2"}, "space:s2": {"space:s2"},
}  # fmt: skip
"""Spaces for which a viewer asks: denying one of them denies the viewer."""

PURPOSES = (ALL_PURPOSES, frozenset({Purpose.INTRODUCTION}), frozenset({Purpose.REPORT, Purpose.EXPORT}), frozenset())
DENIED = (frozenset(), frozenset({"person:sora"}), HILL, frozenset({"space:s0", "person:mio", "person:yuki"}))
DAYS = (None, *(TODAY + dt.timedelta(days=n) for n in (-1, 0, 1)))


def policies() -> Iterator[Policy]:
    for audience, purposes, denied, until in itertools.product(Audience, PURPOSES, DENIED, DAYS):
        partners = HILL if audience is Audience.PARTNERS else frozenset()
        yield Policy(audience, Matching.OPEN, True, partners, purposes, denied, until)


def node_of(viewer: str) -> str:
    """Who a viewer is: mixers are people."""
    return viewer.replace("mixer:", "person:")


def expected(policy: Policy, viewer: str, purpose: Purpose, owners: tuple[str, ...] = OWNER) -> bool:
    """Look the answer up in the table."""
    if purpose not in policy.purposes or (policy.valid_until is not None and policy.valid_until < TODAY):
        return False
    if viewer in owners:
        return True
    if policy.denied & (SPEAKS_FOR.get(viewer, set()) | {node_of(viewer)}):
        return False
    return viewer in SEES[policy.audience]


@pytest.fixture(scope="module")
def world() -> World:
    nodes = {i: Node(i, PUBLIC_OPEN, ORIGIN) for i in (*SPACES, *PEOPLE, KUMO)}
    statements = tuple(
        Statement(owner, StatementKind.OFFER, f"{number}", policy, ORIGIN)
        for owner in (AOBA, KUMO)
        for number, policy in enumerate(policies())
    )
    ties = [TieRecord(TieKind.MEMBER_OF, who, space, PUBLIC_OPEN, PUBLIC_OPEN) for who, space in INSIDE.items()]
    ties += [TieRecord(TieKind.MIXES, who, space, PUBLIC_OPEN, PUBLIC_OPEN) for who, space in MIXING.items()]
    ties.append(TieRecord(TieKind.REPRESENTS, "person:ren", KUMO, PUBLIC_OPEN, PUBLIC_OPEN))
    return World(nodes, statements, tuple(ties))


def test_the_table_is_whole() -> None:
    assert len(list(policies())) == 6 * 4 * 4 * 4
    assert len(VIEWERS) == len(set(VIEWERS)) == 15
    assert {Viewer.parse(v).role for v in VIEWERS} == set(Role)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_fact_by_the_table(world: World, viewer: str, purpose: Purpose) -> None:
    """384 facts of a person: the gate, the plain second opinion and the table agree."""
    asks = Viewer.parse(viewer)
    seen = set(gate.view(world.snapshot(), asks, purpose, TODAY).statements.ids)
    for statement in world.statements:
        if statement.owner == AOBA:
            told = expected(statement.policy, viewer, purpose)
            assert (statement.id in seen) == told, statement.policy
            assert may_see(world, asks, purpose, statement.policy, AOBA) == told, statement.policy


@pytest.mark.parametrize("purpose", Purpose)
def test_who_represents_an_organisation_sees_its_facts(world: World, purpose: Purpose) -> None:
    seen = set(gate.view(world.snapshot(), Viewer.parse("person:ren"), purpose, TODAY).statements.ids)
    for statement in world.statements:
        if statement.owner == KUMO:
            assert (statement.id in seen) == expected(statement.policy, "person:ren", purpose, ("person:ren",))


def test_nothing_said_means_no() -> None:
    """What no policy allows is not allowed: no audience is wider than stated, no matching is on by itself."""
    unsaid = Policy(Audience.ONLY_ME)
    assert (unsaid.matching, unsaid.as_reason) == (Matching.NONE, False)
    assert min(Audience) is Audience.ONLY_ME


@pytest.mark.parametrize("viewer", ["mixer:mio", "person:umi", "space:s0"])
def test_a_membership_that_is_over_opens_nothing(world: World, viewer: str) -> None:
    """From the day after its end the owner stands as far as anybody: only what the network sees is seen."""
    ties = tuple(replace(x, until=NOW - DAY) if x.src == AOBA else x for x in world.ties)
    snapshot = World(world.nodes, world.statements, ties).snapshot()
    seen = set(gate.view(snapshot, Viewer.parse(viewer), Purpose.REPORT, TODAY).statements.ids)
    for statement in world.statements:
        if statement.owner == AOBA:
            wide = statement.policy.audience >= Audience.NETWORK
            assert (statement.id in seen) == (wide and expected(statement.policy, viewer, Purpose.REPORT))


def test_matching_and_reasons_follow_their_own_switches() -> None:
    """A fact that may be seen moves a score only when released for it, and is quoted only when that is allowed."""
    network = Policy(Audience.NETWORK)
    cases = list(itertools.product(Matching, (False, True)))
    said = tuple(
        Statement(AOBA, StatementKind.OFFER, f"{m}{r}", replace(network, matching=m, as_reason=r), ORIGIN)
        for m, r in cases
    )
    nodes = {i: Node(i, PUBLIC_OPEN, ORIGIN) for i in (AOBA, "person:sora")}
    snapshot = World(nodes, said).snapshot()
    for viewer, owner_first in (("person:aoba", True), ("person:sora", False), ("operator", False)):
        view = gate.view(snapshot, Viewer.parse(viewer), Purpose.INTRODUCTION, TODAY)
        moves = dict(zip(view.statements.ids, view.matchable_statements.tolist(), strict=True))
        for statement, (matching, as_reason) in zip(said, cases, strict=True):
            expected_move = matching is Matching.OPEN or (matching is Matching.OWNER_FIRST and owner_first)
            assert moves[statement.id] == expected_move
            row = list(view.statements.ids).index(statement.id)
            assert view.readable_by(row, view.find("person:sora")) == as_reason
