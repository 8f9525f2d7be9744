"""Changes that follow from what is in the store: prepared again where somebody else was faster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from graph.changes import ChangeSet, Receipt
from graph.errors import Conflict
from graph.snapshot import Snapshot
from graph.store.base import Store

MOST_TRIES = 5


def apply_prepared(store: Store, prepare: Callable[[Snapshot], ChangeSet | None]) -> Receipt | None:
    """Prepare a change set from the present state and apply it to that state and no other.

    Parameters
    ----------
    store : Store
        Read, then changed.
    prepare : callable
        Gives the change set, with ``expected`` as the mark of the snapshot, or None where nothing is to change. Called
        again, `MOST_TRIES` times at most, where the store has changed meanwhile.

    Returns
    -------
    Receipt or None
        None where nothing was to change.

    Raises
    ------
    graph.errors.Conflict
        If the store changed every time.
    """
    for _ in range(MOST_TRIES - 1):
        with suppress(Conflict):
            return _applied(store, prepare(store.snapshot()))
    return _applied(store, prepare(store.snapshot()))


def _applied(store: Store, changes: ChangeSet | None) -> Receipt | None:
    return None if changes is None else store.apply(changes)
