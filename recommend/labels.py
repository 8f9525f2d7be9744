"""What a proposal is besides its reasons: a talent that few know yet (A24), a key person (B15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind
from graph.tables import NODE_CODE
from recommend.loads import keys_of
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

    def key_person(self, partner: int) -> tuple[Reason, ...]:
        """Say that mixers name the partner as a key to a place, and how many introductions they take at a time."""
        spaces = self._key_to.get(partner)
        if spaces is None:
            return ()
        cap = int(self.structure.people.loads.cap[self.structure.people.rows[partner]])
        return (Reason(ReasonCode.KEY_PERSON, Band.FAIR, values={"names": "、".join(spaces), "n": cap}),)

    @cached_property
    def keys(self) -> bool:
        """Whether anybody is named as a key."""
        return bool(self.structure.people.loads.key.any())

    @cached_property
    def _key_to(self) -> Mapping[int, list[str]]:
        """Names of the spaces to which somebody is a key, by number."""
        people = self.structure.people
        out: dict[int, list[str]] = {}
        for row, space in keys_of(people.view):
            number = int(people.number_of_row[row])
            if number >= 0:
                out.setdefault(number, []).append(people.view.label(space))
        return out

    @cached_property
    def _little_known(self) -> NDArray[np.bool_]:
        """Who has met fewer people than most, (n,): nobody where most have met nobody that could be told."""
        people = self.structure.people
        person = people.view.nodes.kind[people.rows] == NODE_CODE[NodeKind.PERSON]
        n_met = np.diff(self.structure.told_met.indptr)
        if not person.any() or np.median(n_met[person]) == 0:
            return np.zeros(len(n_met), dtype=bool)
        return np.asarray(person & (n_met <= np.quantile(n_met[person], LITTLE_KNOWN, method="lower")))
