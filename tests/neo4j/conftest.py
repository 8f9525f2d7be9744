"""The server that all tests of this folder share, empty databases on it, and no complaints from it."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pytest
from neo4j import Driver, GraphDatabase, NotificationDisabledClassification

from graph.store import Store, open_store
from graph.store.neo4j_address import Address
from graph.store.neo4j_schema import MIGRATIONS
from tests.neo4j.server import Server

EMPTIED_AT_ONCE = 10_000
CHECKSUMS = {number: migration.checksum for number, migration in enumerate(MIGRATIONS, start=1)}
SCHEMA_STEPS = [number for number, migration in enumerate(MIGRATIONS, start=1) if migration.schema]
DATA_STEPS = [statement for migration in MIGRATIONS for statement in migration.data]
NOTIFICATIONS = "neo4j.notifications"
UNUSED = [NotificationDisabledClassification.UNRECOGNIZED]
"""Not complained about: labels and properties that nothing has had so far, as on a new server."""


@dataclass(frozen=True)
class Place:
    """Where tests may write: a database that holds nothing else."""

    url: str
    password: str | None
    driver: Driver

    def open(self, url: str | None = None, *, create: bool = False) -> Store:
        """Open the store there."""
        return open_store(url or self.url, create=create, password=self.password)

    def run(self, query: str, **parameters: object) -> list[list[object]]:
        """Ask the server behind the back of the store."""
        with self.driver.session(database=Address.parse(self.url).database) as session:
            return session.run(query, parameters).values()

    def empty(self, keep: Collection[int] = SCHEMA_STEPS) -> None:
        """Delete everything but the constraints and the records of the migrations that made them."""
        rows = f"IN TRANSACTIONS OF {EMPTIED_AT_ONCE} ROWS"
        others = "NOT n:MusubiTest AND NOT (n:MusubiMigration AND n.number IN $keep)"
        self.run(f"MATCH (n) WHERE {others} CALL (n) {{ DETACH DELETE n }} {rows}", keep=list(keep))

    def made(self) -> Store:
        """Give an empty, migrated store."""
        if dict(self.run("MATCH (m:MusubiMigration) RETURN m.number, m.checksum")) == CHECKSUMS:
            self._renew()
            return self.open()
        self.empty()
        store = self.open(create=True)
        store.migrate()
        return store

    def _renew(self) -> None:
        """Bring a migrated store back to how the migrations left it, in one transaction: most tests begin so."""
        with (
            self.driver.session(database=Address.parse(self.url).database) as session,
            session.begin_transaction() as transaction,
        ):
            transaction.run("MATCH (n) WHERE NOT n:MusubiTest AND NOT n:MusubiMigration DETACH DELETE n").consume()
            for statement in DATA_STEPS:
                transaction.run(statement).consume()
            transaction.commit()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the server killed last: one that starts anew has to compile everything anew."""
    items.sort(key=lambda item: "mortal" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a server of our own, which may be killed."""
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Give the server of ``MUSUBI_TEST_NEO4J`` (password ``MUSUBI_NEO4J_PASSWORD``), or one of our own."""
    url = os.environ.get("MUSUBI_TEST_NEO4J")
    password = os.environ.get("MUSUBI_NEO4J_PASSWORD")
    if url is None:
        server: Server = request.getfixturevalue("server")
        url, password = server.url, server.password
    address = Address.parse(url)
    auth = None if password is None else (address.user, password)
    with GraphDatabase.driver(address.server, auth=auth, notifications_disabled_classifications=UNUSED) as driver:
        place = Place(url, password, driver)
        ((nodes, marks),) = place.run("MATCH (n) RETURN count(n), count(CASE WHEN n:MusubiTest THEN 1 END)")
        if nodes and not marks:
            pytest.fail("the database of MUSUBI_TEST_NEO4J is not empty: the tests would delete what is in it")
        place.run("MERGE (:MusubiTest)")
        yield place


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """Give an empty, migrated store."""
    with place.made() as store:
        yield store


@pytest.fixture(autouse=True)
def complaints() -> Iterator[list[str]]:
    """Fail on every notification of the server: what is deprecated, slow or doubtful in a statement of ours."""
    found: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    logger, keeper = logging.getLogger(NOTIFICATIONS), Keeper()
    before = logger.level
    logger.addHandler(keeper)
    logger.setLevel(logging.DEBUG)
    yield found
    logger.removeHandler(keeper)
    logger.setLevel(before)
    assert found == []
