"""Reading the graph: one moment, one viewer, one purpose, and an audit row for each answer."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from embeddings.cache import VectorCache
from embeddings.registry import Choice, choose_encoder
from graph import gate
from graph.policy import Purpose
from graph.store.base import Store
from graph.store.registry import open_store
from graph.view import View
from graph.viewer import Viewer
from service.settings import beside_store


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads a store.

    Attributes
    ----------
    store : Store
        What is read; used by one thread.
    viewer : Viewer
        Who reads.
    """

    store: Store
    viewer: Viewer

    def view(self, purpose: Purpose) -> View:
        """Give what the viewer may see now.

        Raises
        ------
        graph.errors.Unknown
            If the viewer names a person or space that is not there.
        """
        return gate.view(self.store.snapshot(), self.viewer, purpose)

    def record(self, action: str, **detail: object) -> None:
        """Write the audit row of an answer: ids and options, never content."""
        self.store.record(str(self.viewer), action, detail)


def open_with(url: str, password: SecretStr | None, *, create: bool = False) -> Store:
    """Open a store; the password is taken out of its wrapping here and nowhere else."""
    return open_store(url, create=create, password=password.get_secret_value() if password else None)


def choose(spec: str | None, url: str) -> Choice:
    """Choose the text encoder and keep its vectors in a file beside the store, where that is a file."""
    path = beside_store(url, ".vectors")
    return choose_encoder(spec, VectorCache(path) if path is not None else None)
