"""Contract of stores: erasing, taking over another store, and what is kept beside the graph."""

# ruff: noqa: D102
from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from graph.audit import AppliedKey, Erasure, Forgetting, Head, History, redacted, sealed_key
from graph.backup import content_digest, copy, graph_hash, restore, save
from graph.changes import ChangeSet
from graph.erasure import erase, erased, readmit, without
from graph.errors import Conflict, Refused, Unknown, WrongUse
from graph.facts import Facts
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy
from graph.records import Field, Node, Statement
from graph.snapshot import Snapshot
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
    three_people,
    ties,
)
from graph.verification import verify

DENYING = Policy(Audience.NETWORK, denied=frozenset({B, "space:x"}))
OTHER = Erasure("00" * 32, "11" * 32, "2026-04-01T00:00:00+00:00")


def world(rng: np.random.Generator, n: int = 40) -> list[ChangeSet]:
    """Make a graph with everything in it, some of it denied to some."""
    people = [f"person:{i}" for i in range(n)]
    first = changed("w1", Node(SPACE, PUBLIC_OPEN, SOURCE), *(person(p, f"見本 {p}") for p in people))
    first.statements += [Statement(p, StatementKind.NEED, f"{p} の困りごと", NETWORK_OPEN, SOURCE) for p in people[::2]]
    pairs = [tuple(rng.choice(people, 2, replace=False).tolist()) for _ in range(n * 3)]
    first.ties.append(ties(TieKind.MET, *pairs, t=rng.integers(0, 9, len(pairs)).astype(float).tolist()))
    denied = Policy(Audience.NETWORK, denied=frozenset(people[:3]))
    second = changed("w2", *(person(p, policy=denied) for p in people[5:9]))
    second.statements.append(Statement(people[9], StatementKind.OFFER, "教えます", denied, SOURCE, details={"a": "b"}))
    second.ties.append(ties(TieKind.KNOWS, (people[7], people[8]), policies=(denied, NETWORK_OPEN)))
    return [first, second]


def nothing(held: Snapshot) -> None:
    """Let a filled store be as it is."""


class LifeContract:
    """What a store does with whole people and whole stores."""

    def reopen(self, store: Store) -> Store:
        raise NotImplementedError

    def fresh(self, store: Store) -> Store:
        raise NotImplementedError

    # ---- nodes that go

    def test_removed_node_takes_everything_along(self, store: Store) -> None:
        store.apply(three_people())
        changes = changed("k2")
        changes.removed_nodes += [A, "person:nobody"]
        assert counts(store.apply(changes)) == (0, 0, 0, 3)
        s = store.snapshot()
        assert (s.nodes.ids.tolist(), len(s.ties), len(s.statements)) == ([B, C, SPACE], 0, 1)
        changes = changed("k3")
        changes.removed_nodes.append(B)
        assert store.apply(changes).removed == 2
        assert len(store.snapshot().statements) == 0

    def test_removed_and_given_at_once_is_there_anew(self, store: Store) -> None:
        model = MemoryStore()
        for keeper in (store, model):
            keeper.apply(three_people())
            changes = changed("k2", Node(A, PUBLIC_OPEN, SOURCE, {"area": Field("見本町", PUBLIC_OPEN, SOURCE)}))
            changes.removed_nodes.append(A)
            assert counts(keeper.apply(changes)) == (1, 0, 0, 3)
        assert difference(store.snapshot(), model.snapshot()) == ""

    def test_removed_nodes_of_a_random_world(self, store: Store, rng: np.random.Generator) -> None:
        model = MemoryStore()
        gone = changed("w3")
        gone.removed_nodes += rng.choice([f"person:{i}" for i in range(40)], 11, replace=False).tolist()
        for changes in (*world(rng), gone):
            assert store.apply(changes) == model.apply(changes)
        assert difference(store.snapshot(), model.snapshot()) == ""

    # ---- erasure

    def test_erased_person_is_gone_from_graph_rules_keys_and_audit(self, store: Store) -> None:
        store.apply(three_people())
        store.apply(changed(f"about {B}", person(C, policy=DENYING)))
        store.record(f"mixer:{B.partition(':')[2]}", "recommend", {"space": "s"})
        store.record("operator", "recommend", {"person": B, "n": 3})
        found = erase(store, [B], "operator")
        assert (found.removed, found.redacted, found.mentions) == (3, 3, ())
        assert set(found.texts) == {"決算が分からない", "架空 しずく"}
        s = store.snapshot()
        assert (B not in s.row_of, store.version()) == (True, 3)
        assert s.policies[s.nodes.policy[s.find(C)]].denied == {"space:x"}
        shown = repr([(r.actor, r.key, r.detail) for r in store.audit()]) + repr(store.keys())
        assert B not in shown
        assert verify(store.audit_rows(), store.head()).bad is None
        with self.reopen(store) as again:
            assert erased(again, [A, B]) == {B}
            assert again.apply(changed(f"about {B}", person(C, policy=DENYING))).replayed

    def test_erasing_who_is_not_there(self, store: Store) -> None:
        store.apply(three_people())
        with pytest.raises(Unknown):
            erase(store, [A, "person:nobody"], "operator")
        with pytest.raises(WrongUse, match="person:ID or organisation:ID"):
            erase(store, [SPACE], "operator")
        assert (store.version(), store.erasures()) == (1, [])

    def test_words_of_others_that_name_the_erased_are_told(self, store: Store) -> None:
        store.apply(three_people())
        story = Statement(A, StatementKind.STORY, "架空 しずく さんと話した", NETWORK_OPEN, SOURCE)
        store.apply(changed("k2", story))
        assert erase(store, [B], "operator").mentions == (story.id,)

    def test_ledger_is_kept_and_lifted(self, store: Store) -> None:
        store.apply(three_people())
        erase(store, [A], "operator")
        erase(store, [B], "operator")
        salts = {e.salt for e in store.erasures()}
        assert (len(store.erasures()), len(salts)) == (2, 1)
        assert without(three_people("k2"), erased(store, [A, B, C])).nodes[0].id == C
        readmit(store, A, "operator")
        assert erased(store, [A, B]) == {B}
        with pytest.raises(Unknown):
            readmit(store, A, "operator")

    def test_forgetting_another_row_is_a_conflict(self, store: Store) -> None:
        store.apply(three_people())
        store.record("operator", "read", {"person": B})
        row = redacted(store.audit()[1], B)
        assert row is not None
        before = store.audit()
        wrong = replace(row, hash="0" * 64)
        with pytest.raises(Conflict, match="audit row 2"):
            store.apply(ChangeSet("k2", "operator", "erase", forgetting=Forgetting((OTHER,), (), (wrong,))))
        assert (store.audit(), store.erasures(), store.version()) == (before, [], 1)

    def test_sealed_key_is_known(self, store: Store) -> None:
        store.apply(changed(f"k {A}", person(A)))
        erase(store, [A], "operator")
        assert store.applied(f"k {A}")
        first, _ = store.keys()
        assert first.key == sealed_key(f"k {A}")

    # ---- what is kept beside the graph

    def test_head_goes_with_the_rows(self, store: Store) -> None:
        assert store.head() == Head()
        store.apply(three_people())
        for i in range(3):
            store.record("operator", "read", {"i": i})
            last = store.audit()[-1]
            assert store.head() == Head(last.seq, last.hash)

    def test_pages_of_audit_and_keys(self, store: Store) -> None:
        for i in range(5):
            store.apply(changed(f"k{i}", person(f"person:{i}")))
        assert [r.seq for r in store.audit(2, 2)] == [3, 4]
        assert [r.seq for r in store.audit(4)] == [5]
        assert store.audit(5) == []
        assert [(k.key, k.seq) for k in store.keys(1, 2)] == [("k1", 2), ("k2", 3)]
        known = store.keys()
        assert len({k.digest for k in known}) == 5

    def test_compacting_changes_nothing(self, store: Store) -> None:
        store.apply(three_people())
        before = store.snapshot()
        store.compact()
        store.compact()
        assert difference(before, store.snapshot()) == ""
        assert (store.pending(), store.flaws()) == ([], [])

    # ---- whole stores

    @pytest.mark.parametrize("passphrase", [None, "みかん 山 七 つの 鍵"])
    def test_backup_restores_to_an_equal_store(
        self, store: Store, rng: np.random.Generator, passphrase: str | None
    ) -> None:
        for changes in world(rng):
            store.apply(changes)
        store.record("operator", "read", {"n": 1})
        erase(store, ["person:1"], "operator")
        archive = io.BytesIO()
        saved = save(store, archive, passphrase)
        snapshot, audit, keys, ledger = store.snapshot(), store.audit(), store.keys(), store.erasures()
        model, other = MemoryStore(), self.fresh(store)
        with other:
            for target in (model, other):
                archive.seek(0)
                found = restore(target, archive, passphrase, actor="operator")
                assert (found.content, found.erased) == (saved.content, None)
                assert difference(snapshot, target.snapshot()) == ""
                assert (target.audit()[:-1], target.keys(), target.erasures()) == (audit, keys, ledger)
                assert (target.version(), target.snapshot().version) == (snapshot.version, snapshot.version)
                assert verify(target.audit_rows(), target.head()).bad is None
                assert graph_hash(target.snapshot()) == graph_hash(snapshot)
                assert target.applied("w1")

    def test_who_was_erased_since_does_not_come_back(self, store: Store, rng: np.random.Generator) -> None:
        for changes in world(rng):
            store.apply(changes)
        store.record("person:2", "recommend", {"person": "person:2"})
        archive = io.BytesIO()
        save(store, archive)
        erase(store, ["person:2"], "operator")
        after, ledger = store.snapshot(), store.erasures()
        archive.seek(0)
        with self.fresh(store) as target:
            found = restore(target, archive, actor="operator", ledger=ledger)
            assert found.erased is not None
            assert found.erased.ids == ("person:2",)
            assert difference(after, target.snapshot()) == ""
            assert erased(target, ["person:2"]) == {"person:2"}
            assert "person:2'" not in repr([(r.actor, r.detail) for r in target.audit()])
            assert verify(target.audit_rows(), target.head()).bad is None

    def test_only_an_empty_store_is_filled(self, store: Store) -> None:
        store.apply(three_people())
        archive = io.BytesIO()
        save(store, archive)
        before, audit = store.snapshot(), store.audit()
        archive.seek(0)
        with pytest.raises(Refused, match="not empty"):
            restore(store, archive, actor="operator")
        assert (difference(before, store.snapshot()), store.audit()) == ("", audit)

    @pytest.mark.parametrize("at", ["facts", "history", "finish"])
    def test_what_breaks_off_leaves_nothing(self, store: Store, at: str) -> None:
        store.record("operator", "status", {})
        audit = store.audit()

        def broken(wanted: str) -> None:
            if at == wanted:
                raise Refused("broken off")

        def facts() -> Iterator[ChangeSet]:
            yield changed("x", person(A), person(B))
            broken("facts")
            yield changed("x", ties(TieKind.MET, (A, B)))

        def keys() -> Iterator[AppliedKey]:
            yield AppliedKey("k1", "digest", 1)
            broken("history")

        with pytest.raises(Refused, match="broken off"):
            store.fill(facts(), History(keys(), (), (OTHER,)), lambda held: broken("finish"))
        assert (len(store.snapshot().nodes), store.version(), store.keys()) == (0, 0, [])
        assert (store.audit(), store.head(), store.erasures()) == (audit, Head(1, audit[0].hash), [])
        store.fill(iter([changed("x", person(A))]), History((), (), ()), nothing)
        assert store.snapshot().nodes.ids.tolist() == [A]

    def test_copy_is_equal_and_may_be_begun_again(self, store: Store, rng: np.random.Generator) -> None:
        model, back = MemoryStore(), MemoryStore()
        for changes in world(rng):
            model.apply(changes)
        first = copy(model, store, actor="operator")
        assert (first.already, first.content) == (False, content_digest(model.snapshot()))
        assert difference(model.snapshot(), store.snapshot()) == ""
        assert copy(model, store, actor="operator").already
        copy(store, back, actor="operator")
        assert difference(model.snapshot(), back.snapshot()) == ""
        assert [r.action for r in back.audit()] == ["test", "test", "copy", "copy"]
        model.apply(changed("more", person(A)))
        with pytest.raises(Refused, match="something else"):
            copy(model, store, actor="operator")

    def test_records_of_a_snapshot_make_it_again(self, store: Store, rng: np.random.Generator) -> None:
        model = MemoryStore()
        for changes in world(rng):
            model.apply(changes)
        for i, piece in enumerate(Facts(model.snapshot()).pieces("piece", "operator", "test", size=17)):
            store.apply(replace(piece, key=f"piece{i}"))
        assert difference(model.snapshot(), store.snapshot()) == ""

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Give chance with a known beginning."""
        return np.random.default_rng(20)
