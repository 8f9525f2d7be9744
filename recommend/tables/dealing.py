"""Search for a plan by dealing anew the people of two tables at a time, all tables at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from recommend.tables.config import TablesConfig
from recommend.tables.filling import filled
from recommend.tables.padded import Padded
from recommend.tables.plan import FloatArray, Plan, SeatArray


@dataclass(frozen=True)
class Deals:
    """All ways in which the people of two tables can be divided into two again.

    Attributes
    ----------
    order : (k, 2 s) int
        Places in the order of the new tables.
    left, right : (4 s s, k) float
        For each pair of places, half for each order, whether both are at the first or at the second table.
    together : (2 s, 2 s) float
        Which places are at one table to begin with.
    """

    order: SeatArray
    left: FloatArray
    right: FloatArray
    together: FloatArray


@cache
def deals(size: int) -> Deals:
    """Give the deals between tables of so many seats: half the binomial coefficient (2 s, s)."""
    first = np.array([[i in chosen for i in range(2 * size)] for chosen in _with_first(size)], dtype=np.float32)
    order = np.argsort(-first, axis=1, kind="stable").astype(np.intp)
    side = np.kron(np.eye(2), np.ones((size, size))) - np.eye(2 * size)
    return Deals(order, _pairs(first), _pairs(1 - first), side.astype(np.float32))


def _with_first(size: int) -> list[tuple[int, ...]]:
    return [(0, *rest) for rest in combinations(range(1, 2 * size), size - 1)]


def _pairs(side: FloatArray) -> FloatArray:
    both = side[:, :, None] * side[:, None, :] / 2.0
    return np.ascontiguousarray(both.reshape(len(side), -1).T, dtype=np.float32)


class Dealing:
    """Simulated annealing over plans of several rounds, several plans side by side where they are small.

    A step takes one round, puts its tables into pairs at random, and divides the people of each pair anew: each way
    with a chance that grows with what it is worth, ever more strictly (heat bath). Pairs of tables do not
    touch each other, so one step moves everybody. Meeting again in another round costs more than it can gain.

    Parameters
    ----------
    padded : Padded
        Guests, with empty chairs.
    rounds : int
        Of the plan.
    config : TablesConfig
        Length and temperature.
    rng : Generator
        Draws tables and deals.

    References
    ----------
    S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi (1983), "Optimization by Simulated Annealing"; the heat bath over
    all divisions of two tables in place of single moves is what is changed.
    """

    def __init__(self, padded: Padded, rounds: int, config: TablesConfig, rng: np.random.Generator) -> None:
        self._padded, self._rounds, self._config, self._rng = padded, rounds, config, rng
        self._deals = deals(padded.size)
        tables, n = len(padded.sizes), padded.n
        self._copies = max(1, config.at_once // tables)
        self._half = tables // 2
        self._seats = self._start()
        self._copy = np.repeat(np.arange(self._copies), self._half)
        self._meetings = np.zeros(self._copies * n * n, dtype=np.float32)
        for copy in range(self._copies):
            for number in range(rounds):  # no pair twice inside one round: assignment adds up
                self._meetings[self._cells(self._seats[copy, number], copy)] += self._together()

    def plans(self) -> list[Plan]:
        """Search, and give the plans found."""
        steps = self._config.steps * self._rounds if self._half else 0
        first = self._config.hot if self._copies > 1 else self._config.warm
        hot, cold = (self._padded.spread * t for t in (first, self._config.cold))
        for step in range(steps):
            self._step(step % self._rounds, hot * (cold / hot) ** (step / steps))
        return [self._padded.plan(seats) for seats in self._seats]

    def _start(self) -> SeatArray:
        """Seat people, at random where there are few tables, and an empty chair at each of the last tables."""
        padded, people = self._padded, len(self._padded.guests)
        seats = np.empty((self._copies, self._rounds, len(padded.sizes), padded.size), dtype=np.intp)
        taken = np.arange(padded.size) < np.array(padded.sizes)[:, None]
        if self._copies > 1:
            seats[..., taken] = self._rng.random((self._copies, self._rounds, people)).argsort(axis=-1)
        else:
            seats[0][..., taken] = filled(padded, self._rounds, self._rng)
        seats[..., ~taken] = np.arange(people, padded.n)
        return seats

    def _together(self) -> FloatArray:
        size = self._padded.size
        return self._deals.together[:size, :size]

    def _cells(self, people: SeatArray, copy: SeatArray | int) -> SeatArray:
        """Give where the meetings of each two of some people are counted; (..., k, k)."""
        n = self._padded.n
        own = (np.asarray(copy) * (n * n))[..., None, None]
        return np.asarray(people[..., :, None] * n + people[..., None, :] + own, dtype=np.intp)

    def _step(self, number: int, temperature: float) -> None:
        shape = (self._copies, len(self._padded.sizes))
        drawn = self._rng.random(shape).argsort(axis=1)[:, : 2 * self._half].reshape(-1, 2)
        people = self._seats[self._copy[:, None], number, drawn].reshape(len(self._copy), -1)
        cells = self._cells(people, self._copy)
        elsewhere = self._meetings[cells] - self._deals.together
        worth = self._worth(people, elsewhere)
        noise = self._rng.gumbel(size=worth.shape).astype(np.float32)
        chosen = np.argmax(worth + np.float32(temperature) * noise, axis=1)
        dealt = np.take_along_axis(people, self._deals.order[chosen], axis=1)
        self._seats[self._copy[:, None], number, drawn] = dealt.reshape(len(dealt), 2, -1)
        self._meetings[cells] = elsewhere
        self._meetings[self._cells(dealt, self._copy)] += self._deals.together

    def _worth(self, people: SeatArray, elsewhere: FloatArray) -> FloatArray:
        """Give what each deal of each two tables is worth; (pairs of tables, deals)."""
        padded, deal = self._padded, self._deals
        across_all, worth_all = padded.across.reshape(-1), padded.worth.reshape(-1)
        cells = people[:, :, None] * padded.n + people[:, None, :]
        again = np.where(elsewhere > 0, elsewhere, np.float32(0.0))
        guest = people < len(padded.guests)  # an empty chair may meet anybody again
        again *= guest[:, :, None] & guest[:, None, :]
        worth = (worth_all[cells] - np.float32(padded.penalty) * again).reshape(len(people), -1)
        across = across_all[cells].reshape(len(people), -1)
        unmixed = (across @ deal.left == 0).astype(np.float32) + (across @ deal.right == 0)
        found: FloatArray = worth @ (deal.left + deal.right) - np.float32(padded.penalty) * unmixed
        return found
