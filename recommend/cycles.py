"""Circles of help: A helps B, B helps C, C helps A, where no two could have helped each other (A21)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from graph.errors import WrongUse
from recommend.people import IntArray
from recommend.pipeline import Matchmaker
from recommend.reasons import GOOD, band_of
from recommend.results import Band, Party, ReasonCode, Recommendation, Scope

LEAST = GOOD
"""Fit from which somebody counts as able to help."""
MOST_HELPERS = 10
"""Best helpers of each person who are followed."""
MOST_CIRCLES = 50
MOST_OF_ONE = 2
"""Circles in which one person is told."""


@dataclass(frozen=True, slots=True)
class Circle:
    """One circle of help.

    Attributes
    ----------
    parties : tuple of Party
        Each helps the next, the last the first.
    ask_first : tuple of bool
        Of each, whether they have not yet agreed to be introduced.
    help : tuple of Recommendation
        For each, as partner, the one they help, as person, with the need and the offer that met.
    band : Band
        Of its weakest link.
    """

    parties: tuple[Party, ...]
    ask_first: tuple[bool, ...]
    help: tuple[Recommendation, ...]
    band: Band


@dataclass(frozen=True, slots=True)
class CirclesAnswer:
    """What `circles` gives, the strongest weakest link first."""

    circles: tuple[Circle, ...]
    encoder: str
    notice: Mapping[str, str] = field(default_factory=dict)


def circles(maker: Matchmaker, people: IntArray, number: int = 10) -> CirclesAnswer:
    """Find circles of three or four in which everybody helps and is helped, and no two are even by themselves.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    people : (n,) int
        Numbers of those of whom one at least takes part.
    number : int
        Most circles, from 1 to `MOST_CIRCLES`; nobody is in more than two.

    Raises
    ------
    graph.errors.WrongUse
        If the number is out of range.

    Notes
    -----
    Every link leads from one community to another; of each two in a circle at most one can help the other.
    """
    if not 1 <= number <= MOST_CIRCLES:
        raise WrongUse(f"number: got {number}, expected a whole number from 1 to {MOST_CIRCLES}")
    links = _links(maker)
    wanted = set(people.tolist())
    apart = maker.people.pairs.apart.tocoo()
    kept = set(zip(*(ends.tolist() for ends in apart.coords), strict=True))
    found = sorted(_found(links, wanted, kept), key=lambda one: (-one[0], len(one[1]), one[1]))
    times: Counter[int] = Counter()
    chosen: list[tuple[float, tuple[int, ...]]] = []
    for fit, members in found:
        if len(chosen) < number and all(times[m] < MOST_OF_ONE for m in members):
            times.update(members)
            chosen.append((fit, members))
    told = tuple(_described(maker, fit, members) for fit, members in chosen)
    return CirclesAnswer(told, maker.encoder.name, maker.notice)


def _links(maker: Matchmaker) -> list[dict[int, float]]:
    """Give for everybody whom they can help across communities, and how well; one way only."""
    pairs, step, n = maker.people.pairs, maker.config.block, len(maker.people)
    takes_part = pairs.eligible(Scope.ACROSS)
    members = pairs.communities.T.tocsr()
    helped: list[dict[int, float]] = [{} for _ in range(n)]
    for start in range(0, n, step):
        block = np.arange(start, min(start + step, n))
        fit = maker.fit.needs.asking(block)
        fit[pairs.barred(block).nonzero()] = 0.0
        fit[(pairs.communities[block] @ members).nonzero()] = 0.0
        fit[:, ~takes_part] = 0.0
        fit[~takes_part[block]] = 0.0
        best = np.argsort(-fit, axis=1, kind="stable")[:, :MOST_HELPERS]
        for asker, row, helpers in zip(block.tolist(), fit, best.tolist(), strict=True):
            for helper in helpers:
                if row[helper] >= LEAST:
                    helped[helper][asker] = float(row[helper])
    return [{b: fit for b, fit in mine.items() if a not in helped[b]} for a, mine in enumerate(helped)]


def _found(
    links: list[dict[int, float]], wanted: set[int], apart: set[tuple[int, int]]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Give circles once each, beginning with the smallest number, and the fit of the weakest link.

    Those who are kept apart help each other nowhere, and do not face each other in a circle of four either.
    """
    for a, mine in enumerate(links):
        for b, ab in mine.items():
            if b < a:
                continue
            for c, bc in links[b].items():
                if c <= a:
                    continue
                if a in links[c] and wanted & {a, b, c}:
                    yield min(ab, bc, links[c][a]), (a, b, c)
                for d, cd in links[c].items():
                    there = d > a and d != b and a in links[d] and wanted & {a, b, c, d}
                    if there and _open(links, (a, c), (b, d)) and not {(a, c), (c, a), (b, d), (d, b)} & apart:
                        yield min(ab, bc, cd, links[d][a]), (a, b, c, d)


def _open(links: list[dict[int, float]], *pairs: tuple[int, int]) -> bool:
    """Say whether nobody of these pairs helps the other: else a shorter way is there."""
    return not any(b in links[a] or a in links[b] for a, b in pairs)


def _described(maker: Matchmaker, fit: float, members: tuple[int, ...]) -> Circle:
    people = maker.people
    asked = people.view.asked[people.rows]
    helpers, askers = np.array(members), np.array((*members[1:], members[0]))
    told = maker.evidence.reasons(askers, helpers)
    links = []
    for asker, helper, reasons in zip(askers.tolist(), helpers.tolist(), told, strict=True):
        met = tuple(r for r in reasons if r.code is ReasonCode.NEED_MET)
        links.append(Recommendation(people.party(asker), people.party(helper), 1, 0.0, band_of(fit), met))
    waiting = tuple(not bool(asked[m]) for m in members)
    return Circle(tuple(people.party(m) for m in members), waiting, tuple(links), band_of(fit))
