"""Sorting vectors into lists by their nearest centre, so that a search reads few of them."""

from __future__ import annotations

from typing import Final

import numpy as np

from embeddings.index.base import IntArray
from embeddings.index.scan import scan
from embeddings.similarity import FloatArray, unit_rows

_ROUNDS: Final = 6
_LEARNT_FROM: Final = 40
"""Vectors a centre from which centres are learnt; more take time and move them little."""
_BLOCK: Final = 4_096
_ASKED: Final = 1_024
_NEIGHBOURS: Final = 20


def learnt_centres(vectors: FloatArray, n_centres: int, rng: np.random.Generator) -> FloatArray:
    """Learn centres by k-means on the sphere.

    Parameters
    ----------
    vectors : (n, d)
        At least one.
    n_centres : int
        Wanted, at least 1; there may be fewer.
    rng : Generator
        Draws the vectors that are learnt from and, of these, the first centres.

    Returns
    -------
    (c, d)
        Unit rows.

    References
    ----------
    I. S. Dhillon, D. S. Modha (2001), "Concept Decompositions for Large Sparse Text Data Using Clustering".
    """
    sample = vectors[np.sort(rng.permutation(len(vectors))[: n_centres * _LEARNT_FROM])]
    centres = unit_rows(sample[np.sort(rng.permutation(len(sample))[:n_centres])])
    for _ in range(_ROUNDS):
        _, centres = means(sample, nearest_centre(sample, centres))
    return centres


def nearest_centre(vectors: FloatArray, centres: FloatArray) -> IntArray:
    """Give the number of the nearest centre of each vector, (n,)."""
    out = np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), _BLOCK):
        part = slice(start, start + _BLOCK)
        out[part] = np.argmax(vectors[part] @ centres.T, axis=1)
    return out


def means(vectors: FloatArray, lists: IntArray) -> tuple[IntArray, FloatArray]:
    """Give the lists that have a member, and the mean of their members as unit rows.

    Parameters
    ----------
    vectors : (n, d)
        Members.
    lists : (n,) int
        List of each.

    Returns
    -------
    (c,) int, (c, d)
        Lists ascending.
    """
    order = np.argsort(lists, kind="stable")
    there, first = np.unique(lists[order], return_index=True)
    total = np.empty((len(there), vectors.shape[1]), dtype=np.float32)
    for number, (start, stop) in enumerate(zip(first, np.append(first, len(order))[1:], strict=True)):
        total[number] = vectors[order[start:stop]].sum(axis=0)
    return there, unit_rows(total)


def needed_visits(
    vectors: FloatArray, lists: IntArray, centres: FloatArray, recall: float, rng: np.random.Generator
) -> int:
    """Say how many of the nearest lists have to be read to find the nearest vectors.

    Parameters
    ----------
    vectors : (n, d)
        Members.
    lists : (n,) int
        List of each, a row of `centres`.
    centres : (c, d)
        Unit rows.
    recall : float
        Share of the twenty nearest that is to be found on average, in (0, 1].
    rng : Generator
        Draws the members that are asked for theirs.

    Returns
    -------
    int
        From 1 to c.
    """
    asked = vectors[np.sort(rng.permutation(len(vectors))[:_ASKED])]
    # A vector finds itself at once, which would say too much of the others.
    nearest = scan(asked, vectors, _NEIGHBOURS + 1)[0][:, 1:]
    nearness = asked @ centres.T
    of_neighbour = np.take_along_axis(nearness, lists[nearest], axis=1)
    before = np.stack([(nearness > column[:, None]).sum(axis=1) for column in of_neighbour.T], axis=1)
    found = before[nearest >= 0]
    return int(np.quantile(found, recall, method="higher")) + 1 if len(found) else 1
