"""``models index`` is for a store on a Neo4j server (A29); what it does there is tested on one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.base import Progress, Role
from embeddings.lexical import LexicalEncoder
from graph.changes import ChangeSet
from graph.errors import StoreUnavailable, WrongUse
from graph.kinds import StatementKind
from graph.policy import NETWORK_OPEN, Audience, Policy
from graph.records import Provenance, Statement
from graph.store import open_store
from graph.store.memory import MemoryStore
from graph.store.neo4j_vectors import Encoded
from graph.testing import person
from graph.viewer import OPERATOR
from service.reading import Reader
from service.vectors import drop, index

NEED = StatementKind.NEED
WHO = "person:A-1"


class Shelf:
    """Vectors as a server keeps them, in memory."""

    def __init__(self, store: MemoryStore, *, broken: bool) -> None:
        self._store, self._broken, self.held = store, broken, set[str]()

    def begin(self, encoded: Encoded, kinds: Sequence[StatementKind]) -> None:
        if self._broken:
            raise StoreUnavailable("the server went away")

    def drop(self) -> int:
        self.begin(Encoded("", 1), [])
        n, self.held = len(self.held), set()
        return n

    def ids(self, kind: StatementKind) -> list[str]:
        said = self._store.snapshot().statements.ids.tolist()
        return sorted(self.held & set(said)) if kind is NEED else []

    def put(self, encoded: Encoded, ids: Sequence[str], vectors: NDArray[np.float32]) -> list[str]:
        self.held |= set(ids)
        return list(ids)

    def remove(self, ids: Sequence[str]) -> int:
        self.held -= set(ids)
        return len(ids)

    def settle(self) -> None:
        pass


class Server(MemoryStore):
    """A store that keeps vectors with its statements."""

    def __init__(self, *, broken: bool = False) -> None:
        super().__init__()
        self.shelf = Shelf(self, broken=broken)

    def vectors(self) -> Shelf:  # type: ignore[override]
        return self.shelf


class Narrowing(LexicalEncoder):
    """Somebody decides anew about a text while texts are being encoded."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def encode(self, texts: Sequence[str], role: Role, progress: Progress | None = None) -> NDArray[np.float32]:
        self._meanwhile()
        return super().encode(texts, role, progress)


def needs(key: str, *numbers: int, policy: Policy = NETWORK_OPEN) -> ChangeSet:
    said = [Statement(WHO, NEED, f"困りごと {n}", policy, Provenance("test")) for n in numbers]
    return ChangeSet(key, "operator", "test", nodes=[person(WHO)], statements=said)


def rows(store: MemoryStore) -> list[dict[str, object]]:
    return [json.loads(row.detail) for row in store.audit_rows() if row.action == "models index"]


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


def test_a_run_that_breaks_off_has_its_row() -> None:
    store = Server(broken=True)
    store.apply(needs("k", 1, 2))
    with pytest.raises(StoreUnavailable):
        index(Reader(store, OPERATOR), LexicalEncoder())
    with pytest.raises(StoreUnavailable):
        drop(Reader(store, OPERATOR))
    assert [row.get("n", row.get("drop")) for row in rows(store)] == [2, True]


def test_what_is_taken_back_meanwhile_is_counted() -> None:
    """One text was there, one came in by this run, and one stays."""
    store = Server()
    store.apply(needs("k", 1, 2))
    first = index(Reader(store, OPERATOR), LexicalEncoder())
    assert (first.kinds[NEED].kept, first.kinds[NEED].added, first.kinds[NEED].removed) == (0, 2, 0)
    store.apply(needs("more", 3))
    narrow = needs("narrow", 1, 3, policy=Policy(Audience.ONLY_ME))
    made = index(Reader(store, OPERATOR), Narrowing(lambda: store.apply(narrow)))
    assert (made.kinds[NEED].kept, made.kinds[NEED].added, made.kinds[NEED].removed) == (1, 1, 2)
    assert len(store.shelf.held) == 1
    assert len(rows(store)) == 2


def test_a_refused_store_has_no_row() -> None:
    with open_store("memory://") as store:
        for call in (lambda r: index(r, LexicalEncoder()), drop):
            with pytest.raises(WrongUse):
                call(Reader(store, OPERATOR))
        assert store.audit() == []
