"""Writes and syncs that fail corrupt nothing, are told, and can be tried again (R3; `make crash` fails each)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.fail_io import Trial
from benchmarks.fail_io_flows import FLOWS
from graph.errors import StoreUnavailable
from graph.store import Store, open_store
from graph.testing.failing_disk import failing_disk
from graph.testing.samples import difference, three_people
from service.cli.exits import ExitCode, exit_code


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_whose_nth_call_fails(flow: str, for_good: bool, tmp_path: Path) -> None:
    assert Trial(tmp_path, FLOWS[flow]).until_it_succeeds(37, for_good=for_good) > 1


def test_the_check_notices_a_change_that_is_half_there(tmp_path: Path) -> None:
    """Two commands that are taken for one: in between it is half done."""
    trial = Trial(tmp_path, FLOWS["merge"])
    first, _, *later = list(trial.states.items())
    trial.states = dict([first, *later])
    with pytest.raises(SystemExit, match="version 3, expected one of"):
        trial.until_it_succeeds(20, for_good=True)


def test_the_check_notices_a_word_that_is_left(tmp_path: Path) -> None:
    trial = Trial(tmp_path, replace(FLOWS["erase"], erased=(b"person:b",)))
    with pytest.raises(SystemExit, match=r"musubi\.db still holds b'person:b'"):
        trial.attempt(0, for_good=False)


@pytest.mark.parametrize("fail_at", [4, 20, 60])
def test_a_failing_disk_is_told_as_a_store_that_cannot_be_reached(fail_at: int, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/musubi.db"
    with open_store(url, create=True) as store:
        store.migrate()
    with failing_disk(fail_at, for_good=True), open_store(url) as store:
        with pytest.raises(StoreUnavailable) as raised:
            _apply_many(store)
        assert exit_code(raised.value) == ExitCode.NO_STORE == 4
        assert store.snapshot().version == store.version()
    with open_store(url) as store:
        before = store.version()
        store.apply(three_people("after"))
        assert store.version() == before + 1


def _apply_many(store: Store) -> None:
    for number in range(20):
        store.apply(three_people(f"k{number}"))


@pytest.mark.parametrize("fail_at", range(2, 60, 6))
def test_a_migration_that_fails_is_done_by_the_next(fail_at: int, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/musubi.db"
    with failing_disk(fail_at, for_good=True), pytest.raises(StoreUnavailable), open_store(url, create=True) as store:
        store.migrate()
    with open_store(url, create=True) as store:
        store.migrate()
        store.apply(three_people())
        undisturbed = open_store("memory://")
        undisturbed.apply(three_people())
        assert difference(store.snapshot(), undisturbed.snapshot()) == ""


def test_the_disk_really_fails(tmp_path: Path) -> None:
    with failing_disk(2) as disk, closing(sqlite3.connect(tmp_path / "plain.db")) as connection:
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            connection.execute("CREATE TABLE t (x)")
        connection.execute("CREATE TABLE t (x)")
    assert disk.failed == 1
    with closing(sqlite3.connect(tmp_path / "plain.db")) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
