"""Needs and offers of two people that fit by their words, and not by their conditions (A15, A16, A20, B23)."""

from __future__ import annotations

from dataclasses import dataclass

from graph.kinds import Detail
from recommend.channel import Match
from recommend.conditions import Conditions
from recommend.reasons import FAIR, Evidence
from recommend.results import ReasonCode


@dataclass(frozen=True, slots=True)
class Lack:
    """One condition of a need that an offer does not meet.

    Attributes
    ----------
    detail : Detail
        Which.
    needed, offered : str
        A word of `graph.kinds.Commitment` or `graph.kinds.Exchange`, or a number of hours a month.
    """

    detail: Detail
    needed: str
    offered: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A need and an offer that would fit.

    Attributes
    ----------
    code : ReasonCode
        ``need_met`` where the need is the person's, ``offer_wanted`` where it is the partner's.
    fit : float
        How well they would, in [0, 1].
    lacks : tuple of Lack
        What keeps them apart, at least one.
    """

    code: ReasonCode
    fit: float
    lacks: tuple[Lack, ...]


def mismatches(evidence: Evidence, person: int, partner: int) -> tuple[Mismatch, ...]:
    """Find what only conditions keep two people from, at most one each way.

    Parameters
    ----------
    evidence : Evidence
        What may be told to the viewer: only a need and an offer that may both be quoted are told.
    person, partner : int
        Numbers of two people.
    """
    ways = ((ReasonCode.NEED_MET, person, partner), (ReasonCode.OFFER_WANTED, partner, person))
    found = (_between(evidence, code, asker, answerer) for code, asker, answerer in ways)
    return tuple(one for one in found if one is not None)


def _between(evidence: Evidence, code: ReasonCode, asker: int, answerer: int) -> Mismatch | None:
    needs = evidence.fit.needs
    apart, together = needs.kept_apart(asker, answerer), needs.best(asker, answerer)
    if apart is None or apart[2] < FAIR or (together is not None and together[2] >= apart[2]):
        return None
    if evidence.quoted(apart[0]) is None or evidence.quoted(apart[1]) is None:
        return None
    return Mismatch(code, apart[2], _lacks(evidence, apart))


def _lacks(evidence: Evidence, apart: Match) -> tuple[Lack, ...]:
    details = evidence.view.statements.details
    needed, offered = (Conditions.read(details[row]) for row in apart[:2])
    return tuple(Lack(detail, needed.told(detail), offered.told(detail)) for detail in needed.lacks(offered))
