"""View: a snapshot reduced to what one viewer may see and use for one purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.calendar import SECONDS_PER_DAY, first_second
from graph.kinds import NodeKind, TieKind
from graph.policy import Audience, Policy, Purpose
from graph.snapshot import Snapshot, incidence
from graph.tables import NODE_CODE, TIE_CODE, TieTable
from graph.viewer import Viewer

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class View(Snapshot):
    """What a viewer may see, with the interface of a snapshot.

    Only `graph.gate` makes views. Hidden facts are absent, not masked: the rows of every table are
    numbered anew, so nothing computed from a view can depend on a hidden fact.

    Attributes
    ----------
    viewer : Viewer
        Who asks.
    purpose : Purpose
        What for.
    on : datetime.date
        Day for which the view was made: memberships and grants hold on it.
    spaces : frozenset of str
        Ids of the spaces that the viewer belongs to, mixes or manages on that day.
    matchable_statements : (n_statements,) bool
        Statements that may move a score in this viewer's answer.
    matchable_ties : (n_ties,) bool
        Ties that may move a score: both ends released them for matching.
    matchable_fields : (n_fields,) bool
        Attributes that may move a score.
    tellable_ties : (n_ties,) bool
        Ties that may be named to this viewer as a reason.
    available : (n_nodes,) bool
        Whether a node may be introduced: the ``matching`` of its own policy is not ``none``, and it is
        ``open`` unless the viewer is a mixer, who may go and ask.
    asked : (n_nodes,) bool
        Whether the owner has agreed to be introduced; where False, ask before proposing.
    kept_apart : (n_pairs, 2) int32
        Rows of people who must never be introduced to each other: who said so, and records that may be one person.
    aliases : mapping of str to int
        Row of each record that stands under the id of another with which it is one.

    Notes
    -----
    ``version`` is 0: how often the store has changed is itself hidden.

    ``available`` and ``kept_apart`` follow what members told musubi to *not* do, also where the viewer
    may not see that they said so: they only ever remove a proposal. This is the one channel that
    non-interference leaves open; see docs/decisions.
    """

    viewer: Viewer
    purpose: Purpose
    on: dt.date
    spaces: frozenset[str]
    matchable_statements: BoolArray
    matchable_ties: BoolArray
    matchable_fields: BoolArray
    tellable_ties: BoolArray
    available: BoolArray
    asked: BoolArray
    kept_apart: NDArray[np.int32]
    aliases: Mapping[str, int] = field(default_factory=dict, kw_only=True)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row of each node id, also of those that are merged into another."""
        return {identifier: row for row, identifier in enumerate(self.nodes.ids)} | dict(self.aliases)

    def _row(self, identifier: str) -> int | None:
        return self.aliases[identifier] if identifier in self.aliases else super()._row(identifier)

    def memberships(
        self, kinds: Iterable[NodeKind], tie: TieKind = TieKind.MEMBER_OF, among: BoolArray | None = None
    ) -> sparse.csr_array:
        """Give who belongs to what on the day of the view, as a matrix.

        Parameters
        ----------
        kinds : iterable of NodeKind
            Kinds of the target.
        tie : TieKind
            Kind of the tie.
        among : (n_ties,) bool, optional
            Only these ties, such as ``matchable_ties``.

        Returns
        -------
        csr_array of float64, shape (n_nodes, n_nodes)
            1 where the row node holds such a tie to the column node.
        """
        ties = self.ties
        wanted = (ties.kind == TIE_CODE[tie]) & np.isin(self.nodes.kind[ties.dst], [NODE_CODE[k] for k in kinds])
        wanted &= valid_on(ties, self.on)
        if among is not None:
            wanted &= among
        return incidence(ties.src[wanted], ties.dst[wanted], len(self.nodes))

    @cached_property
    def met(self) -> sparse.csr_array:
        """Who has met whom, as far as this viewer may know.

        Returns
        -------
        csr_array of float64, shape (n_nodes, n_nodes), symmetric 0/1
            A meeting, an acquaintance, a collaboration, or work on one project. A shared event or
            group is not a meeting.
        """
        return self.met_among(np.ones(len(self.ties), dtype=bool))

    def met_among(self, among: BoolArray) -> sparse.csr_array:
        """Give the same as `met`, from some ties only."""
        n = len(self.nodes)
        kinds = [TIE_CODE[k] for k in (TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED)]
        ties = self.ties.take(np.isin(self.ties.kind, kinds) & among)
        projects = self.nodes.kind == NODE_CODE[NodeKind.PROJECT]
        direct = ~projects[ties.dst]
        pairs = incidence(ties.src[direct], ties.dst[direct], n)
        work = incidence(ties.src[~direct], ties.dst[~direct], n)
        both = sparse.csr_array(pairs + pairs.T + work @ work.T)
        both.setdiag(0)
        both.eliminate_zeros()
        both.data[:] = 1.0
        both.sort_indices()
        return both

    @cached_property
    def declared(self) -> sparse.csr_array:
        """Declared communities: spaces, communities and organisations of each node, (n_nodes, n_nodes)."""
        return self.memberships((NodeKind.SPACE, NodeKind.COMMUNITY, NodeKind.ORGANISATION))

    def readable_by(self, statement: int, person: int) -> bool:
        """Say whether a person may read a statement that this viewer reads, and be told it as a reason.

        Parameters
        ----------
        statement : int
            Row of the statement table.
        person : int
            Row of the person who would read it.

        Notes
        -----
        Judged from the memberships that the viewer may see and that hold today; where these do not show that
        the person may read it, or where the owner denied it to anybody by name, the answer is no.
        """
        policy = self.policies[int(self.statements.policy[statement])]
        owner = int(self.statements.owner[statement])
        return policy.as_reason and self._reaches(policy, owner, person)

    def _reaches(self, policy: Policy, owner: int, reader: int) -> bool:
        if owner == reader:
            return True
        if policy.denied:
            return False
        spaces = self._spaces_of(reader)
        if policy.audience >= Audience.NETWORK:
            return True
        if policy.audience is Audience.PARTNERS and policy.partners & spaces:
            return True
        return policy.audience >= Audience.MY_SPACE and bool(spaces & self._spaces_of(owner))

    def _spaces_of(self, row: int) -> frozenset[str]:
        matrix = self._spaces
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        return frozenset(str(self.nodes.ids[c]) for c in columns)

    @cached_property
    def _spaces(self) -> sparse.csr_array:
        return self.memberships((NodeKind.SPACE,))


def valid_on(ties: TieTable, day: dt.date) -> BoolArray:
    """Say which ties hold on a day in Japan: begun by its end, not ended before it; undated ends are open."""
    midnight = first_second(day)
    over = ties.until < midnight  # NaN compares False: without an end it goes on
    early = ties.t >= midnight + SECONDS_PER_DAY
    return np.asarray(~over & ~early)
