"""The chance that a tie forms between two people, from structure over time."""

from recommend.chance.config import ChanceConfig
from recommend.chance.history import Groups, History, Meetings, Teams
from recommend.chance.model import ChanceModel

__all__ = ["ChanceConfig", "ChanceModel", "Groups", "History", "Meetings", "Teams"]
