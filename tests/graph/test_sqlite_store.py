"""The SQLite store keeps the contract of every store (A27, A29)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable, WrongUse
from graph.store import Store, open_store
from graph.store.sqlite import path_of
from graph.testing import StoreContract


def made(url: str) -> Store:
    store = open_store(url, create=True)
    store.migrate()
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with made(f"sqlite:///{tmp_path}/musubi.db") as store:
        yield store


class TestSQLiteStore(StoreContract):
    def reopen(self, store: Store) -> Store:
        return open_store(store.url)

    def fresh(self, store: Store) -> Store:
        store.close()
        path = path_of(store.url)
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        return made(store.url)


def test_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="musubi init"):
        open_store(f"sqlite:///{tmp_path}/none.db")


def test_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("拝啓 " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"letter\.db"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:musubi.db", "mysql://x", "musubi.db"])
def test_wrong_address_names_what_is_allowed(url: str) -> None:
    with pytest.raises(WrongUse, match="sqlite:///"):
        open_store(url)
