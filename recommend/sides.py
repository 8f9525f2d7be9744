"""The two sides of a comparison: which statements, what they say, whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graph.measures.adjacency import runs
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
    on_conditions : bool
        Whether conditions must go together, too (`recommend.conditions`).
    """

    queries: Texts
    documents: Texts
    threshold: float
    hubs: float
    concepts: float
    excess: float = 0.0
    declared_once: bool = False
    aligned: bool = True
    on_conditions: bool = False


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
    first : (n_people + 1,) int
        Where those of anybody begin, and at last their number.
    """

    people: IntArray
    starts: IntArray
    first: IntArray

    @classmethod
    def of(cls, owners: IntArray, n_people: int) -> Owners:
        """Take the owner of each statement, ascending."""
        starts = starts_of(owners)
        first = np.zeros(n_people + 1, dtype=np.intp)
        np.cumsum(np.bincount(owners, minlength=n_people), out=first[1:])
        return cls(owners[starts], starts, first)

    @cached_property
    def speak(self) -> NDArray[np.bool_]:
        """Who owns a statement, (n_people,)."""
        return np.diff(self.first) > 0

    def rows(self, people: IntArray) -> IntArray:
        """Give the positions of what some people own, ascending; people ascending, each once."""
        first = self.first[people]
        counts = self.first[people + 1] - first
        return runs(first, counts)

    def best(self, fit: FloatArray) -> FloatArray:
        """Give the best of each person's statements, from (b, n) to (b, o)."""
        return fit if len(self.starts) == self.first[-1] else np.maximum.reduceat(fit, self.starts, axis=1)


def best_of(fit: FloatArray, owners: IntArray, partners: IntArray) -> FloatArray:
    """Give the best of all rows for each partner, (m,): 0 where a partner owns nothing."""
    out = np.zeros(len(partners), dtype=np.float32)
    if fit.size:
        starts = starts_of(owners)
        out[np.searchsorted(partners, owners[starts])] = np.maximum.reduceat(fit.max(axis=0), starts)
    return out


def starts_of(owners: IntArray) -> IntArray:
    """Give where each run of equal numbers begins."""
    return np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if len(owners) else np.zeros(0, dtype=np.intp)


def slice_of(owners: IntArray, person: int) -> slice:
    """Give where somebody's stand; owners ascending."""
    first, last = np.searchsorted(owners, [person, person + 1]).tolist()
    return slice(first, last)


def runs_of(numbers: IntArray) -> list[tuple[int, int]]:
    """Give where each run of equal numbers begins and ends."""
    if not len(numbers):
        return []
    begins = starts_of(numbers)
    return list(zip(begins.tolist(), [*begins[1:].tolist(), len(numbers)], strict=True))
