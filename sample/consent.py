"""What the owners of statements decided: how far each kind travels and whether it may be matched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.members import pick, shuffled
from sample.world import NETWORK, SPACES, USE, Space

YES = "はい"
ONLY_ME = "自分だけ"
MIXERS = "ミキサーまで"
OWN_SPACE = "自分のスペースまで"
PARTNERS = "指定スペースまで"
PUBLIC = "公開"

USES = {USE: 0.72, "先に自分に聞いてほしい": 0.15, "使わないでほしい": 0.07, "": 0.06}
REASONS = {YES: 0.74, "いいえ": 0.14, "": 0.12}
SCOPES = {
    "offer": {NETWORK: 0.79, PUBLIC: 0.09, OWN_SPACE: 0.05, PARTNERS: 0.03, MIXERS: 0.02, ONLY_ME: 0.01, "": 0.01},
    "need": {NETWORK: 0.60, PUBLIC: 0.02, OWN_SPACE: 0.14, PARTNERS: 0.07, MIXERS: 0.11, ONLY_ME: 0.04, "": 0.02},
    "vision": {NETWORK: 0.70, PUBLIC: 0.12, OWN_SPACE: 0.08, PARTNERS: 0.04, MIXERS: 0.03, ONLY_ME: 0.01, "": 0.02},
}
NAME_SCOPES = {NETWORK: 0.52, PUBLIC: 0.06, OWN_SPACE: 0.28, PARTNERS: 0.04, MIXERS: 0.05, ONLY_ME: 0.02, "": 0.03}
INTRODUCTIONS = {"可": 0.78, "保留": 0.09, "不可": 0.05, "": 0.08}
ROW_SCOPES = {NETWORK: 0.72, OWN_SPACE: 0.18, MIXERS: 0.05, PUBLIC: 0.05}


@dataclass(frozen=True, slots=True)
class Consent:
    """The answers of one person to the five questions about use."""

    offer: str
    need: str
    vision: str
    use: str
    reason: str


def draw(rng: np.random.Generator, weights: dict[str, float]) -> str:
    """Draw one word by its weight."""
    return pick(rng, list(weights), list(weights.values()))


def scope(rng: np.random.Generator, weights: dict[str, float], own: Space) -> str:
    """Draw a scope; partner spaces are named, one or two of them."""
    word = draw(rng, weights)
    if word != PARTNERS:
        return word
    others = shuffled(rng, (s.name for s in SPACES if s is not own))
    return f"{PARTNERS}（{'・'.join(others[: 1 + int(rng.random() < 0.6)])}）"


def consent(rng: np.random.Generator, own: Space, planted: str) -> Consent:
    """Draw the consent of one person; who owns a side of a planted bridge releases that kind to all."""
    kinds = {kind: NETWORK if kind == planted else scope(rng, SCOPES[kind], own) for kind in SCOPES}
    return Consent(
        **kinds,
        use=USE if planted else draw(rng, USES),
        reason=YES if planted else draw(rng, REASONS),
    )
