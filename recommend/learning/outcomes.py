"""Outcomes on record, each with what the factors said of the pair before it was proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graph.introductions import Introductions, State, introductions_of
from recommend.learning.config import LearningConfig
from recommend.learning.weights import BRIDGE, CHANCE, FACTORS, BoolArray, FloatArray, Outcomes, Weights, judged
from recommend.people import IntArray, People
from recommend.results import Ranking, Scope
from recommend.scoring import Scorer

if TYPE_CHECKING:
    from recommend.pipeline import Matchmaker

YES = frozenset({State.ACCEPTED, State.MET, State.HELPED})


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
    it, and an outcome teaches only what was proposed after its answer (`Outcomes.known_from`). Ties without a date
    count as old, but for those between the two themselves and to projects of both. Texts are those of today: when
    they were first said is not always known. Who has no time says nothing about the match, nor does an introduction
    that expired or was taken back.
    """
    told = introductions_of(maker.view)
    kept, yes = _telling(told, maker.people)
    n = len(kept)
    if n < config.least or len(maker.people) > config.most_people:
        return Outcomes.none(n)
    pairs, asked = _numbers(told, maker.people)[kept].astype(np.intp), told.asked[kept]
    block = _blocks(asked, config.blocks)
    starts = asked[np.searchsorted(block, np.arange(block[-1] + 1))]
    answered = np.fmax(told.answered[kept], asked)  # an answer without a date: of the day it was proposed
    known_from = np.searchsorted(starts, answered, side="right")
    return Outcomes(_factors(maker, told, pairs, asked, block), yes, block, known_from)


def answers_of(people: People) -> BoolArray:
    """Say of each outcome that tells of a match whether it is a yes, (n,), in the order of `outcomes_of`."""
    return _telling(introductions_of(people.view), people)[1]


def _telling(told: Introductions, people: People) -> tuple[IntArray, BoolArray]:
    """Give the introductions whose outcome tells of a match, as they were proposed, and whether each is a yes."""
    yes = told.among(*YES)
    kept = np.flatnonzero((yes | told.refused) & np.isfinite(told.asked) & (_numbers(told, people) >= 0).all(axis=1))
    kept = kept[np.argsort(told.asked[kept], kind="stable")]
    return kept, yes[kept]


def _numbers(told: Introductions, people: People) -> NDArray[np.int64]:
    """Give the numbers of the two of each introduction, (n, 2), -1 for who may not be introduced."""
    return people.number_of_row[np.stack([told.person, told.partner], axis=1)].reshape(-1, 2)


def _blocks(asked: FloatArray, n_blocks: int) -> NDArray[np.intp]:
    """Cut times, ascending, into stretches of about as many each; equal times stay together."""
    first = np.searchsorted(asked, asked, side="left")
    wanted: NDArray[np.intp] = first * n_blocks // len(asked)
    return np.unique(wanted, return_inverse=True)[1].astype(np.intp)


def _factors(maker: Matchmaker, told: Introductions, pairs: IntArray, asked: FloatArray, block: IntArray) -> FloatArray:
    out = np.zeros((len(pairs), len(FACTORS)))
    out[:, [CHANCE, BRIDGE]] = maker.pasts.factors(maker.view, told, pairs, asked, block, maker.config)
    texts = maker.scorer(Scope.ANY, Ranking.INDIVIDUAL)
    if texts.has_text:
        out[:, 1:4] = [_texts(texts, a, b) for a, b in pairs.tolist()]
    return out


def _texts(scorer: Scorer, a: int, b: int) -> FloatArray:
    """Give what needs, visions and topics add to the score of a pair, the mean of both directions, (3,)."""
    there, back = (scorer.terms_of(one, np.array([other], dtype=np.intp)) for one, other in ((a, b), (b, a)))
    return np.asarray(np.mean([there, back], axis=0)[:, 0])
