"""Tables filled one seat after the other by whoever is worth most there."""

from __future__ import annotations

import numpy as np

from recommend.tables.padded import Padded
from recommend.tables.plan import FloatArray, SeatArray


def filled(padded: Padded, rounds: int, rng: np.random.Generator) -> SeatArray:
    """Seat people greedily, round after round.

    Parameters
    ----------
    padded : Padded
        Guests.
    rounds : int
        How many.
    rng : Generator
        Draws the first guest of each table.

    Returns
    -------
    (rounds, people) int
        Guests in the order of the tables, largest table first.
    """
    people = len(padded.guests)
    worth = padded.worth[:people, :people].copy()
    out = np.empty((rounds, people), dtype=np.intp)
    for number in range(rounds):
        tables = _round(worth, padded.sizes, rng.permutation(people).tolist())
        for table in tables:
            worth[np.ix_(table, table)] -= np.float32(padded.penalty)  # they do not meet again
        out[number] = [guest for table in tables for guest in table]
    return out


def _round(worth: FloatArray, sizes: tuple[int, ...], order: list[int]) -> list[list[int]]:
    free = np.ones(len(order), dtype=bool)
    tables: list[list[int]] = []
    first = iter(order)
    for size in sizes:
        table = [next(guest for guest in first if free[guest])]
        free[table] = False
        gain = worth[table[0]].copy()
        while len(table) < size:
            guest = int(np.argmax(np.where(free, gain, -np.inf)))
            free[guest] = False
            table.append(guest)
            gain += worth[guest]
        tables.append(table)
    return tables
