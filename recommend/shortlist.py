"""Best partners where texts are many: the same lists as from every score, without comparing every text whole.

What two texts share in spelling only ever takes away from fit, and is slow to count. A score without it is a bound;
who stands first by the bound is scored whole, until nobody else can be among the best (the threshold algorithm of
Fagin, Lotem and Naor, 2003, "Optimal aggregation algorithms for middleware").
"""

from __future__ import annotations

import numpy as np

from recommend.pairs import BoolArray, IntArray
from recommend.results import Scope
from recommend.scoring import Scorer
from recommend.selection import FloatArray, TieBreak, best

LOOKED_AT = 40
"""Partners scored whole at first, as a multiple of the length of the list; eight times as many at each further try."""
GROWTH = 8
ROUNDING = 1e-5
"""A bound and the score it bounds are computed in different orders, in single precision."""


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
    structural, bound = scorer.structural(block, scope), scorer.text(block, at_most=True)
    bound[~scorer.speaks(bound)] = -np.inf
    bound += structural
    bound[~allowed] = -np.inf
    partners = np.full((len(block), k), -1, dtype=np.intp)
    scores = np.full((len(block), k), -np.inf)
    for i, person in enumerate(block.tolist()):
        most = LOOKED_AT * k
        while True:
            near, beyond = _nearest(bound[i], most)
            score = np.full(len(bound[i]), -np.inf)
            score[near] = structural[i, near] + _text(scorer, person, near)
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


def _text(scorer: Scorer, person: int, partners: IntArray) -> FloatArray:
    text = scorer.text_of(person, partners)
    text[~scorer.speaks(text)] = -np.inf
    return text
