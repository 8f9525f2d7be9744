"""What every text encoder offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from embeddings.cleaning import clean
from embeddings.similarity import FloatArray, unit_rows
from graph.errors import EncoderUnavailable, WrongUse

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of distinct texts done and their total, from the thread that asked."""


class Role(StrEnum):
    """Which side of a comparison a text stands on."""

    QUERY = "query"
    """What is looked for, such as a need; compared with passages."""
    PASSAGE = "passage"
    """What is found, such as an offer; compared with queries."""
    SYMMETRIC = "symmetric"
    """Either of two equal texts, such as visions; compared with its like."""


class Encoder(ABC):
    """Turns texts into vectors whose inner product says how near two texts are.

    Attributes
    ----------
    name : str
        Short name, said with every answer that rests on the encoder.
    fingerprint : str
        Changes whenever a vector could: package, model, number of bits, profile, cleaning. Vectors of
        different fingerprints must never be compared.
    dimension : int
        Length of a vector.
    semantic : bool
        True when texts without a shared word may be near; False when only shared spelling counts, where an
        inner product of 0 means no evidence and none is negative.
    """

    name: str
    fingerprint: str
    dimension: int
    semantic: bool

    def encode(self, texts: Sequence[str], role: Role, progress: Progress | None = None) -> FloatArray:
        """Give the vector of each text.

        Parameters
        ----------
        texts : sequence of str
            Any texts; they are cleaned first (`embeddings.cleaning.clean`) and equal ones encoded once.
        role : Role
            Side of the comparison that the texts stand on.
        progress : callable, optional
            Told how far the work is.

        Returns
        -------
        (n_texts, dimension)
            float32 rows of length 1. A row is zero, "no evidence", where the cleaned text is empty or the
            encoder finds nothing in it that it can read. Safe to call from several threads.

        Raises
        ------
        WrongUse
            When `texts` is a single str.
        EncoderUnavailable
            When the model answers with something that is not a number.
        """
        if isinstance(texts, str):
            raise WrongUse(f"{self.name}: got one str, expected a sequence of texts")
        cleaned = [clean(text) for text in texts]
        place = {text: row for row, text in enumerate(dict.fromkeys(filter(None, cleaned)))}
        rows = np.zeros((len(place) + 1, self.dimension), dtype=np.float32)
        if place:
            rows[:-1] = unit_rows(self._finite(self._encode_distinct(list(place), role, progress)))
        return rows[[place.get(text, len(place)) for text in cleaned]]

    def same_as(self, role: Role) -> Role:
        """Give the role whose vectors are the same, one for all such: what keeps vectors makes them once."""
        return role

    def passing(self) -> Encoder:
        """Give an encoder with the same vectors that keeps none of the texts it is asked from now on."""
        return self

    @abstractmethod
    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        """Give a row, of any length, for each of at least one distinct, cleaned, non-empty text."""

    def _finite(self, rows: FloatArray) -> FloatArray:
        if not np.isfinite(rows).all():
            raise EncoderUnavailable(f"{self.name}: the model answered with values that are not numbers")
        return rows
