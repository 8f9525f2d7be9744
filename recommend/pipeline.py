"""Who should meet whom: from a view to an answer, on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from typing import Self, TypeAlias

import numpy as np

from embeddings.base import Encoder, Progress
from graph.bulk import no_cycle_search
from graph.errors import WrongUse
from graph.view import View
from recommend.candidates import Candidates, lists_of
from recommend.config import RecommendConfig
from recommend.destinations.parties import Parties
from recommend.fit import Fit
from recommend.known import Known
from recommend.learning.outcomes import learned
from recommend.learning.past import Pasts
from recommend.learning.weights import Weights
from recommend.people import IntArray, People, same_ties
from recommend.reasons import Evidence, overall
from recommend.results import Answer, Party, Ranking, Reason, Recommendation, Request, Scope
from recommend.round import Order, Round, Wanted, pairs_of
from recommend.scoring import Scorer
from recommend.selection import FloatArray, Lists, best
from recommend.shortlist import shortlisted
from recommend.structure import Structure
from recommend.surprise import Dared, check_share, labelled, places, share_of, with_far

MOST_SCORES = 4_000_000
"""Scores held at once, each several times over."""
Chosen: TypeAlias = tuple[int, int, int, float]
"""Person, partner, rank and score of an introduction."""


class Matchmaker:
    """Everything that answers about one view are made from; made once, asked often.

    Parameters
    ----------
    view : View
        What the viewer may see; nothing else enters an answer.
    encoder : Encoder
        Turns texts into vectors.
    notice : mapping of language to words, optional
        What to tell when another encoder than the wanted one serves.
    config : RecommendConfig, optional
        Weights.
    progress : callable, optional
        Told how many texts are done.
    before : Matchmaker, optional
        That of an earlier state of the store, for the same viewer: what has not changed since is taken from it. The
        answers are the same.
    """

    def __init__(
        self,
        view: View,
        encoder: Encoder,
        notice: Mapping[str, str] | None = None,
        config: RecommendConfig | None = None,
        progress: Progress | None = None,
        before: Matchmaker | None = None,
    ) -> None:
        self.view, self.encoder, self.notice = view, encoder, notice or {}
        self.config = config or RecommendConfig()
        if before is not None and (before.encoder is not encoder or before.config != self.config):
            before = None
        unmoved = before if before is not None and same_ties(view, before.view) else None
        self.people: People = People.of(view) if unmoved is None else unmoved.people.seen_in(view)
        self.known: Known = Known(self.people, self.config) if unmoved is None else unmoved.known
        self.bridge, self.ties = self.known.bridge, self.known.ties
        structure = Structure(self.people, None if unmoved is None else unmoved.evidence.structure)
        self.fit: Fit = Fit(self.people, encoder, self.config.fit, progress, None if before is None else before.fit)
        self.evidence: Evidence = Evidence(self.people, self.fit, structure)
        self.pasts: Pasts = Pasts() if before is None else before.pasts

    @cached_property
    def parties(self) -> Parties:
        """Everything that may be proposed: people, organisations, projects, spaces, communities."""
        return Parties.of(self.people)

    @cached_property
    def fit_of_parties(self) -> Fit:
        """What texts say about all of them, against one background."""
        return Fit(self.parties.all, self.encoder, self.config.fit)

    @cached_property
    def weights(self) -> Weights:
        """Which weights a score has by the outcomes on record that the viewer may see; these are the fixed ones."""
        return learned(self, self.config.learning)

    def taught(self) -> Self:
        """Give the same with the weights of `weights`."""
        return self.under(self.weights.applied(self.config)) if self.weights.learned else self

    def under(self, config: RecommendConfig) -> Self:
        """Give the same with other weights of fit and bridge; what was read and fitted by now is shared."""
        other = copy(self)
        other.config, other.bridge = config, self.bridge.under(config)
        return other

    def answer(self, request: Request, progress: Progress | None = None) -> Answer:
        """Say who should meet whom.

        Parameters
        ----------
        request : Request
            For whom, how many, which partners.
        progress : callable, optional
            Told how many people are done.

        Raises
        ------
        graph.errors.WrongUse
            If a number of the request is below 1.
        graph.errors.Unknown
            If the person or space is not there, or may not be seen.
        """
        _check(request)
        targets = self.people.targets(request)
        if request.ranking is Ranking.BALANCED:
            chosen, dared = self._round(targets, request, progress)
        else:
            lists, dared = self._own_lists(targets, request, progress)
            chosen = _individual(lists)
        served = {number for a, b, _, _ in chosen for number in (a, b)}
        unserved = {t: self.people.party(t) for t in targets.tolist() if t not in served}
        left_out = self.people.unavailable(request)
        made = _described(self.evidence, chosen, dared)
        full = self.people.full
        waiting = () if full is None else tuple(party for t, party in unserved.items() if full[t])
        told = (*unserved.values(), *left_out)
        return Answer(request.scope, request.ranking, made, told, self.encoder.name, self.notice, waiting)

    def scorer(self, scope: Scope, ranking: Ranking) -> Scorer:
        """Give what pairs are worth in a scope, for lists or for a round."""
        return Scorer(self.known.chance(scope, ranking), self.fit, self.bridge, self.config)

    def _lists(self, targets: IntArray, k: int, request: Request, progress: Progress | None) -> Lists:
        """Give the best partners of some people."""
        scope = request.scope
        scorer, step = self.scorer(scope, request.ranking), self.config.block
        if scorer.sparse:
            candidates = Candidates(self.people.pairs, scorer.chance, self.bridge, scope, self.ties)
            return lists_of(candidates, targets, k, self.config, progress)
        lists, step = Lists.empty(targets, k), max(1, min(step, MOST_SCORES // max(len(self.people), 1)))
        many = scorer.has_text and len(self.people) > self.config.shortlist_above
        for start in range(0, len(targets), step):
            part = slice(start, start + step)
            block = targets[part]
            allowed = self.people.pairs.allowed(block, scope)
            if many:
                found = shortlisted(scorer, block, scope, allowed, k, self.ties)
            else:
                found = best(np.where(allowed, scorer.score(block, scope), -np.inf), k, block, self.ties)
            lists.partners[part], lists.scores[part] = found
            if progress is not None:
                progress(min(start + step, len(targets)), len(targets))
        return lists

    def _own_lists(self, targets: IntArray, request: Request, progress: Progress | None) -> tuple[Lists, Dared]:
        """Give everybody's own list, the last places of it to those who are far where that is asked for."""
        lists, n = self._lists(targets, request.k, request, progress), places(request)
        if n == 0:
            return lists, {}
        far = self._lists(targets, request.k, replace(request, scope=Scope.FAR), progress)
        scorer = self.scorer(request.scope, request.ranking)
        return with_far(lists, far, n, lambda me, them: scorer.of_pairs(me, them, request.scope, 1))

    def _round(self, targets: IntArray, request: Request, progress: Progress | None) -> tuple[list[Chosen], Dared]:
        """Give the introductions of one round."""
        scope, step = request.scope, self.config.block
        longest = min(request.capacity * self.config.spare, max(len(self.people), 1))
        lists = self._lists(targets, longest, request, progress)
        u, v = pairs_of(lists)
        scorer = self.scorer(scope, request.ranking)
        there, back = scorer.of_pairs(u, v, scope, step), scorer.of_pairs(v, u, scope, step)
        order = Order(request.pairs if request.pairs is not None else len(targets), request.capacity)
        wanted = Wanted(targets, u, v, (there + back) / 2.0, partial(self._everybody, scorer, scope),
                        self.people.loads.room_in_round(request.capacity)[self.people.rows])  # fmt: skip
        config = self.config.round
        config = config.model_copy(update={"far_share": share_of(request, config.far_share)})
        made = Round(wanted, self.people.met, order, self.ties, config)
        picked = [(a, b, rank, score) for rank, (a, b, score) in enumerate(made.choose(), start=1)]
        return picked, made.dared

    def _everybody(self, scorer: Scorer, scope: Scope, person: int) -> FloatArray:
        me = np.array([person], dtype=np.intp)
        score: FloatArray = np.where(self.people.pairs.allowed(me, scope), scorer.score(me, scope), -np.inf)[0]
        return score


def recommend(
    view: View,
    request: Request,
    encoder: Encoder,
    notice: Mapping[str, str] | None = None,
    config: RecommendConfig | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Say who should meet whom, once; parameters and errors as of `Matchmaker` and `Matchmaker.answer`."""
    return Matchmaker(view, encoder, notice, config, progress).answer(request, progress)


def _check(request: Request) -> None:
    for name in ("k", "pairs", "capacity"):
        value = getattr(request, name)
        if value is not None and value < 1:
            raise WrongUse(f"{name}: got {value}, expected a whole number from 1")
    check_share(request)


def _individual(lists: Lists) -> list[Chosen]:
    """Give person, partner, rank and score of everybody's own list."""
    rows = zip(lists.people.tolist(), lists.partners.tolist(), lists.scores.tolist(), strict=True)
    return [
        (person, partner, rank, score)
        for person, row, values in rows
        for rank, (partner, score) in enumerate(zip(row, values, strict=True), start=1)
        if partner >= 0
    ]


def _described(evidence: Evidence, chosen: Sequence[Chosen], dared: Dared) -> tuple[Recommendation, ...]:
    people = evidence.people
    parties = {number: people.party(number) for number in {n for a, b, _, _ in chosen for n in (a, b)}}
    asked = dict(zip(parties, people.view.asked[people.rows[list(parties)]].tolist(), strict=True))
    ends = np.array([(a, b) for a, b, _, _ in chosen], dtype=np.intp).reshape(-1, 2)
    with no_cycle_search():
        return _recommendations(
            labelled(evidence.reasons(ends[:, 0], ends[:, 1]), chosen, dared), chosen, parties, asked
        )


def _recommendations(
    told: Sequence[tuple[Reason, ...]],
    chosen: Sequence[Chosen],
    parties: Mapping[int, Party],
    asked: Mapping[int, bool],
) -> tuple[Recommendation, ...]:
    band_of = {id(reasons): overall(reasons) for reasons in {id(r): r for r in told}.values()}
    return tuple(
        Recommendation(parties[a], parties[b], rank, score, band_of[id(reasons)], reasons, not (asked[a] and asked[b]))
        for (a, b, rank, score), reasons in zip(chosen, told, strict=True)
    )
