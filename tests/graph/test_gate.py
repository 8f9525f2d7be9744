"""The gate: nobody sees a fact they may not see, and hidden facts change nothing (B18, B19, B22; P1, P2)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph import gate
from graph.calendar import first_second, today
from graph.errors import Unknown, WrongUse
from graph.kinds import OWNER_KINDS, StatementKind, TieKind
from graph.policy import Audience, Matching, Policy, Purpose
from graph.records import Node, Provenance, Statement, kind_of
from graph.snapshot import Snapshot
from graph.tables import TIE_CODE, TIE_KINDS
from graph.testing.privacy import everything_in
from graph.view import View
from graph.viewer import OPERATOR, Role, Viewer
from graph.worlds import (
    PEOPLE,
    TODAY,
    TieRecord,
    World,
    hide_and_change,
    may_see,
    random_policy,
    random_world,
    viewers,
)


def real_gate(snapshot: Snapshot, viewer: Viewer, purpose: Purpose) -> View:
    return gate.view(snapshot, viewer, purpose, TODAY)


def test_hidden_changes_are_really_made() -> None:
    rng = np.random.default_rng(3)
    changed = 0
    for _ in range(50):
        world = random_world(rng)
        other = hide_and_change(world, Viewer(Role.PUBLIC), Purpose.INTRODUCTION, rng)
        changed += {s.id for s in world.statements} != {s.id for s in other.statements}
        changed += set(world.ties) != set(other.ties)
    assert changed > 90


def test_every_fact_is_shown_exactly_to_those_who_may_see_it() -> None:
    rng = np.random.default_rng(11)
    shown = hidden = 0
    for _ in range(60):
        world = random_world(rng)
        snapshot = world.snapshot()
        for viewer in viewers(world):
            view = real_gate(snapshot, viewer, Purpose.INTRODUCTION)
            expected = {s.id for s in world.statements if sees(world, viewer, s.policy, s.owner)}
            assert set(view.statements.ids) == expected
            assert seen_ties(view) == expected_ties(world, viewer)
            shown, hidden = shown + len(expected), hidden + len(world.statements) - len(expected)
    assert min(shown, hidden) > 1_000


def sees(world: World, viewer: Viewer, policy: Policy, owner: str) -> bool:
    return may_see(world, viewer, Purpose.INTRODUCTION, policy, owner)


def seen_ties(view: View) -> set[tuple[TieKind, str, str]]:
    ids = view.nodes.ids
    return {
        (TIE_KINDS[k], ids[a], ids[b]) for k, a, b in zip(view.ties.kind, view.ties.src, view.ties.dst, strict=True)
    }


def expected_ties(world: World, viewer: Viewer) -> set[tuple[TieKind, str, str]]:
    present = {n.id for n in world.nodes.values() if sees(world, viewer, n.policy, n.id)}
    present |= {s.owner for s in world.statements if sees(world, viewer, s.policy, s.owner)}
    out = set()
    for x in world.ties:
        ends = ((x.policy_src, x.src), (x.policy_dst, x.dst))
        allowed = all(sees(world, viewer, p, e) for p, e in ends if kind_of(e) in OWNER_KINDS)
        if allowed and {x.src, x.dst} <= present and x.kind is not TieKind.NOT_WITH:
            out.add((x.kind, x.src, x.dst))
    return out


def test_owner_first_counts_only_in_answers_to_its_owner() -> None:
    rng = np.random.default_rng(5)
    seen = 0
    for _ in range(40):
        world = random_world(rng)
        snapshot = world.snapshot()
        for viewer in viewers(world):
            view = real_gate(snapshot, viewer, Purpose.INTRODUCTION)
            for row in range(len(view.statements)):
                policy = view.policies[view.statements.policy[row]]
                if policy.matching is Matching.OWNER_FIRST and view.matchable_statements[row]:
                    owner = view.nodes.ids[view.statements.owner[row]]
                    assert viewer.role is Role.PERSON
                    assert owner == viewer.node or kind_of(owner) == "organisation"
                    seen += 1
                assert not (policy.matching is Matching.NONE and view.matchable_statements[row])
    assert seen > 20


def test_worlds_hold_every_audience_matching_and_viewer() -> None:
    rng = np.random.default_rng(1)
    policies = [random_policy(rng) for _ in range(400)]
    assert {p.audience for p in policies} == set(Audience)
    assert {p.matching for p in policies} == set(Matching)
    roles = {v.role for _ in range(20) for v in viewers(random_world(rng))}
    assert roles == set(Role)


def test_blocked_pairs_are_control_not_content() -> None:
    world = random_world(np.random.default_rng(2))
    for viewer in viewers(world):
        view = real_gate(world.snapshot(), viewer, Purpose.INTRODUCTION)
        assert not (view.ties.kind == TIE_CODE[TieKind.NOT_WITH]).any()


def test_unknown_viewer_and_viewer_without_grant_look_the_same() -> None:
    snapshot = random_world(np.random.default_rng(2)).snapshot()
    for key in ("nobody", "p6"):
        with pytest.raises(Unknown):
            gate.view(snapshot, Viewer(Role.MIXER, key), Purpose.INTRODUCTION, TODAY)


@pytest.mark.parametrize("text", ["", "person", "person:", "operator:x", "root", "space"])
def test_wrong_viewer_says_what_is_allowed(text: str) -> None:
    with pytest.raises(WrongUse, match="person:ID"):
        Viewer.parse(text)


def test_today_is_the_default_day() -> None:
    snapshot = random_world(np.random.default_rng(2)).snapshot()
    by_default = gate.view(snapshot, OPERATOR, Purpose.REPORT)
    same = gate.view(snapshot, OPERATOR, Purpose.REPORT, today())
    assert everything_in(by_default) == everything_in(same)


def test_what_may_be_told_is_what_the_reader_may_see() -> None:
    """A mixer passes on only what the reader's own gate shows (B23)."""
    rng = np.random.default_rng(9)
    told = 0
    for _ in range(60):
        snapshot = random_world(rng).snapshot()
        view = real_gate(snapshot, OPERATOR, Purpose.INTRODUCTION)
        own = {p: real_gate(snapshot, Viewer.parse(p), Purpose.INTRODUCTION) for p in PEOPLE}
        for statement, identifier in enumerate(view.statements.ids):
            for reader, seen in own.items():
                if reader in view.row_of and view.readable_by(statement, view.row_of[reader]):
                    assert identifier in set(seen.statements.ids)
                    told += 1
    assert told > 500


def block(*hidden: str) -> Snapshot:
    """Person p4 never wants to meet anybody of organisation o1, which p5 belongs to; some of it is hidden."""
    secret, shown = Policy(Audience.ONLY_ME, Matching.OPEN), Policy(Audience.NETWORK, Matching.OPEN)
    ids = ("person:p4", "person:p5", "organisation:o1")
    nodes = {i: Node(i, secret if i in hidden else shown, Provenance("w")) for i in ids}
    tie = secret if "membership" in hidden else shown
    kind = TieKind.REPRESENTS if "represents" in hidden else TieKind.MEMBER_OF
    ties = (
        TieRecord(TieKind.NOT_WITH, "person:p4", "organisation:o1", secret, secret),
        TieRecord(kind, "person:p5", "organisation:o1", tie, tie),
    )
    return World(nodes, (), ties).snapshot()


@pytest.mark.parametrize("hidden", [(), ("membership",), ("organisation:o1",), ("represents",)])
def test_a_block_holds_whatever_the_viewer_may_see_of_it(hidden: tuple[str, ...]) -> None:
    view = real_gate(block(*hidden), Viewer.parse("person:p5"), Purpose.INTRODUCTION)
    pairs = {tuple(view.nodes.ids[i] for i in pair) for pair in view.kept_apart.tolist()}
    assert pairs == {("person:p4", "person:p5"), ("person:p5", "person:p4")}


@pytest.mark.parametrize(
    "policy",
    [
        Policy(Audience.ONLY_ME, Matching.OPEN),
        Policy(Audience.NETWORK, Matching.OPEN, valid_until=TODAY - dt.timedelta(days=1)),
        Policy(Audience.NETWORK, Matching.OPEN, purposes=frozenset({Purpose.EXPORT})),
        Policy(Audience.NETWORK, Matching.OPEN, denied=frozenset({"person:p0"})),
    ],
)
def test_who_may_not_be_known_is_not_introduced_even_with_a_public_word(policy: Policy) -> None:
    shown = Policy(Audience.NETWORK, Matching.OPEN)
    nodes = {i: Node(i, p, Provenance("w")) for i, p in (("person:p0", shown), ("person:p1", policy))}
    said = Statement("person:p1", StatementKind.OFFER, "畑を手伝えます", shown, Provenance("w"))
    view = real_gate(World(nodes, (said,)).snapshot(), Viewer.parse("person:p0"), Purpose.INTRODUCTION)
    assert not view.available[view.find("person:p1")]


def test_an_unknown_viewer_learns_no_name() -> None:
    snapshot = random_world(np.random.default_rng(2)).snapshot()
    with pytest.raises(Unknown) as error:
        real_gate(snapshot, Viewer.parse("person:p00"), Purpose.INTRODUCTION)
    assert error.value.nearest == ()


def test_days_begin_in_japan() -> None:
    """A grant from 2 November in Japan does not open anything on the first."""
    shown = Policy(Audience.NETWORK, Matching.OPEN)
    nodes = {i: Node(i, shown, Provenance("w")) for i in ("person:p0", "space:s0")}
    start = first_second(dt.date(2026, 11, 2))
    grant = TieRecord(TieKind.MIXES, "person:p0", "space:s0", shown, shown, t=start)
    snapshot = World(nodes, (), (grant,)).snapshot()
    with pytest.raises(Unknown):
        gate.view(snapshot, Viewer.parse("mixer:p0"), Purpose.INTRODUCTION, dt.date(2026, 11, 1))
    view = gate.view(snapshot, Viewer.parse("mixer:p0"), Purpose.INTRODUCTION, dt.date(2026, 11, 2))
    assert view.spaces == {"space:s0"}
