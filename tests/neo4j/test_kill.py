"""The server is killed in the middle of writing (R1): what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import os
import sys
import threading
import time

import numpy as np
import pytest
from neo4j import GraphDatabase

from graph.changes import ChangeSet
from graph.errors import StoreUnavailable
from graph.kinds import TieKind
from graph.policy import NETWORK_OPEN
from graph.records import TieBatch
from graph.store import Store, open_store
from graph.testing import person
from tests.neo4j.conftest import UNUSED, Place
from tests.neo4j.server import Server

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(3_000)]

N_KILLS = int(os.environ.get("KILLS", "3"))
N_PEOPLE, N_TIES = 150, 300
GIVE_UP_S = 30.0


@pytest.fixture(scope="module")
def mortal(server: Server) -> Server:
    """Give a server that may be killed, with an empty store."""
    address, auth = f"bolt://127.0.0.1:{server.port}", ("neo4j", server.password)
    with GraphDatabase.driver(address, auth=auth, notifications_disabled_classifications=UNUSED) as driver:
        Place(server.url, server.password, driver).made().close()
    return server


def opened(server: Server) -> Store:
    return open_store(server.url, password=server.password)


def changes(i: int) -> ChangeSet:
    people = [f"person:{i}-{j}" for j in range(N_PEOPLE)]
    src = [people[j % N_PEOPLE] for j in range(N_TIES)]
    dst = [people[(j + 1 + j // N_PEOPLE) % N_PEOPLE] for j in range(N_TIES)]
    batch = TieBatch(TieKind.KNOWS, src, dst, NETWORK_OPEN, NETWORK_OPEN, "x")
    return ChangeSet(f"k{i}", "operator", "test", nodes=[person(p) for p in people], ties=[batch])


class Writer(threading.Thread):
    """Applies one change set after the other; one that failed is given again."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.acknowledged: list[int] = []  # numbers of the change sets
        self.failed = 0
        self.enough = threading.Event()

    def run(self) -> None:
        store: Store | None = None
        while not self.enough.is_set():
            try:
                store = store or opened(self.server)
                store.apply(changes(len(self.acknowledged)))
                self.acknowledged.append(len(self.acknowledged))
            except StoreUnavailable:
                self.failed += 1
        if store is not None:
            store.close()


def test_killed_while_writing(mortal: Server, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(11)
    writer = Writer(mortal)
    writer.start()
    for turn in range(N_KILLS):
        until = len(writer.acknowledged) + 2
        while len(writer.acknowledged) < until:
            time.sleep(0.01)
        time.sleep(float(rng.uniform(0, 0.4)))
        mortal.kill()
        known = len(writer.acknowledged)
        if turn % 2:
            time.sleep(float(rng.uniform(0, 3)))
        mortal.restart()
        check_nothing_lost_and_nothing_half(mortal, known)
    writer.enough.set()
    writer.join(timeout=60)
    assert not writer.is_alive()
    check_nothing_lost_and_nothing_half(mortal, len(writer.acknowledged))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{N_KILLS} kills, {len(writer.acknowledged)} change sets acknowledged, {writer.failed} given again\n"
        )


def check_nothing_lost_and_nothing_half(server: Server, n_known: int) -> None:
    """Every acknowledged change set is whole, and so is every other one that is there at all."""
    with opened(server) as store:
        s, rows = store.snapshot(), store.audit()
    n = s.version
    assert n >= n_known
    assert len(s.nodes) == len(s.fields) == n * N_PEOPLE
    owners, counts = np.unique([str(i).partition("-")[0] for i in s.nodes.ids], return_counts=True)
    assert sorted(owners) == sorted(f"person:{i}" for i in range(n))
    assert set(counts.tolist()) <= {N_PEOPLE}
    sources, counts = np.unique([str(i).partition("-")[0] for i in s.nodes.ids[s.ties.src]], return_counts=True)
    assert len(sources) == n
    assert set(counts.tolist()) <= {N_TIES}
    assert [row.key for row in rows][:n] == [f"k{i}" for i in range(n)]


def test_gives_up_in_time_and_settles_later(mortal: Server) -> None:
    with opened(mortal) as store:
        n = store.version()
        store.apply(changes(n))
        mortal.kill()
        for call in (lambda: store.apply(changes(n + 1)), store.snapshot):
            started = time.monotonic()
            with pytest.raises(StoreUnavailable, match=rf"127\.0\.0\.1:{mortal.port}"):
                call()
            assert time.monotonic() - started < GIVE_UP_S
        mortal.restart()
        assert store.apply(changes(n)).replayed
        assert store.apply(changes(n + 1)).version == n + 2
    check_nothing_lost_and_nothing_half(mortal, n + 2)
