"""What the Neo4j store keeps beside the graph: audit, its head, applied keys, the ledger of erasures.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from graph.audit import AppliedKey, AuditRow, Erasure, Forgetting, Head, History, audit_row
from graph.errors import Conflict
from graph.ledger import late_row
from graph.store.neo4j_connection import Work
from graph.store.neo4j_records import indexable

T = TypeVar("T")

PAGE = 5_000
COLUMNS = "a.seq, a.at, a.actor, a.action, a.key, a.detail, a.previous, a.hash, coalesce(a.seal, '')"

HEAD = "MATCH (head:MusubiHead {id: 1}) RETURN head.seq, head.hash"
KEEP_HEAD = "MATCH (head:MusubiHead {id: 1}) SET head.seq = $seq, head.hash = $hash"
LAST_ROW = "MATCH (a:MusubiAudit) WHERE a.seq > 0 RETURN a.seq ORDER BY a.seq DESC LIMIT 1"
ATTEMPTED = "MATCH (a:MusubiAudit {attempt: $attempt}) RETURN a.seq"
KEEP_ROWS = """
UNWIND $rows AS row
CREATE (:MusubiAudit {seq: row[0], at: row[1], actor: row[2], action: row[3], key: row[4], detail: row[5],
    previous: row[6], hash: row[7], seal: row[8], attempt: $attempt})
"""
AUDIT_PAGE = f"""
MATCH (a:MusubiAudit) WHERE a.seq > $after
WITH a ORDER BY a.seq LIMIT $page
RETURN collect([{COLUMNS}])
"""
ROW_KEY = "MATCH (a:MusubiAudit {seq: $seq, hash: $hash}) RETURN a.key"
TAKE_WORDS = """
MATCH (a:MusubiAudit {seq: $seq})
SET a.actor = $actor, a.key = $key, a.detail = $detail, a.seal = $seal
"""
RENAME_KEY = "MATCH (c:MusubiChange {key: $old}) SET c.key = $new"
KEY_PAGE = """
MATCH (c:MusubiChange) WHERE c.seq > $after
WITH c ORDER BY c.seq LIMIT $page
RETURN collect([c.key, c.digest, c.seq])
"""
KEEP_KEYS = "UNWIND $rows AS row CREATE (:MusubiChange {key: row[0], digest: row[1], seq: row[2]})"
ERASURES = "MATCH (e:MusubiErasure) RETURN e.salt, e.digest, e.at ORDER BY e.at, e.salt, e.digest"
KEEP_ERASURES = """
UNWIND $rows AS row
MERGE (e:MusubiErasure {salt: row[0], digest: row[1]}) ON CREATE SET e.at = row[2]
"""
OF_SOURCE = "name IN keys(n) WHERE (name = 'source' OR name ENDS WITH '_source') AND n[name] IN $old"
RENAME_IN_NODES = f"""
MATCH (n) WHERE any({OF_SOURCE})
FOREACH (name IN [{OF_SOURCE}] | SET n[name] = $new[n[name]])
"""
RENAME_IN_TIES = "MATCH ()-[k]->() WHERE k.source IN $old SET k.source = $new[k.source]"
LIFT = "MATCH (e:MusubiErasure) WHERE e.digest IN $digests DELETE e"
DROP_AUDIT = "MATCH (a:MusubiAudit) DELETE a"


def append(work: Work, attempt: str, actor: str, action: str, key: str, detail: Mapping[str, object]) -> None:
    """Write the next audit row and the new head.

    It follows the head, not the last row that is there: what was cut off stays missed.
    """
    before = head(work)
    found = work.rows(LAST_ROW)
    row = audit_row(max(before.seq, found[0][0] if found else 0) + 1, before.hash, actor, action, key, detail)
    row = row if key else late_row(row, erasures(work))
    work.run(KEEP_ROWS, rows=[_values(row)], attempt=attempt)
    work.run(KEEP_HEAD, seq=row.seq, hash=row.hash)


def attempted(work: Work, attempt: str) -> bool:
    """Say whether this call has written its audit row before."""
    return bool(work.rows(ATTEMPTED, attempt=attempt))


def head(work: Work) -> Head:
    """Give the head that was written with the newest row."""
    seq, found = work.rows(HEAD)[0]
    return Head(seq, found)


def audit(work: Work, after: int, limit: int | None) -> list[AuditRow]:
    """Give audit rows, oldest first."""
    return [AuditRow(*row) for row in _pages(work, AUDIT_PAGE, 0, after, limit)]


def keys(work: Work, after: int, limit: int | None) -> list[AppliedKey]:
    """Give the applied keys by version."""
    return [AppliedKey(*row) for row in _pages(work, KEY_PAGE, 2, after, limit)]


def erasures(work: Work) -> list[Erasure]:
    """Give the ledger of erasures."""
    return [Erasure(*row) for row in work.rows(ERASURES)]


def forget(work: Work, forgetting: Forgetting) -> None:
    """Change the ledger, take words out of audit rows and rename sources in every fact.

    Raises
    ------
    graph.errors.Conflict
        If one of the rows is not there.
    """
    _keep_erasures(work, forgetting.entries)
    work.run(LIFT, digests=list(forgetting.lifted))
    for row in forgetting.rows:
        known = work.rows(ROW_KEY, seq=row.seq, hash=row.hash)
        if not known:
            raise Conflict(f"audit row {row.seq} is not the one that words were to be taken from")
        work.run(TAKE_WORDS, seq=row.seq, actor=row.actor, key=row.key, detail=row.detail, seal=row.seal)
        if known[0][0] != row.key:
            work.run(RENAME_KEY, old=known[0][0], new=row.key)
    if forgetting.sources:
        new = dict(forgetting.sources)
        for query in (RENAME_IN_NODES, RENAME_IN_TIES):
            work.run(query, old=list(new), new=new)


def take_over(work: Work, history: History) -> int:
    """Write the history of another store and give its version."""
    version, last = 0, Head()
    for keys in _slabs(history.keys):
        work.run(KEEP_KEYS, rows=[[indexable(k.key), k.digest, k.seq] for k in keys])
        version = max(version, *(k.seq for k in keys))
    work.run(DROP_AUDIT)
    for rows in _slabs(history.audit):
        work.run(KEEP_ROWS, rows=[_values(row) for row in rows], attempt="")
        last = Head(rows[-1].seq, rows[-1].hash)
    work.run(KEEP_HEAD, seq=last.seq, hash=last.hash)
    _keep_erasures(work, history.erasures)
    return version


def _keep_erasures(work: Work, entries: Iterable[Erasure]) -> None:
    for part in _slabs(entries):
        work.run(KEEP_ERASURES, rows=[[e.salt, e.digest, e.at] for e in part])


def _values(row: AuditRow) -> list[Any]:
    return [row.seq, row.at, row.actor, row.action, row.key, row.detail, row.previous, row.hash, row.seal]


def _pages(work: Work, query: str, seq: int, after: int, limit: int | None) -> Iterator[list[Any]]:
    """Give rows page by page; ``seq`` is the place of their number."""
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        page = work.run(query, after=after, page=size).row[0]
        yield from page
        if len(page) < size:
            return
        after, left = page[-1][seq], None if left is None else left - size


def _slabs(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while part := list(islice(left, PAGE)):
        yield part
