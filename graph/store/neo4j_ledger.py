"""Version, idempotency keys and change log of the Neo4j store: nodes of its own beside the graph."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graph.audit import History, sealed_key
from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict
from graph.records import NodeId
from graph.store import change_log, neo4j_history
from graph.store.base import audit_detail
from graph.store.change_log import VERSIONS_KEPT, Entry, new_mark
from graph.store.neo4j_connection import Work

LOCK = "MATCH (lock:MusubiLock {id: 1}) REMOVE lock.held"
LOCK_VERSION = "MATCH (version:MusubiVersion {id: 1}) REMOVE version.held"
STATE = "MATCH (version:MusubiVersion {id: 1}) RETURN version.version, version.mark"
CHANGE = """
MATCH (c:MusubiChange) WHERE c.key IN $keys
RETURN c.digest, c.attempt, c.seq, c.created, c.changed, c.unchanged, c.removed
"""
KEEP_CHANGE = """
CREATE (:MusubiChange {key: $key, digest: $digest, attempt: $attempt, seq: $seq, created: $created,
    changed: $changed, unchanged: $unchanged, removed: $removed})
"""
OWNERS = """
UNWIND $ids AS id MATCH (owner)-[:STATES]->(:Statement {id: id})
RETURN collect(DISTINCT owner.id)
"""
DROP_LOG = "MATCH (log:MusubiLog) WHERE log.version <= $oldest DELETE log"
KEEP_LOG = "CREATE (:MusubiLog {version: $version, mark: $mark, nodes: $nodes})"
KEEP_STATE = "MATCH (version:MusubiVersion {id: 1}) SET version.version = $version, version.mark = $mark"
LOG = """
MATCH (log:MusubiLog) WHERE log.version >= $version
RETURN log.version, log.mark, log.nodes ORDER BY log.version
"""


@dataclass(frozen=True, slots=True)
class State:
    """Which state of the graph it is: its version, and its name that no other state has."""

    version: int
    mark: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The store's own nodes, inside one transaction.

    Attributes
    ----------
    attempt : str
        Tells one call from all others: a call whose commit went through unheard finds its own trace.

    Notes
    -----
    Writers hold the lock from their first statement on, one after the other. The version is locked by a
    writer only from its last statement to the end of its commit: see `settled_state`.
    """

    work: Work
    attempt: str

    def lock(self) -> None:
        """Wait for other writers and keep them out until the end of the transaction."""
        self.work.run(LOCK)

    def answered(self, key: str, digest: str) -> Receipt | None:
        """Give the receipt of a key that was applied before, else None.

        Raises
        ------
        graph.errors.Conflict
            If it was applied with another content.
        """
        found = self.work.rows(CHANGE, keys=[key, sealed_key(key)])
        if not found:
            return None
        known, attempt, seq, created, changed, unchanged, removed = found[0]
        if known != digest:
            raise Conflict(f"idempotency key {key!r} was used before with another content")
        if attempt == self.attempt:
            return Receipt(seq, False, created, changed, unchanged, removed)
        return Receipt(version(self.work), replayed=True)

    def touched(self, changes: ChangeSet) -> frozenset[NodeId] | None:
        """Give the nodes that a change set is about to touch; asked before it is written."""
        ids = changes.removed_statements
        owners = self.work.run(OWNERS, ids=ids).row[0] if ids else []
        return change_log.touched(changes, owners)

    def keep(self, changes: ChangeSet, digest: str, receipt: Receipt, touched: frozenset[NodeId] | None) -> None:
        """Keep key, audit row, log and version of a change set; the last statements of its transaction."""
        self.work.run(
            KEEP_CHANGE, key=changes.key, digest=digest, attempt=self.attempt, seq=receipt.version,
            created=receipt.created, changed=receipt.changed, unchanged=receipt.unchanged, removed=receipt.removed,
        )  # fmt: skip
        if changes.forgetting is not None:
            neo4j_history.forget(self.work, changes.forgetting)
        detail = audit_detail(changes, receipt)
        neo4j_history.append(self.work, self.attempt, changes.actor, changes.action, changes.key, detail)
        self._move(receipt.version, touched)

    def take_over(self, history: History) -> None:
        """Keep the history of another store; the log begins anew."""
        self._move(neo4j_history.take_over(self.work, history), None)

    def record(self, actor: str, action: str, detail: Mapping[str, object]) -> None:
        """Keep an audit row of this attempt, once."""
        self.lock()
        if not neo4j_history.attempted(self.work, self.attempt):
            neo4j_history.append(self.work, self.attempt, actor, action, "", detail)

    def _move(self, version: int, touched: Collection[NodeId] | None) -> None:
        """Write the entry of a new version; with None the log begins anew, and names nobody any more."""
        mark, nodes = new_mark(), None if touched is None else json.dumps(sorted(touched), ensure_ascii=False)
        self.work.run(DROP_LOG, oldest=version if touched is None else version - VERSIONS_KEPT)
        self.work.run(KEEP_LOG, version=version, mark=mark, nodes=nodes)
        self.work.run(KEEP_STATE, version=version, mark=mark)


def state(work: Work) -> State:
    """Give version and mark."""
    found, mark = work.rows(STATE)[0]
    return State(int(found), mark)


def version(work: Work) -> int:
    """Give the version."""
    return state(work).version


def settled_state(work: Work) -> State:
    """Give version and mark when no commit is under way: in a write transaction, which then holds it there.

    Neo4j isolates by read committed and lets readers see a commit that is being written piece by piece. A
    writer keeps the version locked during its commit: with this lock taken, there is none.
    """
    work.run(LOCK_VERSION)
    return state(work)


def applied(work: Work, key: str) -> bool:
    """Say whether a key was applied."""
    return bool(work.rows(CHANGE, keys=[key, sealed_key(key)]))


def touched_since(work: Work, known: State) -> Collection[NodeId] | None:
    """Give the nodes touched after a state, None when the log does not reach back to it."""
    entries = [
        Entry(v, mark, None if nodes is None else frozenset(json.loads(nodes)))
        for v, mark, nodes in work.rows(LOG, version=known.version)
    ]
    return change_log.since(entries, known.version, known.mark)
