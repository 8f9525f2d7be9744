"""What recommendations would do to a network as a whole: the structural metrics of contact recommendation.

The vocabulary is that of Sanz-Cruzado and Castells (2018), Enhancing structural diversity in social networks by
recommending weak ties, for undirected networks: pairs of communities are unordered, and a tie counts once. Every
metric but the number of weak ties is a complement, so larger is always the more open network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.measures.adjacency import Csr, FloatArray, IntArray, degrees
from graph.measures.communities import modularity
from recommend.evaluation.metrics import gini
from recommend.evaluation.network import adjacency
from recommend.evaluation.ranking import Lists


@dataclass(frozen=True, slots=True)
class Structure:
    """Structural metrics of one network.

    Attributes
    ----------
    weak_ties : int
        Ties between two communities.
    modularity_complement : float
        ``(1 - modularity) / 2``, in [0, 1].
    inter_edge_gini_complement : float
        Evenness of the ties over the pairs of different communities, in [0, 1].
    semi_edge_gini_complement : float
        The same with all ties inside communities as one more class.
    complete_edge_gini_complement : float
        The same with the ties inside each community as a class of its own.
    degree_gini_complement : float
        Evenness of the number of ties over people, in [0, 1].
    clustering_complement : float
        Share of the paths of two ties that are not closed by a third, in [0, 1].
    """

    weak_ties: int
    modularity_complement: float
    inter_edge_gini_complement: float
    semi_edge_gini_complement: float
    complete_edge_gini_complement: float
    degree_gini_complement: float
    clustering_complement: float


def structure(ties: Csr, community: IntArray) -> Structure:
    """Measure a network.

    Parameters
    ----------
    ties : (n_people, n_people) csr_array
        Symmetric, 0/1.
    community : (n_people,) int
        One community per person, -1 for none; ties of people without one count in the degree and clustering
        metrics alone.

    Returns
    -------
    Structure
    """
    inter, inner, n_communities = community_ties(ties, community)
    n_pairs = n_communities * (n_communities - 1) // 2
    degree = degrees(ties)
    return Structure(
        weak_ties=int(inter.sum()),
        modularity_complement=(1.0 - declared_modularity(ties, community)) / 2.0,
        inter_edge_gini_complement=1.0 - gini(inter, n_pairs),
        semi_edge_gini_complement=1.0 - gini(np.append(inter, inner.sum()), n_pairs + 1),
        complete_edge_gini_complement=1.0 - gini(np.concatenate([inter, inner]), n_pairs + n_communities),
        degree_gini_complement=1.0 - gini(degree),
        clustering_complement=1.0 - clustering(ties),
    )


def with_lists(ties: Csr, lists: Lists) -> Csr:
    """Add every recommended pair to a network.

    Parameters
    ----------
    ties : (n_people, n_people) csr_array
        Symmetric, 0/1.
    lists : Lists
        Lists over the same people.

    Returns
    -------
    (n_people, n_people) csr_array
        Symmetric, 0/1.
    """
    listed = lists.partners >= 0
    person = np.broadcast_to(lists.people[:, None], listed.shape)[listed]
    return with_pairs(ties, np.column_stack([person, lists.partners[listed]]))


def with_pairs(ties: Csr, pairs: IntArray) -> Csr:
    """Add pairs, ``(n_pairs, 2) int``, to a network; see :func:`with_lists`."""
    u, v = _ends(ties)
    return adjacency(np.append(u, pairs[:, 0]), np.append(v, pairs[:, 1]), ties.shape[0])


def community_ties(ties: Csr, community: IntArray) -> tuple[FloatArray, FloatArray, int]:
    """Count ties between and inside communities.

    Parameters
    ----------
    ties, community
        See :func:`structure`.

    Returns
    -------
    inter : (n_found,) float
        Ties of each pair of different communities that has any.
    inner : (n_communities,) float
        Ties inside each community.
    n_communities : int
        Communities that have a person.
    """
    labels, code = np.unique(community, return_inverse=True)
    n, code = (len(labels) - 1, code - 1) if len(labels) and labels[0] < 0 else (len(labels), code)
    u, v = _ends(ties)
    declared = (code[u] >= 0) & (code[v] >= 0)
    a, b = code[u[declared]], code[v[declared]]
    inner = np.bincount(a[a == b], minlength=n).astype(np.float64)
    low, high = np.minimum(a, b)[a != b], np.maximum(a, b)[a != b]
    _, inter = np.unique(low * max(n, 1) + high, return_counts=True)
    return inter.astype(np.float64), inner, n


def declared_modularity(ties: Csr, community: IntArray) -> float:
    """Give the modularity of the network of the people who have a community; see :func:`structure`."""
    people = np.flatnonzero(community >= 0)
    return modularity(ties[people][:, people], community[people])


def clustering(ties: Csr) -> float:
    """Give the share of paths of two ties that a third closes (transitivity), in [0, 1]; 0 where there is no path."""
    degree = degrees(ties)
    paths = float(np.sum(degree * (degree - 1.0)))
    closed = float((ties @ ties).multiply(ties).sum())
    return closed / paths if paths else 0.0


def _ends(ties: Csr) -> tuple[IntArray, IntArray]:
    """Give each tie once, as (u, v) with u < v."""
    u = np.repeat(np.arange(ties.shape[0]), np.diff(ties.indptr))
    v = ties.indices.astype(np.int64)
    return u[u < v], v[u < v]
