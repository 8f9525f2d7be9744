"""Array functions on vectors: unit length, language centres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.errors import WrongUse

FloatArray: TypeAlias = NDArray[np.float32]

_ZERO_NORM: Final = 1e-6


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Scale each row to length one.

    Parameters
    ----------
    vectors : (n, d)
        Any finite rows.

    Returns
    -------
    (n, d)
        Rows of length 1; a row shorter than 1e-6 becomes exactly zero, because its direction is only
        rounding error.
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    safe = np.where(norms > _ZERO_NORM, norms, 1.0)
    return np.where(norms > _ZERO_NORM, vectors / safe, 0.0).astype(np.float32)


def language_means(
    vectors: FloatArray,
    languages: Sequence[str],
    prior: Mapping[str, FloatArray] | None = None,
    prior_weight: float = 0.0,
) -> dict[str, FloatArray]:
    """Give the mean vector of each language.

    Parameters
    ----------
    vectors : (n, d)
        Unit or zero rows of one role; zero rows (no text) are left out.
    languages : sequence of str
        Language of each row, such as ``"ja"``.
    prior : mapping of str to (d,), optional
        Means known from a background of other texts.
    prior_weight : float
        Number of texts, at least 0, that the prior counts for. With few own texts the own mean holds mostly
        what they say rather than the language they say it in; a prior keeps that from being subtracted.

    Returns
    -------
    dict of str to (d,)
        One mean for each language that has a non-zero row or a prior.

    Raises
    ------
    WrongUse
        When there are not as many languages as rows.
    """
    labels = _labels(vectors, languages)
    spoken = np.any(vectors != 0, axis=1)
    known = prior or {}
    means: dict[str, FloatArray] = {}
    for language in sorted(set(labels[spoken]) | set(known)):
        rows = vectors[spoken & (labels == language)]
        total, weight = rows.sum(axis=0, dtype=np.float64), float(len(rows))
        if language in known:
            total, weight = total + prior_weight * known[language], weight + prior_weight
        if weight > 0:
            means[language] = (total / weight).astype(np.float32)
    return means


def centre_by_language(
    vectors: FloatArray, languages: Sequence[str], means: Mapping[str, FloatArray] | None = None
) -> FloatArray:
    """Subtract from each row the mean of its language.

    Multilingual encoders put the language of a text into its vector before the meaning, so that a Japanese
    need lies nearer to any Japanese offer than to the right English one; taking away each language's own mean
    removes that. Centre queries and documents each by the means of their own role.

    Parameters
    ----------
    vectors : (n, d)
        Unit or zero rows of one role.
    languages : sequence of str
        Language of each row.
    means : mapping of str to (d,), optional
        Means to subtract; by default `language_means` of these rows. A single row minus its own mean is
        zero, so for a few queries pass the means of the whole community.

    Returns
    -------
    (n, d)
        Unit rows; zero where the input was zero or nothing is left. A language without a mean stays as it is.

    Raises
    ------
    WrongUse
        When there are not as many languages as rows.
    """
    labels = _labels(vectors, languages)
    used = language_means(vectors, languages) if means is None else means
    centred = vectors.astype(np.float32, copy=True)
    spoken = np.any(vectors != 0, axis=1)
    for language, mean in used.items():
        centred[spoken & (labels == language)] -= mean
    return unit_rows(centred)


def _labels(vectors: FloatArray, languages: Sequence[str]) -> NDArray[np.str_]:
    if len(vectors) != len(languages):
        raise WrongUse(f"got {len(vectors)} vectors and {len(languages)} languages, expected one for each")
    return np.asarray(languages, dtype=np.str_)
