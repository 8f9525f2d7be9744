"""What an evaluation found, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import Problem
from recommend.evaluation.metrics import Distance, Interval
from recommend.evaluation.portfolio import Pareto
from recommend.evaluation.protocol import Parameters, Regime
from recommend.evaluation.structure import Structure


@dataclass(frozen=True, slots=True)
class Result:
    """One method in one regime.

    Attributes
    ----------
    regime : Regime
    method : str
    n_people : int
        People the means are over.
    recall, precision, average_precision, ndcg : Interval
        At the length of the lists.
    err_ia : float
        Mean intent-aware expected reciprocal rank, communities as intents.
    exposure_gini : float
        Of how often each known person is listed.
    by_distance : mapping of Distance to (float, int)
        Recall over the partners at each distance in training, and people who have such partners.
    structure : Structure
        Of the training network with all listed pairs added.
    n_taken_out : int
        Entries of given lists that were no candidates.
    """

    regime: Regime
    method: str
    n_people: int
    recall: Interval
    precision: Interval
    average_precision: Interval
    ndcg: Interval
    err_ia: float
    exposure_gini: float
    by_distance: Mapping[Distance, tuple[float, int]]
    structure: Structure
    n_taken_out: int = 0


@dataclass(frozen=True, slots=True)
class Gain:
    """Recall of one method less that of another, person by person."""

    regime: Regime
    method: str
    over: str
    recall: Interval


@dataclass(frozen=True, slots=True)
class LinksReport:
    """Everything the evaluation found.

    Attributes
    ----------
    counts : mapping
        People, communities, held-out ties and people asked about.
    parameters : Parameters
    cut : float
        POSIX seconds of the last moment of training.
    k : int
        Length of the lists.
    undated : mapping of str to int
        Facts without a time that were kept in training.
    results : tuple of Result
        Baselines first, in the order of the methods, regimes inside.
    gains : tuple of Gain
        Every other method over the best baseline of each regime.
    training_structure : Structure
        Of the training network alone.
    portfolios : mapping of str to Pareto
        Rounds of introductions: half as many as people, at most two a person.
    problems : tuple of Problem
        Rows left out of the input.
    """

    counts: Mapping[str, Any]
    parameters: Parameters
    cut: float
    k: int
    undated: Mapping[str, int]
    results: tuple[Result, ...]
    gains: tuple[Gain, ...]
    training_structure: Structure
    portfolios: Mapping[str, Pareto]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class SplitSummary:
    """What :func:`split_folder` wrote.

    Attributes
    ----------
    manifest : Path
    manifest_sha256 : str
        Two people with the same one evaluate the same thing.
    counts : mapping
    problems : tuple of Problem
    """

    manifest: Path
    manifest_sha256: str
    counts: Mapping[str, Any]
    problems: tuple[Problem, ...]
