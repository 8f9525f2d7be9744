"""Vectors of statements on a real server: an index like any other, no fact, and gone with the text (P6, A29)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings.base import Progress, Role
from embeddings.index.base import Index
from embeddings.index.server import LEAST, ServerIndex
from embeddings.index.testing import DIMENSION, IndexContract, fully_sorted, some_vectors
from embeddings.lexical import LexicalEncoder
from embeddings.similarity import FloatArray, unit_rows
from graph import gate
from graph.backup import copy, save
from graph.backup.digest import graph_hash
from graph.changes import ChangeSet
from graph.erasure import erase
from graph.errors import Conflict, WrongUse
from graph.export import write_jsonl
from graph.kinds import StatementKind
from graph.policy import NETWORK_OPEN, Audience, Policy, Purpose
from graph.records import Statement
from graph.store import Store, open_store
from graph.store.neo4j_vectors import MOST_DIMENSIONS, NAMES, Encoded
from graph.testing import person
from graph.testing.samples import SOURCE, A, B, difference
from graph.viewer import OPERATOR
from service.cli.main import run
from service.reading import Reader
from service.vectors import index
from tests.neo4j.conftest import Place

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(900)]

NEED, OFFER = StatementKind.NEED, StatementKind.OFFER
ENCODED = Encoded("an encoder", DIMENSION)
N = 300
VECTORS = "MATCH (s) WHERE s.vector IS NOT NULL RETURN s.id, s.vector ORDER BY s.id"
ALL_NEAR = "CALL db.index.vector.queryNodes($index, 100, $vector) YIELD node, score RETURN node.id, score"


def needs(n: int, owner: str = A, kind: StatementKind = NEED) -> list[Statement]:
    return [Statement(owner, kind, f"{kind} {number}", NETWORK_OPEN, SOURCE) for number in range(n)]


def saying(key: str, *statements: Statement) -> ChangeSet:
    owners = {s.owner for s in statements}
    return ChangeSet(key, "operator", "test", nodes=[person(o) for o in sorted(owners)], statements=list(statements))


def ids(statements: Sequence[Statement]) -> list[str]:
    return [s.id for s in statements]


def indexed(store: Store, statements: Sequence[Statement], vectors: FloatArray, kind: StatementKind = NEED) -> Index:
    """Make an index of all of them."""
    shelf = store.vectors()
    shelf.begin(ENCODED, [kind])
    made = ServerIndex(shelf, ENCODED, kind, ids(statements))
    made.add(np.arange(len(vectors)), vectors)
    shelf.settle()
    return made


class TestServerIndex(IndexContract):
    covers = ServerIndex

    @pytest.fixture(autouse=True)
    def _where(self, store: Store, place: Place) -> None:
        self.store, self.place = store, place
        self.said = needs(N)
        store.apply(saying("k", *self.said))

    def empty(self) -> Index:
        shelf = self.store.vectors()
        shelf.drop()
        shelf.begin(ENCODED, [NEED])
        return ServerIndex(shelf, ENCODED, NEED, ids(self.said))

    def held(self, index: Index) -> bytes:
        assert isinstance(index, ServerIndex)
        there = [np.array(vector, dtype=np.float32).tobytes() for _, vector in self.place.run(VECTORS)]
        return b"".join(there) + repr(vars(index)).encode()


def test_many_are_searched_by_the_index_of_the_server(store: Store) -> None:
    said, vectors, queries = needs(2 * LEAST), some_vectors(2 * LEAST), some_vectors(20, seed=1)
    store.apply(saying("k", *said))
    made = indexed(store, said, vectors)
    found, scores = made.search(queries, 10)
    wanted, values = fully_sorted(np.arange(len(said)), vectors, queries, 10)
    assert np.mean([np.isin(a, b).mean() for a, b in zip(wanted, found, strict=True)]) >= 0.99
    assert np.abs(np.sort(scores) - np.sort(values)).max() <= 0.05
    allowed = np.arange(0, len(said), 7)
    exact, _ = made.search(queries, 10, allowed)
    np.testing.assert_array_equal(exact, fully_sorted(allowed, vectors[allowed], queries, 10)[0])
    made.remove(np.arange(5))
    assert not np.isin(made.search(vectors[:5], 5)[0], np.arange(5)).any()


def test_a_later_call_finds_what_an_earlier_one_put_in(store: Store) -> None:
    said, vectors = needs(9), some_vectors(9)
    store.apply(saying("k", *said))
    indexed(store, said[:6], vectors[:6])
    made = ServerIndex(store.vectors(), ENCODED, NEED, ids(said))
    assert made.keys.tolist() == list(range(6))
    made.add(np.array([8]), vectors[8:])
    assert made.search(vectors[8:], 1)[0].tolist() == [[8]]


def test_vectors_are_no_facts(store: Store) -> None:
    """Snapshot, mark, version, export, hash, backup and a copy are as without them."""
    said = needs(20)
    store.apply(saying("k", *said))

    def told() -> tuple[object, ...]:
        exported, archive = io.BytesIO(), io.BytesIO()
        write_jsonl(gate.view(store.snapshot(), OPERATOR, Purpose.EXPORT), exported)
        saved = save(store, archive)
        return store.version(), store.mark(), store.audit(), exported.getvalue(), saved.content

    before, held = told(), store.snapshot()
    indexed(store, said, some_vectors(20))
    after = store.snapshot()
    assert told() == before
    assert (difference(held, after), graph_hash(after)) == ("", graph_hash(held))
    with open_store("memory://") as other:
        copy(store, other, actor="operator")
        assert difference(other.snapshot(), held) == ""


def test_nothing_of_the_vectors_of_the_erased_is_left(store: Store, place: Place) -> None:
    """Neither on a node nor in what the index answers."""
    hers, his = needs(20, A), needs(20, B)
    store.apply(saying("k", *hers, *his))
    vectors = some_vectors(40)
    indexed(store, [*hers, *his], vectors)
    canaries = {tuple(v) for v in vectors[20:].tolist()}
    assert canaries <= {tuple(vector) for _, vector in place.run(VECTORS)}
    erase(store, [B], "operator")
    left = place.run("MATCH (n) UNWIND keys(n) AS key RETURN n[key]")
    assert not [value for (value,) in left if isinstance(value, list) and tuple(value) in canaries]
    assert {i for i, _ in place.run(VECTORS)} == set(ids(hers))
    for vector in vectors[20:].tolist():
        answered = place.run(ALL_NEAR, index=NAMES[NEED], vector=vector)
        assert {i for i, _ in answered} == set(ids(hers))
        assert max(score for _, score in answered) < 0.999


def test_text_that_is_taken_back_or_decided_anew_loses_its_vector(store: Store, place: Place) -> None:
    said = needs(4)
    store.apply(saying("k", *said))
    indexed(store, said, some_vectors(4))
    taken = ChangeSet("gone", "operator", "test")
    taken.remove_statements([said[0].id])
    store.apply(taken)
    store.apply(saying("narrow", Statement(A, NEED, said[1].text, Policy(Audience.ONLY_ME), SOURCE)))
    store.apply(saying("same", said[2]))
    assert {i for i, _ in place.run(VECTORS)} == {said[2].id, said[3].id}
    made = ServerIndex(store.vectors(), ENCODED, NEED, ids(said))
    made.add(np.array([0, 1]), some_vectors(2))
    assert made.keys.tolist() == [1, 2, 3]


def test_vectors_of_two_encoders_never_meet(store: Store, place: Place) -> None:
    said = needs(4)
    store.apply(saying("k", *said))
    before = indexed(store, said, some_vectors(4))
    other, shelf = Encoded("another", 4), store.vectors()
    shelf.begin(other, [NEED])
    assert place.run(VECTORS) == []
    assert shelf.put(other, ids(said), unit_rows(np.eye(4, dtype=np.float32))) == ids(said)
    assert shelf.ids(NEED) == sorted(ids(said))
    with pytest.raises(Conflict, match="another encoder"):
        before.add(np.array([1]), some_vectors(1))
    shelf.begin(other, [NEED])
    assert len(place.run(VECTORS)) == 4
    assert shelf.drop() == 4
    assert (shelf.encoded(), place.run("SHOW VECTOR INDEXES YIELD name RETURN name")) == (None, [])
    assert shelf.drop() == 0


def test_an_index_of_another_length_is_made_anew(store: Store, place: Place) -> None:
    """Two who begin with other encoders at once may leave the mark of one and the index of the other."""
    said, shelf = needs(4), store.vectors()
    store.apply(saying("k", *said))
    shelf.begin(ENCODED, [NEED])
    place.run(f"DROP INDEX {NAMES[NEED]}")
    options = "{indexConfig: {`vector.dimensions`: 4, `vector.similarity_function`: 'cosine'}}"
    place.run(f"CREATE VECTOR INDEX {NAMES[NEED]} FOR (s:Need) ON (s.vector) OPTIONS {options}")
    shelf.begin(ENCODED, [NEED])
    ((found,),) = place.run("SHOW VECTOR INDEXES YIELD options RETURN options")
    assert found["indexConfig"]["vector.dimensions"] == DIMENSION
    vectors = some_vectors(4)
    shelf.put(ENCODED, ids(said), vectors)
    shelf.settle()
    assert [i for ((i, _),) in shelf.nearest(NEED, vectors, 1)] == ids(said)


def test_what_no_index_takes_is_refused(store: Store) -> None:
    said = needs(4)
    store.apply(saying("k", *said))
    shelf = store.vectors()
    with pytest.raises(WrongUse, match=f"1 to {MOST_DIMENSIONS}"):
        shelf.begin(Encoded("long", MOST_DIMENSIONS + 1), [NEED])
    made = indexed(store, said, some_vectors(4))
    with pytest.raises(WrongUse, match="other lengths"):
        made.add(np.array([0]), 2 * some_vectors(1))
    with pytest.raises(WrongUse, match="expected at most 3"):
        made.add(np.array([4]), some_vectors(1))


def test_command_keeps_the_vectors_in_step_with_the_texts(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What may be compared has a vector; what is new gets one, what is released no longer loses it."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("MUSUBI_NEO4J_PASSWORD", place.password or "")
    monkeypatch.chdir(tmp_path)

    def counts(*arguments: str) -> dict[str, list[int]]:
        assert run(["models", "index", "--store", store.url, "--encoder", "lexical", "--json", *arguments]) == 0
        made = json.loads(capfd.readouterr().out)
        assert (made["schema"], bool(made["encoder"])) == ("musubi.models-index/1", "--drop" not in arguments)
        return {kind: list(n.values()) for kind, n in made["kinds"].items()} | {"dropped": [made["dropped"]]}

    hidden = Statement(A, NEED, "だれにも言わない", Policy(Audience.ONLY_ME), SOURCE)
    offers = needs(2, B, OFFER)
    store.apply(saying("k", *needs(3), hidden, *offers))
    assert counts() == {"need": [0, 3, 0], "offer": [0, 2, 0], "vision": [0, 0, 0], "dropped": [0]}
    assert {i for i, _ in place.run(VECTORS)} == set(ids([*needs(3), *offers]))
    store.apply(ChangeSet("narrow", "operator", "test", nodes=[person(B, policy=Policy(Audience.ONLY_ME))]))
    store.apply(saying("more", Statement(A, OFFER, "直します", NETWORK_OPEN, SOURCE)))
    again = counts()
    assert (again["need"], sum(again["offer"][:2])) == ([3, 0, 0], len(store.vectors().ids(OFFER)))
    assert run(["models", "index", "--store", store.url, "--encoder", "lexical", "--quiet", "--lang", "ja"]) == 0
    assert capfd.readouterr().out.splitlines()[0].split() == ["索引", "そのまま", "追加", "削除"]
    assert [row.action for row in store.audit()].count("models index") == 3
    assert counts("--drop")["dropped"] == [len(ids(needs(3))) + sum(again["offer"][:2])]
    assert place.run(VECTORS) == []


class Narrowing(LexicalEncoder):
    """Somebody takes a text back while it is being encoded."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def encode(self, texts: Sequence[str], role: Role, progress: Progress | None = None) -> FloatArray:
        self._meanwhile()
        return super().encode(texts, role, progress)


def test_text_that_is_taken_back_meanwhile_gets_no_vector(store: Store, place: Place) -> None:
    said = needs(2)
    store.apply(saying("k", *said))
    narrow = Statement(A, NEED, said[0].text, Policy(Audience.ONLY_ME), SOURCE)
    made = index(Reader(store, OPERATOR), Narrowing(lambda: store.apply(saying("narrow", narrow))))
    assert (made.kinds[NEED].kept, made.kinds[NEED].added, made.kinds[NEED].removed) == (0, 2, 1)
    assert {i for i, _ in place.run(VECTORS)} == {said[1].id}
