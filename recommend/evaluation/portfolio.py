"""A round of introductions as a whole: how many come true, and what the network gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from graph.errors import WrongUse
from graph.measures.adjacency import Csr, FloatArray, IntArray
from recommend.evaluation.kirchhoff import greedy_kirchhoff, kirchhoff_index, largest_component
from recommend.evaluation.network import first_community, training_adjacency
from recommend.evaluation.protocol import Candidates, Regime, Split
from recommend.evaluation.ranking import CELLS_AT_ONCE, Scorer, comparable, top_k
from recommend.evaluation.structure import declared_modularity, with_pairs

MAX_PER_PERSON = 2


@dataclass(frozen=True, slots=True)
class Pareto:
    """A portfolio of introductions.

    Attributes
    ----------
    n_pairs : int
        Introductions.
    hit_rate : float, in [0, 1]
        Share of them that became ties after the cut.
    kirchhoff_cut : float or None
        Share of the Kirchhoff index, in the largest connected part of the training network, that they would take
        off if all became ties; pairs that leave that part count for nothing. None when it was not measured.
    modularity_change : float
        Modularity with them less modularity without.
    """

    n_pairs: int
    hit_rate: float
    kirchhoff_cut: float | None
    modularity_change: float


def round_size(split: Split) -> int:
    """Give the number of introductions of the fixed protocol: half the number of known people."""
    return int(split.known.sum()) // 2


class ParetoMeasure:
    """Measures portfolios against one split; what does not depend on the portfolio is computed once.

    Parameters
    ----------
    split : Split
        The split.
    max_kirchhoff_people : int
        Size of the largest connected part above which the Kirchhoff index, a dense computation, is left out.
    """

    def __init__(self, split: Split, *, max_kirchhoff_people: int = 4000) -> None:
        self._ties = training_adjacency(split.training)
        self._community = first_community(split.training)
        self._modularity = declared_modularity(self._ties, self._community)
        self._met = split.partners("all")
        self._people = largest_component(self._ties)
        self._kirchhoff: float | None = None
        if len(self._people) <= max_kirchhoff_people:
            self._kirchhoff = kirchhoff_index(self._ties[self._people][:, self._people])

    def measure(self, pairs: IntArray) -> Pareto:
        """Measure one portfolio.

        Parameters
        ----------
        pairs : (n_pairs, 2) int
            People to introduce, at most two introductions a person.

        Returns
        -------
        Pareto

        Raises
        ------
        WrongUse
            When a pair is one person, occurs twice or met in training, or somebody is in more than two pairs.
        """
        _check(pairs, self._ties)
        after = with_pairs(self._ties, pairs)
        hits = float(np.asarray(self._met[pairs[:, 0], pairs[:, 1]]).sum()) if len(pairs) else 0.0
        cut = None
        if self._kirchhoff is not None:
            cut = 1.0 - kirchhoff_index(after[self._people][:, self._people]) / self._kirchhoff
        change = declared_modularity(after, self._community) - self._modularity
        return Pareto(len(pairs), hits / max(len(pairs), 1), cut, change)


def pareto(split: Split, pairs: IntArray) -> Pareto:
    """Measure one portfolio; see :class:`ParetoMeasure`."""
    return ParetoMeasure(split).measure(pairs)


def pick_by_score(split: Split, scorer: Scorer, regime: Regime, n_pairs: int, rng: np.random.Generator) -> IntArray:
    """Pick the pairs of highest score, each time the best that leaves everybody at most two.

    Parameters
    ----------
    split : Split
        The split.
    scorer : Scorer
        Scores; a pair counts with the mean of both directions, or of one where it is among the best of one only.
    regime : Regime
        Whose candidates may be paired.
    n_pairs : int
        How many to pick; fewer come back when no pair is left.
    rng : numpy.random.Generator
        Orders equal scores.

    Returns
    -------
    (n_found, 2) int
        Best first. In networks of more than 2,000 people only the best few dozen to thousand candidates of each
        person are looked at.
    """
    u, v, score = _best_pairs(split, scorer, regime, rng)
    used = np.zeros(split.training.n_people, dtype=np.int64)
    picked: list[tuple[int, int]] = []
    shuffled = rng.permutation(len(score))
    order = shuffled[np.argsort(-comparable(score[shuffled]), kind="stable")]
    for a, b in zip(u[order].tolist(), v[order].tolist(), strict=True):
        if len(picked) == n_pairs:
            break
        if used[a] < MAX_PER_PERSON and used[b] < MAX_PER_PERSON:
            used[[a, b]] += 1
            picked.append((a, b))
    return np.array(picked, dtype=np.int64).reshape(-1, 2)


def pick_at_random(split: Split, regime: Regime, n_pairs: int, rng: np.random.Generator) -> IntArray:
    """Pick candidate pairs at random, at most two a person; see :func:`pick_by_score`."""
    n_people = split.training.n_people
    return pick_by_score(split, lambda rows: rng.random((len(rows), n_people)), regime, n_pairs, rng)


def pick_by_kirchhoff(split: Split, regime: Regime, n_pairs: int) -> IntArray:
    """Pick the pairs that take most off the Kirchhoff index, in the largest connected part, at most two a person.

    Parameters
    ----------
    split : Split
        The split; a network of at most a few thousand people, since all pairs are looked at for each pick.
    regime : Regime
        Whose candidates may be paired.
    n_pairs : int
        How many to pick.

    Returns
    -------
    (n_found, 2) int
        Best first.
    """
    ties = training_adjacency(split.training)
    people = largest_component(ties)
    allowed = Candidates(split).mask(people, regime)[:, people].astype(np.float64)
    return people[greedy_kirchhoff(ties[people][:, people], allowed, n_pairs, MAX_PER_PERSON)]


def mean_pareto(measured: Sequence[Pareto]) -> Pareto:
    """Give the mean over several draws of one kind of portfolio, at least one."""
    cuts = [one.kirchhoff_cut for one in measured if one.kirchhoff_cut is not None]
    return Pareto(
        n_pairs=measured[0].n_pairs,
        hit_rate=fmean(one.hit_rate for one in measured),
        kirchhoff_cut=fmean(cuts) if len(cuts) == len(measured) else None,
        modularity_change=fmean(one.modularity_change for one in measured),
    )


def _check(pairs: IntArray, ties: Csr) -> None:
    low, high = pairs.min(axis=1, initial=ties.shape[0]), pairs.max(axis=1, initial=-1)
    if len(np.unique(low * ties.shape[0] + high)) < len(pairs) or np.any(low == high):
        raise WrongUse("a portfolio names each pair of two different people once")
    if len(pairs) and np.bincount(pairs.ravel()).max() > MAX_PER_PERSON:
        raise WrongUse(f"a portfolio has at most {MAX_PER_PERSON} introductions a person")
    if len(pairs) and np.asarray(ties[pairs[:, 0], pairs[:, 1]]).any():
        raise WrongUse("a portfolio introduces people who have not met in training")


def _best_pairs(
    split: Split, scorer: Scorer, regime: Regime, rng: np.random.Generator
) -> tuple[IntArray, IntArray, FloatArray]:
    """Give candidate pairs, each once, with the mean of the scores of its directions."""
    n_people = split.training.n_people
    people, candidates = np.flatnonzero(split.known), Candidates(split)
    size = max(1, CELLS_AT_ONCE // n_people)
    keys, scores = [], []
    for rows in (people[i : i + size] for i in range(0, len(people), size)):
        block = scorer(rows)
        best = top_k(block, candidates.mask(rows, regime), min(n_people, size), rng)
        place, column = np.nonzero(best >= 0)
        partner = best[place, column]
        keys.append(np.minimum(rows[place], partner) * n_people + np.maximum(rows[place], partner))
        scores.append(block[place, partner])
    pairs, position = np.unique(np.concatenate(keys), return_inverse=True)
    total = np.zeros(len(pairs))
    np.add.at(total, position, np.concatenate(scores))
    return pairs // n_people, pairs % n_people, total / np.bincount(position, minlength=len(pairs))
