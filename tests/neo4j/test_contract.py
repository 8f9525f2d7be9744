"""The Neo4j store keeps the contract of every store, on a real server."""

from __future__ import annotations

import os

import pytest

from graph.store import Store
from graph.testing import StoreContract
from tests.neo4j.conftest import Place

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(900)]


class TestNeo4jStore(StoreContract):
    sequences = int(os.environ.get("SEQUENCES", "10"))

    @pytest.fixture(autouse=True)
    def _where(self, place: Place) -> None:
        self.place = place

    def reopen(self, store: Store) -> Store:
        return self.place.open(store.url)

    def fresh(self, store: Store) -> Store:
        store.close()
        return self.place.made()
