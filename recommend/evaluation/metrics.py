"""Metrics per person and their intervals: accuracy, diversity, exposure, and recall by distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.sparse import csgraph

from graph.measures.adjacency import BoolArray, Csr, FloatArray, IntArray
from recommend.evaluation.network import training_adjacency
from recommend.evaluation.protocol import Regime, Split
from recommend.evaluation.ranking import Lists

Distance: TypeAlias = Literal["2", "3", "4+", "none"]
DISTANCES: tuple[Distance, ...] = ("2", "3", "4+", "none")


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over people with its bootstrap interval.

    Attributes
    ----------
    value, low, high : float
        The mean, and the 2.5 % and 97.5 % quantiles over resamples of the people.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class PersonMetrics:
    """Accuracy of each person's list.

    Attributes
    ----------
    recall, precision, average_precision, ndcg : (n_lists,) float, in [0, 1]
        Share of the relevant partners that are listed; share of the k places that are relevant; mean over the
        relevant places of the precision up to there, divided by the smaller of k and the number relevant; discounted
        gain ``1 / log2(1 + place)`` against the best possible list.
    """

    recall: FloatArray
    precision: FloatArray
    average_precision: FloatArray
    ndcg: FloatArray


def hits(lists: Lists, partners: Csr) -> BoolArray:
    """Give which places of the lists are relevant.

    Parameters
    ----------
    lists : Lists
        The lists.
    partners : (n_people, n_people) csr_array
        Relevant partners, not zero where relevant.

    Returns
    -------
    (n_lists, k) bool
    """
    n_people = partners.shape[0]
    owner = np.repeat(np.arange(n_people), np.diff(partners.indptr))
    relevant = owner * n_people + partners.indices
    listed = lists.people[:, None] * n_people + lists.partners
    return np.isin(listed, relevant) & (lists.partners >= 0)


def person_metrics(lists: Lists, partners: Csr) -> PersonMetrics:
    """Measure each list against the relevant partners of its person.

    Parameters
    ----------
    lists : Lists
        The lists; every person has at least one relevant partner.
    partners : (n_people, n_people) csr_array
        Relevant partners.

    Returns
    -------
    PersonMetrics
        At the length of the lists.
    """
    hit = hits(lists, partners)
    k = hit.shape[1]
    n_relevant = np.diff(partners.indptr)[lists.people]
    places = np.arange(1, k + 1)
    best = np.minimum(n_relevant, k)
    precision_at = np.cumsum(hit, axis=1) / places
    discount = 1.0 / np.log2(1.0 + places)
    return PersonMetrics(
        recall=hit.sum(axis=1) / n_relevant,
        precision=hit.sum(axis=1) / k,
        average_precision=(precision_at * hit).sum(axis=1) / best,
        ndcg=(hit * discount).sum(axis=1) / np.cumsum(discount)[best - 1],
    )


def intent_aware_err(lists: Lists, partners: Csr, ties: Csr, membership: Csr) -> FloatArray:
    """Give ERR-IA of each list: hits count less when their community was already served higher up.

    Parameters
    ----------
    lists : Lists
        The lists.
    partners : (n_people, n_people) csr_array
        Relevant partners.
    ties : (n_people, n_people) csr_array
        Training ties; with the relevant ones they give how much a person cares for a community.
    membership : (n_people, n_communities) csr_array
        Communities as the intents.

    Returns
    -------
    (n_lists,) float, in [0, 1]

    References
    ----------
    Chapelle, Ji, Liao, Velipasaoglu, Lai and Wu (2011), Intent-based diversification of web search results: metrics
    and algorithms. Communities as intents and P(relevant) = 1/2: Sanz-Cruzado and Castells (2018), Enhancing
    structural diversity in social networks by recommending weak ties.
    """
    hit = hits(lists, partners)
    care = ((ties + partners)[lists.people] @ membership).tocsr()
    total = np.asarray(care.sum(axis=1), dtype=np.float64)
    result = np.zeros(len(lists.people))
    for i in np.flatnonzero(hit.any(axis=1) & (total > 0)).tolist():
        share = dict(zip(_row(care, i).tolist(), _values(care, i).tolist(), strict=True))
        unserved: dict[int, float] = {}
        for place in np.flatnonzero(hit[i]):
            for community in _row(membership, lists.partners[i, place]).tolist():
                left = unserved.get(community, 1.0)
                result[i] += share[community] / total[i] * 0.5 * left / (place + 1)
                unserved[community] = 0.5 * left
    return result


def gini(values: FloatArray, n: int | None = None) -> float:
    """Give the Gini index of a distribution.

    Parameters
    ----------
    values : (n_values,) float, >= 0
        Amounts; when `n` is larger, the remaining amounts are 0.
    n : int, optional
        Number of amounts, by default the number of values.

    Returns
    -------
    float, in [0, 1]
        0 when all are equal, 1 when one has everything: ``sum_i (2 i - n - 1) x_i / ((n - 1) sum x)``, ascending.
    """
    n = len(values) if n is None else n
    total = float(np.sum(values))
    if n < 2 or total == 0.0:
        return 0.0
    places = np.arange(n - len(values) + 1, n + 1)
    return float(np.sum((2 * places - n - 1) * np.sort(values)) / ((n - 1) * total))


def exposure_gini(lists: Lists, known: BoolArray) -> float:
    """Give how unevenly people are recommended.

    Parameters
    ----------
    lists : Lists
        The lists.
    known : (n_people,) bool
        Who could have been recommended.

    Returns
    -------
    float, in [0, 1]
        Gini index over the known people of how often each is listed.
    """
    shown = lists.partners[lists.partners >= 0]
    return gini(np.bincount(shown, minlength=len(known))[known].astype(np.float64))


def truth_distances(split: Split) -> IntArray:
    """Give the distance in training of every held-out pair.

    Parameters
    ----------
    split : Split
        The split.

    Returns
    -------
    (n_ties,) int
        Place in :data:`DISTANCES`: two steps, three, four or more, not connected.
    """
    ties, u, v = training_adjacency(split.training), split.truth.u, split.truth.v
    _, component = csgraph.connected_components(ties, directed=False)
    distance = np.where(component[u] == component[v], 2, 3)
    two = np.asarray(ties[u].multiply(ties[v]).sum(axis=1)) > 0
    size = 4096  # the rows of A^2 of that many people at a time
    for start in range(0, len(u), size):
        pairs = slice(start, start + size)
        three = np.asarray((ties[u[pairs]] @ ties).multiply(ties[v[pairs]]).sum(axis=1)) > 0
        distance[pairs] = np.where(three, 1, distance[pairs])
    return np.where(two, 0, distance)


def recall_by_distance(
    split: Split, regime: Regime, lists: Lists, distances: IntArray
) -> dict[Distance, tuple[float, int]]:
    """Give recall over the relevant partners at each distance.

    Parameters
    ----------
    split : Split
        The split.
    regime : Regime
        Which held-out ties count.
    lists : Lists
        The lists.
    distances : (n_ties,) int
        From :func:`truth_distances`.

    Returns
    -------
    dict of Distance to (float, int)
        Mean over the people with a relevant partner at that distance, and how many people these are (the mean is 0
        for none).
    """
    n_people = split.training.n_people
    chosen = split.truth.relevant(regime)
    u, v, d = split.truth.u[chosen], split.truth.v[chosen], distances[chosen]
    person, partner, bucket = np.concatenate([u, v]), np.concatenate([v, u]), np.concatenate([d, d])
    listed = (lists.people[:, None] * n_people + lists.partners)[lists.partners >= 0]
    found = np.isin(person * n_people + partner, listed)
    asked = np.isin(person, lists.people)
    result: dict[Distance, tuple[float, int]] = {}
    for i, name in enumerate(DISTANCES):
        here = asked & (bucket == i)
        relevant = np.bincount(person[here], minlength=n_people)
        hit = np.bincount(person[here & found], minlength=n_people)
        have = relevant > 0
        result[name] = (float(np.mean(hit[have] / relevant[have])) if have.any() else 0.0, int(have.sum()))
    return result


class Bootstrap:
    """Resamples of people, drawn once and used for every mean over the same people: differences are then paired.

    Parameters
    ----------
    n_people : int
        People whom the means are over.
    rng : numpy.random.Generator
        Draws the resamples.
    n_resamples : int
        Number of resamples.
    """

    def __init__(self, n_people: int, rng: np.random.Generator, n_resamples: int = 2000) -> None:
        chance = np.full(n_people, 1.0 / max(n_people, 1))
        drawn = rng.multinomial(n_people, chance, size=n_resamples) if n_people else np.empty((0, 0))
        self._share = (drawn / max(n_people, 1)).astype(np.float32)

    def interval(self, values: FloatArray) -> Interval:
        """Give a mean and its 95 % interval.

        Parameters
        ----------
        values : (n_people,) float
            One value per person, or the difference of two methods for the same person.

        Returns
        -------
        Interval
            Zeros for no people.
        """
        if not len(values):
            return Interval(0.0, 0.0, 0.0)
        low, high = np.quantile(self._share @ values.astype(np.float32), [0.025, 0.975])
        return Interval(float(values.mean()), float(low), float(high))


def _row(matrix: Csr, i: int) -> IntArray:
    return np.asarray(matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]], dtype=np.int64)


def _values(matrix: Csr, i: int) -> FloatArray:
    return np.asarray(matrix.data[matrix.indptr[i] : matrix.indptr[i + 1]], dtype=np.float64)
