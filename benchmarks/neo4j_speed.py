"""Bulk load and snapshot of the Neo4j store beside the plainest statements for the same rows, in one run.

The peers check nothing and keep no account: ``UNWIND .. MERGE`` of the same nodes and ties with the same
properties in one transaction, and a fetch of all of it in collected pages, without making arrays.
Run it from the top of the repository: ``python -m benchmarks.neo4j_speed --people 20000 --ties 200000``; a larger
graph needs a larger heap (``NEO4J_HEAP=3g``).
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
from graph.store import Store, open_store
from tests.neo4j.server import Server

AT_ONCE = 5_000
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
    """Write the rows by MERGE."""
    about = {"policy": POLICY, "source": "people.csv", "row": 3, "said": "record"}
    name = {f"name_{key}": value for key, value in about.items()}
    people = [{"id": p, "key": p[7:], "name": p[7:], "seq": 1, **about, **name} for p in rows.people]
    common = {"n": 1, "policy_src": POLICY, "policy_dst": POLICY, "source": "ties.csv", "said": "record", "seq": 1}
    ties = [{"a": a, "b": b, "t": t, "properties": {"row": i, **common}} for i, (a, b, t) in enumerate(rows.ties)]

    def work(transaction: ManagedTransaction) -> None:
        for part in parts(people):
            query = "UNWIND $rows AS row MERGE (n:Person {id: row.id}) SET n += row"
            transaction.run(query, rows=part).consume()
        for part in parts(ties):
            query = """UNWIND $rows AS row MATCH (a:Person {id: row.a}) MATCH (b:Person {id: row.b})
            MERGE (a)-[k:MET {t: row.t}]->(b) SET k += row.properties"""
            transaction.run(query, rows=part).consume()

    session.execute_write(work)


def fetch(session: Session) -> int:
    """Fetch everything in collected pages and give the number of rows."""

    def work(transaction: ManagedTransaction) -> int:
        n, ids = 0, [""]
        while True:
            query = (
                "MATCH (n:Person) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $page RETURN collect(properties(n))"
            )
            ((page,),) = transaction.run(query, after=ids[-1], page=AT_ONCE).values()
            ids += [row["id"] for row in page]
            n += len(page)
            if len(page) < AT_ONCE:
                break
        for part in parts(ids):
            query = """UNWIND $ids AS id MATCH (a:Person {id: id})-[k:MET]->(b)
            RETURN collect([a.id, b.id, k.t, k.until, k.n, k.row, k.details,
                k.policy_src, k.policy_dst, k.source, k.said])"""
            ((page,),) = transaction.run(query, ids=part).values()
            n += len(page)
        return n

    return session.execute_read(work)


def parts(rows: list[Any]) -> Iterator[list[Any]]:
    """Give the rows in lists for one statement each."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def emptied(driver: Driver, address: str, password: str) -> Store:
    """Give an empty, migrated store."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    store = open_store(address, create=True, password=password)
    store.migrate()
    return store


def run_once(driver: Driver, server: Server, rows: Rows) -> tuple[float, float, float, float]:
    """Give the seconds of our load, plain MERGE, snapshot and plain fetch; each load into an empty graph."""
    with driver.session() as session:
        with emptied(driver, server.url, server.password):
            plain_load = timed(lambda: merge(session, rows))
        with emptied(driver, server.url, server.password) as store:
            load = timed(lambda: store.apply(changes(rows)))
            fetch(session)  # both find the same pages in memory
            plain_fetch = timed(lambda: fetch(session))
            snapshot = timed(store.snapshot)
    return load, plain_load, snapshot, plain_fetch


def main() -> None:
    """Print the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--ties", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    rows, server = make_rows(options.people, options.ties), Server()
    ratios = []
    try:
        server.start()
        with GraphDatabase.driver(f"bolt://127.0.0.1:{server.port}", auth=("neo4j", server.password)) as driver:
            run_once(driver, server, make_rows(2_000, 10_000))  # the server compiles what it runs often
            for number in range(1, options.runs + 1):
                load, plain_load, snapshot, plain_fetch = run_once(driver, server, rows)
                ratios.append((load / plain_load, snapshot / plain_fetch))
                say(
                    f"run {number}: load {load:.1f} s, plain MERGE {plain_load:.1f} s, ratio {ratios[-1][0]:.2f};"
                    f" snapshot {snapshot:.2f} s, plain fetch {plain_fetch:.2f} s, ratio {ratios[-1][1]:.2f}"
                )
    finally:
        server.stop()
    loads, snapshots = (sorted(column) for column in zip(*ratios, strict=True))
    say(f"median ratios: load {loads[len(loads) // 2]:.2f}, snapshot {snapshots[len(snapshots) // 2]:.2f}")


def say(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
