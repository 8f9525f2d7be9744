"""From guests and what is wanted to the best plan found."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from recommend.tables.config import TablesConfig
from recommend.tables.dealing import Dealing
from recommend.tables.padded import Padded
from recommend.tables.patterns import pattern
from recommend.tables.placing import Placing
from recommend.tables.plan import Guests, Plan, Wanted, broken, value

DENSE = 2 / 3
"""Share of the most possible rounds from which a published pattern is tried first: there a search rarely ends well."""
SMALLEST_PARTY = 2
LARGEST_PATTERN = 130
"""People up to whom patterns are tried: all exchanges of two are weighed at each step."""


def seated(guests: Guests, wanted: Wanted, config: TablesConfig, rng: np.random.Generator) -> Plan:
    """Seat guests over some rounds.

    Parameters
    ----------
    guests : Guests
        Who they are, and what holds between them.
    wanted : Wanted
        Rounds and size of tables.
    config : TablesConfig
        How long the search goes.
    rng : Generator
        Draws the search.

    Returns
    -------
    Plan
        The plan that breaks fewest rules and, among these, is worth most. Two who must not sit together never do: where
        nothing else is possible one of both has no seat in that round.
    """
    sizes = wanted.sizes(len(guests))
    if len(guests) < SMALLEST_PARTY:
        return ()
    padded = Padded(guests, sizes)
    dense = wanted.rounds > DENSE * wanted.most_rounds(len(guests))
    first, second = (_placed, _dealt) if dense else (_dealt, _placed)
    found = first(padded, wanted, config, rng)
    if not found or broken(guests, best(guests, found)).weight:
        found += second(padded, wanted, config, rng)
    return _apart(guests, best(guests, found))


def best(guests: Guests, plans: list[Plan]) -> Plan:
    """Give the plan that breaks fewest rules, and among these the one worth most."""
    return min(plans, key=lambda plan: (broken(guests, plan).weight, -value(guests, plan)))


def _dealt(padded: Padded, wanted: Wanted, config: TablesConfig, rng: np.random.Generator) -> list[Plan]:
    return Dealing(padded, wanted.rounds, config, rng).plans()


def _placed(padded: Padded, wanted: Wanted, config: TablesConfig, rng: np.random.Generator) -> list[Plan]:
    known = pattern(len(padded.sizes), padded.size, wanted.rounds)
    if known is None or padded.n > LARGEST_PATTERN:
        return []
    plan = Placing(padded, known, config, rng).plan()
    right = all(sorted(map(len, one), reverse=True) == list(padded.sizes) for one in plan)
    return [plan] if right else []  # else two empty chairs are at one table: the pattern has no room for them


def _apart(guests: Guests, plan: Plan) -> Plan:
    """Take from a table whoever must not sit with somebody there, the one with most such neighbours first."""
    if not broken(guests, plan).apart:
        return plan
    return tuple(tuple(_peaceful(guests, table) for table in one) for one in plan)


def _peaceful(guests: Guests, table: tuple[int, ...]) -> tuple[int, ...]:
    while any(guests.apart[a, b] for a, b in combinations(table, 2)):
        worst = max(table, key=lambda one: int(guests.apart[one, list(table)].sum()))
        table = tuple(one for one in table if one != worst)
    return table
