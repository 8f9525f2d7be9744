"""``/livez`` and ``/readyz``."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.dependencies import EngineOf
from service.errors import NOT_READY
from service.health.logic import readiness
from service.health.schemas import Live, Ready

router = APIRouter(tags=["health"])


@router.get("/livez", summary="Is the process alive?")
async def livez() -> Live:
    """Answer at once, whatever else goes on."""
    return Live()


@router.get("/readyz", summary="Can recommendations be made?", responses={NOT_READY: {"model": Ready}})
def readyz(engine: EngineOf, response: Response) -> Ready:
    """Probe the store and the text encoder; 503 with the reasons when not ready."""
    ready = readiness(engine)
    if not ready.ready:
        response.status_code = NOT_READY
    return ready
