"""What every index of vectors offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.similarity import FloatArray
from graph.errors import WrongUse

IntArray: TypeAlias = NDArray[np.int64]


class Index(ABC):
    """Vectors under numbers, and which of them are nearest to a query by inner product.

    Attributes
    ----------
    dimension : int
        Length of a vector.

    Notes
    -----
    An index is made of what one viewer may see, or asked with ``allowed``: then the answer is exact and computed
    from the allowed vectors alone, so that neither its members nor their order nor their scores tell anything of
    the others. A structure that searches fast was made from all vectors and would tell a little by what it misses.
    """

    dimension: int

    @abstractmethod
    def __len__(self) -> int:
        """Give the number of vectors."""

    @property
    @abstractmethod
    def keys(self) -> IntArray:
        """Numbers of the vectors, (n,), ascending."""

    def add(self, keys: IntArray, vectors: FloatArray) -> None:
        """Take in vectors; a key that is there already gets the new one.

        Parameters
        ----------
        keys : (m,) int
            At least 0, each once.
        vectors : (m, dimension)
            Finite.

        Raises
        ------
        WrongUse
            When keys are negative or come twice, or the shapes do not fit.
        """
        numbers = np.asarray(keys, dtype=np.int64)
        if vectors.shape != (len(numbers), self.dimension):
            raise WrongUse(f"index: got vectors of shape {vectors.shape}, expected {(len(numbers), self.dimension)}")
        if len(np.unique(numbers)) != len(numbers) or (len(numbers) and numbers.min() < 0):
            raise WrongUse("index: got keys that are negative or come twice, expected each once, from 0")
        if not np.isfinite(vectors).all():
            raise WrongUse("index: got vectors that are not finite")
        if len(numbers):
            order = np.argsort(numbers)
            self._add(numbers[order], np.asarray(vectors[order], dtype=np.float32))

    def remove(self, keys: IntArray) -> int:
        """Take vectors out, with all that was computed from them; keys that are not there do nothing.

        Returns
        -------
        int
            Vectors that were there.
        """
        there = np.intersect1d(np.asarray(keys, dtype=np.int64), self.keys)
        if len(there):
            self._remove(there)
        return len(there)

    def search(self, queries: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """Find the vectors with the largest inner product.

        Parameters
        ----------
        queries : (q, dimension)
            What is looked for; unit rows on both sides make a score a cosine.
        k : int
            Answers a query, at least 1.
        allowed : (m,) int, optional
            Keys that may be answered; others than these do not touch the answer in any way, which is then exact.

        Returns
        -------
        keys : (q, k)
            Best first; -1 where there are fewer.
        scores : (q, k)
            Rounded to six decimals, -inf where the key is -1; equal ones in the order of keys.

        Raises
        ------
        WrongUse
            When `k` is below 1 or the queries are of another dimension.
        """
        if k < 1:
            raise WrongUse(f"index: got k={k}, expected at least 1")
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise WrongUse(f"index: got queries of shape {queries.shape}, expected (q, {self.dimension})")
        asked = np.ascontiguousarray(queries, dtype=np.float32)
        if allowed is None:
            return self._search(asked, k, None)
        places = np.flatnonzero(np.isin(self.keys, allowed))
        return self._search(asked, k, places)

    @abstractmethod
    def _add(self, keys: IntArray, vectors: FloatArray) -> None:
        """Take in at least one vector; keys ascending."""

    @abstractmethod
    def _remove(self, keys: IntArray) -> None:
        """Take out at least one vector that is there; keys ascending."""

    @abstractmethod
    def _search(self, queries: FloatArray, k: int, places: IntArray | None) -> tuple[IntArray, FloatArray]:
        """Search among all, or exactly among the vectors at these places of `keys`, ascending."""
