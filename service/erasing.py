"""Erasing somebody from everything that lies beside the store as well, and who was erased, kept beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from embeddings.cache import VectorCache
from graph import erasure
from graph.audit import Erasure
from graph.erasure import Erased
from graph.errors import StoreUnavailable
from graph.ledger import known
from graph.records import NodeId
from graph.store.base import Store
from service.output import write_text
from service.settings import beside_store

VECTORS, LEDGER, MAPPINGS = ".vectors", ".erasures", ".mappings"
PRIVATE = 0o600


def erase(store: Store, identifier: NodeId, actor: str) -> Erased:
    """Erase somebody from graph, audit, vectors and saved readings of columns.

    `clean` then empties the files, which takes the longest.

    Parameters
    ----------
    store : Store
        Open.
    identifier : NodeId
        Of a person or organisation.
    actor : str
        Who erases.

    Raises
    ------
    graph.errors.MusubiError
        As `graph.erasure.erase`.
    """
    found = erasure.erase(store, [identifier], actor, lambda about: _forget_beside(store.url, about))
    _forget(store.url, found.texts)  # what was computed once more before they were gone
    return found


def clean(store: Store) -> None:
    """Keep the ledger beside the store, and empty the files of what was deleted; harmless when repeated."""
    keep_beside(store)
    store.compact()


def keep_beside(store: Store) -> None:
    """Bring the ledger beside the store in step with the one in it; whoever is in either is in it afterwards."""
    keep_ledger(store.url, (*read_ledger(store.url), *store.erasures()))


def readmit(store: Store, identifier: NodeId, actor: str) -> None:
    """Let somebody who was erased come back, because they want to.

    The ledger beside the store is mended also where the store itself has let go of them: an earlier call was cut
    off, or another store took its place.

    Raises
    ------
    graph.errors.Unknown
        If they were not erased.
    """
    beside = read_ledger(store.url)
    left = [entry for entry in beside if not known([entry], [identifier])]
    if known(store.erasures(), [identifier]):
        erasure.readmit(store, identifier, actor)
    elif len(left) < len(beside):
        store.record(actor, erasure.READMIT, {"ledger": "beside"})
    else:
        raise erasure.not_erased(identifier)
    keep_ledger(store.url, left)


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
    ordered = sorted(set(entries), key=lambda e: (e.at, e.salt, e.digest))
    if path is None or not (ordered or path.exists()):
        return
    write_text(str(path), "".join(json.dumps(asdict(e)) + "\n" for e in ordered))
    path.chmod(PRIVATE)


def _forget_beside(url: str, about: Erased) -> None:
    """Forget what was computed from their words, and readings of tables with a column named after them."""
    _forget(url, about.texts)
    folder = beside_store(url, MAPPINGS)
    for path in sorted(folder.glob("*.json")) if folder is not None else ():
        if about.names.in_text(path.read_text(encoding="utf-8")):
            path.unlink()


def _forget(url: str, texts: tuple[str, ...]) -> None:
    path: Path | None = beside_store(url, VECTORS)
    if path is None or not path.exists():
        return
    cache = VectorCache(path)
    try:
        cache.forget(texts)
    finally:
        cache.close()
