"""What answers about company look like to programs."""

from __future__ import annotations

from pydantic import Field

from recommend.results import Band
from recommend.tables.results import Guest, Table
from service.gatherings.logic import TablesResult
from service.gatherings.words import rules
from service.languages import Lang
from service.recommendations.schemas import IntroductionOut, Out, PartyOut, ReasonOut, Words


def tables_document(result: TablesResult) -> dict[str, object]:
    """Give a plan as the body of ``musubi.tables/1``; what it is worth only for those who may see scores."""
    body = TablesOut.of(result).model_dump(mode="json")
    return {**body, "value": result.answer.value} if result.shows_value else body


class GuestOut(PartyOut):
    """Somebody at a table."""

    ask_first: bool = Field(description="True when they have not yet agreed to be introduced.")

    @classmethod
    def of_guest(cls, guest: Guest) -> GuestOut:
        """Take over a guest."""
        return cls(**PartyOut.of(guest.party).model_dump(), ask_first=guest.ask_first)


class PairOut(Out):
    """Two of a company for whom something speaks."""

    person: PartyOut
    partner: PartyOut
    band: Band
    reasons: list[ReasonOut]

    @classmethod
    def of_introduction(cls, made: IntroductionOut) -> PairOut:
        """Take over two people and why."""
        return cls(person=made.person, partner=made.partner, band=made.band, reasons=made.reasons)


class TableOut(Out):
    """One table of one round."""

    table: int = Field(ge=1, description="Number of the table, from 1 in each round.")
    guests: list[GuestOut]
    why: list[PairOut] = Field(description="The pairs for whom most speaks; may be empty where nothing may be told.")

    @classmethod
    def of(cls, table: Table) -> TableOut:
        """Take over a table."""
        return cls(
            table=table.number,
            guests=[GuestOut.of_guest(guest) for guest in table.guests],
            why=[PairOut.of_introduction(IntroductionOut.of(made)) for made in table.why],
        )


class RoundOut(Out):
    """One round."""

    round: int = Field(ge=1)
    tables: list[TableOut]


class BrokenOut(Out):
    """What a plan could not keep."""

    repeats: int = Field(ge=0, description="Times that two meet again whom an earlier round brought together.")
    met: int = Field(ge=0, description="Times that two sit together who had met before.")
    unmixed: int = Field(ge=0, description="Tables at which no two guests are of different communities.")
    text: dict[str, list[str]] = Field(description="What is kept and what is not, in words by language.")


class SeatlessOut(Out):
    """Somebody without a seat in a round."""

    round: int = Field(ge=1)
    person: PartyOut


class TablesOut(Out):
    """Who sits with whom."""

    viewer: str = Field(description="Who asked.", examples=["operator"])
    space: str | None = Field(description="Id of the space whose members come.")
    event: str | None = Field(description="Id of the event whose people come.")
    size: int = Field(description="Seats of a table.")
    n_guests: int = Field(ge=0, description="People to be seated.")
    most_rounds: int = Field(description="Rounds beyond which somebody must meet somebody twice.")
    broken: BrokenOut
    rounds: list[RoundOut]
    without_seat: list[SeatlessOut]
    encoder: str = Field(description="Text encoder that was used.", examples=["bundled"])
    notice: Words

    @classmethod
    def of(cls, result: TablesResult) -> TablesOut:
        """Take over a plan without what it is worth."""
        answer, broken = result.answer, result.answer.broken
        return cls(
            viewer=str(result.view.viewer),
            space=result.company.space,
            event=result.company.event,
            size=answer.wanted.size,
            n_guests=answer.n_guests,
            most_rounds=answer.most_rounds,
            broken=BrokenOut(
                repeats=broken.repeats,
                met=broken.met,
                unmixed=broken.unmixed,
                text={lang.value: rules(answer, lang) for lang in Lang},
            ),
            rounds=[
                RoundOut(round=number, tables=[TableOut.of(table) for table in one])
                for number, one in enumerate(answer.rounds, start=1)
            ],
            without_seat=[SeatlessOut(round=n, person=PartyOut.of(party)) for n, party in answer.without_seat],
            encoder=answer.encoder,
            notice=dict(answer.notice),
        )
