"""What one more tie does for the whole network: the Kirchhoff index, exactly.

The effective resistance of two people is small when many short ways lead from one to the other; the Kirchhoff index
is its sum over all pairs. The gain of a tie is how much it lowers the index.

Between people whom no way joins the resistance would be infinite, and so would every gain of a tie that joins two
parts of a network. Here such a pair counts with a fixed resistance instead, above any that a connected network of
that size can have (``n - 1`` for unit ties, the chain). The index is then finite for every network and falls with
every tie; a tie inside a part has the classical gain of that part; and a tie that joins parts of ``a`` and ``b`` people
gains about ``a * b * n``, in proportion to the pairs brought together and as a rule more than any tie inside. A
regularised Laplacian was not taken: with it, joining one person gains as much as joining two halves of the network.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import inv
from scipy.sparse.csgraph import connected_components

from graph.errors import WrongUse
from graph.measures.adjacency import Csr, FloatArray, IntArray, checked, degrees


class Parts:
    """Connected parts of a network that grow together.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Ties.

    Attributes
    ----------
    of : (n_people,) int
        Part of each person.
    size : (n_parts,) float
        People in each; 0 once a part has been joined to another.
    """

    def __init__(self, adjacency: Csr) -> None:
        self.of: IntArray = connected_components(adjacency, directed=False)[1].astype(np.int64)
        self.size: FloatArray = np.bincount(self.of, minlength=1).astype(np.float64)

    def join(self, u: int, v: int) -> None:
        """Make one part of those of two people."""
        kept, gone = self.of[u], self.of[v]
        self.size[kept] += self.size[gone]
        self.size[gone] = 0.0
        self.of[self.of == gone] = kept

    def contrast(self, u: int, v: int) -> FloatArray:
        """Give 1 / size on the part of u and -1 / size on the part of v: (n_people,)."""
        first, second = self.of == self.of[u], self.of == self.of[v]
        contrast = first / self.size[self.of[u]] - second / self.size[self.of[v]]
        return np.asarray(contrast, dtype=np.float64)

    def centred(self, values: FloatArray) -> FloatArray:
        """Give values, (n_people, k), less their mean over each part."""
        sums = np.zeros((len(self.size), values.shape[1]))
        np.add.at(sums, self.of, values)
        return values - (sums / np.maximum(self.size, 1.0)[:, None])[self.of]

    def total(self, values: FloatArray) -> FloatArray:
        """Give the sum of values, (n_people,), over each part."""
        return np.asarray(np.bincount(self.of, weights=values, minlength=len(self.size)), dtype=np.float64)

    def unreachable_pairs(self) -> float:
        """Give the number of pairs of people whom no way joins."""
        return float((self.size.sum() ** 2 - (self.size**2).sum()) / 2.0)


def unreachable_resistance(matrix: Csr, given: float | None) -> float:
    """Give the resistance that stands for no way at all.

    Parameters
    ----------
    matrix : (n_people, n_people) csr_array
        Weights > 0 of ties.
    given : float or None
        What the caller wants, > 0.

    Returns
    -------
    float
        What was given; else the number of people over the smallest weight of a tie, or over 1 when that is less.

    Raises
    ------
    WrongUse
        When what was given is not a finite number above 0.
    """
    if given is None:
        return matrix.shape[0] / min(1.0, float(matrix.data.min(initial=1.0)))
    if not 0 < given < np.inf:
        raise WrongUse(f"unreachable: got {given}, expected a finite resistance above 0")
    return given


class KirchhoffGain:
    """Exact gains of ties, for networks of a few thousand people.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0; a weight is a conductance.
    unreachable : float, optional
        Resistance of two people whom no way joins; `unreachable_resistance` by default.

    Notes
    -----
    Holds the pseudo-inverse ``P`` of the Laplacian, ``n_people^2`` numbers. With ``x = P (e_u - e_v)`` a tie of
    weight w inside a part of s people gains ``s w |x|^2 / (1 + w R_uv)``, and ``P`` loses
    ``w x x' / (1 + w R_uv)`` (Sherman and Morrison, 1950, *Adjustment of an inverse matrix*). A tie that joins two
    parts adds the sums of resistances through it, and ``P`` changes by the formula for a vector outside the range
    (Meyer, 1973, *Generalized inversion of modified matrices*).

    Examples
    --------
    >>> import numpy as np
    >>> from graph.measures.adjacency import symmetric
    >>> chain = symmetric(np.array([0, 1, 2]), np.array([1, 2, 3]), np.ones(3), 4)
    >>> gain = KirchhoffGain(chain)
    >>> round(gain.index, 6)
    10.0
    >>> round(gain.add(0, 3), 6)
    5.0
    >>> round(gain.index, 6)
    5.0
    """

    def __init__(self, adjacency: Csr, *, unreachable: float | None = None) -> None:
        matrix = checked(adjacency)
        self.unreachable = unreachable_resistance(matrix, unreachable)
        self._parts = Parts(matrix)
        self._inverse = _pseudo_inverse(matrix, self._parts)

    @property
    def index(self) -> float:
        """Sum of the resistances of all pairs."""
        inside = self._parts.size @ self._parts.total(np.diag(self._inverse))
        return float(inside + self.unreachable * self._parts.unreachable_pairs())

    def resistance(self, u: IntArray, v: IntArray) -> FloatArray:
        """Give the effective resistance of pairs: (n_pairs,) float, ``unreachable`` where no way joins them."""
        inverse = self._inverse
        inside = inverse[u, u] + inverse[v, v] - 2.0 * inverse[u, v]
        return np.where(self._parts.of[u] == self._parts.of[v], inside, self.unreachable)

    def rows(self, people: IntArray, *, weight: float = 1.0) -> FloatArray:
        """Give the gain of a tie of some people with everybody.

        Parameters
        ----------
        people : (block,) int
            One end.
        weight : float
            Weight of the new tie, > 0.

        Returns
        -------
        (block, n_people) float
            0 for the people themselves; >= 0 for a tie no weaker than the weakest there is.
        """
        inverse, parts = self._inverse, self._parts
        own, part, everybody = np.diag(inverse), parts.of[people], np.arange(len(inverse))
        resistance = own[people][:, None] + own - 2.0 * inverse[people]
        square = np.einsum("ij,ij->i", inverse, inverse)
        distance = square[people][:, None] + square - 2.0 * (inverse[people] @ inverse)
        inside = parts.size[part][:, None] * weight * distance / (1.0 + weight * resistance)
        joining = joining_gain(parts, own, people[:, None], everybody, self.unreachable - 1.0 / weight)
        gain = np.where(part[:, None] == parts.of, np.maximum(inside, 0.0), joining)
        gain[np.arange(len(people)), people] = 0.0
        return gain

    def gain(self, u: IntArray, v: IntArray, *, weight: float = 1.0) -> FloatArray:
        """Give the gain of a tie for given pairs of different people: (n_pairs,) float."""
        inverse, parts = self._inverse, self._parts
        own, resistance = np.diag(inverse), self.resistance(u, v)
        found = np.empty(len(u))
        for first in range(0, len(u), 256):
            part = slice(first, first + 256)
            reach = inverse[u[part]] - inverse[v[part]]
            found[part] = np.einsum("ij,ij->i", reach, reach)
        size = parts.size[parts.of]
        inside = size[u] * weight * found / (1.0 + weight * resistance)
        joining = joining_gain(parts, own, u, v, self.unreachable - 1.0 / weight)
        return np.where(parts.of[u] == parts.of[v], inside, joining)

    def add(self, u: int, v: int, *, weight: float = 1.0) -> float:
        """Add a tie; later gains are those of the network that has it.

        Parameters
        ----------
        u, v : int
            Two people.
        weight : float
            Weight of the tie, > 0.

        Returns
        -------
        float
            Its gain.

        Raises
        ------
        WrongUse
            When the two are one, or the weight is not above 0.
        """
        check_tie(u, v, weight)
        gain = float(self.gain(np.array([u]), np.array([v]), weight=weight)[0])
        reach = self._inverse[:, u] - self._inverse[:, v]
        across = float(reach[u] - reach[v])
        if self._parts.of[u] == self._parts.of[v]:
            self._inverse -= np.outer(reach, reach) * (weight / (1.0 + weight * across))
        else:
            apart = self._parts.contrast(u, v)
            norm = float(apart @ apart)
            mixed = np.outer(reach, apart)
            self._inverse -= (mixed + mixed.T) / norm
            self._inverse += np.outer(apart, apart) * ((1.0 / weight + across) / norm**2)
            self._parts.join(u, v)
        return gain


def joining_gain(parts: Parts, own: FloatArray, u: IntArray, v: IntArray, saved: float) -> FloatArray:
    """Give the gain of ties that join two parts.

    Parameters
    ----------
    parts : Parts
        Parts of the network.
    own : (n_people,) float
        Diagonal of the pseudo-inverse.
    u, v : int
        Ends of ties, of shapes that fit each other.
    saved : float
        Resistance of no way at all, less that of the new tie.

    Returns
    -------
    float, of that shape
        ``a b saved - b sum_x R_xu - a sum_y R_vy`` over the ``a`` and ``b`` people of the two parts, where
        ``sum_x R_xu = a P_uu + trace of the part``; meaningless inside a part.
    """
    size = parts.size[parts.of]
    far = size * own + parts.total(own)[parts.of]
    return np.asarray(size[u] * size[v] * saved - size[v] * far[u] - size[u] * far[v], dtype=np.float64)


def check_tie(u: int, v: int, weight: float) -> None:
    """Refuse a tie of somebody with themselves, and one without weight."""
    if u == v:
        raise WrongUse(f"tie: got person {u} at both ends, expected two different people")
    if not 0 < weight < np.inf:
        raise WrongUse(f"tie: got weight {weight}, expected a finite number above 0")


def _pseudo_inverse(matrix: Csr, parts: Parts) -> FloatArray:
    """Invert the Laplacian of each part, with the constant vector added and taken away again."""
    inverse = np.zeros(matrix.shape)
    degree = degrees(matrix)
    order = np.argsort(parts.of, kind="stable")
    for members in np.split(order, np.cumsum(parts.size.astype(np.int64))[:-1]):
        if len(members) > 1:
            laplacian = np.diag(degree[members]) - matrix[members][:, members].toarray()
            inverse[np.ix_(members, members)] = inv(laplacian + 1.0 / len(members)) - 1.0 / len(members)
    return inverse
