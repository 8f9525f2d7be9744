"""What endpoints ask for by the type of a parameter."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from graph.errors import MusubiError
from service.engine import Engine
from service.errors import DONE, status_of
from service.pages.rendering import content_policy


def engine_of(request: Request) -> Engine:
    """Give the engine of the application."""
    engine: Engine = request.app.state.engine
    return engine


EngineOf = Annotated[Engine, Depends(engine_of)]


def page(html: str, *, forms: bool = False, error: MusubiError | None = None) -> HTMLResponse:
    """Answer with a page, which may tell an error, under a policy that allows its own style and forms alone."""
    policy = f"{content_policy(forms=forms)}; frame-ancestors 'none'"
    return HTMLResponse(html, status_of(error) if error else DONE, headers={"Content-Security-Policy": policy})
