"""What the whole network gains if two people meet (A16, B13)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from graph.errors import WrongUse
from graph.measures.adjacency import FloatArray
from graph.measures.gain import structural_gain
from recommend.pipeline import Matchmaker
from recommend.results import Party

EXACT_DISTANCES = 2_000
"""People up to which all pairs that come closer are counted."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two communities that the tie joins.

    Attributes
    ----------
    a, b : str
        Names.
    ties, expected : int
        Met pairs between them now, and as many as would be expected.
    """

    a: str
    b: str
    ties: int
    expected: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a meeting would do for the network that the viewer may see.

    Attributes
    ----------
    person, partner : Party
        Who would meet.
    met : bool
        True when they have met: then nothing changes.
    steps : int or None
        Introductions from one to the other now, 1 = they have met; None where no way leads there.
    people_joined : int
        Pairs of people who could not reach each other before.
    pairs_closer : int or None
        Pairs of people who come closer, those included; None in a network of more than 2,000 people.
    reach_gain : float
        Drop of the Kirchhoff index, the sum of effective resistances over all pairs of people, as a share of it,
        in [0, 1]; estimated above 5,000 people.
    better_than : float
        Share of the person's other possible meetings that would do less for the index, in [0, 1].
    joined : Joined or None
        The two communities between which it would help most.
    """

    person: Party
    partner: Party
    met: bool
    steps: int | None
    people_joined: int
    pairs_closer: int | None
    reach_gain: float
    better_than: float
    joined: Joined | None


def what_if(maker: Matchmaker, person_row: int, partner_row: int) -> WhatIf:
    """Say what the network gains if two people meet.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    person_row, partner_row : int
        Rows of two people in the node table.

    Raises
    ------
    graph.errors.WrongUse
        If one of them may not be introduced, or both are the same.
    """
    people = maker.people
    parties = (people.party_of(person_row), people.party_of(partner_row))
    numbers = people.number_of_row[[person_row, partner_row]]
    apart = people.pairs.apart
    a, b = int(numbers[0]), int(numbers[1])
    if a < 0 or b < 0 or a == b or apart[[a]][:, [b]].nnz:
        names = f"{parties[0].id!r} and {parties[1].id!r}"
        raise WrongUse(f"{names}: expected two different people who may be introduced to each other")
    network = people.met
    met = bool(network[[a]][:, [b]].nnz)
    from_a, from_b = dijkstra(network, directed=False, unweighted=True, indices=[a, b])
    joined = _joined(maker, a, b)
    reach, better = (0.0, 0.0) if met else _reach(maker, a, b)
    return WhatIf(
        *parties, met, int(from_a[b]) if np.isfinite(from_a[b]) else None,
        0 if np.isfinite(from_a[b]) else int(np.isfinite(from_a).sum() * np.isfinite(from_b).sum()),
        _closer(maker, from_a, from_b), reach, better, joined,
    )  # fmt: skip


def _reach(maker: Matchmaker, a: int, b: int) -> tuple[float, float]:
    gains = structural_gain(maker.people.met, rng=np.random.default_rng(maker.config.round.seed))
    possible = np.asarray(maker.people.met[[a]].todense()).ravel() == 0
    possible[[a]] = False
    everybody = gains.rows(np.array([a]))[0]
    mine = float(everybody[b])
    others = np.delete(everybody, b)[np.delete(possible, b)]
    return min(mine / max(float(gains.index), 1e-12), 1.0), float((others < mine).mean()) if len(others) else 0.0


def _closer(maker: Matchmaker, from_a: FloatArray, from_b: FloatArray) -> int | None:
    n = len(maker.people)
    if n > EXACT_DISTANCES:
        return None
    before = dijkstra(maker.people.met, directed=False, unweighted=True)
    through = np.minimum(from_a[:, None] + 1 + from_b[None, :], from_b[:, None] + 1 + from_a[None, :])
    return int((through < before).sum() // 2)


def _joined(maker: Matchmaker, a: int, b: int) -> Joined | None:
    label = maker.view.label
    for row_a, row_b, ties, expected in maker.evidence.structure.joins(np.array([a]), np.array([b])).rows():
        if row_a >= 0:
            return Joined(label(row_a), label(row_b), ties, expected)
    return None
