"""Erasing people and organisations: out of the graph, the audit and every rule, and kept out afterwards.

What stays are entries of the ledger of erasures: salted digests of the id, and of the name of each file that named
them. They tell an import or a restored backup what not to bring back, and tell nothing to somebody who does not know
the id or the name already.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.audit import ERASE, AuditRow, Erasure, Forgetting, redacted, sources_of, undetailed
from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict, Unknown, WrongUse
from graph.facts import Facts
from graph.introductions import parted
from graph.kinds import OWNER_KINDS, TieKind
from graph.ledger import digest, known
from graph.merging import Groups
from graph.naming import Names, mentions, renamed_sources, source_id
from graph.policy import Policy
from graph.records import NodeId, TieBatch, kind_of
from graph.snapshot import Snapshot
from graph.store.base import Store

T = TypeVar("T")

READMIT = "readmit"
SALT_BYTES = 32
TRIES = 5


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away.

    Attributes
    ----------
    ids : tuple of NodeId
        Every record of whom was erased.
    texts : tuple of str
        Words that were theirs: whatever was computed from them (vectors) is to be forgotten as well.
    removed : int
        Nodes, statements and ties.
    redacted : int
        Audit rows that named them.
    mentions : tuple of str
        Ids of nodes and statements of others whose words still name them: somebody has to read these.
    sources : tuple of (str, str)
        Names of files that named them, as they were and as they are kept from now on.
    names : Names
        Finds them in what lies beside the store.
    """

    ids: tuple[NodeId, ...]
    texts: tuple[str, ...]
    removed: int
    redacted: int
    mentions: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    names: Names = field(repr=False)


def erase(
    store: Store, identifiers: Collection[NodeId], actor: str, before: Callable[[Erased], None] | None = None
) -> Erased:
    """Erase people or organisations in one transaction; `Store.compact` then empties the files.

    Parameters
    ----------
    store : Store
        Where they are.
    identifiers : collection of NodeId
        Who; other records that were merged with theirs go as well, and introductions in which they took part.
    actor : str
        Who erases.
    before : callable, optional
        Called with what is about to go, while all of it is there, so that a call that was cut off can be made again.

    Raises
    ------
    graph.errors.WrongUse
        If an id is neither that of a person nor of an organisation.
    graph.errors.Unknown
        If one of them is not in the store; nothing is erased then.
    graph.errors.Conflict
        If others change the store again and again meanwhile; nothing is erased then.
    """
    for left in reversed(range(TRIES)):
        changes, found = prepare(store, store.snapshot(), identifiers, actor)
        if before is not None:
            before(found)
        try:
            receipt = store.apply(changes)
            break
        except Conflict:
            if not left:
                raise
    late = redact_late(store, found.ids, actor)  # reads that were answered from a snapshot of before
    return replace(found, removed=receipt.removed, redacted=found.redacted + late)


def prepare(store: Store, snapshot: Snapshot, identifiers: Collection[NodeId], actor: str) -> tuple[ChangeSet, Erased]:
    """Give the change set of an erasure, and what it will have done; see `erase`."""
    rows = _records(snapshot, np.array([_row(snapshot, identifier) for identifier in identifiers], dtype=np.intp))
    ids = tuple(snapshot.nodes.ids[rows].tolist())
    token = uuid.uuid4().hex
    away = np.union1d(rows, parted(snapshot, rows))
    gone = snapshot.nodes.ids[away].tolist()
    changes = ChangeSet(f"{ERASE}:{token}", actor, ERASE, token, removed_nodes=gone, expected=snapshot.mark)
    _undeny(snapshot, frozenset(ids), away, changes)
    names = Names.of(snapshot, rows)
    sources = renamed_sources(snapshot, rows, names)
    old = {was for was, _ in sources}
    named = tuple(_redacted(store, gone, lambda source: source in old or names.in_file(source)))
    entries = _entries(store.erasures(), (*ids, *map(source_id, sorted(old))))
    changes.forgetting = Forgetting(entries, (), named, sources)
    texts, removed = _texts(snapshot, rows), _n_removed(snapshot, away)
    return changes, Erased(ids, texts, removed, len(named), mentions(snapshot, away, names), sources, names)


def records(store: Store, identifier: NodeId) -> tuple[NodeId, ...]:
    """Give every record that an erasure of somebody would take: theirs, and those merged with it.

    Raises
    ------
    graph.errors.MusubiError
        As `erase`.
    """
    snapshot = store.snapshot()
    found = _records(snapshot, np.array([_row(snapshot, identifier)], dtype=np.intp))
    return tuple(snapshot.nodes.ids[found].tolist())


def erased(store: Store, identifiers: Iterable[NodeId]) -> frozenset[NodeId]:
    """Say which ids belong to somebody who was erased and has not come back by their own wish."""
    return known(store.erasures(), identifiers)


def without(changes: ChangeSet, identifiers: Collection[NodeId]) -> ChangeSet:
    """Leave nodes, their statements and ties out of a change set, and introductions of them; what others hold stays."""
    gone = frozenset(identifiers)
    if not gone:
        return changes
    gone |= {
        dst
        for batch in changes.ties if batch.kind is TieKind.PARTY_TO
        for src, dst in zip(batch.src, batch.dst, strict=True) if src in gone
    }  # fmt: skip
    batches = (_left(batch, gone) for batch in changes.ties)
    return replace(
        changes,
        nodes=[n for n in changes.nodes if n.id not in gone],
        statements=[s for s in changes.statements if s.owner not in gone],
        ties=[batch for batch in batches if len(batch)],
    )


def readmit(store: Store, identifier: NodeId, actor: str) -> Receipt:
    """Take somebody out of the ledger of erasures, because they want to come back.

    Raises
    ------
    graph.errors.Unknown
        If they were not erased.
    """
    lifted = tuple(e.digest for e in store.erasures() if e.digest == digest(e.salt, identifier))
    if not lifted:
        raise not_erased(identifier)
    token = uuid.uuid4().hex
    return store.apply(ChangeSet(f"{READMIT}:{token}", actor, READMIT, token, forgetting=Forgetting(lifted=lifted)))


def not_erased(identifier: NodeId) -> Unknown:
    """Give the error that somebody was never erased."""
    kind, _, key = identifier.partition(":")
    return Unknown(f"erased {kind}", key)


def present(ledger: Iterable[Erasure], snapshot: Snapshot) -> list[NodeId]:
    """Give the people and organisations of a graph whom a ledger says to be erased, sorted."""
    return sorted(known(ledger, snapshot.nodes.ids[snapshot.of_kind(*OWNER_KINDS)].tolist()))


def _row(snapshot: Snapshot, identifier: NodeId) -> int:
    if kind_of(identifier) not in OWNER_KINDS:
        raise WrongUse(f"{identifier!r}: expected person:ID or organisation:ID")
    return snapshot.find(identifier)


def _records(snapshot: Snapshot, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give all records of the same people: who was merged is erased whole."""
    survivor = Groups.of(snapshot).survivor
    return np.flatnonzero(np.isin(survivor, survivor[rows]))


def _entries(ledger: list[Erasure], ids: Iterable[NodeId]) -> tuple[Erasure, ...]:
    """Make the entries, under the salt of this ledger or a new one."""
    salt = ledger[-1].salt if ledger else secrets.token_hex(SALT_BYTES)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return tuple(Erasure(salt, digest(salt, identifier), at) for identifier in ids)


def _redacted(
    store: Store, ids: Iterable[NodeId], names_them: Callable[[str], bool] = lambda source: False
) -> list[AuditRow]:
    """Give the audit rows that name somebody, by id or by the name of a file, without these words."""
    changed: list[AuditRow] = []
    for old in store.audit_rows():
        row = undetailed(old) if any(map(names_them, sources_of(old))) else old
        for identifier in ids:
            row = redacted(row, identifier) or row
        if row != old:
            changed.append(row)
    return changed


def redact_late(store: Store, ids: Iterable[NodeId], actor: str) -> int:
    """Take the words of those who were erased out of audit rows that came later, and give how many rows it were."""
    rows = tuple(_redacted(store, ids))
    if rows:
        token = uuid.uuid4().hex
        store.apply(ChangeSet(f"{ERASE}:{token}", actor, ERASE, token, forgetting=Forgetting(rows=rows)))
    return len(rows)


def _n_removed(snapshot: Snapshot, rows: NDArray[np.intp]) -> int:
    said, ties = snapshot.statements, snapshot.ties
    ended = np.isin(ties.src, rows) | np.isin(ties.dst, rows)
    return len(rows) + int(np.isin(said.owner, rows).sum()) + int(ended.sum())


def _texts(snapshot: Snapshot, rows: NDArray[np.intp]) -> tuple[str, ...]:
    said = snapshot.statements.text[np.isin(snapshot.statements.owner, rows)].tolist()
    fields = snapshot.fields.value[np.isin(snapshot.fields.node, rows)].tolist()
    return tuple(dict.fromkeys((*said, *fields)))


def _undeny(snapshot: Snapshot, ids: frozenset[NodeId], gone: NDArray[np.intp], changes: ChangeSet) -> None:
    """Give anew the facts of others whose rules name the erased, with rules that do not.

    To nobody else does a rule change by that: a denial of somebody who is not there has no effect.
    """
    naming = [code for code, p in enumerate(snapshot.policies) if not ids.isdisjoint(p.denied | p.partners)]
    if not naming:
        return
    facts = Facts(replace(snapshot, policies=tuple(_freed(p, ids) for p in snapshot.policies)))
    nodes, fields = snapshot.nodes, snapshot.fields
    touched = np.union1d(np.flatnonzero(np.isin(nodes.policy, naming)), fields.node[np.isin(fields.policy, naming)])
    changes.nodes += facts.nodes(np.setdiff1d(touched, gone))
    said = snapshot.statements
    changes.statements += facts.statements(np.isin(said.policy, naming) & ~np.isin(said.owner, gone))
    ties = snapshot.ties
    named = np.isin(ties.policy_src, naming) | np.isin(ties.policy_dst, naming)
    changes.ties += facts.ties(named & ~np.isin(ties.src, gone) & ~np.isin(ties.dst, gone))


def _freed(policy: Policy, ids: frozenset[NodeId]) -> Policy:
    return replace(policy, denied=policy.denied - ids, partners=policy.partners - ids)


def _left(batch: TieBatch, gone: frozenset[NodeId]) -> TieBatch:
    keep = [i for i, ends in enumerate(zip(batch.src, batch.dst, strict=True)) if gone.isdisjoint(ends)]
    if len(keep) == len(batch):
        return batch
    return replace(
        batch, src=[batch.src[i] for i in keep], dst=[batch.dst[i] for i in keep], t=_kept(batch.t, keep),
        until=_kept(batch.until, keep), n=_kept(batch.n, keep), rows=_kept(batch.rows, keep),
        details=_kept(batch.details, keep),
    )  # fmt: skip


def _kept(column: Sequence[T] | None, keep: Sequence[int]) -> list[T] | None:
    return None if column is None else [column[i] for i in keep]
