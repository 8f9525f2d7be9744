"""What every measure accepts and refuses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from graph.errors import Refused
from graph.measures.adjacency import checked, degrees, reciprocal, symmetric


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (np.ones((2, 3)), "as many rows as columns"),
        (np.array([[0.0, 1.0], [0.0, 0.0]]), "symmetric"),
        (np.array([[0.0, -1.0], [-1.0, 0.0]]), "negative"),
        (np.array([[0.0, np.nan], [np.nan, 0.0]]), "undefined"),
        (np.array([[0.0, np.inf], [np.inf, 0.0]]), "infinite"),
    ],
)
def test_a_matrix_that_is_no_network_is_refused(matrix: np.ndarray, said: str) -> None:
    with pytest.raises(Refused, match=said):
        checked(sparse.csr_array(matrix))


def test_the_diagonal_and_stored_zeros_are_no_ties_and_the_input_stays_as_it_was() -> None:
    matrix = sparse.csr_array((np.array([5.0, 2.0, 2.0, 0.0, 0.0]), ([0, 0, 1, 1, 2], [0, 1, 0, 2, 1])), shape=(3, 3))
    clean = checked(matrix)
    assert clean.nnz == 2
    assert degrees(clean).tolist() == [2.0, 2.0, 0.0]
    assert matrix.nnz == 5
    assert matrix.diagonal().tolist() == [5.0, 0.0, 0.0]


def test_weights_of_a_pair_given_twice_are_added() -> None:
    pairs = np.array([0, 1]), np.array([1, 0])
    assert symmetric(*pairs, np.array([1.0, 2.0]), 2).toarray().tolist() == [[0.0, 3.0], [3.0, 0.0]]
    assert reciprocal(np.array([0.0, 4.0])).tolist() == [0.0, 0.25]
