"""Records that are one person or organisation: kept as ties, resolved when a view is made, undone by taking a tie back.

``SAME_AS`` says that an operator, or a key that belongs to one alone, decided that two records are one; ``MAYBE_SAME``
that somebody should look; ``NOT_SAME`` that somebody did, and they are not. No record is ever changed by a merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.codes import Coded, recoded
from graph.kinds import OWNER_KINDS, SYMMETRIC, TieKind
from graph.policy import Policy, stricter
from graph.snapshot import Snapshot, incidence
from graph.tables import NODE_CODE, TIE_CODE, IntArray, TieTable

BoolArray = NDArray[np.bool_]
MERGE_TIES: frozenset[TieKind] = frozenset({TieKind.SAME_AS, TieKind.MAYBE_SAME, TieKind.NOT_SAME})
_EITHER_WAY = [TIE_CODE[kind] for kind in SYMMETRIC]


@dataclass(frozen=True)
class Groups:
    """Which records are one.

    Attributes
    ----------
    src, dst : (n_ties,) int
        Rows of the ``SAME_AS`` ties between two people or two organisations: a record, and the one that it is.
    n : int
        Nodes.
    """

    src: IntArray
    dst: IntArray
    n: int

    @classmethod
    def of(cls, snapshot: Snapshot) -> Groups:
        """Find the records that are one in a snapshot."""
        ties = snapshot.ties_of(TieKind.SAME_AS)
        kind = snapshot.nodes.kind
        fit = (kind[ties.src] == kind[ties.dst]) & np.isin(kind[ties.src], [NODE_CODE[k] for k in OWNER_KINDS])
        return cls(ties.src[fit], ties.dst[fit], len(snapshot.nodes))

    @cached_property
    def survivor(self) -> IntArray:
        """Row of the record under which each node is known, (n,) int32: itself, for all that is not merged.

        The record that others are and that is no other, the smallest id among several.
        """
        return self._survivors(np.ones(self.n, dtype=bool), np.empty(0, dtype=np.int32))

    def among(self, present: BoolArray, preferred: IntArray) -> IntArray:
        """Give the same when only some nodes are there: joined are only those that present nodes join.

        Parameters
        ----------
        present : (n,) bool
            Which nodes are there.
        preferred : (n_preferred,) int
            Rows that stand for their group, whatever the ties say.
        """
        return self._survivors(present, preferred)

    def _survivors(self, present: BoolArray, preferred: IntArray) -> IntArray:
        survivor = np.arange(self.n, dtype=np.int32)
        there = present[self.src] & present[self.dst]
        src, dst = self.src[there], self.dst[there]
        if not len(src):
            return survivor
        rows = np.unique(np.concatenate([src, dst]))
        a, b = np.searchsorted(rows, src), np.searchsorted(rows, dst)
        graph = sparse.coo_array((np.ones(len(a)), (a, b)), shape=(len(rows), len(rows)))
        _, label = sparse.csgraph.connected_components(graph, directed=False)
        rank = np.where(np.isin(rows, preferred), 0, np.where(np.isin(rows, src), 2, 1))
        order = np.lexsort((rows, rank, label))
        first = order[np.unique(label[order], return_index=True)[1]]
        survivor[rows] = rows[first][label]
        return survivor

    @cached_property
    def merged(self) -> BoolArray:
        """Which nodes are one with another, (n,) bool."""
        several = np.zeros(self.n, dtype=bool)
        several[self.src] = several[self.dst] = True
        return several

    @cached_property
    def same(self) -> sparse.csr_array:
        """Which nodes are one, as a 0/1 matrix of shape (n, n) with a full diagonal."""
        if not len(self.src):
            return sparse.eye_array(self.n, format="csr")
        stands = incidence(np.arange(self.n, dtype=np.int32), self.survivor, self.n)
        return sparse.csr_array(stands @ stands.T)

    def rows_like(self, row: int) -> IntArray:
        """Give the rows of all records that are one with a record, itself included."""
        return np.flatnonzero(self.survivor == self.survivor[row]).astype(np.int32)

    def spread(self, mask: BoolArray) -> BoolArray:
        """Give a mask with everything that is one with something in it."""
        spread: BoolArray = np.isin(self.survivor, self.survivor[mask])
        return spread


def strictest(snapshot: Snapshot, groups: Groups) -> Snapshot:
    """Give a snapshot in which facts that merged records both have carry the stricter policy of the two.

    Such facts are the records themselves, attributes of one name, statements of one kind and text, and ties of one
    kind to the same. Whom one of the records is denied to, every record of that person is denied to.
    """
    if not len(groups.src):
        return snapshot
    book = _Policies(snapshot, groups)
    ends, merged = groups.survivor, groups.merged
    nodes, fields, statements, ties = snapshot.nodes, snapshot.fields, snapshot.statements, snapshot.ties
    rows = _rows(merged)
    node_policy = book.tightened(nodes.policy, rows, [int(ends[r]) for r in rows])
    rows = _rows(merged[fields.node])
    field_policy = book.tightened(fields.policy, rows, [(int(ends[fields.node[r]]), fields.name[r]) for r in rows])
    rows = _rows(merged[statements.owner])
    keys = [(int(ends[statements.owner[r]]), int(statements.kind[r]), statements.text[r]) for r in rows]
    statement_policy = book.tightened(statements.policy, rows, keys)
    rows = _rows(merged[ties.src] | merged[ties.dst])
    ties = book.tightened_ties(ties, rows, ends)
    coded = Coded(
        nodes.take(slice(None), policy=node_policy), fields.take(slice(None), policy=field_policy),
        statements.take(slice(None), policy=statement_policy), ties, book.policies, snapshot.sources,
    )  # fmt: skip
    return Snapshot(*_in_order(coded), version=snapshot.version)


def _rows(mask: BoolArray) -> IntArray:
    return np.flatnonzero(mask).astype(np.int32)


def turned(ties: TieTable, survivor: IntArray) -> BoolArray:
    """Say which ties are to be turned round between survivors: those without a direction, the smaller row first."""
    wrong: BoolArray = (survivor[ties.src] > survivor[ties.dst]) & np.isin(ties.kind, _EITHER_WAY)
    return wrong


def _in_order(coded: Coded) -> Coded:
    """Number policies in the order of their text, as every snapshot does: no number tells when it came."""
    texts = [p.to_json() for p in coded.policies]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order))
    policies = tuple(coded.policies[i] for i in order)
    return recoded(coded._replace(policies=policies), place, np.arange(len(coded.sources), dtype=np.int32))


class _Policies:
    """Policies of a snapshot, with those that a merge makes."""

    def __init__(self, snapshot: Snapshot, groups: Groups) -> None:
        self._groups, self._ids = groups, snapshot.nodes.ids
        self._row_of = snapshot.row_of
        self._all = [self._denying_all_records(p) for p in snapshot.policies]
        self._code: dict[Policy, int] = {}
        for i, policy in enumerate(self._all):
            self._code.setdefault(policy, i)

    @property
    def policies(self) -> tuple[Policy, ...]:
        return tuple(self._all)

    def _denying_all_records(self, policy: Policy) -> Policy:
        rows = [self._row_of[i] for i in policy.denied if i in self._row_of]
        like = {str(self._ids[r]) for row in rows if self._groups.merged[row] for r in self._groups.rows_like(row)}
        return replace(policy, denied=policy.denied | like) if like else policy

    def _strictest(self, codes: Iterable[int]) -> int:
        policy = reduce(stricter, (self._all[c] for c in sorted(set(codes))))
        if policy not in self._code:
            self._code[policy] = len(self._all)
            self._all.append(policy)
        return self._code[policy]

    def tightened(self, policy: IntArray, rows: IntArray, keys: Sequence[object]) -> IntArray:
        """Give a column of policies in which rows of one key have the strictest of theirs."""
        found = policy.copy()
        for together in _by_key(rows, keys):
            found[together] = self._strictest(policy[together].tolist())
        return found

    def tightened_ties(self, ties: TieTable, rows: IntArray, ends: IntArray) -> TieTable:
        """Give ties in which those of one kind between the same have, at each end, the strictest policy of theirs."""
        turn = turned(ties, ends)
        src, dst = _exchanged(turn, ends[ties.src], ends[ties.dst])
        keys = [(int(ties.kind[r]), int(src[r]), int(dst[r])) for r in rows]
        tight = (self.tightened(p, rows, keys) for p in _exchanged(turn, ties.policy_src, ties.policy_dst))
        policy_src, policy_dst = _exchanged(turn, *tight)
        return ties.take(slice(None), policy_src=policy_src, policy_dst=policy_dst)


def _exchanged(turn: BoolArray, src: IntArray, dst: IntArray) -> tuple[IntArray, IntArray]:
    """Give columns of both ends with the ends of some ties exchanged."""
    return np.where(turn, dst, src), np.where(turn, src, dst)


def _by_key(rows: IntArray, keys: Sequence[object]) -> list[list[int]]:
    found: dict[object, list[int]] = {}
    for row, key in zip(rows.tolist(), keys, strict=True):
        found.setdefault(key, []).append(row)
    return [together for together in found.values() if len(together) > 1]


def undecided(snapshot: Snapshot, groups: Groups) -> sparse.csr_array:
    """Give the people who may be one, symmetric (n, n): never introduce somebody to a record of the same person.

    Also records that are one, but that a viewer sees as two because what joins them is hidden.
    """
    maybe, no = snapshot.ties_of(TieKind.MAYBE_SAME), snapshot.ties_of(TieKind.NOT_SAME)
    told = incidence(no.src, no.dst, groups.n)
    asked = incidence(maybe.src, maybe.dst, groups.n)
    pairs = sparse.csr_array(asked - asked.multiply(told + told.T))
    pairs.eliminate_zeros()
    same = groups.same
    both = sparse.csr_array(same @ (pairs + pairs.T) @ same + same)
    both.setdiag(0)
    both.eliminate_zeros()
    return both
