"""Warped time: age counted in ties formed since, so that one decay serves seconds, days and decades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.measures.adjacency import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Distinct pairs behind a list of meetings.

    Attributes
    ----------
    u, v : (n_ties,) int
        Positions, ``u < v``, sorted by ``u`` then ``v``.
    first : (n_ties,) float
        POSIX seconds of the first dated meeting, NaN when none of the pair's meetings has a date.
    of : (n_meetings,) int
        Which tie each meeting belongs to.
    """

    u: IntArray
    v: IntArray
    first: FloatArray
    of: IntArray


def distinct_ties(u: IntArray, v: IntArray, t: FloatArray, n_people: int) -> Ties:
    """Give every pair that met, once.

    Parameters
    ----------
    u, v : (n_meetings,) int
        Positions of the two people of each meeting.
    t : (n_meetings,) float
        POSIX seconds, NaN where undated.
    n_people : int
        Number of people.

    Returns
    -------
    Ties
    """
    n = max(n_people, 1)
    u, v = u.astype(np.int64), v.astype(np.int64)
    keys, of = np.unique(np.minimum(u, v) * n + np.maximum(u, v), return_inverse=True)
    first = np.full(len(keys), np.nan)
    np.fmin.at(first, of, t)
    return Ties(keys // n, keys % n, first, of.astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """Age in the share of ties that are newer: 0 is now, 1 is the start of the record.

    Attributes
    ----------
    firsts : (n_dated_ties,) float, ascending
        POSIX seconds at which each dated tie was first seen.

    Notes
    -----
    ``age(t) = 1 - share of ties first seen before t``. Minutes of a conference and years of a committee come out
    on the same scale, so a decay ``exp(-age / tau)`` needs no unit and no tuning per network.

    Nothing is known about an undated fact, so it is as likely to be of one age as of another. By construction the
    ages of the ties are spread evenly over [0, 1]; an undated fact therefore weighs what a dated one weighs on
    average, ``tau * (1 - exp(-1 / tau))``. Leaving a date out neither lifts nor buries a tie, and where nothing is
    dated all weights are equal.
    """

    firsts: FloatArray

    @classmethod
    def of(cls, times: FloatArray) -> Clock:
        """Make the clock of a record from the first times of its ties, NaN where undated."""
        return cls(np.sort(times[~np.isnan(times)]))

    def age(self, t: FloatArray) -> FloatArray:
        """Give the warped age of times.

        Parameters
        ----------
        t : (n,) float
            POSIX seconds, NaN where undated.

        Returns
        -------
        (n,) float
            In [0, 1], NaN where undated or where the record holds no dated tie at all.
        """
        if not len(self.firsts):
            return np.full(len(t), np.nan)
        age = 1.0 - np.searchsorted(self.firsts, t, side="left") / len(self.firsts)
        return np.where(np.isnan(t), np.nan, age)

    def freshness(self, t: FloatArray, tau: float) -> FloatArray:
        """Give what facts of these times still weigh.

        Parameters
        ----------
        t : (n,) float
            POSIX seconds, NaN where undated.
        tau : float
            Age at which a fact has lost 63 % of its weight, > 0.

        Returns
        -------
        (n,) float
            ``exp(-age / tau)`` in (0, 1], the mean of that over all ages where undated.
        """
        average = tau * -np.expm1(-1.0 / tau)
        age = self.age(t)
        return np.where(np.isnan(age), average, np.exp(-age / tau))
