"""Who should meet whom: from a view to an answer, on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from embeddings.base import Encoder, Progress
from graph.errors import WrongUse
from graph.view import View
from recommend.bridge import BridgeFactor
from recommend.candidates import Candidates, lists_of
from recommend.chance.model import ChanceModel
from recommend.config import RecommendConfig
from recommend.fit import Fit
from recommend.past import history_of, tie_weights
from recommend.people import IntArray, People
from recommend.reasons import Evidence, overall
from recommend.results import Answer, Ranking, Recommendation, Request, Scope
from recommend.round import Order, Round
from recommend.scoring import Scorer
from recommend.selection import Lists, TieBreak, best
from recommend.structure import Structure


def recommend(
    view: View,
    request: Request,
    encoder: Encoder,
    notice: Mapping[str, str] | None = None,
    config: RecommendConfig | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Say who should meet whom.

    Parameters
    ----------
    view : View
        What the viewer may see; nothing else enters the answer.
    request : Request
        For whom, how many, which partners.
    encoder : Encoder
        Turns texts into vectors.
    notice : mapping of language to words, optional
        What to tell when another encoder than the wanted one serves.
    config : RecommendConfig, optional
        Weights.
    progress : callable, optional
        Told how many texts, then people, are done.

    Returns
    -------
    Answer

    Raises
    ------
    graph.errors.WrongUse
        If a number of the request is below 1.
    graph.errors.Unknown
        If the person or space is not there, or may not be seen.
    """
    _check(request)
    settings = config or RecommendConfig()
    people = People.of(view)
    targets = people.targets(request)
    history = history_of(people)
    fit = Fit(people, encoder, settings.fit, progress)
    bridge = BridgeFactor(people, tie_weights(history, settings.chance.tau), settings)
    chance = ChanceModel(settings.chance).fit(history, distant=request.scope is Scope.FAR)
    scorer = Scorer(chance, fit, bridge, settings)
    ties = TieBreak.of(str(i) for i in view.nodes.ids[people.rows])
    k = request.k if request.ranking is Ranking.INDIVIDUAL else request.capacity * settings.spare
    if fit.empty and chance.kinds_ and chance.sparse:
        lists = lists_of(Candidates(people.pairs, chance, bridge, request.scope, ties), targets, k, settings, progress)
    else:
        lists = _lists(people, scorer, targets, k, request.scope, settings, ties, progress)
    if request.ranking is Ranking.BALANCED:
        chosen = _round(lists, people, request, ties, settings)
    else:
        chosen = _individual(lists)
    made = _described(Evidence(people, fit, Structure(people)), chosen)
    served = {number for a, b, _, _ in chosen for number in (a, b)}
    unserved = tuple(people.party(t) for t in targets.tolist() if t not in served)
    left_out = people.unavailable(request)
    return Answer(request.scope, request.ranking, made, unserved + left_out, encoder.name, notice or {})


def _check(request: Request) -> None:
    for name in ("k", "pairs", "capacity"):
        value = getattr(request, name)
        if value is not None and value < 1:
            raise WrongUse(f"{name}: got {value}, expected a whole number from 1")


def _lists(
    people: People,
    scorer: Scorer,
    targets: IntArray,
    k: int,
    scope: Scope,
    config: RecommendConfig,
    ties: TieBreak,
    progress: Progress | None,
) -> Lists:
    partners = np.full((len(targets), k), -1, dtype=np.intp)
    scores = np.full((len(targets), k), -np.inf)
    for start in range(0, len(targets), config.block):
        part = slice(start, start + config.block)
        block = targets[part]
        score = np.where(people.pairs.allowed(block, scope), scorer.score(block, scope), -np.inf)
        partners[part], scores[part] = best(score, k, block, ties)
        if progress is not None:
            progress(min(start + config.block, len(targets)), len(targets))
    return Lists(targets, partners, scores)


def _round(
    lists: Lists, people: People, request: Request, ties: TieBreak, config: RecommendConfig
) -> list[tuple[int, int, int, float]]:
    """Give person, partner, rank and score of each introduction of one round."""
    n_pairs = request.pairs if request.pairs is not None else len(lists.people)
    picked = Round(lists, people.met, Order(n_pairs, request.capacity), ties, config.round).choose()
    return [(a, b, rank, score) for rank, (a, b, score) in enumerate(picked, start=1)]


def _individual(lists: Lists) -> list[tuple[int, int, int, float]]:
    """Give person, partner, rank and score of everybody's own list."""
    rows = zip(lists.people.tolist(), lists.partners.tolist(), lists.scores.tolist(), strict=True)
    return [
        (person, partner, rank, score)
        for person, row, values in rows
        for rank, (partner, score) in enumerate(zip(row, values, strict=True), start=1)
        if partner >= 0
    ]


def _described(evidence: Evidence, chosen: Sequence[tuple[int, int, int, float]]) -> tuple[Recommendation, ...]:
    people = evidence.people
    parties = {number: people.party(number) for number in {n for a, b, _, _ in chosen for n in (a, b)}}
    asked = people.view.asked[people.rows].tolist()
    ends = np.array([(a, b) for a, b, _, _ in chosen], dtype=np.intp).reshape(-1, 2)
    told = evidence.reasons(ends[:, 0], ends[:, 1])
    band_of = {id(reasons): overall(reasons) for reasons in {id(r): r for r in told}.values()}
    return tuple(
        Recommendation(parties[a], parties[b], rank, score, band_of[id(reasons)], reasons, not (asked[a] and asked[b]))
        for (a, b, rank, score), reasons in zip(chosen, told, strict=True)
    )
