"""Contract of stores: keys, refusals, versions, audit and reopening."""

# ruff: noqa: D102
from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from graph.audit import intact
from graph.changes import ChangeSet
from graph.errors import Conflict, MusubiError, Refused, WrongUse
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Node, NodeId, Statement, TieBatch
from graph.store.base import Store
from graph.store.memory import MemoryStore
from graph.testing.samples import SOURCE, A, B, C, changed, person, same_graph, three_people, ties

NAN, INFINITY = float("nan"), float("inf")


def _statement(owner: NodeId = A, text: str = "ほしい", t: float | None = None) -> Statement:
    return Statement(owner, StatementKind.NEED, text, NETWORK_OPEN, SOURCE, t=t)


def _until(t: float) -> TieBatch:
    return TieBatch(TieKind.MET, [A], [B], NETWORK_OPEN, NETWORK_OPEN, "x", until=[t])


REFUSED = {
    "owner": (_statement("person:nobody"), Refused),
    "source": (ties(TieKind.KNOWS, ("person:nobody", A)), Refused),
    "target": (ties(TieKind.KNOWS, (A, "person:nobody")), Refused),
    "target of another kind": (ties(TieKind.MEMBER_OF, (A, "space:a")), Refused),
    "end of no kind": (ties(TieKind.MEMBER_OF, (A, "nonsense")), Refused),
    "owner of no kind": (_statement("nonsense:a"), Refused),
    "node of no kind": (person("nonsense:a"), WrongUse),
    "node without kind": (person("a"), WrongUse),
    "time of a statement": (_statement(t=NAN), Refused),
    "time of a tie": (ties(TieKind.MET, (A, B), t=[INFINITY]), Refused),
    "no number": (ties(TieKind.MEMBER_OF, (A, B), t=[NAN]), Refused),
    "end of a tie": (_until(-INFINITY), Refused),
    "half a character": (person(A, "見本\ud83d"), Refused),
    "half a character in a tie": (
        TieBatch(TieKind.MET, [A], [B], NETWORK_OPEN, NETWORK_OPEN, "x", details=["\udc00"]),
        Refused,
    ),
}
CASES = pytest.mark.parametrize(("fact", "error"), REFUSED.values(), ids=REFUSED.keys())


class RefusalsContract:
    """What is not taken changes nothing; what was taken is there for good, once."""

    def reopen(self, store: Store) -> Store:
        raise NotImplementedError

    def test_migrate_twice_changes_nothing(self, store: Store) -> None:
        assert store.migrate() == 0

    @CASES
    def test_refused_as_a_whole(
        self, store: Store, fact: Node | Statement | TieBatch, error: type[MusubiError]
    ) -> None:
        """Nothing is changed, also of what was good, and the key stays free."""
        store.apply(changed("k1", person(A), person(B)))
        before = store.snapshot()
        bad = changed("k2", fact, person(C))
        bad.remove_tie(TieKind.MET, A, B)
        with pytest.raises(error) as first:
            store.apply(bad)
        assert same_graph(before, store.snapshot())
        assert (store.version(), len(store.audit()), store.applied("k2")) == (1, 1, False)
        model = MemoryStore()
        model.apply(changed("k1", person(A), person(B)))
        with pytest.raises(error) as second:
            model.apply(bad)
        assert str(first.value) == str(second.value)
        assert store.apply(changed("k2", person(C))).created == 1

    def test_missing_nodes_are_named_in_order(self, store: Store) -> None:
        names = [f"person:{i}" for i in (7, 3, 10, 1, 8, 2, 9)]
        bad = changed("k", person(A), ties(TieKind.MET, *((n, A) for n in names)), _statement("person:0"))
        with pytest.raises(Refused) as raised:
            store.apply(bad)
        shown = "person:0, person:1, person:10, person:2, person:3 and 3 more"
        assert str(raised.value) == f"a fact names nodes that do not exist: {shown}"

    def test_same_key_changes_nothing(self, store: Store) -> None:
        store.apply(three_people())
        before = store.snapshot()
        store.apply(changed("k2", person("person:d")))
        receipt = store.apply(three_people())
        assert (receipt.replayed, receipt.version, receipt.created, receipt.unchanged) == (True, 2, 0, 0)
        assert len(store.audit()) == 2
        assert not same_graph(before, store.snapshot())

    @pytest.mark.parametrize(
        "turn",
        [
            lambda c: c.nodes.append(person("person:d")),
            lambda c: c.statements.append(_statement(text="別の困りごと")),
            lambda c: c.remove_statements(["statement:x"]),
            lambda c: c.remove_tie(TieKind.MET, A, B),
            lambda c: c.ties.pop(),
        ],
        ids=["node", "statement", "removed statement", "removed tie", "tie less"],
    )
    def test_same_key_with_other_content_is_a_conflict(self, store: Store, turn: Callable[[ChangeSet], object]) -> None:
        store.apply(three_people())
        before = store.snapshot()
        other = three_people()
        turn(other)
        with pytest.raises(Conflict, match="'k1' was used before with another content"):
            store.apply(other)
        assert same_graph(before, store.snapshot())
        assert (store.version(), len(store.audit())) == (1, 1)

    def test_given_digest_stands_for_the_content(self, store: Store) -> None:
        first = ChangeSet("k", "operator", "import", digest="abc", nodes=[person(A)])
        store.apply(first)
        assert store.apply(ChangeSet("k", "operator", "import", digest="abc")).replayed
        with pytest.raises(Conflict):
            store.apply(ChangeSet("k", "operator", "import", digest="abd", nodes=[person(A)]))

    def test_what_was_applied_is_there_after_reopening(self, store: Store) -> None:
        receipt = store.apply(three_people())
        assert (receipt.created, receipt.changed, receipt.replayed, receipt.version) == (7, 0, False, 1)
        before = store.snapshot()
        with self.reopen(store) as again:
            assert same_graph(again.snapshot(), before)
            assert (again.version(), again.applied("k1"), again.applied("k2")) == (1, True, False)
            assert again.snapshot().names[again.snapshot().find(B)] == "架空 しずく"
            assert again.apply(three_people()).replayed
            assert again.audit() == store.audit()

    def test_two_objects_see_each_other(self, store: Store) -> None:
        with self.reopen(store) as other:
            store.apply(three_people())
            other.apply(changed("k2", person("person:d")))
            assert store.version() == other.version() == 2
            assert same_graph(store.snapshot(), other.snapshot())

    def test_close_twice_is_harmless(self, store: Store) -> None:
        again = self.reopen(store)
        again.close()
        again.close()

    def test_snapshot_is_one_moment(self, store: Store) -> None:
        store.apply(three_people())
        snapshot = store.snapshot()
        store.apply(changed("k2", person("person:d")))
        assert snapshot.version == 1
        assert store.version() == 2
        assert "person:d" not in snapshot.row_of

    def test_audit_is_written_with_the_change_and_chained(self, store: Store) -> None:
        store.apply(three_people())
        store.record("operator", "recommend", {"space": "s"})
        first, second = store.audit()
        assert (first.actor, first.action, first.key, first.previous) == ("operator", "test", "k1", "")
        assert (second.action, second.key, second.detail, second.previous) == (
            "recommend", "", '{"space": "s"}', first.hash,
        )  # fmt: skip
        for row in (first, second):
            assert intact(row)
            assert dt.datetime.fromisoformat(row.at).tzinfo is not None
        assert "しずく" not in first.detail

    def test_reading_twice_is_recorded_twice_and_is_no_version(self, store: Store) -> None:
        for _ in range(3):
            store.record("mixer:m", "read", {"fact": A})
        assert [row.seq for row in store.audit()] == [1, 2, 3]
        assert len({row.hash for row in store.audit()}) == 3
        assert store.version() == 0

    def test_versions_count_up(self, store: Store) -> None:
        receipts = [store.apply(changed(f"k{i}", person(f"person:{i}"))) for i in range(4)]
        assert [r.version for r in receipts] == [1, 2, 3, 4]
        assert store.snapshot().version == 4
