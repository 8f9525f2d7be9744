"""Link predictors everybody knows, as the measure that a recommender has to pass.

Each function takes the training adjacency (symmetric, 0/1, ``(n_people, n_people)`` CSR) and gives a
:data:`Scorer`: a function from some people, ``(n_rows,) int``, to their scores of everybody,
``(n_rows, n_people) float``, larger is better. Nothing of size ``n_people x n_people`` is ever dense, whatever the
number of people. Scores of the person themselves and of people they have met mean nothing; the protocol masks them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from graph.measures.adjacency import Csr, FloatArray, IntArray, degrees, reciprocal
from recommend.evaluation.ranking import Scorer, random_ranks


def popularity(adjacency: Csr) -> Scorer:
    """Score everybody by their number of ties, the same for all who ask."""
    degree = degrees(adjacency)
    return lambda rows: np.broadcast_to(degree, (len(rows), len(degree))).copy()


def common_neighbours(adjacency: Csr) -> Scorer:
    """Score by the number of common neighbours (Liben-Nowell and Kleinberg, 2003, The link prediction problem)."""
    return _weighted_two_step(adjacency, np.ones(adjacency.shape[0]))


def adamic_adar(adjacency: Csr) -> Scorer:
    """Score by common neighbours, each weighing 1 / log(degree) (Adamic and Adar, 2003, Friends and neighbors)."""
    return _weighted_two_step(adjacency, reciprocal(np.log(np.maximum(degrees(adjacency), 1.0))))


def resource_allocation(adjacency: Csr) -> Scorer:
    """Score by common neighbours, each weighing 1 / degree (Zhou, Lü and Zhang, 2009, Predicting missing links)."""
    return _weighted_two_step(adjacency, reciprocal(degrees(adjacency)))


def local_path(adjacency: Csr, *, epsilon: float = 0.01) -> Scorer:
    """Score by walks of two and three steps (Lü, Jin and Zhou, 2009, Similarity index based on local paths).

    Parameters
    ----------
    adjacency : csr_array
        Training ties.
    epsilon : float
        Weight of a walk of three steps against one of two, > 0.

    Returns
    -------
    Scorer
        The entries of A^2 + epsilon A^3.
    """

    def score(rows: IntArray) -> FloatArray:
        two = adjacency[rows] @ adjacency
        return _dense(two + epsilon * (two @ adjacency))

    return score


def katz(adjacency: Csr, *, damping: float = 0.5, n_steps: int = 8) -> Scorer:
    """Score by walks of all lengths, a walk of length l weighing beta^l (Katz, 1953, A new status index).

    Parameters
    ----------
    adjacency : csr_array
        Training ties.
    damping : float
        beta as a share of its bound 1 / the spectral radius, in (0, 1).
    n_steps : int
        Longest walk counted, >= 1: the rest weighs at most ``damping ** n_steps``.

    Returns
    -------
    Scorer
    """
    n_people = adjacency.shape[0]
    radius = svds(adjacency, k=1, v0=np.ones(n_people), return_singular_vectors=False)
    beta = damping / float(radius[0])

    def score(rows: IntArray) -> FloatArray:
        walks = beta * _dense(adjacency[rows])
        total = walks.copy()
        for _ in range(n_steps - 1):
            walks = beta * _times(walks, adjacency)
            total += walks
        return total

    return score


def personalised_pagerank(adjacency: Csr, *, restart: float = 0.5, n_steps: int = 12) -> Scorer:
    """Score by where a walk from the person is found (Page, Brin, Motwani and Winograd, 1999, PageRank).

    Parameters
    ----------
    adjacency : csr_array
        Training ties.
    restart : float
        Chance to jump back to the start at each step, in (0, 1).
    n_steps : int
        Power steps, >= 1.

    Returns
    -------
    Scorer
    """
    degree = degrees(adjacency)
    step = (sparse.diags_array(reciprocal(degree)) @ adjacency).tocsr()

    def score(rows: IntArray) -> FloatArray:
        place = np.zeros((len(rows), len(degree)))
        place[np.arange(len(rows)), rows] = 1.0
        start = np.arange(len(rows)), rows
        for _ in range(n_steps):
            place = (1.0 - restart) * _times(place, step)
            place[start] += restart
        return place

    return score


def truncated_svd(adjacency: Csr, *, rank: int = 64, rng: np.random.Generator) -> Scorer:
    """Score by the best approximation of the adjacency of low rank.

    Parameters
    ----------
    adjacency : csr_array
        Training ties.
    rank : int
        Number of singular vectors, >= 1; at most one less than the number of people is used.
    rng : numpy.random.Generator
        Gives the start vector of the solver.

    Returns
    -------
    Scorer
    """
    n_people = adjacency.shape[0]
    left, values, right = svds(adjacency, k=min(rank, n_people - 1), v0=rng.standard_normal(n_people))
    return lambda rows: np.asarray((left[rows] * values) @ right, dtype=np.float64)


def rank_fusion(scorers: Sequence[Scorer], adjacency: Csr, *, rng: np.random.Generator, offset: float = 60.0) -> Scorer:
    """Score by the sum of 1 / (offset + rank) over several scorers.

    Parameters
    ----------
    scorers : sequence of Scorer
        What is fused.
    adjacency : csr_array
        Training ties; ranks are among the people whom a person has not met.
    rng : numpy.random.Generator
        Orders equal scores inside every scorer: in file order they would leak what the file is sorted by.
    offset : float
        The larger, the less the first ranks count, >= 0.

    Returns
    -------
    Scorer

    References
    ----------
    Cormack, Clarke and Büttcher (2009), Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods.
    """

    def score(rows: IntArray) -> FloatArray:
        unmet = _dense(adjacency[rows]) == 0
        unmet[np.arange(len(rows)), rows] = False
        total = np.zeros(unmet.shape)
        for scorer in scorers:
            total += 1.0 / (offset + random_ranks(scorer(rows), unmet, rng))
        return total

    return score


def standard_baselines(adjacency: Csr, rng: np.random.Generator) -> Mapping[str, Scorer]:
    """Give the baselines of the fixed protocol under the names of its table.

    Parameters
    ----------
    adjacency : csr_array
        Training ties.
    rng : numpy.random.Generator
        For the solver of the SVD and for ties inside the fusion.

    Returns
    -------
    mapping of str to Scorer
        In the order of the table. The fusion is of resource allocation, local paths, PageRank and SVD.
    """
    single: dict[str, Scorer] = {
        "popularity": popularity(adjacency),
        "common neighbours": common_neighbours(adjacency),
        "Adamic-Adar": adamic_adar(adjacency),
        "resource allocation": resource_allocation(adjacency),
        "A^3 path": local_path(adjacency),
        "Katz": katz(adjacency),
        "personalised PageRank": personalised_pagerank(adjacency),
        "truncated SVD": truncated_svd(adjacency, rng=rng),
    }
    fused = ("resource allocation", "A^3 path", "personalised PageRank", "truncated SVD")
    return single | {"rank fusion": rank_fusion([single[name] for name in fused], adjacency, rng=rng)}


def _dense(matrix: Csr) -> FloatArray:
    return np.asarray(matrix.toarray(), dtype=np.float64)


def _times(block: FloatArray, matrix: Csr) -> FloatArray:
    return np.asarray(block @ matrix, dtype=np.float64)


def _weighted_two_step(adjacency: Csr, weight: FloatArray) -> Scorer:
    weighted = (sparse.diags_array(weight) @ adjacency).tocsr()
    return lambda rows: _dense(adjacency[rows] @ weighted)
