"""Ties that the rows of a table tell, each once, and the batches in which they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph.kinds import Said, TieKind
from graph.policy import Policy
from graph.records import TieBatch

TieKey = tuple[TieKind, str, str, float | None]
"""Kind, source and target of a tie, and its day where it has one of each day."""


@dataclass(slots=True)
class TieRow:
    """What a row tells of a tie.

    Attributes
    ----------
    policies : tuple of Policy
        Of its source and of its target.
    t, until : float or None
        Beginning and end, POSIX seconds.
    row : int
        As a spreadsheet shows it.
    details : str or None
        JSON object.
    said : Said
        Whose decision its policies are.
    """

    policies: tuple[Policy, Policy]
    t: float | None
    until: float | None
    row: int
    details: str | None
    said: Said


def batches_of(ties: Mapping[TieKey, TieRow], source: str) -> list[TieBatch]:
    """Give ties as batches of one kind, policy and speaker each, in an order that does not depend on that of the rows.

    Parameters
    ----------
    ties : mapping of TieKey to TieRow
        The ties.
    source : str
        Name of the file, with the sheet after a slash.
    """
    groups: defaultdict[tuple[str, ...], list[tuple[TieKey, TieRow]]] = defaultdict(list)
    for key, tie in ties.items():
        groups[key[0], _written(tie.policies[0]), _written(tie.policies[1]), tie.said].append((key, tie))
    return [_batch(group, source) for _, group in sorted(groups.items(), key=lambda item: item[0])]


def _batch(group: list[tuple[TieKey, TieRow]], source: str) -> TieBatch:
    group.sort(key=lambda item: (item[0][1], item[0][2], item[0][3] or 0.0))
    ties = [tie for _, tie in group]
    return TieBatch(
        group[0][0][0],
        [key[1] for key, _ in group],
        [key[2] for key, _ in group],
        ties[0].policies[0],
        ties[0].policies[1],
        source,
        ties[0].said,
        t=[tie.t for tie in ties],
        until=[tie.until for tie in ties],
        n=[1] * len(ties),
        rows=[tie.row for tie in ties],
        details=[tie.details for tie in ties],
    )


@lru_cache(maxsize=1 << 12)
def _written(policy: Policy) -> str:
    """Give a policy as text: ties of equal policies are stored together."""
    return policy.to_json()
