"""Small hearings: three or four people who complete each other, have not met, and have not been heard (B31)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from graph.errors import WrongUse
from recommend.composer import Composer, GatheringConfig, Heard
from recommend.people import IntArray
from recommend.pipeline import Matchmaker
from recommend.reasons import overall
from recommend.results import Band, Party, ReasonCode, Recommendation

SMALLEST, LARGEST = 3, 6
MOST_GATHERINGS = 20
MOST_REASONS = 4
HEARD_FROM = "heard_from"
"""Detail of a statement that was heard in a conversation: who said it."""
_ORDER = {Band.STRONG: 0, Band.GOOD: 1, Band.FAIR: 2}
_HELP = (ReasonCode.NEED_MET, ReasonCode.OFFER_WANTED)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who should come.

    Attributes
    ----------
    party : Party
        As far as the viewer may see.
    heard : Heard
        How far they have had their say.
    ask_first : bool
        Whether they have not yet agreed to be introduced.
    """

    party: Party
    heard: Heard
    ask_first: bool


@dataclass(frozen=True, slots=True)
class Gathering:
    """One small hearing.

    Attributes
    ----------
    attendees : tuple of Attendee
        Members of the space first.
    mixed : bool
        Whether two of them at least are of different communities.
    n_met : int
        Pairs who have met.
    why : tuple of Recommendation
        Pairs of whom one can help the other, strongest first, each with these reasons alone.
    """

    attendees: tuple[Attendee, ...]
    mixed: bool
    n_met: int
    why: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class GatheringsAnswer:
    """What `gatherings` gives; fewer than asked for where people run out."""

    size: int
    gatherings: tuple[Gathering, ...]
    encoder: str
    notice: Mapping[str, str] = field(default_factory=dict)


def gatherings(
    maker: Matchmaker, members: IntArray, size: int = 4, number: int = 1, config: GatheringConfig | None = None
) -> GatheringsAnswer:
    """Put together small hearings around the members of a space.

    Half of the people, rounded up, are members; the others come from elsewhere where there is anybody. Nobody is in
    two gatherings.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    members : (m,) int
        Numbers of the members.
    size : int
        People of each, from `SMALLEST` to `LARGEST`.
    number : int
        How many, up to `MOST_GATHERINGS`.
    config : GatheringConfig, optional
        Weights.

    Raises
    ------
    graph.errors.WrongUse
        If a number is out of range.
    """
    for name, value, least, most in (("size", size, SMALLEST, LARGEST), ("number", number, 1, MOST_GATHERINGS)):
        if not least <= value <= most:
            raise WrongUse(f"{name}: got {value}, expected a whole number from {least} to {most}")
    heard = _heard(maker)
    composer = Composer(maker, members, heard, size, config or GatheringConfig())
    chosen = composer.choose(number)
    return GatheringsAnswer(
        size, tuple(_described(maker, one, heard) for one in chosen), maker.encoder.name, maker.notice
    )


def _heard(maker: Matchmaker) -> list[Heard]:
    """Say of everybody how far they have had their say, by what may move an answer."""
    table, number_of_row = maker.view.statements.take(maker.view.matchable_statements), maker.people.number_of_row
    out = [Heard.NEVER] * len(maker.people)
    for owner, details in zip(table.owner.tolist(), table.details.tolist(), strict=True):
        number = int(number_of_row[owner])
        if number >= 0 and out[number] is not Heard.HEARD:
            out[number] = Heard.HEARD if HEARD_FROM in json.loads(details or "{}") else Heard.WRITTEN
    return out


def _described(maker: Matchmaker, numbers: list[int], heard: Sequence[Heard]) -> Gathering:
    people, pairs = maker.people, maker.people.pairs
    asked = maker.view.asked[people.rows]
    belongs = pairs.communities[numbers]
    declared = np.diff(belongs.indptr) > 0
    across = declared[:, None] & declared[None, :] & ((belongs @ belongs.T).toarray() == 0)
    return Gathering(
        attendees=tuple(Attendee(people.party(n), heard[n], not bool(asked[n])) for n in numbers),
        mixed=bool(across.any()),
        n_met=int(pairs.met[numbers][:, numbers].nnz) // 2,
        why=_why(maker, numbers),
    )


def _why(maker: Matchmaker, numbers: list[int]) -> tuple[Recommendation, ...]:
    ends = np.array(list(combinations(numbers, 2)), dtype=np.intp).reshape(-1, 2)
    found = []
    for (a, b), reasons in zip(ends.tolist(), maker.evidence.reasons(ends[:, 0], ends[:, 1]), strict=True):
        helping = tuple(r for r in reasons if r.code in _HELP)
        if helping:
            parties = maker.people.party(a), maker.people.party(b)
            found.append(Recommendation(*parties, 1, 0.0, overall(helping), helping))
    found.sort(key=lambda made: min(_ORDER[r.band] for r in made.reasons))
    return tuple(found[:MOST_REASONS])
