"""Bulk load and snapshot of the Neo4j store beside the plainest statements for the same rows, in one run.

The peers check nothing and keep no account: ``UNWIND .. MERGE`` of the same nodes and ties with the same
properties in one transaction, and the quickest fetch of all of it that was found, without making arrays: pages of
columns, what many rows have in common said once, written for exactly these properties.
Seconds are by the clock and, since other programs disturb these, of the processor: of this process and the server
together. Run it from the top of the repository: ``python -m benchmarks.neo4j_speed --people 20000 --ties 200000``; a
larger graph needs a larger heap and page cache (``NEO4J_HEAP=8g NEO4J_PAGE_CACHE=1g`` for a million ties).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from neo4j import Driver, GraphDatabase, ManagedTransaction, Session

from graph.changes import ChangeSet
from graph.kinds import TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Field, Node, Provenance, TieBatch
from graph.snapshot import Snapshot
from graph.store import Store, open_store
from tests.neo4j.server import Server

AT_ONCE = 5_000
WARM = 3
AGAIN = 3
REFRESHED = 6
PEOPLE = """
MATCH (n:Person) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $page
WITH properties(n) AS p
RETURN collect(p.id), collect(p.row), collect(p.name), collect(p.name_row),
    p.policy, p.source, p.said, p.name_policy, p.name_source, p.name_said
"""
TIES = """
UNWIND range(0, size($ids) - 1) AS i MATCH (a:Person {id: $ids[i]})-[k:MET]->(b)
WITH i, b.id AS b, properties(k) AS p
RETURN collect(i * 4294967296 + p.row), collect(b), collect(p.t),
    p.until, p.n, p.details, p.policy_src, p.policy_dst, p.source, p.said
"""
SOURCE = Provenance("people.csv", 3)
POLICY = NETWORK_OPEN.to_json()


@dataclass(frozen=True)
class Rows:
    """People with a name, and dated meetings between them."""

    people: list[str]
    ties: list[tuple[str, str, float]]


def make_rows(n_people: int, n_ties: int) -> Rows:
    """Make rows at random, the same every time."""
    rng = random.Random(7)
    people = [f"person:p{i}" for i in range(n_people)]
    pairs = (sorted(rng.sample(people, 2)) for _ in range(n_ties))
    return Rows(people, [(a, b, float(rng.randrange(1_500_000_000, 1_700_000_000))) for a, b in pairs])


def changes(rows: Rows) -> ChangeSet:
    """Give the rows as a change set."""
    src, dst, t = (list(column) for column in zip(*rows.ties, strict=True))
    batch = TieBatch(TieKind.MET, src, dst, NETWORK_OPEN, NETWORK_OPEN, "ties.csv", t=t, rows=list(range(len(src))))
    nodes = [Node(p, NETWORK_OPEN, SOURCE, {"name": Field(p[7:], NETWORK_OPEN, SOURCE)}) for p in rows.people]
    return ChangeSet("bulk", "operator", "import", digest="bulk", nodes=nodes, ties=[batch])


def merge(session: Session, rows: Rows) -> None:
    """Write the rows by MERGE; what all have in common is sent once."""
    about = {"policy": POLICY, "source": "people.csv", "row": 3, "said": "record"}
    person = {"seq": 1, **about, **{f"name_{key}": value for key, value in about.items()}}
    tie = {"n": 1, "policy_src": POLICY, "policy_dst": POLICY, "source": "ties.csv", "said": "record", "seq": 1}
    ties = [[a, b, t, i] for i, (a, b, t) in enumerate(rows.ties)]

    def work(transaction: ManagedTransaction) -> None:
        for part in parts([[p, p[7:]] for p in rows.people]):
            query = "UNWIND $rows AS row MERGE (n:Person {id: row[0]}) SET n += $all, n.key = row[1], n.name = row[1]"
            transaction.run(query, rows=part, all=person).consume()
        for part in parts(ties):
            query = """UNWIND $rows AS row MATCH (a:Person {id: row[0]}) MATCH (b:Person {id: row[1]})
            MERGE (a)-[k:MET {t: row[2]}]->(b) SET k += $all, k.row = row[3]"""
            transaction.run(query, rows=part, all=tie).consume()

    session.execute_write(work)


def fetch(session: Session) -> int:
    """Fetch everything in pages of columns and give the number of rows."""

    def work(transaction: ManagedTransaction) -> int:
        n, ids, after, full = 0, [], "", True
        while full:
            rows = transaction.run(PEOPLE, after=after, page=AT_ONCE).values()
            found = [person for row in rows for person in row[0]]
            ids += found
            after, full = max(found, default=""), len(found) == AT_ONCE
        for part in parts(ids, 2_000):
            n += sum(len(row[0]) for row in transaction.run(TIES, ids=part).values())
        return n + len(ids)

    return session.execute_read(work)


def parts(rows: list[Any], at_once: int = AT_ONCE) -> Iterator[list[Any]]:
    """Give the rows in lists for one statement each."""
    for start in range(0, len(rows), at_once):
        yield rows[start : start + at_once]


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of the processor here and in the server."""

    clock: float
    here: float
    there: float

    @property
    def processor(self) -> float:
        """Seconds of the processor."""
        return self.here + self.there

    def __str__(self) -> str:
        return f"{self.clock:.2f} s (processor {self.processor:.2f} s, {self.there:.2f} of them in the server)"


def timed(server: Server, work: Callable[[], object]) -> Took:
    """Give what something takes."""
    clock, here, there = time.perf_counter(), time.process_time(), server.processor_s()
    work()
    return Took(time.perf_counter() - clock, time.process_time() - here, server.processor_s() - there)


def ratio(ours: Took, peer: Took) -> str:
    """Give how many times as long we take."""
    return f"ratio {ours.clock / peer.clock:.2f} (processor {ours.processor / peer.processor:.2f})"


def emptied(driver: Driver, address: str, password: str) -> Store:
    """Give an empty, migrated store."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    store = open_store(address, create=True, password=password)
    store.migrate()
    return store


@dataclass(frozen=True)
class Run:
    """What everything took once."""

    load: Took
    plain_load: Took
    snapshot: Took
    plain_fetch: Took
    first_refresh: Took
    refresh: Took

    def __str__(self) -> str:
        return "\n".join([
            f"  load       {self.load}; plain MERGE {self.plain_load}: {ratio(self.load, self.plain_load)}",
            f"  snapshot   {self.snapshot}; plain fetch {self.plain_fetch}: {ratio(self.snapshot, self.plain_fetch)}",
            f"  refresh after one changed profile: the first {self.first_refresh}, one of the next {self.refresh}",
        ])  # fmt: skip


def run_once(driver: Driver, server: Server, rows: Rows) -> Run:
    """Measure each; each load into an empty graph."""
    with driver.session() as session:
        with emptied(driver, server.url, server.password):
            plain_load = timed(server, lambda: merge(session, rows))
        with emptied(driver, server.url, server.password) as store:
            load = timed(server, lambda: store.apply(changes(rows)))
            for _ in range(WARM):  # both find the pages in memory and their statements compiled
                known = n_rows(store.snapshot())
                if fetch(session) != known:
                    raise SystemExit("the peer does not fetch the same")
            fetches, snapshots = [], []
            for _ in range(AGAIN):
                fetches.append(timed(server, lambda: fetch(session)))
                snapshots.append(timed(server, store.snapshot))
            first, *later = refreshes(server, store, rows)
    return Run(load, plain_load, middle(snapshots), middle(fetches), first, middle(later))


def refreshes(server: Server, store: Store, rows: Rows) -> list[Took]:
    """Measure refreshes, each after one changed profile; for the first the server has statements to plan."""
    held = [store.snapshot()]
    found = []
    for key, who in enumerate(rows.people[:REFRESHED]):
        store.apply(ChangeSet(f"one {key}", "operator", "import", digest=f"{key}", nodes=[renamed(who)]))
        found.append(timed(server, lambda: held.append(store.refresh(held[-1]))))
    return found


def n_rows(snapshot: Snapshot) -> int:
    """Count people and ties."""
    return len(snapshot.nodes) + len(snapshot.ties)


def renamed(person: str) -> Node:
    """Give somebody with another name."""
    return Node(person, NETWORK_OPEN, SOURCE, {"name": Field("another", NETWORK_OPEN, SOURCE)})


def middle(times: list[Took]) -> Took:
    """Give the one in the middle by processor time."""
    return sorted(times, key=lambda took: took.processor)[len(times) // 2]


def main() -> None:
    """Print the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--ties", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    rows, server = make_rows(options.people, options.ties), Server(brief=False)
    try:
        server.start()
        with GraphDatabase.driver(f"bolt://127.0.0.1:{server.port}", auth=("neo4j", server.password)) as driver:
            run_once(driver, server, make_rows(2_000, 10_000))  # the server compiles what it runs often
            for number in range(1, options.runs + 1):
                say(f"run {number}: {options.people} people, {options.ties} ties\n{run_once(driver, server, rows)}")
    finally:
        server.stop()


def say(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
