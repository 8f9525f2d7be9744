"""A snapshot is of one moment although the server isolates by read committed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Statement
from graph.store import Store
from graph.testing import person, three_people
from graph.testing.samples import SOURCE, A, changed, ties
from tests.neo4j.conftest import Place

pytestmark = pytest.mark.neo4j

SOON_S = 1.0


@pytest.fixture
def held(place: Place, store: Store) -> Iterator[Callable[[str], threading.Event]]:
    """Give a function that holds a node of the ledger locked, as a writer does, until told to let go."""
    releases: list[tuple[threading.Event, threading.Thread]] = []

    def hold(label: str) -> threading.Event:
        locked, release = threading.Event(), threading.Event()

        def run() -> None:
            with place.driver.session() as session, session.begin_transaction() as transaction:
                transaction.run(f"MATCH (n:{label}) REMOVE n.held").consume()
                locked.set()
                release.wait(60)

        thread = threading.Thread(target=run)
        thread.start()
        assert locked.wait(30)
        releases.append((release, thread))
        return release

    yield hold
    for release, thread in releases:
        release.set()
        thread.join()


def test_reading_does_not_wait_for_a_writer_at_work(store: Store, held: Callable[[str], threading.Event]) -> None:
    store.apply(three_people())
    held("MusubiLock")
    assert len(store.snapshot().nodes) == 4
    assert store.version() == 1


@pytest.mark.parametrize("label", ["MusubiLock", "MusubiVersion"])
def test_writing_waits_for_another_writer_and_its_commit(
    store: Store, held: Callable[[str], threading.Event], label: str
) -> None:
    release = held(label)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(store.apply, three_people())
        with pytest.raises(TimeoutError):
            done.result(SOON_S)
        release.set()
        assert done.result(60).version == 1


def test_reading_waits_for_a_commit_under_way(store: Store, held: Callable[[str], threading.Event]) -> None:
    store.apply(three_people())
    release = held("MusubiVersion")
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(store.snapshot)
        with pytest.raises(TimeoutError):
            done.result(SOON_S)
        release.set()
        assert len(done.result(60).nodes) == 4


def test_reading_ends_while_somebody_writes_without_pause(place: Place, store: Store) -> None:
    """The version moves during every try, so that at last commits are kept waiting; each is whole."""
    over = threading.Event()
    store.apply(changed("base", *(person(f"person:{i}") for i in range(3_000)), person(A)))

    def write() -> int:
        n = 0
        with place.open() as own:
            while not over.is_set():
                said = [Statement(A, StatementKind.NEED, f"{x}", NETWORK_OPEN, SOURCE) for x in (n, n - 1)]
                changes = changed(f"k{n}", said[0], ties(TieKind.KNOWS, (A, f"person:{n % 3_000}"), t=[float(n)]))
                changes.remove_statements([said[1].id])
                own.apply(changes)
                n += 1
        return n

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write)
        try:
            versions: list[int] = []
            given_up = time.monotonic() + 120
            while len(versions) < 8 or versions[-1] <= 9:
                assert time.monotonic() < given_up, f"nobody could write: versions {versions[-3:]}"
                s = store.snapshot()
                versions.append(s.version)
                assert len(s.ties) == s.version - 1
                assert s.statements.text.tolist() == ([str(s.version - 2)] if s.version > 1 else [])
        finally:
            over.set()
        assert written.result(60) >= versions[-1] - 1 > 8
    assert versions == sorted(versions)
