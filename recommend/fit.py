"""Fit of texts: a need met by an offer, visions that agree; kept apart, in both directions."""

from __future__ import annotations

from functools import cached_property

from embeddings.base import Encoder, Progress
from embeddings.cache import RememberingEncoder
from embeddings.roles import Stance
from graph.kinds import StatementKind
from recommend.channel import Channel
from recommend.config import FitConfig
from recommend.people import People
from recommend.sides import Sides
from recommend.statements import Stances, Texts


class Fit:
    """Everything that texts say about pairs of people.

    Texts of undeclared kind take part as needs and offers as far as the role model reads them so, as visions
    where the other side declared a vision, and among each other as topics.

    Attributes
    ----------
    channels : tuple of Channel
        The following three.
    needs : Channel
        Needs against offers, of those whose conditions go together.
    visions : Channel
        Visions among each other.
    topics : Channel
        Texts of undeclared kind and activities among each other.
    """

    def __init__(
        self,
        people: People,
        encoder: Encoder,
        config: FitConfig,
        progress: Progress | None = None,
        before: Fit | None = None,
    ) -> None:
        encoder = RememberingEncoder(encoder)  # one text may stand in several comparisons
        stances = Stances.of(people, encoder, progress, before._stances if before is not None else None)
        self._stances: Stances = stances
        needs = Texts.of(people, (StatementKind.NEED,), config, stances.likely(Stance.NEED, config.least_chance))
        # texts that offer nothing stay beside those that do: what is common to all says little
        offers = Texts.of(people, (StatementKind.OFFER,), config, stances.likely(Stance.OFFER))
        visions = Texts.of(people, (StatementKind.VISION,), config)
        if len(visions):
            visions = Texts.of(people, (StatementKind.VISION,), config, (stances.rows, 0 * stances.chances[:, 0]))
        topics = Texts.of(people, (StatementKind.TEXT, StatementKind.ACTIVITY), config)
        hubs, concepts = config.hubs, config.concept_weight
        compared = (
            Sides(needs, offers, config.need_threshold, hubs, concepts, config.need_excess, on_conditions=True),
            Sides(visions, visions, config.vision_threshold, hubs, concepts, config.vision_excess, declared_once=True),
            Sides(
                topics, topics, config.topic_threshold, config.topic_hubs, config.topic_concept_weight, aligned=False
            ),
        )
        earlier = before.channels if before is not None else (None, None, None)
        self.channels: tuple[Channel, ...] = tuple(
            Channel(people, sides, encoder, config, progress, channel)
            for sides, channel in zip(compared, earlier, strict=True)
        )
        self.needs, self.visions, self.topics = self.channels

    @cached_property
    def empty(self) -> bool:
        """Whether no text says anything."""
        return not any(len(c.queries) and len(c.documents) for c in self.channels)
