"""From a question to an answer, the same for the command line, the API and the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from embeddings.base import Progress
from embeddings.registry import Choice
from graph.kinds import NodeKind
from graph.records import node_id
from graph.view import View
from recommend.destinations.ranking import Destinations
from recommend.learning.weights import Weights
from recommend.pipeline import Matchmaker
from recommend.results import USUAL, Answer, Ranking, Request, Scope, Track
from recommend.surprise import share_of
from recommend.tracks import weighted
from service.recommendations.access import Asked, Target, resolve

MakerOf: TypeAlias = Callable[[View], Matchmaker]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, before anything is looked up.

    Attributes
    ----------
    asked : Asked
        For whom.
    kinds : tuple of NodeKind or None
        What partners may be; None = people, and for an organisation, organisations.
    track : Track or None
        What partners are wanted for.
    dial : float, in [0, 1]
        From near to far; see `recommend.tracks.weighted`.
    k, scope, ranking, pairs, capacity, surprise
        As in `recommend.results.Request`.
    """

    asked: Asked
    k: int = 10
    scope: Scope = Scope.ANY
    ranking: Ranking = Ranking.BALANCED
    pairs: int | None = None
    capacity: int = 3
    kinds: tuple[NodeKind, ...] | None = None
    track: Track | None = None
    dial: float = USUAL
    surprise: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """An answer with what it was asked for.

    Attributes
    ----------
    view : View
        What the answer was made from.
    request : Request
        The question with names looked up.
    answer : Answer
        Introductions and people without one.
    question : Question
        The question as typed.
    surprise : float, in [0, 1]
        Share of the picks that was dared.
    weights : Weights
        Which weights the score had, by the outcomes that the viewer may see.
    """

    view: View
    request: Request
    answer: Answer
    question: Question
    surprise: float
    weights: Weights = field(default_factory=Weights)

    @property
    def shows_scores(self) -> bool:
        """Whether exact scores may leave with this answer."""
        return self.view.viewer.sees_scores

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        return {
            "space": _id(NodeKind.SPACE, self.request.space),
            "person": _id(NodeKind.PERSON, self.request.person),
            "organisation": _id(NodeKind.ORGANISATION, self.request.organisation),
            "scope": str(self.request.scope),
            "ranking": str(self.request.ranking),
            "n": len(self.answer.recommendations),
        }


def _id(kind: NodeKind, key: str | None) -> str | None:
    return None if key is None else node_id(kind, key)


def request_of(question: Question, target: Target) -> Request:
    """Put the looked-up names into a request; a list over several kinds is one party's own."""
    kinds = question.kinds or ((NodeKind.PERSON,) if target.organisation is None else (NodeKind.ORGANISATION,))
    own = target.organisation is not None or kinds != (NodeKind.PERSON,)
    return Request(
        space=target.space,
        person=target.person,
        organisation=target.organisation,
        kinds=kinds,
        k=question.k,
        scope=question.scope,
        ranking=Ranking.INDIVIDUAL if own else question.ranking,
        pairs=question.pairs,
        capacity=question.capacity,
        surprise=question.surprise,
    )


def maker_of(
    choose: Callable[[], Choice], progress: Progress | None = None, before: Matchmaker | None = None
) -> MakerOf:
    """Give how a view becomes what answers are made from: the text encoder is loaded when that is wanted.

    What has not changed since ``before``, of an earlier view of the same viewer, is not made anew.
    """

    def made(view: View) -> Matchmaker:
        choice = choose()
        return Matchmaker(view, choice.encoder, choice.notice, progress=progress, before=before)

    return made


def answer(view: View, question: Question, make: MakerOf, progress: Progress | None = None) -> Result:
    """Answer a question from a view.

    Parameters
    ----------
    view : View
        For `graph.policy.Purpose.INTRODUCTION`.
    question : Question
        As typed.
    make : callable
        Gives the matchmaker of the view; not called for a question that may not be asked.
    progress : callable, optional
        Told how far the work is.

    Raises
    ------
    graph.errors.WrongUse, graph.errors.Unknown
        See `service.recommendations.access.resolve`.
    """
    request = request_of(question, resolve(view, question.asked))
    maker = make(view)
    people = request.organisation is None and request.kinds == (NodeKind.PERSON,)
    if not people:
        _ = maker.fit_of_parties  # read before the weights change, and kept with the matchmaker
    weights = maker.weights
    maker = maker.taught()
    if question.track is not None or question.dial != USUAL:
        maker = maker.under(weighted(maker.config, question.track, question.dial))
    made = maker.answer(request, progress) if people else Destinations(maker).answer(request)
    return Result(view, request, made, question, share_of(request, maker.config.round.far_share), weights)
