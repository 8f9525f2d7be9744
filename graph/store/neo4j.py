"""Neo4j store: the graph on a server, as labels and types that an analyst can read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping

from graph.audit import AppliedKey, AuditRow, Erasure, Head, History
from graph.changes import ChangeSet, Receipt
from graph.errors import Refused, StoreUnavailable
from graph.ledger import require_current
from graph.refreshing import refreshed
from graph.snapshot import Snapshot
from graph.store import neo4j_history, neo4j_ledger, neo4j_schema
from graph.store.base import Store
from graph.store.checks import check
from graph.store.neo4j_address import Address
from graph.store.neo4j_connection import Connection, GraphMoved, Work
from graph.store.neo4j_ledger import Ledger, State
from graph.store.neo4j_read import read_excerpt, read_snapshot
from graph.store.neo4j_records import indexable
from graph.store.neo4j_vectors import Neo4jVectors
from graph.store.neo4j_write import Writer

UNDISTURBED_TRIES = 3


class Neo4jStore(Store):
    """A property graph in a database of a Neo4j server, 5.26 or later.

    Parameters
    ----------
    url : str
        ``neo4j://USER@HOST:PORT[/DATABASE]``, ``bolt://…``, with ``+s`` or ``+ssc`` encrypted.
    password : str or None
        Password of the user; None where the server asks for none.
    create : bool
        Whether the schema may be missing; `migrate` makes it.

    Raises
    ------
    graph.errors.WrongUse
        If the address has another form.
    graph.errors.StoreUnavailable
        If the server cannot be reached or refuses, or the schema is not that of this version.

    Notes
    -----
    ``(:Person {id, key, name})-[:HAS_SKILL]->(:Skill)``,
    ``(:Person)-[:STATES]->(:Statement:Need {id, text})``; every fact carries its policy, also the facts
    that nobody but their owner may see: the gate stands above the store. Writes go one after the other
    (a lock on one node); a key node written in the same transaction settles a commit whose answer was
    lost (driver manual, "Transactions": managed transactions must be idempotent).
    """

    def __init__(self, url: str, *, password: str | None = None, create: bool = False) -> None:
        self.url = url
        address = Address.parse(url)
        self._connection = Connection(address, password)
        try:
            if not create and not neo4j_schema.is_current(self._connection):
                raise StoreUnavailable(f"no store of this version at {address}: run 'musubi init' to make or update it")
        except BaseException:
            self.close()
            raise

    def migrate(self) -> int:  # noqa: D102
        return neo4j_schema.migrate(self._connection)

    def apply(self, changes: ChangeSet) -> Receipt:  # noqa: D102
        check(changes)
        indexable(changes.key)
        digest = changes.content_digest()
        attempt = _attempt()

        return self._connection.write(lambda work: _apply(Ledger(work, attempt), changes, digest))

    def record(self, actor: str, action: str, detail: Mapping[str, object]) -> None:  # noqa: D102
        attempt = _attempt()
        self._connection.write(lambda work: Ledger(work, attempt).record(actor, action, detail))

    def applied(self, key: str) -> bool:  # noqa: D102
        return self._connection.read(lambda work: neo4j_ledger.applied(work, key))

    def version(self) -> int:  # noqa: D102
        return self._connection.read(neo4j_ledger.version)

    def mark(self) -> str:  # noqa: D102
        return self._connection.read(neo4j_ledger.state).mark

    def snapshot(self) -> Snapshot:  # noqa: D102
        return self.refresh(None)

    def refresh(self, snapshot: Snapshot | None) -> Snapshot:
        """Give the whole graph as arrays, of one moment, from an earlier snapshot where that is quicker.

        Notes
        -----
        Neo4j isolates by read committed, so that one transaction may see two versions. The version is
        therefore looked up before and after, each time with no commit under way; when it has moved the
        graph is read again, at last with commits kept waiting.
        """
        for _ in range(UNDISTURBED_TRIES):
            before = self._connection.write(neo4j_ledger.settled_state)
            if snapshot is not None and snapshot.mark == before.mark:
                return snapshot
            try:
                now = self._connection.read(_Reading(snapshot, before))
            except GraphMoved:
                continue
            if self._connection.write(neo4j_ledger.settled_state) == before:
                return now
        return self._connection.write(lambda work: _Reading(snapshot, neo4j_ledger.settled_state(work))(work))

    def audit(self, after: int = 0, limit: int | None = None) -> list[AuditRow]:  # noqa: D102
        return self._connection.read(lambda work: neo4j_history.audit(work, after, limit))

    def head(self) -> Head:  # noqa: D102
        return self._connection.read(neo4j_history.head)

    def keys(self, after: int = 0, limit: int | None = None) -> list[AppliedKey]:  # noqa: D102
        return self._connection.read(lambda work: neo4j_history.keys(work, after, limit))

    def erasures(self) -> list[Erasure]:  # noqa: D102
        return self._connection.read(neo4j_history.erasures)

    def fill(
        self, facts: Iterable[ChangeSet], history: History, finish: Callable[[Snapshot], ChangeSet | None]
    ) -> None:
        """Take over the facts and the history of another store, all or nothing.

        Notes
        -----
        In one transaction, which the memory of the server must hold: about 1 GB of heap for 200,000 ties.
        """
        attempt = _attempt()

        def work(work: Work) -> None:
            ledger = Ledger(work, attempt)
            ledger.lock()
            if neo4j_ledger.version(work):
                raise Refused(f"the store {self.url} is not empty: take a new one")
            writer = Writer(work, 0)
            for changes in facts:
                check(changes)
                writer.write(changes)
            ledger.take_over(history)
            last = finish(read_snapshot(work, neo4j_ledger.state(work)))
            if last is not None:
                check(last)
                _apply(ledger, last, last.content_digest())

        self._connection.write_once(work)

    def compact(self) -> None:
        """Do nothing, for nothing can be done through the driver.

        Notes
        -----
        A deleted value stays in the files of the server until its place is used again, and in its logs until
        they are dropped; the community server can neither overwrite nor compact while it runs.
        docs/stores.md says how to be rid of both: a backup, restored into a new data folder.
        """

    def pending(self) -> list[int]:  # noqa: D102
        return neo4j_schema.pending(self._connection)

    def vectors(self) -> Neo4jVectors:  # noqa: D102
        return Neo4jVectors(self._connection)

    def close(self) -> None:  # noqa: D102
        self._connection.close()


class _Reading:
    """Reads the graph of a known state, from an earlier snapshot where the change log reaches back to it."""

    def __init__(self, earlier: Snapshot | None, state: State) -> None:
        self._earlier = earlier
        self._state = state

    def __call__(self, work: Work) -> Snapshot:
        if self._earlier is None:
            return read_snapshot(work, self._state)
        touched = neo4j_ledger.touched_since(work, State(self._earlier.version, self._earlier.mark))
        if touched is None:
            return read_snapshot(work, self._state)
        return refreshed(self._earlier, touched, read_excerpt(work, touched, self._state))


def _apply(ledger: Ledger, changes: ChangeSet, digest: str) -> Receipt:
    """Apply a change set inside the transaction of a ledger, once for its key."""
    ledger.lock()
    answered = ledger.answered(changes.key, digest)
    if answered is not None:
        return answered
    require_current(changes, neo4j_ledger.state(ledger.work).mark, neo4j_history.erasures(ledger.work))
    touched = ledger.touched(changes)
    receipt = Writer(ledger.work, neo4j_ledger.version(ledger.work) + 1).write(changes)
    ledger.keep(changes, digest, receipt, touched)
    return receipt


def _attempt() -> str:
    return uuid.uuid4().hex
