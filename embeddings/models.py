"""Which encoders there are, which of them run here, and whether one does what it should."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from embeddings.base import Encoder, Role
from embeddings.bundled import BundledEncoder
from embeddings.profiles import PROFILES
from embeddings.sentence_transformer import find_folder
from graph.errors import EncoderUnavailable

_TRIED: Final = (
    ("帳簿をつけてくれる人を探しています", "簿記の経験があり、会計をお手伝いできます", "週末は川で魚を釣っています"),
    ("Who can repair our leaking roof?", "I fix roofs and gutters", "I teach the violin to children"),
    ("英語の案内文を直してほしい", "I proofread English leaflets", "I grow tomatoes and cucumbers"),
)
"""A need, an offer that meets it, and one that does not."""
_SPELLED: Final = (("庭木の剪定を頼みたい", "庭木の剪定ができます", "決算書を作れます"),)
"""The same where shared spelling is all that counts."""


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder that can be asked for.

    Attributes
    ----------
    name : str
        As `embeddings.registry.choose_encoder` takes it.
    here : bool
        Whether it runs on this machine now.
    licence : str
        Licence of its weights; empty where it has none.
    problem : str
        One line: why it does not run here and what to do; empty where it does.
    """

    name: str
    here: bool
    licence: str
    problem: str


@dataclass(frozen=True, slots=True)
class Check:
    """What a self-test found.

    Attributes
    ----------
    encoder, fingerprint : str
        What was tried.
    dimension : int
        Length of a vector.
    right, of : int
        Needs that lie nearer to the offer that meets them than to another one, and needs tried.
    sound : bool
        Whether all vectors are finite, of length 1, and the same when made again.
    texts_per_second : float
        Short texts, one process, this machine, now.
    """

    encoder: str
    fingerprint: str
    dimension: int
    right: int
    of: int
    sound: bool
    texts_per_second: float

    @property
    def passed(self) -> bool:
        """Whether everything is as it should be."""
        return self.sound and self.right == self.of


def models() -> tuple[Model, ...]:
    """Give all encoders that are known by name; nothing heavy is loaded and nothing is fetched."""
    named = [
        _model(f"st:{profile.name}", profile.licence, partial(find_folder, profile.name))
        for profile in PROFILES
        if profile.model
    ]
    return (_model("bundled", "MIT, Apache-2.0", BundledEncoder), Model("lexical", True, "", ""), *named)


def check(encoder: Encoder) -> Check:
    """Try an encoder on a few sentences whose answer is known.

    Parameters
    ----------
    encoder : Encoder
        Without a cache, or its speed is that of the cache.
    """
    tried = _TRIED if encoder.semantic else _SPELLED
    texts = [text for row in tried for text in row]
    begun = time.perf_counter()
    queries, passages = encoder.encode(texts, Role.QUERY), encoder.encode(texts, Role.PASSAGE)
    seconds = time.perf_counter() - begun
    again = encoder.encode(texts, Role.QUERY)
    lengths = np.linalg.norm(np.concatenate([queries, passages]), axis=1)
    sound = bool(np.allclose(lengths, 1.0, atol=1e-4) and np.allclose(queries, again, atol=1e-5))
    scores = np.einsum("ij,ikj->ik", queries[::3], passages.reshape(len(tried), 3, -1))
    right = int((scores[:, 1] > scores[:, 2]).sum())
    speed = 2 * len(texts) / seconds
    return Check(encoder.name, encoder.fingerprint, encoder.dimension, right, len(tried), sound, speed)


def _model(name: str, licence: str, find: Callable[[], object]) -> Model:
    try:
        find()
    except EncoderUnavailable as error:
        return Model(name, False, licence, str(error))
    return Model(name, True, licence, "")
