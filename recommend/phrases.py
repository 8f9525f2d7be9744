"""The different texts of one side of a comparison, with what is read off each of them without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from embeddings.language import guess_language
from embeddings.lexical import LexicalEncoder
from embeddings.thesaurus import Thesaurus, load_thesaurus
from recommend.pairs import IntArray

BROADER = 0.5
"""How much a broader concept counts, for each step."""


@dataclass(frozen=True)
class Phrases:
    """Different texts.

    Attributes
    ----------
    texts : tuple of str
        Each once.
    place : dict of str to int
        Position of each.
    languages : (n,) str
        Language of each.
    digests : (n,) uint64
        A number for each that depends on the text alone, for drawing samples.
    spelling : csr_array (n, features)
        Terms, rows of length 1.
    concepts : csr_array (n, concepts)
        Concepts of the thesaurus: 1 where named, less where only implied.
    """

    texts: tuple[str, ...]
    place: dict[str, int]
    languages: NDArray[np.str_]
    digests: NDArray[np.uint64]
    spelling: sparse.csr_array
    concepts: sparse.csr_array

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def of(cls, texts: Iterable[str], before: Self | None = None) -> Self:
        """Collect the different ones of some texts.

        Parameters
        ----------
        texts : iterable of str
            Texts, repeated or not.
        before : Phrases, optional
            Those of an earlier state: what is among them is not read again.
        """
        wanted = dict.fromkeys(texts)
        if before is None:
            return cls._read(tuple(wanted))
        if len(wanted) == len(before) and all(text in before.place for text in wanted):
            return before
        kept = np.array([row for text, row in before.place.items() if text in wanted], dtype=np.intp)
        added = cls._read(tuple(text for text in wanted if text not in before.place))
        every = tuple(before.texts[row] for row in kept.tolist()) + added.texts
        return cls(
            every,
            {text: row for row, text in enumerate(every)},
            np.concatenate([before.languages[kept], added.languages]),
            np.concatenate([before.digests[kept], added.digests]),
            _stacked(before.spelling[kept], added.spelling),
            _stacked(before.concepts[kept], added.concepts),
        )

    @classmethod
    def _read(cls, texts: tuple[str, ...]) -> Self:
        return cls(
            texts,
            {text: row for row, text in enumerate(texts)},
            np.array([str(guess_language(text)) for text in texts], dtype="<U8"),
            np.array([_digest(text) for text in texts], dtype=np.uint64),
            spelling_encoder().features(texts),
            concepts_of(texts),
        )

    def rows(self, texts: Sequence[str]) -> IntArray:
        """Give the position of each of some texts, all of which are there."""
        return np.fromiter(map(self.place.__getitem__, texts), np.intp, len(texts))

    def carried(self, before: Self) -> IntArray:
        """Give the position of each text in an earlier state, -1 where it was not there; (n,)."""
        return np.fromiter((before.place.get(text, -1) for text in self.texts), np.intp, len(self))

    def sample(self, most: int) -> IntArray:
        """Give the positions of at most so many texts, drawn by digest: who else is there hardly moves it."""
        first = np.argpartition(self.digests, most)[:most] if len(self) > most else np.arange(len(self))
        return np.asarray(first[np.argsort(self.digests[first])])

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Languages that occur."""
        return frozenset(self.languages.tolist())


def concepts_of(texts: Sequence[str]) -> sparse.csr_array:
    """Give the concepts of each text, (n, concepts): 1 where named, less where only implied."""
    thesaurus = _thesaurus()
    column = {concept: i for i, concept in enumerate(thesaurus.concepts)}
    weights = [_weights(thesaurus, text) for text in texts]
    ends = np.cumsum([0, *(len(row) for row in weights)])
    columns = np.array([column[concept] for row in weights for concept in row], dtype=np.int64)
    data = np.array([weight for row in weights for weight in row.values()], dtype=np.float64)
    return sparse.csr_array((data, columns, ends), shape=(len(texts), len(column)))


@cache
def spelling_encoder() -> LexicalEncoder:
    """Give one encoder for all: its dictionary takes a moment to load."""
    return LexicalEncoder()


@cache
def _thesaurus() -> Thesaurus:
    return load_thesaurus()


def _weights(thesaurus: Thesaurus, text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for mention in thesaurus.find(text):
        for concept in mention.concepts:
            for step, named in enumerate((concept, *thesaurus.ancestors(concept))):
                found[named] = max(found.get(named, 0.0), BROADER**step / len(mention.concepts))
    return found


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest())


def _stacked(above: sparse.csr_array, below: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(sparse.vstack([above, below], format="csr"))
