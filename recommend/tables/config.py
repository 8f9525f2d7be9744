"""Settings of the search for a seating plan."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TablesConfig(BaseModel):
    """How long, how freely and from where the search goes.

    Attributes
    ----------
    steps : int
        Steps for each round; a step deals anew the people of all tables, two tables at a time.
    at_once : int
        Tables among which small plans are searched together: few tables are searched several times over and the
        best plan is taken.
    hot, cold : float
        Temperature at the first and at the last step, in standard deviations of what pairs are worth.
    warm : float
        Temperature at the first step of a large plan, which starts from tables filled one seat after the other: so
        many tables are not searched through from chance in the time that they may take.
    swaps : int
        Exchanges of two people tried on a published pattern.
    seed : int
        Draws the search.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(1200, ge=1)
    at_once: int = Field(64, ge=1)
    hot: float = Field(1.5, gt=0)
    cold: float = Field(0.05, gt=0)
    warm: float = Field(0.3, gt=0)
    swaps: int = Field(600, ge=1)
    seed: int = 1
