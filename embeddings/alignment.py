"""Maps under which a need lies nearer to the offers that answer it than to the words it repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import numpy as np

from embeddings.base import Role
from embeddings.similarity import FloatArray, unit_rows

ALIGNMENT_FILE: Final = "alignment.npz"
PARTS: Final = ("straight", "inward", "outward")


@dataclass(frozen=True)
class Turn:
    """A linear map, and one with a bend beside it: ``x straight + max(x inward, 0) outward``.

    Attributes
    ----------
    straight : (d, k) float
        The linear map.
    inward, outward : (d, h) float, (h, k) float
        To units that speak only above zero, and on; h may be 0.
    """

    straight: FloatArray
    inward: FloatArray
    outward: FloatArray

    def __call__(self, vectors: FloatArray) -> FloatArray:
        """Give the turned rows, (n, k); only their directions matter."""
        turned = vectors @ self.straight
        if self.inward.shape[1]:
            turned += np.maximum(vectors @ self.inward, np.float32(0.0)) @ self.outward
        return turned


@dataclass(frozen=True)
class Alignment:
    """Maps of the centred vectors of one encoder.

    Attributes
    ----------
    trained_on : str
        Hash of what the training read; changes when a sentence or a number of the training does.
    vector_model : str
        Start of the fingerprint of the encoder whose vectors the maps are for.
    turns : mapping of Role to Turn
        What rows go through: needs as queries, offers as passages, equal texts as symmetric. Only the angles they
        give matter, not the lengths.
    """

    trained_on: str
    vector_model: str
    turns: Mapping[Role, Turn]

    def reads(self, fingerprint: str) -> bool:
        """Tell whether the maps are for the vectors of the encoder of this fingerprint."""
        return fingerprint.startswith(self.vector_model)

    def align(self, vectors: FloatArray, role: Role, fingerprint: str) -> FloatArray:
        """Turn vectors to where angles tell of need and answer.

        Parameters
        ----------
        vectors : (n, d)
            Unit or zero rows, each language centred.
        role : Role
            Side of the comparison; rows of different sides go through different maps.
        fingerprint : str
            Of the encoder that made them; the vectors of one that the maps are not for stay as they are.

        Returns
        -------
        (n, k)
            Of unit length or zero; k may be less than d.
        """
        return unit_rows(self.turns[role](vectors)) if self.reads(fingerprint) else vectors


@cache
def load_alignment() -> Alignment:
    """Give the maps that are shipped; one for the process."""
    with as_file(files("embeddings") / "data" / ALIGNMENT_FILE) as path, np.load(path, allow_pickle=False) as kept:
        turns = {role: Turn(*(kept[f"{role}_{part}"].astype(np.float32) for part in PARTS)) for role in Role}
        return Alignment(str(kept["trained_on"]), str(kept["vector_model"]), turns)
