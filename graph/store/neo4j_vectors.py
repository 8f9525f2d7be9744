"""Vectors of statements on a Neo4j server, and the server's own indexes over them.

A vector is the property ``vector`` of its statement and so goes with it: whatever deletes the statement deletes the
vector too. It is no fact: no version, change log, snapshot, hash, export or backup knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.errors import Conflict, WrongUse
from graph.kinds import StatementKind
from graph.store.neo4j_connection import Connection, Work
from graph.store.neo4j_ledger import LOCK
from graph.store.neo4j_schema import identifier
from graph.store.neo4j_write import portions

FloatArray: TypeAlias = NDArray[np.float32]
Near: TypeAlias = list[tuple[str, float]]
"""Statement ids with their cosine, rounded to six decimals: best first, equal ones in the order in which they came."""
T = TypeVar("T")

MOST_DIMENSIONS = 4_096
"""Of an index ("Vector indexes" of Neo4j's Cypher manual)."""
AT_ONCE = 1_000
QUESTIONS = 64
WAIT_S = 3_600
NAMES = {kind: f"musubi_vector_{kind}" for kind in StatementKind}
"""Of the indexes."""
OTHERS = "the vectors in the store are those of another encoder by now: begin again"

MARKED = "MATCH (v:MusubiVectors {id: 1}) RETURN v.fingerprint, v.dimension"
MARK = "MERGE (v:MusubiVectors {id: 1}) SET v.fingerprint = $fingerprint, v.dimension = $dimension"
UNMARK = "MATCH (v:MusubiVectors) DELETE v"
INDEXES = "SHOW VECTOR INDEXES YIELD name, options RETURN name, options"
SETTLE = "CALL db.awaitIndexes($seconds)"
SOME = "MATCH (s:Statement) WHERE s.id > $after AND s.vector IS NOT NULL WITH s ORDER BY s.id LIMIT $page "
CLEAR = f"{SOME} REMOVE s.vector RETURN count(s), coalesce(max(s.id), '')"
REMOVE = """
UNWIND $ids AS id MATCH (s:Statement {id: id}) WHERE s.vector IS NOT NULL
REMOVE s.vector RETURN count(s)
"""
# The procedure keeps numbers in single precision. No index takes a vector of length zero: that one is left empty.
PUT = """
UNWIND $rows AS row MATCH (s:Statement {id: row[0]})
CALL db.create.setNodeVectorProperty(s, 'vector', row[1])
RETURN collect(s.id)
"""
PUT_EMPTY = "UNWIND $ids AS id MATCH (s:Statement {id: id}) SET s.vector = [] RETURN collect(s.id)"
COSINE = "round(2 * vector.similarity.cosine(s.vector, $queries[q]) - 1, 6)"
NEAREST = f"""
UNWIND range(0, size($queries) - 1) AS q
CALL db.index.vector.queryNodes($index, $k, $queries[q]) YIELD node AS s
WITH q, s.id AS id, {COSINE} AS score
RETURN q, collect([id, score])
"""
COMPARED = f"""
UNWIND range(0, size($ids) - 1) AS place
MATCH (s:Statement {{id: $ids[place]}}) WHERE s.vector IS NOT NULL
WITH collect([place, s]) AS found
UNWIND range(0, size($queries) - 1) AS q
CALL (found, q) {{
    UNWIND found AS one
    WITH one[0] AS place, one[1] AS s
    WITH place, CASE size(s.vector) WHEN 0 THEN 0.0 ELSE {COSINE} END AS score
    ORDER BY score DESC, place LIMIT $k
    RETURN collect([$ids[place], score]) AS best
}}
RETURN q, best
"""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Which encoder made the vectors that are there: those of two must never be compared."""

    fingerprint: str
    dimension: int


class Neo4jVectors:
    """Vectors of statements, of one encoder at a time.

    Parameters
    ----------
    connection : Connection
        Of the store; closed with it.

    Raises
    ------
    graph.errors.StoreUnavailable
        By every method, when the server cannot be reached or refuses.

    Notes
    -----
    One index for each kind, ``musubi_vector_need`` and so on, by cosine, without quantisation. It follows each
    transaction by itself. References: Y. A. Malkov, D. A. Yashunin (2018), "Efficient and Robust Approximate Nearest
    Neighbor Search Using Hierarchical Navigable Small World Graphs", which is what the server builds.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def encoded(self) -> Encoded | None:
        """Say which encoder made the vectors, None where there are none."""
        rows = self._connection.read(lambda work: work.rows(MARKED))
        return Encoded(*rows[0]) if rows else None

    def begin(self, encoded: Encoded, kinds: Sequence[StatementKind]) -> None:
        """Get ready for the vectors of an encoder: those of another one go, and each kind has its index.

        Raises
        ------
        graph.errors.WrongUse
            If the vectors are longer than an index takes.
        graph.errors.Conflict
            If somebody else begins with another encoder at the same time.
        """
        if not 1 <= encoded.dimension <= MOST_DIMENSIONS:
            raise WrongUse(f"vectors of {encoded.dimension} numbers: an index of Neo4j takes 1 to {MOST_DIMENSIONS}")
        if self.encoded() != encoded:
            self.drop()
            self._locked(lambda work: work.run(MARK, fingerprint=encoded.fingerprint, dimension=encoded.dimension))
        for kind in kinds:
            if self._dimension(kind) not in (None, encoded.dimension):  # of somebody who began at the same time
                self._connection.write(partial(_drop_index, kind, encoded))
            self._connection.write(partial(_make_index, kind, encoded))
        if any(self._dimension(kind) != encoded.dimension for kind in kinds):
            raise Conflict(OTHERS)

    def drop(self) -> int:
        """Remove everything: indexes, vectors, and which encoder it was; give the number of vectors."""
        self._locked(lambda work: work.run(UNMARK))
        for kind in StatementKind:
            self._connection.write(partial(_drop_index, kind, None))
        removed, after = 0, ""
        while True:
            n, last = self._locked(partial(_clear, after))
            removed, after = removed + n, last
            if n < AT_ONCE:
                return removed

    def ids(self, kind: StatementKind) -> list[str]:
        """Give the statements of a kind that have a vector, sorted."""
        query = f"MATCH (s:{identifier(kind)}) WHERE s.vector IS NOT NULL RETURN collect(s.id)"
        found: list[str] = self._connection.read(lambda work: work.rows(query))[0][0]
        return sorted(found)

    def put(self, encoded: Encoded, ids: Sequence[str], vectors: FloatArray) -> list[str]:
        """Keep vectors, in the place of earlier ones.

        Parameters
        ----------
        encoded : Encoded
            As given to `begin`.
        ids : sequence of str
            Of statements, each once.
        vectors : (n_ids, dimension)
            Rows of length one or zero.

        Returns
        -------
        list of str
            The statements that are there; what was deleted meanwhile takes no vector.

        Raises
        ------
        graph.errors.Conflict
            If the vectors that are there are those of another encoder by now.
        """
        found: list[str] = []
        for at in range(0, len(ids), AT_ONCE):
            part = slice(at, at + AT_ONCE)
            found += self._locked(partial(_put, encoded, ids[part], vectors[part]))
        return found

    def remove(self, ids: Sequence[str]) -> int:
        """Remove the vectors of some statements, and give how many there were."""
        return sum(self._locked(partial(_remove, part)) for part in portions(ids, AT_ONCE))

    def settle(self) -> None:
        """Wait until every index has taken in what is there."""
        self._connection.read(lambda work: work.rows(SETTLE, seconds=WAIT_S))

    def nearest(self, kind: StatementKind, queries: FloatArray, k: int) -> list[Near]:
        """Ask the index of a kind for the nearest statements; approximate.

        Parameters
        ----------
        kind : StatementKind
            One that `begin` was told.
        queries : (q, dimension)
            None of them zero.
        k : int
            Answers a query; the more are asked for, the more of the first are right.
        """
        return self._answered(NEAREST, queries, index=NAMES[kind], k=k)

    def compared(self, queries: FloatArray, ids: Sequence[str], k: int) -> list[Near]:
        """Compare queries, none of them zero, with every one of some statements; exact."""
        return self._answered(COMPARED, queries, ids=list(ids), k=k)

    def _answered(self, query: str, queries: FloatArray, **parameters: object) -> list[Near]:
        answers: list[Near] = []
        for part in portions(queries.tolist(), QUESTIONS):
            rows = self._connection.read(partial(_asked, query, {**parameters, "queries": part}))
            found = {q: [(i, score) for i, score in best] for q, best in rows}
            answers += [found.get(q, []) for q in range(len(part))]
        return answers

    def _dimension(self, kind: StatementKind) -> int | None:
        """Say how long the vectors of an index are, None where there is none."""
        there = dict(self._connection.read(lambda work: work.rows(INDEXES)))
        return int(there[NAMES[kind]]["indexConfig"]["vector.dimensions"]) if NAMES[kind] in there else None

    def _locked(self, change: Callable[[Work], T]) -> T:
        """Change something while no writer of the store is at work, so that neither waits for the other for ever."""

        def work(work: Work) -> T:
            work.run(LOCK)
            return change(work)

        return self._connection.write(work)


def _require(encoded: Encoded, work: Work) -> None:
    """Refuse to go on where another encoder has begun."""
    if [Encoded(*row) for row in work.rows(MARKED)] != [encoded]:
        raise Conflict(OTHERS)


def _make_index(kind: StatementKind, encoded: Encoded, work: Work) -> None:
    _require(encoded, work)
    settings = {
        "vector.dimensions": encoded.dimension,
        "vector.similarity_function": "cosine",
        "vector.quantization.enabled": False,
    }
    work.run(
        f"CREATE VECTOR INDEX {NAMES[kind]} IF NOT EXISTS FOR (s:{identifier(kind)}) ON (s.vector) OPTIONS $options",
        options={"indexConfig": settings},
    )


def _drop_index(kind: StatementKind, encoded: Encoded | None, work: Work) -> None:
    if encoded is not None:
        _require(encoded, work)
    work.run(f"DROP INDEX {NAMES[kind]} IF EXISTS")


def _clear(after: str, work: Work) -> tuple[int, str]:
    n, last = work.rows(CLEAR, after=after, page=AT_ONCE)[0]
    return n, last


def _put(encoded: Encoded, ids: Sequence[str], vectors: FloatArray, work: Work) -> list[str]:
    _require(encoded, work)
    rows = list(zip(ids, vectors.tolist(), strict=True))
    found: list[str] = work.rows(PUT, rows=[row for row in rows if any(row[1])])[0][0]
    empty = [identifier for identifier, vector in rows if not any(vector)]
    return found + work.rows(PUT_EMPTY, ids=empty)[0][0] if empty else found


def _remove(ids: Sequence[str], work: Work) -> int:
    return int(work.rows(REMOVE, ids=ids)[0][0])


def _asked(query: str, parameters: Mapping[str, object], work: Work) -> list[list[Any]]:
    return work.rows(query, **parameters)
