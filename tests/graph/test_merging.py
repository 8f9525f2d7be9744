"""Merged records: nothing widens, blocks hold, and taking a merge back restores everything (S11, P5; A33)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from graph import gate, merge_changes
from graph.changes import ChangeSet
from graph.errors import Conflict, Unknown, WrongUse
from graph.kinds import SYMMETRIC, StatementKind, TieKind
from graph.merge_changes import CONTROL
from graph.merging import Groups
from graph.policy import PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.preparing import MOST_TRIES, apply_prepared
from graph.records import Field, Node, NodeId, Provenance, Statement
from graph.snapshot import Snapshot
from graph.store.memory import MemoryStore
from graph.tables import TIE_CODE
from graph.view import View
from graph.viewer import ANALYST, OPERATOR, Viewer
from graph.worlds import ORGANISATIONS, PEOPLE, SPACES, TODAY, TieRecord, World, random_policy, random_world, viewers
from ingest.merges import Decision, decide

SEQUENCES = 1_000
ORIGIN = Provenance("w")
SHOWN = Policy(Audience.NETWORK, Matching.OPEN, as_reason=True)
SECRET = Policy(Audience.ONLY_ME)
P, Q, R = "person:p", "person:q", "person:r"


def look(snapshot: Snapshot, viewer: Viewer = OPERATOR) -> View:
    return gate.view(snapshot, viewer, Purpose.INTRODUCTION, TODAY)


def everything_in(view: View) -> str:
    tables = (view.nodes, view.fields, view.statements, view.ties)
    parts = [getattr(t, name).tolist() for t in tables for name in t.__dataclass_fields__]
    rest = (view.policies, view.sources, dict(view.aliases), view.available.tolist(), view.kept_apart.tolist())
    masks = (view.matchable_statements, view.matchable_ties, view.matchable_fields, view.tellable_ties, view.asked)
    return repr((parts, rest, [m.tolist() for m in masks]))


def same(a: NodeId, b: NodeId, kind: TieKind = TieKind.SAME_AS) -> TieRecord:
    return TieRecord(kind, a, b, CONTROL, CONTROL)


def merged(world: World, *pairs: tuple[NodeId, NodeId]) -> World:
    return replace(world, ties=(*world.ties, *(same(a, b) for a, b in pairs)))


def random_pairs(rng: np.random.Generator) -> list[tuple[NodeId, NodeId]]:
    pairs = {tuple(map(str, rng.choice(PEOPLE, 2, replace=False))) for _ in range(int(rng.integers(1, 4)))}
    pairs = {(a, b) for a, b in pairs if (b, a) not in pairs or a < b}
    return [*sorted(pairs), *([ORGANISATIONS] if rng.random() < 0.4 else [])]  # type: ignore[list-item]


def groups_of(pairs: Sequence[tuple[NodeId, NodeId]]) -> list[set[NodeId]]:
    return list(nx.connected_components(nx.Graph(pairs)))


def ids_apart(view: View) -> set[frozenset[NodeId]]:
    return {frozenset(view.nodes.ids[i] for i in pair) for pair in view.kept_apart.tolist()}


def nodes(*ids: NodeId, policy: Policy = SHOWN) -> dict[NodeId, Node]:
    return {i: Node(i, policy, ORIGIN, {"name": Field(f"見本 {i[-1]}", policy, ORIGIN)}) for i in ids}


# ---- sequences of decisions


def test_random_decisions_make_no_cycle_are_idempotent_and_are_undone_in_full() -> None:
    """S11: 1,000 sequences of accept, reject and undo, against connected components of networkx."""
    rng = np.random.default_rng(17)
    begin = World(nodes(*PEOPLE, *ORGANISATIONS), (), ())
    untouched = everything_in(look(begin.snapshot()))
    for i in range(SEQUENCES):
        store = MemoryStore()
        store.apply(ChangeSet("w", "operator", "test", nodes=list(begin.nodes.values())))
        accepted, rejected = random_sequence(store, rng)
        check_partition(store.snapshot(), accepted)
        for a, b in rng.permutation(sorted(accepted | rejected)).tolist():
            store.apply(merge_changes.undo(store.snapshot(), a, b, "operator"))
        assert len(store.snapshot().ties) == 0
        assert i % 20 or everything_in(look(store.snapshot())) == untouched


def random_sequence(store: MemoryStore, rng: np.random.Generator) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    accepted: set[tuple[str, str]] = set()
    rejected: set[tuple[str, str]] = set()
    for _ in range(5):
        a, b = (str(x) for x in rng.choice(PEOPLE, 2, replace=False))
        pair = (min(a, b), max(a, b))
        joined = any({a, b} <= group for group in groups_of(sorted(accepted)))
        snapshot = store.snapshot()
        if rng.random() < 0.65:
            if not joined and apart(a, b, accepted, rejected):
                with pytest.raises(WrongUse, match="undo that first"):
                    merge_changes.accept(snapshot, a, b, "operator")
                continue
            changes = merge_changes.accept(snapshot, a, b, "operator")
            assert (changes is None) == joined
            accepted |= set() if joined else {pair}
        elif joined:
            with pytest.raises(WrongUse, match="undo that first"):
                merge_changes.reject(snapshot, a, b, "operator")
            continue
        else:
            changes = merge_changes.reject(snapshot, a, b, "operator")
            assert (changes is None) == (pair in rejected)
            rejected.add(pair)
        if changes is not None:
            store.apply(changes)
    return accepted, rejected


def apart(a: str, b: str, accepted: set[tuple[str, str]], rejected: set[tuple[str, str]]) -> bool:
    """Say whether joining a and b would join a pair that was rejected."""
    groups = groups_of([*sorted(accepted), (a, b)])
    return any({*pair} <= group for group in groups for pair in rejected)


def check_partition(snapshot: Snapshot, accepted: set[tuple[str, str]]) -> None:
    survivor = Groups.of(snapshot).survivor
    assert (survivor[survivor] == survivor).all()
    found = {frozenset(snapshot.nodes.ids[survivor == s]) for s in set(survivor.tolist())}
    assert {g for g in found if len(g) > 1} == {frozenset(g) for g in groups_of(sorted(accepted))}


def test_ties_that_go_round_in_a_circle_are_one_group() -> None:
    world = merged(World(nodes(P, Q, R)), (P, Q), (Q, R), (R, P))
    assert Groups.of(world.snapshot()).survivor.tolist() == [0, 0, 0]


def test_the_first_named_stays_in_sight_and_the_other_id_leads_to_it() -> None:
    store = MemoryStore()
    store.apply(ChangeSet("w", "operator", "test", nodes=list(nodes(P, Q).values())))
    store.apply(merge_changes.accept(store.snapshot(), Q, P, "operator") or pytest.fail("nothing to do"))
    view = look(store.snapshot())
    assert (view.nodes.ids.tolist(), view.find(P), view.label(view.find(P))) == ([Q], 0, "見本 q")


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [
        (P, P, WrongUse),
        (P, "organisation:o", WrongUse),
        ("space:s", "space:t", WrongUse),
        (P, "person:nobody", Unknown),
    ],
)
def test_what_cannot_be_one(a: str, b: str, error: type[Exception]) -> None:
    snapshot = World(nodes(P, "organisation:o", "space:s", "space:t")).snapshot()
    for decision in (merge_changes.accept, merge_changes.reject, merge_changes.undo):
        with pytest.raises(error):
            decision(snapshot, a, b, "operator")


def test_undo_of_a_pair_that_is_one_through_others_says_through_whom() -> None:
    with pytest.raises(WrongUse, match="through person:q"):
        merge_changes.undo(merged(World(nodes(P, Q, R)), (P, Q), (Q, R)).snapshot(), P, R, "operator")


def held(*pairs: tuple[NodeId, NodeId]) -> MemoryStore:
    """Give a store of P, Q and R with pairs that were rejected."""
    store = MemoryStore()
    store.apply(ChangeSet("w", "operator", "test", nodes=list(nodes(P, Q, R).values())))
    for a, b in pairs:
        decide(store, Decision.REJECT, a, b, "operator")
    return store


def test_what_was_rejected_does_not_become_one_through_a_third() -> None:
    store = held((P, Q))
    assert decide(store, Decision.ACCEPT, R, P, "operator")
    with pytest.raises(WrongUse, match="person:p and person:q were decided not to be one: undo that first"):
        decide(store, Decision.ACCEPT, R, Q, "operator")
    with pytest.raises(WrongUse, match="undo that first"):
        decide(store, Decision.ACCEPT, Q, P, "operator")
    assert decide(store, Decision.UNDO, P, Q, "operator")
    assert decide(store, Decision.ACCEPT, R, Q, "operator")
    assert merge_changes.are_one(store.snapshot(), P, Q)


def test_two_decisions_at_once_are_not_both_taken() -> None:
    store = held()
    snapshot = store.snapshot()
    yes, no = (decision(snapshot, P, Q, "operator") for decision in (merge_changes.accept, merge_changes.reject))
    store.apply(yes or pytest.fail("nothing to do"))
    with pytest.raises(Conflict):
        store.apply(no or pytest.fail("nothing to do"))
    with pytest.raises(WrongUse, match="undo that first"):
        decide(store, Decision.REJECT, P, Q, "operator")


@pytest.mark.parametrize("faster", [0, 1, MOST_TRIES - 1, MOST_TRIES])
def test_a_change_is_prepared_again_where_somebody_was_faster(faster: int) -> None:
    store, marks = held(), []

    def late(snapshot: Snapshot) -> ChangeSet | None:
        marks.append(snapshot.mark)
        if len(marks) <= faster:
            other = list(nodes(f"person:{len(marks)}").values())
            store.apply(ChangeSet(f"other {len(marks)}", "operator", "test", nodes=other))
        return merge_changes.accept(snapshot, P, Q, "operator")

    if faster == MOST_TRIES:
        with pytest.raises(Conflict):
            apply_prepared(store, late)
    else:
        assert apply_prepared(store, late) is not None
    assert merge_changes.are_one(store.snapshot(), P, Q) == (faster < MOST_TRIES)
    assert len(set(marks)) == len(marks) == min(faster + 1, MOST_TRIES)


def test_keys_of_decisions_cannot_be_guessed() -> None:
    """Who holds an id and the audit rows cannot try whether the two were decided about."""
    left, right = held((P, Q)), held((P, Q))
    keys = [row.key for store in (left, right) for row in store.audit() if row.action == "merge reject"]
    assert len(set(keys)) == 2
    assert not any(P in key or Q in key for key in keys)


# ---- what a viewer sees


def test_records_become_one_with_everything_of_both() -> None:
    """P and Q are one: both meet R on one day, Q has a skill, both say the same."""
    said = [Statement(o, StatementKind.OFFER, "草刈り", SHOWN, ORIGIN) for o in (P, Q)]
    ties = (
        TieRecord(TieKind.MET, P, R, SHOWN, SHOWN, t=5.0),
        TieRecord(TieKind.MET, Q, R, SHOWN, SHOWN, t=5.0),
        TieRecord(TieKind.MET, Q, R, SHOWN, SHOWN, t=9.0),
        TieRecord(TieKind.MET, P, Q, SHOWN, SHOWN, t=1.0),
        TieRecord(TieKind.HAS_SKILL, Q, "skill:k", SHOWN, PUBLIC_OPEN),
        TieRecord(TieKind.MEMBER_OF, P, "space:s", SHOWN, PUBLIC_OPEN, t=7.0, until=8.0),
        TieRecord(TieKind.MEMBER_OF, Q, "space:s", SHOWN, PUBLIC_OPEN, t=3.0),
    )
    world = World(nodes(P, Q, R, "skill:k", "space:s"), tuple(said), (*ties, same(Q, P)))
    view = look(world.snapshot())
    met, skill, member = (view.ties_of(k) for k in (TieKind.MET, TieKind.HAS_SKILL, TieKind.MEMBER_OF))
    assert view.nodes.ids.tolist() == [P, R, "skill:k", "space:s"]
    assert (met.t.tolist(), skill.src.tolist(), member.t.tolist()) == ([5.0, 9.0], [view.find(P)], [3.0])
    assert (np.isnan(member.until).all(), len(view.statements), len(view.fields)) == (True, 1, 4)
    assert (view.find(Q), view.find(P)) == (0, 0)


def test_of_a_fact_that_both_hold_the_stricter_release_counts() -> None:
    narrow = Policy(Audience.MY_MIXERS, Matching.NONE)
    people = nodes(P) | nodes(Q, policy=narrow)
    world = World(people, (), (same(Q, P),))
    assert look(World(people).snapshot(), ANALYST).names == {0: "見本 p"}
    assert len(look(world.snapshot(), ANALYST).nodes) == 0
    assert not look(world.snapshot()).available.any()


@pytest.mark.parametrize("kind", sorted(SYMMETRIC & {TieKind.MET, TieKind.KNOWS}))
@pytest.mark.parametrize("middle", ["person:m", "person:z"])
@pytest.mark.parametrize("hides", ["own", "other", "second own", "second other"])
def test_ties_without_a_direction_meet_whichever_end_was_stored_first(kind: TieKind, middle: str, hides: str) -> None:
    """P and X are one: P - M and M - X are one meeting, of which the stricter release counts at each end."""
    first, second = "person:a", "person:x"
    released = {"own": SHOWN, "other": SHOWN, "second own": SHOWN, "second other": SHOWN} | {hides: SECRET}
    ties = (
        TieRecord(kind, first, middle, released["own"], released["other"], t=1.0),
        _either_way(kind, second, middle, released["second own"], released["second other"]),
    )
    world = World(nodes(first, second, middle), (), ties)
    assert len(look(world.snapshot(), ANALYST).ties) == 1
    assert len(look(merged(world, (first, second)).snapshot(), ANALYST).ties) == 0


def _either_way(kind: TieKind, a: NodeId, b: NodeId, policy_a: Policy, policy_b: Policy) -> TieRecord:
    """Make a tie as importers store it: the smaller id first."""
    ends = sorted([(a, policy_a), (b, policy_b)], key=lambda end: end[0])
    return TieRecord(kind, ends[0][0], ends[1][0], ends[0][1], ends[1][1], t=1.0)


def test_merging_shows_nobody_else_more_than_before() -> None:
    """Only who is one of the merged gains anything: the facts of the own other record."""
    rng = np.random.default_rng(23)
    compared = 0
    for _ in range(15):
        world, pairs = random_world(rng), random_pairs(rng)
        before, after = world.snapshot(), merged(world, *pairs).snapshot()
        touched = {i for pair in pairs for i in pair}
        for viewer in viewers(world):
            if (
                viewer.node not in touched
                and f"person:{viewer.key}" not in touched
                and not _speaks(world, viewer, touched)
            ):
                seen = set(look(after, viewer).statements.ids)
                assert seen <= set(look(before, viewer).statements.ids)
                compared += len(seen)
    assert compared > 80


def _speaks(world: World, viewer: Viewer, touched: set[NodeId]) -> bool:
    """Say whether the viewer speaks for an organisation that was merged."""
    return any(x.kind is TieKind.REPRESENTS and x.src == viewer.node and x.dst in touched for x in world.ties)


def test_hidden_values_of_merged_records_change_nothing() -> None:
    """Two worlds that differ in the words of facts which a viewer may not see give that viewer the same view."""
    rng = np.random.default_rng(29)
    changed = 0
    for _ in range(40):
        world, pairs = random_world(rng), random_pairs(rng)
        viewer = viewers(world)[int(rng.integers(len(viewers(world))))]
        left = look(merged(world, *pairs).snapshot(), viewer)
        shown = set(left.fields.value.tolist())
        other = replace(world, nodes={i: _rewritten(n, shown) for i, n in world.nodes.items()})
        changed += other != world
        assert everything_in(look(merged(other, *pairs).snapshot(), viewer)) == everything_in(left)
    assert changed > 20


def _rewritten(node: Node, shown: set[str]) -> Node:
    return replace(
        node, fields={k: f if f.value in shown else replace(f, value="hidden") for k, f in node.fields.items()}
    )


def test_a_record_that_joins_two_others_unseen_does_not_show_but_keeps_them_apart() -> None:
    """P - Q - R are one person; a viewer who may not know of Q sees P and R as two, and never introduces them."""
    world = merged(World(nodes(P, R) | nodes(Q, policy=SECRET)), (Q, P), (R, Q))
    stricter_left = look(world.snapshot(), ANALYST)
    assert stricter_left.nodes.ids.tolist() == []  # the strictest of the three decides about all
    said = tuple(Statement(o, StatementKind.OFFER, f"できること {o}", SHOWN, ORIGIN) for o in (P, R))
    view = look(replace(world, statements=said).snapshot(), ANALYST)
    assert view.nodes.ids.tolist() == [P, R]
    assert ids_apart(view) == {frozenset({P, R})}


def test_own_rights_follow_to_the_other_record() -> None:
    own = Statement(Q, StatementKind.NEED, "だれにも言っていない困りごと", SECRET, ORIGIN)
    world = merged(World(nodes(P, Q), (own,)), (Q, P))
    for me in (P, Q):
        view = look(world.snapshot(), Viewer.parse(me))
        assert (view.statements.ids.tolist(), view.nodes.ids.tolist()) == ([own.id], [me])
    assert len(look(world.snapshot(), ANALYST).statements) == 0


def test_who_is_denied_to_one_record_is_denied_to_the_other() -> None:
    denying = replace(SHOWN, denied=frozenset({P}))
    world = World(nodes(P, Q) | nodes(R, policy=denying))
    assert R in look(world.snapshot(), Viewer.parse(Q)).row_of
    assert R not in look(merged(world, (Q, P)).snapshot(), Viewer.parse(Q)).row_of


# ---- who is never introduced to whom


def test_blocks_hold_through_merges_of_people_and_organisations() -> None:
    """P5: whoever is one with somebody blocked, or is in an organisation that is one with a blocked one."""
    rng = np.random.default_rng(31)
    checked = 0
    for _ in range(15):
        world, pairs = random_world(rng), random_pairs(rng)
        world = replace(world, ties=(*world.ties, _block(rng), _belonging(rng)))
        snapshot = merged(world, *pairs).snapshot()
        apart = expected_apart(world, pairs)
        for viewer in viewers(world):
            view = look(snapshot, viewer)
            for a, b in apart:
                rows = [view.row_of.get(i) for i in (a, b)]
                if None not in rows and rows[0] != rows[1]:
                    assert rows in view.kept_apart.tolist()
                    checked += 1
    assert checked > 200


def _block(rng: np.random.Generator) -> TieRecord:
    return TieRecord(TieKind.NOT_WITH, str(rng.choice(PEOPLE)), str(rng.choice(ORGANISATIONS)), SECRET, SECRET)


def _belonging(rng: np.random.Generator) -> TieRecord:
    return TieRecord(TieKind.MEMBER_OF, PEOPLE[6], str(rng.choice(ORGANISATIONS)), random_policy(rng), PUBLIC_OPEN)


def expected_apart(world: World, pairs: Sequence[tuple[NodeId, NodeId]]) -> set[tuple[NodeId, NodeId]]:
    """Give the pairs by hand: everybody whom a blocked end stands for, one record after the other."""
    groups = groups_of(pairs)

    def like(i: NodeId) -> set[NodeId]:
        return next((g for g in groups if i in g), {i})

    def stands_for(i: NodeId) -> set[NodeId]:
        kinds = (TieKind.MEMBER_OF, TieKind.REPRESENTS)
        inside = {x.src for x in world.ties if x.kind in kinds and x.dst in like(i) and x.dst in ORGANISATIONS}
        return {p for j in (like(i) | inside) for p in like(j) if p in PEOPLE}

    blocks = [(x.src, x.dst) for x in world.ties if x.kind is TieKind.NOT_WITH]
    return {
        pair for a, b in blocks for x in stands_for(a) for y in stands_for(b) if x != y for pair in ((x, y), (y, x))
    }


def test_an_open_suggestion_keeps_two_records_apart_until_somebody_decides() -> None:
    world = World(nodes(P, Q, R), (), (same(P, Q, TieKind.MAYBE_SAME),))
    rejected = replace(world, ties=(*world.ties, same(P, Q, TieKind.NOT_SAME)))
    assert ids_apart(look(world.snapshot())) == {frozenset({P, Q})}
    assert ids_apart(look(rejected.snapshot())) == set()
    assert ids_apart(look(merged(world, (Q, P)).snapshot())) == set()
    assert ids_apart(look(merged(world, (R, P)).snapshot())) == {frozenset({P, Q})}


def test_ties_of_merging_are_control_not_content() -> None:
    kinds = [TIE_CODE[k] for k in (TieKind.SAME_AS, TieKind.MAYBE_SAME, TieKind.NOT_SAME)]
    world = World(nodes(P, Q, R), (), (same(P, Q), same(P, R, TieKind.MAYBE_SAME), same(Q, R, TieKind.NOT_SAME)))
    assert not np.isin(look(world.snapshot()).ties.kind, kinds).any()


def test_suggestions_are_kept_once_and_go_when_nothing_speaks_for_them() -> None:
    store = MemoryStore()
    store.apply(ChangeSet("w", "operator", "test", nodes=list(nodes(P, Q, R).values())))
    found = {(P, Q): ["same_name"], (Q, R): ["same_mail"]}
    for expected in (True, False):
        changes = merge_changes.suggestions(store.snapshot(), found, "operator", everything=True)
        assert (changes is not None) == expected
        if changes is not None:
            store.apply(changes)
    store.apply(merge_changes.accept(store.snapshot(), P, Q, "operator") or pytest.fail("nothing to do"))
    store.apply(merge_changes.suggestions(store.snapshot(), {}, "operator", everything=True) or pytest.fail("nothing"))
    assert merge_changes.pairs_of(store.snapshot(), TieKind.MAYBE_SAME) == {(P, Q)}  # decided: an undo needs it


def test_merged_members_reach_the_spaces_of_both() -> None:
    inside = [TieRecord(TieKind.MEMBER_OF, p, s, SHOWN, PUBLIC_OPEN) for p, s in ((P, SPACES[0]), (Q, SPACES[1]))]
    world = World(nodes(P, Q, *SPACES), (), (*inside, same(Q, P)))
    assert look(world.snapshot(), Viewer.parse(P)).spaces == set(SPACES[:2])


@pytest.mark.parametrize("caps", [(1, 3), (3, 1)])
def test_a_key_person_who_is_one_keeps_the_smallest_cap(caps: tuple[int, int]) -> None:
    """B15: whichever record says it, and whichever survives."""
    for pair in ((P, Q), (Q, P)):
        nodes = {i: Node(i, SHOWN, ORIGIN) for i in (P, Q, SPACES[0])}
        ties = [
            TieRecord(TieKind.KEY_OF, who, SPACES[0], SHOWN, SHOWN, details=f'{{"cap": {cap}}}')
            for who, cap in zip((P, Q), caps, strict=True)
        ]
        view = look(World(nodes, (), (*ties, same(*pair))).snapshot())
        assert view.ties_of(TieKind.KEY_OF).details.tolist() == ['{"cap": 1}']


@pytest.mark.parametrize("own", [{}, {"heard_from": "self"}, {"confirm": "open", "commitment": "project"}])
def test_equal_statements_of_one_person_keep_how_far_it_goes(own: dict[str, str]) -> None:
    """A15: whichever record says it, and whichever survives; what is hearsay gives way."""
    said = Statement(Q, StatementKind.OFFER, "帳簿をつけます", SHOWN, ORIGIN, details={"commitment": "answer"})
    bare = Statement(P, StatementKind.OFFER, "帳簿をつけます", SHOWN, ORIGIN, details=own)
    for pair in ((P, Q), (Q, P)):
        view = look(World(nodes(P, Q), (said, bare), (same(*pair),)).snapshot())
        assert [json.loads(text) for text in view.statements.details.tolist()] == [{"commitment": "answer"}]


def test_own_words_stay_before_hearsay() -> None:
    heard = Statement(
        Q, StatementKind.OFFER, "帳簿をつけます", SHOWN, ORIGIN, details={"confirm": "open", "heard_from": "staff"}
    )
    own = Statement(P, StatementKind.OFFER, "帳簿をつけます", SHOWN, ORIGIN)
    for pair in ((P, Q), (Q, P)):
        view = look(World(nodes(P, Q), (heard, own), (same(*pair),)).snapshot())
        assert view.statements.details.tolist() == [None]
