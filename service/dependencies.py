"""What endpoints ask for by the type of a parameter."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from service.engine import Engine
from service.pages.rendering import content_policy


def engine_of(request: Request) -> Engine:
    """Give the engine of the application."""
    engine: Engine = request.app.state.engine
    return engine


EngineOf = Annotated[Engine, Depends(engine_of)]


def page(html: str, *, forms: bool = False, error: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    """Answer with a page, under the policy that allows its own style sheet, its forms, and nothing else."""
    policy = f"{content_policy(forms=forms)}; frame-ancestors 'none'"
    return HTMLResponse(html, error.value, headers={"Content-Security-Policy": policy})
