"""The service: an ASGI application over one store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware import Middleware

from graph.errors import MusubiError
from service import errors
from service.engine import Engine
from service.gatherings.endpoints import router as gatherings
from service.health.endpoints import router as health
from service.imports.endpoints import router as imports
from service.imports.uploads import Uploads
from service.pairs.endpoints import router as pairs
from service.recommendations.endpoints import router as recommendations
from service.security import Guard
from service.spaces.endpoints import router as spaces

DESCRIPTION = (
    "Who should meet whom, with each member's consent. Answers as the operator of this machine; strengths are bands,"
    " and errors are problem documents (RFC 9457) that never repeat what arrived."
)


def create_app(engine: Engine) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    engine : Engine
        What answers.
    """
    app = FastAPI(
        title="musubi",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[Middleware(Guard)],
    )
    app.state.engine = engine
    app.state.uploads = Uploads()
    errors.install(app)
    for router in (gatherings, health, imports, pairs, recommendations, spaces):
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the text encoder beside the first requests, so that the process is alive at once."""
    loading = asyncio.create_task(asyncio.to_thread(app.state.engine.choice))
    yield
    app.state.uploads.close()
    with suppress(MusubiError):
        await loading
