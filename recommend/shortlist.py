"""Best partners where texts are many: the same lists as from every score, without comparing every text whole.

What two texts share in spelling only ever takes away from fit, and is slow to count. A score without it is a bound;
who stands first by the bound is scored whole, until nobody else can be among the best (the threshold algorithm of
Fagin, Lotem and Naor, 2003, "Optimal aggregation algorithms for middleware"). For one person the bound itself comes
in parts: what ties say, and the most that texts could add; then one comparison of texts after the other, each for
those alone who may still be among the best.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from recommend.pairs import BoolArray, IntArray
from recommend.results import Scope
from recommend.scoring import ROUNDING, Part, Scorer
from recommend.selection import FloatArray, TieBreak, best, first

LOOKED_AT = 40
"""Partners scored whole at first, as a multiple of the length of the list; eight times as many at each further try."""
GLANCED_AT = 10
"""The same before each part of the bound of one person."""
GROWTH = 8
FEW = 4
"""People up to whom each is looked at alone."""


def shortlisted(
    scorer: Scorer, block: IntArray, scope: Scope, allowed: BoolArray, k: int, ties: TieBreak
) -> tuple[IntArray, FloatArray]:
    """Give the k best partners of each person of a block.

    Parameters
    ----------
    scorer : Scorer
        What pairs are worth.
    block : (b,) int
        Numbers of people.
    scope : Scope
        As of `Scorer.score`.
    allowed : (b, n) bool
        Who may be proposed to whom.
    k : int
        From 1.
    ties : TieBreak
        Order among equal scores.

    Returns
    -------
    (b, k) int, (b, k) float
        As `recommend.selection.best`.
    """
    structural = scorer.structural(block, scope)
    if len(block) > FEW:
        return _together(scorer, block, structural, allowed, k, ties)
    partners = np.full((len(block), k), -1, dtype=np.intp)
    scores = np.full((len(block), k), -np.inf)
    for i, person in enumerate(block.tolist()):
        near, score = _Search(scorer, person, structural[i], k).among(np.flatnonzero(allowed[i]))
        near, score = first(person, near, score, k, ties)
        partners[i, : len(near)], scores[i, : len(near)] = near, score
    return partners, scores


def _together(
    scorer: Scorer, block: IntArray, structural: FloatArray, allowed: BoolArray, k: int, ties: TieBreak
) -> tuple[IntArray, FloatArray]:
    bound = scorer.text(block, at_most=True)
    bound[~scorer.may_speak(bound)] = -np.inf
    bound += structural
    bound[~allowed] = -np.inf
    partners = np.full((len(block), k), -1, dtype=np.intp)
    scores = np.full((len(block), k), -np.inf)
    for i, person in enumerate(block.tolist()):
        most = LOOKED_AT * k
        while True:
            near, beyond = _nearest(bound[i], most)
            score = np.full(len(bound[i]), -np.inf)
            score[near] = structural[i, near] + scorer.spoken_of(person, near)
            partners[i], scores[i] = (found[0] for found in best(score[None, :], k, block[i : i + 1], ties))
            if scores[i, -1] > beyond + ROUNDING or beyond == -np.inf:
                break
            most *= GROWTH
    return partners, scores


def _nearest(bound: FloatArray, most: int) -> tuple[IntArray, float]:
    """Give the positions of the largest bounds, ascending, and the largest of the others."""
    if most >= len(bound):
        return np.flatnonzero(bound > -np.inf), -np.inf
    order = np.argpartition(bound, len(bound) - most - 1)
    near = np.sort(order[len(bound) - most :])
    return near[bound[near] > -np.inf], float(bound[order[len(bound) - most - 1]])


@dataclass
class _Search:
    """Who may be among the k best partners of one person, scored whole.

    Attributes
    ----------
    scorer, person, structural, k
        As of `shortlisted`, for one person.
    found : (m,) int
        Those scored whole so far.
    scores : (m,) float
        Their scores.
    seen : (n,) bool
        Whether somebody is among them.
    """

    scorer: Scorer
    person: int
    structural: FloatArray
    k: int
    found: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    scores: FloatArray = field(default_factory=lambda: np.zeros(0))
    seen: BoolArray = field(init=False)

    def __post_init__(self) -> None:
        self.seen = np.zeros(len(self.structural), dtype=bool)

    def among(self, partners: IntArray) -> tuple[IntArray, FloatArray]:
        """Give all of some partners, ascending, who can be among the best, and others, with their scores."""
        ahead = self.scorer.parts(self.person)
        text = np.zeros(len(partners))
        while ahead and len(partners) > GLANCED_AT * self.k:
            partners, text = self._tried(partners, text, _most(ahead, partners), GLANCED_AT * self.k)
            text += ahead.pop(0).bound(partners)
        most = GLANCED_AT * self.k
        text += _most(ahead, partners)
        while len(partners):
            partners, text = self._tried(partners, text, 0.0, most)
            most *= GROWTH
            left = ~self.seen[partners]
            partners, text = partners[left], text[left]
        return self.found, self.scores

    def _tried(
        self, partners: IntArray, text: FloatArray, ahead: FloatArray | float, most: int
    ) -> tuple[IntArray, FloatArray]:
        """Score the most hopeful whole; keep those who may speak at all, and be no worse than the k-th of them."""
        bound = text + ahead
        kept = self.scorer.may_speak(bound)
        bound += self.structural[partners]
        near = partners[_nearest(bound, most)[0]]
        near = near[~self.seen[near]]
        self.seen[near] = True
        self.found = np.concatenate([self.found, near])
        self.scores = np.concatenate([self.scores, self.structural[near] + self.scorer.spoken_of(self.person, near)])
        if len(self.scores) >= self.k:
            kept &= bound >= np.partition(self.scores, -self.k)[-self.k] - ROUNDING
        return partners[kept], text[kept]


def _most(ahead: list[Part], partners: IntArray) -> FloatArray:
    """Give the most that parts that are not compared yet can add with some partners."""
    most = np.zeros(len(partners))
    for part in ahead:
        most += part.most * part.whose[partners]
    return most
