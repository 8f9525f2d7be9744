"""Vectors kept on a Neo4j server with the statements that they are of, searched by its own index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from embeddings.index.base import Index, IntArray
from embeddings.index.scan import sorted_best
from embeddings.similarity import FloatArray
from graph.errors import WrongUse
from graph.kinds import StatementKind
from graph.store.neo4j_vectors import Encoded, Near, Neo4jVectors

LEAST: Final = 1_000
"""Vectors below which every one is looked at."""
WIDER: Final = 5
"""As of `ServerIndex` (measured by ``benchmarks/server_index.py``)."""
_UNIT: Final = 1e-3


class ServerIndex(Index):
    """An index whose vectors lie on the server: approximate, exact with ``allowed`` and below `LEAST` vectors.

    It finds and takes only vectors of statements that are in the store, and what is deleted there is gone from it.
    Vectors are of length one or zero, since the server compares by cosine: others are refused (`WrongUse`), as are
    keys beyond the statements.

    Parameters
    ----------
    vectors : Neo4jVectors
        Of the store; `begin` was called with ``encoded`` and this kind.
    encoded : Encoded
        Encoder of the vectors.
    kind : StatementKind
        Kind of the statements.
    ids : sequence of str
        All statements of the kind that may have a vector; their positions are the keys.
    wider : int
        Times the answers wanted that the server's index is asked for, at least 1: the more it looks at, the more of
        the first are right.

    Raises
    ------
    graph.errors.StoreUnavailable
        By every method, when the server cannot be reached.
    graph.errors.Conflict
        By `add`, if the vectors on the server are those of another encoder by now.

    Notes
    -----
    `embeddings.index` chooses it for nobody: docs/decisions tells where it helps.
    """

    def __init__(
        self, vectors: Neo4jVectors, encoded: Encoded, kind: StatementKind, ids: Sequence[str], wider: int = WIDER
    ) -> None:
        self.dimension, self.wider = encoded.dimension, wider
        self._vectors, self._encoded, self._kind, self._ids = vectors, encoded, kind, list(ids)
        self._key_of = {identifier: key for key, identifier in enumerate(self._ids)}
        self._keys = self._known(vectors.ids(kind))

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> IntArray:
        """Numbers of the vectors, (n,), ascending."""
        return self._keys

    def _add(self, keys: IntArray, vectors: FloatArray) -> None:
        if keys[-1] >= len(self._ids):
            raise WrongUse(f"index: got key {keys[-1]}, expected at most {len(self._ids) - 1}: one for each statement")
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.all((abs(lengths - 1) < _UNIT) | (lengths == 0)):
            raise WrongUse("index: got vectors of other lengths than one and zero, which the server cannot compare")
        found = self._vectors.put(self._encoded, [self._ids[key] for key in keys.tolist()], vectors)
        self._keys = np.union1d(self._keys, self._known(found))

    def _remove(self, keys: IntArray) -> None:
        self._vectors.remove([self._ids[key] for key in keys.tolist()])
        self._keys = np.setdiff1d(self._keys, keys)

    def _search(self, queries: FloatArray, k: int, places: IntArray | None) -> tuple[IntArray, FloatArray]:
        told = queries.any(axis=1)
        keys = self._keys if places is None else self._keys[places]
        rows = np.full((len(queries), k), -1, dtype=np.int64)
        scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        # A query without words is as near to all.
        rows[~told, : len(keys)], scores[~told, : len(keys)] = keys[:k], 0.0
        if told.any():
            rows[told], scores[told] = self._found(queries[told], k, keys, exact=places is not None)
        return rows, scores

    def _found(self, queries: FloatArray, k: int, keys: IntArray, *, exact: bool) -> tuple[IntArray, FloatArray]:
        """Search with queries none of which is zero."""
        if exact or len(keys) < LEAST:
            near = self._vectors.compared(queries, [self._ids[key] for key in keys.tolist()], k)
        else:
            near = self._vectors.nearest(self._kind, queries, self.wider * k)
        return sorted_best(*self._entries(near), (len(queries), k))

    def _entries(self, near: Sequence[Near]) -> tuple[IntArray, IntArray, FloatArray]:
        """Give number of the query, key and score of all that was found and is known here."""
        told = [
            (query, self._key_of[identifier], score)
            for query, best in enumerate(near)
            for identifier, score in best
            if identifier in self._key_of
        ]
        queries, keys, scores = zip(*told, strict=True) if told else ((), (), ())
        return np.array(queries, dtype=np.int64), np.array(keys, dtype=np.int64), np.array(scores, dtype=np.float32)

    def _known(self, identifiers: Sequence[str]) -> IntArray:
        keys = (self._key_of[i] for i in identifiers if i in self._key_of)
        return np.array(sorted(keys), dtype=np.int64)
