"""Who begins with vectors of another encoder at the same time never gets the mark of the one with the indexes of the
other; on a real server: tests/neo4j/test_vectors.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from graph.errors import Conflict
from graph.kinds import StatementKind
from graph.store.neo4j_vectors import MARK, MARKED, NAMES, UNMARK, Encoded, Neo4jVectors

T = TypeVar("T")
NEED, OFFER = StatementKind.NEED, StatementKind.OFFER
FIRST, SECOND = Encoded("first", 4), Encoded("second", 8)


class Server:
    """What a server holds of vectors, with one transaction at a time; somebody may come in before any of them."""

    def __init__(self) -> None:
        self.mark: list[list[object]] = []
        self.indexes: dict[str, int] = {}
        self.meanwhile: dict[int, Callable[[], object]] = {}
        self.n = 0

    def read(self, work: Callable[[Any], T]) -> T:
        self.n += 1
        self.meanwhile.pop(self.n, lambda: None)()
        return work(self)

    write = read

    def rows(self, query: str, **_: Any) -> list[list[Any]]:
        if query == MARKED:
            return self.mark
        if query.startswith("SHOW"):
            return [[name, {"indexConfig": {"vector.dimensions": n}}] for name, n in self.indexes.items()]
        return [[0, ""]]

    def run(self, query: str, **given: Any) -> None:
        if query == MARK:
            self.mark = [[given["fingerprint"], given["dimension"]]]
        elif query == UNMARK:
            self.mark = []
        elif made := re.match(r"CREATE VECTOR INDEX (\w+) IF NOT EXISTS", query):
            self.indexes.setdefault(made[1], given["options"]["indexConfig"]["vector.dimensions"])
        elif gone := re.match(r"DROP INDEX (\w+) IF EXISTS", query):
            self.indexes.pop(gone[1], None)


def begun(server: Server, encoded: Encoded) -> bool:
    try:
        Neo4jVectors(server).begin(encoded, [NEED, OFFER])  # type: ignore[arg-type]
    except Conflict:
        return False
    return True


def test_the_first_run_makes_mark_and_indexes() -> None:
    server = Server()
    assert begun(server, FIRST)
    assert (server.mark, server.indexes) == ([["first", 4]], {NAMES[NEED]: 4, NAMES[OFFER]: 4})


@pytest.mark.parametrize("moment", range(1, 21))
def test_whoever_comes_in_between_mark_and_indexes_are_of_one(moment: int) -> None:
    server, others = Server(), list[bool]()
    server.meanwhile[moment] = lambda: others.append(begun(server, SECOND))
    mine = begun(server, FIRST)
    assert all(others)
    (fingerprint, dimension), = server.mark  # fmt: skip
    assert set(server.indexes.values()) == {dimension}
    assert mine == (fingerprint == "first")


def test_an_index_of_another_length_is_made_anew() -> None:
    """Left by an earlier version, or by somebody who was cut off."""
    server = Server()
    server.mark, server.indexes = [["first", 4]], {NAMES[NEED]: 8}
    assert begun(server, FIRST)
    assert server.indexes == {NAMES[NEED]: 4, NAMES[OFFER]: 4}
