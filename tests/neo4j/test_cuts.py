"""The link to the server is cut at any byte, also while a commit is on its way (R4)."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest

from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Statement, TieBatch
from graph.store import Store
from graph.store.neo4j_address import Address
from graph.testing import person
from graph.testing.samples import SOURCE
from graph.verification import verify
from tests.neo4j.conftest import Place
from tests.neo4j.proxy import COMMIT, Cut, Proxy

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(3_000)]

N_CUTS = int(os.environ.get("CUTS", "25"))
N_PEOPLE, N_FACTS = 6, 6 + 1 + 5


@dataclass(frozen=True)
class Link:
    """A store behind a proxy."""

    store: Store
    proxy: Proxy
    place: Place


@pytest.fixture
def link(place: Place) -> Link:
    place.made().close()
    address = Address.parse(place.url)
    with Proxy(address.port) as proxy:
        url = f"bolt://{address.user}@127.0.0.1:{proxy.port}/{address.database or ''}".rstrip("/")
        with place.open(url) as store:
            yield Link(store, proxy, place)


def changes(i: int) -> ChangeSet:
    people = [f"person:{i}-{j}" for j in range(N_PEOPLE)]
    batch = TieBatch(TieKind.MET, people[:-1], people[1:], NETWORK_OPEN, NETWORK_OPEN, "x", t=[1.0] * (N_PEOPLE - 1))
    said = Statement(people[0], StatementKind.NEED, f"困りごと {i}", NETWORK_OPEN, SOURCE)
    return ChangeSet(f"k{i}", "operator", "test", nodes=[person(p) for p in people], statements=[said], ties=[batch])


def random_cut(rng: np.random.Generator, watched: Cut) -> Cut:
    """Cut at any byte of what a change sends and gets, more often within the commit and its answer."""
    up, down = (len(watched.passed[d]) for d in ("up", "down"))
    answer = down - (watched.down_before_commit or 0)
    moment = rng.random()
    if moment < 0.25:
        cut = Cut("up", int(rng.integers(0, len(COMMIT) + 1)), commit=True)
    elif moment < 0.55:
        cut = Cut("down", int(rng.integers(0, answer)), commit=True)
    elif rng.random() < up / (up + down):
        cut = Cut("up", int(rng.integers(0, up)))
    else:
        cut = Cut("down", int(rng.integers(0, down)))
    cut.reset = bool(rng.random() < 0.5)
    return cut


def test_cut_anywhere_loses_nothing_and_doubles_nothing(link: Link, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(4)
    for i in range(2):  # the first time the server plans the statements
        watched = link.proxy.watch()
        link.store.apply(changes(i))
    kinds: Counter[str] = Counter()
    for i in range(2, 2 + N_CUTS):
        cuts = [random_cut(rng, watched) for _ in range(2 if rng.random() < 0.1 else 1)]
        link.proxy.arm(*cuts)
        receipt = link.store.apply(changes(i))
        assert (receipt.version, receipt.replayed, receipt.created, receipt.changed) == (i + 1, False, N_FACTS, 0)
        kinds["twice" if cuts[-1] is not cuts[0] else _moment(cuts[0])] += 1
    link.proxy.arm()
    check_everything_is_there_once(link.place, 2 + N_CUTS)
    with capsys.disabled():
        sys.stdout.write(f"\n{N_CUTS} cuts ({dict(kinds)}): 0 lost, 0 doubled\n")


def _moment(cut: Cut) -> str:
    if not cut.done:
        return "not reached"
    if cut.commit and not cut.commit_sent:
        return "within the commit"
    return "commit sent, answer cut" if cut.commit_sent else "before the commit"


def check_everything_is_there_once(place: Place, n: int) -> None:
    """Look behind the back of the store: every fact of every change set is there, exactly once."""
    assert place.run("MATCH (c:MusubiChange) RETURN count(c), count(DISTINCT c.key), max(c.seq)") == [[n, n, n]]
    assert place.run("MATCH (v:MusubiVersion) RETURN v.version") == [[n]]
    assert place.run("MATCH (p:Person) RETURN count(p), count(DISTINCT p.id)") == [[n * N_PEOPLE, n * N_PEOPLE]]
    assert place.run("MATCH ()-[k:MET]->() RETURN count(k)") == [[n * (N_PEOPLE - 1)]]
    assert place.run("MATCH (:Person)-[:STATES]->(s:Statement:Need) RETURN count(s)") == [[n]]
    with place.open() as store:
        rows, verdict = store.audit(), verify(store.audit_rows(), store.head())
    assert (verdict.n, verdict.bad) == (n, None)
    assert [row.key for row in rows] == [f"k{i}" for i in range(n)]
    assert [row.seq for row in rows] == list(range(1, n + 1))


@pytest.mark.parametrize("direction", ["up", "down"])
def test_audit_row_of_a_cut_link_is_written_once(link: Link, direction: str) -> None:
    link.store.record("operator", "read", {"i": 0})
    watched = link.proxy.watch()
    link.store.record("operator", "read", {"i": 1})
    whole = len(watched.passed[direction])
    for i, byte in enumerate((whole // 2, whole - 3, whole - 1, whole), start=2):
        link.proxy.arm(Cut(direction, byte))
        link.store.record("operator", "read", {"i": i})
    link.proxy.arm()
    assert [row.detail for row in link.store.audit()] == [f'{{"i": {i}}}' for i in range(6)]


def test_snapshot_over_a_cut_link_is_whole(link: Link) -> None:
    link.store.apply(changes(0))
    watched = link.proxy.watch()
    expected = link.store.snapshot()
    whole = len(watched.passed["down"])
    for byte in (1, whole // 3, whole // 2, whole - 1):
        link.proxy.arm(Cut("down", byte, reset=True))
        again = link.store.snapshot()
        assert again.nodes.ids.tolist() == expected.nodes.ids.tolist()
        assert (len(again.ties), again.version) == (5, 1)
