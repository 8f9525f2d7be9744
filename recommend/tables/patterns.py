"""Published patterns in which nobody meets anybody twice, for more rounds than a search finds."""

from __future__ import annotations

import numpy as np

from recommend.tables.plan import SeatArray

FIELD_POLYNOMIAL = {4: 0b111, 8: 0b1011, 16: 0b10011, 32: 0b100101}
"""An irreducible polynomial over GF(2) for each field of so many elements."""
THIRTY_TWO = (
    "ABCD EFGH IJKL MNOP", "AEIm BcgH DFKp JlnO", "Aflo Bhkm CeJP DGiN", "AciL BdjK EhMn FgoP", "AgKN BElP Cfjm DHIo",
    "AhJp BFin CdMo EgkL", "AdeF BGJo CHLn IkMp", "AbnP CEKO DglM FhIj", "AGjM BeIO CFkN DhLP", "AHkO BfLM Cgip Dejn",
)  # fmt: skip
"""Half the tables of ten rounds for 32 people, by letter; the other half has capitals and small letters exchanged."""


def pattern(tables: int, size: int, rounds: int) -> SeatArray | None:
    """Give seats of some rounds in which no two numbers share a table twice.

    Parameters
    ----------
    tables, size : int
        Tables and seats of each: numbers 0 .. tables * size - 1.
    rounds : int
        How many.

    Returns
    -------
    (rounds, tables, size) int, or None
        None where no pattern known here has so many rounds.

    References
    ----------
    Ten rounds for 32 people at tables of four: A. Aguado (2004), "A 10 Days Solution to the Social Golfer Problem";
    the schedule used here is the one of E. Pegg Jr., "Social Golfer Problem", Wolfram Demonstrations Project, as
    F. van Doorn's list of table plans gives it. It looks the same with each letter's two people exchanged, and two
    such never meet, so half of it is kept.
    Others: transversal designs over Z_n (least prime factor of n at least the size) and GF(2^k), see
    C. J. Colbourn and J. H. Dinitz (2007), "Handbook of Combinatorial Designs", III.3; where the people who share
    no table in them fill whole tables, these are one more round: with n tables of n all meet all.
    """
    if (tables, size) == (8, 4) and rounds <= len(THIRTY_TWO):
        return _of_letters()[:rounds]
    found = _transversal(tables, size)
    return found[:rounds] if found is not None and rounds <= len(found) else None


def _of_letters() -> SeatArray:
    half = np.array([[[_number(x) for x in block] for block in row.split()] for row in THIRTY_TWO], dtype=np.intp)
    return np.concatenate([half, half ^ 1], axis=1)


def _number(letter: str) -> int:
    return 2 * (ord(letter.upper()) - ord("A")) + letter.islower()


def _transversal(tables: int, size: int) -> SeatArray | None:
    """Seat (i, x), the x-th person of group i: round r seats (i, t + r i) at table t."""
    t, group = np.arange(tables)[None, :, None], np.arange(size)
    if tables in FIELD_POLYNOMIAL and size <= tables:
        place = t ^ _field(tables)[:, None, :size]
    elif _least_factor(tables) >= size:
        place = (t + np.arange(tables)[:, None, None] * group) % tables
    else:
        return None
    seats = np.asarray(group * tables + place, dtype=np.intp)
    if tables % size:
        return seats
    return np.concatenate([seats, np.arange(tables * size, dtype=np.intp).reshape(1, tables, size)])


def _field(q: int) -> SeatArray:
    """Multiplication table of the field of q = 2^k elements."""
    out = np.zeros((q, q), dtype=np.intp)
    for a in range(q):
        for b in range(q):
            out[a, b] = _product(a, b, q)
    return out


def _product(a: int, b: int, q: int) -> int:
    out = 0
    while b:
        out ^= a if b & 1 else 0
        a <<= 1
        a ^= FIELD_POLYNOMIAL[q] if a & q else 0
        b >>= 1
    return out


def _least_factor(n: int) -> int:
    return next((d for d in range(2, n) if n % d == 0), n)
