"""Shared spelling as evidence: names, exact skills, and the fallback where no model runs."""

from __future__ import annotations

import hashlib
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from embeddings.base import Encoder, Progress, Role
from embeddings.cleaning import CLEANING_VERSION, clean
from embeddings.similarity import FloatArray
from embeddings.terms import WordForms, grams
from graph.errors import WrongUse

if TYPE_CHECKING:  # loading scipy takes longer than comparing a few texts
    from scipy import sparse

FEATURES: Final = 2**20
"""Columns of the exact features: two unrelated texts of 50 terms share one by chance once in 400 pairs."""

DENSE_DIMENSION: Final = 2**12
"""Columns of the folded vectors, 16 KB a text. Dense, because they stand in for a model's vectors where none
runs, and everything behind an encoder takes dense rows."""

_WORD_SHARE: Final = 0.5
_ALGORITHM: Final = "1"
_PROGRESS_STEP: Final = 256


class LexicalEncoder(Encoder):
    """Counts what two texts spell alike; says nothing about meaning.

    Parameters
    ----------
    idf : (FEATURES,), optional
        Weight of each feature, as `fit` finds it; by default all weigh 1.

    Notes
    -----
    Half of the evidence is character n-grams, half is normal forms of words (サーバ = サーバー, Web = ウェブ) by
    SudachiPy where the extra ``[ja]`` is installed; without it the grams count alone and the name and
    fingerprint say so. A term that occurs n times weighs 1 + ln n. Roles make no difference.

    The terms are hashed. `features` keeps them practically apart, so that an inner product of 0 means no
    evidence; `encode` folds the same columns into fewer, where chance adds .006 on average, and in one of 100
    pairs more than .06, to Japanese sentences that share nothing. No value is ever negative.
    """

    semantic = False
    dimension = DENSE_DIMENSION

    def __init__(self, idf: FloatArray | None = None) -> None:
        self._words = WordForms()
        self._idf = idf
        self.name = "lexical+sudachi" if self._words.available else "lexical"
        weights = "none" if idf is None else hashlib.sha256(idf.tobytes()).hexdigest()[:16]
        self.fingerprint = (
            f"lexical={_ALGORITHM} features={FEATURES} dimension={DENSE_DIMENSION}"
            f" words={self._words.version} idf={weights} cleaning={CLEANING_VERSION}"
        )

    def fit(self, texts: Sequence[str]) -> LexicalEncoder:
        """Give an encoder for which terms that are common in these texts weigh less.

        Parameters
        ----------
        texts : sequence of str
            Texts of a community; empty ones are left out.

        Returns
        -------
        LexicalEncoder
            A new encoder with its own fingerprint. A term in df of n texts weighs ln((1 + n) / (1 + df)) + 1.
        """
        cleaned = [text for text in map(clean, texts) if text]
        df = np.zeros(FEATURES)
        for block in self._counts(cleaned):
            df += np.bincount(block.indices, minlength=FEATURES)
        return LexicalEncoder((np.log((1 + len(cleaned)) / (1 + df)) + 1).astype(np.float32))

    def features(self, texts: Sequence[str]) -> sparse.csr_array:
        """Give the hashed terms of each text.

        Parameters
        ----------
        texts : sequence of str
            Any texts; they are cleaned first.

        Returns
        -------
        (n_texts, FEATURES)
            float32 rows of length 1, or empty where no term was found; ``a @ b.T`` is the evidence, in [0, 1].

        Raises
        ------
        WrongUse
            When `texts` is a single str.
        """
        if isinstance(texts, str):
            raise WrongUse(f"{self.name}: got one str, expected a sequence of texts")
        return self._features([clean(text) for text in texts])

    def same_as(self, role: Role) -> Role:
        """Give one role for all: spelling is the same on either side."""
        return Role.SYMMETRIC

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        rows = np.empty((len(texts), DENSE_DIMENSION), dtype=np.float32)
        for start in range(0, len(texts), _PROGRESS_STEP):
            exact = self._features(texts[start : start + _PROGRESS_STEP])
            done = start + exact.shape[0]
            rows[start:done] = _folded(exact)
            if progress is not None:
                progress(done, len(texts))
        return rows

    def _features(self, cleaned: list[str]) -> sparse.csr_array:
        kinds = self._counts(cleaned)
        if self._idf is not None:
            for counts in kinds:
                counts.data *= self._idf[counts.indices]
        by_gram, by_word = map(_unit, kinds)
        both = math.sqrt(1 - _WORD_SHARE) * by_gram + math.sqrt(_WORD_SHARE) * by_word
        return _unit(both.astype(np.float32))

    def _counts(self, cleaned: list[str]) -> tuple[sparse.csr_array, sparse.csr_array]:
        return _hashed(map(grams, cleaned), "gram"), _hashed(map(self._words.of, cleaned), "word")


def _unit(rows: sparse.csr_array) -> sparse.csr_array:
    """Scale the rows to length one, in place; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(lengths, np.diff(rows.indptr)).astype(np.float32)
    return rows


def _folded(exact: sparse.csr_array) -> FloatArray:
    """Add up the columns that are equal modulo the dense dimension."""
    rows = np.repeat(np.arange(exact.shape[0]), np.diff(exact.indptr))
    dense = np.zeros((exact.shape[0], DENSE_DIMENSION), dtype=np.float32)
    np.add.at(dense, (rows, exact.indices % DENSE_DIMENSION), exact.data)
    return dense


def _hashed(texts: Iterable[Iterable[str]], kind: str) -> sparse.csr_array:
    """Count terms in hashed columns; CRC-32, because Python's own hash differs from run to run."""
    from scipy import sparse

    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for terms in texts:
        counts = Counter(zlib.crc32(f"{kind}:{term}".encode()) % FEATURES for term in terms)
        columns.extend(counts)
        data.extend(1 + math.log(n) for n in counts.values())
        ends.append(len(columns))
    parts = (np.array(data, dtype=np.float32), np.array(columns, dtype=np.int64), np.array(ends, dtype=np.int64))
    return sparse.csr_array(parts, shape=(len(ends) - 1, FEATURES))
