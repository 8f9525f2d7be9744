"""Settings of learning from outcomes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LearningConfig(BaseModel):
    """When weights are learned, and when they are used.

    Attributes
    ----------
    least : int
        Outcomes from which a back-test is made.
    least_each : int
        Outcomes of each kind, yes and no, that there must be, also before each block that is told.
    blocks : int
        Stretches of time of about as many outcomes each; the later half of them is told.
    freedom : float
        How far weights may leave the fixed ones without much evidence: variance of the departure, in log odds for a
        standard deviation of a factor.
    most : float
        Largest weight as a multiple of the fixed one, and the smallest as its part.
    margin : float
        Least drop of the log loss per outcome, in nats.
    level : float
        Of the bootstrap interval, in (0, 1).
    resamples : int
        Bootstrap samples.
    most_people : int
        People up to which it is tried: the past is computed anew for each block.
    sample : int
        People who set the floors of the chance in each past, see `ChanceConfig.sample_people`.
    seed : int
        Draws the bootstrap samples.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: int = Field(80, ge=8)
    least_each: int = Field(12, ge=2)
    blocks: int = Field(8, ge=2)
    freedom: float = Field(0.5, gt=0)
    most: float = Field(4.0, gt=1)
    margin: float = Field(0.01, ge=0)
    level: float = Field(0.95, gt=0, lt=1)
    resamples: int = Field(2_000, ge=100)
    most_people: int = Field(5_000, ge=0)
    sample: int = Field(64, ge=1)
    seed: int = 1
