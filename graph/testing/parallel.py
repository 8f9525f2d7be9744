"""Contract of stores: several objects on the same data, at the same time."""

# ruff: noqa: D102
from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from operator import methodcaller
from threading import Barrier
from typing import TypeVar

import numpy as np

from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Statement
from graph.store.base import Store
from graph.store.memory import MemoryStore
from graph.testing.samples import SOURCE, A, B, changed, difference, person, three_people, ties

T = TypeVar("T")


class ParallelContract:
    """Every thread has an object of its own; what they do is as if one did it after the other."""

    def reopen(self, store: Store) -> Store:
        raise NotImplementedError

    def _at_once(self, store: Store, works: list[Callable[[Store], T]]) -> list[T]:
        start = Barrier(len(works))

        def run(work: Callable[[Store], T]) -> T:
            with self.reopen(store) as own:
                start.wait()
                return work(own)

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(run, works))

    def test_same_key_eight_times_at_once_has_one_effect(self, store: Store) -> None:
        for turn in range(5):
            changes = three_people(f"k{turn}")
            changes.nodes.append(person(f"person:{turn}"))
            receipts = self._at_once(store, [methodcaller("apply", changes)] * 8)
            assert sorted(r.replayed for r in receipts) == [False] + [True] * 7
            assert {r.version for r in receipts} == {turn + 1}
        assert [row.key for row in store.audit()] == [f"k{i}" for i in range(5)]
        assert len(store.snapshot().nodes) == 9

    def test_same_key_with_two_contents_at_once_takes_one(self, store: Store) -> None:
        def apply(own: Store, name: str) -> bool:
            try:
                return not own.apply(changed("k", person(A, name))).replayed
            except Conflict:
                return False

        taken = self._at_once(store, [partial(apply, name=name) for name in "一二三四"])
        assert sum(taken) == 1
        assert list(store.snapshot().names.values()) == ["一二三四"[taken.index(True)]]

    def test_two_writers_at_once_lose_nothing(self, store: Store) -> None:
        store.apply(changed("base", person(A), person(B)))

        def write(own: Store, who: str) -> list[Receipt]:
            return [own.apply(_meeting(who, i)) for i in range(12)]

        receipts = self._at_once(store, [partial(write, who=who) for who in "xy"])
        assert sorted(r.version for part in receipts for r in part) == list(range(2, 26))
        model = MemoryStore()
        model.apply(changed("base", person(A), person(B)))
        for who in "xy":
            for i in range(12):
                model.apply(_meeting(who, i))
        s = store.snapshot()
        assert (s.nodes.ids.tolist(), s.ties.n.sum()) == (model.snapshot().nodes.ids.tolist(), 24)
        assert difference(s, model.snapshot()) == ""
        rows = store.audit()
        assert [row.seq for row in rows] == list(range(1, 26))
        assert all(row.previous == before.hash for before, row in pairwise(rows))

    def test_snapshots_during_writes_are_each_of_one_moment(self, store: Store) -> None:
        """Every change set puts one more statement, tie and name, so that half of one would show."""
        store.apply(changed("base", person(A), person(B)))

        def write(own: Store) -> list[bool]:
            for i in range(12):
                own.apply(_meeting("x", i))
            return []

        def read(own: Store) -> list[bool]:
            return [_whole(own) for _ in range(6)]

        assert all(x for part in self._at_once(store, [write, read, read]) for x in part)
        assert _whole(store)


def _meeting(who: str, i: int) -> ChangeSet:
    """Make a new person who needs something and met a; the earlier statement of the same writer goes."""
    me = f"person:{who}{i}"
    words = [Statement(A, StatementKind.NEED, f"{who} {j}", NETWORK_OPEN, SOURCE) for j in (i - 1, i)]
    changes = changed(f"{who}{i}", person(me, f"{who} {i}"), words[1], ties(TieKind.MET, (me, A), t=[float(i)]))
    changes.remove_statements([words[0].id])
    return changes


def _whole(store: Store) -> bool:
    """Say whether the snapshot holds all of as many meetings of x as its version tells, and nothing else."""
    s = store.snapshot()
    n = s.version - 1
    words = [f"x {n - 1}"] if n else []
    return (
        len(s.nodes) == n + 2
        and len(s.fields) == n + 2
        and sorted(s.ties.t.tolist()) == np.arange(float(n)).tolist()
        and s.statements.text.tolist() == words
    )
