"""Interface of a store: where the property graph is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from graph.changes import ChangeSet, Receipt
from graph.errors import Refused
from graph.records import Node, NodeId, Statement
from graph.snapshot import Snapshot

SHOWN_MISSING = 5


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit: who did what, never the content; chained by hash to the row before."""

    seq: int
    at: str
    actor: str
    action: str
    key: str
    detail: str
    previous: str
    hash: str


class Store(ABC):
    """A property graph that is written by change sets and read as snapshots.

    Every implementation passes the public contract suite `graph.testing.StoreContract`. A store is
    safe to use from several processes; one object belongs to one thread.

    Raises
    ------
    graph.errors.StoreUnavailable
        By every method, when the store cannot be reached, read or written.
    """

    url: str

    @abstractmethod
    def migrate(self) -> int:
        """Make or update the schema; idempotent.

        Returns
        -------
        int
            Number of migrations that ran now.
        """

    @abstractmethod
    def apply(self, changes: ChangeSet) -> Receipt:
        """Apply a change set in one transaction together with its audit row and idempotency key.

        Returns
        -------
        Receipt
            Only after the change is durable.

        Raises
        ------
        graph.errors.Conflict
            If the key was used before with another content.
        graph.errors.Refused
            If a statement or tie names a node that exists neither in the change set nor in the store;
            nothing is changed then.
        """

    @abstractmethod
    def record(self, actor: str, action: str, detail: Mapping[str, object]) -> None:
        """Write an audit row for something that is no change, such as a staff read of facts."""

    @abstractmethod
    def applied(self, key: str) -> bool:
        """Say whether a change set of this key has been applied."""

    @abstractmethod
    def version(self) -> int:
        """Give the number of change sets applied so far; equal versions mean equal snapshots."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Give the whole graph as arrays, read in one transaction."""

    @abstractmethod
    def audit(self) -> list[AuditRow]:
        """Give all audit rows, oldest first."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections; harmless when repeated."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def audit_detail(changes: ChangeSet, receipt: Receipt) -> dict[str, object]:
    """Give what the audit says of a change: how much, and from where; never the content."""
    facts: tuple[Node | Statement, ...] = (*changes.nodes, *changes.statements)
    sources = {batch.source for batch in changes.ties} | {fact.provenance.source for fact in facts}
    counts = {"created": receipt.created, "changed": receipt.changed, "removed": receipt.removed}
    return {**counts, "sources": sorted(sources)}


def unknown_nodes(missing: Collection[NodeId]) -> Refused:
    """Give the error that names nodes which facts speak of and which do not exist."""
    more = f" and {len(missing) - SHOWN_MISSING} more" if len(missing) > SHOWN_MISSING else ""
    return Refused(f"a fact names nodes that do not exist: {', '.join(sorted(missing)[:SHOWN_MISSING])}{more}")


def audit_row(seq: int, previous: str, actor: str, action: str, key: str, detail: Mapping[str, object]) -> AuditRow:
    """Make the next row of the audit chain; its hash covers its content and the hash before it."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    return AuditRow(seq, at, actor, action, key, text, previous, chain(seq, at, actor, action, key, text, previous))


def chain(seq: int, at: str, actor: str, action: str, key: str, detail: str, previous: str) -> str:
    """Give the hash of an audit row."""
    body = json.dumps([seq, at, actor, action, key, detail, previous], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()
