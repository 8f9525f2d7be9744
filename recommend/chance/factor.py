"""One factor of the chance that a tie forms, and how factors enter the sum of logarithms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from graph.measures.adjacency import Csr, FloatArray, IntArray

Block: TypeAlias = "Csr | FloatArray"


@dataclass(frozen=True, slots=True)
class Factor:
    """A score of everybody for each of some people.

    Attributes
    ----------
    name : str
        What it is called in reports and reasons.
    weight : float
        Exponent, >= 0, with which it enters the product.
    rows : callable
        From people, (block,) int, to values >= 0, (block, n_people), dense or sparse; the people themselves get 0.
    sparse : bool
        Whether the values are sparse, most of them 0.
    everybody : (n_people,) float, optional
        The values, where they are the same whoever asks (the people themselves get 0 all the same).
    """

    name: str
    weight: float
    rows: Callable[[IntArray], Block]
    sparse: bool = False
    everybody: FloatArray | None = None


def floor_of(factor: Factor, sample: IntArray, quantile: float) -> float:
    """Give what is added to a factor before its logarithm.

    Parameters
    ----------
    factor : Factor
        The factor.
    sample : (n_sample,) int
        People to look at.
    quantile : float
        In (0, 1).

    Returns
    -------
    float
        That quantile of the positive values, > 0; 1 when there is none, which makes the factor a constant.
    """
    block = factor.rows(sample)
    values = np.asarray(block.data if sparse.issparse(block) else block, dtype=np.float64).ravel()
    positive = values[values > 0]
    return float(np.quantile(positive, quantile)) if len(positive) else 1.0


def standing(factors: Iterable[Factor], floors: Iterable[float], n_people: int) -> FloatArray:
    """Give the part of the sum of logarithms that is the same whoever asks, (n_people,).

    Parameters
    ----------
    factors, floors
        The factors, and what is added to each; see :func:`floor_of`.
    n_people : int
        Number of people.

    Notes
    -----
    The floor's logarithm of a factor without values of its own for everybody: `add_logarithm` adds the rest.
    """
    total = np.zeros(n_people)
    for factor, floor in zip(factors, floors, strict=True):
        values = 0.0 if factor.everybody is None else factor.everybody
        total += factor.weight * np.log(values + floor)
    return total


def add_logarithm(total: FloatArray, factor: Factor, floor: float, people: IntArray) -> None:
    """Add ``weight * log(value + floor)`` above what `standing` counts, to a block in place.

    Parameters
    ----------
    total : (block, n_people) float
        Changed.
    factor : Factor
        The factor.
    floor : float
        See :func:`floor_of`.
    people : (block,) int
        Whose rows these are.
    """
    if factor.everybody is not None:
        total[np.arange(len(people)), people] += factor.weight * (
            np.log(floor) - np.log(factor.everybody[people] + floor)
        )
        return
    block = factor.rows(people)
    if not sparse.issparse(block):
        total += factor.weight * np.log1p(np.maximum(np.asarray(block), 0.0) / floor)
        return
    begins = np.arange(len(people)) * total.shape[1]
    at = np.repeat(begins, np.diff(block.indptr)) + block.indices
    total.reshape(-1)[at] += factor.weight * np.log1p(np.maximum(block.data, 0.0) / floor)  # a view: total is whole


def lift(factor: Factor, floor: float, people: IntArray) -> Csr:
    """Give ``weight * log(value + floor)`` above that of a value of 0, for a sparse factor.

    Returns
    -------
    (block, n_people) csr_array
        At least 0, stored where the value is.
    """
    block = sparse.csr_array(factor.rows(people))
    block.data = factor.weight * np.log1p(np.maximum(block.data, 0.0) / floor)
    return block


def dense(block: Block) -> FloatArray:
    """Give a block as a dense array of its own."""
    return np.asarray(block.toarray() if sparse.issparse(block) else block, dtype=np.float64)


def without_self(block: Block, people: IntArray) -> Block:
    """Give a block in which nobody scores themselves."""
    if sparse.issparse(block):
        rows = np.repeat(np.arange(len(people)), np.diff(block.indptr))
        block.data[block.indices == people[rows]] = 0.0
        return block
    block[np.arange(len(people)), people] = 0.0
    return block
