"""Maps under which each text lies nearer to its own answers than to all others, by gradient steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.alignment import PARTS, Turn
from embeddings.similarity import FloatArray

BATCH, BESIDE = 256, 2_048
"""Texts drawn at each step, and answers that they are compared with beside their own."""
RATE: Final = 3e-4
TEMPERATURE: Final = 0.12
"""How far below the best a cosine still counts."""
INWARD, OUTWARD = 3.0, 0.05
"""Sizes of the units with a bend at the start: what comes in spreads widely, what goes out hardly matters yet."""
SEED: Final = 1
_MEAN_DECAY, _SQUARE_DECAY, _LEAST = 0.9, 0.99, 1e-8

IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Training:
    """How long, and with how many units.

    Attributes
    ----------
    steps : int
        Gradient steps: few of them from a good start are all the regularisation there is.
    units : int
        Units with a bend beside the linear map; 0 for none.
    """

    steps: int
    units: int


NEEDS_AND_OFFERS: Final = Training(steps=450, units=256)
VISIONS: Final = Training(steps=40, units=0)
"""Both, and the numbers above, were chosen on situations and visions of topics held out."""


@dataclass(frozen=True)
class Answered:
    """Needs, and what may answer them; or visions, and others of the same aim.

    Attributes
    ----------
    needs : (n, d)
        Centred vectors of needs.
    situations : (n,) int
        Which situation each tells.
    answers : (m, d)
        Centred vectors of what people offer.
    answered : (m,) int
        The situation each answers; -1 for one that only seems to.
    """

    needs: FloatArray
    situations: IntArray
    answers: FloatArray
    answered: IntArray


def contrasted(told: Answered, start: FloatArray, training: Training) -> tuple[Turn, Turn]:
    """Find maps of either side by gradient steps from one that serves both.

    Each step draws needs and raises the share of their own answers, in any language, in a softmax over others, those
    that only seem to answer included.

    Parameters
    ----------
    told : Answered
        What to learn from.
    start : (d, k) float
        A linear map for both, such as `embeddings.training.alignment.trained` finds.
    training : Training
        How long, and with how many units.

    Returns
    -------
    needs, offers : Turn
        What rows of either side go through; only angles matter.

    References
    ----------
    A. van den Oord, Y. Li, O. Vinyals (2018), "Representation Learning with Contrastive Predictive Coding".
    M. Henderson et al. (2017), "Efficient Natural Language Response Suggestion for Smart Reply".
    D. P. Kingma, J. Ba (2015), "Adam: A Method for Stochastic Optimization".
    """
    rng = np.random.default_rng(SEED)
    needs, offers = _Descent.of(start, training.units, rng), _Descent.of(start, training.units, rng)
    for drawn, beside in _draws(told, training, rng):
        asked, answering = needs.forward(told.needs[drawn]), offers.forward(told.answers[beside])
        pull = _pull(asked @ answering.T, told.situations[drawn][:, None] == told.answered[beside][None, :])
        needs.back(pull @ answering)
        offers.back(pull.T @ asked)
    return needs.turn, offers.turn


def contrasted_together(told: Answered, start: FloatArray, training: Training) -> Turn:
    """Find one map for both sides, of which neither asks; parameters as of `contrasted`."""
    rng = np.random.default_rng(SEED)
    both = _Descent.of(start, training.units, rng)
    for drawn, beside in _draws(told, training, rng):
        turned = both.forward(np.vstack([told.needs[drawn], told.answers[beside]]))
        one, other = turned[: len(drawn)], turned[len(drawn) :]
        pull = _pull(one @ other.T, told.situations[drawn][:, None] == told.answered[beside][None, :])
        both.back(np.vstack([pull @ other, pull.T @ one]))
    return both.turn


def _draws(told: Answered, training: Training, rng: np.random.Generator) -> Iterator[tuple[IntArray, IntArray]]:
    """Draw texts of each step, and all their answers among others."""
    for _ in range(training.steps):
        drawn = rng.choice(len(told.needs), min(BATCH, len(told.needs)), replace=False)
        own = np.flatnonzero(np.isin(told.answered, told.situations[drawn]))
        yield drawn, np.union1d(own, rng.choice(len(told.answers), min(BESIDE, len(told.answers)), replace=False))


class _Descent:
    """A map, and the moments of the gradients of its parts (Adam)."""

    def __init__(self, *parts: FloatArray) -> None:
        self._parts = [part.astype(np.float32) for part in parts]
        self._means, self._squares = ([np.zeros_like(part) for part in self._parts] for _ in range(2))
        self._n = 0

    @classmethod
    def of(cls, start: FloatArray, units: int, rng: np.random.Generator) -> _Descent:
        d, kept = start.shape
        inward = rng.standard_normal((d, units)) * INWARD / np.sqrt(d)
        outward = rng.standard_normal((units, kept)) * OUTWARD / np.sqrt(max(units, 1))
        return cls(start * np.float32(np.sqrt(kept) / np.linalg.norm(start)), inward, outward)

    @property
    def turn(self) -> Turn:
        return Turn(**dict(zip(PARTS, self._parts, strict=True)))

    def forward(self, rows: FloatArray) -> FloatArray:
        """Turn rows to length one, and keep what the way back needs."""
        straight, inward, outward = self._parts
        self._rows, self._inside = rows, np.maximum(rows @ inward, np.float32(0.0))
        turned = rows @ straight + self._inside @ outward
        self._lengths = np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), np.float32(1e-9))
        self._directions = np.asarray(turned / self._lengths, dtype=np.float32)
        return self._directions

    def back(self, gradient: FloatArray) -> None:
        """Take a step against the gradient by the directions that `forward` gave."""
        radial = np.einsum("ij,ij->i", gradient, self._directions)[:, None]
        along = (gradient - self._directions * radial) / self._lengths
        inside = (along @ self._parts[2].T) * (self._inside > 0)
        self._step((self._rows.T @ along, self._rows.T @ inside, self._inside.T @ along))

    def _step(self, gradients: tuple[FloatArray, ...]) -> None:
        self._n += 1
        for part, mean, square, gradient in zip(self._parts, self._means, self._squares, gradients, strict=True):
            mean += (1 - _MEAN_DECAY) * (gradient - mean)
            square += (1 - _SQUARE_DECAY) * (gradient**2 - square)
            by = mean / (1 - _MEAN_DECAY**self._n) / (np.sqrt(square / (1 - _SQUARE_DECAY**self._n)) + _LEAST)
            part -= np.asarray(RATE * by, dtype=np.float32)


def _pull(cosines: FloatArray, own: NDArray[np.bool_]) -> FloatArray:
    """Give the gradient of the loss, minus the mean logarithm of the share of own answers, by the cosines."""
    raised = np.exp((cosines - cosines.max(axis=1, keepdims=True)) / np.float32(TEMPERATURE))
    share = raised / raised.sum(axis=1, keepdims=True)
    right = share * own
    wanted = right / np.maximum(right.sum(axis=1, keepdims=True), np.float32(1e-9))
    return np.asarray((share - wanted) / (len(cosines) * TEMPERATURE), dtype=np.float32)
