"""Which store an address means."""

from __future__ import annotations

from graph.errors import WrongUse
from graph.store.base import Store

SCHEMES = ("sqlite:///PATH", "memory://", "neo4j://USER@HOST:PORT[/DATABASE]", "bolt://USER@HOST:PORT[/DATABASE]")


def open_store(url: str, *, create: bool = False, password: str | None = None) -> Store:
    """Open the store at an address.

    Parameters
    ----------
    url : str
        ``sqlite:///relative``, ``sqlite:////absolute``, ``memory://``, or that of a Neo4j server:
        ``neo4j://USER@HOST:PORT[/DATABASE]``, ``bolt://…``, with ``+s`` or ``+ssc`` encrypted.
    create : bool
        Whether it may be made when it is not there.
    password : str or None
        Password for a Neo4j server; the other stores have none.

    Raises
    ------
    graph.errors.WrongUse
        If the scheme is unknown.
    graph.errors.StoreUnavailable
        If it cannot be opened.
    """
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        from graph.store.sqlite import SQLiteStore

        return SQLiteStore(url, create=create)
    if url == "memory://":
        from graph.store.memory import MemoryStore

        return MemoryStore()
    if scheme.partition("+")[0] in ("neo4j", "bolt"):
        from graph.store.neo4j import Neo4jStore

        return Neo4jStore(url, password=password, create=create)
    raise WrongUse(f"store address {_shown(url)!r}: expected one of {', '.join(SCHEMES)}")


def _shown(url: str) -> str:
    """Leave out what stands before an @: somebody may have written a password there."""
    return f"…{url[url.rfind('@') :]}" if "@" in url else url
