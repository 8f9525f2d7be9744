"""Why two people should meet, why not, and what would change it (A15, B01, B23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from graph.kinds import StatementKind
from graph.tables import STATEMENT_CODE
from recommend.mismatches import Mismatch, mismatches
from recommend.people import IntArray, People
from recommend.pipeline import Matchmaker
from recommend.reasons import STRONG, overall
from recommend.results import Band, Party, Ranking, Reason, Recommendation, Scope
from recommend.scoring import Scorer


class Obstacle(StrEnum):
    """Why two people are not, or not first, proposed to each other."""

    UNAVAILABLE = "unavailable"  # one of both may not be introduced, or not to the other: all such look alike
    MET = "met"  # they have met
    WAITING = "waiting"  # as many introductions wait for an answer of one of both as they take at a time
    PROPOSED = "proposed"  # they were proposed to each other already: it waits, was agreed to, or declined
    SAME_COMMUNITY = "same_community"  # they share one, and the scope leads across
    NO_COMMUNITY = "no_community"  # one declares none, and the scope leads across
    COMMON_PARTNERS = "common_partners"  # they know somebody in common, and the scope is far
    NOTHING_SPEAKS = "nothing_speaks"  # no text fits and no tie is known
    OTHERS_FIRST = "others_first"  # others suit better
    CONDITIONS = "conditions"  # a need and an offer fit by their words, and not by their conditions


class ChangeCode(StrEnum):
    """What would move the partner up in the person's list."""

    NEED_MET = "need_met"  # a need of the person that the partner can meet well
    OFFER_WANTED = "offer_wanted"  # an offer of the person that the partner wants
    SHARED_VISION = "shared_vision"  # visions of both that are close
    CONDITIONS = "conditions"  # other conditions of a need or an offer
    RELEASE = "release"  # sentences that are there and are not released for matching
    ASK = "ask"  # the agreement of one of both to be introduced
    DECLARE_COMMUNITY = "declare_community"  # a declared community


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change the answer.

    Attributes
    ----------
    code : ChangeCode
        What.
    place : int or None
        Place that the partner would take in the person's list; None where it is not computed or may not be told.
    n : int
        Number of sentences (``release``), else 0.
    mismatch : Mismatch or None
        Whose conditions (``conditions``), else None.
    """

    code: ChangeCode
    place: int | None = None
    n: int = 0
    mismatch: Mismatch | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, why not, and what would change it.

    Attributes
    ----------
    scope : Scope
        Which partners.
    person, partner : Party
        Both sides.
    place, of : int or None
        Place of the partner among all possible ones of the person, from 1, and their number; None where the partner
        is not possible, or where the viewer sees no scores.
    band : Band or None
        How promising; None where the partner is not possible.
    reasons : tuple of Reason
        What speaks for it.
    obstacles : tuple of Obstacle
        What speaks against it.
    changes : tuple of Change
        What would change it.
    mismatches : tuple of Mismatch
        One for each ``conditions`` among the obstacles, in their order.
    """

    scope: Scope
    person: Party
    partner: Party
    place: int | None
    of: int | None
    band: Band | None
    reasons: tuple[Reason, ...]
    obstacles: tuple[Obstacle, ...]
    changes: tuple[Change, ...]
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def recommendation(self) -> Recommendation:
        """The same as a proposal, for the words of the reasons."""
        return Recommendation(self.person, self.partner, 1, 0.0, self.band or Band.FAIR, self.reasons)


def explain(maker: Matchmaker, person_row: int, partner_row: int, scope: Scope, k: int = 10) -> Explanation:
    """Say why two people should meet, or why they are not proposed to each other.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    person_row, partner_row : int
        Rows of two people in the node table.
    scope : Scope
        Which partners.
    k : int
        Length of a list: who stands lower has others first.
    """
    people = maker.people
    parties = (people.party_of(person_row), people.party_of(partner_row))
    numbers = people.number_of_row[[person_row, partner_row]]
    if (numbers < 0).any() or person_row == partner_row:
        return _unavailable(scope, *parties)
    person, partner = int(numbers[0]), int(numbers[1])
    reasons = maker.evidence.reasons(np.array([person]), np.array([partner]))[0]
    obstacles = _obstacles(people, person, partner, scope)
    if obstacles == (Obstacle.UNAVAILABLE,):
        return _unavailable(scope, *parties)
    standing = _Standing(maker, person, partner, scope)
    place = None if obstacles else standing.place()
    if not obstacles and not np.isfinite(standing.score):
        obstacles, place = (Obstacle.NOTHING_SPEAKS,), None
    elif place is not None and place > k:
        obstacles = (Obstacle.OTHERS_FIRST,)
    possible = place is not None
    open_ = possible or obstacles == (Obstacle.NOTHING_SPEAKS,)
    apart = mismatches(maker.evidence, person, partner) if open_ else ()
    obstacles = (*(() if apart and not possible else obstacles), *(Obstacle.CONDITIONS for _ in apart))
    changes = (*(standing.changes(apart) if open_ else ()),
               *_released(people, person, partner), *_asked(people, person, partner),
               *_declared(obstacles))  # fmt: skip
    out = Explanation(
        scope, *parties, place, standing.n_possible if possible else None, overall(reasons) if possible else None,
        reasons, obstacles, changes, apart,
    )  # fmt: skip
    return out if maker.view.viewer.sees_scores else _without_places(out)


def _unavailable(scope: Scope, person: Party, partner: Party) -> Explanation:
    """Give the same answer whoever of both does not want it, and why."""
    bare = replace(person, communities=()), replace(partner, communities=())
    return Explanation(scope, *bare, None, None, None, (), (Obstacle.UNAVAILABLE,), ())


def _without_places(told: Explanation) -> Explanation:
    return replace(told, place=None, of=None, changes=tuple(replace(c, place=None) for c in told.changes))


def _obstacles(people: People, person: int, partner: int, scope: Scope) -> tuple[Obstacle, ...]:
    pairs, me = people.pairs, np.array([person])
    if pairs.apart[me][:, [partner]].nnz:
        return (Obstacle.UNAVAILABLE,)
    found = [Obstacle.MET] if pairs.met[me][:, [partner]].nnz else []
    if pairs.full is not None and (pairs.full[person] or pairs.full[partner]):
        found.append(Obstacle.WAITING)
    if pairs.proposed is not None and pairs.proposed[me][:, [partner]].nnz:
        found.append(Obstacle.PROPOSED)
    if scope is Scope.ANY:
        return tuple(found)
    placed = pairs.placed(scope)
    if not (placed[person] and placed[partner]):
        found.append(Obstacle.NO_COMMUNITY)
    elif (pairs.communities[me] @ pairs.communities[[partner]].T).nnz:
        found.append(Obstacle.SAME_COMMUNITY)
    if scope is Scope.FAR and (pairs.met[me] @ pairs.met[[partner]].T).nnz:
        found.append(Obstacle.COMMON_PARTNERS)
    return tuple(found)


class _Standing:
    """Where the partner stands in the list of the person."""

    def __init__(self, maker: Matchmaker, person: int, partner: int, scope: Scope) -> None:
        self._maker, self._partner, self._me = maker, partner, np.array([person], dtype=np.intp)
        self._scorer: Scorer = maker.scorer(scope, Ranking.INDIVIDUAL)
        allowed = maker.people.pairs.allowed(self._me, scope)
        self._scores = np.where(allowed, self._scorer.score(self._me, scope), -np.inf)[0]
        self.n_possible = int(np.isfinite(self._scores).sum())
        self.score = float(self._scores[partner])

    def place(self, score: float | None = None) -> int:
        """Give the place of the partner with this score, the own one by default."""
        mine = self.score if score is None else score
        others = np.delete(self._scores, self._partner)
        return 1 + int((others > mine).sum())

    def changes(self, apart: Sequence[Mismatch]) -> tuple[Change, ...]:
        """Try what a strong fit of texts would do, and what would other conditions where only these keep apart."""
        fit, weights, me = self._maker.fit, self._maker.config, self._me
        needs, visions = fit.needs, fit.visions
        tried = (
            (ChangeCode.NEED_MET, weights.need_weight, self._of(needs.asking(me))),
            (ChangeCode.OFFER_WANTED, weights.need_weight, self._of(needs.answering(me))),
            (ChangeCode.SHARED_VISION, weights.vision_weight, self._of(visions.asking(me))),
        )
        by_words = {ChangeCode(str(mismatch.code)): mismatch for mismatch in apart}
        before = self.place() if np.isfinite(self.score) else len(self._scores)
        found = []
        for code, weight, now in tried:
            mismatch = by_words.get(code)
            if mismatch is not None:
                place = self._place_with(weight, now, mismatch.fit)
                found.append(Change(ChangeCode.CONDITIONS, place, mismatch=mismatch))
            elif now < STRONG:
                place = self._place_with(weight, now, STRONG)
                if place is None or place < before:
                    found.append(Change(code, place))
        return tuple(found)

    def _place_with(self, weight: float, now: float, then: float) -> int | None:
        """Give the place that another fit would bring; None where nothing is known of the partner so far."""
        gained = weight * self._scorer.strength(then) - weight * self._scorer.strength(now)
        return self.place(self.score + gained) if np.isfinite(self.score) else None

    def _of(self, fit: NDArray[np.float32]) -> float:
        return float(fit[0, self._partner]) if fit.size else 0.0


def _released(people: People, person: int, partner: int) -> tuple[Change, ...]:
    """Count the sentences of both that the viewer sees and that do not move a ranking."""
    table, view = people.view.statements, people.view
    codes = [STATEMENT_CODE[k] for k in (StatementKind.NEED, StatementKind.OFFER, StatementKind.VISION)]
    rows: IntArray = people.rows[[person, partner]]
    n = int((np.isin(table.owner, rows) & np.isin(table.kind, codes) & ~view.matchable_statements).sum())
    return (Change(ChangeCode.RELEASE, n=n),) if n else ()


def _asked(people: People, person: int, partner: int) -> tuple[Change, ...]:
    asked = people.view.asked[people.rows[[person, partner]]]
    return () if asked.all() else (Change(ChangeCode.ASK),)


def _declared(obstacles: tuple[Obstacle, ...]) -> tuple[Change, ...]:
    return (Change(ChangeCode.DECLARE_COMMUNITY),) if Obstacle.NO_COMMUNITY in obstacles else ()
