"""The people of a view who may be introduced, numbered 0..n-1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.introductions import introductions_of
from graph.kinds import NodeKind, TieKind
from graph.records import key_of
from graph.tables import NODE_CODE, TIE_CODE
from graph.view import View
from recommend.loads import Loads
from recommend.pairs import Pairs
from recommend.proposed import proposed_of
from recommend.results import Party, Request

IntArray = NDArray[np.intp]
Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


_OF_TIES = ("number_of_row", "homes", "loads", "pairs")
"""What of people is computed once and depends on nodes, ties and introductions alone."""


def same_ties(view: View, other: View) -> bool:
    """Say whether two views tell the same of everything but texts and attributes: who is there, all ties, and how far
    introductions came.
    """
    told = zip(_told(view), _told(other), strict=True)
    return view.on == other.on and all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in told)


def _told(view: View) -> tuple[NDArray[Any], ...]:
    ties = view.ties
    columns = (view.nodes.ids, view.nodes.kind, ties.kind, ties.src, ties.dst, ties.t, ties.until, ties.n)
    caps = ties.details[ties.kind == TIE_CODE[TieKind.KEY_OF]]
    made = introductions_of(view)
    came = (made.person, made.partner, made.asked, np.array(made.state, dtype=object), made.for_load)
    return (*columns, caps, *came, view.matchable_ties, view.tellable_ties, view.available, view.kept_apart)


@dataclass(frozen=True)
class People:
    """People who may be introduced, as far as the viewer may know.

    Attributes
    ----------
    view : View
        Where they come from.
    rows : (n,) int
        Row of each person in the node table, ascending.
    communities : csr_array (n, c) of 0/1
        Declared communities: spaces, communities, organisations.
    released : csr_array (n, c) of 0/1
        Those of them that may move a score.
    community_rows : (c,) int
        Row of each community in the node table.
    met : csr_array (n, n) of 0/1, symmetric
        Who has met whom.
    """

    view: View
    rows: IntArray
    communities: sparse.csr_array
    released: sparse.csr_array
    community_rows: IntArray
    met: sparse.csr_array

    @classmethod
    def of(cls, view: View) -> Self:
        """Take everybody in a view who is available for introductions."""
        is_person = view.nodes.kind == NODE_CODE[NodeKind.PERSON]
        rows = np.flatnonzero(is_person & view.available)
        declared = view.declared[rows]
        kinds = (NodeKind.SPACE, NodeKind.COMMUNITY, NodeKind.ORGANISATION)
        released = view.memberships(kinds, among=view.matchable_ties)[rows]
        used = np.unique(declared.indices).astype(np.intp)
        met = view.met[rows][:, rows].tocsr()
        return cls(view, rows, declared[:, used].tocsr(), released[:, used].tocsr(), used, met)

    def seen_in(self, view: View) -> Self:
        """Give the same people in a view that tells the same of their ties (`same_ties`)."""
        moved = replace(self, view=view)
        for name in _OF_TIES:  # one by one: another thread may be adding to them
            if (known := self.__dict__.get(name)) is not None:
                moved.__dict__[name] = known
        return moved

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def number_of_row(self) -> NDArray[np.int64]:
        """Number of the person at each node row, -1 where there is none; shape (n_nodes,)."""
        numbers = np.full(len(self.view.nodes), -1, dtype=np.int64)
        numbers[self.rows] = np.arange(len(self.rows))
        return numbers

    @cached_property
    def homes(self) -> sparse.csr_array:
        """Where each person is at home: spaces and communities, or organisations where there are none.

        Returns
        -------
        csr_array (n, c) of 0/1
            The columns of ``communities``.
        """
        kinds = self.view.nodes.kind[self.community_rows]
        places = (kinds != NODE_CODE[NodeKind.ORGANISATION]).astype(np.float64)
        at_place = sparse.csr_array(self.released @ sparse.diags_array(places))
        without = np.asarray(at_place.sum(axis=1)).ravel() == 0
        homes = at_place + sparse.diags_array(without.astype(np.float64)) @ self.released
        out = sparse.csr_array(homes)
        out.eliminate_zeros()
        return out

    @cached_property
    def pairs(self) -> Pairs:
        """Who may be proposed to whom."""
        pairs = self.number_of_row[self.view.kept_apart.reshape(-1, 2)]
        both = pairs[(pairs >= 0).all(axis=1)]
        n = len(self)
        apart = sparse.csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n))
        return Pairs(self.met, apart, self.communities, self.full, proposed_of(self.view, self.number_of_row, n))

    @cached_property
    def loads(self) -> Loads:
        """What waits for whose answer, by row of the node table."""
        return Loads.of(self.view)

    @property
    def full(self) -> NDArray[np.bool_] | None:
        """Who takes no further introduction now, (n,); None where everybody does."""
        full = self.loads.room[self.rows] == 0
        return full if full.any() else None

    def targets(self, request: Request) -> IntArray:
        """Give the numbers of those who want partners: one person, the members of a space, or all.

        Raises
        ------
        graph.errors.Unknown
            If the person or space is not there, or may not be seen.
        """
        if request.person is not None:
            row = self.view.by_name(NodeKind.PERSON, request.person)
            number = self.number_of_row[row]
            return np.array([number] if number >= 0 else [], dtype=np.intp)
        if request.space is None:
            return np.arange(len(self))
        space = self.view.by_name(NodeKind.SPACE, request.space)
        members = self.number_of_row[self.view.memberships((NodeKind.SPACE,))[:, [space]].nonzero()[0]]
        return np.unique(members[members >= 0]).astype(np.intp)

    def unavailable(self, request: Request) -> tuple[Party, ...]:
        """Describe the one person asked for who may not be introduced, so that the question is not lost."""
        if request.person is None:
            return ()
        row = self.view.by_name(NodeKind.PERSON, request.person)
        return () if self.view.available[row] else (self._party(row, ()),)

    def party(self, number: int) -> Party:
        """Describe one person as far as the viewer may see."""
        return self._party(int(self.rows[number]), self.community_names(number))

    def party_of(self, row: int) -> Party:
        """Describe the person of a row of the node table, who may be unavailable."""
        number = int(self.number_of_row[row])
        return self.party(number) if number >= 0 else self._party(row, ())

    def _party(self, row: int, communities: tuple[str, ...]) -> Party:
        return Party(key_of(str(self.view.nodes.ids[row])), self.view.names.get(row), communities)

    def community_names(self, number: int) -> tuple[str, ...]:
        """Names of a person's declared communities, spaces first."""
        start, stop = self.communities.indptr[number], self.communities.indptr[number + 1]
        if start == stop:
            return ()
        rows = self.community_rows[self.communities.indices[start:stop]].tolist()
        spaces_first = sorted(rows, key=lambda r: (self.view.nodes.kind[r] != NODE_CODE[NodeKind.SPACE], r))
        return tuple(self.view.label(r) for r in spaces_first)
