"""What a proposal is besides its reasons: a talent that few know yet (A24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind
from graph.tables import NODE_CODE
from recommend.results import Band, Reason, ReasonCode
from recommend.structure import Structure

LITTLE_KNOWN = 0.25
"""Share of the people, by the number of those they have met, up to which somebody is little known."""
FIRM = (Band.STRONG, Band.GOOD)


@dataclass(frozen=True)
class Labels:
    """Labels of proposals.

    Attributes
    ----------
    structure : Structure
        Who has met whom, as far as it may be told to the viewer.
    """

    structure: Structure

    def hidden_talent(self, partner: int, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        """Say that somebody who can well meet a need of the person is known to few; empty where it is not so."""
        helps = any(r.code is ReasonCode.NEED_MET and r.band in FIRM for r in reasons)
        return (Reason(ReasonCode.HIDDEN_TALENT, Band.FAIR),) if helps and self._little_known[partner] else ()

    @cached_property
    def _little_known(self) -> NDArray[np.bool_]:
        """Who has met fewer people than most, (n,): nobody where most have met nobody that could be told."""
        people = self.structure.people
        person = people.view.nodes.kind[people.rows] == NODE_CODE[NodeKind.PERSON]
        n_met = np.diff(self.structure.told_met.indptr)
        if not person.any() or np.median(n_met[person]) == 0:
            return np.zeros(len(n_met), dtype=bool)
        return np.asarray(person & (n_met <= np.quantile(n_met[person], LITTLE_KNOWN, method="lower")))
