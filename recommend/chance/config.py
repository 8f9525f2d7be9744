"""Settings of the chance model; the defaults are the recipes measured in the evaluation."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ChanceConfig(BaseModel):
    """What the chance model does with a history; ages are warped (0 now, 1 start of the record)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    tau: float = Field(
        0.3, gt=0, le=100, description="Age at which a meeting has lost 63 % of its weight in the recent walks."
    )
    tau_long: float = Field(
        1.0, gt=0, le=100, description="The same for the walk beside dated groups; larger remembers longer."
    )
    tau_last: float = Field(0.1, gt=0, le=100, description="The same for the time since somebody was last seen at all.")
    tau_joining: float = Field(
        0.5, gt=0, le=100, description="The same for memberships, as a sign of what a person joins next."
    )
    tau_growth: float = Field(
        0.2, gt=0, le=100, description="The same for joinings, as a sign that a group is growing."
    )
    growth_floor: float = Field(
        0.05, gt=0, le=10, description="Growth, in recent joinings, of a group that nobody joined lately."
    )
    restart: float = Field(
        0.5, gt=0, lt=1, description="Chance that a walk jumps back at each step; larger stays nearer."
    )
    n_steps: int = Field(12, ge=1, le=100, description="Steps of the walks over ties.")
    n_steps_teams: int = Field(8, ge=1, le=100, description="Steps of the walk over teams.")
    sparse_above: int = Field(
        20_000, ge=0, le=1_000_000_000, description="People above which walks drop small mass to save memory."
    )
    walk_up_to: int = Field(
        4_000,
        ge=0,
        le=1_000_000_000,
        description="People up to which undated meetings are walked for near partners as well; above, contacts in "
        "common alone say as much.",
    )
    tolerance: float = Field(
        1e-6,
        gt=0,
        lt=1,
        description="Mass per tie below which such a walk stops; smaller is nearer to exact, and reaches farther.",
    )
    largest_tying_group: int = Field(
        100, ge=2, le=10_000, description="Members above which an event or group ties no two of its people."
    )
    own_share: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Share of the meetings not already told by an event or a group, below which they count as "
        "events of two instead of a kind of their own.",
    )
    dated_share: float = Field(
        0.5, ge=0, le=1, description="Share of dated meetings below which meetings are taken as undated."
    )
    weight_resource_allocation: float = Field(
        1.0, ge=0, le=10, description="Exponent of Resource Allocation beside the six factors of dated meetings."
    )
    weight_joins: float = Field(
        1.0, ge=0, le=10, description="Exponent of the chance to join a group when groups are all there is."
    )
    weight_joins_beside: float = Field(
        0.5, ge=0, le=10, description="The same when meetings or events are there as well."
    )
    sample_people: int = Field(
        256,
        ge=1,
        le=100_000,
        description="People, evenly spaced among those of whom anything is known, who set the floor of each factor.",
    )
    floor_quantile: float = Field(
        0.01, gt=0, lt=1, description="Quantile of a factor's positive values that is added before the logarithm."
    )
