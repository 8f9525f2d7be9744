"""The whole evaluation of link recommendations: a folder in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np

from graph.errors import Problem, Unknown
from graph.measures.adjacency import FloatArray, IntArray
from recommend.evaluation.baselines import resource_allocation, standard_baselines
from recommend.evaluation.manifest import counts, holds_split, read_split, sha256, undated, write_split
from recommend.evaluation.measurement import Measurement
from recommend.evaluation.network import NetworkData, training_adjacency
from recommend.evaluation.portfolio import (
    Pareto,
    ParetoMeasure,
    mean_pareto,
    pick_at_random,
    pick_by_kirchhoff,
    pick_by_score,
    round_size,
)
from recommend.evaluation.protocol import REGIMES, SCOPES, Parameters, Regime, Split
from recommend.evaluation.protocol import split as split_in_time
from recommend.evaluation.ranking import Ranker, Scorer, rank_people
from recommend.evaluation.reading import load_network
from recommend.evaluation.results import Gain, LinksReport, Result, SplitSummary

RankerFactory: TypeAlias = Callable[[NetworkData, np.random.Generator], Ranker]
PortfolioFactory: TypeAlias = Callable[[NetworkData, np.random.Generator, int], IntArray]
Progress: TypeAlias = Callable[[str], None]

GREEDY_LARGEST = 1000
ROUNDS_LARGEST = 10_000
RANDOM_DRAWS = 10


def split_folder(data: Path, out: Path, parameters: Parameters | None = None) -> SplitSummary:
    """Split a network on disk: all that ``evaluate split`` does.

    Parameters
    ----------
    data : Path
        A folder in the ``network`` shape.
    out : Path
        Where the split goes; see :func:`recommend.evaluation.manifest.write_split`.
    parameters : Parameters, optional
        The fixed protocol by default.

    Returns
    -------
    SplitSummary

    Raises
    ------
    Refused
        When the network cannot be read or has no times.
    """
    network = load_network(data)
    made = split_in_time(network, parameters)
    manifest = write_split(made, out)
    return SplitSummary(manifest, sha256(manifest), counts(made), network.problems)


def evaluate_folder(
    data: Path,
    rankers: Mapping[str, RankerFactory] | None = None,
    portfolios: Mapping[str, PortfolioFactory] | None = None,
    *,
    scope: str | None = None,
    parameters: Parameters | None = None,
    k: int = 10,
    progress: Progress = lambda line: None,
) -> LinksReport:
    """Run the whole protocol on a network on disk: all that ``evaluate links`` does.

    Parameters
    ----------
    data : Path
        A folder in the ``network`` shape, or one that ``evaluate split`` wrote.
    rankers : mapping of str to RankerFactory, optional
        Methods besides the baselines. A factory sees the training part alone and gives a scorer for every regime.
    portfolios : mapping of str to PortfolioFactory, optional
        Rounds of introductions besides the baselines': from the training part, a generator and the number of pairs
        to ``(n_pairs, 2) int``, at most two pairs a person.
    scope : {"any", "across", "far"}, optional
        Only the regimes of that scope; all of them by default.
    parameters : Parameters, optional
        The fixed protocol by default; a written split keeps its own.
    k : int
        Length of the lists.
    progress : callable
        Gets one line before each method.

    Returns
    -------
    LinksReport

    Raises
    ------
    Refused
        When the network cannot be read or has no times.
    Unknown
        When the scope is none of the three.
    """
    if scope is not None and scope not in SCOPES:
        raise Unknown("scope", scope, SCOPES)
    regimes = REGIMES if scope is None else SCOPES[scope]
    if holds_split(data):
        made = read_split(data)
        problems = made.training.problems
    else:
        network = load_network(data)
        made, problems = split_in_time(network, parameters), network.problems
    return evaluate_links(made, rankers, portfolios, regimes=regimes, k=k, problems=problems, progress=progress)


def evaluate_links(
    split: Split,
    rankers: Mapping[str, RankerFactory] | None = None,
    portfolios: Mapping[str, PortfolioFactory] | None = None,
    *,
    regimes: tuple[Regime, ...] = REGIMES,
    k: int = 10,
    problems: tuple[Problem, ...] = (),
    progress: Progress = lambda line: None,
) -> LinksReport:
    """Measure the baselines and other methods on a split; see :func:`evaluate_folder`."""
    measurement, seed = Measurement(split), split.parameters.seed
    known = standard_baselines(measurement.ties, np.random.default_rng(seed))
    factories: dict[str, RankerFactory] = {name: partial(_in_every_regime, scorer) for name, scorer in known.items()}
    factories |= rankers or {}
    results: list[Result] = []
    recall: dict[tuple[str, Regime], FloatArray] = {}
    for name, factory in factories.items():
        progress(name)
        ranker = factory(split.training, np.random.default_rng(seed))
        for regime, lists in rank_people(split, name, ranker, regimes, k).items():
            result, each = measurement.measure(regime, name, lists)
            results.append(result)
            recall[name, regime] = each.recall
    progress("portfolios")
    return LinksReport(
        counts=counts(split),
        parameters=split.parameters,
        cut=split.cut,
        k=k,
        undated=undated(split.training),
        results=tuple(results),
        gains=_gains(measurement, recall, tuple(known), tuple(rankers or {}), regimes),
        training_structure=measurement.training_structure(),
        portfolios=measure_portfolios(split, portfolios or {}),
        problems=problems,
    )


def measure_portfolios(split: Split, others: Mapping[str, PortfolioFactory]) -> dict[str, Pareto]:
    """Measure the baseline rounds of introductions and others.

    Parameters
    ----------
    split : Split
        The split.
    others : mapping of str to PortfolioFactory
        See :func:`evaluate_folder`.

    Returns
    -------
    dict of str to Pareto
        The random round is a mean over 10 draws, 1 above 1,000 known people. Above these the greedy Kirchhoff
        round is left out, since it looks at all pairs for each pick; above 10,000 all baseline rounds are.
    """
    n_people, n_pairs, seed = int(split.known.sum()), round_size(split), split.parameters.seed
    measure = ParetoMeasure(split).measure
    measured: dict[str, Pareto] = {}
    if n_people <= ROUNDS_LARGEST:
        rng, draws = np.random.default_rng(seed), RANDOM_DRAWS if n_people <= GREEDY_LARGEST else 1
        drawn = [measure(pick_at_random(split, "cross", n_pairs, rng)) for _ in range(draws)]
        allocation = resource_allocation(training_adjacency(split.training))
        measured["random cross"] = mean_pareto(drawn)
        measured["RA anyone"] = measure(pick_by_score(split, allocation, "all", n_pairs, rng))
        measured["RA cross"] = measure(pick_by_score(split, allocation, "cross", n_pairs, rng))
    if n_people <= GREEDY_LARGEST:
        measured["greedy Kirchhoff"] = measure(pick_by_kirchhoff(split, "cross", n_pairs))
    for name, factory in others.items():
        measured[name] = measure(factory(split.training, np.random.default_rng(seed), n_pairs))
    return measured


def _in_every_regime(scorer: Scorer, training: NetworkData, rng: np.random.Generator) -> Ranker:
    """Give a scorer that was already fitted to the training part the form of a factory."""
    return dict.fromkeys(REGIMES, scorer)


def _gains(
    measurement: Measurement,
    recall: Mapping[tuple[str, Regime], FloatArray],
    baselines: Sequence[str],
    others: Sequence[str],
    regimes: Sequence[Regime],
) -> tuple[Gain, ...]:
    gains = []
    for regime in regimes:
        if not len(measurement.split.people[regime]):
            continue
        best = max(baselines, key=lambda name: float(recall[name, regime].mean()))
        for name in others:
            difference = recall[name, regime] - recall[best, regime]
            gains.append(Gain(regime, name, best, measurement.interval(difference)))
    return tuple(gains)
