"""Numbered, checksummed migrations that resume (R14)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import StoreUnavailable
from graph.store.neo4j_schema import MIGRATIONS
from graph.testing import three_people
from tests.neo4j.conftest import Place

pytestmark = pytest.mark.neo4j

RECORDS = "MATCH (m:MusubiMigration) RETURN m.number, m.checksum ORDER BY m.number"
ONE_OF_EACH = "RETURN COUNT { (:MusubiLock) }, COUNT { (:MusubiVersion) }"
EXPECTED = [[number, migration.checksum] for number, migration in enumerate(MIGRATIONS, start=1)]


def drop_schema(place: Place) -> None:
    place.empty(keep=())
    for (name,) in place.run("SHOW CONSTRAINTS YIELD name"):
        place.run(f"DROP CONSTRAINT `{name}` IF EXISTS")
    for (name,) in place.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
        place.run(f"DROP INDEX `{name}` IF EXISTS")


@pytest.fixture
def bare(place: Place) -> Place:
    """Give a database without anything."""
    drop_schema(place)
    return place


def test_a_step_is_about_constraints_or_about_data() -> None:
    for migration in MIGRATIONS:
        assert bool(migration.schema) != bool(migration.data)
        assert all(" IF NOT EXISTS " in statement for statement in migration.schema)


def test_from_nothing(bare: Place) -> None:
    with pytest.raises(StoreUnavailable, match="musubi init"):
        bare.open()
    with bare.open(create=True) as store:
        assert store.migrate() == len(MIGRATIONS)
        assert store.migrate() == 0
    assert bare.run(RECORDS) == EXPECTED
    unique = {label for (labels,) in bare.run("SHOW CONSTRAINTS YIELD labelsOrTypes") for label in labels}
    assert {"Person", "Skill", "Statement", "MusubiChange"} <= unique
    bare.open().close()


@pytest.mark.parametrize("n_done", range(len(MIGRATIONS[0].schema) + 2))
def test_resumes_wherever_it_was_cut_off(bare: Place, n_done: int) -> None:
    """Some statements of the first step have run, or all and its record is missing."""
    for statement in MIGRATIONS[0].schema[:n_done]:
        bare.run(statement)
    with bare.open(create=True) as store:
        assert store.migrate() == len(MIGRATIONS)
        assert store.apply(three_people()).created == 7
    assert bare.run(RECORDS) == EXPECTED


def test_data_of_an_interrupted_step_is_not_doubled(place: Place) -> None:
    place.made().close()
    place.run("MATCH (m:MusubiMigration {number: 2}) DELETE m")
    with place.open(create=True) as store:
        assert store.apply(three_people()).version == 1
        assert store.migrate() == 1
        assert store.version() == 1
    assert place.run(ONE_OF_EACH) == [[1, 1]]


@pytest.fixture
def tampered(place: Place) -> Iterator[Place]:
    """Give a migrated database whose records of migrations nobody else meets."""
    place.made().close()
    yield place
    place.empty(keep=())


@pytest.mark.parametrize("number", range(1, len(MIGRATIONS) + 1))
def test_other_checksum_refuses_to_start(tampered: Place, number: int) -> None:
    place = tampered
    place.run("MATCH (m:MusubiMigration {number: $number}) SET m.checksum = 'abcdef0123456789'", number=number)
    with pytest.raises(StoreUnavailable, match="musubi init"):
        place.open()
    with (
        place.open(create=True) as store,
        pytest.raises(
            StoreUnavailable,
            match=f"migration {number} of this store has checksum abcdef012345, this version of musubi expects"
            f" {MIGRATIONS[number - 1].checksum[:12]}: open it with the version that made it",
        ),
    ):
        store.migrate()


def test_several_at_once(bare: Place) -> None:
    def run(_: int) -> int:
        with bare.open(create=True) as store:
            return store.migrate()

    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(run, range(4)))
    assert sum(ran) == len(MIGRATIONS)
    assert bare.run(RECORDS) == EXPECTED
    assert bare.run(ONE_OF_EACH) == [[1, 1]]
