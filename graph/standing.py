"""Who may act for a space, and who must never meet: decisions that control what others see, and tell no fact.

A decision is kept with the record that it names, so that a merge taken back leaves it there, and is taken back by any
record of the same person or organisation.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.errors import Unknown, WrongUse
from graph.kinds import NodeKind, Said, TieKind
from graph.merge_changes import CONTROL, are_one, untold_key
from graph.merging import Groups
from graph.policy import MEMBERSHIP, PUBLIC_OPEN
from graph.records import NodeId, Provenance
from graph.snapshot import Snapshot

SOURCE = "standing"
KEPT_APART = frozenset({NodeKind.PERSON, NodeKind.ORGANISATION})


def grant(snapshot: Snapshot, mixer: str, space: str, since: dt.date, until: dt.date | None, actor: str) -> ChangeSet:
    """Let a person mix a space: read what its members released to their mixers, and introduce them.

    Parameters
    ----------
    snapshot : Snapshot
        Where both are looked up, by id or name.
    mixer, space : str
        Who, and where.
    since, until : datetime.date
        First and last day in Japan; None = until it is ended. A grant given again replaces the earlier one.
    actor : str
        Who acts.

    Raises
    ------
    graph.errors.Unknown
        If there is no such person or space.
    graph.errors.WrongUse
        If the last day is before the first.
    """
    if until is not None and until < since:
        raise WrongUse(f"--until: got {until}, expected a day from {since} on")
    person, place = _find(snapshot, NodeKind.PERSON, mixer), _find(snapshot, NodeKind.SPACE, space)
    end = None if until is None else first_second(until)
    changes = _changes(snapshot, "grant", person, place, actor, f"{since}/{until}")
    _take_back(snapshot, changes, TieKind.MIXES, person, place)
    changes.add_tie(
        TieKind.MIXES, person, place, MEMBERSHIP, PUBLIC_OPEN, Provenance(SOURCE, None, Said.RECORD),
        t=first_second(since), until=end,
    )  # fmt: skip
    return changes


def end_grant(snapshot: Snapshot, mixer: str, space: str, actor: str) -> ChangeSet:
    """End a grant at once.

    Raises
    ------
    graph.errors.Unknown
        If there is no such person or space, or no grant of theirs.
    """
    person, place = _find(snapshot, NodeKind.PERSON, mixer), _find(snapshot, NodeKind.SPACE, space)
    changes = _changes(snapshot, "end grant", person, place, actor)
    _take_back(snapshot, changes, TieKind.MIXES, person, place)
    if not changes.removed_ties:
        raise Unknown("grant", f"{mixer} {space}")
    return changes


def keep_apart(snapshot: Snapshot, person: NodeId, other: NodeId, actor: str) -> ChangeSet:
    """Never introduce a person to somebody, or to anybody of an organisation; silent, and for both sides.

    Raises
    ------
    graph.errors.Unknown
        If one of them is not there.
    graph.errors.WrongUse
        If the first is no person, the other neither person nor organisation, or both are the same, or records of
        the same person.
    """
    _check(snapshot, person, other)
    changes = _changes(snapshot, "block", person, other, actor)
    changes.add_tie(TieKind.NOT_WITH, person, other, CONTROL, CONTROL, Provenance(SOURCE, None, Said.SELF))
    return changes


def let_meet(snapshot: Snapshot, person: NodeId, other: NodeId, actor: str) -> ChangeSet:
    """Take back what the first said about the other; what the other said stays.

    Raises
    ------
    graph.errors.Unknown
        If one of them is not there, or the first said nothing about the other.
    graph.errors.WrongUse
        As `keep_apart`.
    """
    _check(snapshot, person, other)
    changes = _changes(snapshot, "unblock", person, other, actor)
    _take_back(snapshot, changes, TieKind.NOT_WITH, person, other)
    if not changes.removed_ties:
        raise Unknown("block", f"{person} {other}")
    return changes


def _find(snapshot: Snapshot, kind: NodeKind, text: str) -> NodeId:
    """Find a node by its key or name; records of one person have one name without being several people."""
    groups = Groups.of(snapshot)
    named = [row for row in snapshot.of_kind(kind).tolist() if snapshot.names.get(row) == text]
    if f"{kind}:{text}" not in snapshot.row_of and len({int(groups.survivor[row]) for row in named}) == 1:
        return str(snapshot.nodes.ids[groups.survivor[named[0]]])
    return str(snapshot.nodes.ids[snapshot.by_name(kind, text)])


def _check(snapshot: Snapshot, person: NodeId, other: NodeId) -> None:
    for identifier, kinds in ((person, frozenset({NodeKind.PERSON})), (other, KEPT_APART)):
        kind = identifier.partition(":")[0]
        if kind not in kinds:
            raise WrongUse(f"{identifier!r}: expected {' or '.join(f'{k}:ID' for k in sorted(kinds))}")
        snapshot.find(identifier)
    if are_one(snapshot, person, other):
        raise WrongUse(f"{person} and {other}: expected two different ones")


def _take_back(snapshot: Snapshot, changes: ChangeSet, kind: TieKind, src: NodeId, dst: NodeId) -> None:
    """Take back the ties of a kind from any record of the one to any record of the other."""
    groups, ids, ties = Groups.of(snapshot), snapshot.nodes.ids, snapshot.ties_of(kind)
    from_one = np.isin(ties.src, groups.rows_like(snapshot.find(src)))
    to_other = np.isin(ties.dst, groups.rows_like(snapshot.find(dst)))
    for tie in np.flatnonzero(from_one & to_other).tolist():
        changes.remove_tie(kind, str(ids[ties.src[tie]]), str(ids[ties.dst[tie]]))


def _changes(snapshot: Snapshot, action: str, src: NodeId, dst: NodeId, actor: str, *details: str) -> ChangeSet:
    return ChangeSet(untold_key(snapshot, action, src, dst, *details), actor, action)
