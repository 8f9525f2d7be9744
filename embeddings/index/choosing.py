"""Which index serves how many vectors."""

from __future__ import annotations

from typing import Final

import numpy as np

from embeddings.index.base import Index, IntArray
from embeddings.index.exact import ExactIndex
from embeddings.index.inverted import InvertedIndex
from embeddings.similarity import FloatArray

CROSSOVER: Final = 20_000
"""Vectors from which making lists and asking once for each vector takes less time than looking at all of them
(measured by ``benchmarks/index.py``)."""


def make_index(keys: IntArray, vectors: FloatArray, rng: np.random.Generator) -> Index:
    """Make the index that is fastest for so many vectors.

    Parameters
    ----------
    keys : (n,) int
        As of `embeddings.index.base.Index.add`.
    vectors : (n, d)
        As of `embeddings.index.base.Index.add`.
    rng : Generator
        Draws where lists begin.

    Returns
    -------
    Index
        Exact below `CROSSOVER` vectors.

    Raises
    ------
    WrongUse
        As of `embeddings.index.base.Index.add`.
    """
    dimension = vectors.shape[1]
    index = ExactIndex(dimension) if len(keys) < CROSSOVER else InvertedIndex(dimension, rng)
    index.add(keys, vectors)
    return index
