"""Public contract suites of the graph: what every store must do, and worlds to try the gate with."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph.changes import ChangeSet
from graph.errors import Conflict, Refused
from graph.kinds import NodeKind, Said, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy
from graph.records import Field, Node, Provenance, Statement, TieBatch, node_id
from graph.snapshot import Snapshot
from graph.store.base import Store, chain

SOURCE = Provenance("contract.csv", 2)
A, B, C = (node_id(NodeKind.PERSON, k) for k in "abc")
SPACE = node_id(NodeKind.SPACE, "s")


def person(identifier: str, name: str = "見本 あおば", policy: Policy = NETWORK_OPEN) -> Node:
    """Make a person with a name."""
    return Node(identifier, policy, SOURCE, {"name": Field(name, policy, SOURCE)})


def three_people(key: str = "k1") -> ChangeSet:
    """Make a, b, c and a space: a - b met, a is a member, b needs something."""
    changes = ChangeSet(key, "operator", "test")
    changes.nodes += [person(A), person(B, "架空 しずく"), person(C, "例示 こだち"), Node(SPACE, PUBLIC_OPEN, SOURCE)]
    changes.statements.append(Statement(B, StatementKind.NEED, "決算が分からない", NETWORK_OPEN, SOURCE, t=5.0))
    changes.add_tie(TieKind.MET, B, A, NETWORK_OPEN, NETWORK_OPEN, SOURCE, t=10.0)
    changes.add_tie(TieKind.MEMBER_OF, A, SPACE, NETWORK_OPEN, PUBLIC_OPEN, SOURCE, t=1.0, until=9.0)
    return changes


def same_graph(a: Snapshot, b: Snapshot) -> bool:
    """Say whether two snapshots hold the same arrays, whatever their versions."""
    for table in ("nodes", "fields", "statements", "ties"):
        left, right = getattr(a, table), getattr(b, table)
        for name in left.__dataclass_fields__:
            x, y = getattr(left, name), getattr(right, name)
            if x.dtype == float:
                if not np.array_equal(x, y, equal_nan=True):
                    return False
            elif not np.array_equal(x, y):
                return False
    return a.policies == b.policies and a.sources == b.sources


class StoreContract:
    """What every store must do; a subclass gives the fixture ``store`` (empty, migrated).

    It also gives ``reopen(store)``, a second object on the same data.
    """

    def reopen(self, store: Store) -> Store:
        """Open the same data once more."""
        raise AssertionError(f"{type(self).__name__} must define reopen for {store.url}")

    def test_migrate_twice_changes_nothing(self, store: Store) -> None:
        assert store.migrate() == 0

    def test_empty_store_gives_empty_snapshot(self, store: Store) -> None:
        snapshot = store.snapshot()
        assert (len(snapshot.nodes), len(snapshot.statements), len(snapshot.ties), snapshot.version) == (0, 0, 0, 0)

    def test_what_was_applied_is_there_after_reopening(self, store: Store) -> None:
        receipt = store.apply(three_people())
        assert (receipt.created, receipt.changed, receipt.replayed, receipt.version) == (7, 0, False, 1)
        with self.reopen(store) as again:
            assert same_graph(again.snapshot(), store.snapshot())
            assert again.snapshot().names[again.snapshot().find(B)] == "架空 しずく"

    def test_same_key_changes_nothing(self, store: Store) -> None:
        store.apply(three_people())
        before = store.snapshot()
        receipt = store.apply(three_people())
        assert receipt.replayed
        assert receipt.version == 1
        assert same_graph(before, store.snapshot())

    def test_same_content_under_a_new_key_counts_as_unchanged(self, store: Store) -> None:
        store.apply(three_people())
        before = store.snapshot()
        receipt = store.apply(three_people("k2"))
        assert (receipt.created, receipt.changed, receipt.unchanged, receipt.version) == (0, 0, 7, 2)
        assert same_graph(before, store.snapshot())

    def test_same_key_with_other_content_is_a_conflict(self, store: Store) -> None:
        store.apply(three_people())
        other = three_people()
        other.nodes.append(person("person:d"))
        with pytest.raises(Conflict):
            store.apply(other)

    def test_unknown_end_refuses_everything(self, store: Store) -> None:
        changes = three_people()
        changes.add_tie(TieKind.KNOWS, A, "person:nobody", NETWORK_OPEN, NETWORK_OPEN, SOURCE)
        with pytest.raises(Refused, match="person:nobody"):
            store.apply(changes)
        assert len(store.snapshot().nodes) == 0
        assert store.version() == 0
        assert store.audit() == []
        assert not store.applied("k1")

    def test_newer_value_replaces_older(self, store: Store) -> None:
        store.apply(three_people())
        narrow = Policy(Audience.ONLY_ME, Matching.NONE)
        changes = ChangeSet("k2", "operator", "test")
        changes.nodes.append(person(A, "見本 みどり", narrow))
        receipt = store.apply(changes)
        snapshot = store.snapshot()
        assert receipt.created == 0
        assert receipt.changed > 0
        assert snapshot.names[snapshot.find(A)] == "見本 みどり"
        assert snapshot.policies[snapshot.nodes.policy[snapshot.find(A)]] == narrow

    def test_symmetric_tie_is_one_whatever_its_direction(self, store: Store) -> None:
        store.apply(three_people())
        turned = ChangeSet("k2", "operator", "test")
        turned.add_tie(TieKind.MET, A, B, NETWORK_OPEN, NETWORK_OPEN, SOURCE, t=10.0)
        assert store.apply(turned).unchanged == 1

    def test_policies_follow_their_ends(self, store: Store) -> None:
        store.apply(three_people())
        mine, yours = Policy(Audience.ONLY_ME), Policy(Audience.PUBLIC)
        changes = ChangeSet("k2", "operator", "test")
        changes.add_tie(TieKind.KNOWS, C, A, mine, yours, SOURCE)
        store.apply(changes)
        s = store.snapshot()
        tie = s.ties_of(TieKind.KNOWS)
        assert (s.nodes.ids[tie.src[0]], s.policies[tie.policy_src[0]], s.policies[tie.policy_dst[0]]) == (
            A,
            yours,
            mine,
        )

    def test_meetings_repeat_and_memberships_do_not(self, store: Store) -> None:
        store.apply(three_people())
        changes = ChangeSet("k2", "operator", "test")
        changes.ties.append(
            TieBatch(TieKind.MET, [A, A], [B, B], NETWORK_OPEN, NETWORK_OPEN, "x", t=[11.0, None], n=[2, 3])
        )
        changes.add_tie(TieKind.MEMBER_OF, A, SPACE, NETWORK_OPEN, PUBLIC_OPEN, SOURCE, t=2.0)
        receipt = store.apply(changes)
        met = store.snapshot().ties_of(TieKind.MET)
        member = store.snapshot().ties_of(TieKind.MEMBER_OF)
        assert (receipt.created, receipt.changed) == (2, 1)
        assert met.n.tolist() == [1, 2, 3]
        assert np.isnan(met.t[2])
        assert (member.t.tolist(), np.isnan(member.until).tolist()) == ([2.0], [True])

    def test_statement_keeps_words_time_and_details(self, store: Store) -> None:
        store.apply(three_people())
        changes = ChangeSet("k2", "mixer:m", "hearing")
        heard = Provenance("聞き取り.xlsx", 7, Said.STAFF)
        words = '「=1+1」と"引用"\n改行 😀 ｶﾅ'
        changes.statements.append(
            Statement(A, StatementKind.OFFER, words, NETWORK_OPEN, heard, details={"rung": "5分", "exchange": "gift"})
        )
        store.apply(changes)
        s = store.snapshot()
        row = int(np.flatnonzero(s.statements.text == words)[0])
        assert s.statements.details[row] == '{"exchange": "gift", "rung": "5分"}'
        assert (s.sources[s.statements.source[row]], s.statements.row[row]) == ("聞き取り.xlsx", 7)
        assert np.isnan(s.statements.t[row])

    def test_removal_is_idempotent(self, store: Store) -> None:
        store.apply(three_people())
        s = store.snapshot()
        for key in ("k2", "k3"):
            changes = ChangeSet(key, "operator", "withdraw")
            changes.remove_statements([str(s.statements.ids[0])])
            changes.remove_tie(TieKind.MET, A, B)
            removed = store.apply(changes).removed
            assert removed == (2 if key == "k2" else 0)
        after = store.snapshot()
        assert len(after.statements) == 0
        assert len(after.ties_of(TieKind.MET)) == 0

    def test_order_of_arrival_does_not_show(self, store: Store) -> None:
        changes = three_people()
        changes.nodes.reverse()
        changes.ties.reverse()
        store.apply(changes)
        assert store.snapshot().nodes.ids.tolist() == [A, B, C, SPACE]

    def test_audit_is_written_with_the_change_and_chained(self, store: Store) -> None:
        store.apply(three_people())
        store.record("operator", "recommend", {"space": "s"})
        first, second = store.audit()
        assert (first.actor, first.action, first.key, first.previous) == ("operator", "test", "k1", "")
        assert second.previous == first.hash
        for row in (first, second):
            assert row.hash == chain(row.seq, row.at, row.actor, row.action, row.key, row.detail, row.previous)
            assert dt.datetime.fromisoformat(row.at).tzinfo is not None
        assert "しずく" not in first.detail

    def test_snapshot_is_one_moment(self, store: Store) -> None:
        store.apply(three_people())
        snapshot = store.snapshot()
        store.apply(ChangeSet("k2", "operator", "test", nodes=[person("person:d")]))
        assert snapshot.version == 1
        assert store.version() == 2
        assert "person:d" not in snapshot.row_of
