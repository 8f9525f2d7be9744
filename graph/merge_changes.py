"""Decisions about records that may be one: each a change set, and each can be taken back in full."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from graph.changes import ChangeSet
from graph.errors import Unknown, WrongUse
from graph.kinds import OWNER_KINDS, Said, TieKind
from graph.merging import Groups
from graph.policy import Audience, Policy
from graph.records import NodeId, Provenance, key_of, kind_of
from graph.snapshot import Snapshot

CONTROL = Policy(Audience.ONLY_ME)
"""Of a tie that decides and tells nothing: nobody sees it."""

SOURCE = "merge"
Pair = tuple[NodeId, NodeId]


def pairs_of(snapshot: Snapshot, kind: TieKind) -> set[Pair]:
    """Give the pairs that a kind of tie joins, the smaller id first."""
    ids, ties = snapshot.nodes.ids, snapshot.ties_of(kind)
    ends = zip(ids[ties.src].tolist(), ids[ties.dst].tolist(), strict=True)
    return {(min(a, b), max(a, b)) for a, b in ends}


def are_one(snapshot: Snapshot, a: NodeId, b: NodeId) -> bool:
    """Say whether two records are one already, by whatever chain of decisions."""
    survivor = Groups.of(snapshot).survivor
    return bool(survivor[snapshot.find(a)] == survivor[snapshot.find(b)])


def accept(snapshot: Snapshot, a: NodeId, b: NodeId, actor: str) -> ChangeSet | None:
    """Decide that two records are one, known by the id of the first.

    Returns
    -------
    ChangeSet or None
        None where they are one already.

    Raises
    ------
    graph.errors.Unknown
        If one of them is not there.
    graph.errors.WrongUse
        If they are not two people or two organisations, or two records that would be one then were decided not to be:
        that is to be undone first.
    """
    _check(snapshot, a, b)
    if are_one(snapshot, a, b):
        return None
    apart = _rejected_between(snapshot, a, b)
    if apart:
        raise WrongUse(f"{apart[0][0]} and {apart[0][1]} were decided not to be one: undo that first")
    changes = _changes(snapshot, "accept", (a, b), actor)
    changes.add_tie(TieKind.SAME_AS, b, a, CONTROL, CONTROL, Provenance(SOURCE, None, Said.MIXER))
    return changes


def reject(snapshot: Snapshot, a: NodeId, b: NodeId, actor: str) -> ChangeSet | None:
    """Decide that two records are not one, and are not to be suggested again.

    Returns
    -------
    ChangeSet or None
        None where that was decided before.

    Raises
    ------
    graph.errors.Unknown
        If one of them is not there.
    graph.errors.WrongUse
        If they are not two people or two organisations, or are one: that is to be undone first.
    """
    _check(snapshot, a, b)
    if are_one(snapshot, a, b):
        raise WrongUse(f"{a} and {b} are one: undo that first")
    if _ordered(a, b) in pairs_of(snapshot, TieKind.NOT_SAME):
        return None
    changes = _changes(snapshot, "reject", (a, b), actor)
    changes.add_tie(TieKind.NOT_SAME, *_ordered(a, b), CONTROL, CONTROL, Provenance(SOURCE, None, Said.MIXER))
    return changes


def undo(snapshot: Snapshot, a: NodeId, b: NodeId, actor: str) -> ChangeSet:
    """Take back the decision on two records, whichever it was: everything is as it was before.

    Raises
    ------
    graph.errors.Unknown
        If one of them is not there.
    graph.errors.WrongUse
        If nothing was decided about these two; where they are one through others, it says through which.
    """
    _check(snapshot, a, b)
    changes = _changes(snapshot, "undo", (a, b), actor)
    for kind in (TieKind.SAME_AS, TieKind.NOT_SAME):
        if _ordered(a, b) in pairs_of(snapshot, kind):
            changes.remove_tie(kind, a, b)
            changes.remove_tie(kind, b, a)
    if not changes.removed_ties:
        raise WrongUse(f"{a} and {b}: nothing was decided about these two{_through(snapshot, a, b)}")
    return changes


def suggestions(
    snapshot: Snapshot, found: Mapping[Pair, Sequence[str]], actor: str, *, everything: bool
) -> ChangeSet | None:
    """Keep what is open, so that nobody is introduced to what may be another record of their own.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    found : mapping of Pair to sequence of str
        Reasons of each pair that was found.
    actor : str
        Who acts.
    everything : bool
        Whether all of the graph was looked at: then what is no longer found is taken back, unless it was decided.

    Returns
    -------
    ChangeSet or None
        None where nothing changes.
    """
    known = pairs_of(snapshot, TieKind.MAYBE_SAME)
    decided = pairs_of(snapshot, TieKind.SAME_AS) | pairs_of(snapshot, TieKind.NOT_SAME)
    new = sorted(found.keys() - known)
    gone = sorted(known - found.keys() - decided) if everything else []
    if not new and not gone:
        return None
    changes = ChangeSet(untold_key(snapshot, "merge suggest"), actor, "merge suggest")
    for pair in new:
        reasons = json.dumps({"reasons": list(found[pair])}, sort_keys=True)
        changes.add_tie(TieKind.MAYBE_SAME, *pair, CONTROL, CONTROL, Provenance(SOURCE), details=reasons)
    for pair in gone:
        changes.remove_tie(TieKind.MAYBE_SAME, *pair)
    return changes


def untold_key(snapshot: Snapshot, action: str, *about: str) -> str:
    """Give an idempotency key that nobody who does not know the state of the store can guess.

    It is a digest: who looks at audit rows must not find out who is meant, neither now nor once they are erased. The
    state in it lets a decision be taken again after it was taken back.
    """
    content = "\0".join((action, *about, str(snapshot.version), snapshot.mark))
    return f"{action}:{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def _changes(snapshot: Snapshot, what: str, pair: Iterable[NodeId], actor: str) -> ChangeSet:
    """Begin a decision, for the state that it was taken in and no other."""
    action = f"merge {what}"
    return ChangeSet(untold_key(snapshot, action, *pair), actor, action, expected=snapshot.mark)


def _rejected_between(snapshot: Snapshot, a: NodeId, b: NodeId) -> list[Pair]:
    """Give the pairs decided not to be one of which one record counts as the one, one as the other."""
    survivor = Groups.of(snapshot).survivor
    ends = {int(survivor[snapshot.find(i)]) for i in (a, b)}
    pairs = sorted(pairs_of(snapshot, TieKind.NOT_SAME))
    return [pair for pair in pairs if {int(survivor[snapshot.find(i)]) for i in pair} == ends]


def _ordered(a: NodeId, b: NodeId) -> Pair:
    return min(a, b), max(a, b)


def _check(snapshot: Snapshot, a: NodeId, b: NodeId) -> None:
    for identifier in (a, b):
        kind = kind_of(identifier)
        if kind not in OWNER_KINDS:
            raise WrongUse(f"{identifier}: expected {' or '.join(sorted(OWNER_KINDS))}, got a {kind}")
        if identifier not in snapshot.row_of:
            raise Unknown(str(kind), key_of(identifier))
    if kind_of(a) is not kind_of(b) or a == b:
        raise WrongUse(f"{a} and {b}: expected two people or two organisations")


def _through(snapshot: Snapshot, a: NodeId, b: NodeId) -> str:
    if not are_one(snapshot, a, b):
        return ""
    rows = Groups.of(snapshot).rows_like(snapshot.find(a))
    others = sorted(str(i) for i in snapshot.nodes.ids[rows] if i not in (a, b))
    return f"; they are one through {', '.join(others)}"
