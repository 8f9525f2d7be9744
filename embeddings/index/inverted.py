"""Vectors in lists by their nearest centre; a search reads the lists nearest to the query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Self

import numpy as np

from embeddings.index.base import Index, IntArray
from embeddings.index.exact import ExactIndex
from embeddings.index.lists import learnt_centres, means, nearest_centre, needed_visits
from embeddings.index.scan import kth_best, scan, sorted_best
from embeddings.similarity import FloatArray

LISTS: Final = 4.0
"""Lists for each square root of the number of vectors."""
RECALL: Final = 0.995
"""Share of the twenty nearest that a search is to find: as many lists are read as that takes among the index's own
vectors, so that texts that crowd in groups need few and texts spread evenly need many."""
WORTH: Final = 0.2
"""Share of the lists above which looking at every vector is faster than reading them, so that this is done."""
LEAST: Final = 1_000
"""Vectors below which every one is looked at."""
_GROWN: Final = 2.0
"""Lists are made anew when there are so many times the vectors that they were made for."""
_BOUNDING: Final = 3
"""Nearest lists from which the bound on the k-th best score is taken before the others are read."""
_QUERIES: Final = 16_384


class InvertedIndex(Index):
    """An index that reads a few of its lists: approximate, exact with ``allowed``.

    Scores are those of an exact search; what may be missing are vectors in lists that were not read. How many are
    read is measured when the lists are made (`RECALL`).

    Parameters
    ----------
    dimension : int
        Length of a vector.
    rng : Generator
        Draws where the lists begin.

    Attributes
    ----------
    visited : int
        Lists that a search reads.

    Notes
    -----
    A centre is the mean of the vectors in its list at any time, so that nothing computed from a removed vector
    stays. Queries are grouped by the lists that they read, which makes one matrix product a list; that is
    several times as fast as reading the lists query by query when there are many queries.

    References
    ----------
    J. Sivic, A. Zisserman (2003), "Video Google: A Text Retrieval Approach to Object Matching in Videos";
    H. Jegou, M. Douze, C. Schmid (2011), "Product Quantization for Nearest Neighbor Search" (inverted lists of
    a coarse quantiser; nothing is quantised further here).
    """

    def __init__(self, dimension: int, rng: np.random.Generator) -> None:
        self.dimension, self._rng = dimension, rng
        self._rows = ExactIndex(dimension)
        self.visited, self._made_for = 1, 0
        self._lists: IntArray = np.zeros(0, dtype=np.int64)
        self._centres: FloatArray = np.zeros((0, dimension), dtype=np.float32)
        self._arrange()

    @classmethod
    def of_lists(cls, keys: IntArray, vectors: FloatArray, lists: IntArray, rng: np.random.Generator) -> Self:
        """Make an index anew from lists that were found before.

        Parameters
        ----------
        keys : (n,) int
            As of `add`.
        vectors : (n, dimension)
            As of `add`.
        lists : (n,) int
            List of each vector, as `lists` gave it.
        rng : Generator
            As of the class.
        """
        index = cls(vectors.shape[1], rng)
        index._rows.add(keys, vectors)
        index._make(np.asarray(lists, dtype=np.int64)[np.argsort(keys)])
        return index

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def keys(self) -> IntArray:
        """Numbers of the vectors, (n,), ascending."""
        return self._rows.keys

    @property
    def lists(self) -> IntArray:
        """Number of the list of each vector, (n,), in the order of `keys`."""
        return self._lists

    @property
    def approximate(self) -> bool:
        """Whether lists are read at all; where too many would have to be read, every vector is looked at."""
        return len(self) >= LEAST and self.visited <= WORTH * self.n_lists

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return len(self._centres)

    def _add(self, keys: IntArray, vectors: FloatArray) -> None:
        before, lists = self._rows.keys, self._lists
        self._rows.add(keys, vectors)
        if len(self) > _GROWN * self._made_for:
            n_lists = max(1, round(LISTS * np.sqrt(len(self))))
            centres = learnt_centres(self._rows.vectors, n_lists, self._rng)
            self._make(nearest_centre(self._rows.vectors, centres))
            return
        self._lists = np.empty(len(self), dtype=np.int64)
        self._lists[np.searchsorted(self.keys, before)] = lists
        self._lists[np.searchsorted(self.keys, keys)] = nearest_centre(vectors, self._centres)
        self._arrange()

    def _remove(self, keys: IntArray) -> None:
        self._lists = self._lists[~np.isin(self.keys, keys)]
        self._rows.remove(keys)
        self._arrange()

    def _make(self, lists: IntArray) -> None:
        """Take over lists that were made for all vectors."""
        self._lists, self._made_for = lists, len(self)
        self._arrange()
        self.visited = needed_visits(self._rows.vectors, self._lists, self._centres, RECALL, self._rng)

    def _arrange(self) -> None:
        """Make the centres and the members of each list anew; a list without members is gone."""
        there, self._centres = means(self._rows.vectors, self._lists)
        self._lists = np.searchsorted(there, self._lists)
        self._order = np.argsort(self._lists, kind="stable")
        self._ends = np.searchsorted(self._lists[self._order], np.arange(len(there) + 1))

    def _search(self, queries: FloatArray, k: int, places: IntArray | None) -> tuple[IntArray, FloatArray]:
        if places is not None or not self.approximate or not len(queries):
            return self._rows._search(queries, k, places)
        parts = [self._read(queries[first : first + _QUERIES], k) for first in range(0, len(queries), _QUERIES)]
        rows, scores = (np.concatenate(part) for part in zip(*parts, strict=True))
        return np.append(self.keys, -1)[rows], scores

    def _read(self, queries: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
        nearest, _ = scan(queries, self._centres, min(self.visited, self.n_lists))
        bound = np.full(len(queries), -np.inf, dtype=np.float32)
        for at, rows in self._visits(nearest[:, :_BOUNDING]):
            if len(rows) >= k:
                bound[at] = np.maximum(bound[at], kth_best(queries[at] @ self._rows.vectors[rows].T, k))
        entries = []
        for at, rows in self._visits(nearest):
            found = queries[at] @ self._rows.vectors[rows].T
            above = np.flatnonzero(found > bound[at][:, None])
            query, column = np.divmod(above, len(rows))
            entries.append((at[query], rows[column], found.ravel()[above]))
        asked, rows, scores = (np.concatenate(part) for part in zip(*entries, strict=True))
        return sorted_best(asked, rows, scores, (len(queries), k))

    def _visits(self, nearest: IntArray) -> Iterator[tuple[IntArray, IntArray]]:
        """Give for each list that is read the numbers of the queries that read it, and its rows."""
        order = np.argsort(nearest.ravel(), kind="stable")
        lists, first = np.unique(nearest.ravel()[order], return_index=True)
        for number, at in zip(lists.tolist(), np.split(order // nearest.shape[1], first[1:]), strict=True):
            yield at, self._order[self._ends[number] : self._ends[number + 1]]
