"""Every vector is looked at."""

from __future__ import annotations

import numpy as np

from embeddings.index.base import Index, IntArray
from embeddings.index.scan import scan
from embeddings.similarity import FloatArray


class ExactIndex(Index):
    """An index that looks at every vector; nothing is made but the sorted array of vectors.

    Parameters
    ----------
    dimension : int
        Length of a vector.

    Examples
    --------
    >>> index = ExactIndex(2)
    >>> index.add(np.array([7, 3]), np.array([[1, 0], [0, 1]], dtype=np.float32))
    >>> index.search(np.array([[0.6, 0.8]], dtype=np.float32), 2)[0]
    array([[3, 7]])
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._keys: IntArray = np.zeros(0, dtype=np.int64)
        self.vectors: FloatArray = np.zeros((0, dimension), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> IntArray:
        """Numbers of the vectors, (n,), ascending."""
        return self._keys

    def _add(self, keys: IntArray, vectors: FloatArray) -> None:
        kept = ~np.isin(self._keys, keys)
        every = np.concatenate([self._keys[kept], keys])
        rows = np.concatenate([self.vectors if kept.all() else self.vectors[kept], vectors])
        order = np.argsort(every)
        ascending = bool((order[1:] > order[:-1]).all())
        self._keys, self.vectors = every[order], rows if ascending else rows[order]

    def _remove(self, keys: IntArray) -> None:
        kept = ~np.isin(self._keys, keys)
        self._keys, self.vectors = self._keys[kept], self.vectors[kept]

    def _search(self, queries: FloatArray, k: int, places: IntArray | None) -> tuple[IntArray, FloatArray]:
        rows, scores = scan(queries, self.vectors, k, places)
        return np.append(self._keys, -1)[rows], scores
