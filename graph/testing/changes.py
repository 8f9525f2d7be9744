"""Contract of stores: what a change set does, what it counts and in which order things are read."""

# ruff: noqa: D102
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from graph.changes import ChangeSet
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch
from graph.store.base import Store
from graph.store.memory import MemoryStore
from graph.testing.samples import (
    SOURCE,
    SPACE,
    A,
    B,
    C,
    changed,
    counts,
    difference,
    person,
    same_graph,
    three_people,
    ties,
)

NARROW = Policy(Audience.ONLY_ME, Matching.NONE)
NEED = Statement(B, StatementKind.NEED, "決算が分からない", NETWORK_OPEN, SOURCE, t=5.0)
LATER = Provenance("later.csv", 9)


def _member(t: float | None = 1.0, until: float | None = 9.0, n: int = 1, details: str | None = None) -> TieBatch:
    pair = (NETWORK_OPEN, PUBLIC_OPEN)
    return TieBatch(TieKind.MEMBER_OF, [A], [SPACE], *pair, "later.csv", t=[t], until=[until], n=[n], details=[details])


class ChangesContract:
    """What becomes of the facts of a change set."""

    def test_empty_store_gives_empty_snapshot(self, store: Store) -> None:
        s = store.snapshot()
        assert (len(s.nodes), len(s.fields), len(s.statements), len(s.ties), s.version) == (0, 0, 0, 0, 0)
        assert (s.policies, s.sources, store.version(), store.audit()) == ((), (), 0, [])
        assert difference(s, MemoryStore().snapshot()) == ""

    def test_empty_change_set_counts_as_a_version(self, store: Store) -> None:
        assert counts(store.apply(changed("k"))) == (0, 0, 0, 0)
        assert (store.version(), store.applied("k")) == (1, True)

    def test_same_content_under_a_new_key_counts_as_unchanged(self, store: Store) -> None:
        store.apply(three_people())
        before = store.snapshot()
        receipt = store.apply(three_people("k2"))
        assert (counts(receipt), receipt.version) == ((0, 0, 7, 0), 2)
        assert same_graph(before, store.snapshot())

    def test_newer_value_replaces_older(self, store: Store) -> None:
        store.apply(three_people())
        receipt = store.apply(changed("k2", person(A, "見本 みどり", NARROW)))
        s = store.snapshot()
        assert (receipt.created, receipt.changed > 0) == (0, True)
        assert s.names[s.find(A)] == "見本 みどり"
        assert s.policies[s.nodes.policy[s.find(A)]] == NARROW

    @pytest.mark.parametrize(
        ("fact", "n"),
        [
            (person(A, policy=NARROW), 2),
            (person(A, "見本 みどり"), 1),
            (Node(A, NARROW, LATER), 1),
            (Node(A, NETWORK_OPEN, LATER, {"area": Field("見本町", NARROW, LATER)}), 0),
            (replace(NEED, policy=NARROW), 1),
            (replace(NEED, t=None), 1),
            (replace(NEED, t=6.0), 1),
            (replace(NEED, details={"rung": "5分"}), 1),
            (_member(t=2.0), 1),
            (_member(t=None), 1),
            (_member(until=None), 1),
            (_member(until=8.0), 1),
            (_member(n=2), 1),
            (_member(details='{"role": "世話人"}'), 1),
            (replace(_member(), policy_src=NARROW), 1),
            (replace(_member(), policy_dst=NARROW), 1),
        ],
        ids=["name and node policy", "name", "node policy", "new attribute", "statement policy", "statement undated",
             "statement time", "statement details", "beginning", "no beginning", "no end", "end", "count", "details",
             "policy of source", "policy of target"],
    )  # fmt: skip
    def test_each_difference_counts(self, store: Store, fact: Node | Statement | TieBatch, n: int) -> None:
        """A fact that differs in one thing is changed, and the same again is not."""
        model = MemoryStore()
        for keeper in (store, model):
            keeper.apply(three_people())
            assert keeper.apply(changed("k2", fact)).changed == n
            assert keeper.apply(changed("k3", fact)).changed == 0
        assert difference(store.snapshot(), model.snapshot()) == ""

    @pytest.mark.parametrize(
        "fact",
        [replace(person(A), provenance=LATER), replace(NEED, provenance=LATER), _member()],
        ids=["node", "statement", "tie"],
    )
    def test_same_content_from_elsewhere_keeps_its_first_source(
        self, store: Store, fact: Node | Statement | TieBatch
    ) -> None:
        store.apply(three_people())
        assert counts(store.apply(changed("k2", fact))) == (0, 0, 1, 0)
        assert store.snapshot().sources == (SOURCE.source,)

    def test_changed_content_takes_the_new_source(self, store: Store) -> None:
        store.apply(three_people())
        name = Field("見本 みどり", NETWORK_OPEN, LATER)
        store.apply(changed("k2", Node(A, NARROW, LATER, {"name": name}), replace(NEED, t=6.0, provenance=LATER)))
        s = store.snapshot()
        row = s.find(A)
        assert [s.sources[x] for x in (s.nodes.source[row], s.statements.source[0])] == ["later.csv", "later.csv"]
        assert s.fields.row[s.fields.node == row].tolist() == [9]

    def test_one_changed_node_of_two_leaves_one_unchanged(self, store: Store) -> None:
        store.apply(three_people())
        receipt = store.apply(changed("k2", person(A, "見本 みどり"), person(B, "架空 しずく")))
        assert counts(receipt) == (0, 1, 1, 0)

    def test_meetings_repeat_and_memberships_do_not(self, store: Store) -> None:
        store.apply(three_people())
        again = TieBatch(TieKind.MET, [A, A], [B, B], NETWORK_OPEN, NETWORK_OPEN, "x", t=[11.0, None], n=[2, 3])
        receipt = store.apply(changed("k2", again, _member(t=2.0, until=None)))
        met, member = (store.snapshot().ties_of(k) for k in (TieKind.MET, TieKind.MEMBER_OF))
        assert (receipt.created, receipt.changed) == (2, 1)
        assert met.n.tolist() == [1, 2, 3]
        assert np.isnan(met.t[2])
        assert (member.t.tolist(), np.isnan(member.until).tolist()) == ([2.0], [True])

    def test_policies_follow_their_ends(self, store: Store) -> None:
        store.apply(three_people())
        store.apply(changed("k2", ties(TieKind.KNOWS, (C, A), policies=(NARROW, PUBLIC_OPEN))))
        s = store.snapshot()
        tie = s.ties_of(TieKind.KNOWS)
        assert s.nodes.ids[tie.src[0]] == A
        assert (s.policies[tie.policy_src[0]], s.policies[tie.policy_dst[0]]) == (PUBLIC_OPEN, NARROW)

    @pytest.mark.parametrize(
        "facts",
        [
            (person(A, "一"), person(A, "二")),
            (person(A, "一"), person(A, "二"), person(A, "一")),
            (person(A, policy=NARROW), person(A)),
            (person(A), Node(A, NETWORK_OPEN, LATER, {"area": Field("見本町", NARROW, LATER)})),
            (replace(NEED, t=1.0), replace(NEED, t=2.0), replace(NEED, t=1.0)),
            (NEED, replace(NEED, policy=NARROW)),
            (ties(TieKind.MET, (A, B), (B, A), t=[1.0, 1.0]),),
            (ties(TieKind.MET, (A, B), (A, B), (A, B), t=[None, 1.0, None]),),
            (ties(TieKind.MEMBER_OF, (A, B), (A, B), t=[2.0, 1.0]),),
            (ties(TieKind.MEMBER_OF, (A, B), (A, B), (A, B), t=[1.0, 2.0, 1.0]),),
            (ties(TieKind.MEMBER_OF, (A, B), (A, B), t=[2.0, None]),),
            (ties(TieKind.PARTNERS, (A, B), policies=(NARROW, PUBLIC_OPEN)), ties(TieKind.PARTNERS, (B, A))),
        ],
        ids=["names", "there and back", "policies", "attributes", "times of a statement", "policies of a statement",
             "both directions", "undated twice", "earlier last", "beginnings", "no beginning last", "two batches"],
    )  # fmt: skip
    def test_given_twice_in_one_change_set(self, store: Store, facts: tuple[Node | Statement | TieBatch, ...]) -> None:
        """The later one replaces the earlier one, as if they came in two change sets."""
        model = MemoryStore()
        base = changed("k1", Node(SPACE, PUBLIC_OPEN, SOURCE), Node(B, PUBLIC_OPEN, SOURCE))
        if not any(isinstance(f, Node) for f in facts):
            base.nodes.append(Node(A, PUBLIC_OPEN, SOURCE))
        for keeper in (store, model):
            keeper.apply(base)
        assert store.apply(changed("k2", *facts)) == model.apply(changed("k2", *facts))
        assert difference(store.snapshot(), model.snapshot()) == ""

    def test_order_within_a_batch_decides(self, store: Store) -> None:
        store.apply(changed("k", person(A), person(B), ties(TieKind.MEMBER_OF, (A, B), (A, B), t=[2.0, 1.0])))
        assert store.snapshot().ties.t.tolist() == [1.0]

    def test_removal_comes_before_what_is_given(self, store: Store) -> None:
        store.apply(three_people())
        changes = three_people("k2")
        changes.remove_statements([NEED.id])
        changes.remove_tie(TieKind.MET, A, B)
        assert counts(store.apply(changes)) == (2, 0, 5, 2)
        assert len(store.snapshot().ties) == 2

    def test_removal_is_idempotent(self, store: Store) -> None:
        store.apply(three_people())
        for key, n in (("k2", 2), ("k3", 0)):
            changes = changed(key)
            changes.remove_statements([NEED.id, NEED.id, "statement:none"])
            changes.remove_tie(TieKind.MET, A, B)
            changes.remove_tie(TieKind.MET, B, A)
            assert store.apply(changes).removed == n
        after = store.snapshot()
        assert (len(after.statements), len(after.ties_of(TieKind.MET))) == (0, 0)

    def test_removal_takes_every_time_of_a_pair_and_nothing_else(self, store: Store) -> None:
        store.apply(three_people())
        store.apply(changed("k2", ties(TieKind.MET, (A, B), (A, B), (A, C), t=[11.0, None, 11.0])))
        changes = changed("k3")
        changes.remove_tie(TieKind.MET, A, B)
        assert store.apply(changes).removed == 3
        s = store.snapshot()
        assert [s.nodes.ids[x] for x in s.ties_of(TieKind.MET).dst] == [C]
        assert len(s.ties_of(TieKind.MEMBER_OF)) == 1

    @pytest.mark.parametrize(("src", "dst"), [(SPACE, A), (A, "person:nobody"), ("person:nobody", A), ("nonsense", A)])
    def test_removal_of_what_is_not_there(self, store: Store, src: NodeId, dst: NodeId) -> None:
        store.apply(three_people())
        changes = changed("k2")
        changes.remove_tie(TieKind.MEMBER_OF, src, dst)
        assert counts(store.apply(changes)) == (0, 0, 0, 0)

    def test_what_no_fact_uses_any_more_does_not_show(self, store: Store) -> None:
        """Policies and sources are those of the facts there are, not of those there were."""
        store.apply(three_people())
        store.apply(changed("k2", Node(C, NARROW, LATER), replace(NEED, policy=NARROW, provenance=LATER), _member()))
        away = changed("k3", Node(C, NETWORK_OPEN, SOURCE))
        away.remove_statements([NEED.id])
        store.apply(away)
        s = store.snapshot()
        assert (s.policies, s.sources) == ((NETWORK_OPEN, PUBLIC_OPEN), (SOURCE.source,))

    @pytest.mark.parametrize("turn", [lambda x: x, lambda x: x[::-1]], ids=["forwards", "backwards"])
    def test_rows_come_in_the_order_of_ids(self, store: Store, turn: Callable[[list[NodeId]], list[NodeId]]) -> None:
        """By code points, not by UTF-16 units or by the customs of a language."""
        keys = ["10", "9", "A", "a", "b", "~", "é", "東", "\uff5e", "ｱ", "😀", "𠮷"]
        people = [f"person:{k}" for k in keys]
        for key, part in (("k1", turn(people)[:5]), ("k2", turn(people)[5:])):
            store.apply(changed(key, *map(person, part)))
        said = [Statement(p, k, "x", NETWORK_OPEN, SOURCE) for p in turn(people) for k in StatementKind]
        store.apply(changed("k3", *said, ties(TieKind.KNOWS, *((a, b) for a in turn(people) for b in people if a < b))))
        s = store.snapshot()
        assert s.nodes.ids.tolist() == people
        assert s.fields.node.tolist() == list(range(len(people)))
        assert s.statements.ids.tolist() == sorted(x.id for x in said)
        pairs = list(zip(s.ties.src.tolist(), s.ties.dst.tolist(), strict=True))
        assert pairs == sorted(pairs)
        assert len(pairs) == len(people) * (len(people) - 1) // 2

    def test_kinds_stand_together(self, store: Store) -> None:
        nodes = [f"{kind}:{k}" for kind in NodeKind for k in "ba"]
        store.apply(changed("k", *(Node(n, PUBLIC_OPEN, SOURCE) for n in nodes)))
        assert store.snapshot().nodes.ids.tolist() == sorted(nodes)

    def test_order_of_arrival_does_not_show(self, store: Store) -> None:
        changes = three_people()
        changes.nodes.reverse()
        changes.ties.reverse()
        store.apply(changes)
        assert store.snapshot().nodes.ids.tolist() == [A, B, C, SPACE]

    def test_many_facts_at_once(self, store: Store) -> None:
        """More rows than any store takes in one bite: the same as in the model, also changed and removed."""
        rng = np.random.default_rng(3)
        people = [f"person:p{i}" for i in range(5_600)]
        a, b = (rng.choice(people, 12_000).tolist() for _ in range(2))
        when = rng.integers(0, 50, len(a)).astype(float).tolist()
        first = changed(
            "k1", *(person(p, f"見本 {p}") for p in people), ties(TieKind.MET, *zip(a, b, strict=True), t=when)
        )
        first.statements += [Statement(p, StatementKind.OFFER, f"{p} のこと", PUBLIC_OPEN, SOURCE) for p in people]
        second = changed(
            "k2", *(person(p, f"架空 {p}") for p in people[::2]), ties(TieKind.MET, *zip(b, a, strict=True))
        )
        second.remove_statements(s.id for s in first.statements[::3])
        for pair in zip(a[:200], b[:200], strict=True):
            second.remove_tie(TieKind.MET, *pair)
        model = MemoryStore()
        for changes in (first, second):
            assert store.apply(changes) == model.apply(changes)
        assert difference(store.snapshot(), model.snapshot()) == ""

    def test_many_small_batches(self, store: Store) -> None:
        """Importers may bring every tie by itself, each with decisions of its own."""
        changes = ChangeSet("k", "operator", "test", nodes=[person(f"person:p{i}") for i in range(40)])
        for i in range(400):
            policies = (Policy(Audience(i % 6)), Policy(Audience(i % 5), Matching(i % 3)))
            changes.add_tie(TieKind.KNOWS, f"person:p{i % 40}", f"person:p{i * 7 % 40}", *policies, SOURCE, t=i % 9)
        model = MemoryStore()
        assert store.apply(changes) == model.apply(changes)
        assert difference(store.snapshot(), model.snapshot()) == ""
