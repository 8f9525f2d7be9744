"""The way to somebody through people who know each other, and who on it is to be asked first (B15)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph

from graph.kinds import NodeKind, TieKind
from graph.records import node_id
from graph.tables import NODE_CODE
from graph.viewer import OPERATOR
from recommend.loads import keys_of
from recommend.people import People
from recommend.results import Party
from recommend.structure import Structure

NOBODY = -9999
"""What scipy writes for a step before the first."""


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody on a way.

    Attributes
    ----------
    party : Party
        Who.
    ask_first : bool
        Whether they have not yet agreed to be introduced.
    """

    party: Party
    ask_first: bool


@dataclass(frozen=True, slots=True)
class Key:
    """Somebody whom mixers name as a key to a space.

    Attributes
    ----------
    party : Party
        A person or organisation.
    spaces : tuple of str
        To which spaces.
    cap : int
        Most introductions that may wait for them at a time.
    waiting : int or None
        How many do, of an organisation for the one of its people with the most room; None where the viewer sees no
        introductions.
    way : tuple of Step or None
        From the one who asks, who is not in it, to the key person or to somebody of the organisation, who is last in
        it; empty where the one who asks is that person; None where nobody asks or no way is known.
    """

    party: Party
    spaces: tuple[str, ...]
    cap: int
    waiting: int | None
    way: tuple[Step, ...] | None = None


@dataclass(frozen=True)
class Ways:
    """Ways through people who have met, as far as that may be told to the viewer.

    Attributes
    ----------
    people : People
        Who may be introduced.
    """

    people: People

    @cached_property
    def structure(self) -> Structure:
        """Who has met whom."""
        return Structure(self.people)

    def to_keys(self, person_row: int | None = None) -> tuple[Key, ...]:
        """Give all key persons and offices that the viewer may see: those nearest to a person first, then by room.

        Parameters
        ----------
        person_row : int or None
            Row in the node table of the one who asks.
        """
        named: dict[int, list[int]] = {}
        for row, space in keys_of(self.people.view):
            named.setdefault(row, []).append(space)
        before = self._before(person_row)
        found = [self._key(row, spaces, before) for row, spaces in sorted(named.items())]
        return tuple(sorted(found, key=lambda k: (k.way is None, len(k.way or ()), (k.waiting or 0) - k.cap)))

    def _key(self, row: int, spaces: list[int], before: NDArray[np.int32] | None) -> Key:
        view, loads = self.people.view, self.people.loads
        inside = self._inside(row)
        most = max(inside, key=lambda n: loads.room[self.people.rows[n]], default=None)
        asked = row if most is None else int(self.people.rows[most])
        ways = [] if before is None else [way for n in inside if (way := _way(before, n)) is not None]
        shortest = min(ways, key=len, default=None)
        return Key(
            party=self._party(row),
            spaces=tuple(sorted(view.label(s) for s in spaces)),
            cap=int(loads.cap[row]),
            waiting=int(loads.waiting[asked]) if view.viewer == OPERATOR else None,
            way=None if shortest is None else tuple(map(self._step, shortest)),
        )

    def _inside(self, row: int) -> list[int]:
        """Give the numbers of who can be asked: the person, or those of an organisation, who speak for it first."""
        view, numbers = self.people.view, self.people.number_of_row
        if view.nodes.kind[row] == NODE_CODE[NodeKind.PERSON]:
            return [int(numbers[row])] if numbers[row] >= 0 else []
        for tie in (TieKind.REPRESENTS, TieKind.MEMBER_OF):
            rows = view.memberships((NodeKind.ORGANISATION,), tie, view.tellable_ties)[:, [row]].nonzero()[0]
            inside = [int(n) for n in numbers[rows] if n >= 0]
            if inside:
                return inside
        return []

    def _before(self, person_row: int | None) -> NDArray[np.int32] | None:
        """Give for everybody who comes before them on a shortest way from a person; None where nobody asks."""
        number = -1 if person_row is None else int(self.people.number_of_row[person_row])
        if number < 0:
            return None
        before = csgraph.breadth_first_order(self.structure.told_met, number, directed=False)[1]
        before[number] = number
        return np.asarray(before, dtype=np.int32)

    def _step(self, number: int) -> Step:
        return Step(self.people.party(number), not bool(self.people.view.asked[self.people.rows[number]]))

    def _party(self, row: int) -> Party:
        view = self.people.view
        if view.nodes.kind[row] == NODE_CODE[NodeKind.PERSON]:
            return self.people.party_of(row)
        key = str(view.nodes.ids[row]).partition(":")[2]
        return Party(node_id(NodeKind.ORGANISATION, key), view.names.get(row), kind=NodeKind.ORGANISATION)


def _way(before: NDArray[np.int32], number: int) -> list[int] | None:
    """Give the people from the one who asks, left out, to somebody."""
    way = []
    while before[number] != number:
        if before[number] == NOBODY:
            return None
        way.append(number)
        number = int(before[number])
    return way[::-1]
