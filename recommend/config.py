"""Settings of the recommender: every number that moves an answer, with unit, range and effect."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from recommend.chance.config import ChanceConfig
from recommend.learning.config import LearningConfig


class FitConfig(BaseModel):
    """How texts become fit.

    Attributes
    ----------
    neighbours : float
        Share of the other side whose nearest texts correct for texts that are near to everything, in (0, 1].
    prior : float
        Number of own texts in a language that everyday sentences count for when its mean is taken.
    need_threshold, vision_threshold, topic_threshold : float
        Standard deviations above the background at which fit is one half, by what is compared.
    slope : float
        How sharply the logarithm of the odds rises, per standard deviation.
    need_excess, vision_excess : float
        Standard deviations of meaning that entirely the same spelling takes away: models take shared words for
        shared meaning, and who needs the same says the same. About 4 is what they add between unrelated texts.
    hubs, topic_hubs : float
        How much of the crowding around a text is taken away, in [0, 1]: all between needs and offers and among
        visions, where one text near to everything would stand in every list; little where likeness itself is asked.
    concept_weight, topic_concept_weight : float
        Standard deviations for each unit of rarity of the concepts that two texts share.
    role_weight : float
        Standard deviations for each unit of the logarithm of the chance that an undeclared text is of the kind.
    words_role_weight : float
        The same where a model gives meaning whose vectors the role model cannot read, so that it goes by words alone:
        with the whole weight an English model loses .06 of its recall in the first five.
    least_chance : float
        Chance from which an undeclared text is compared as a need at all, in (0, 1).
    same_spelling : float
        Share of common terms at which spelling alone gives fit one half, in (0, 1], where no model runs.
    floor : float
        Fit below this is no evidence and counts as 0, in [0, 1].
    most_statements : int
        Newest statements of one kind that are used of one owner.
    undiluted : int
        Number of statements of one kind up to which an owner's fit is not diluted; beyond it the fit is
        multiplied by sqrt(undiluted / number), against profile stuffing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    neighbours: float = Field(0.03, gt=0, le=1)
    prior: float = Field(20.0, ge=0)
    need_threshold: float = 3.15
    vision_threshold: float = 2.75
    topic_threshold: float = 3.3
    slope: float = Field(2.2, gt=0)
    need_excess: float = Field(3.0, ge=0)
    vision_excess: float = Field(8.0, ge=0)
    hubs: float = Field(1.0, ge=0, le=1)
    topic_hubs: float = Field(0.25, ge=0, le=1)
    concept_weight: float = Field(0.15, ge=0)
    topic_concept_weight: float = Field(0.02, ge=0)
    role_weight: float = Field(1.5, ge=0)
    words_role_weight: float = Field(0.75, ge=0)
    least_chance: float = Field(0.2, gt=0, lt=1)
    same_spelling: float = Field(0.25, gt=0, le=1)
    floor: float = Field(0.005, ge=0, le=1)
    most_statements: int = Field(12, ge=1)
    undiluted: int = Field(8, ge=1)


class RoundConfig(BaseModel):
    """How one round for everybody is put together.

    Attributes
    ----------
    far_share : float
        Share of the introductions chosen also by what they do for everybody's reach, in [0, 1].
    far_power : float
        How much that counts against chance in these picks.
    weight_resource_allocation : float
        Exponent of Resource Allocation beside the factors of dated meetings in a round, as
        `ChanceConfig.weight_resource_allocation` in lists: with 1, likely pairs leave the far picks less room.
    exposure_power : float
        Exponent by which scores become amounts that add up, where everybody is to be served: with 0 only numbers
        count, with 1 a few strong pairs outweigh everybody else.
    exposure_steps : int
        Steps in which prices of places settle.
    exposure_rate : float
        How far a price moves at the first step for each introduction too many or too few.
    seed : int
        Draws the probes by which gains are estimated above 5,000 people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    far_share: float = Field(0.2, ge=0, le=1)
    far_power: float = Field(2.0, ge=0)
    weight_resource_allocation: float = Field(0.25, ge=0, le=10)
    exposure_power: float = Field(0.25, ge=0, le=10)
    exposure_steps: int = Field(300, ge=1)
    exposure_rate: float = Field(0.05, gt=0)
    seed: int = 1


class RecommendConfig(BaseModel):
    """How chance, fit and bridge become one score: a sum of logarithms with fixed weights.

    Attributes
    ----------
    fit : FitConfig
        How texts become fit.
    round : RoundConfig
        How one round for everybody is put together.
    chance : ChanceConfig
        How ties over time become the chance of a new one.
    learning : LearningConfig
        When weights are learned from outcomes.
    need_weight : float
        Weight of log fit of a need with an offer, both directions.
    vision_weight, topic_weight : float
        Weights of log fit of visions, and of texts of undeclared kind.
    least_text : float
        Weighted logarithm of fit below which somebody is no partner; 0 = texts are not asked for.
    fit_epsilon : float
        Fit that counts as none inside the logarithm; smaller makes text count for more, in (0, 1).
    bridge_epsilon : float
        Added to the chance that two people share no community before it is raised to that power, for scope ``any``.
    bridge_power : float
        How strongly unrestricted lists lean to other communities: 0 = like me, 4 = recommended.
    block : int
        People scored at once; more is faster and takes more memory.
    parallel_above : int
        People from whom on lists are made by several processes, one for each processor, at most 4.
    shortlist_above : int
        People from whom on texts are compared whole only where a bound does not rule the partner out; the lists
        are the same.
    spare : int
        Candidates a person keeps for a balanced round, as a multiple of the capacity.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fit: FitConfig = FitConfig()
    round: RoundConfig = RoundConfig()
    chance: ChanceConfig = ChanceConfig()
    learning: LearningConfig = LearningConfig()
    need_weight: float = Field(2.0, ge=0)
    vision_weight: float = Field(0.5, ge=0)
    topic_weight: float = Field(0.5, ge=0)
    least_text: float = Field(0.0, ge=0)
    fit_epsilon: float = Field(0.003, gt=0, lt=1)
    bridge_epsilon: float = Field(0.02, gt=0)
    bridge_power: float = Field(4.0, ge=0)
    block: int = Field(256, ge=1)
    parallel_above: int = Field(20_000, ge=0)
    shortlist_above: int = Field(2_000, ge=0)
    spare: int = Field(12, ge=1)
