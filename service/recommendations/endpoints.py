"""``/v1/recommendations`` and ``/v1/keys``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from graph.errors import StoreUnavailable, Unknown, WrongUse
from graph.kinds import NodeKind
from recommend.destinations.parties import KINDS
from recommend.results import USUAL, Ranking, Scope, Track
from service.dependencies import EngineOf
from service.errors import documented
from service.languages import Lang
from service.recommendations.access import Asked
from service.recommendations.keys import KeysOut, keys_for
from service.recommendations.logic import Question
from service.recommendations.schemas import AnswerOut

LONGEST_NAME = 200
router = APIRouter(prefix="/v1", tags=["recommendations"])


class RecommendationQuery(BaseModel):
    """Who is to meet whom: exactly one of space, for and all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    space: str | None = Field(
        None, min_length=1, max_length=LONGEST_NAME, description="Id or name of a space: for each of its members.",
        examples=["かぜのま"],
    )  # fmt: skip
    person: str | None = Field(
        None,
        alias="for",
        min_length=1,
        max_length=LONGEST_NAME,
        description="Id or name of a person, or organisation:ID.",
    )
    everybody: bool = Field(False, alias="all", description="For everybody.")
    k: int = Field(10, ge=1, le=100, description="Length of each person's own list.")
    scope: Scope = Field(Scope.ANY, description="Which partners.")
    ranking: Ranking = Field(Ranking.BALANCED, description="One round for everybody, or each one's own list.")
    pairs: int | None = Field(None, ge=1, le=100_000, description="Introductions of a balanced round.")
    capacity: int = Field(3, ge=1, le=100, description="Most introductions of one person in a balanced round.")
    kinds: list[NodeKind] = Field(
        default_factory=list, max_length=len(KINDS), description="What partners of one person or organisation may be."
    )
    track: Track | None = Field(None, description="What partners are wanted for.")
    dial: float = Field(USUAL, ge=0, le=1, allow_inf_nan=False, description="From near (0) to far (1).")
    surprise: float | None = Field(
        None, ge=0, le=1, allow_inf_nan=False, description="Share of far-reaching picks; 0 = none."
    )
    lang: Lang | None = Field(None, description="Only this language in the words of the reasons.")

    def question(self) -> Question:
        """Give what is asked.

        Raises
        ------
        graph.errors.WrongUse
            If not exactly one of space, for and all is given.
        """
        asked = Asked(self.space, self.person, self.everybody)
        kinds = tuple(self.kinds) or None
        return Question(
            asked, self.k, self.scope, self.ranking, self.pairs, self.capacity, kinds, self.track, self.dial,
            self.surprise,
        )  # fmt: skip


@router.get(
    "/recommendations",
    summary="Who should meet whom",
    responses=documented(Unknown, WrongUse, StoreUnavailable),
)
def recommendations(query: Annotated[RecommendationQuery, Query()], engine: EngineOf) -> AnswerOut:
    """Give introductions with their reasons; strengths are bands, never scores."""
    made = AnswerOut.of(engine.result(query.question(), "api recommendations"))
    return made if query.lang is None else made.in_language(query.lang)


class KeysQuery(BaseModel):
    """From whom the ways lead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str | None = Field(
        None, alias="for", min_length=1, max_length=LONGEST_NAME, description="Id or name of a person."
    )


@router.get(
    "/keys",
    summary="Key persons and public offices",
    responses=documented(Unknown, WrongUse, StoreUnavailable),
)
def keys(query: Annotated[KeysQuery, Query()], engine: EngineOf) -> KeysOut:
    """Give whom mixers name as keys to their spaces, what room they have, and the way to them."""
    return KeysOut.of(engine.ask("api keys", lambda view, _: keys_for(view, query.person)))
