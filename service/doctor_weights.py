"""Which weights lists have, and why: learned from outcomes on record, or the fixed ones."""

from __future__ import annotations

from collections.abc import Callable

from embeddings.registry import Choice
from graph.errors import EncoderUnavailable
from graph.view import View
from recommend.learning.config import LearningConfig
from recommend.learning.outcomes import answers_of
from recommend.people import People
from service.recommendations.logic import maker_of

LEARNED = "weights"
"""The word for weights that were learned; all others tell why they are fixed."""


def weights_in_use(view: View, choose: Callable[[], Choice], config: LearningConfig) -> tuple[str, dict[str, object]]:
    """Say which weights lists made from a view have; nothing is encoded where it is clear before.

    Parameters
    ----------
    view : View
        Of the operator, for `graph.policy.Purpose.INTRODUCTION`.
    choose : callable
        Loads the text encoder.
    config : LearningConfig
        When weights are learned.

    Returns
    -------
    str, dict
        A word of `service.doctor_words.WORDS`, and its values.
    """
    people = People.of(view)
    yes = answers_of(people)
    n, n_yes = len(yes), int(yes.sum())
    told: dict[str, object] = {"n": n, "yes": n_yes, "no": n - n_yes, "each": config.least_each}
    if n < config.least:
        return "weights.few", {"n": n, "least": config.least}
    if len(people) > config.most_people:
        return "weights.large", {"people": len(people), "most": config.most_people}
    if min(n_yes, n - n_yes) < config.least_each:
        return "weights.uneven", told
    try:
        weights = maker_of(choose)(view).weights
    except EncoderUnavailable:  # a check of its own tells why
        return "weights.unknown", {}
    if weights.learned:
        return LEARNED, {"n": n, "gain": weights.gain}
    return ("weights.uneven", told) if weights.gain is None else ("weights.lost", {"n": n})
