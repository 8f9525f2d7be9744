"""A round of introductions as a whole: how many come true, and what the network gains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.errors import WrongUse
from graph.measures.adjacency import Csr, FloatArray, IntArray
from recommend.evaluation.kirchhoff import greedy_kirchhoff, kirchhoff_index, largest_component
from recommend.evaluation.network import first_community, training_adjacency
from recommend.evaluation.protocol import Candidates, Regime, Split
from recommend.evaluation.ranking import CELLS_AT_ONCE, Scorer, comparable, top_k
from recommend.evaluation.structure import modularity, with_pairs

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


def pareto(split: Split, pairs: IntArray, *, max_kirchhoff_people: int = 4000) -> Pareto:
    """Measure a portfolio.

    Parameters
    ----------
    split : Split
        The split.
    pairs : (n_pairs, 2) int
        People to introduce, at most two introductions a person.
    max_kirchhoff_people : int
        Size of the largest connected part above which the Kirchhoff index, a dense computation, is left out.

    Returns
    -------
    Pareto

    Raises
    ------
    WrongUse
        When a pair is one person, occurs twice or met in training, or somebody is in more than two pairs.
    """
    ties, community = training_adjacency(split.training), first_community(split.training)
    _check(pairs, ties)
    met = split.partners("all")
    hits = np.asarray(met[pairs[:, 0], pairs[:, 1]]).sum() if len(pairs) else 0.0
    return Pareto(
        n_pairs=len(pairs),
        hit_rate=float(hits) / max(len(pairs), 1),
        kirchhoff_cut=_cut(ties, pairs, max_kirchhoff_people),
        modularity_change=modularity(with_pairs(ties, pairs), community) - modularity(ties, community),
    )


def pick_by_score(split: Split, scorer: Scorer, regime: Regime, n_pairs: int, rng: np.random.Generator) -> IntArray:
    """Pick the pairs of highest score, each time the best that leaves everybody at most two.

    Parameters
    ----------
    split : Split
        The split.
    scorer : Scorer
        Scores; a pair counts with the sum of both directions.
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


def _check(pairs: IntArray, ties: Csr) -> None:
    low, high = pairs.min(axis=1, initial=ties.shape[0]), pairs.max(axis=1, initial=-1)
    if len(np.unique(low * ties.shape[0] + high)) < len(pairs) or np.any(low == high):
        raise WrongUse("a portfolio names each pair of two different people once")
    if len(pairs) and np.bincount(pairs.ravel()).max() > MAX_PER_PERSON:
        raise WrongUse(f"a portfolio has at most {MAX_PER_PERSON} introductions a person")
    if len(pairs) and np.asarray(ties[pairs[:, 0], pairs[:, 1]]).any():
        raise WrongUse("a portfolio introduces people who have not met in training")


def _cut(ties: Csr, pairs: IntArray, max_people: int) -> float | None:
    people = largest_component(ties)
    if len(people) > max_people:
        return None
    before = kirchhoff_index(ties[people][:, people])
    after = kirchhoff_index(with_pairs(ties, pairs)[people][:, people])
    return 1.0 - after / before


def _best_pairs(
    split: Split, scorer: Scorer, regime: Regime, rng: np.random.Generator
) -> tuple[IntArray, IntArray, FloatArray]:
    """Give candidate pairs, each once, with the sum of the scores of both directions."""
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
    return pairs // n_people, pairs % n_people, total
