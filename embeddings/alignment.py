"""A linear map under which a need lies nearer to the offers that answer it than to the words it repeats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import numpy as np

from embeddings.similarity import FloatArray, unit_rows

ALIGNMENT_FILE: Final = "alignment.npz"


@dataclass(frozen=True)
class Alignment:
    """A map of the centred vectors of one encoder.

    Attributes
    ----------
    trained_on : str
        Hash of what the training read; changes when a sentence or a number of the training does.
    vector_model : str
        Start of the fingerprint of the encoder whose vectors the map is for.
    matrix : (d, d) float
        What rows are multiplied by; only the angles it gives matter, not the lengths.
    """

    trained_on: str
    vector_model: str
    matrix: FloatArray

    def reads(self, fingerprint: str) -> bool:
        """Tell whether the map is for the vectors of the encoder of this fingerprint."""
        return fingerprint.startswith(self.vector_model)

    def align(self, vectors: FloatArray, fingerprint: str) -> FloatArray:
        """Turn vectors to where angles tell of need and answer.

        Parameters
        ----------
        vectors : (n, d)
            Unit or zero rows, each language centred.
        fingerprint : str
            Of the encoder that made them; the vectors of one that the map is not for stay as they are.

        Returns
        -------
        (n, d)
            Of unit length or zero.
        """
        return unit_rows(vectors @ self.matrix) if self.reads(fingerprint) else vectors


@cache
def load_alignment() -> Alignment:
    """Give the map that is shipped; one for the process."""
    with as_file(files("embeddings") / "data" / ALIGNMENT_FILE) as path, np.load(path, allow_pickle=False) as kept:
        matrix = kept["matrix"].astype(np.float32)
        return Alignment(str(kept["trained_on"]), str(kept["vector_model"]), matrix)
