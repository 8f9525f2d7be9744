"""``/`` and the pages of a space, ``/spaces/{space}/…``, but for its tables."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse

from graph.errors import StoreUnavailable, Unknown, WrongUse
from recommend.cycles import MOST_CIRCLES
from recommend.gatherings import LARGEST, MOST_GATHERINGS, SMALLEST
from recommend.weaving import LARGEST as MOST_HELPERS
from recommend.weaving import SMALLEST as FEWEST_HELPERS
from service.dependencies import EngineOf, page
from service.errors import documented
from service.gatherings.access import Invited
from service.gatherings.logic import cycles, gatherings
from service.gatherings.needs import needs_of, team_in
from service.languages import Lang
from service.pages.circles import circles_page
from service.pages.hearing import hearing_page
from service.pages.keys import keys_page
from service.pages.rendering import render
from service.pages.sheet import sheet_page
from service.pages.weave import needs_page, team_page
from service.recommendations.access import Asked
from service.recommendations.logic import Question
from service.spaces.keys import keys_of_space
from service.spaces.logic import spaces

LangOf = Annotated[Lang | None, Query(description="Language of the page.")]
SpaceOf = Annotated[str, Path(max_length=200, description="Id or name of the space.", examples=["かぜのま"])]
PersonOf = Annotated[str | None, Query(alias="for", max_length=200, description="Id of a member of the space.")]
PROBLEMS = (Unknown, WrongUse, StoreUnavailable)
router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)


@router.get("/", summary="All spaces", responses=documented(*PROBLEMS[1:]))
def home(engine: EngineOf, lang: LangOf = None) -> HTMLResponse:
    """List the spaces, each with the link to its sheet."""
    with engine.reader() as reader:
        found = spaces(engine.view(reader))
        reader.record("page spaces", n=len(found))
    return page(render("home.html", lang or engine.lang, served=True, home=True, spaces=found))


@router.get("/spaces/{space:path}/sheet", summary="The sheet for a visit", responses=documented(*PROBLEMS))
def sheet(engine: EngineOf, space: SpaceOf, lang: LangOf = None) -> HTMLResponse:
    """Say who should meet whom in a space, why, and what each side may be told."""
    result = engine.result(Question(Asked(space=space)), "page sheet")
    return page(sheet_page(result, lang or engine.lang, served=True))


@router.get("/spaces/{space:path}/hearing", summary="Whom to hear together", responses=documented(*PROBLEMS))
def hearing(
    engine: EngineOf,
    space: SpaceOf,
    lang: LangOf = None,
    size: Annotated[int, Query(ge=SMALLEST, le=LARGEST, description="How many people.")] = 4,
    number: Annotated[int, Query(ge=1, le=MOST_GATHERINGS, description="How many meetings.")] = 1,
) -> HTMLResponse:
    """Say whom to hear together around the members of a space, what each brings and needs, and why these."""
    made = engine.ask("page hearing", lambda view, make: gatherings(view, space, size, number, make))
    return page(hearing_page(made, number, lang or engine.lang), forms=True)


@router.get("/spaces/{space:path}/circles", summary="Circles of help of a space", responses=documented(*PROBLEMS))
def circles(
    engine: EngineOf,
    space: SpaceOf,
    lang: LangOf = None,
    number: Annotated[int, Query(ge=1, le=MOST_CIRCLES, description="Most circles.")] = 5,
) -> HTMLResponse:
    """Draw the circles of help in which members of a space take part."""
    made = engine.ask("page circles", lambda view, make: cycles(view, Invited(space=space), number, make))
    return page(circles_page(made, number, lang or engine.lang))


@router.get("/spaces/{space:path}/weave", summary="Teams for needs of several parts", responses=documented(*PROBLEMS))
def weave(
    engine: EngineOf,
    space: SpaceOf,
    lang: LangOf = None,
    person: PersonOf = None,
    size: Annotated[int, Query(ge=FEWEST_HELPERS, le=MOST_HELPERS, description="Most helpers.")] = 3,
    start: Annotated[int, Query(alias="from", ge=0, description="How many of the list are passed over.")] = 0,
) -> HTMLResponse:
    """List members whose needs have several parts, or say who together meets those of one of them."""
    said = lang or engine.lang
    if not person:
        listed = engine.ask("page weave", lambda view, make: needs_of(view, space, make))
        return page(needs_page(listed, said, start))
    team = engine.ask("page weave", lambda view, make: team_in(view, space, person, size, make))
    return page(team_page(team, size, said), forms=True)


@router.get("/spaces/{space:path}/keys", summary="Key persons and public offices", responses=documented(*PROBLEMS))
def keys(engine: EngineOf, space: SpaceOf, lang: LangOf = None, person: PersonOf = None) -> HTMLResponse:
    """Say through whom one gets into a space, what room they have, and the way to them."""
    found = engine.ask("page keys", lambda view, _: keys_of_space(view, space, person or None))
    return page(keys_page(found, lang or engine.lang), forms=True)
