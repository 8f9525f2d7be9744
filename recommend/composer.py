"""Who complete each other: the choice of the people of a small hearing."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from recommend.people import IntArray
from recommend.pipeline import Matchmaker
from recommend.results import Ranking, Scope

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
LEAST_GAIN = 1e-9


class Heard(StrEnum):
    """How far somebody has had their say, as far as the viewer may see."""

    HEARD = "heard"  # in a conversation
    WRITTEN = "written"  # in a form or a list only
    NEVER = "never"  # nothing is known from them


class GatheringConfig(BaseModel):
    """What a gathering is chosen by: a sum over its people and pairs.

    Attributes
    ----------
    never, written : float
        For each of whom nothing is known, and who only wrote.
    help : float
        For each of both things, a need of theirs met by somebody there and an offer of theirs wanted there, at fit 1.
    met : float
        Taken away for each two who have met.
    unmixed : float
        Taken away where no two are of different communities.
    pool : int
        Best partners outside the space who are looked at for each member.
    least_heard : int
        People outside the space who are looked at because they had their say least.
    most_members : int
        Members of the space who are looked at, the least heard first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    never: float = Field(1.0, ge=0)
    written: float = Field(0.5, ge=0)
    help: float = Field(1.0, ge=0)
    met: float = Field(2.0, ge=0)
    unmixed: float = Field(10.0, ge=0)
    pool: int = Field(8, ge=1)
    least_heard: int = Field(40, ge=0)
    most_members: int = Field(60, ge=1)


class Composer:
    """Chooses people by adding the best one after the other, then exchanging one by one while that gains.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    members : (m,) int
        Numbers of the members of the space.
    heard : sequence of Heard
        Of everybody.
    size : int
        People of a gathering.
    config : GatheringConfig
        Weights.
    """

    def __init__(
        self, maker: Matchmaker, members: IntArray, heard: Sequence[Heard], size: int, config: GatheringConfig
    ) -> None:
        self._config, self._size = config, size
        merit = {Heard.NEVER: config.never, Heard.WRITTEN: config.written, Heard.HEARD: 0.0}
        everybody = np.array([merit[one] for one in heard])
        by_merit = np.lexsort((maker.ties.digests, -everybody))
        by_merit = by_merit[maker.people.pairs.eligible(Scope.ANY)[by_merit]]  # whose answer is awaited often enough
        inside = np.sort(by_merit[np.isin(by_merit, members)][: config.most_members])
        quiet = by_merit[~np.isin(by_merit, members)][: config.least_heard]
        outside = np.union1d(_partners(maker, inside, members, config.pool), quiet).astype(np.intp)
        self._pool = np.concatenate([inside, outside])
        self._n_inside = len(inside)
        self._merit = everybody[self._pool]
        help_ = maker.fit.needs.asking(self._pool)[:, self._pool]  # of each one's needs with each one's offers
        self._help = config.help * help_.astype(np.float64)
        pairs = maker.people.pairs
        self._apart, self._met = (m[self._pool][:, self._pool].toarray() > 0 for m in (pairs.apart, pairs.met))
        belongs = pairs.communities[self._pool]
        declared = np.diff(belongs.indptr) > 0
        self._across = declared[:, None] & declared[None, :] & ((belongs @ belongs.T).toarray() == 0)

    def choose(self, number: int) -> list[list[int]]:
        """Give the numbers of the people of each gathering, members first."""
        free = np.ones(len(self._pool), dtype=bool)
        out: list[list[int]] = []
        while len(out) < number:
            found = self._best(free)
            if found is None:
                break
            free[found] = False
            out.append([int(self._pool[i]) for i in sorted(found)])
        return out

    def _best(self, free: BoolArray) -> list[int] | None:
        starts = [i for i in range(self._n_inside) if free[i]]
        found = [one for start in starts if (one := self._improved(self._grown([start], free), free)) is not None]
        return max(found, key=lambda one: (round(self._worth(one), 9), [-i for i in one]), default=None)

    def _grown(self, chosen: list[int], free: BoolArray) -> list[int] | None:
        while len(chosen) < self._size:
            pick = self._addition(chosen, free)
            if pick is None:
                return None
            chosen = [*chosen, pick]
        return chosen

    def _improved(self, chosen: list[int] | None, free: BoolArray) -> list[int] | None:
        better = chosen is not None
        while chosen is not None and better:
            better = False
            for one in list(chosen):
                others = [i for i in chosen if i != one]
                pick = self._addition(others, free)
                if pick is not None and self._worth([*others, pick]) > self._worth(chosen) + LEAST_GAIN:
                    chosen, better = [*others, pick], True
        return chosen

    def _addition(self, chosen: list[int], free: BoolArray) -> int | None:
        """Give who completes some people best; None where nobody may come."""
        may = free & ~self._apart[chosen].any(axis=0)
        may[chosen] = False
        n_inside = sum(i < self._n_inside for i in chosen)
        wants_inside = n_inside < -(-self._size // 2)
        side = np.arange(len(may)) < self._n_inside
        wanted = may & (side == wants_inside)
        may = wanted if wanted.any() else may
        if not may.any():
            return None
        return int(np.argmax(np.where(may, self._with_each(chosen), -np.inf)))

    def _with_each(self, chosen: list[int]) -> FloatArray:
        """Give what some people are worth with each of the pool added."""
        got, gave = self._help[chosen], self._help[:, chosen].T
        now = self._help[np.ix_(chosen, chosen)]
        helped = np.maximum(now.max(axis=1)[:, None], got).sum(axis=0) + np.maximum(now.max(axis=0)[:, None], gave).sum(
            axis=0
        )
        own = got.max(axis=0) + gave.max(axis=0) + self._merit
        mixed = self._across[np.ix_(chosen, chosen)].any() | self._across[chosen].any(axis=0)
        met = self._met[chosen].sum(axis=0)
        total: FloatArray = helped + own - self._config.met * met - self._config.unmixed * ~mixed
        return total

    def _worth(self, chosen: list[int]) -> float:
        """Give what some people are worth together, but for what all of them bring whoever else comes."""
        help_ = self._help[np.ix_(chosen, chosen)]
        met = int(np.triu(self._met[np.ix_(chosen, chosen)], 1).sum())
        mixed = bool(self._across[np.ix_(chosen, chosen)].any())
        gained = float(help_.max(axis=1).sum() + help_.max(axis=0).sum() + self._merit[chosen].sum())
        return gained - self._config.met * met - self._config.unmixed * (not mixed)


def _partners(maker: Matchmaker, inside: IntArray, members: IntArray, k: int) -> IntArray:
    """Give people who are no members: the best partners of each member, across communities where there are such."""
    if not len(inside):
        return inside
    scorer = maker.scorer(Scope.ANY, Ranking.INDIVIDUAL)
    score = np.where(maker.people.pairs.allowed(inside, Scope.ANY), scorer.score(inside, Scope.ANY), -np.inf)
    score[:, members] = -np.inf
    best = np.argsort(-score, axis=1, kind="stable")[:, :k]
    found = best[np.take_along_axis(score, best, axis=1) > -np.inf]
    return np.unique(found).astype(np.intp)
