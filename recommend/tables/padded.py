"""Guests with empty chairs added, so that all tables have equally many seats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommend.tables.plan import FloatArray, Guests, Plan, SeatArray

NEVER = 500.0
"""What it costs that two sit together who must not; more than all pairs of two tables are worth."""


@dataclass(frozen=True)
class Padded:
    """Guests and empty chairs, numbered after them; never two empty chairs at one table.

    Attributes
    ----------
    guests : Guests
        The people.
    sizes : tuple of int
        Sizes of the tables, largest first, differing by one at most.
    """

    guests: Guests
    sizes: tuple[int, ...]

    @property
    def size(self) -> int:
        """Seats of a table."""
        return self.sizes[0]

    @property
    def n(self) -> int:
        """People and empty chairs."""
        return len(self.sizes) * self.size

    @property
    def penalty(self) -> float:
        """What a broken rule costs: more than exchanging people between two tables can gain."""
        return float(self.size * self.size)

    @cached_property
    def worth(self) -> FloatArray:
        """What each two are worth at one table, less what it breaks; (n, n)."""
        people = len(self.guests)
        out = np.zeros((self.n, self.n), dtype=np.float32)
        out[:people, :people] = self.guests.worth - np.float32(self.penalty) * self.guests.met
        out[:people, :people] -= np.float32(NEVER) * self.guests.apart
        out[people:, people:] = -NEVER
        np.fill_diagonal(out, 0.0)
        return out

    @cached_property
    def across(self) -> FloatArray:
        """Who are of different communities, 0 or 1; (n, n)."""
        people = len(self.guests)
        out = np.zeros((self.n, self.n), dtype=np.float32)
        out[:people, :people] = self.guests.across
        return out

    @cached_property
    def spread(self) -> float:
        """Standard deviation of what pairs are worth: the unit of temperature."""
        upper = self.guests.worth[np.triu_indices(len(self.guests), 1)]
        return max(float(upper.std()) if len(upper) else 0.0, 1e-3)

    def plan(self, seats: NDArray[np.intp] | SeatArray) -> Plan:
        """Take the empty chairs out of seats, (rounds, tables, size)."""
        people = len(self.guests)
        return tuple(tuple(tuple(sorted(p for p in table if p < people)) for table in one) for one in seats.tolist())
