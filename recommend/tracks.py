"""Which side of an introduction counts: helping hands or shared aims, like me or far from me (A09, A10, B10)."""

from __future__ import annotations

import numpy as np

from graph.errors import WrongUse
from recommend.config import RecommendConfig
from recommend.results import USUAL, Track

BAR = 0.05
"""Fit that a partner of a track must have at least: what is worth a word as a reason."""


def weighted(config: RecommendConfig, track: Track | None = None, dial: float = USUAL) -> RecommendConfig:
    """Give the weights of a track and of a place on the dial from near to far.

    Parameters
    ----------
    config : RecommendConfig
        Weights to start from.
    track : Track or None
        Only partners whose fit of that kind is at least 0.05 are left; fits of other kinds count for nothing.
    dial : float, in [0, 1]
        How much unrestricted lists lean to other communities: 0 = not at all, 0.5 = as `config` says, 1 = twice that
        power.

    Raises
    ------
    graph.errors.WrongUse
        If the dial is no number from 0 to 1.
    """
    if not 0.0 <= dial <= 1.0:
        raise WrongUse(f"dial: got {dial}, expected a number from 0 to 1")
    changes: dict[str, float] = {"bridge_power": config.bridge_power * dial / USUAL}
    if track is not None:
        skills = track is Track.COLLABORATOR
        weight = config.need_weight if skills else config.vision_weight
        changes |= {"topic_weight": 0.0, "vision_weight" if skills else "need_weight": 0.0}
        changes["least_text"] = weight * float(np.log1p(BAR / config.fit_epsilon))
    return config.model_copy(update=changes)
