"""Train the maps from ``data/pairs.tsv`` and ``data/visions.tsv``: ``python -m embeddings.training.alignment``.

``--cache FILE`` keeps the vectors between runs. Run it after `embeddings.training.roles`, whose directions are taken
out first. The same texts, package versions, processor and number of BLAS threads give the same
file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.alignment import ALIGNMENT_FILE, PARTS
from embeddings.base import Encoder, Role
from embeddings.bundled import BUNDLED, E5_SHARE
from embeddings.language import guess_language
from embeddings.roles import load_role_model
from embeddings.similarity import FloatArray, centre_by_language
from embeddings.training.contrast import (
    BATCH,
    BESIDE,
    INWARD,
    NEEDS_AND_OFFERS,
    OUTWARD,
    RATE,
    SEED,
    TEMPERATURE,
    VISIONS,
    Answered,
    contrasted,
    contrasted_together,
)
from embeddings.training.texts import encoder_of, near_misses, pairs, sentences, visions

SHRINKAGE: Final = 2.0
"""Mean variances of a direction that are added to what differs inside groups, so that 896 directions may be told
from a few thousand texts."""
GAIN: Final = 24.0
"""How many times more the direction that tells groups best counts than one that does not tell them."""
GROUP_WEIGHTS: Final = (1.0, 0.5, 0.5)
"""Weights of pairs by situation, pairs by topic and role sentences by topic. All numbers were chosen on the
development split of the fit benchmark."""
KEPT: Final = 384
"""Directions that are kept of those that tell groups: fewer than half, and no worse on situations held out."""
_MIXED: Final = ("register-", "tricky-", "vision-", "activity-")
"""Topics of role sentences that are about anything."""

Square = NDArray[np.float64]


@dataclass(frozen=True)
class Grouped:
    """Vectors of texts, and for each the group of texts that it should lie near.

    Attributes
    ----------
    vectors : (n, d) float
        One row a text and side.
    groups : (n,) int
        Number of the group, from 0.
    """

    vectors: FloatArray
    groups: NDArray[np.intp]


def main() -> None:
    """Write the maps into ``embeddings/data``."""
    encoder = encoder_of(__doc__)
    material, told = _material(encoder)
    likeness = narrowed(trained(material, GROUP_WEIGHTS), KEPT).astype(np.float32)
    needs, offers = contrasted(told, likeness, NEEDS_AND_OFFERS)
    aims = contrasted_together(_visions(encoder), likeness, VISIONS)
    found = {Role.QUERY: needs, Role.PASSAGE: offers, Role.SYMMETRIC: aims}
    kept: dict[str, Any] = {
        f"{role}_{part}": getattr(turn, part).astype(np.float16) for role, turn in found.items() for part in PARTS
    }
    kept |= {"trained_on": np.array(material_hash()), "vector_model": np.array(BUNDLED)}
    np.savez(Path(str(files("embeddings") / "data" / ALIGNMENT_FILE)), **kept)


def material_hash() -> str:
    """Give a hash of all that decides the maps: texts, the role model and the numbers of the training."""
    trainings = (NEEDS_AND_OFFERS, VISIONS, BATCH, BESIDE, RATE, TEMPERATURE, INWARD, OUTWARD, SEED)
    numbers = (SHRINKAGE, GAIN, GROUP_WEIGHTS, KEPT, E5_SHARE, _MIXED, trainings)
    texts = pairs(), near_misses(), sentences(), visions()
    return hashlib.sha256(repr((texts, load_role_model().directions.tolist(), numbers)).encode()).hexdigest()[:16]


def trained(material: tuple[Grouped, ...], weights: tuple[float, ...]) -> Square:
    """Find the map that puts the texts of a group together and groups apart.

    A linear discriminant analysis that keeps all directions: what differs inside groups (language, wording, who
    asks and who gives) counts for less, what differs between them for more.

    Parameters
    ----------
    material : tuple of Grouped
        Several groupings.
    weights : tuple of float
        How much each counts.

    Returns
    -------
    (d, d) float
        Its largest singular value is 1.

    References
    ----------
    R. A. Fisher (1936), "The Use of Multiple Measurements in Taxonomic Problems". A. O. Hatch, S. Kajarekar,
    A. Stolcke (2006), "Within-Class Covariance Normalization for SVM-based Speaker Recognition".
    """
    scatters = np.array([_scatters(each) for each in material])
    within, between = np.average(scatters, axis=0, weights=weights)
    spread = np.trace(within) / len(within)
    values, vectors = np.linalg.eigh(within + SHRINKAGE * spread * np.eye(len(within)))
    whitening = (vectors / np.sqrt(values)) @ vectors.T
    told, axes = np.linalg.eigh(whitening @ between @ whitening)
    gains = 1 + GAIN * np.clip(told, 0, None) / max(told.max(), 1e-12)
    # the last factor only turns the space: without it the signs of the axes would be arbitrary
    found = whitening @ (axes * np.sqrt(gains)) @ axes.T
    return np.asarray(found / np.linalg.norm(found, ord=2))


def narrowed(map_: Square, kept: int) -> Square:
    """Give a map to so many numbers under which angles are those of `map_` as nearly as can be, (d, kept)."""
    strongest = np.linalg.svd(map_)[2][:kept]
    return np.asarray(map_ @ strongest.T)


def _scatters(grouped: Grouped) -> tuple[Square, Square]:
    """Give the covariance inside groups and that of their means, (d, d) each."""
    rows, groups = grouped.vectors.astype(np.float64), grouped.groups
    sizes = np.bincount(groups)
    means = np.zeros((len(sizes), rows.shape[1]))
    np.add.at(means, groups, rows)
    means /= sizes[:, None]
    rest = rows - means[groups]
    return rest.T @ rest / (len(rows) - len(sizes)), np.cov(means.T, aweights=sizes)


def _material(encoder: Encoder) -> tuple[tuple[Grouped, ...], Answered]:
    situations, near = pairs(), near_misses()
    needs, offers = ([row[at] for at in (first, first + 2) for row in situations] for first in (1, 2))
    asked = _centred(needs, Role.QUERY, encoder)
    answers = _centred([*offers, *near], Role.PASSAGE, encoder)
    told = np.vstack([asked, answers[: len(offers)]])
    said = [row for row in sentences() if not row[3].startswith(_MIXED)]
    texts = [row[0] for row in said]
    both = np.vstack([_centred(texts, role, encoder) for role in (Role.QUERY, Role.PASSAGE)])
    numbers = np.tile(np.arange(len(situations)), 2)
    groups = (
        Grouped(told, np.tile(numbers, 2)),
        Grouped(told, np.tile(_numbered([row[0] for row in situations]), 4)),
        Grouped(both, np.tile(_numbered([row[3] for row in said]), 2)),
    )
    return groups, Answered(asked, numbers, answers, np.r_[numbers, np.full(len(near), -1)])


def _visions(encoder: Encoder) -> Answered:
    """Give visions in both languages, and beside them others of the same aim and of another."""
    rows = visions()
    one, same, other = ([row[at] for at in (first, first + 3) for row in rows] for first in (1, 2, 3))
    texts = [*one, *same, *other]
    vectors = centre_by_language(encoder.encode(texts, Role.SYMMETRIC), [guess_language(text) for text in texts])
    numbers = np.tile(np.arange(len(rows)), 2)
    return Answered(vectors[: len(one)], numbers, vectors[len(one) :], np.r_[numbers, np.full(len(other), -1)])


def _centred(texts: list[str], role: Role, encoder: Encoder) -> FloatArray:
    vectors = load_role_model().without_stance(encoder.encode(texts, role), encoder.fingerprint)
    return centre_by_language(vectors, [guess_language(text) for text in texts])


def _numbered(names: list[str]) -> NDArray[np.intp]:
    numbers: NDArray[Any] = np.unique(names, return_inverse=True)[1]
    return numbers.astype(np.intp)


if __name__ == "__main__":
    main()
