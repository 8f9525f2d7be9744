"""``/`` and ``/spaces/{space}/sheet``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse

from graph.errors import StoreUnavailable, Unknown, WrongUse
from service.dependencies import EngineOf, page
from service.errors import documented
from service.languages import Lang
from service.pages.rendering import render
from service.pages.sheet import sheet_page
from service.recommendations.access import Asked
from service.recommendations.logic import Question
from service.spaces.logic import spaces

LangOf = Annotated[Lang | None, Query(description="Language of the page.")]
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
def sheet(
    engine: EngineOf,
    space: Annotated[str, Path(max_length=200, description="Id or name of the space.", examples=["かぜのま"])],
    lang: LangOf = None,
) -> HTMLResponse:
    """Say who should meet whom in a space, why, and what each side may be told."""
    result = engine.result(Question(Asked(space=space)), "page sheet")
    return page(sheet_page(result, lang or engine.lang, served=True))
