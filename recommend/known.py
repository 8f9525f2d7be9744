"""What ties and communities say about everybody, whatever people write: it stays as it is while texts change."""

from __future__ import annotations

from functools import cached_property

from recommend.bridge import BridgeFactor
from recommend.chance.model import ChanceModel
from recommend.config import RecommendConfig
from recommend.past import history_of, tie_weights
from recommend.people import People
from recommend.results import Ranking, Scope
from recommend.selection import TieBreak


class Known:
    """Chances, leanings and order of the people of a view.

    Parameters
    ----------
    people : People
        Who may be introduced; nothing of their view is kept.
    config : RecommendConfig
        Weights.

    Attributes
    ----------
    bridge : BridgeFactor
        Leaning to other communities.
    ties : TieBreak
        Order among equal scores.
    """

    def __init__(self, people: People, config: RecommendConfig) -> None:
        self._config = config
        self._history = history_of(people)
        self.bridge = BridgeFactor(people, tie_weights(self._history, config.chance.tau), config)
        self.ties = TieBreak.of(str(i) for i in people.view.nodes.ids[people.rows])

    def chance(self, scope: Scope, ranking: Ranking) -> ChanceModel:
        """Give the chance of a tie in a scope, for lists or for a round."""
        chance = self._distant if scope is Scope.FAR else self._near
        return self._for_rounds if ranking is Ranking.BALANCED and "contacts" in chance.kinds_ else chance

    @cached_property
    def _for_rounds(self) -> ChanceModel:
        """Repeated contacts where pairs of different people are compared, not partners of one."""
        weight = {"weight_resource_allocation": self._config.round.weight_resource_allocation}
        return ChanceModel(self._config.chance.model_copy(update=weight)).fit(self._history)

    @cached_property
    def _near(self) -> ChanceModel:
        return ChanceModel(self._config.chance).fit(self._history, distant=False)

    @cached_property
    def _distant(self) -> ChanceModel:
        if "plain" not in self._near.kinds_:  # no other recipe depends on it
            return self._near
        return ChanceModel(self._config.chance).fit(self._history, distant=True)
