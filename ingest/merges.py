"""Merging on the write path: suggestions found and kept, decisions taken and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from graph import merge_changes
from graph.changes import ChangeSet
from graph.kinds import TieKind
from graph.merge_changes import Pair, pairs_of
from graph.preparing import apply_prepared
from graph.snapshot import Snapshot
from graph.store.base import Store
from ingest.matching.suggestions import Suggestion, suggest


class Decision(StrEnum):
    """What can be decided about two records."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDO = "undo"


_DECIDE: dict[Decision, Callable[[Snapshot, str, str, str], ChangeSet | None]] = {
    Decision.ACCEPT: merge_changes.accept,
    Decision.REJECT: merge_changes.reject,
    Decision.UNDO: merge_changes.undo,
}


@dataclass(frozen=True, slots=True)
class Merges:
    """What is open and what was decided.

    Attributes
    ----------
    open : tuple of Suggestion
        Pairs to look at: those found now.
    accepted, rejected : tuple of Pair
        Ids, the smaller first.
    """

    open: tuple[Suggestion, ...]
    accepted: tuple[Pair, ...]
    rejected: tuple[Pair, ...]


def merges(store: Store) -> Merges:
    """Give what is open and what was decided in a store; nothing is changed."""
    return _merges(store.snapshot())


def decide(store: Store, decision: Decision, a: str, b: str, actor: str) -> bool:
    """Decide about two records.

    Parameters
    ----------
    store : Store
        Where they are.
    decision : Decision
        What is decided.
    a, b : str
        Ids of two people or two organisations; of an accepted merge the first is the id that stays in sight.
    actor : str
        Who decides.

    Returns
    -------
    bool
        Whether something changed; False where it was decided so before.

    Raises
    ------
    graph.errors.Unknown
        If one of them is not there.
    graph.errors.WrongUse
        If they cannot be one, or there is nothing to undo.
    graph.errors.Conflict
        If somebody else changed the store again and again meanwhile.
    """
    return apply_prepared(store, lambda snapshot: _DECIDE[decision](snapshot, a, b, actor)) is not None


def keep_suggestions(store: Store, actor: str, only: frozenset[str] | None = None) -> int:
    """Find what may be one and keep it in the store, so that nobody is introduced to another record of their own.

    Parameters
    ----------
    store : Store
        Looked through, and changed where something is new or no longer so.
    actor : str
        Who acts.
    only : frozenset of str, optional
        Ids of which one must be in each pair, such as the people of an import; all by default.

    Returns
    -------
    int
        Pairs that were found.
    """
    found, changes = _found(store.snapshot(), actor, only)
    if changes is not None:
        store.apply(changes)
    return found


def _merges(snapshot: Snapshot) -> Merges:
    accepted, rejected = (tuple(sorted(pairs_of(snapshot, k))) for k in (TieKind.SAME_AS, TieKind.NOT_SAME))
    return Merges(tuple(suggest(snapshot)), accepted, rejected)


def _found(snapshot: Snapshot, actor: str, only: frozenset[str] | None) -> tuple[int, ChangeSet | None]:
    found = {(s.a, s.b): s.evidence.reasons for s in suggest(snapshot, only)}
    return len(found), merge_changes.suggestions(snapshot, found, actor, everything=only is None)
