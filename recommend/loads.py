"""Who can still be asked: introductions that wait for an answer, against how many one takes at a time (B15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graph.introductions import oldest_awaited
from graph.kinds import TieKind
from graph.standing import USUAL_CAP, cap_of
from graph.tables import TieTable
from graph.view import View, valid_on

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Loads:
    """What waits for an answer of whom, as far as the viewer may see: introductions on record are the operator's.

    Attributes
    ----------
    key : (n_nodes,) bool
        Who is a key person, or a key organisation, of a space today.
    cap : (n_nodes,) int
        Most introductions that may wait for one answer; of a key person as the mixers said.
    waiting : (n_nodes,) int
        Introductions that were proposed in the last 14 days and wait for an answer; older ones count as expired.
    """

    key: BoolArray
    cap: NDArray[np.int64]
    waiting: NDArray[np.int64]

    @classmethod
    def of(cls, view: View) -> Self:
        """Count them from a view, on its day."""
        n = len(view.nodes)
        key, cap = np.zeros(n, dtype=bool), np.full(n, USUAL_CAP, dtype=np.int64)
        marked = _today(view, TieKind.KEY_OF)
        for row, details in zip(marked.src.tolist(), marked.details.tolist(), strict=True):
            said = cap_of(details)
            cap[row] = min(cap[row], said) if key[row] else said
            key[row] = True
        return cls(key, cap, np.bincount(_waiting(view), minlength=n).astype(np.int64))

    @property
    def room(self) -> NDArray[np.int64]:
        """How many more may be proposed to each, (n_nodes,), at least 0."""
        room: NDArray[np.int64] = np.maximum(self.cap - self.waiting, 0)
        return room

    def room_in_round(self, capacity: int) -> NDArray[np.int64]:
        """How many more a round of a capacity may propose to each, (n_nodes,), at least 0.

        Parameters
        ----------
        capacity : int
            Most introductions one person takes part in. Above the usual cap it stands in its place for all but key
            persons: whoever asks for such a round decides that more may wait.
        """
        most = np.where(self.key, self.cap, max(capacity, USUAL_CAP))
        room: NDArray[np.int64] = np.where(self.room > 0, most - self.waiting, 0)
        return room


def keys_of(view: View) -> list[tuple[int, int]]:
    """Give who is a key to which space today: rows of the node table."""
    marked = _today(view, TieKind.KEY_OF)
    return list(zip(marked.src.tolist(), marked.dst.tolist(), strict=True))


def _waiting(view: View) -> IntArray:
    """Give the rows of who takes part in an introduction that waits, once for each; both sides must still be there."""
    parties = _today(view, TieKind.PARTY_TO)
    n_sides = np.bincount(parties.dst, minlength=len(view.nodes))
    fresh = parties.t >= oldest_awaited(view.on)
    waits = parties.src[np.isnan(parties.until) & fresh & (n_sides[parties.dst] > 1)]
    return waits.astype(np.intp)


def _today(view: View, kind: TieKind) -> TieTable:
    ties = view.ties_of(kind)
    return ties.take(valid_on(ties, view.on))
