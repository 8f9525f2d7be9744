"""Which store an address means."""

from __future__ import annotations

from graph.errors import WrongUse
from graph.store.base import Store

SCHEMES = ("sqlite:///PATH", "memory://")


def open_store(url: str, *, create: bool = False) -> Store:
    """Open the store at an address.

    Parameters
    ----------
    url : str
        ``sqlite:///relative``, ``sqlite:////absolute`` or ``memory://``.
    create : bool
        Whether it may be made when it is not there.

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
    raise WrongUse(f"store address {url!r}: expected one of {', '.join(SCHEMES)}")
