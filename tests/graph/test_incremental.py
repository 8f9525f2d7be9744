"""Snapshots are refreshed from the change log (A01; a change is in the next answer, P11)."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.latest import LatestViews
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import CodedIds, Field, Node, Provenance, Statement, TieBatch
from graph.store import Store, open_store
from graph.store.change_log import MOST_NODES, VERSIONS_KEPT, Entry, since, touched
from graph.store.memory import MemoryStore
from graph.testing.samples import A, B, C, changed, difference, person, three_people, ties
from graph.view import View
from graph.viewer import ANALYST, OPERATOR, Viewer


def made(url: str) -> Store:
    store = open_store(url, create=True)
    store.migrate()
    return store


def test_tables_in_which_nothing_changed_are_kept() -> None:
    """What is computed from ties alone stays right as long as the table is the same object."""
    store = MemoryStore()
    store.apply(three_people())
    earlier = store.snapshot()
    store.apply(changed("k", person(A, "見本 みどり")))
    now = store.refresh(earlier)
    assert now.fields is not earlier.fields
    assert (now.ties is earlier.ties, now.statements is earlier.statements) == (True, True)


def test_who_is_gone_is_not_named_in_the_log(tmp_path: Path) -> None:
    with made(f"sqlite:///{tmp_path}/musubi.db") as store:
        store.apply(three_people())
        changes = changed("k")
        changes.removed_nodes.append(A)
        store.apply(changes)
        store.compact()
    assert A.encode() not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_the_log_is_bounded() -> None:
    store = MemoryStore()
    store.apply(three_people())
    first = store.snapshot()
    for number in range(VERSIONS_KEPT - 1):
        store.apply(changed(f"version {number}"))
    assert store.refresh(first).ties is first.ties
    store.apply(changed("one more", person(B, "架空 みぎわ")))
    assert store.refresh(first).ties is not first.ties
    assert difference(store.refresh(first), store.snapshot()) == ""


def test_a_change_touches_nodes_owners_and_sources() -> None:
    changes = changed("k", person(A), Statement(B, StatementKind.NEED, "x", NETWORK_OPEN, Provenance("x")))
    changes.ties.append(ties(TieKind.MEMBER_OF, (C, "space:s")))
    assert touched(changes, ["person:owner"]) == {A, B, C, "person:owner"}
    changes.ties.append(ties(TieKind.MET, ("person:x", "person:y")))
    changes.remove_tie(TieKind.HAS_SKILL, "person:p", "skill:q")
    assert touched(changes) == {A, B, C, "person:x", "person:y", "person:p", "skill:q"}


def test_coded_ends_count_once() -> None:
    ids = [A, B, "space:s"]
    src, dst = (CodedIds(ids, np.array(codes)) for codes in ([0] * 9_000, [2] * 9_000))
    batch = TieBatch(TieKind.MEMBER_OF, src, dst, NETWORK_OPEN, NETWORK_OPEN, "x")
    assert touched(changed("k", batch)) == {A}


def test_too_many_nodes_are_not_listed() -> None:
    people = [person(f"person:{i}") for i in range(MOST_NODES + 1)]
    assert touched(changed("k", *people)) is None
    assert touched(changed("k", *people[1:])) is not None
    meetings = ties(TieKind.MET, *((A, f"person:{i}") for i in range(MOST_NODES)))
    assert touched(changed("k", meetings)) is None


def test_a_log_that_does_not_reach_back_says_so() -> None:
    log = [Entry(3, "c", frozenset({A})), Entry(4, "d", frozenset({B})), Entry(5, "e", frozenset({C}))]
    assert since(log, 3, "c") == {B, C}
    assert since(log[2:], 5, "e") == set()
    assert since(log, 3, "another history") is None
    assert since(log, 2, "b") is None
    assert since([], 9, "i") is None
    assert since([*log, Entry(6, "f", None)], 3, "c") is None


def shown(views: LatestViews, store: Store) -> View:
    return views.of(store, OPERATOR, Purpose.INTRODUCTION)


def test_a_view_is_kept_until_something_changes() -> None:
    store, views = MemoryStore(), LatestViews(size=2)
    store.apply(three_people())
    first = shown(views, store)
    assert shown(views, store) is first
    store.record("operator", "recommend", {})
    assert shown(views, store) is first
    assert views.of(store, ANALYST, Purpose.INTRODUCTION) is not first
    store.apply(changed("k", person(A, "見本 みどり")))
    assert shown(views, store).names[0] == "見本 みどり"


def test_only_so_many_views_are_kept() -> None:
    store, views = MemoryStore(), LatestViews(size=2)
    store.apply(three_people())
    first = shown(views, store)
    others = [views.of(store, Viewer.parse(viewer), Purpose.REPORT) for viewer in (A, B)]
    assert shown(views, store) is not first
    assert views.of(store, Viewer.parse(B), Purpose.REPORT) is others[1]


def test_an_older_copy_in_the_place_of_the_store_is_noticed(tmp_path: Path) -> None:
    """Version and address are the same then, the content is not."""
    path, views = tmp_path / "musubi.db", LatestViews()
    with made(f"sqlite:///{path}") as store:
        store.apply(three_people())
    shutil.copy(path, tmp_path / "copy.db")
    for name in ("見本 みどり", "見本 あさひ"):
        with open_store(f"sqlite:///{path}") as store:
            store.apply(changed("k", person(A, name)))
            assert store.version() == 2
            assert shown(views, store).names[0] == name
        shutil.copy(tmp_path / "copy.db", path)


@pytest.mark.parametrize("n", [1, 40])
def test_hundreds_of_random_changes(n: int, tmp_path: Path) -> None:
    """Larger graphs than those of the state machine: rows move far, many groups come and go."""
    rng = np.random.default_rng(n)
    with made(f"sqlite:///{tmp_path}/musubi.db") as store:
        store.apply(changed("all", *(person(f"person:{i:03d}") for i in range(0, 300, 2))))
        snapshot = store.snapshot()
        for step in range(60):
            store.apply(_random(f"k{step}", rng, n))
            snapshot = store.refresh(snapshot)
            assert difference(snapshot, store.snapshot()) == ""


def _random(key: str, rng: np.random.Generator, n: int) -> ChangeSet:
    """Some people with names, needs and ties; some ties and people go."""
    changes = ChangeSet(key, "operator", "test")
    origin = Provenance(f"file {rng.integers(5)}", int(rng.integers(100)))
    ids = [f"person:{i:03d}" for i in rng.integers(300, size=2 * n)]
    value = Field(f"見本 {rng.integers(9)}", NETWORK_OPEN, origin)
    changes.nodes += [Node(i, NETWORK_OPEN, origin, {"name": value}) for i in ids]
    changes.statements += [Statement(i, StatementKind.NEED, f"{key} {i}", NETWORK_OPEN, origin) for i in ids[:n]]
    kinds = [TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED, TieKind.REPRESENTS]
    changes.ties += [
        TieBatch(kind, ids[:n], ids[n:], NETWORK_OPEN, NETWORK_OPEN, origin.source, t=rng.random(n).tolist())
        for kind in kinds
    ]
    changes.removed_ties += [(TieKind.MET, a, b) for a, b in zip(ids[n:], ids[:n], strict=True)][:3]
    changes.removed_nodes += [f"person:{rng.integers(300):03d}"] if rng.random() < 0.1 else []
    return changes
