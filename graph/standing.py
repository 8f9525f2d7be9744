"""Who may act for a space, and who must never meet: decisions that control what others see, and tell no fact.

A decision is kept with the record that it names, so that a merge taken back leaves it there, and is taken back by any
record of the same person or organisation.
"""

from __future__ import annotations

import datetime as dt
import json

import numpy as np

from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.errors import Refused, Unknown, WrongUse
from graph.kinds import OWNER_KINDS, NodeKind, Said, TieKind
from graph.merge_changes import CONTROL, are_one, untold_key
from graph.merging import Groups
from graph.policy import MEMBERSHIP, PUBLIC_OPEN, Audience, Policy
from graph.records import NodeId, Provenance, kind_of
from graph.snapshot import Snapshot

SOURCE = "standing"
KEPT_APART = frozenset({NodeKind.PERSON, NodeKind.ORGANISATION})
CURATED = Policy(Audience.MY_MIXERS)
"""What mixers say of somebody stays with them; it moves no score, but a cap leaves out who is full."""
USUAL_CAP = 3
"""Introductions that may wait for somebody's answer at a time, where nothing else is said."""
LARGEST_CAP = 100
CAP_EXPECTED = f"expected a whole number from 1 to {LARGEST_CAP}"


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


def name_key(snapshot: Snapshot, who: NodeId, space: str, cap: int, since: dt.date, actor: str) -> ChangeSet:
    """Name a key person or public office of a space, with a cap so that they are not flooded.

    Parameters
    ----------
    snapshot : Snapshot
        Where both are looked up.
    who : NodeId
        Id of a person or organisation.
    space : str
        Where, by id or name.
    cap : int
        Most introductions that may wait for them at a time, 1 to 100. Named again, the newer cap holds.
    since : datetime.date
        First day in Japan.
    actor : str
        Who acts.

    Raises
    ------
    graph.errors.Unknown
        If there is no such person, organisation or space.
    graph.errors.WrongUse
        If it is neither person nor organisation, or the cap is out of range.
    """
    if not _is_cap(cap):
        raise WrongUse(f"--cap: got {cap}, {CAP_EXPECTED}")
    place = _key_at(snapshot, who, space)
    changes = _changes(snapshot, "key", who, place, actor, f"{since}/{cap}")
    _take_back(snapshot, changes, TieKind.KEY_OF, who, place)
    changes.add_tie(
        TieKind.KEY_OF, who, place, CURATED, PUBLIC_OPEN, Provenance(SOURCE, None, Said.MIXER),
        t=first_second(since), details=json.dumps({"cap": cap}),
    )  # fmt: skip
    return changes


def cap_of(details: str | None) -> int:
    """Read the cap of a key person from the details of the tie; what is no cap, or none, is the usual one."""
    said = _told_cap(details)
    return said if isinstance(said, int) and _is_cap(said) else USUAL_CAP


def require_cap(details: str | None) -> None:
    """Refuse details of a key person that tell something else than a cap as their cap.

    Raises
    ------
    graph.errors.Refused
        If there is a cap, and it is no whole number from 1 to 100.
    """
    said = _told_cap(details)
    if said is not None and not _is_cap(said):
        raise Refused(f"cap of a key person: got {said!r}, {CAP_EXPECTED}")


def _told_cap(details: str | None) -> object:
    try:
        told = json.loads(details) if details else None
    except ValueError:
        return None
    return told.get("cap") if isinstance(told, dict) else None


def _is_cap(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and 1 <= said <= LARGEST_CAP


def end_key(snapshot: Snapshot, who: NodeId, space: str, actor: str) -> ChangeSet:
    """Name somebody no longer as key to a space.

    Raises
    ------
    graph.errors.Unknown
        If there is no such person, organisation or space, or they are no key to it.
    """
    place = _key_at(snapshot, who, space)
    changes = _changes(snapshot, "end key", who, place, actor)
    _take_back(snapshot, changes, TieKind.KEY_OF, who, place)
    if not changes.removed_ties:
        raise Unknown("key person", f"{who} {space}")
    return changes


def _key_at(snapshot: Snapshot, who: NodeId, space: str) -> NodeId:
    if kind_of(who) not in OWNER_KINDS:
        raise WrongUse(f"{who!r}: expected person:ID or organisation:ID")
    snapshot.find(who)
    return _find(snapshot, NodeKind.SPACE, space)


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
