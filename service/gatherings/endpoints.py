"""``/v1/tables``, ``/v1/gatherings``, ``/v1/weave``, ``/v1/cycles``, and the page of tables of a space."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from graph.errors import StoreUnavailable, Unknown, WrongUse
from recommend.cycles import MOST_CIRCLES
from recommend.facets import MOST_FACETS
from recommend.gatherings import LARGEST as MOST
from recommend.gatherings import MOST_GATHERINGS
from recommend.gatherings import SMALLEST as FEWEST
from recommend.tables.plan import LARGEST, MOST_ROUNDS, SMALLEST, Wanted
from recommend.weaving import LARGEST as MOST_HELPERS
from recommend.weaving import SMALLEST as FEWEST_HELPERS
from service.dependencies import EngineOf, page
from service.errors import documented
from service.gatherings.access import Invited
from service.gatherings.group_schemas import CyclesOut, GatheringsOut, WeaveOut
from service.gatherings.logic import TablesQuestion, cycles, gatherings, tables, weave
from service.gatherings.schemas import TablesOut
from service.languages import Lang
from service.pages.tables import tables_page
from service.recommendations.endpoints import LONGEST_NAME

router = APIRouter(tags=["gatherings"])
PROBLEMS = documented(Unknown, WrongUse, StoreUnavailable)
LONGEST_NEED = 500
Name = Annotated[str | None, Field(min_length=1, max_length=LONGEST_NAME)]


class CompanyQuery(BaseModel):
    """Who comes: exactly one of space, event and all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    space: Name = Field(None, description="Id or name of a space: its members.", examples=["かぜのま"])
    event: Name = Field(None, description="Id or name of an event: those who are noted for it.")
    everybody: bool = Field(False, alias="all", description="Everybody.")

    def invited(self) -> Invited:
        """Give who comes; `graph.errors.WrongUse` if not exactly one is given."""
        return Invited(self.space, self.event, self.everybody)


class TablesQuery(CompanyQuery):
    """Who comes, and how they are to be seated."""

    rounds: int = Field(3, ge=1, le=MOST_ROUNDS, description="How often tables change.")
    size: int = Field(4, ge=SMALLEST, le=LARGEST, description="Seats of a table.")


@router.get("/v1/tables", summary="Who sits with whom over some rounds", responses=PROBLEMS)
def seats(query: Annotated[TablesQuery, Query()], engine: EngineOf) -> TablesOut:
    """Give tables at which nobody meets anybody twice, first what could not be kept."""
    question = TablesQuestion(query.invited(), Wanted(query.rounds, query.size))
    return TablesOut.of(engine.ask("api tables", lambda view, make: tables(view, question, make)))


class GatheringQuery(BaseModel):
    """For which space, and how many people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    space: str = Field(min_length=1, max_length=LONGEST_NAME, description="Id or name of the space.")
    size: int = Field(4, ge=FEWEST, le=MOST, description="How many people.")
    number: int = Field(1, ge=1, le=MOST_GATHERINGS, description="How many gatherings.")


@router.get("/v1/gatherings", summary="Three or four people for a hearing", responses=PROBLEMS)
def hearings(query: Annotated[GatheringQuery, Query()], engine: EngineOf) -> GatheringsOut:
    """Give people who complete each other, have not met and have not been heard."""
    made = engine.ask("api gathering", lambda v, make: gatherings(v, query.space, query.size, query.number, make))
    return GatheringsOut.of(made)


class WeaveQuery(BaseModel):
    """For whom, and how many helpers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str = Field(min_length=1, max_length=LONGEST_NAME, alias="for", description="Id or name of a person.")
    size: int = Field(3, ge=FEWEST_HELPERS, le=MOST_HELPERS, description="Most helpers.")
    need: list[Annotated[str, Field(min_length=1, max_length=LONGEST_NEED)]] = Field(
        default=[], max_length=MOST_FACETS, description="A need, else those stated; may be repeated."
    )


@router.get("/v1/weave", summary="Several people who together meet the needs of one", responses=PROBLEMS)
def team(query: Annotated[WeaveQuery, Query()], engine: EngineOf) -> WeaveOut:
    """Give a team, and who of it meets which part."""
    made = engine.ask("api weave", lambda v, make: weave(v, query.person, query.size, tuple(query.need), make))
    return WeaveOut.of(made)


class CyclesQuery(CompanyQuery):
    """Of whom one at least takes part, and how many circles."""

    number: int = Field(10, ge=1, le=MOST_CIRCLES, description="Most circles.")


@router.get("/v1/cycles", summary="Circles of help", responses=PROBLEMS)
def circles(query: Annotated[CyclesQuery, Query()], engine: EngineOf) -> CyclesOut:
    """Give circles in which everybody helps the next one and no two are even by themselves."""
    return CyclesOut.of(engine.ask("api cycles", lambda v, make: cycles(v, query.invited(), query.number, make)))


@router.get("/spaces/{space:path}/tables", summary="Tables for a space", tags=["pages"], responses=PROBLEMS)
def tables_of_a_space(
    engine: EngineOf,
    space: Annotated[str, Path(max_length=LONGEST_NAME, description="Id or name of the space.", examples=["かぜのま"])],
    lang: Annotated[Lang | None, Query(description="Language of the page.")] = None,
    rounds: Annotated[int, Query(ge=1, le=MOST_ROUNDS, description="How often tables change.")] = 3,
    size: Annotated[int, Query(ge=SMALLEST, le=LARGEST, description="Seats of a table.")] = 4,
) -> HTMLResponse:
    """Say who sits with whom among the members of a space, as a page."""
    question = TablesQuestion(Invited(space=space), Wanted(rounds, size))
    made = engine.ask("page tables", lambda view, make: tables(view, question, make))
    return page(tables_page(made, lang or engine.lang, served=True))
