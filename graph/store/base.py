"""Interface of a store: where the property graph is kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Self

from graph.audit import AppliedKey, AuditRow, Erasure, Head, History, audit_row, chain
from graph.changes import ChangeSet, Receipt
from graph.errors import Refused, WrongUse
from graph.records import Node, NodeId, Statement
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    from graph.store.neo4j_vectors import Neo4jVectors

SHOWN_MISSING = 5
ROWS_AT_ONCE = 5_000

__all__ = ["AuditRow", "Store", "audit_detail", "audit_row", "chain", "unknown_nodes"]


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
    def mark(self) -> str:
        """Give the name of the present state of the graph: of equal marks the snapshots are equal.

        Unlike a version it also differs after a restore, or when an older copy took the place of the store.
        """

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Give the whole graph as arrays, read in one transaction."""

    @abstractmethod
    def refresh(self, snapshot: Snapshot | None) -> Snapshot:
        """Give the same as `snapshot`, from an earlier one where that is quicker.

        Parameters
        ----------
        snapshot : Snapshot or None
            An earlier one; one of another store, or too old for the change log, is of no use and does no harm.
        """

    def moment(self) -> AbstractContextManager[object]:
        """Hold one moment of the store, as far as it can: all that is read inside belongs together."""
        return nullcontext()

    @abstractmethod
    def audit(self, after: int = 0, limit: int | None = None) -> list[AuditRow]:
        """Give the audit rows with a number above ``after``, oldest first, at most ``limit`` of them."""

    def audit_rows(self) -> Iterator[AuditRow]:
        """Give the audit rows, oldest first, without holding all of them."""
        after = 0
        while page := self.audit(after, ROWS_AT_ONCE):
            yield from page
            after = page[-1].seq

    @abstractmethod
    def head(self) -> Head:
        """Give the number of audit rows and the hash of the last, as kept apart from the rows.

        It is written with each row, and the next row follows it: rows cut off the end stay missed.
        """

    @abstractmethod
    def keys(self, after: int = 0, limit: int | None = None) -> list[AppliedKey]:
        """Give the applied keys whose version is above ``after``, by version, at most ``limit`` of them."""

    @abstractmethod
    def erasures(self) -> list[Erasure]:
        """Give the ledger of erasures, by time, salt and digest."""

    @abstractmethod
    def fill(
        self, facts: Iterable[ChangeSet], history: History, finish: Callable[[Snapshot], ChangeSet | None]
    ) -> None:
        """Take over the facts and the history of another store, all or nothing.

        Parameters
        ----------
        facts : iterable of ChangeSet
            Nodes, statements and ties, what others name first; written without audit rows and keys of
            their own. Read once, before the history.
        history : History
            Keys and audit rows, in the place of those that are here; erasures, beside those that are here.
        finish : callable
            Called with all that is here then, before anybody else can see it: raises to undo everything, or
            gives one more change set, which is applied as by `apply`.

        Raises
        ------
        graph.errors.Refused
            If a change set was applied here before, or a fact names a node that does not exist.
        """

    @abstractmethod
    def compact(self) -> None:
        """Leave nothing of what was deleted in the files of the store, as far as it can.

        Raises
        ------
        graph.errors.StoreUnavailable
            If somebody else uses the store just now: try again.
        """

    @abstractmethod
    def pending(self) -> list[int]:
        """Give the numbers of the migrations that have not run here, without running them."""

    def flaws(self) -> list[str]:
        """Give what the store finds damaged in its own files, in its own words; empty where it keeps none."""
        return []

    def vectors(self) -> Neo4jVectors:
        """Give the vectors of statements that the store keeps with them, closed with the store.

        Raises
        ------
        graph.errors.WrongUse
            If it keeps none: only a Neo4j server does.
        """
        raise WrongUse(f"the store {self.url} keeps no vectors with its statements: only one on a Neo4j server does")

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
    """Give what the audit says of a change: how much, and from where; never the content.

    An erasure brings nothing from anywhere: of it no source is told, for that could be a file named after somebody.
    """
    facts: tuple[Node | Statement, ...] = (*changes.nodes, *changes.statements)
    sources = {batch.source for batch in changes.ties} | {fact.provenance.source for fact in facts}
    counts = {"created": receipt.created, "changed": receipt.changed, "removed": receipt.removed}
    detail: dict[str, object] = {**counts, "sources": [] if changes.forgetting else sorted(sources)}
    if changes.forgetting is not None:
        detail["redacted"] = sorted([row.seq, row.taken] for row in changes.forgetting.rows)
    return detail


def unknown_nodes(missing: Collection[NodeId]) -> Refused:
    """Give the error that names nodes which facts speak of and which do not exist."""
    more = f" and {len(missing) - SHOWN_MISSING} more" if len(missing) > SHOWN_MISSING else ""
    return Refused(f"a fact names nodes that do not exist: {', '.join(sorted(missing)[:SHOWN_MISSING])}{more}")
