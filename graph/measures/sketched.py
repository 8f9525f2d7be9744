"""What one more tie does for the whole network, estimated: for networks too large for a dense inverse.

The same quantities as in :mod:`graph.measures.kirchhoff`, from ``k`` random sign vectors ``q`` and one sparse solve
``z = P q`` each: ``k * n_people`` numbers instead of ``n_people^2``.
"""

from __future__ import annotations

import numpy as np

from graph.measures.adjacency import Csr, FloatArray, IntArray, checked, degrees, reciprocal, symmetric
from graph.measures.kirchhoff import Parts, check_tie, joining_gain, unreachable_resistance


class SketchedGain:
    """Estimated gains of ties, with the methods of :class:`~graph.measures.kirchhoff.KirchhoffGain`.

    Parameters
    ----------
    adjacency : (n_people, n_people) csr_array
        Symmetric weights >= 0; a weight is a conductance.
    rng : numpy.random.Generator
        Draws the probes.
    n_probes : int
        Random vectors, >= 1; the error falls with their square root.
    unreachable : float, optional
        Resistance of two people whom no way joins.
    max_steps : int
        Most steps of the solver; long chains need as many as they have people.

    Attributes
    ----------
    residual_ : float
        Largest relative residual that a solve has left.

    Notes
    -----
    ``|P b|^2`` and ``b' P b``, with ``b = e_u - e_v``, are means over probes of ``(b'z)^2`` and ``(b'q)(b'z)``
    (Johnson and Lindenstrauss, 1984; Hutchinson, 1990). In well-mixed networks ``P b`` is nearly ``D^-1 b``, degrees
    alone, and a plain mean is less exact than ``1/d_u + 1/d_v``. So the degree part is taken exactly and only the rest
    is estimated from the probes: where degrees tell nearly all, the error is nearly nothing, and at the weakly
    attached ends, where they do not and most of the gain lies, it is that of the plain mean, about ``sqrt(2 / k)``.

    ``add`` solves once more for its tie and updates the probes without error, so its result is exact up to the
    solver, inside a part.
    """

    def __init__(
        self,
        adjacency: Csr,
        *,
        rng: np.random.Generator,
        n_probes: int = 64,
        unreachable: float | None = None,
        max_steps: int = 1_000,
    ) -> None:
        self._ties = checked(adjacency)
        self.unreachable = unreachable_resistance(self._ties, unreachable)
        self.max_steps, self.residual_ = max_steps, 0.0
        self._parts = Parts(self._ties)
        self._probes: FloatArray = rng.choice(np.array([-1.0, 1.0]), (self._ties.shape[0], n_probes))
        self._solved = self._solve(self._probes)

    @property
    def index(self) -> float:
        """Estimated sum of the resistances of all pairs."""
        inside = self._parts.size @ self._parts.total(self._own())
        return float(inside + self.unreachable * self._parts.unreachable_pairs())

    def rows(self, people: IntArray, *, weight: float = 1.0) -> FloatArray:
        """Give the estimated gain of a tie of some people with everybody.

        Parameters
        ----------
        people : (block,) int
            One end.
        weight : float
            Weight of the new tie, > 0.

        Returns
        -------
        (block, n_people) float
            >= 0; 0 for the people themselves. Means nothing for people who are tied already.
        """
        parts, by_degree = self._parts, reciprocal(degrees(self._ties))
        part, everybody = parts.of[people], np.arange(len(parts.of))
        least = by_degree[people][:, None] + by_degree
        resistance = np.maximum(least + self._rest(people, by_degree), least)
        # |x|^2 >= R^2 / 2, since R = b'x and |b|^2 = 2.
        distance = np.maximum(self._distance(people, by_degree), resistance**2 / 2.0)
        inside = parts.size[part][:, None] * weight * distance / (1.0 + weight * resistance)
        joining = joining_gain(parts, self._own(), people[:, None], everybody, self.unreachable - 1.0 / weight)
        gain = np.where(part[:, None] == parts.of, inside, np.maximum(joining, 0.0))
        gain[np.arange(len(people)), people] = 0.0
        return gain

    def gain(self, u: IntArray, v: IntArray, *, weight: float = 1.0) -> FloatArray:
        """Give the estimated gain of a tie for given pairs: (n_pairs,) float, >= 0."""
        found = np.empty(len(u))
        for first in range(0, len(u), 256):
            part = slice(first, first + 256)
            people, row = np.unique(u[part], return_inverse=True)
            found[part] = self.rows(people, weight=weight)[row, v[part]]
        return found

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
            Its gain: exact up to the solver inside a part, estimated where it joins two.

        Raises
        ------
        WrongUse
            When the two are one, or the weight is not above 0.
        """
        check_tie(u, v, weight)
        ends = np.zeros((len(self._probes), 1))
        ends[u], ends[v] = 1.0, -1.0
        reach = self._solve(ends)[:, 0]
        across = float(reach[u] - reach[v])
        if self._parts.of[u] == self._parts.of[v]:
            gain = self._parts.size[self._parts.of[u]] * weight * float(reach @ reach) / (1.0 + weight * across)
            change = self._solved[u] - self._solved[v]
            self._solved -= np.outer(reach, change) * (weight / (1.0 + weight * across))
        else:
            gain = float(self.rows(np.array([u]), weight=weight)[0, v])
            self._join(u, v, reach, 1.0 / weight + across)
        pair = symmetric(np.array([u]), np.array([v]), np.array([weight]), len(self._probes))
        self._ties = (self._ties + pair).tocsr()
        return float(gain)

    def _join(self, u: int, v: int, reach: FloatArray, resistance: float) -> None:
        apart = self._parts.contrast(u, v)
        norm = float(apart @ apart)
        change = self._solved[u] - self._solved[v]
        seen = apart @ self._probes
        self._solved -= (np.outer(reach, seen) + np.outer(apart, change)) / norm
        self._solved += np.outer(apart, seen) * (resistance / norm**2)
        self._parts.join(u, v)

    def _own(self) -> FloatArray:
        """Estimate the diagonal of the pseudo-inverse: (n_people,)."""
        size, degree = self._parts.size[self._parts.of], degrees(self._ties)
        least = (1.0 - 1.0 / size) ** 2 * reciprocal(degree)
        rest = self._probes * (self._solved - self._probes * reciprocal(degree)[:, None])
        return np.asarray(np.maximum(reciprocal(degree) + rest.mean(axis=1), least), dtype=np.float64)

    def _rest(self, people: IntArray, by_degree: FloatArray) -> FloatArray:
        """Estimate b'Pb less its degree part: (block, n_people)."""
        signs, rest = self._probes, self._solved - self._probes * by_degree[:, None]
        own = np.einsum("ij,ij->i", signs, rest)
        both = signs[people] @ rest.T + rest[people] @ signs.T
        return np.asarray((own[people][:, None] + own - both) / signs.shape[1], dtype=np.float64)

    def _distance(self, people: IntArray, by_degree: FloatArray) -> FloatArray:
        """Estimate |Pb|^2, its degree part exactly: (block, n_people)."""
        exact = by_degree[people][:, None] ** 2 + by_degree**2
        crude = self._probes * by_degree[:, None]
        rest = _spread(self._solved, people) - _spread(crude, people)
        return np.asarray(exact + rest, dtype=np.float64)

    def _solve(self, right: FloatArray) -> FloatArray:
        """Solve the Laplacian for several right-hand sides by conjugate gradients: (n_people, k)."""
        degree = degrees(self._ties)
        ease = reciprocal(degree)[:, None]
        residual = self._parts.centred(right)
        aim = np.linalg.norm(residual, axis=0)
        found, step = np.zeros_like(residual), ease * residual
        energy = np.einsum("ij,ij->j", residual, step)
        for _ in range(self.max_steps):
            open_ = np.linalg.norm(residual, axis=0) > 1e-8 * aim
            if not open_.any():
                break
            pushed = degree[:, None] * step - self._ties @ step
            # A solved column stands still: its energies are rounding errors, and their ratios may overflow.
            length = np.where(open_, energy * reciprocal(np.einsum("ij,ij->j", step, pushed)), 0.0)
            found += length * step
            residual -= length * pushed
            eased = ease * residual
            later = np.einsum("ij,ij->j", residual, eased)
            step = eased + np.where(open_, later * reciprocal(energy), 0.0) * step
            energy = later
        left = np.linalg.norm(residual, axis=0) * reciprocal(aim)
        self.residual_ = max(self.residual_, float(left.max(initial=0.0)))
        return self._parts.centred(found)


def _spread(values: FloatArray, people: IntArray) -> FloatArray:
    """Give the mean over columns of (value of u - value of v)^2: (block, n_people)."""
    square = np.einsum("ij,ij->i", values, values)
    both = values[people] @ values.T
    return np.asarray((square[people][:, None] + square - 2.0 * both) / values.shape[1], dtype=np.float64)
