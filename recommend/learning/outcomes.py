"""Outcomes on record, each with what the factors said of the pair before it was proposed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graph.introductions import Introductions, State, introductions_of
from graph.kinds import TieKind
from graph.tables import TIE_CODE
from graph.view import View
from recommend.known import Known
from recommend.learning.config import LearningConfig
from recommend.learning.weights import FACTORS, FloatArray, Outcomes, Weights, judged
from recommend.people import IntArray, People
from recommend.results import Ranking, Scope
from recommend.scoring import Scorer

if TYPE_CHECKING:
    from recommend.pipeline import Matchmaker

YES = frozenset({State.ACCEPTED, State.MET, State.HELPED})
DIRECT = (TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED)


def learned(maker: Matchmaker, config: LearningConfig) -> Weights:
    """Learn weights from the outcomes that the viewer may see, and say whether they are to be used.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks; with the fixed weights.
    config : LearningConfig
        Settings.
    """
    return judged(outcomes_of(maker, config), config, np.random.default_rng(config.seed))


def outcomes_of(maker: Matchmaker, config: LearningConfig) -> Outcomes:
    """Collect outcomes and compute what the factors said of each pair.

    Notes
    -----
    Ties are those from before the block of the introduction began, so that nothing that came of it is used to tell
    it; ties without a date count as old, but for those between the two themselves. Texts are those of today: when
    they were first said is not always known. Who has no time says nothing about the match, nor does an introduction
    that expired or was taken back.
    """
    told = introductions_of(maker.view)
    pairs = maker.people.number_of_row[np.stack([told.person, told.partner], axis=1)].reshape(-1, 2)
    says = np.array([s in YES or (s is State.DECLINED and not load)
                     for s, load in zip(told.state, told.for_load, strict=True)], dtype=bool)  # fmt: skip
    kept = np.flatnonzero(says & np.isfinite(told.asked) & (pairs >= 0).all(axis=1))
    kept = kept[np.argsort(told.asked[kept], kind="stable")]
    n = len(kept)
    if n < config.least or len(maker.people) > config.most_people:
        return Outcomes.none(n)
    pairs, asked = pairs[kept].astype(np.intp), told.asked[kept]
    yes = np.array([told.state[i] in YES for i in kept.tolist()], dtype=bool)
    block = _blocks(asked, config.blocks)
    return Outcomes(_factors(maker, told, pairs, asked, block), yes, block)


def _blocks(asked: FloatArray, n_blocks: int) -> NDArray[np.intp]:
    """Cut times, ascending, into stretches of about as many each; equal times stay together."""
    first = np.searchsorted(asked, asked, side="left")
    wanted: NDArray[np.intp] = first * n_blocks // len(asked)
    return np.unique(wanted, return_inverse=True)[1].astype(np.intp)


def _factors(
    maker: Matchmaker, told: Introductions, pairs: IntArray, asked: FloatArray, block: NDArray[np.intp]
) -> FloatArray:
    out = np.zeros((len(pairs), len(FACTORS)))
    texts = maker.scorer(Scope.ANY, Ranking.BALANCED)
    for number in range(int(block[-1]) + 1):
        rows = np.flatnonzero(block == number)
        past = People.of(_before(maker.view, told, float(asked[rows[0]])))
        known = Known(past, maker.config)
        chance = known.chance(Scope.ANY, Ranking.BALANCED)
        for row in rows.tolist():
            ends = pairs[row]
            logs = chance.log_chance(ends)
            out[row, 0] = (logs[0, ends[1]] + logs[1, ends[0]]) / 2.0
            out[row, 1:4] = _texts(maker, texts, int(ends[0]), int(ends[1]))
            out[row, 4] = known.bridge.log_factor_of(ends[:1], ends[1:])[0]
    return out


def _texts(maker: Matchmaker, scorer: Scorer, a: int, b: int) -> FloatArray:
    """Give what needs, visions and topics add to the score of a pair, the mean of both directions, (3,)."""
    fit, c = maker.fit, maker.config
    if fit.empty:
        return np.zeros(3)
    there, back = np.array([b], dtype=np.intp), np.array([a], dtype=np.intp)
    needs = fit.needs.asking_of(a, there)[0], fit.needs.answering_of(a, there)[0]
    visions = fit.visions.asking_of(a, there)[0], fit.visions.asking_of(b, back)[0]
    topics = fit.topics.asking_of(a, there)[0], fit.topics.asking_of(b, back)[0]
    said = [sum(scorer.strength(float(f)) for f in found) for found in (needs, visions, topics)]
    return np.array([c.need_weight * said[0], c.vision_weight * said[1] / 2.0, c.topic_weight * said[2] / 2.0])


def _before(view: View, told: Introductions, t: float) -> View:
    """Give a view with what was there before a moment, without ties of no date between those who were introduced."""
    ties = view.ties
    introduced = {frozenset(pair) for pair in zip(told.person.tolist(), told.partner.tolist(), strict=True)}
    keep = ~(ties.t >= t)  # NaN compares False: what has no date stays
    direct = np.isnan(ties.t) & np.isin(ties.kind, [TIE_CODE[kind] for kind in DIRECT])
    for row in np.flatnonzero(direct).tolist():
        keep[row] = frozenset((int(ties.src[row]), int(ties.dst[row]))) not in introduced
    return replace(
        view, ties=ties.take(keep), matchable_ties=view.matchable_ties[keep], tellable_ties=view.tellable_ties[keep]
    )
