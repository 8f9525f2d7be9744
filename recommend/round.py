"""One round of introductions for everybody: likely ones and far-reaching ones, within capacities, nobody forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.measures.gain import structural_gain
from recommend.config import RoundConfig
from recommend.exposure import priced
from recommend.people import IntArray
from recommend.results import Reason
from recommend.selection import Lists, TieBreak, best, comparable
from recommend.surprise import FAR_REACHING, Dared, for_reach

FloatArray = NDArray[np.float64]
LOOK_AGAIN = 64
"""Best candidates whose gain is computed anew at each far-reaching pick; the others keep their last one."""
SMALLEST_GAIN = 1e-12


@dataclass(frozen=True)
class Order:
    """What a round is to hold.

    Attributes
    ----------
    n_pairs : int
        Most introductions.
    capacity : int
        Most introductions one person takes part in.
    """

    n_pairs: int
    capacity: int


@dataclass(frozen=True)
class Wanted:
    """What a round chooses from.

    Attributes
    ----------
    people : (b,) int
        Who wants partners.
    u, v : (m,) int
        Candidate pairs, each once.
    score : (m,) float
        What each is worth, the mean of both directions: one direction alone is comparable inside one list only.
    everybody : callable
        Gives what everybody is worth for one person, (n,) float, -inf where they may not be introduced.
    room : (n,) int or None
        How many introductions each may still take, below the capacity of the round; None = as many as that.
    """

    people: IntArray
    u: IntArray
    v: IntArray
    score: FloatArray
    everybody: Callable[[int], FloatArray]
    room: IntArray | None = None


class Round:
    """Chooses the introductions of one round.

    A few weakly attached people hold most of what ties can do for the whole network, so the first picks go by
    chance and by what the tie would do for everybody's reach (drop of the Kirchhoff index, updated after each
    pick), the rest by chance alone. Where there are introductions enough, everybody who asked is served, and
    places with those whom many want have a price (`recommend.exposure`), so that this costs little.

    Parameters
    ----------
    wanted : Wanted
        Who wants partners, and the candidate pairs.
    met : csr_array (n, n)
        Who has met whom.
    order : Order
        How many.
    ties : TieBreak
        Order among equal scores.
    config : RoundConfig
        Share and strength of the far-reaching picks.
    """

    def __init__(
        self, wanted: Wanted, met: sparse.csr_array, order: Order, ties: TieBreak, config: RoundConfig
    ) -> None:
        self._order, self._config, self._met, self._wanted, self._ties = order, config, met, wanted, ties
        best_first = np.lexsort((ties.keys(wanted.u, wanted.v), -comparable(wanted.score)))
        self._u, self._v = wanted.u[best_first], wanted.v[best_first]
        self._score = comparable(wanted.score)[best_first]
        self._asked = np.zeros(met.shape[0], dtype=bool)
        self._asked[wanted.people] = True
        self._load = np.zeros(met.shape[0], dtype=np.int64)
        self._room = np.full(met.shape[0], order.capacity, dtype=np.int64)
        if wanted.room is not None:
            self._room = np.minimum(self._room, wanted.room)
        self._free = np.ones(len(self._u), dtype=bool)
        self._chosen: list[tuple[int, int, float]] = []
        self._made: set[tuple[int, int]] = set()
        self._dared: dict[tuple[int, int], Reason] = {}

    def choose(self) -> list[tuple[int, int, float]]:
        """Give person, partner and score in the order of selection; the person is the one of both who asked."""
        n_far = min(round(self._config.far_share * self._order.n_pairs), len(self._u))
        if n_far and self._met.nnz:
            self._far_reaching(n_far)
        if self._order.n_pairs >= int(self._asked.sum()):
            self._for_everybody()
        else:
            self._likely(np.flatnonzero(self._free), self._order.capacity)
        return self._chosen

    @property
    def dared(self) -> Dared:
        """The labels of the far-reaching picks that are less certain; none where nobody has met anybody yet."""
        kept = {(person, partner) for person, partner, _ in self._chosen}
        return {pair: label for pair, label in self._dared.items() if pair in kept}

    def _far_reaching(self, n_far: int) -> None:
        gains = structural_gain(self._met, rng=np.random.default_rng(self._config.seed))
        reach = gains.gain(self._u, self._v)
        ascending = np.sort(reach)
        likely = self._score[min(self._order.n_pairs, len(self._score)) - 1]
        value = self._value(reach, np.arange(len(self._u)))
        for _ in range(n_far):
            open_pairs = np.flatnonzero(self._open())
            if not len(open_pairs):
                return
            near = open_pairs[np.argsort(-value[open_pairs], kind="stable")[:LOOK_AGAIN]]
            value[near] = self._value(gains.gain(self._u[near], self._v[near]), near)
            pick = int(near[np.argmax(value[near])])
            gains.add(int(self._u[pick]), int(self._v[pick]))
            self._take(pick)
            less = float(np.searchsorted(ascending, reach[pick]) / len(reach))
            if self._score[pick] < likely and less >= FAR_REACHING:  # others are likely as well, and surprise nobody
                self._dared[self._chosen[-1][:2]] = for_reach(less)

    def _value(self, gain: FloatArray, rows: IntArray) -> FloatArray:
        value: FloatArray = self._score[rows] + self._config.far_power * np.log(np.maximum(gain, SMALLEST_GAIN))
        return value

    def _open(self) -> NDArray[np.bool_]:
        room = self._load < self._room
        return np.asarray(self._free & room[self._u] & room[self._v])

    def _for_everybody(self) -> None:
        """Serve everybody who asked, then fill up, at prices that leave room for all; told best first."""
        far, room = list(self._chosen), self._room - self._load
        owed = (self._asked & (self._load == 0) & (room > 0)).astype(np.int64)
        rows = np.flatnonzero(self._open())
        n_pairs = self._order.n_pairs - len(far)
        worth = priced(self._u[rows], self._v[rows], self._score[rows], room, owed, n_pairs, self._config)
        order = rows[np.argsort(-worth, kind="stable")]
        self._likely(order, 1)
        self._left_over()
        self._likely(order, self._order.capacity)
        first = {pair: place for place, pair in enumerate(far)}
        self._chosen.sort(key=lambda pair: (first.get(pair, len(far)), -pair[2]))

    def _likely(self, order: IntArray, turn: int) -> None:
        """Serve those who asked and have fewer than so many, in the order of some pairs."""
        for pick in order.tolist():
            if len(self._chosen) >= self._order.n_pairs:
                return
            u, v = int(self._u[pick]), int(self._v[pick])
            if not self._free[pick] or (min(u, v), max(u, v)) in self._made:
                continue
            wanting = (self._asked[u] and self._load[u] < turn) or (self._asked[v] and self._load[v] < turn)
            if wanting and self._load[u] < self._room[u] and self._load[v] < self._room[v]:
                self._take(pick)

    def _left_over(self) -> None:
        """Serve those whose candidates are all taken: the best of everybody who has room."""
        for person in self._wanted.people[self._load[self._wanted.people] == 0].tolist():
            if self._load[person] > 0 or len(self._chosen) >= self._order.n_pairs:
                continue
            everybody = self._wanted.everybody(person)
            score = np.where(self._load < self._room, everybody, -np.inf)
            partner, value = best(score[None, :], 1, np.array([person]), self._ties)
            if partner[0, 0] >= 0:
                self._introduce(person, int(partner[0, 0]), float(value[0, 0]))
            else:
                self._instead(person, everybody)

    def _instead(self, person: int, score: FloatArray) -> None:
        """Serve somebody all of whose partners are taken: in place of an introduction that both others can spare."""
        partners = np.argsort(-comparable(score), kind="stable")
        for partner in partners[np.isfinite(score[partners])].tolist():
            for place in range(len(self._chosen) - 1, -1, -1):
                ends = self._chosen[place][:2]
                other = sum(ends) - partner
                if partner in ends and self._load[other] > 1:
                    del self._chosen[place]
                    self._load[[partner, other]] -= 1
                    self._introduce(person, partner, float(score[partner]))
                    return

    def _take(self, pick: int) -> None:
        self._free[pick] = False
        self._introduce(int(self._u[pick]), int(self._v[pick]), float(self._score[pick]))

    def _introduce(self, u: int, v: int, score: float) -> None:
        self._load[[u, v]] += 1
        self._made.add((min(u, v), max(u, v)))
        person, partner = (u, v) if self._asked[u] else (v, u)
        self._chosen.append((person, partner, score))


def pairs_of(lists: Lists) -> tuple[IntArray, IntArray]:
    """Give each candidate pair of some lists once.

    Returns
    -------
    (m,) int, (m,) int
        The two people, the smaller number first.
    """
    i, j = np.nonzero(lists.partners >= 0)
    u, v = lists.people[i], lists.partners[i, j]
    n = int(max(u.max(initial=0), v.max(initial=0))) + 1
    keys = np.unique(np.minimum(u, v) * n + np.maximum(u, v))
    return (keys // n).astype(np.intp), (keys % n).astype(np.intp)
