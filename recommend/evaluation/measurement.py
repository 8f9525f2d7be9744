"""Lists against a split: every metric of one method in one regime."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.measures.adjacency import FloatArray
from recommend.evaluation.lists import admissible
from recommend.evaluation.metrics import (
    Bootstrap,
    Interval,
    PersonMetrics,
    exposure_gini,
    intent_aware_err,
    person_metrics,
    recall_by_distance,
    truth_distances,
)
from recommend.evaluation.network import community_matrix, first_community, training_adjacency
from recommend.evaluation.protocol import REGIMES, Regime, Split
from recommend.evaluation.ranking import Lists
from recommend.evaluation.results import Result
from recommend.evaluation.structure import Structure, structure, with_lists


class Measurement:
    """Measures lists against one split; what does not depend on the lists is computed once.

    Parameters
    ----------
    split : Split
        The split.
    """

    def __init__(self, split: Split) -> None:
        self.split = split
        self.ties = training_adjacency(split.training)
        self._membership = community_matrix(split.training)
        self._community = first_community(split.training)
        self._distances = truth_distances(split)
        self._bootstraps: dict[int, Bootstrap] = {}

    def training_structure(self) -> Structure:
        """Measure the training network alone."""
        return structure(self.ties, self._community)

    def measure(self, regime: Regime, method: str, lists: Lists, n_taken_out: int = 0) -> tuple[Result, PersonMetrics]:
        """Measure the lists of one method in one regime.

        Parameters
        ----------
        regime : Regime
        method : str
        lists : Lists
            One for each person asked about in that regime.
        n_taken_out : int
            Passed on.

        Returns
        -------
        Result, PersonMetrics
            The means, and the values of each person for paired comparisons.
        """
        partners = self.split.partners(regime)
        each = person_metrics(lists, partners)
        result = Result(
            regime=regime,
            method=method,
            n_people=len(lists.people),
            recall=self.interval(each.recall),
            precision=self.interval(each.precision),
            average_precision=self.interval(each.average_precision),
            ndcg=self.interval(each.ndcg),
            err_ia=float(np.sum(intent_aware_err(lists, partners, self.ties, self._membership)))
            / max(len(lists.people), 1),
            exposure_gini=exposure_gini(lists, self.split.known),
            by_distance=recall_by_distance(self.split, regime, lists, self._distances),
            structure=structure(with_lists(self.ties, lists), self._community),
            n_taken_out=n_taken_out,
        )
        return result, each

    def interval(self, values: FloatArray) -> Interval:
        """Give the mean over people and its interval, over the same resamples for the same number of people."""
        n = len(values)
        if n not in self._bootstraps:
            self._bootstraps[n] = Bootstrap(n, np.random.default_rng(self.split.parameters.seed))
        return self._bootstraps[n].interval(values)


def evaluate_lists(
    split: Split, name: str, lists: Lists, *, regimes: Sequence[Regime] = REGIMES, k: int = 10
) -> tuple[Result, ...]:
    """Measure given lists, such as those of ``recommend --csv``, against the truth of a split.

    Parameters
    ----------
    split : Split
        The split whose training part the lists were made from.
    name : str
        How to call them.
    lists : Lists
        The lists; people asked about who have none count with zero.
    regimes : sequence of Regime
        What they are measured in.
    k : int
        Places that count.

    Returns
    -------
    tuple of Result
        One for each regime.
    """
    measurement = Measurement(split)
    results = []
    for regime in regimes:
        kept, n_taken_out = admissible(split, lists, regime, k)
        results.append(measurement.measure(regime, name, kept, n_taken_out)[0])
    return tuple(results)
