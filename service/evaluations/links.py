"""The recommender under the fixed protocol, beside the baselines: from files, as everybody else uses it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from embeddings.registry import Choice
from graph import gate
from graph.errors import Refused
from graph.kinds import NodeKind
from graph.measures.adjacency import FloatArray, IntArray
from graph.policy import Purpose
from graph.records import node_id
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import ANALYST, OPERATOR
from ingest.importer import commit, plan
from recommend.evaluation.links import Progress, evaluate_folder
from recommend.evaluation.network import NetworkData
from recommend.evaluation.protocol import SCOPES, Regime
from recommend.evaluation.ranking import Ranker
from recommend.evaluation.ranking import Scorer as Ranked
from recommend.evaluation.results import LinksReport
from recommend.evaluation.writing import write_network
from recommend.pipeline import Matchmaker, recommend
from recommend.results import Ranking, Request, Scope
from recommend.scoring import Scorer

NAME = "musubi"
NETWORK = "network"
K = 10
MOST_A_PERSON = 2


def evaluate(data: Path, scope: Scope | None, choose: Callable[[], Choice], progress: Progress) -> LinksReport:
    """Measure the recommender on a network beside the baselines.

    Parameters
    ----------
    data : Path
        A folder in the ``network`` shape, or one that ``evaluate split`` wrote.
    scope : Scope or None
        Only the regimes of that scope; all by default.
    choose : callable
        Loads the text encoder.
    progress : callable
        Gets one line before each method.

    Raises
    ------
    graph.errors.Refused
        When the network cannot be read or has no times.
    """
    return evaluate_folder(
        data,
        {NAME: lambda training, rng: recommender(training, choose())},
        {NAME: lambda training, rng, n_pairs: introductions(training, choose(), n_pairs)},
        scope=None if scope is None else str(scope),
        k=K,
        progress=progress,
    )


def recommender(training: NetworkData, choice: Choice) -> Ranker:
    """Give the recommender as a ranker: it reads the training part from files and answers as to an analyst."""
    view = analyst_view(training)
    maker = Matchmaker(view, choice.encoder)
    people = maker.people
    numbers = np.array([people.number_of_row[view.find(node_id(NodeKind.PERSON, i))] for i in training.ids])
    ranker: dict[Regime, Ranked] = {}
    for scope, regimes in SCOPES.items():
        ranker |= dict.fromkeys(
            regimes, partial(_scores, maker.scorer(Scope(scope), Ranking.INDIVIDUAL), numbers, Scope(scope))
        )
    return ranker


def introductions(training: NetworkData, choice: Choice, n_pairs: int) -> IntArray:
    """Give one balanced round across communities, at most two introductions a person: (n_pairs, 2) int."""
    request = Request(scope=Scope.ACROSS, pairs=n_pairs, capacity=MOST_A_PERSON)
    answer = recommend(analyst_view(training), request, choice.encoder, choice.notice)
    index = {person: i for i, person in enumerate(training.ids)}
    pairs = [(index[r.person.id], index[r.partner.id]) for r in answer.recommendations]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def analyst_view(training: NetworkData) -> View:
    """Bring a network through files into a store that is not kept, and view it as an analyst."""
    store = MemoryStore()
    with tempfile.TemporaryDirectory(prefix="musubi-") as folder:
        write_network(training, Path(folder))
        planned = plan([Path(folder)], profile=NETWORK, snapshot=store.snapshot(), mappings=Path(folder))
        for file in planned.files:
            commit(file, store, str(OPERATOR))
            if file.problems.refused:
                raise Refused(f"{file.file}: {next(iter(file.problems))}")
    return gate.view(store.snapshot(), ANALYST, Purpose.ANALYSIS)


def _scores(scorer: Scorer, numbers: IntArray, scope: Scope, rows: IntArray) -> FloatArray:
    """Score everybody for some people, both by position in the training part."""
    return scorer.score(numbers[rows], scope)[:, numbers]
