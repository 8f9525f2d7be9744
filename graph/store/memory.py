"""Store in memory: nothing is kept after the process ends; for what-if studies, evaluation and tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graph.audit import AppliedKey, AuditRow, Erasure, Forgetting, Head, History, audit_row, sealed_key
from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict, Refused
from graph.kinds import DATED_KEY, SYMMETRIC
from graph.ledger import late_row, require_current
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch
from graph.refreshing import refreshed
from graph.snapshot import Snapshot
from graph.store import change_log
from graph.store.base import Store, audit_detail, unknown_nodes
from graph.store.change_log import VERSIONS_KEPT, Entry, new_mark
from graph.store.checks import check
from graph.store.memory_graph import Arrays, Graph, Tie, TieKey


class MemoryStore(Store):
    """A property graph in dictionaries, with the behaviour of the other stores."""

    def __init__(self, url: str = "memory://") -> None:
        self.url = url
        self._graph = Graph()
        self._log = [Entry(0, new_mark(), None)]
        self._turn = threading.RLock()
        self._applied: dict[str, AppliedKey] = {}
        self._audit: list[AuditRow] = []
        self._head = Head()
        self._erasures: dict[tuple[str, str], Erasure] = {}

    def migrate(self) -> int:  # noqa: D102
        return 0

    def apply(self, changes: ChangeSet) -> Receipt:  # noqa: D102
        check(changes)
        with self._turn:
            return self._apply(changes)

    def _apply(self, changes: ChangeSet) -> Receipt:
        digest = changes.content_digest()
        known = self._known(changes.key)
        if known is not None:
            if known.digest != digest:
                raise Conflict(f"idempotency key {changes.key!r} was used before with another content")
            return Receipt(self.version(), replayed=True)
        require_current(changes, self.mark(), self.erasures())
        removed = (self._graph.statements.get(i) for i in changes.removed_statements)
        touched = change_log.touched(changes, (s.owner for s in removed if s is not None))
        work = _Work(self._graph.copy())
        work.write(changes)
        self._forget(changes.forgetting or Forgetting())
        self._graph = work.graph.with_sources(dict(changes.forgetting.sources)) if changes.forgetting else work.graph
        self._applied[changes.key] = AppliedKey(changes.key, digest, self.version() + 1)
        self._note(touched)
        given = len(changes.nodes) + len(changes.statements) + sum(len(batch) for batch in changes.ties)
        unchanged = max(given - work.created - work.changed, 0)
        receipt = Receipt(self.version(), False, work.created, work.changed, unchanged, work.removed)
        self.record(changes.actor, changes.action, audit_detail(changes, receipt), changes.key)
        return receipt

    def record(self, actor: str, action: str, detail: Mapping[str, object], key: str = "") -> None:  # noqa: D102
        with self._turn:
            row = audit_row(self._head.seq + 1, self._head.hash, actor, action, key, detail)
            row = row if key else late_row(row, self.erasures())
            self._audit.append(row)
            self._head = Head(row.seq, row.hash)

    def applied(self, key: str) -> bool:  # noqa: D102
        return self._known(key) is not None

    def version(self) -> int:  # noqa: D102
        with self._turn:
            return max((known.seq for known in self._applied.values()), default=0)

    def mark(self) -> str:  # noqa: D102
        return self._log[-1].mark

    def snapshot(self) -> Snapshot:  # noqa: D102
        return self.refresh(None)

    def refresh(self, snapshot: Snapshot | None) -> Snapshot:  # noqa: D102
        with self._turn:
            version, mark = self.version(), self.mark()
            nodes = self._touched_since(snapshot)
            if snapshot is None or nodes is None:
                return Arrays(self._graph, version, mark).snapshot()
            excerpt = Arrays(self._graph.excerpt(nodes), version, mark).snapshot()
        return snapshot if snapshot.mark == mark else refreshed(snapshot, nodes, excerpt)

    def audit(self, after: int = 0, limit: int | None = None) -> list[AuditRow]:  # noqa: D102
        return self._audit[after:][:limit]

    def head(self) -> Head:  # noqa: D102
        return self._head

    def keys(self, after: int = 0, limit: int | None = None) -> list[AppliedKey]:  # noqa: D102
        later = (known for known in self._applied.values() if known.seq > after)
        return sorted(later, key=lambda known: known.seq)[:limit]

    def erasures(self) -> list[Erasure]:  # noqa: D102
        return sorted(self._erasures.values(), key=lambda e: (e.at, e.salt, e.digest))

    def fill(  # noqa: D102
        self, facts: Iterable[ChangeSet], history: History, finish: Callable[[Snapshot], ChangeSet | None]
    ) -> None:
        if self._applied:
            raise Refused(f"the store {self.url} is not empty: take a new one")
        before = self.__dict__.copy()
        work = _Work(self._graph.copy())
        try:
            for changes in facts:
                check(changes)
                work.write(changes)
            self._graph = work.graph
            self._take_over(history)
            self._note(None)
            last = finish(self.snapshot())
            if last is not None:
                self.apply(last)
        except BaseException:
            self.__dict__.update(before)
            raise

    def _take_over(self, history: History) -> None:
        self._applied = {known.key: known for known in history.keys}
        self._audit = list(history.audit)
        self._head = Head(self._audit[-1].seq, self._audit[-1].hash) if self._audit else Head()
        self._erasures = self._erasures | {(e.salt, e.digest): e for e in history.erasures}

    def compact(self) -> None:  # noqa: D102
        return

    def pending(self) -> list[int]:  # noqa: D102
        return []

    def close(self) -> None:  # noqa: D102
        return

    def _touched_since(self, snapshot: Snapshot | None) -> Collection[NodeId] | None:
        if snapshot is None:
            return None
        entries = [entry for entry in self._log if entry.version >= snapshot.version]
        return change_log.since(entries, snapshot.version, snapshot.mark)

    def _note(self, touched: frozenset[NodeId] | None) -> None:
        """Write the entry of the present version; with None the log begins anew."""
        older = [] if touched is None else self._log[1 - VERSIONS_KEPT :]
        self._log = [*older, Entry(self.version(), new_mark(), touched)]

    def _known(self, key: str) -> AppliedKey | None:
        return self._applied.get(key) or self._applied.get(sealed_key(key))

    def _forget(self, forgetting: Forgetting) -> None:
        for row in forgetting.rows:
            if row.seq > len(self._audit) or self._audit[row.seq - 1].hash != row.hash:
                raise Conflict(f"audit row {row.seq} is not the one that words were to be taken from")
        ledger = self._erasures | {(e.salt, e.digest): e for e in forgetting.entries}
        self._erasures = {k: e for k, e in ledger.items() if e.digest not in forgetting.lifted}
        for row in forgetting.rows:
            known = self._applied.pop(self._audit[row.seq - 1].key, None)
            if known is not None:
                self._applied[row.key] = replace(known, key=row.key)
            self._audit[row.seq - 1] = row


class _Work:
    """Applies one change set to a copy of the graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.created = self.changed = self.removed = 0

    def write(self, changes: ChangeSet) -> None:
        self._remove(changes)
        for node in changes.nodes:
            self._node(node)
        self._know_all(changes)
        for statement in changes.statements:
            self._statement(statement)
        for batch in changes.ties:
            self._batch(batch)

    def _remove(self, changes: ChangeSet) -> None:
        before = len(self.graph.statements) + len(self.graph.ties)
        for identifier in changes.removed_statements:
            self.graph.statements.pop(identifier, None)
        for kind, src, dst in changes.removed_ties:
            ends = {(src, dst), (dst, src)} if kind in SYMMETRIC else {(src, dst)}
            self.graph.ties = {k: v for k, v in self.graph.ties.items() if k[0] != kind or k[1:3] not in ends}
        gone = self.graph.nodes.keys() & set(changes.removed_nodes)
        self.graph.nodes = {i: node for i, node in self.graph.nodes.items() if i not in gone}
        self.graph.statements = {i: s for i, s in self.graph.statements.items() if s.owner not in gone}
        self.graph.ties = {k: tie for k, tie in self.graph.ties.items() if gone.isdisjoint(k[1:3])}
        self.removed = len(gone) + before - len(self.graph.statements) - len(self.graph.ties)

    def _node(self, node: Node) -> None:
        old = self.graph.nodes.get(node.id)
        if old is None:
            self.graph.nodes[node.id] = node
            self.created += 1
            return
        fields = dict(old.fields)
        touched = sum(self._field(fields, name, value) for name, value in node.fields.items())
        policy, provenance = old.policy, old.provenance
        if node.policy != policy:
            policy, provenance = node.policy, node.provenance
            touched += 1
        self.graph.nodes[node.id] = Node(node.id, policy, provenance, fields)
        self.changed += touched

    @staticmethod
    def _field(fields: dict[str, Field], name: str, value: Field) -> int:
        old = fields.get(name)
        if old is not None and (old.value, old.policy) == (value.value, value.policy):
            return 0
        fields[name] = value
        return int(old is not None)

    def _statement(self, new: Statement) -> None:
        old = self.graph.statements.get(new.id)
        same = old is not None and replace(old, provenance=new.provenance) == new
        if not same:
            self.graph.statements[new.id] = new
        self._count(old is None, same)

    def _batch(self, batch: TieBatch) -> None:
        nothing: Sequence[Any] = [None] * len(batch)
        columns = (batch.t, batch.until, batch.n, batch.rows, batch.details)
        rows = zip(batch.src, batch.dst, *(c or nothing for c in columns), strict=True)
        for src, dst, t, until, n, row, details in rows:
            swap = batch.symmetric and src > dst
            key = (batch.kind, *((dst, src) if swap else (src, dst)), t if batch.kind in DATED_KEY else None)
            policies = (batch.policy_dst, batch.policy_src) if swap else (batch.policy_src, batch.policy_dst)
            provenance = Provenance(batch.source, row, batch.said)
            self._tie(key, Tie(t, until, 1 if n is None else n, details, policies, provenance))

    def _tie(self, key: TieKey, new: Tie) -> None:
        old = self.graph.ties.get(key)
        same = old is not None and old.content() == new.content()
        if not same:
            self.graph.ties[key] = new
        self._count(old is None, same)

    def _know_all(self, changes: ChangeSet) -> None:
        wanted = {s.owner for s in changes.statements}
        for batch in changes.ties:
            wanted.update(batch.src, batch.dst)
        missing = wanted - self.graph.nodes.keys()
        if missing:
            raise unknown_nodes(missing)

    def _count(self, created: bool, same: bool) -> None:
        self.created += created
        self.changed += not created and not same
