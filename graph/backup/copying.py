"""Copy: one store into another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.audit import Erasure, History
from graph.backup.digest import content_digest
from graph.backup.restoring import TakingOver, with_own
from graph.backup.saving import history, unmoved
from graph.changes import ChangeSet
from graph.erasure import Erased
from graph.errors import Refused
from graph.facts import Facts
from graph.snapshot import Snapshot
from graph.store.base import Store

COPY = "copy"


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did.

    Attributes
    ----------
    version : int
        Of the graph that was copied.
    content : str
        SHA-256 of all facts, the same as read from both stores.
    nodes, statements, ties : int
        How many.
    already : bool
        The target held the same facts and keys before; nothing was written.
    erased : Erased or None
        Who had been erased at the target, and stays so.
    """

    version: int
    content: str
    nodes: int
    statements: int
    ties: int
    already: bool
    erased: Erased | None = None


def copy(source: Store, target: Store, *, actor: str, ledger: Iterable[Erasure] = ()) -> Copied:
    """Copy graph, applied keys, audit and ledger of erasures into an empty store.

    Parameters
    ----------
    source : Store
        May be written meanwhile; what comes in later is left out.
    target : Store
        Migrated. Where it holds the same already, nothing is done: a copy may be begun again.
    actor : str
        Who copies.
    ledger : iterable of Erasure
        Erasures known elsewhere, beside those of the source: who was erased does not come along.

    Raises
    ------
    graph.errors.Refused
        If the target holds something else; it is as before then.
    """
    with source.moment():
        return _copy(source, target, actor, tuple(ledger))


def _copy(source: Store, target: Store, actor: str, elsewhere: tuple[Erasure, ...]) -> Copied:
    ledger = source.erasures()
    snapshot = source.snapshot()
    content = content_digest(snapshot)
    counts = (len(snapshot.nodes), len(snapshot.statements), len(snapshot.ties))
    if target.version() > 0:
        if target.version() != snapshot.version or content_digest(target.snapshot()) != content:
            raise Refused(f"the store {target.url} holds something else: take an empty one")
        return Copied(snapshot.version, content, *counts, already=True)
    past, taking = history(source, snapshot.version, ledger), TakingOver(target, elsewhere, actor)
    rows = with_own(past.audit, actor, COPY, target.head())

    def finish(held: Snapshot) -> ChangeSet | None:
        unmoved(source, ledger)
        return taking.finish(held, content)

    target.fill(
        Facts(snapshot).pieces(COPY, actor, COPY), History(past.keys, rows, (*past.erasures, *elsewhere)), finish
    )
    return Copied(snapshot.version, content, *counts, already=False, erased=taking.erased)
