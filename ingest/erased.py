"""People who had themselves erased: files do not bring them back, until they wish to come back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from graph.audit import Erasure
from graph.changes import ChangeSet, Receipt
from graph.erasure import without
from graph.errors import Conflict
from graph.kinds import OWNER_KINDS
from graph.ledger import known
from graph.records import NodeId, kind_of
from graph.store.base import Store
from ingest.erased_sources import unnamed
from ingest.file_plan import FilePlan

TRIES = 3
ERASED_EXPECTED = "nobody who had themselves erased; they come back by 'musubi readmit' only"


def apply_without_erased(file: FilePlan, store: Store, actor: str) -> Receipt:
    """Apply the changes of a file without people who had themselves erased; their rows are reported as refused.

    A file that is named after one of them is stored under the neutral name that an erasure gives it.

    Parameters
    ----------
    file : FilePlan
        The file; gets a problem with the code ``erased`` for each such person.
    store : Store
        Holds the ledger of erasures.
    actor : str
        Who imports.

    Raises
    ------
    graph.errors.Conflict
        If its key was used with another content, or somebody in it is erased at every try.

    Notes
    -----
    The key of the changes tells who was left out. A file that was imported before and names people who are not there
    any more and may be (`graph.erasure.readmit`) is no replay. Whoever is erased after the ledger was read here is
    refused by the store, which reads it once more in its transaction; then it is tried again.
    """
    changes = file.changes(actor)  # its key is that of the file as it came: nobody is reported yet
    for _ in range(TRIES - 1):
        with suppress(Conflict):
            return _tried(changes, file, store)
    return _tried(changes, file, store)


def _tried(changes: ChangeSet, file: FilePlan, store: Store) -> Receipt:
    ledger = store.erasures()
    gone = _gone(changes, ledger)
    left = _left(changes, gone, file, store)
    receipt = store.apply(unnamed(left, [n for n in changes.nodes if n.id in gone], ledger, file.snapshot))
    _refuse(file, changes, gone)
    return receipt


def _gone(changes: ChangeSet, ledger: Sequence[Erasure]) -> frozenset[NodeId]:
    """Tell who of the people in a change set is in the ledger."""
    if not ledger:
        return frozenset()
    ends = {end for batch in changes.ties for column in (batch.src, batch.dst) for end in column}
    return known(ledger, ends | {n.id for n in changes.nodes} | {s.owner for s in changes.statements})


def _left(changes: ChangeSet, gone: frozenset[NodeId], file: FilePlan, store: Store) -> ChangeSet:
    left = _keyed(without(changes, gone), *sorted(gone)) if gone else changes
    return _keyed(left, str(store.version())) if _came_back(left, file, store) else left


def _refuse(file: FilePlan, changes: ChangeSet, gone: frozenset[NodeId]) -> None:
    """Report the rows of who was left out."""
    if not gone:
        return
    named = {n.id: n.provenance.row for n in reversed(changes.nodes)}
    named |= {s.owner: s.provenance.row for s in changes.statements if s.owner not in named}
    for identifier in sorted(gone, key=lambda i: (named.get(i) or 0, i)):
        file.problems.refuse(named.get(identifier), None, "", "erased", ERASED_EXPECTED)


def _came_back(changes: ChangeSet, file: FilePlan, store: Store) -> bool:
    """Tell whether changes that were applied once name people who are not there now."""
    there = file.snapshot.row_of
    missing = any(n.id not in there and kind_of(n.id) in OWNER_KINDS for n in changes.nodes)
    return missing and file.snapshot.version == store.version() and store.applied(changes.key)


def _keyed(changes: ChangeSet, *more: str) -> ChangeSet:
    key = hashlib.sha256("\0".join([changes.key, *more]).encode()).hexdigest()
    return replace(changes, key=f"import:{key}", digest=key)
