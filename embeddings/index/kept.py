"""An index whose lists are kept between runs, in the file of the vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.cache import VectorCache
from embeddings.index.base import Index
from embeddings.index.choosing import CROSSOVER, make_index
from embeddings.index.inverted import InvertedIndex
from embeddings.similarity import FloatArray


def kept_index(
    cache: VectorCache, name: str, texts: Sequence[str], vectors: FloatArray, rng: np.random.Generator
) -> Index:
    """Make an index of texts, from the lists found by an earlier run where these are still of use.

    Only the number of each text's list is kept: the vectors are in the cache already, and centres are computed from
    them. Forgetting a text (`VectorCache.forget`) removes both.

    Parameters
    ----------
    cache : VectorCache
        The file.
    name : str
        What is indexed: encoder, side and viewer. Lists are made from all texts under a name, so one name must
        stand for what one viewer may see.
    texts : sequence of str
        Cleaned texts, each once; their positions are the keys.
    vectors : (n, d)
        Their vectors.
    rng : Generator
        Draws where lists begin.

    Returns
    -------
    Index
        Exact below `CROSSOVER` texts, and nothing is kept then.

    Raises
    ------
    graph.errors.StoreUnavailable
        As of `VectorCache`.
    """
    keys = np.arange(len(texts), dtype=np.int64)
    if len(texts) < CROSSOVER:
        return make_index(keys, vectors, rng)
    lists = cache.lists(name, texts)
    known = lists >= 0
    if 2 * known.sum() < len(texts):
        index: Index = make_index(keys, vectors, rng)
    else:
        index = InvertedIndex.of_lists(keys[known], vectors[known], lists[known], rng)
        index.add(keys[~known], vectors[~known])
    if not known.all() and isinstance(index, InvertedIndex):
        cache.keep_lists(name, texts, index.lists)
    return index
