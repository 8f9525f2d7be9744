"""What a tie would do for the whole network: leaning to other communities, and relief where ties are few."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommend.config import RecommendConfig
from recommend.people import IntArray, People

FloatArray = NDArray[np.float64]


class BridgeFactor:
    """How much an introduction leads out of one's own communities.

    Everybody has a mixture over communities, half of it where they are at home, half of it the share of the
    person's ties that lead into each. Two people meet inside one community with probability p_same, the
    product of their mixtures; the factor is (1 - p_same + epsilon) to a power, so that an unrestricted
    list leans to other communities without forbidding the own one.

    Parameters
    ----------
    people : People
        Who may be introduced.
    weights : csr_array (n, n), symmetric, at least 0
        Strength of the ties among them, newer ties stronger.
    """

    def __init__(self, people: People, weights: sparse.csr_array, config: RecommendConfig) -> None:
        self._config = config
        declared = _row_shares(people.homes)
        reached = _row_shares(sparse.csr_array(weights @ declared))
        has_both = (np.diff(declared.indptr) > 0) & (np.diff(reached.indptr) > 0)
        half = np.where(has_both, 0.5, 1.0)
        self.mixture = sparse.csr_array(sparse.diags_array(half) @ (declared + reached))
        self._of_community = sparse.csr_array(self.mixture.T)

    def under(self, config: RecommendConfig) -> Self:
        """Give the same factor with another power."""
        other = copy(self)
        other._config = config
        return other

    def log_factor(self, block: IntArray) -> FloatArray:
        """Give the logarithm of the factor, (b, n), finite: its largest for all whom no community may join."""
        together = (self.mixture[block] @ self._of_community).tocsr()
        factor = np.full(together.shape, self.most)
        rows = np.repeat(np.arange(len(block)), np.diff(together.indptr))
        factor[rows, together.indices] = self.logarithm(together.data)
        return factor

    def log_factor_of(self, people: IntArray, partners: IntArray) -> FloatArray:
        """Give the logarithm of the factor of pairs, (n_pairs,), finite."""
        both = self.mixture[people].multiply(self.mixture[partners])
        return self.logarithm(np.asarray(both.sum(axis=1), dtype=np.float64).ravel())

    def at_most(self, person: int, partners: IntArray) -> FloatArray:
        """Give a bound of the same for one person, (m,), quicker: by the main community of each partner alone."""
        mine, (start, stop) = np.zeros(self.mixture.shape[1]), self.mixture.indptr[person : person + 2]
        mine[self.mixture.indices[start:stop]] = self.mixture.data[start:stop]
        main, share = self._largest
        return self.logarithm(mine[main[partners]] * share[partners] if len(mine) else np.zeros(len(partners)))

    @cached_property
    def _largest(self) -> tuple[IntArray, FloatArray]:
        return _largest(self.mixture)

    @property
    def most(self) -> float:
        """The largest logarithm that the factor can have."""
        return float(self.logarithm(np.zeros(1))[0])

    def logarithm(self, same: FloatArray) -> FloatArray:
        """Give the logarithm of the factor for probabilities to meet inside one community."""
        logarithm: FloatArray = self._config.bridge_power * np.log(1.0 - same + self._config.bridge_epsilon)
        return logarithm


def _row_shares(matrix: sparse.csr_array) -> sparse.csr_array:
    """Scale rows to sum 1; empty rows stay empty."""
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, totals, out=np.zeros_like(totals, dtype=float), where=totals > 0)
    return sparse.csr_array(sparse.diags_array(scale) @ matrix)


def _largest(matrix: sparse.csr_array) -> tuple[IntArray, FloatArray]:
    """Give the column and the value of the largest entry of each row, (n,) each; 0 where a row is empty."""
    if not matrix.shape[1]:
        return np.zeros(matrix.shape[0], dtype=np.intp), np.zeros(matrix.shape[0])
    columns = np.asarray(matrix.argmax(axis=1)).ravel().astype(np.intp)
    return columns, np.asarray(matrix.max(axis=1).toarray(), dtype=np.float64).ravel()
