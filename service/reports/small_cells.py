"""Small counts are not shown, nor can they be worked out from what is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Which counts of one group, whose total may be known, can be shown.

    Attributes
    ----------
    cells : (n,) bool
        True where a count may be shown.
    total : bool
        Whether the total of the group may be shown.
    """

    cells: NDArray[np.bool_]
    total: bool


def protect(counts: NDArray[np.float64], k: int) -> Shown:
    """Say which counts of a group may be shown.

    Parameters
    ----------
    counts : (n,) float
        Counts, 0 or more.
    k : int
        A smaller count is not shown; 0 shows everything.

    Returns
    -------
    Shown

    Notes
    -----
    Counts below k are left out. If the total minus the counts shown would give away a single count, or
    a rest below k, the smallest count that is still shown is left out too, until it does not; if that
    does not help, the total is left out. All that is left out looks the same.

    References
    ----------
    L. Willenborg and T. de Waal (2001), "Elements of Statistical Disclosure Control": primary and
    secondary cell suppression.
    """
    shown = counts >= k
    while not shown.all() and _gives_away(counts[~shown], k) and shown.any():
        shown[np.flatnonzero(shown)[np.argmin(counts[shown])]] = False
    return Shown(shown, bool(shown.all()) or not _gives_away(counts[~shown], k))


def _gives_away(hidden: NDArray[np.float64], k: int) -> bool:
    return len(hidden) == 1 or float(hidden.sum()) < k
