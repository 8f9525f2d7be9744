"""The multilingual model that is installed with musubi: no download, no torch."""

from __future__ import annotations

from typing import Final

import numpy as np

from embeddings.base import Encoder, Progress, Role
from embeddings.e5 import E5Encoder
from embeddings.similarity import FloatArray
from embeddings.universal import UniversalEncoder

E5_SHARE: Final = 0.8
"""Share of multilingual-e5-small in the cosine of two texts. Once what all texts have in common is taken away, a sixth
of the squared length of its vectors is left, of the other's five sixths: by this share both tell about as much."""
BUNDLED: Final = f"e5+universal e5={E5_SHARE}"
"""Start of the fingerprint of the bundled encoder."""
_E5_WEIGHT, _UNIVERSAL_WEIGHT = (np.float32(np.sqrt(share)) for share in (E5_SHARE, 1 - E5_SHARE))


class BundledEncoder(Encoder):
    """Two small models side by side that were made in different ways: what the one does not know the other may.

    The vector of a text is that of multilingual-e5-small (384 numbers, `embeddings.e5`) and that of
    universal-sentence-encoder-multilingual 3 (512, `embeddings.universal`), one after the other: the cosine of two
    texts is a weighted mean of the two models' (`E5_SHARE`).

    Parameters
    ----------
    n_threads : int
        Texts encoded at the same time by the slower model, at least 1. Each takes one core.

    Raises
    ------
    EncoderUnavailable
        When a package or the processor's instructions are missing; the message names them.
    """

    name = "bundled"
    semantic = True

    def __init__(self, n_threads: int = 2) -> None:
        self._e5, self._universal = E5Encoder(n_threads), UniversalEncoder()
        self.dimension = self._e5.dimension + self._universal.dimension
        self.fingerprint = f"{BUNDLED} {self._e5.fingerprint} {self._universal.fingerprint}"

    def same_as(self, role: Role) -> Role:
        """Give the role that the models read a text in: equal texts are compared as queries."""
        return self._e5.same_as(role)

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        # the quicker one first: it tells sooner when it cannot run, and progress ends with the slower one
        universal = self._universal.encode(texts, role) * _UNIVERSAL_WEIGHT
        return np.hstack([self._e5.encode(texts, role, progress) * _E5_WEIGHT, universal])
