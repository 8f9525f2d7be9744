"""Two maps, of needs and of offers, under which each need lies nearer to its own offers than to all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.similarity import FloatArray

STEPS: Final = 100
BATCH: Final = 256
RATE: Final = 3e-4
TEMPERATURE: Final = 0.12
"""How far below the best a cosine still counts; all four were chosen on situations of topics held out."""
SEED: Final = 1
_MEAN_DECAY, _SQUARE_DECAY, _LEAST = 0.9, 0.99, 1e-8

IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Answered:
    """Needs, and what may answer them.

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


def contrasted(told: Answered, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find the maps by gradient steps from one that serves both sides.

    Each step draws needs and raises the share of their own answers, in any language, in a softmax over all answers,
    those that only seem to answer included. Few steps from a good start are all the regularisation there is.

    Parameters
    ----------
    told : Answered
        What to learn from.
    start : (d, d) float
        A map for both, such as `embeddings.training.alignment.trained` finds.

    Returns
    -------
    needs, offers : (d, d)
        What rows of either side are multiplied by; only angles matter.

    References
    ----------
    A. van den Oord, Y. Li, O. Vinyals (2018), "Representation Learning with Contrastive Predictive Coding".
    M. Henderson et al. (2017), "Efficient Natural Language Response Suggestion for Smart Reply".
    D. P. Kingma, J. Ba (2015), "Adam: A Method for Stochastic Optimization".
    """
    rng = np.random.default_rng(SEED)
    scaled = start * np.float32(np.sqrt(len(start)) / np.linalg.norm(start))
    needs, offers = _Descent(scaled), _Descent(scaled)
    for _ in range(STEPS):
        drawn = rng.choice(len(told.needs), min(BATCH, len(told.needs)), replace=False)
        asked, lengths = _directions(told.needs[drawn] @ needs.matrix)
        answering, sizes = _directions(told.answers @ offers.matrix)
        pull = _pull(asked @ answering.T, told.situations[drawn][:, None] == told.answered[None, :])
        needs.step(told.needs[drawn].T @ _along(pull @ answering, asked, lengths))
        offers.step(told.answers.T @ _along(pull.T @ asked, answering, sizes))
    return needs.matrix, offers.matrix


class _Descent:
    """A matrix and the moments of its gradients (Adam)."""

    def __init__(self, start: FloatArray) -> None:
        self.matrix = start.astype(np.float32)
        self._mean, self._square, self._n = np.zeros_like(self.matrix), np.zeros_like(self.matrix), 0

    def step(self, gradient: FloatArray) -> None:
        self._n += 1
        self._mean += (1 - _MEAN_DECAY) * (gradient - self._mean)
        self._square += (1 - _SQUARE_DECAY) * (gradient**2 - self._square)
        mean = self._mean / (1 - _MEAN_DECAY**self._n)
        square = self._square / (1 - _SQUARE_DECAY**self._n)
        self.matrix -= np.asarray(RATE * mean / (np.sqrt(square) + _LEAST), dtype=np.float32)


def _pull(cosines: FloatArray, own: NDArray[np.bool_]) -> FloatArray:
    """Give the gradient of the loss, minus the mean logarithm of the share of own answers, by the cosines."""
    raised = np.exp((cosines - cosines.max(axis=1, keepdims=True)) / np.float32(TEMPERATURE))
    share = raised / raised.sum(axis=1, keepdims=True)
    right = share * own
    wanted = right / np.maximum(right.sum(axis=1, keepdims=True), np.float32(1e-9))
    return np.asarray((share - wanted) / (len(cosines) * TEMPERATURE), dtype=np.float32)


def _directions(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return rows / lengths, lengths


def _along(gradient: FloatArray, directions: FloatArray, lengths: FloatArray) -> FloatArray:
    """Carry a gradient by directions of length one over to the rows they are directions of."""
    radial = np.einsum("ij,ij->i", gradient, directions)[:, None]
    return np.asarray((gradient - directions * radial) / lengths, dtype=np.float32)
