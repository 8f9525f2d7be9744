"""The server that all tests of this folder share, empty databases on it, and no notifications from it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from neo4j import GraphDatabase

from graph.store import Store, open_store
from graph.store.neo4j_address import Address
from tests.neo4j.server import Server

EMPTIED_AT_ONCE = 10_000


@dataclass(frozen=True)
class Place:
    """Where the tests may write: a database that holds nothing else."""

    url: str
    password: str | None

    def open(self, url: str | None = None, *, create: bool = False) -> Store:
        """Open the store there."""
        return open_store(url or self.url, create=create, password=self.password)

    def run(self, query: str, **parameters: object) -> list[list[object]]:
        """Ask the server behind the back of the store."""
        address = Address.parse(self.url)
        auth = None if self.password is None else (address.user, self.password)
        with GraphDatabase.driver(address.server, auth=auth) as driver, driver.session(database=address.database) as session:
            return session.run(query, parameters).values()

    def empty(self) -> None:
        """Delete everything but the constraints."""
        self.run(f"MATCH (n) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {EMPTIED_AT_ONCE} ROWS")

    def made(self) -> Store:
        """Give an empty, migrated store."""
        self.empty()
        store = self.open(create=True)
        store.migrate()
        return store


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a server of our own, which may be killed."""
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Place:
    """Give the server of ``MUSUBI_TEST_NEO4J``, if its database is empty or was used by tests, else one of our own."""
    url = os.environ.get("MUSUBI_TEST_NEO4J")
    if url is None:
        server: Server = request.getfixturevalue("server")
        return Place(server.url, server.password)
    place = Place(url, os.environ.get("MUSUBI_NEO4J_PASSWORD"))
    ((nodes, marks),) = place.run("MATCH (n) RETURN count(n), count(CASE WHEN n:MusubiTest THEN 1 END)")
    if nodes and not marks:
        pytest.fail("the database of MUSUBI_TEST_NEO4J is not empty: tests would delete what is in it")
    return place
