"""``models index`` is for a store on a Neo4j server (A29); what it does there is tested on one."""

from __future__ import annotations

import pytest

from graph.errors import WrongUse
from graph.store import open_store


@pytest.mark.parametrize("more", [(), ("--drop",), ("--json",)])
def test_a_store_that_is_a_file_refuses_it(musubi, more: tuple[str, ...]) -> None:
    musubi("init")
    ended = musubi("models", "index", "--encoder", "lexical", *more)
    assert (ended.code, ended.out) == (2, "")
    assert "Neo4j" in ended.err


def test_only_the_operator_may(musubi) -> None:
    musubi("init")
    assert musubi("--as", "analyst", "models", "index").code == 2


def test_a_store_in_memory_keeps_none() -> None:
    with open_store("memory://") as store, pytest.raises(WrongUse, match="only one on a Neo4j server"):
        store.vectors()
