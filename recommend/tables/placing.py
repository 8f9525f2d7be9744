"""Who takes which place of a fixed pattern of tables."""

from __future__ import annotations

import numpy as np

from recommend.tables.config import TablesConfig
from recommend.tables.padded import Padded
from recommend.tables.plan import FloatArray, Plan, SeatArray

MOST_COMPARED = 300_000_000
"""Exchanges looked at in one search, over all tables: many large tables are searched less, a page waits for them."""


class Placing:
    """Exchanges people on a pattern: a quadratic assignment, with mixed tables as a rule.

    Each step exchanges two people, each exchange with a chance that grows with what it is worth, ever more strictly;
    the best plan on the way is kept.

    Parameters
    ----------
    padded : Padded
        Guests, with empty chairs.
    seats : (rounds, tables, size) int
        The pattern.
    config : TablesConfig
        Length and temperature.
    rng : Generator
        Draws the start and the exchanges.

    References
    ----------
    T. C. Koopmans and M. Beckmann (1957), "Assignment Problems and the Location of Economic Activities".
    """

    def __init__(self, padded: Padded, seats: SeatArray, config: TablesConfig, rng: np.random.Generator) -> None:
        self._padded, self._pattern, self._config, self._rng = padded, seats, config, rng
        places = seats.reshape(-1, padded.size)
        self._at = np.zeros((len(places), padded.n), dtype=np.float32)
        self._at[np.arange(len(places))[:, None], places] = 1.0
        meets = self._at.T @ self._at
        np.fill_diagonal(meets, 0.0)
        self._meets: FloatArray = meets

    def plan(self) -> Plan:
        """Search, and give the best plan found."""
        padded, config = self._padded, self._config
        who = self._rng.permutation(padded.n)
        best, best_worth = who, self._worth(who)
        here = best_worth
        hot, cold = (padded.spread * t for t in (config.hot, config.cold))
        swaps = max(1, min(config.swaps, MOST_COMPARED // max(self._at.shape[0] * padded.n**2, 1)))
        for step in range(swaps):
            gain = self._gains(who)
            noise = self._rng.gumbel(size=gain.shape)
            heat = hot * (cold / hot) ** (step / swaps)
            a, b = np.unravel_index(int(np.argmax(gain + heat * noise)), gain.shape)
            here += float(gain[a, b])
            who = who.copy()
            who[[a, b]] = who[[b, a]]
            if here > best_worth:
                best, best_worth = who, here
        return padded.plan(best[self._pattern])

    def _worth(self, who: SeatArray) -> float:
        worth, across = (matrix[np.ix_(who, who)] for matrix in (self._padded.worth, self._padded.across))
        unmixed = ((self._at @ across) * self._at).sum(axis=1) == 0
        return float((worth * self._meets).sum() / 2.0 - self._padded.penalty * unmixed.sum())

    def _gains(self, who: SeatArray) -> FloatArray:
        """Give what exchanging the people of each two places gains; (n, n), -inf below the diagonal and on it."""
        worth = self._padded.worth[np.ix_(who, who)]
        there = worth @ self._meets
        stay = np.diag(there)
        gain = there + there.T - stay[:, None] - stay[None, :] + 2.0 * worth * self._meets
        gain -= np.float32(self._padded.penalty) * self._newly_unmixed(who)
        gain[np.tril_indices(len(gain))] = -np.inf
        return np.asarray(gain)

    def _newly_unmixed(self, who: SeatArray) -> FloatArray:
        """Count the tables that an exchange leaves unmixed, less those that it mixes; (n, n)."""
        across = self._padded.across[np.ix_(who, who)]
        at = self._at
        towards = at @ across  # (tables, n): guests of the table who are of another community than each one
        pairs = (towards * at).sum(axis=1) / 2.0
        # a leaves the table, b comes: pairs - towards[a] + towards[b] - across[a, b], b not being there
        after = pairs[:, None, None] - towards[:, :, None] + towards[:, None, :] - across[None, :, :]
        moved = at[:, :, None] * (1.0 - at[:, None, :])
        change = ((after == 0).astype(np.float32) - (pairs == 0)[:, None, None]) * moved
        one_way = change.sum(axis=0)
        return np.asarray(one_way + one_way.T, dtype=np.float32)
