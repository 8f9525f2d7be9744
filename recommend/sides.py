"""The two sides of a comparison: which statements, what they say, whose they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.tables import TextArray
from recommend.pairs import IntArray
from recommend.phrases import Phrases
from recommend.statements import Texts

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Sides:
    """What is compared with what, and how.

    Attributes
    ----------
    queries, documents : Texts
        What is looked for and what is found; the same object for a symmetric comparison.
    threshold : float
        Standard deviations above the background at which fit is one half.
    hubs : float
        How much of the crowding around a text is taken away, in [0, 1].
    concepts : float
        Standard deviations for each unit of rarity of shared concepts.
    excess : float
        Standard deviations of meaning by which a text of entirely the same spelling seems nearer than it is.
    declared_once : bool
        Whether one of two texts must be of a declared kind.
    aligned : bool
        Whether the matter of texts counts rather than their likeness (`embeddings.alignment`).
    """

    queries: Texts
    documents: Texts
    threshold: float
    hubs: float
    concepts: float
    excess: float = 0.0
    declared_once: bool = False
    aligned: bool = True


@dataclass(frozen=True)
class Said:
    """The texts of the statements of a side.

    Attributes
    ----------
    texts : (m,) object
        Text of each statement.
    phrases : Phrases
        The different ones.
    place : (m,) int
        Which of them each is.
    """

    texts: TextArray
    phrases: Phrases
    place: IntArray

    @classmethod
    def of(cls, texts: TextArray, before: Said | None) -> Said:
        """Collect the different texts; those of an earlier state are not read again."""
        if before is not None and np.array_equal(texts, before.texts):
            return before
        every = texts.tolist()
        phrases = Phrases.of(every, before.phrases if before is not None else None)
        return cls(texts, phrases, phrases.rows(every))


@dataclass(frozen=True)
class Owners:
    """Who owns the statements of a side.

    Attributes
    ----------
    people : (o,) int, ascending
        Numbers of the people, each once.
    starts : (o,) int
        Where the statements of each begin.
    n : int
        Number of statements.
    """

    people: IntArray
    starts: IntArray
    n: int

    @classmethod
    def of(cls, owners: IntArray) -> Owners:
        """Take the owner of each statement, ascending."""
        starts = starts_of(owners)
        return cls(owners[starts], starts, len(owners))

    def best(self, fit: FloatArray) -> FloatArray:
        """Give the best of each person's statements, from (b, n) to (b, o)."""
        return fit if len(self.starts) == self.n else np.maximum.reduceat(fit, self.starts, axis=1)


def starts_of(owners: IntArray) -> IntArray:
    """Give where each run of equal numbers begins."""
    return np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if len(owners) else np.zeros(0, dtype=np.intp)
