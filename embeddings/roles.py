"""Whether a free text offers something, needs something, or does neither."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from embeddings.cleaning import clean
from embeddings.similarity import FloatArray, unit_rows
from graph.errors import WrongUse

MODEL_FILE: Final = "role_model.json"
LONGEST_GRAM: Final = 4
_BEGIN, _END = "^", "$"


class Stance(IntEnum):
    """What the writer of a text wants to happen; the value is a column of `RoleModel.log_chances`."""

    OFFER = 0
    """To give or do something for others."""
    NEED = 1
    """To be given something, or that somebody does it."""
    NEITHER = 2
    """Neither: a vision, a report, a fact, a story."""


@dataclass(frozen=True)
class RoleModel:
    """A multinomial logistic regression on character n-grams, and on vectors where a known model made them.

    Attributes
    ----------
    version : str
        Of the training; part of every fingerprint that rests on the model.
    grams : mapping of str to int
        Row of `gram_weights` of each n-gram.
    idf : (g,) float
        Rarity of each n-gram among the training sentences.
    gram_weights : (g, 3) float
        Columns in the order of `Stance`.
    gram_intercept : (3,) float
        Their intercept.
    vector_model : str
        Start of the fingerprint of the encoder whose vectors `vector_weights` are for.
    vector_weights : (d, 3) float
        Weights of the vectors of role query.
    vector_intercept : (3,) float
        Their intercept.
    blend : (2,) float
        How much the logits of n-grams and of vectors count where both are known.
    alone : float
        How much the logits of n-grams count alone.
    directions : (r, d) float
        Orthonormal directions of `vector_model` in which the stances differ.
    """

    version: str
    grams: Mapping[str, int]
    idf: FloatArray
    gram_weights: FloatArray
    gram_intercept: FloatArray
    vector_model: str
    vector_weights: FloatArray
    vector_intercept: FloatArray
    blend: FloatArray
    alone: float
    directions: FloatArray

    def log_chances(self, texts: Sequence[str], vectors: FloatArray | None = None, fingerprint: str = "") -> FloatArray:
        """Give the logarithm of the chance of each stance.

        Parameters
        ----------
        texts : sequence of str
            Any texts; they are cleaned first.
        vectors : (n_texts, d), optional
            Their vectors in role query, as the encoder gave them.
        fingerprint : str
            Of that encoder; vectors of another one than the model was trained with are not read.

        Returns
        -------
        (n_texts, 3)
            Natural logarithms, at most 0, columns in the order of `Stance`.

        Raises
        ------
        WrongUse
            When there are not as many vectors as texts.
        """
        logits = self._of_grams([clean(text) for text in texts])
        if vectors is None or not self.reads(fingerprint):
            return _log_shares(np.float32(self.alone) * logits)
        if len(vectors) != len(texts):
            raise WrongUse(f"role model: got {len(vectors)} vectors and {len(texts)} texts, expected one for each")
        return _log_shares(self.blend[0] * logits + self.blend[1] * self._of_vectors(vectors))

    def reads(self, fingerprint: str) -> bool:
        """Tell whether the model knows the vectors of the encoder of this fingerprint."""
        return fingerprint.startswith(self.vector_model)

    def without_stance(self, vectors: FloatArray, fingerprint: str) -> FloatArray:
        """Take out of vectors what tells offers from needs, so that both align by their matter.

        Parameters
        ----------
        vectors : (n, d)
            Rows as the encoder gave them.
        fingerprint : str
            Of that encoder; the vectors of one that the model does not know stay as they are.

        Returns
        -------
        (n, d)
            Of unit length or zero.
        """
        if not self.reads(fingerprint):
            return vectors
        stance = (vectors @ self.directions.T) @ self.directions
        return unit_rows(np.asarray(vectors - stance, dtype=np.float32))

    def _of_vectors(self, vectors: FloatArray) -> FloatArray:
        return vectors @ self.vector_weights + self.vector_intercept

    def _of_grams(self, cleaned: Sequence[str]) -> FloatArray:
        out = np.empty((len(cleaned), len(Stance)), dtype=np.float32)
        for row, text in enumerate(cleaned):
            counts = Counter(self.grams[gram] for gram in role_grams(text) if gram in self.grams)
            which = np.fromiter(counts, dtype=np.intp, count=len(counts))
            weight = self.idf[which] * np.array([1 + math.log(n) for n in counts.values()], dtype=np.float32)
            length = np.linalg.norm(weight) or 1.0
            out[row] = (weight / length) @ self.gram_weights[which] + self.gram_intercept
        return out


def role_grams(cleaned: str) -> Iterator[str]:
    """Give the character n-grams of a cleaned text, 1 to 4 long, with its begin and end marked.

    Examples
    --------
    >>> list(role_grams("A b"))[:5]
    ['^', 'a', ' ', 'b', '$']
    """
    marked = f"{_BEGIN}{cleaned.casefold()}{_END}"
    for n in range(1, LONGEST_GRAM + 1):
        for start in range(len(marked) - n + 1):
            yield marked[start : start + n]


@cache
def load_role_model() -> RoleModel:
    """Give the model that is shipped; one for the process."""
    raw = (files("embeddings") / "data" / MODEL_FILE).read_text(encoding="utf-8")
    return read_role_model(raw)


def read_role_model(raw: str) -> RoleModel:
    """Read a model from the JSON text that `embeddings.training.roles` writes."""
    kept = json.loads(raw)
    rows = kept["grams"]
    weights = np.array(list(rows.values()), dtype=np.float32)
    return RoleModel(
        version=f"{kept['version']}-{hashlib.sha256(raw.encode()).hexdigest()[:12]}",
        grams={gram: row for row, gram in enumerate(rows)},
        idf=weights[:, 0],
        gram_weights=weights[:, 1:],
        gram_intercept=np.array(kept["gram_intercept"], dtype=np.float32),
        vector_model=kept["vector_model"],
        vector_weights=np.array(kept["vector_weights"], dtype=np.float32),
        vector_intercept=np.array(kept["vector_intercept"], dtype=np.float32),
        blend=np.array(kept["blend"], dtype=np.float32),
        alone=float(kept["alone"]),
        directions=np.array(kept["topic_directions"], dtype=np.float32),
    )


def _log_shares(logits: FloatArray) -> FloatArray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)
