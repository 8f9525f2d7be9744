"""The store in memory keeps the contract of every store, so that it can stand in for one in studies."""

from __future__ import annotations

import pytest

from graph.store import Store
from graph.store.memory import MemoryStore
from graph.testing import StoreContract


@pytest.fixture
def store() -> Store:
    return MemoryStore()


class TestMemoryStore(StoreContract):
    def reopen(self, store: Store) -> Store:
        return store

    def fresh(self, store: Store) -> Store:
        return MemoryStore()
