"""Ties over time: how strong they are today, whether they are alive, how many survive.

A community that wants its ties to be loose and lasting must not call a tie dead because it is quiet. Two people who
see each other at one yearly gathering have a tie that is alive; half a year of silence says nothing about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from graph.errors import Refused, WrongUse
from graph.measures.adjacency import FloatArray, IntArray

HALF_LIFE_DAYS = 180.0
HORIZONS_DAYS = (30, 90, 180, 365)


class TieBand(StrEnum):
    """How alive a tie is, by the days since its last contact."""

    CLOSE = "close"
    LOOSE = "loose"
    FADING = "fading"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True)
class BandLimits:
    """Days of silence up to which a tie is in a band.

    Attributes
    ----------
    close_days : float
        Up to a quarter of a year: people who are in touch.
    loose_days : float
        A year and a month: whoever meets once a year is loosely tied and alive, also when the yearly gathering falls
        some weeks later than last time.
    fading_days : float
        Two years and two months: a yearly contact was missed once, a good moment to bring the two together again.
        Longer silence is asleep.
    """

    close_days: float = 92.0
    loose_days: float = 396.0
    fading_days: float = 792.0

    def __post_init__(self) -> None:
        limits = (self.close_days, self.loose_days, self.fading_days)
        if not 0 < self.close_days < self.loose_days < self.fading_days < np.inf:
            raise WrongUse(f"bands: got limits {limits}, expected rising finite numbers of days above 0")


@dataclass(frozen=True, slots=True)
class Survival:
    """Ties that were still in use some days after they began.

    Attributes
    ----------
    horizon_days : int
        Days after the first contact.
    n_observed : int
        Ties that began long enough ago to tell.
    n_alive : int
        Of them, those with a contact on that day or later.
    """

    horizon_days: int
    n_observed: int
    n_alive: int

    @property
    def share(self) -> float | None:
        """Share of the observed ties that survived, in [0, 1]; None when none could be observed."""
        return self.n_alive / self.n_observed if self.n_observed else None


def tie_strength(
    tie: IntArray, days_ago: FloatArray, n_ties: int, *, half_life_days: float = HALF_LIFE_DAYS
) -> FloatArray:
    """Give the strength of ties from their meetings.

    Parameters
    ----------
    tie : (n_meetings,) int
        Which tie each meeting belongs to, in [0, n_ties).
    days_ago : (n_meetings,) float
        Days since the meeting, >= 0.
    n_ties : int
        Number of ties.
    half_life_days : float
        Days after which a meeting counts half, > 0.

    Returns
    -------
    (n_ties,) float
        ``log2(1 + sum over meetings of 2^(-days / half-life))``, >= 0: 1 for one meeting today, 0 for a tie without
        meetings. The logarithm keeps ten meetings of one week from outweighing ten ties.

    Raises
    ------
    Refused
        When a meeting lies in the future, has no date or belongs to no tie.
    """
    if not half_life_days > 0:
        raise WrongUse(f"half_life_days: got {half_life_days}, expected days above 0")
    _check_days("days_ago", days_ago)
    if len(tie) and (tie.min() < 0 or tie.max() >= n_ties):
        raise Refused(f"tie: got positions from {tie.min()} to {tie.max()}, expected 0 to {n_ties - 1}")
    fresh = np.exp2(-days_ago / half_life_days)
    return np.asarray(np.log2(1.0 + np.bincount(tie, weights=fresh, minlength=n_ties)), dtype=np.float64)


def bands(days_since_last: FloatArray, limits: BandLimits | None = None) -> NDArray[np.object_]:
    """Give the band of each tie.

    Parameters
    ----------
    days_since_last : (n_ties,) float
        Days since the last contact, >= 0.
    limits : BandLimits, optional
        Where the bands end.

    Returns
    -------
    (n_ties,) TieBand
        Never asleep and never fading for a tie with yearly contact, by the default limits.

    Raises
    ------
    Refused
        When a contact lies in the future or has no date.
    """
    limits = limits or BandLimits()
    _check_days("days_since_last", days_since_last)
    ends = [limits.close_days, limits.loose_days, limits.fading_days]
    return np.array(list(TieBand), dtype=np.object_)[np.searchsorted(ends, days_since_last, side="left")]


def survival(
    days_since_first: FloatArray,
    days_since_last: FloatArray,
    *,
    horizons_days: tuple[int, ...] = HORIZONS_DAYS,
    patience_days: float = 0.0,
) -> tuple[Survival, ...]:
    """Give the share of ties in use 30, 90, 180 and 365 days after their first contact.

    Parameters
    ----------
    days_since_first, days_since_last : (n_ties,) float
        Days since the first and the last contact of each tie, ``first >= last >= 0``.
    horizons_days : tuple of int
        Days after the first contact, > 0.
    patience_days : float
        Days beyond the horizon that a tie must have had before it is counted, >= 0.

    Returns
    -------
    tuple of Survival
        One per horizon.

    Raises
    ------
    Refused
        When a contact lies in the future or a tie ends before it begins.

    Notes
    -----
    A tie too young for a horizon is left out of it, not counted as lost. With ``patience_days = 0`` the figure is a
    lower bound: two people who met 40 days ago and will meet again at a yearly gathering count as lost at 30 days until
    then. With the 396 days of `BandLimits` such ties have had their chance, and the figure comes a year later.
    """
    _check_days("days_since_first", days_since_first)
    _check_days("days_since_last", days_since_last)
    wrong = np.flatnonzero(days_since_last > days_since_first)
    if len(wrong):
        raise Refused(
            f"tie {wrong[0]}: got its last contact {days_since_last[wrong[0]]} and its first "
            f"{days_since_first[wrong[0]]} days ago, expected the first to be the older one"
        )
    lasted = days_since_first - days_since_last
    found = []
    for horizon in horizons_days:
        observed = days_since_first >= horizon + patience_days
        found.append(Survival(horizon, int(observed.sum()), int((lasted[observed] >= horizon).sum())))
    return tuple(found)


def _check_days(where: str, days: FloatArray) -> None:
    wrong = np.flatnonzero(~(np.isfinite(days) & (days >= 0)))
    if len(wrong):
        raise Refused(f"{where} row {wrong[0]}: got {days[wrong[0]]}, expected finite days >= 0")
