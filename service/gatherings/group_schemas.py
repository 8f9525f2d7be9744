"""What small hearings, teams of helpers and circles of help look like to programs."""

from __future__ import annotations

from pydantic import Field

from recommend.composer import Heard
from recommend.cycles import Circle
from recommend.gatherings import Gathering
from recommend.results import Band
from recommend.weaving import Part, Woven
from service.gatherings.group_words import circle_words, gathering_words, part_words
from service.gatherings.logic import CirclesResult, GatheringsResult, WeaveResult
from service.gatherings.schemas import PairOut
from service.languages import Lang
from service.recommendations.schemas import IntroductionOut, Out, PartyOut, Words

Sentences = dict[str, list[str]]


class AttendeeOut(PartyOut):
    """Somebody who should come."""

    heard: Heard = Field(description="How far they have had their say.")
    ask_first: bool = Field(description="True when they have not yet agreed to be introduced.")


class GatheringOut(Out):
    """One small hearing."""

    attendees: list[AttendeeOut]
    mixed: bool = Field(description="Whether two of them at least are of different communities.")
    n_met: int = Field(ge=0, description="Pairs who have met.")
    why: list[PairOut] = Field(description="Pairs of whom one can help the other.")
    text: Sentences

    @classmethod
    def of(cls, made: Gathering) -> GatheringOut:
        """Take over a gathering."""
        return cls(
            attendees=[
                AttendeeOut(**PartyOut.of(a.party).model_dump(), heard=a.heard, ask_first=a.ask_first)
                for a in made.attendees
            ],
            mixed=made.mixed,
            n_met=made.n_met,
            why=[PairOut.of_introduction(IntroductionOut.of(pair)) for pair in made.why],
            text={lang.value: gathering_words(made, lang) for lang in Lang},
        )


class GatheringsOut(Out):
    """Small hearings for a space."""

    viewer: str
    space: str | None = Field(description="Id of the space.")
    size: int
    gatherings: list[GatheringOut]
    encoder: str
    notice: Words

    @classmethod
    def of(cls, result: GatheringsResult) -> GatheringsOut:
        """Take over an answer."""
        answer = result.answer
        return cls(
            viewer=str(result.view.viewer),
            space=result.company.space,
            size=answer.size,
            gatherings=[GatheringOut.of(made) for made in answer.gatherings],
            encoder=answer.encoder,
            notice=dict(answer.notice),
        )


class HelperOut(PartyOut):
    """One of a team."""

    met: bool = Field(description="Whether the one in need has met them already.")
    ask_first: bool = Field(description="True when they have not yet agreed to be introduced.")


class PartOut(Out):
    """One part of the needs, and who meets it."""

    part: str | None = Field(description="The part as it was said.")
    helper: str | None = Field(description="Id of the helper; null where nobody was found.")
    offer: str | None = Field(description="Sentence of the helper, where it may be quoted.")
    band: Band | None
    text: Words

    @classmethod
    def of(cls, part: Part, woven: Woven) -> PartOut:
        """Take over a part."""
        return cls(
            part=part.text,
            helper=None if part.helper is None else woven.team[part.helper].party.id,
            offer=part.offer,
            band=part.band,
            text={lang.value: part_words(part, woven, lang) for lang in Lang},
        )


class WeaveOut(Out):
    """A team that together meets the needs of one person."""

    viewer: str
    person: PartyOut
    team: list[HelperOut]
    parts: list[PartOut]
    mixed: bool = Field(description="Whether two of the team at least are of different communities.")
    encoder: str
    notice: Words

    @classmethod
    def of(cls, result: WeaveResult) -> WeaveOut:
        """Take over a team."""
        woven = result.answer
        return cls(
            viewer=str(result.view.viewer),
            person=PartyOut.of(woven.person),
            team=[HelperOut(**PartyOut.of(h.party).model_dump(), met=h.met, ask_first=h.ask_first) for h in woven.team],
            parts=[PartOut.of(part, woven) for part in woven.parts],
            mixed=woven.mixed,
            encoder=woven.encoder,
            notice=dict(woven.notice),
        )


class MemberOut(PartyOut):
    """One of a circle; helps the next."""

    ask_first: bool = Field(description="True when they have not yet agreed to be introduced.")


class CircleOut(Out):
    """One circle of help."""

    members: list[MemberOut] = Field(description="Each helps the next, the last the first.")
    band: Band = Field(description="Of its weakest link.")
    help: list[PairOut] = Field(description="For each member as partner whom they help, as person.")
    text: Sentences

    @classmethod
    def of(cls, circle: Circle) -> CircleOut:
        """Take over a circle."""
        return cls(
            members=[
                MemberOut(**PartyOut.of(party).model_dump(), ask_first=ask)
                for party, ask in zip(circle.parties, circle.ask_first, strict=True)
            ],
            band=circle.band,
            help=[PairOut.of_introduction(IntroductionOut.of(link)) for link in circle.help],
            text={lang.value: circle_words(circle, lang) for lang in Lang},
        )


class CyclesOut(Out):
    """Circles of help."""

    viewer: str
    space: str | None = Field(description="Id of the space of which one at least takes part.")
    event: str | None = Field(description="Id of the event of which one at least takes part.")
    cycles: list[CircleOut]
    encoder: str
    notice: Words

    @classmethod
    def of(cls, result: CirclesResult) -> CyclesOut:
        """Take over circles."""
        return cls(
            viewer=str(result.view.viewer),
            space=result.company.space,
            event=result.company.event,
            cycles=[CircleOut.of(circle) for circle in result.answer.circles],
            encoder=result.answer.encoder,
            notice=dict(result.answer.notice),
        )
