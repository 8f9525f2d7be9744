"""The gate: the one place that decides what a viewer may see and what may be used for the answer.

The property it keeps is non-interference: two worlds that differ only in facts a viewer may not see
give that viewer the same view (Goguen & Meseguer, 1982, "Security policies and security models").
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.calendar import today
from graph.codes import Coded, in_use
from graph.errors import Unknown
from graph.kinds import OWNER_KINDS, NodeKind, TieKind
from graph.merged_view import joined
from graph.merging import MERGE_TIES, Groups, strictest, undecided
from graph.policy import Audience, Matching, Policy, Purpose
from graph.snapshot import Snapshot, incidence
from graph.tables import NODE_CODE, TIE_CODE, TieTable
from graph.view import BoolArray, View, valid_on
from graph.viewer import Role, Viewer

CONTROL_TIES: frozenset[TieKind] = frozenset({TieKind.NOT_WITH}) | MERGE_TIES


def view(snapshot: Snapshot, viewer: Viewer, purpose: Purpose, on: dt.date | None = None) -> View:
    """Reduce a snapshot to what a viewer may see for a purpose.

    Parameters
    ----------
    snapshot : Snapshot
        The whole graph.
    viewer : Viewer
        Who asks.
    purpose : Purpose
        What for; a fact serves only the purposes that its owner allowed.
    on : datetime.date, optional
        Day in Japan on which memberships, grants and releases must be valid; today by default.

    Returns
    -------
    View
        Everything else is absent from it.

    Raises
    ------
    graph.errors.Unknown
        If the viewer names a person or space that is not in the store, or a mixer without a grant.
    """
    return _Reduction(snapshot, viewer, purpose, on or today()).view()


@dataclass(frozen=True)
class _Standing:
    """How near the viewer stands to each owner, and which spaces the viewer speaks for."""

    level: NDArray[np.int8]  # (n_nodes,) narrowest Audience that includes the viewer
    own: BoolArray  # (n_nodes,) nodes whose facts are the viewer's own
    spaces: frozenset[str]
    name: str | None


class _Reduction:
    def __init__(self, snapshot: Snapshot, viewer: Viewer, purpose: Purpose, on: dt.date) -> None:
        self.merged = Groups.of(snapshot)
        self.snapshot, self.viewer, self.purpose, self.on = strictest(snapshot, self.merged), viewer, purpose, on
        snapshot = self.snapshot
        self.standing = self._standing()
        self._allowed = self._policy_table()
        self._matching = np.array([int(p.matching) for p in snapshot.policies] or [0], dtype=np.int8)

    # ---- who stands where

    def _standing(self) -> _Standing:
        n = len(self.snapshot.nodes)
        own = np.zeros(n, dtype=bool)
        if self.viewer.role is Role.OPERATOR:
            level = np.full(n, Audience.MY_MIXERS, dtype=np.int8)
            return _Standing(level, own, frozenset(), None)
        if self.viewer.role is Role.PUBLIC:
            return _Standing(np.full(n, Audience.PUBLIC, dtype=np.int8), own, frozenset(), None)
        level = np.full(n, Audience.NETWORK, dtype=np.int8)
        if self.viewer.role is Role.ANALYST:
            return _Standing(level, own, frozenset(), None)
        spaces = self._viewer_spaces()
        near = Audience.MY_MIXERS if self.viewer.role is Role.MIXER else Audience.MY_SPACE
        level[self._inside(spaces)] = near
        if self.viewer.role is Role.PERSON:
            own = self._own()
            level[own] = Audience.ONLY_ME
        names = frozenset(str(self.snapshot.nodes.ids[s]) for s in np.flatnonzero(spaces))
        return _Standing(level, own, names, self.viewer.node)

    def _viewer_spaces(self) -> BoolArray:
        """Spaces that the viewer belongs to, manages or mixes, valid on the day."""
        node = self._viewer_row()
        spaces = np.zeros(len(self.snapshot.nodes), dtype=bool)
        if self.viewer.role is Role.SPACE:
            spaces[node] = True
            return spaces
        kind = TieKind.MIXES if self.viewer.role is Role.MIXER else TieKind.MEMBER_OF
        ties = self._valid(self.snapshot.ties_of(kind))
        reached = ties.dst[np.isin(ties.src, self.merged.rows_like(node))]
        spaces[reached[self.snapshot.nodes.kind[reached] == NODE_CODE[NodeKind.SPACE]]] = True
        if self.viewer.role is Role.MIXER and not spaces.any():
            raise Unknown("mixer", self.viewer.key)
        return spaces

    def _viewer_row(self) -> int:
        """Row of the viewer's own node; no hint at other names, which the viewer may not know."""
        row = self.snapshot.row_of.get(self.viewer.node or "")
        if row is None:
            raise Unknown(str(self.viewer.role), self.viewer.key)
        return row

    def _own(self) -> BoolArray:
        """The viewer's own node and the organisations that the viewer represents."""
        own = np.zeros(len(self.snapshot.nodes), dtype=bool)
        me = self.merged.rows_like(self._viewer_row())
        own[me] = True
        ties = self._valid(self.snapshot.ties_of(TieKind.REPRESENTS))
        own[ties.dst[np.isin(ties.src, me)]] = True
        return self.merged.spread(own)

    def _inside(self, spaces: BoolArray) -> BoolArray:
        """Nodes that belong to one of some spaces: members, what was held there, and the space itself."""
        belongs = self._belonging() @ spaces.astype(np.float64)
        return (belongs > 0) | spaces

    def _belonging(self) -> sparse.csr_array:
        ties = self._valid(self.snapshot.ties_of(TieKind.MEMBER_OF, TieKind.HELD_AT))
        to_space = self.snapshot.nodes.kind[ties.dst] == NODE_CODE[NodeKind.SPACE]
        return incidence(ties.src[to_space], ties.dst[to_space], len(self.snapshot.nodes))

    def _valid(self, ties: TieTable) -> TieTable:
        return ties.take(valid_on(ties, self.on))

    # ---- what each policy allows this viewer

    def _policy_table(self) -> NDArray[np.int8]:
        """Widest standing that each policy admits, as a level to compare with; -1 admits nobody."""
        return np.array([self._admits(p) for p in self.snapshot.policies] or [-1], dtype=np.int8)

    def _admits(self, policy: Policy) -> int:
        if self.purpose not in policy.purposes:
            return -1
        if policy.valid_until is not None and policy.valid_until < self.on:
            return -1
        asking = self.standing.spaces | ({self.standing.name} if self.standing.name else frozenset())
        if policy.denied & asking:
            return int(Audience.ONLY_ME)
        if policy.audience is Audience.PARTNERS and not policy.partners & asking:
            return int(Audience.MY_SPACE)
        if policy.audience is Audience.PARTNERS:
            return int(Audience.NETWORK)
        return int(policy.audience)

    def _visible(self, policy: NDArray[np.int32], owner: NDArray[np.int32]) -> BoolArray:
        admitted: BoolArray = self._allowed[policy] >= self.standing.level[owner]
        return admitted

    def _usable(self, policy: NDArray[np.int32], owner: NDArray[np.int32]) -> BoolArray:
        matching = self._matching[policy]
        own_first = (matching == Matching.OWNER_FIRST) & self.standing.own[owner]
        released: BoolArray = (matching == Matching.OPEN) | own_first
        return released

    # ---- the reduced tables

    def view(self) -> View:
        """Build the view; the order of rows stays the order of ids."""
        s = self.snapshot
        fields = s.fields.take(self._visible(s.fields.policy, s.fields.node))
        statements = s.statements.take(self._visible(s.statements.policy, s.statements.owner))
        rows = np.arange(len(s.nodes), dtype=np.int32)
        known = self._visible(s.nodes.policy, rows)
        present = known.copy()
        present[statements.owner] = True
        fields = fields.take(present[fields.node])
        ties = self._ties(present)
        new = np.cumsum(present, dtype=np.int32) - 1
        matchable = (
            self._usable(statements.policy, statements.owner),
            self._usable(ties.policy_src, ties.src) & self._usable(ties.policy_dst, ties.dst),
            self._usable(fields.policy, fields.node),
        )
        fields = fields.take(np.arange(len(fields)), node=new[fields.node])
        statements = statements.take(np.arange(len(statements)), owner=new[statements.owner])
        told = ties
        ties = ties.take(np.arange(len(ties)), src=new[ties.src], dst=new[ties.dst])
        available, asked = self._availability(known)
        tellable = self._tellable(told)
        tables = in_use(Coded(s.nodes.take(present), fields, statements, ties, s.policies, s.sources))
        view = View(
            *tables, version=0, viewer=self.viewer, purpose=self.purpose, on=self.on, spaces=self.standing.spaces,
            tellable_ties=tellable,
            matchable_statements=matchable[0], matchable_ties=matchable[1], matchable_fields=matchable[2],
            available=available[present], asked=asked[present], kept_apart=self._kept_apart(present, new),
        )  # fmt: skip
        return joined(view, self._survivors(present, new))

    def _ties(self, present: BoolArray) -> TieTable:
        ties = self.snapshot.ties
        seen = present[ties.src] & present[ties.dst]
        seen &= ~np.isin(ties.kind, [TIE_CODE[k] for k in CONTROL_TIES])
        for end, policy in ((ties.src, ties.policy_src), (ties.dst, ties.policy_dst)):
            seen &= self._visible(policy, end) | ~self._owns(end)
        return ties.take(seen)

    def _owns(self, rows: NDArray[np.int32]) -> BoolArray:
        codes = [NODE_CODE[k] for k in OWNER_KINDS]
        has_say: BoolArray = np.isin(self.snapshot.nodes.kind[rows], codes)
        return has_say

    def _tellable(self, ties: TieTable) -> BoolArray:
        """Ties that may be named as a reason: both ends allow it, or it is the viewer's own, or a mixer reads."""
        if self.viewer.role in (Role.OPERATOR, Role.MIXER):
            return np.ones(len(ties), dtype=bool)
        as_reason = np.array([p.as_reason for p in self.snapshot.policies] or [False], dtype=bool)
        src = as_reason[ties.policy_src] | self.standing.own[ties.src]
        dst = as_reason[ties.policy_dst] | self.standing.own[ties.dst]
        return np.asarray(src & dst)

    def _availability(self, known: BoolArray) -> tuple[BoolArray, BoolArray]:
        """Who may be introduced: nodes that the viewer may know of, released by the matching of their own policy.

        Only mixers may go and ask those who were not asked yet; everybody is available to themselves.
        """
        release = self._matching[self.snapshot.nodes.policy]
        asked = np.asarray(release == Matching.OPEN)
        may_ask = self.viewer.role in (Role.OPERATOR, Role.MIXER)
        available = (release != Matching.NONE) if may_ask else asked | (self.standing.own & (release != Matching.NONE))
        return np.asarray(available & known), asked

    def _survivors(self, present: BoolArray, new: NDArray[np.int32]) -> NDArray[np.int32]:
        """Rows under which the nodes of the view are known; who asks is known by the id that asks."""
        me = self.snapshot.row_of.get(self.viewer.node or "")
        survivor = self.merged.among(present, np.array([] if me is None else [me], dtype=np.int32))
        return new[survivor[present]]

    def _kept_apart(self, present: BoolArray, new: NDArray[np.int32]) -> NDArray[np.int32]:
        """Pairs of people who must not meet; an organisation stands for everybody who is or was in it."""
        s = self.snapshot
        n = len(s.nodes)
        said = s.ties_of(TieKind.NOT_WITH)
        belongs = s.ties_of(TieKind.MEMBER_OF, TieKind.REPRESENTS)
        inside = belongs.take(s.nodes.kind[belongs.dst] == NODE_CODE[NodeKind.ORGANISATION])
        same = self.merged.same
        stands = sparse.csr_array(same @ (incidence(inside.src, inside.dst, n) @ same) + same)
        pairs = incidence(said.src, said.dst, n)
        apart = sparse.coo_array(stands @ (pairs + pairs.T) @ stands.T + undecided(s, self.merged))
        people = present & (s.nodes.kind == NODE_CODE[NodeKind.PERSON])
        both = people[apart.coords[0]] & people[apart.coords[1]]
        ends = np.stack([new[apart.coords[0][both]], new[apart.coords[1][both]]], axis=1)
        return np.unique(ends, axis=0).astype(np.int32)
