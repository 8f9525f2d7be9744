"""Neo4j store: the graph on a server, as labels and types that an analyst can read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial

from graph.changes import ChangeSet, Receipt
from graph.errors import StoreUnavailable
from graph.snapshot import Snapshot
from graph.store import neo4j_ledger, neo4j_schema
from graph.store.base import AuditRow, Store
from graph.store.checks import check
from graph.store.neo4j_address import Address
from graph.store.neo4j_connection import Connection, GraphMoved, Work
from graph.store.neo4j_ledger import Ledger
from graph.store.neo4j_read import read_snapshot
from graph.store.neo4j_records import indexable
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

        def work(work: Work) -> Receipt:
            ledger = Ledger(work, attempt)
            ledger.lock()
            answered = ledger.answered(changes.key, digest)
            if answered is not None:
                return answered
            receipt = Writer(work, neo4j_ledger.version(work) + 1).write(changes)
            ledger.keep(changes, digest, receipt)
            return receipt

        return self._connection.write(work)

    def record(self, actor: str, action: str, detail: Mapping[str, object]) -> None:  # noqa: D102
        attempt = _attempt()
        self._connection.write(lambda work: Ledger(work, attempt).record(actor, action, detail))

    def applied(self, key: str) -> bool:  # noqa: D102
        return self._connection.read(lambda work: neo4j_ledger.applied(work, key))

    def version(self) -> int:  # noqa: D102
        return self._connection.read(neo4j_ledger.version)

    def snapshot(self) -> Snapshot:
        """Give the whole graph as arrays, of one moment.

        Notes
        -----
        Neo4j isolates by read committed, so that one transaction may see two versions. The version is
        therefore looked up before and after, each time with no commit under way; when it has moved the
        graph is read again, at last with commits kept waiting.
        """
        for _ in range(UNDISTURBED_TRIES):
            before = self._connection.write(neo4j_ledger.settled_version)
            try:
                snapshot = self._connection.read(partial(read_snapshot, version=before))
            except GraphMoved:
                continue
            if self._connection.write(neo4j_ledger.settled_version) == before:
                return snapshot
        return self._connection.write(lambda work: read_snapshot(work, neo4j_ledger.settled_version(work)))

    def audit(self) -> list[AuditRow]:  # noqa: D102
        return self._connection.read(neo4j_ledger.audit)

    def close(self) -> None:  # noqa: D102
        self._connection.close()


def _attempt() -> str:
    return uuid.uuid4().hex
