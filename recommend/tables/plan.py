"""What a seating plan is, which rules it keeps, and what it is worth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.errors import WrongUse

FloatArray: TypeAlias = NDArray[np.float32]
BoolArray: TypeAlias = NDArray[np.bool_]
SeatArray: TypeAlias = NDArray[np.intp]
Plan: TypeAlias = tuple[tuple[tuple[int, ...], ...], ...]
"""Numbers of the guests by round and table."""

SMALLEST, LARGEST = 2, 6
"""Seats of a table."""
MOST_ROUNDS = 30
FEWEST = 3
"""People who make a table when there are enough: two are an introduction."""


@dataclass(frozen=True)
class Guests:
    """Who is to be seated, and what holds between each two of them.

    Attributes
    ----------
    worth : (n, n) float, symmetric, in [0, 1]
        What it is worth that two sit at one table.
    apart : (n, n) bool, symmetric
        Who must never sit together, whatever else is given up for it.
    met : (n, n) bool, symmetric
        Who has met already.
    across : (n, n) bool, symmetric
        Who both have a declared community and share none.
    """

    worth: FloatArray
    apart: BoolArray
    met: BoolArray
    across: BoolArray

    def __len__(self) -> int:
        return len(self.worth)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the guests are to be seated.

    Attributes
    ----------
    rounds : int
        From 1 to `MOST_ROUNDS`.
    size : int
        Seats of a table, from `SMALLEST` to `LARGEST`. Tables have this size or, where the number of guests is not
        a multiple of it, one less; only where that would leave fewer than three, more.
    """

    rounds: int = 3
    size: int = 4

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("rounds", self.rounds, 1, MOST_ROUNDS),
            ("size", self.size, SMALLEST, LARGEST),
        ):
            if not least <= value <= most:
                raise WrongUse(f"{name}: got {value}, expected a whole number from {least} to {most}")

    def sizes(self, n: int) -> tuple[int, ...]:
        """Give the sizes of the tables for so many guests, largest first.

        Examples
        --------
        >>> Wanted(size=4).sizes(10), Wanted(size=4).sizes(5), Wanted(size=3).sizes(5)
        ((4, 3, 3), (5,), (5,))
        """
        tables = max(1, -(-n // self.size))
        while tables > 1 and n // tables < min(FEWEST, self.size):
            tables -= 1
        return tuple(len(part) for part in np.array_split(np.arange(n), tables) if len(part))

    def most_rounds(self, n: int) -> int:
        """Give the number of rounds beyond which somebody must meet somebody twice: a bound, not a promise."""
        sizes = self.sizes(n)
        each_round = sum(size * (size - 1) for size in sizes)
        newly = min(sizes, default=1) - 1
        return min((n - 1) // newly, n * (n - 1) // each_round) if newly else MOST_ROUNDS


@dataclass(frozen=True, slots=True)
class Broken:
    """What a plan could not keep; all 0 where it keeps everything.

    Attributes
    ----------
    repeats : int
        Times that two meet again whom an earlier round brought together.
    met : int
        Times that two sit together who had met before.
    unmixed : int
        Tables at which no two guests are of different communities.
    apart : int
        Times that two sit together who must not; such a plan never leaves `recommend.tables.seating.seated`.
    """

    repeats: int = 0
    met: int = 0
    unmixed: int = 0
    apart: int = 0

    @property
    def weight(self) -> int:
        """How bad it is, to compare plans."""
        return self.repeats + self.met + self.unmixed + 1_000 * self.apart


def broken(guests: Guests, plan: Plan) -> Broken:
    """Count what a plan does not keep."""
    tables = [table for one in plan for table in one]
    together = Counter(pair for table in tables for pair in combinations(sorted(table), 2))
    pairs = list(together.elements())
    return Broken(
        repeats=sum(times - 1 for times in together.values()),
        met=sum(bool(guests.met[pair]) for pair in pairs),
        unmixed=sum(not guests.across[np.ix_(table, table)].any() for table in tables if len(table) > 1),
        apart=sum(bool(guests.apart[pair]) for pair in pairs),
    )


def value(guests: Guests, plan: Plan) -> float:
    """Give what a plan is worth: the sum over all pairs at one table, over all rounds."""
    return float(sum(guests.worth[np.ix_(t, t)].sum(dtype=np.float64) / 2.0 for one in plan for t in one))
