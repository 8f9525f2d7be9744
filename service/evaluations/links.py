"""The recommender under the fixed protocol, beside the baselines: from files, as everybody else uses it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

from embeddings.registry import Choice
from graph import gate
from graph.errors import Refused
from graph.measures.adjacency import FloatArray, IntArray
from graph.policy import Purpose
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import ANALYST, OPERATOR
from ingest.importer import commit, plan
from recommend.evaluation.links import Progress, evaluate_folder
from recommend.evaluation.network import NetworkData
from recommend.evaluation.protocol import SCOPES
from recommend.evaluation.ranking import Ranker, Scorer
from recommend.evaluation.results import LinksReport
from recommend.evaluation.writing import write_network
from recommend.pipeline import recommend
from recommend.results import Ranking, Request, Scope

NAME = "musubi"
NETWORK = "network"
K = 10
SPARE = 4  # lists are longer than what is measured: not everybody in them counts as a candidate


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
        scope=None if scope is None else str(scope),
        k=K,
        progress=progress,
    )


def recommender(training: NetworkData, choice: Choice) -> Ranker:
    """Give the recommender as a ranker: it reads the training part from files and answers as to an analyst."""
    view = analyst_view(training)
    index = {person: i for i, person in enumerate(training.ids)}
    ranker: dict[str, Scorer] = {}
    for scope, regimes in SCOPES.items():
        ranker |= dict.fromkeys(regimes, _Lists(view, Scope(scope), choice, index))
    return ranker  # type: ignore[return-value]  # keys are the regimes of SCOPES


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


class _Lists:
    """Scores of everybody's individual list; asked for once, when first needed."""

    def __init__(self, view: View, scope: Scope, choice: Choice, index: dict[str, int]) -> None:
        self._view, self._scope, self._choice, self._index = view, scope, choice, index
        self._scores: sparse.csr_array | None = None

    def __call__(self, rows: IntArray) -> FloatArray:
        if self._scores is None:
            self._scores = self._answered()
        block = self._scores[rows].tocoo()
        scores = np.full(block.shape, -np.inf)
        scores[block.coords] = block.data
        return scores

    def _answered(self) -> sparse.csr_array:
        request = Request(k=SPARE * K, scope=self._scope, ranking=Ranking.INDIVIDUAL)
        answer = recommend(self._view, request, self._choice.encoder, self._choice.notice)
        u, v, score = (
            np.array(column)
            for column in zip(
                *((self._index[r.person.id], self._index[r.partner.id], r.score) for r in answer.recommendations),
                strict=True,
            )
        )
        n = len(self._index)
        return sparse.csr_array((score, (u, v)), shape=(n, n))
