"""Everything that somebody may be led to, numbered together: people, organisations, projects, spaces, communities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.kinds import DECLARED, NodeKind, TieKind
from graph.snapshot import incidence
from graph.tables import NODE_CODE, TIE_CODE
from graph.view import View
from recommend.pairs import Pairs
from recommend.people import IntArray, People
from recommend.proposed import proposed_of
from recommend.results import Party

KINDS = (NodeKind.PERSON, NodeKind.ORGANISATION, NodeKind.PROJECT, NodeKind.SPACE, NodeKind.COMMUNITY)
"""Kinds of which somebody may be led to."""


@dataclass(frozen=True)
class Parties:
    """Everything in a view that may be proposed.

    Attributes
    ----------
    people : People
        Those of them who are people, by their own numbers.
    all : People
        Everything, by a numbering of its own: statements, declared communities and who is done with whom, as if each
        were a person. An organisation, space or community is its own community, too; a project has those of the
        people in it. *Met* are also those who belong to something and what they belong to, and partners.
    """

    people: People
    all: People

    @classmethod
    def of(cls, people: People) -> Parties:
        """Take everything in a view that is available."""
        view = people.view
        kinds = np.isin(view.nodes.kind, [NODE_CODE[k] for k in KINDS])
        belongs = _belongs(view, np.ones(len(view.ties), dtype=bool))
        rows = np.flatnonzero(kinds & view.available & _within_reach(people, belongs))
        projects = _diagonal(_is(view, {NodeKind.PROJECT}))
        declared = _binary(view.declared + _diagonal(_is(view, DECLARED)) + projects @ belongs.T @ view.declared)
        allied = view.ties_of(TieKind.PARTNERS)
        partners = incidence(allied.src, allied.dst, len(view.nodes))
        done = _binary(view.met + belongs + belongs.T + partners + partners.T)
        used = np.flatnonzero(_is(view, DECLARED))
        communities = declared[rows][:, used].tocsr()
        whole = People(view, rows, communities, communities, used, done[rows][:, rows].tocsr())
        return cls(people, whole)

    def __len__(self) -> int:
        return len(self.all)

    @cached_property
    def kinds(self) -> NDArray[np.int8]:
        """Code of the kind of each, (m,)."""
        return np.asarray(self.all.view.nodes.kind[self.all.rows])

    @cached_property
    def of_people(self) -> IntArray:
        """Number here of each person, (n_people,)."""
        return self.all.number_of_row[self.people.rows].astype(np.intp)

    @cached_property
    def members(self) -> sparse.csr_array:
        """Who belongs to what as far as it may move a score: people by their own numbers, (m, n_people) of 0/1."""
        view = self.all.view
        return _binary(self._inside(_belongs(view, view.matchable_ties)))

    @cached_property
    def told_members(self) -> sparse.csr_array:
        """The same as far as it may also be named as a reason, (m, n_people) of 0/1."""
        view = self.all.view
        return _binary(self._inside(_belongs(view, view.matchable_ties & view.tellable_ties)))

    @cached_property
    def contacts(self) -> sparse.csr_array:
        """Who can be asked, (m, n_people): 1 = somebody in it, more = who speaks for an organisation."""
        view = self.all.view
        ties = view.ties.kind == TIE_CODE[TieKind.REPRESENTS]
        named = _belongs(view, ties)
        return self._inside(_belongs(view, np.ones(len(ties), dtype=bool)) + named)

    @cached_property
    def pairs(self) -> Pairs:
        """Who may be led to whom.

        Kept apart are, beside people, whoever must not meet somebody in an organisation or project from it.
        """
        view, n = self.all.view, len(self.all.view.nodes)
        kept = view.kept_apart.reshape(-1, 2)
        apart = incidence(kept[:, 0], kept[:, 1], n)
        groups = _diagonal(_is(view, {NodeKind.ORGANISATION, NodeKind.PROJECT}))
        everybody = _belongs(view, np.ones(len(view.ties), dtype=bool))
        stands = sparse.csr_array((groups @ everybody.T + _diagonal(_is(view, {NodeKind.PERSON})))[self.all.rows])
        kept_apart = _binary(stands @ (apart + apart.T) @ stands.T)
        proposed = proposed_of(view, self.all.number_of_row, len(self))
        return Pairs(self.all.met, kept_apart, self.all.communities, self._full, proposed)

    @property
    def _full(self) -> NDArray[np.bool_] | None:
        """Who takes no further introduction now, (m,).

        People; organisations and projects of full people alone; and organisations with a cap of their own for whose
        answer as many introductions wait, their own and those of who is asked in their place.
        """
        full, over = self.people.full, self._over_cap
        if full is None:
            return over if over.any() else None
        inside = _binary(self.contacts)
        n_there = np.diff(inside.indptr)
        out = (n_there > 0) & (np.asarray(inside @ full.astype(np.float64)).ravel() == n_there)
        out &= np.isin(self.kinds, [NODE_CODE[NodeKind.ORGANISATION], NODE_CODE[NodeKind.PROJECT]])
        out[self.of_people] = full
        return np.asarray(out | over)

    @property
    def _over_cap(self) -> NDArray[np.bool_]:
        """Say which organisations have a cap of their own that is reached, (m,)."""
        loads, rows = self.people.loads, self.all.rows
        capped = np.flatnonzero(loads.key[rows] & (self.kinds == NODE_CODE[NodeKind.ORGANISATION]))
        out = np.zeros(len(self), dtype=bool)
        of_people = loads.waiting[self.people.rows]
        for number in capped.tolist():
            waiting = loads.waiting[rows[number]] + of_people[self.asked_in_place_of(number)].sum()
            out[number] = waiting >= loads.cap[rows[number]]
        return out

    def asked_in_place_of(self, number: int) -> IntArray:
        """Give who can be asked in place of an organisation: who speaks for it, else everybody in it; own numbers."""
        part = slice(self.contacts.indptr[number], self.contacts.indptr[number + 1])
        who, named = self.contacts.indices[part], self.contacts.data[part] > 1
        return np.asarray(who[named] if named.any() else who, dtype=np.intp)

    def party(self, number: int) -> Party:
        """Describe one as far as the viewer may see; ids of other kinds than people begin with the kind."""
        row = int(self.all.rows[number])
        view = self.all.view
        known = int(self.people.number_of_row[row])
        if known >= 0:
            return self.people.party(known)
        kind = NodeKind(str(view.nodes.ids[row]).partition(":")[0])
        of = view.declared
        homes = of.indices[of.indptr[row] : of.indptr[row + 1]].tolist() if kind is NodeKind.ORGANISATION else []
        return Party(str(view.nodes.ids[row]), view.names.get(row), tuple(view.label(r) for r in homes), kind)

    def _inside(self, belongs: sparse.csr_array) -> sparse.csr_array:
        return sparse.csr_array(belongs.T[self.all.rows][:, self.people.rows])


def _belongs(view: View, among: NDArray[np.bool_]) -> sparse.csr_array:
    """Give which people are in which organisation, space, community or project today, (n_nodes, n_nodes)."""
    groups = (NodeKind.ORGANISATION, NodeKind.SPACE, NodeKind.COMMUNITY)
    persons = _diagonal(_is(view, {NodeKind.PERSON}))
    out = view.memberships(groups, TieKind.MEMBER_OF, among)
    out = out + view.memberships((NodeKind.ORGANISATION,), TieKind.REPRESENTS, among)
    out = out + view.memberships((NodeKind.PROJECT,), TieKind.COLLABORATED, among)
    return sparse.csr_array(persons @ out)


def _within_reach(people: People, belongs: sparse.csr_array) -> NDArray[np.bool_]:
    """Say to what anybody can be led, (n_nodes,): an organisation or project needs somebody there who can be asked."""
    view = people.view
    there = np.zeros(len(view.nodes))
    there[people.rows] = 1.0
    askable = np.asarray(belongs.T @ there).ravel() > 0
    asked_for = _is(view, {NodeKind.ORGANISATION, NodeKind.PROJECT})
    return np.asarray(askable | ~asked_for)


def _is(view: View, kinds: set[NodeKind] | frozenset[NodeKind]) -> NDArray[np.bool_]:
    return np.isin(view.nodes.kind, [NODE_CODE[k] for k in kinds])


def _diagonal(of: NDArray[np.bool_]) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(of.astype(np.float64)))


def _binary(matrix: sparse.csr_array) -> sparse.csr_array:
    out = sparse.csr_array(matrix)
    out.eliminate_zeros()
    out.data[:] = 1.0
    out.sort_indices()
    return out
