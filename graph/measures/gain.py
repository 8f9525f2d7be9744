"""Gain of one added tie: for the reach of the whole network, and for pairs of communities with too few ties."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from scipy import sparse

from graph.errors import Refused
from graph.measures.adjacency import Csr, FloatArray, IntArray, degrees, reciprocal
from graph.measures.kirchhoff import KirchhoffGain
from graph.measures.sketched import SketchedGain

StructuralGain: TypeAlias = "KirchhoffGain | SketchedGain"


def structural_gain(
    adjacency: Csr, *, rng: np.random.Generator, exact_below: int = 5_000, n_probes: int = 64
) -> StructuralGain:
    """Choose how gains are computed, by the size of the network.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0.
    rng : numpy.random.Generator
        Draws the probes of a large network.
    exact_below : int
        People up to which gains are exact.
    n_probes : int
        Random vectors above that.

    Returns
    -------
    KirchhoffGain or SketchedGain
        The same methods ``rows``, ``gain`` and ``add``, and the same ``index``.
    """
    if adjacency.shape[0] <= exact_below:
        return KirchhoffGain(adjacency)
    return SketchedGain(adjacency, rng=rng, n_probes=n_probes)


def pair_relief(relief: FloatArray, membership: Csr, people: IntArray) -> FloatArray:
    """Give how much a tie of two people helps pairs of communities that have too few.

    Parameters
    ----------
    relief : (n_communities, n_communities) float
        How far each pair of communities is below expectation, in [0, 1); see
        :attr:`graph.measures.mixing.Mixing.relief`.
    membership : (n_people, n_communities) csr_array
        Positive where a person belongs to a community.
    people : (block,) int
        One end.

    Returns
    -------
    (block, n_people) float
        The mean over the pairs of their communities, in [0, 1); 0 where one has no community.

    Raises
    ------
    Refused
        When the two do not speak of the same communities.
    """
    if relief.shape != (membership.shape[1],) * 2:
        raise Refused(f"relief: got shape {relief.shape}, expected {(membership.shape[1],) * 2}")
    belongs: Csr = membership.tocsr(copy=True).astype(np.float64)
    belongs.eliminate_zeros()
    belongs.data[:] = 1.0
    share: Csr = (sparse.diags_array(reciprocal(degrees(belongs))) @ belongs).tocsr()
    return np.asarray((share @ (share[people] @ relief).T).T, dtype=np.float64)
