"""What an answer looks like to programs: documents of the command line and answers of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from graph.kinds import NodeKind
from recommend.learning.weights import Weights
from recommend.results import Band, Party, Ranking, Reason, ReasonCode, Recommendation, Scope, Track
from recommend.surprise import is_surprise
from recommend.wording import LANGUAGES, Reader, sentence
from service.languages import Lang
from service.recommendations.logic import Result

Words = Annotated[Mapping[str, str], Field(description="Words by language, `ja` and `en`; may be empty.")]


class Out(BaseModel):
    """Base of all answers: no field that is not declared ever leaves."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PartyOut(Out):
    """One side of an introduction."""

    id: str = Field(description="Id of the imported file where it had ids, else ours.", examples=["KZ-0012"])
    name: str | None = Field(description="Null where the viewer may not see it.", examples=["見本 あおば"])
    communities: list[str] = Field(description="Declared communities the viewer may see.", examples=[["かぜのま"]])
    kind: NodeKind = Field(description="What it is; ids of other kinds than people begin with it.", examples=["person"])

    @classmethod
    def of(cls, party: Party) -> PartyOut:
        """Take over a party."""
        return cls(id=party.id, name=party.name, communities=list(party.communities), kind=party.kind)


class ReasonOut(Out):
    """One reason, as data and in words."""

    code: ReasonCode
    band: Band
    person_text: str | None = Field(description="Sentence of the person, where it may be quoted.")
    partner_text: str | None = Field(description="Sentence of the partner, where it may be quoted.")
    values: Mapping[str, str | int] = Field(description="Counts and names that the words need.")
    for_person: bool = Field(description="Whether the person may be told this reason.")
    for_partner: bool = Field(description="Whether the partner may be told this reason.")
    text: Words

    @classmethod
    def of(cls, reason: Reason, recommendation: Recommendation) -> ReasonOut:
        """Take over a reason and say it in both languages."""
        said = {lang: sentence(reason, recommendation, lang, Reader.VIEWER) for lang in LANGUAGES}
        return cls(
            code=reason.code,
            band=reason.band,
            person_text=reason.person_text,
            partner_text=reason.partner_text,
            values=dict(reason.values),
            for_person=reason.for_person,
            for_partner=reason.for_partner,
            text={lang: words for lang, words in said.items() if words is not None},
        )


class IntroductionOut(Out):
    """One proposal: this person should meet this partner."""

    person: PartyOut
    partner: PartyOut
    rank: int = Field(ge=1, description="Of the person's list (individual) or of the round (balanced).")
    band: Band
    surprise: bool = Field(description="True where the pick is far and less certain; a reason says why.")
    ask_first: bool = Field(description="True when one of both has not yet agreed to be introduced.")
    contacts: list[PartyOut] = Field(description="Who can be asked where a side is no person.")
    reasons: list[ReasonOut] = Field(description="Strongest first; may be empty where nothing may be told.")

    @classmethod
    def of(cls, made: Recommendation) -> IntroductionOut:
        """Take over a recommendation; its score stays behind."""
        return cls(
            person=PartyOut.of(made.person),
            partner=PartyOut.of(made.partner),
            rank=made.rank,
            band=made.band,
            surprise=is_surprise(made.reasons),
            ask_first=made.ask_first,
            contacts=[PartyOut.of(p) for p in made.contacts],
            reasons=[ReasonOut.of(r, made) for r in made.reasons],
        )

    def in_language(self, lang: Lang) -> IntroductionOut:
        """Give the same proposal with the words of one language alone."""
        told = [r.model_copy(update={"text": _only(r.text, lang)}) for r in self.reasons]
        return self.model_copy(update={"reasons": told})


class WeightsOut(Out):
    """Which weights the score had."""

    used: Literal["fixed", "learned"]
    outcomes: int = Field(ge=0, description="Outcomes on record that say something about a match and may be seen.")
    gain: float | None = Field(description="Drop of the log loss per outcome in the back-test; null without one.")
    low: float | None = Field(description="Lower end of its 95 % interval.")
    ratios: Mapping[str, float] = Field(description="Learned weights as multiples of the fixed ones, by factor.")

    @classmethod
    def of(cls, weights: Weights) -> WeightsOut:
        """Take over what was found."""
        used: Literal["fixed", "learned"] = "learned" if weights.learned else "fixed"
        return cls(used=used, outcomes=weights.n, gain=weights.gain, low=weights.low, ratios=dict(weights.ratios))


class AnswerOut(Out):
    """Who should meet whom."""

    viewer: str = Field(description="Who asked.", examples=["operator"])
    space: str | None = Field(description="Id of the space that was asked for.")
    person: str | None = Field(description="Id of the person who was asked for.")
    organisation: str | None = Field(description="Id of the organisation that was asked for.")
    kinds: list[NodeKind] = Field(description="What partners may be.")
    track: Track | None = Field(description="What partners are wanted for.")
    dial: float = Field(description="From near (0) to far (1); 0.5 by default.")
    scope: Scope
    ranking: Ranking
    k: int
    pairs: int | None
    capacity: int
    surprise: float = Field(description="Share of far-reaching picks.", examples=[0.2])
    weights: WeightsOut
    encoder: str = Field(description="Text encoder that was used.", examples=["bundled"])
    notice: Words
    recommendations: list[IntroductionOut]
    unserved: list[PartyOut] = Field(description="People for whom nobody was found.")

    @classmethod
    def of(cls, result: Result) -> AnswerOut:
        """Take over an answer without scores."""
        request, answer = result.request, result.answer
        return cls(
            viewer=str(result.view.viewer),
            space=request.space,
            person=request.person,
            organisation=request.organisation,
            kinds=list(request.kinds),
            track=result.question.track,
            dial=result.question.dial,
            scope=request.scope,
            ranking=request.ranking,
            k=request.k,
            pairs=request.pairs,
            capacity=request.capacity,
            surprise=result.surprise,
            weights=WeightsOut.of(result.weights),
            encoder=answer.encoder,
            notice=dict(answer.notice),
            recommendations=[IntroductionOut.of(r) for r in answer.recommendations],
            unserved=[PartyOut.of(p) for p in answer.unserved],
        )

    def in_language(self, lang: Lang) -> AnswerOut:
        """Give the same answer with the words of one language alone."""
        spoken = [made.in_language(lang) for made in self.recommendations]
        return self.model_copy(update={"recommendations": spoken, "notice": _only(self.notice, lang)})


def _only(words: Mapping[str, str], lang: Lang) -> Mapping[str, str]:
    return {k: v for k, v in words.items() if k == lang}


def document(result: Result) -> dict[str, object]:
    """Give an answer as the body of ``musubi.recommend/1``; scores only for those who may see them."""
    body = AnswerOut.of(result).model_dump(mode="json")
    if result.shows_scores:
        for entry, made in zip(body["recommendations"], result.answer.recommendations, strict=True):
            entry["score"] = made.score
    return body
