"""How communities mix: ties of every two of them, against what their numbers of ties would let expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.errors import Refused
from graph.measures.adjacency import BoolArray, Csr, FloatArray, checked, degrees, reciprocal


@dataclass(frozen=True, slots=True, eq=False)
class Mixing:
    """Ties of every two communities.

    Attributes
    ----------
    ties : (n_communities, n_communities) float
        Ties between two communities, inside one on the diagonal; symmetric. A tie of people in several communities
        is shared out evenly over the pairs of their communities, so that the upper triangle with the diagonal adds
        up to all ties of people who have a community.
    expected : (n_communities, n_communities) float
        The same if the same people had the same numbers of ties with anybody; same total.
    """

    ties: FloatArray
    expected: FloatArray

    @property
    def ratio(self) -> FloatArray:
        """Ties over expected ties, >= 0; 1 where none are expected and there is nothing to compare."""
        return np.divide(self.ties, self.expected, out=np.ones_like(self.ties), where=self.expected > 0)

    @property
    def relief(self) -> FloatArray:
        """How far a pair of communities is below expectation: (n_communities, n_communities) float in [0, 1).

        Notes
        -----
        ``max(0, expected - ties) / (expected + 1)``: 0 where there are as many ties as expected or more, near 1 where
        many are expected and there are none. One tie is added to the denominator since a pair of small communities
        of which half a tie is expected has none more often than not, which is no gap. The diagonal is 0.
        """
        relief = np.maximum(self.expected - self.ties, 0.0) / (self.expected + 1.0)
        np.fill_diagonal(relief, 0.0)
        return relief


@dataclass(frozen=True, slots=True, eq=False)
class EiIndex:
    """External against internal ties; every index is (external - internal) / (external + internal).

    Attributes
    ----------
    network : float
        Over all ties, in [-1, 1]: -1 all inside communities, 1 all across.
    communities : (n_communities,) float
        Over the ties with an end in each community, internal when both ends are in it.
    people : (n_people,) float
        Over each person's ties, internal when the two share a community; 0 for somebody without ties.
    """

    network: float
    communities: FloatArray
    people: FloatArray


def community_mixing(adjacency: Csr, membership: Csr) -> Mixing:
    """Count the ties between communities, with what their sizes and activity would let expect.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.
    membership : (n_people, n_communities) csr_array
        Positive where a person belongs to a community; several per person allowed. Ties of people without any are
        left out.

    Returns
    -------
    Mixing

    Raises
    ------
    Refused
        When the matrices do not fit.

    Notes
    -----
    Expected ties of two people are in proportion to the product of their numbers of ties, nobody with themselves,
    scaled to the number of ties there are: the degree-preserving baseline of Chung and Lu (2002, *Connected components
    in random graphs with given expected degree sequences*), in closed form for every two communities. Where one person
    holds most ties it expects more than one tie of a pair; it is a yardstick, not a simulation.
    """
    matrix, belongs = checked(adjacency), _belongs(adjacency, membership)
    share: Csr = (sparse.diags_array(reciprocal(degrees(belongs))) @ belongs).tocsr()
    placed = sparse.diags_array((degrees(belongs) > 0).astype(np.float64))
    matrix = (placed @ matrix @ placed).tocsr()
    ties = _halved(np.asarray((share.T @ (matrix @ share)).toarray()))
    degree = degrees(matrix)
    stubs = np.asarray(share.T @ degree)
    own = np.asarray((share.T @ (sparse.diags_array(degree**2) @ share)).toarray())
    expected = _halved(np.outer(stubs, stubs) - own)
    pairs = (degree.sum() ** 2 - (degree**2).sum()) / 2.0
    if pairs <= 0:
        return Mixing(ties, np.zeros_like(ties))
    return Mixing(ties, np.maximum(expected, 0.0) * (degree.sum() / 2.0 / pairs))


def ei_index(adjacency: Csr, membership: Csr) -> EiIndex:
    """Give the E-I index of the network, of each community and of each person.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.
    membership : (n_people, n_communities) csr_array
        Positive where a person belongs to a community. A tie is internal when its ends share any.

    Returns
    -------
    EiIndex

    Raises
    ------
    Refused
        When the matrices do not fit.

    References
    ----------
    Krackhardt and Stern (1988), *Informal networks and organizational crises: an experimental simulation*; extended
    here to communities that overlap.
    """
    matrix, belongs = checked(adjacency), _belongs(adjacency, membership)
    shared = _sharing(matrix, belongs)
    inside = matrix.copy()
    inside.data[~shared] = 0.0
    person_in, person_all = degrees(inside), degrees(matrix)
    within = np.asarray((belongs * (matrix @ belongs)).sum(axis=0), dtype=np.float64) / 2.0
    touching = np.asarray(belongs.T @ person_all, dtype=np.float64) - within
    return EiIndex(
        network=float(_index(person_in.sum(keepdims=True), person_all.sum(keepdims=True))[0]),
        communities=_index(within, touching),
        people=_index(person_in, person_all),
    )


def _index(internal: FloatArray, total: FloatArray) -> FloatArray:
    return np.where(total > 0, 1.0 - 2.0 * internal * reciprocal(total), 0.0)


def _halved(matrix: FloatArray) -> FloatArray:
    """Give a matrix of counts over ordered pairs as one over ties: inside a community each was counted twice."""
    halved = matrix.copy()
    np.fill_diagonal(halved, np.diag(matrix) / 2.0)
    return halved


def _sharing(matrix: Csr, belongs: Csr) -> BoolArray:
    """Find the stored ties whose ends share a community: (nnz,) bool."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    shared = np.zeros(matrix.nnz, dtype=np.bool_)
    for first in range(0, matrix.nnz, 1_000_000):
        part = slice(first, first + 1_000_000)
        both = belongs[rows[part]] * belongs[matrix.indices[part]]
        shared[part] = np.asarray(both.sum(axis=1)) > 0
    return shared


def _belongs(adjacency: Csr, membership: Csr) -> Csr:
    if membership.ndim != 2 or membership.shape[0] != adjacency.shape[0]:
        raise Refused(f"membership: got shape {membership.shape}, expected {adjacency.shape[0]} rows, one per person")
    if not np.isfinite(membership.data).all() or (membership.data < 0).any():
        raise Refused("membership: got a negative, infinite or undefined entry, expected 1 for every membership")
    belongs: Csr = membership.tocsr(copy=True).astype(np.float64)
    belongs.sum_duplicates()
    belongs.eliminate_zeros()
    belongs.data[:] = 1.0
    return belongs
