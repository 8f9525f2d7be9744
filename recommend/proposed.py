"""Pairs who were proposed to each other already, by the introductions on record that the viewer may see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.introductions import Introductions, State, introductions_of, oldest_awaited
from graph.view import View


def proposed_of(view: View, number_of_row: NDArray[np.int64], n: int) -> sparse.csr_array | None:
    """Give who is not to be proposed to whom again.

    Parameters
    ----------
    view : View
        What the viewer may see: introductions on record are the operator's.
    number_of_row : (n_nodes,) int
        Number of each row of the node table, -1 for those who are not numbered.
    n : int
        How many are numbered.

    Returns
    -------
    csr_array (n, n) of 0/1, symmetric, or None
        Pairs of whom an introduction waits for an answer, or was agreed to, or was declined but not for lack of time;
        None where there are none. What nobody answered in 14 days, or was taken back, may be proposed again.
    """
    told = introductions_of(view)
    ends = number_of_row[np.stack([told.person, told.partner], axis=1)][_stands(told, view)].reshape(-1, 2)
    ends = ends[(ends >= 0).all(axis=1)]
    if not len(ends):
        return None
    there, back = ends.T, ends.T[::-1]
    out = sparse.csr_array((np.ones(2 * len(ends)), np.concatenate([there, back], axis=1)), shape=(n, n))
    out.data[:] = 1.0  # the same two may be on record more than once
    return out


def _stands(told: Introductions, view: View) -> NDArray[np.bool_]:
    waits = told.open & (told.asked >= oldest_awaited(view.on))
    stands: NDArray[np.bool_] = waits | told.among(State.ACCEPTED) | told.refused
    return stands
