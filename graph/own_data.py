"""Everything that is kept about one person, for that person: the answer to "what do you know about me"."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from graph import gate
from graph.audit import AuditRow
from graph.errors import Unknown
from graph.kinds import OWNER_KINDS, NodeKind, TieKind
from graph.merge_changes import SOURCE as MERGING
from graph.merge_changes import are_one
from graph.merging import MERGE_TIES, Groups, strictest
from graph.policy import PUBLIC_OPEN, Policy, Purpose
from graph.records import NodeId, key_of, kind_of
from graph.snapshot import Snapshot
from graph.standing import SOURCE as STANDING
from graph.tables import NODE_KINDS, SAID, STATEMENT_KINDS, TIE_CODE, TIE_KINDS, Columns, NodeTable, StatementTable
from graph.view import BoolArray, View, valid_on
from graph.viewer import Role, Viewer

Record = dict[str, object]

RENAMED: Mapping[str, str] = {"ids": "id"}
"""Columns that have another name in a record."""
_KINDS = {NodeTable: NODE_KINDS, StatementTable: STATEMENT_KINDS}
_NODE_COLUMNS = frozenset({"node", "owner", "src", "dst"})
_POLICY_COLUMNS = frozenset({"policy", "policy_src", "policy_dst"})
_BRINGING = frozenset({"import", "restore"})
"""Actions whose sources are files; the others share theirs, and who shares one would learn what others decided."""
_DECISIONS = frozenset({MERGING, STANDING})
_BARE = frozenset({"person", "partner"})
"""Names under which older rows of the audit tell of people by key alone."""


@dataclass(frozen=True)
class OwnData:
    """What is kept about a person.

    Attributes
    ----------
    person : NodeId
        Who it is about.
    node : dict
        The person as a node: policy, source, who said it.
    merged : list of dict
        Why other records count as this person: the facts of all of them are here.
    fields, statements : list of dict
        Every attribute and statement of the person, whoever said it, with every column of its table.
    ties : list of dict
        Ties that name the person, as far as the other end lets this person know of them; ``other`` is the
        other end and ``other_name`` its name. The decision of another owner is theirs: it is None here.
    never_with : list of dict
        Whom the person does not want to meet.
    spaces : list of str
        Names of the spaces that the person belongs to today: whose mixers and members `graph.policy.Audience`
        speaks of.
    names : mapping of NodeId to str
        Names of nodes that the person may see and a policy of the person speaks of.
    mentions : list of dict
        Rows of the audit that name the person: who did what when. Of somebody whom the person may not know of
        ``actor`` is the role alone, here as in the other rows.
    arrivals : list of dict
        Rows of the audit by which the sources of these facts came in or changed.
    exports : list of dict
        Files taken out by others than members, which may hold facts of the person.
    """

    person: NodeId
    node: Record
    merged: list[Record]
    fields: list[Record]
    statements: list[Record]
    ties: list[Record]
    never_with: list[Record]
    spaces: list[str]
    names: Mapping[NodeId, str]
    mentions: list[Record]
    arrivals: list[Record]
    exports: list[Record]


def own_data(snapshot: Snapshot, person: NodeId, audit: Iterable[AuditRow], on: dt.date) -> OwnData:
    """Gather everything that is kept about a person.

    Parameters
    ----------
    snapshot : Snapshot
        The whole graph.
    person : NodeId
        Who asks, or for whom the operator asks.
    audit : iterable of AuditRow
        All rows, oldest first.
    on : datetime.date
        Day in Japan.

    Raises
    ------
    graph.errors.Unknown
        If there is no such person.

    Notes
    -----
    The columns are taken from the tables themselves, so a new one is here as soon as it is there. Own facts are
    complete, also those that nobody may see and whose release is over. What others decided about their
    end of a tie holds for this person too: ties that they have not released are absent and not counted,
    and nobody is told by whom they are avoided.
    """
    if person not in snapshot.row_of or kind_of(person) is not NodeKind.PERSON:
        raise Unknown("person", key_of(person))
    row = snapshot.row_of[person]
    own = _own_records(snapshot, row)
    view, visible = _visible_ties(snapshot, row, own, on)
    own_fields = np.flatnonzero(own[snapshot.fields.node])
    own_statements = np.flatnonzero(own[snapshot.statements.owner])
    ties = snapshot.ties
    avoided = np.flatnonzero((ties.kind == TIE_CODE[TieKind.NOT_WITH]) & own[ties.src])
    joined = np.flatnonzero((ties.kind == TIE_CODE[TieKind.SAME_AS]) & own[ties.src] & own[ties.dst])
    reading = _Reading(snapshot, view, own)
    about = {
        "node": reading.record(snapshot.nodes, row),
        "merged": [reading.record(snapshot.ties, i) for i in joined.tolist()],
        "fields": [reading.record(snapshot.fields, i) for i in own_fields.tolist()],
        "statements": [reading.record(snapshot.statements, i) for i in own_statements.tolist()],
        "ties": [reading.tie(i) for i in visible],
        "never_with": [reading.tie(i) for i in avoided.tolist()],
    }
    sources = _sources(about) - _DECISIONS
    rows = list(audit)
    people = frozenset(snapshot.nodes.ids[own].tolist())
    return OwnData(
        person, **about, spaces=_spaces(snapshot, own, on), names=reading.names(about),  # type: ignore[arg-type]
        mentions=[m for r in rows if (m := _mention(r, people, view))],
        arrivals=[a for r in rows if (a := _arrival(r, sources, view))],
        exports=[_event(r, view) for r in rows if r.action == "export" and not r.actor.startswith(f"{Role.PERSON}:")],
    )  # fmt: skip


def is_own(snapshot: Snapshot, viewer: Viewer, person: NodeId) -> bool:
    """Say whether a viewer is a person, under the id of whichever record of theirs."""
    me = viewer.node if viewer.role is Role.PERSON else None
    return me is not None and {me, person} <= snapshot.row_of.keys() and are_one(snapshot, me, person)


class _Reading:
    """Turns rows of tables into records of plain values."""

    def __init__(self, snapshot: Snapshot, view: View, own: BoolArray) -> None:
        self.snapshot, self.view, self.own = snapshot, view, own

    def record(self, table: Columns, index: int) -> Record:
        """Give a row with every column of its table."""
        return {
            RENAMED.get(f.name, f.name): self._value(table, f.name, getattr(table, f.name)[index])
            for f in fields(table)  # type: ignore[arg-type]
        }

    def tie(self, index: int) -> Record:
        """Give a tie of the person, without what the other end decided."""
        ties = self.snapshot.ties
        mine = "src" if self.own[ties.src[index]] else "dst"
        other = int(ties.dst[index] if mine == "src" else ties.src[index])
        identifier = str(self.snapshot.nodes.ids[other])
        found = self.record(ties, index)
        if kind_of(identifier) in OWNER_KINDS and not self.own[other]:
            found["policy_dst" if mine == "src" else "policy_src"] = None
        return {**found, "other": identifier, "other_name": self._name(identifier)}

    def names(self, about: Mapping[str, object]) -> dict[NodeId, str]:
        """Give the names of the spaces and people that the person's policies speak of."""
        ids = {i for policy in _policies(about) for key in ("partners", "denied") for i in policy.get(key, ())}
        return {i: name for i in sorted(ids) if (name := self._name(i))}

    def _name(self, identifier: NodeId) -> str | None:
        row = self.view.row_of.get(identifier)
        return None if row is None else self.view.names.get(row)

    def _value(self, table: Columns, name: str, value: Any) -> object:
        if name in _POLICY_COLUMNS:
            return json.loads(self.snapshot.policies[int(value)].to_json())
        if name in _NODE_COLUMNS:
            return str(self.snapshot.nodes.ids[int(value)])
        if name == "kind":
            return str(_KINDS.get(type(table), TIE_KINDS)[int(value)])
        if name == "source":
            return self.snapshot.sources[int(value)]
        if name == "said":
            return str(SAID[int(value)])
        if name == "details":
            return json.loads(value) if value else None
        plain = value.item() if isinstance(value, np.generic) else value
        if name == "row":
            return plain if plain > 0 else None
        return None if plain != plain else plain


def _own_records(snapshot: Snapshot, row: int) -> BoolArray:
    """Say which nodes are records of the person: those that were merged with the one that is asked for."""
    survivor = Groups.of(snapshot).survivor
    return np.asarray(survivor == survivor[row])


def _visible_ties(snapshot: Snapshot, row: int, own: BoolArray, on: dt.date) -> tuple[View, list[int]]:
    """Give the person's view, and the rows of the person's ties that the other ends let the person know of.

    The gate is asked about a graph in which all that merging forbids is forbidden already, the person's own ends are
    open and those of other records of the person are the person's, and nothing is merged any more: so it decides by
    the other ends alone, and shows each tie. The column ``row`` carries the place of each tie through it.
    """
    strict = strictest(snapshot, Groups.of(snapshot))
    n = len(strict.policies)
    places = np.flatnonzero(~np.isin(strict.ties.kind, [TIE_CODE[k] for k in MERGE_TIES])).astype(np.int32)
    ties = strict.ties.take(places)
    from_me, to_me = own[ties.src], own[ties.dst]
    opened = ties.take(
        slice(None), row=places, src=np.where(from_me, row, ties.src), dst=np.where(to_me, row, ties.dst),
        policy_src=np.where(from_me, n, ties.policy_src), policy_dst=np.where(to_me, n, ties.policy_dst),
    )  # fmt: skip
    nodes = strict.nodes.take(slice(None), policy=np.where(own, n, strict.nodes.policy))
    policies: tuple[Policy, ...] = (*strict.policies, PUBLIC_OPEN)
    viewer = Viewer(Role.PERSON, key_of(str(snapshot.nodes.ids[row])))
    view = gate.view(replace(strict, nodes=nodes, ties=opened, policies=policies), viewer, Purpose.EXPORT, on)
    me = view.find(str(snapshot.nodes.ids[row]))
    return view, sorted(view.ties.row[(view.ties.src == me) | (view.ties.dst == me)].tolist())


def _spaces(snapshot: Snapshot, own: BoolArray, on: dt.date) -> list[str]:
    ties = snapshot.ties_of(TieKind.MEMBER_OF)
    ties = ties.take(valid_on(ties, on) & own[ties.src])
    here = (int(dst) for dst in ties.dst if kind_of(str(snapshot.nodes.ids[dst])) is NodeKind.SPACE)
    return sorted({snapshot.label(dst) for dst in here})


def _records(about: Mapping[str, object]) -> Iterable[Record]:
    for value in about.values():
        yield from value if isinstance(value, list) else [value]  # type: ignore[misc]


def _sources(about: Mapping[str, object]) -> set[str]:
    return {str(record["source"]) for record in _records(about)}


def _policies(about: Mapping[str, object]) -> Iterable[Mapping[str, Any]]:
    for record in _records(about):
        yield from (v for k, v in record.items() if k in _POLICY_COLUMNS and isinstance(v, dict))


def _event(row: AuditRow, view: View) -> Record:
    return {"at": row.at, "actor": _actor(row.actor, view), "action": row.action}


def _actor(actor: str, view: View) -> str:
    """Give who acted, of somebody whom the person may not know of the role alone."""
    role, colon, key = actor.partition(":")
    node = f"{NodeKind.SPACE if role == Role.SPACE else NodeKind.PERSON}:{key}"
    return actor if not colon or node in view.row_of else role


def _mention(row: AuditRow, person: frozenset[NodeId], view: View) -> Record | None:
    """Give a row that names the person, by any record, without whomever else it names."""
    keys = {key_of(i) for i in person}
    named = ((k, v) for k, v in json.loads(row.detail).items() if isinstance(v, str))
    told = {k for k, v in named if v in person or (k in _BARE and v in keys)}
    acts = row.actor in person or row.actor in {f"{Role.MIXER}:{key}" for key in keys}
    return {**_event(row, view), "as": sorted(told)} if told or acts else None


def _arrival(row: AuditRow, sources: set[str], view: View) -> Record | None:
    named = json.loads(row.detail).get("sources") if row.action in _BRINGING else None
    came = sorted(sources & set(named)) if isinstance(named, list) else []
    return {**_event(row, view), "sources": came} if came else None
