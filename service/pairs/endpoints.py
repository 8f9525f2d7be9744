"""``/v1/why`` and ``/v1/whatif``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from graph.errors import StoreUnavailable, Unknown, WrongUse
from recommend.results import Scope
from service.dependencies import EngineOf
from service.errors import documented
from service.pairs.logic import Pair
from service.pairs.schemas import WhatIfOut, WhyOut
from service.recommendations.endpoints import LONGEST_NAME

router = APIRouter(prefix="/v1", tags=["pairs"])
PROBLEMS = documented(Unknown, WrongUse, StoreUnavailable)


class PairQuery(BaseModel):
    """Two people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str = Field(min_length=1, max_length=LONGEST_NAME, description="Id or name of a person.")
    partner: str = Field(min_length=1, max_length=LONGEST_NAME, description="Id or name of the other.")

    def pair(self) -> Pair:
        """Give the two."""
        return Pair(self.person, self.partner)


class WhyQuery(PairQuery):
    """Two people and which partners are looked for."""

    scope: Scope = Field(Scope.ANY, description="Which partners.")


@router.get("/why", summary="Why two people should meet, why not, what would change it", responses=PROBLEMS)
def why(query: Annotated[WhyQuery, Query()], engine: EngineOf) -> WhyOut:
    """Give reasons, obstacles and what would change the answer."""
    told, viewer = engine.why(query.pair(), query.scope)
    return WhyOut.of_explanation(told, viewer)


@router.get("/whatif", summary="What the network gains if two people meet", responses=PROBLEMS)
def whatif(query: Annotated[PairQuery, Query()], engine: EngineOf) -> WhatIfOut:
    """Give what a meeting would do for everybody's reach."""
    made, viewer = engine.whatif(query.pair())
    return WhatIfOut.of(made, viewer)
