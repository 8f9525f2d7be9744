"""Contract of stores: what comes beside or after an erasure, and changes that were prepared from an earlier state."""

# ruff: noqa: D102
from __future__ import annotations

from dataclasses import replace

import pytest

from graph.audit import Forgetting
from graph.changes import ChangeSet
from graph.erasure import Erased, erase, erased
from graph.errors import Conflict, MusubiError
from graph.kinds import StatementKind
from graph.ledger import digest
from graph.policy import NETWORK_OPEN, Audience, Policy
from graph.records import Node, NodeId, Statement
from graph.store.base import Store
from graph.testing.samples import SOURCE, A, B, C, changed, difference, person, three_people
from graph.verification import verify

NOT_B = Policy(Audience.NETWORK, denied=frozenset({B}))


def named(store: Store, identifier: NodeId) -> list[int]:
    """Give the audit rows that name somebody, by id or by bare key in quotation marks."""
    key = identifier.partition(":")[2]
    rows = store.audit()
    return [r.seq for r in rows if identifier in repr(r) or f'"{key}"' in r.detail or r.actor == f"mixer:{key}"]


class LateContract:
    """Nobody comes back by a change that was under way, and no decision of others is undone by an erasure."""

    # ---- the state a change was prepared from

    def test_only_the_expected_state_is_changed(self, store: Store) -> None:
        store.apply(three_people())
        mark = store.mark()
        first = replace(changed("k2", person("person:d")), expected=mark)
        assert store.apply(first).created == 1
        before = store.snapshot()
        with pytest.raises(Conflict, match="prepare it again"):
            store.apply(replace(changed("k3", person("person:e")), expected=mark))
        assert (difference(before, store.snapshot()), store.version(), len(store.audit())) == ("", 2, 2)
        assert store.apply(first).replayed
        store.record("operator", "read", {})  # no change of the graph
        assert store.apply(replace(changed("k3", person("person:e")), expected=before.mark)).created == 1

    def test_what_is_withdrawn_beside_an_erasure_stays_withdrawn(self, store: Store) -> None:
        """Facts whose rules name the erased are given anew: not those that their owner has taken back meanwhile."""
        store.apply(three_people())
        need = Statement(A, StatementKind.NEED, "言いにくい困りごと", NOT_B, SOURCE)
        store.apply(changed("k2", person(A, policy=NOT_B), need))
        only_me = Policy(Audience.ONLY_ME)
        tries = []

        def withdraw(about: Erased) -> None:
            tries.append(about)
            changes = changed("withdraw", person(A, "見本 あさひ", only_me))
            changes.remove_statements([need.id])
            store.apply(changes)

        found = erase(store, [B], "operator", withdraw)
        snapshot = store.snapshot()
        assert (found.ids, len(tries), need.id in snapshot.statements.ids) == ((B,), 2, False)
        a = snapshot.find(A)
        (name,) = (f for f in range(len(snapshot.fields)) if snapshot.fields.node[f] == a)
        assert snapshot.policies[snapshot.nodes.policy[a]] == only_me
        assert snapshot.policies[snapshot.fields.policy[name]] == only_me
        assert snapshot.fields.value[name] == "見本 あさひ"

    def test_an_erasure_that_is_always_overtaken_erases_nothing(self, store: Store) -> None:
        store.apply(three_people())

        def interfere(about: Erased) -> None:
            store.apply(changed(f"k{store.version() + 1}", person(f"person:{store.version()}")))

        with pytest.raises(Conflict):
            erase(store, [B], "operator", interfere)
        assert (B in store.snapshot().row_of, store.erasures()) == (True, [])

    # ---- who was erased

    def test_who_was_erased_does_not_come_back_by_a_change(self, store: Store) -> None:
        store.apply(three_people())
        erase(store, [B], "operator")
        before, rows = store.snapshot(), len(store.audit())
        with pytest.raises(Conflict, match=f"{B}: erased"):
            store.apply(changed("k2", person("person:d"), person(B)))
        assert (difference(before, store.snapshot()), len(store.audit())) == ("", rows)
        assert store.apply(changed("k2", person("person:d"), person(f"{B}b"))).created == 2

    def test_a_change_that_lifts_them_brings_them_back(self, store: Store) -> None:
        store.apply(three_people())
        erase(store, [A], "operator")
        erase(store, [B], "operator")
        (salt,) = {e.salt for e in store.erasures()}
        back = Forgetting(lifted=(digest(salt, B),))
        with pytest.raises(Conflict, match=A):
            store.apply(ChangeSet("k2", "operator", "test", nodes=[person(A), person(B)], forgetting=back))
        assert store.apply(ChangeSet("k2", "operator", "test", nodes=[person(B)], forgetting=back)).created == 1
        assert erased(store, [A, B]) == {A}

    # ---- audit rows

    def test_late_rows_do_not_name_who_was_erased(self, store: Store) -> None:
        store.apply(three_people())
        erase(store, [B], "operator")
        key = B.partition(":")[2]
        store.record("operator", "why", {"person": key, "partner": C})
        store.record(f"mixer:{key}", "recommend", {"space": "s"})
        store.record(B, "recommend", {"n": 3})
        store.record("operator", "recommend", {"asked": [A, B]})
        store.record("operator", "why", {"person": A, "partner": C})
        assert named(store, B) == []
        last = store.audit()[-1]
        assert (last.detail, verify(store.audit_rows(), store.head()).bad) == (
            f'{{"partner": "{C}", "person": "{A}"}}',
            None,
        )

    def test_only_whole_ids_are_redacted(self, store: Store) -> None:
        one, ten = "person:K-1", "person:K-10"
        nodes = [person(i) for i in (one, ten, f"{one}-a", "person:K")]
        store.apply(changed(f"form:{one}:3", *nodes))
        store.apply(changed(f"form:{ten}:3", person(ten, "見本 あさひ")))
        store.record("operator", "why", {"person": ten, "partner": f"{one}-a"})
        store.record("operator", "why", {"person": one})
        erase(store, ["person:K"], "operator")
        assert [r.taken for r in store.audit()[:4]] == [""] * 4
        assert erase(store, [one], "operator").redacted == 2
        assert [r.taken for r in store.audit()[:4]] == ["k", "", "", "d"]
        assert verify(store.audit_rows(), store.head()).bad is None

    def test_errors_of_late_changes_are_known(self, store: Store) -> None:
        store.apply(three_people())
        erase(store, [B], "operator")
        said = Statement(B, StatementKind.NEED, "戻りたい", NETWORK_OPEN, SOURCE)
        with pytest.raises(MusubiError):
            store.apply(changed("k2", said))
        assert store.apply(changed("k3", Node(A, NETWORK_OPEN, SOURCE))).unchanged == 1
