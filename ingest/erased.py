"""People who had themselves erased: files do not bring them back, until they wish to come back."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from graph.changes import ChangeSet
from graph.erasure import known, without
from graph.kinds import OWNER_KINDS
from graph.records import kind_of
from graph.store.base import Store
from ingest.file_plan import FilePlan

ERASED_EXPECTED = "nobody who had themselves erased; they come back by 'musubi readmit' only"


def without_erased(file: FilePlan, store: Store, actor: str) -> ChangeSet:
    """Give the changes of a file without people who had themselves erased; their rows are reported as refused.

    Parameters
    ----------
    file : FilePlan
        The file; gets a problem with the code ``erased`` for each such person.
    store : Store
        Holds the ledger of erasures.
    actor : str
        Who imports.

    Notes
    -----
    The key of the changes tells who was left out. A file that was imported before and names people who are not there
    any more and may be (`graph.erasure.readmit`) is no replay.
    """
    changes, ledger = file.changes(actor), store.erasures()
    gone: frozenset[str] = frozenset()
    if ledger:
        named = {n.id: n.provenance.row for n in reversed(changes.nodes)}
        named |= {s.owner: s.provenance.row for s in changes.statements if s.owner not in named}
        ends = {end for batch in changes.ties for column in (batch.src, batch.dst) for end in column}
        gone = known(ledger, ends | named.keys())
        for identifier in sorted(gone, key=lambda i: (named.get(i) or 0, i)):
            file.problems.refuse(named.get(identifier), None, "", "erased", ERASED_EXPECTED)
    if gone:
        changes = _keyed(without(changes, gone), *sorted(gone))
    return _keyed(changes, str(store.version())) if _came_back(changes, file, store) else changes


def _came_back(changes: ChangeSet, file: FilePlan, store: Store) -> bool:
    """Tell whether changes that were applied once name people who are not there now."""
    there = file.snapshot.row_of
    missing = any(n.id not in there and kind_of(n.id) in OWNER_KINDS for n in changes.nodes)
    return missing and file.snapshot.version == store.version() and store.applied(changes.key)


def _keyed(changes: ChangeSet, *more: str) -> ChangeSet:
    key = hashlib.sha256("\0".join([changes.key, *more]).encode()).hexdigest()
    return replace(changes, key=f"import:{key}", digest=key)
