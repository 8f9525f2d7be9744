"""The recipe for dated meetings on two shipped workplaces, by the fixed protocol."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommend.chance import ChanceModel, History, Meetings
from recommend.evaluation.baselines import resource_allocation
from recommend.evaluation.metrics import person_metrics
from recommend.evaluation.network import community_matrix, training_adjacency
from recommend.evaluation.protocol import Split, split
from recommend.evaluation.ranking import Scorer, rank_people
from recommend.evaluation.reading import load_network

NETWORKS = Path(__file__).parents[2] / "fixtures" / "networks"


def mean_recall(parts: Split, scorer: Scorer) -> float:
    """Recall@10 across departments, the mean over ten ways to break ties: the name of a method seeds them."""
    found = []
    for i in range(10):
        lists = rank_people(parts, f"method {i}", {"cross": scorer}, ("cross",))["cross"]
        found.append(person_metrics(lists, parts.partners("cross")).recall.mean())
    return float(np.mean(found))


@pytest.mark.parametrize(("name", "least"), [("sp_invs15", 0.17), ("sp_invs13", 0.25)])
def test_ties_across_departments_are_found_at_least_as_well_as_by_resource_allocation(name: str, least: float) -> None:
    parts = split(load_network(NETWORKS / name))
    training = parts.training
    met = Meetings(training.edges.u, training.edges.v, training.edges.t)
    model = ChanceModel().fit(History(training.n_people, met, community=community_matrix(training)))
    assert model.kinds_ == ("contacts",)
    peer = mean_recall(parts, resource_allocation(training_adjacency(training)))
    assert mean_recall(parts, model.log_chance) >= max(least, peer)


def test_what_happens_after_the_cut_is_not_looked_at() -> None:
    """Fitted on the training part, and on the training part of a network whose later meetings are others."""
    network = load_network(NETWORKS / "sp_invs13")
    parts = split(network)
    met = network.edges
    before = met.t <= parts.cut
    rng = np.random.default_rng(1)
    u, v = met.u.copy(), met.v.copy()
    later = rng.permutation(np.flatnonzero(~before))
    u[~before], v[~before] = met.u[later], met.v[later]
    chances = [
        ChanceModel()
        .fit(History(network.n_people, Meetings(a[before], b[before], met.t[before])))
        .log_chance(np.arange(5))
        for a, b in ((met.u, met.v), (u, v))
    ]
    assert np.array_equal(chances[0], chances[1])
