"""Erasing somebody from everything that lies beside the store as well, and who was erased, kept beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from embeddings.cache import VectorCache
from graph import erasure
from graph.audit import Erasure
from graph.erasure import Erased
from graph.errors import StoreUnavailable
from graph.records import NodeId
from graph.store.base import Store
from service.output import write_text
from service.settings import beside_store

VECTORS, LEDGER = ".vectors", ".erasures"
PRIVATE = 0o600


def erase(store: Store, identifier: NodeId, actor: str, compacting: Callable[[], None]) -> Erased:
    """Erase somebody from graph, audit, vectors and files.

    Parameters
    ----------
    store : Store
        Open.
    identifier : NodeId
        Of a person or organisation.
    actor : str
        Who erases.
    compacting : callable
        Called before the files are written anew, which takes the longest.

    Raises
    ------
    graph.errors.MusubiError
        As `graph.erasure.erase`.
    """
    found = erasure.erase(store, [identifier], actor, lambda texts: _forget(store.url, texts))
    _forget(store.url, found.texts)  # what was computed once more before they were gone
    compacting()
    clean(store)
    return found


def clean(store: Store) -> None:
    """Keep the ledger beside the store, and empty the files of what was deleted; harmless when repeated."""
    keep_ledger(store.url, (*read_ledger(store.url), *store.erasures()))
    store.compact()


def readmit(store: Store, identifier: NodeId, actor: str) -> None:
    """Let somebody who was erased come back, because they want to.

    Raises
    ------
    graph.errors.Unknown
        If they were not erased.
    """
    beside = read_ledger(store.url)
    erasure.readmit(store, identifier, actor)
    keep_ledger(store.url, (e for e in beside if not erasure.known([e], [identifier])))


def read_ledger(url: str) -> tuple[Erasure, ...]:
    """Read who was erased, as kept beside the store for the day when it has to be restored.

    Raises
    ------
    graph.errors.StoreUnavailable
        If the file is there and cannot be read.
    """
    path = beside_store(url, LEDGER)
    if path is None or not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return tuple(Erasure(**json.loads(line)) for line in lines)
    except (OSError, ValueError, TypeError) as error:
        raise StoreUnavailable(f"ledger of erasures {path}: {error}; without it erased people may come back") from error


def keep_ledger(url: str, entries: Iterable[Erasure]) -> None:
    """Write who was erased beside the store."""
    path = beside_store(url, LEDGER)
    if path is None:
        return
    ordered = sorted(set(entries), key=lambda e: (e.at, e.salt, e.digest))
    write_text(str(path), "".join(json.dumps(asdict(e)) + "\n" for e in ordered))
    path.chmod(PRIVATE)


def _forget(url: str, texts: tuple[str, ...]) -> None:
    path: Path | None = beside_store(url, VECTORS)
    if path is None or not path.exists():
        return
    cache = VectorCache(path)
    try:
        cache.forget(texts)
    finally:
        cache.close()
