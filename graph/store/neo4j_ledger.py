"""What the Neo4j store keeps about its own changes: the lock of writers, the version, keys and audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict
from graph.store.base import AuditRow, audit_detail, audit_row
from graph.store.neo4j_connection import Work

PAGE = 5_000

LOCK = "MATCH (lock:MusubiLock {id: 1}) REMOVE lock.held"
LOCK_VERSION = "MATCH (version:MusubiVersion {id: 1}) REMOVE version.held"
VERSION = "MATCH (version:MusubiVersion {id: 1}) RETURN version.version"
CHANGE = """
MATCH (c:MusubiChange {key: $key})
RETURN c.digest, c.attempt, c.seq, c.created, c.changed, c.unchanged, c.removed
"""
KEEP_CHANGE = """
CREATE (:MusubiChange {key: $key, digest: $digest, attempt: $attempt, seq: $seq, created: $created,
    changed: $changed, unchanged: $unchanged, removed: $removed})
WITH *
MATCH (version:MusubiVersion {id: 1}) SET version.version = $seq
"""
LAST_AUDIT = "MATCH (a:MusubiAudit) WHERE a.seq > 0 RETURN a.seq, a.hash ORDER BY a.seq DESC LIMIT 1"
ATTEMPTED = "MATCH (a:MusubiAudit {attempt: $attempt}) RETURN a.seq"
KEEP_AUDIT = """
CREATE (:MusubiAudit {seq: $seq, at: $at, actor: $actor, action: $action, key: $key, detail: $detail,
    previous: $previous, hash: $hash, attempt: $attempt})
"""
AUDIT_PAGE = """
MATCH (a:MusubiAudit) WHERE a.seq > $after
WITH a ORDER BY a.seq LIMIT $page
RETURN collect([a.seq, a.at, a.actor, a.action, a.key, a.detail, a.previous, a.hash])
"""


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
    writer only from its last statement to the end of its commit: see `settled_version`.
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
        found = self.work.rows(CHANGE, key=key)
        if not found:
            return None
        known, attempt, seq, created, changed, unchanged, removed = found[0]
        if known != digest:
            raise Conflict(f"idempotency key {key!r} was used before with another content")
        if attempt == self.attempt:
            return Receipt(seq, False, created, changed, unchanged, removed)
        return Receipt(version(self.work), replayed=True)

    def keep(self, changes: ChangeSet, digest: str, receipt: Receipt) -> None:
        """Keep key, version and audit row of a change set; the last statements of its transaction."""
        self._append_audit(changes.actor, changes.action, changes.key, audit_detail(changes, receipt))
        self.work.run(
            KEEP_CHANGE, key=changes.key, digest=digest, attempt=self.attempt, seq=receipt.version,
            created=receipt.created, changed=receipt.changed, unchanged=receipt.unchanged, removed=receipt.removed,
        )  # fmt: skip

    def record(self, actor: str, action: str, detail: Mapping[str, object]) -> None:
        """Keep an audit row of this attempt, once."""
        self.lock()
        if not self.work.rows(ATTEMPTED, attempt=self.attempt):
            self._append_audit(actor, action, "", detail)

    def _append_audit(self, actor: str, action: str, key: str, detail: Mapping[str, object]) -> None:
        found = self.work.rows(LAST_AUDIT)
        seq, previous = found[0] if found else (0, "")
        row = audit_row(seq + 1, previous, actor, action, key, detail)
        self.work.run(
            KEEP_AUDIT, seq=row.seq, at=row.at, actor=row.actor, action=row.action, key=row.key,
            detail=row.detail, previous=row.previous, hash=row.hash, attempt=self.attempt,
        )  # fmt: skip


def version(work: Work) -> int:
    """Give the version."""
    return int(work.rows(VERSION)[0][0])


def settled_version(work: Work) -> int:
    """Give the version when no commit is under way: in a write transaction, which then holds it there.

    Neo4j isolates by read committed and lets readers see a commit that is being written piece by piece. A
    writer keeps the version locked during its commit: with this lock taken, there is none.
    """
    work.run(LOCK_VERSION)
    return version(work)


def applied(work: Work, key: str) -> bool:
    """Say whether a key was applied."""
    return bool(work.rows(CHANGE, key=key))


def audit(work: Work) -> list[AuditRow]:
    """Give all audit rows, oldest first."""
    rows: list[AuditRow] = []
    while True:
        ((page,),) = work.rows(AUDIT_PAGE, after=rows[-1].seq if rows else 0, page=PAGE)
        rows += [AuditRow(*row) for row in page]
        if len(page) < PAGE:
            return rows
