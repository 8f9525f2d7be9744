"""Contract of stores: a refreshed snapshot is the one that a whole reading gives."""

# ruff: noqa: D102
from __future__ import annotations

from dataclasses import replace

import pytest

from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, Audience, Policy
from graph.records import Field, Node, Provenance, Statement
from graph.store.base import Store
from graph.testing.samples import SOURCE, SPACE, A, B, C, changed, difference, person, three_people, ties

SECRET = Policy(Audience.ONLY_ME)
ELSEWHERE = Provenance("another.csv", 1)
LATE, EARLY = "person:zz", "person:0"


def _statement(text: str = "帳簿を手伝えます", policy: Policy = NETWORK_OPEN) -> Statement:
    return Statement(C, StatementKind.OFFER, text, policy, SOURCE)


def _removing(tie: tuple[TieKind, str, str] | None = None, statement: str | None = None) -> ChangeSet:
    changes = changed("removing")
    changes.removed_ties += [tie] if tie else []
    changes.removed_statements += [statement] if statement else []
    return changes


def _many(n: int) -> ChangeSet:
    return changed("many", *(person(f"person:many{i}") for i in range(n)))


def _forgetting(identifier: str) -> ChangeSet:
    changes = changed("forgetting")
    changes.removed_nodes.append(identifier)
    return changes


THREE = three_people().statements[0]
CHANGES = {
    "nothing": changed("k"),
    "a name": changed("k", person(A, "見本 みどり")),
    "a policy that is new": changed("k", replace(person(A), policy=SECRET)),
    "a source that is new": changed("k", Node(A, NETWORK_OPEN, SOURCE, {"area": Field("町", NETWORK_OPEN, ELSEWHERE)})),
    "the first node": changed("k", person(EARLY), ties(TieKind.MET, (EARLY, B))),
    "the last node": changed("k", person(LATE), ties(TieKind.MET, (LATE, A))),
    "a statement": changed("k", _statement()),
    "a statement again": changed("k", replace(THREE, t=77.0)),
    "a tie between others": changed("k", ties(TieKind.KNOWS, (C, B), (A, C), t=[3.0, None])),
    "a tie of another kind": changed("k", ties(TieKind.JOINED, (C, SPACE))),
    "a longer tie": changed("k", ties(TieKind.MEMBER_OF, (A, SPACE), t=[1.0])),
    "a tie less": _removing((TieKind.MET, A, B)),
    "a membership less": _removing((TieKind.MEMBER_OF, A, SPACE)),
    "a statement less": _removing(statement=THREE.id),
    "a person less": _forgetting(A),
    "a space less": _forgetting(SPACE),
    "too many to list": _many(2_500),
}


class RefreshingContract:
    """What `refresh` gives, from any earlier snapshot."""

    def reopen(self, store: Store) -> Store:
        raise NotImplementedError

    def fresh(self, store: Store) -> Store:
        raise NotImplementedError

    @pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
    def test_refreshed_is_read_anew(self, store: Store, changes: ChangeSet) -> None:
        store.apply(three_people())
        earlier = store.snapshot()
        store.apply(changes)
        now, whole = store.refresh(earlier), store.snapshot()
        assert difference(now, whole) == ""
        assert (now.version, now.mark) == (whole.version, whole.mark) == (2, store.mark())
        assert now.mark != earlier.mark

    def test_refreshing_what_is_fresh_gives_it_back(self, store: Store) -> None:
        store.apply(three_people())
        snapshot = store.snapshot()
        store.record("operator", "recommend", {})
        assert store.refresh(snapshot) is snapshot
        assert store.mark() == snapshot.mark

    def test_without_an_earlier_one_everything_is_read(self, store: Store) -> None:
        store.apply(three_people())
        assert difference(store.refresh(None), store.snapshot()) == ""

    def test_from_the_empty_store_on(self, store: Store) -> None:
        empty = store.snapshot()
        store.apply(three_people())
        assert difference(store.refresh(empty), store.snapshot()) == ""

    def test_several_changes_at_once_and_one_by_one(self, store: Store) -> None:
        store.apply(three_people())
        first = step = store.snapshot()
        for number, changes in enumerate(CHANGES.values()):
            store.apply(replace(changes, key=f"k{number} again"))
            step = store.refresh(step)
            assert difference(step, store.snapshot()) == ""
        assert difference(store.refresh(first), step) == ""

    def test_another_store_saw_the_change(self, store: Store) -> None:
        store.apply(three_people())
        earlier = store.snapshot()
        with self.reopen(store) as other:
            other.apply(changed("k", person(B, "架空 ゆうだち")))
        assert difference(store.refresh(earlier), store.snapshot()) == ""

    def test_a_snapshot_of_another_store_does_no_harm(self, store: Store) -> None:
        """As after a restore: the same version, another content."""
        store.apply(three_people())
        foreign = store.snapshot()
        again = self.fresh(store)
        again.apply(changed("other", person(C)))
        assert foreign.version == again.version()
        assert difference(again.refresh(foreign), again.snapshot()) == ""
        assert again.mark() != foreign.mark
        again.close()
