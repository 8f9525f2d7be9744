"""Agreements with operators: no member of a space is imported without one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.calendar import first_second, today
from graph.changes import ChangeSet
from graph.errors import NotPermitted, WrongUse, nearest
from graph.kinds import NodeKind, TieKind
from graph.policy import PUBLIC_OPEN, Audience, Policy
from graph.records import Field, Node, Provenance, key_of, kind_of, node_id
from graph.snapshot import Snapshot
from ingest.dates import last_second
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.japanese import shown
from ingest.problems import Note

AGREEMENT = Policy(Audience.NETWORK)
"""Agreements may be known to everybody in the network, whose data they are about; they move no ranking."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What an operator agreed to.

    Attributes
    ----------
    space : str
        Name of the space.
    space_id : str
        Its id.
    operator : str
        Who runs it.
    since, until : datetime.date
        First and last day; ``until`` None = open end.
    items : tuple of str
        What data it is about.
    """

    space: str
    space_id: str
    operator: str
    since: dt.date
    until: dt.date | None
    items: tuple[str, ...]

    def valid(self, on: dt.date) -> bool:
        """Tell whether it holds on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


def agreement(
    space: str, operator: str, since: dt.date, until: dt.date | None, items: Sequence[str],
    *, snapshot: Snapshot, actor: str = "operator",
) -> ChangeSet:  # fmt: skip
    """Record what an operator agreed to; the space is made if it is not there yet.

    Parameters
    ----------
    space : str
        Name of the space.
    operator : str
        Who runs it and agreed.
    since, until : datetime.date
        First and last day on which it holds; None = open end.
    items : sequence of str
        Data that it is about, such as 氏名 or 困りごと: a note for people, not compared with what is imported.
    snapshot : Snapshot
        The graph as it is.
    actor : str
        Who enters it.

    Returns
    -------
    ChangeSet
        One agreement a space, operator and first day: entered again, it replaces the earlier text.

    Raises
    ------
    graph.errors.WrongUse
        If a name or the items are empty, or it ends before it begins.
    """
    name, who, what = shown(space), shown(operator), [shown(i) for i in items if shown(i)]
    if not name or not who or not what:
        raise WrongUse(f"agreement of {space!r} by {operator!r} on {list(items)}: needs a space, an operator and items")
    if until is not None and until < since:
        raise WrongUse(f"agreement of {name}: ends on {until}, before it begins on {since}")
    space_id = Directory(snapshot).space(name)
    identifier = node_id(NodeKind.AGREEMENT, _digest(space_id, who, since.isoformat()))
    values = {"operator": who, "items": "、".join(what), "since": since.isoformat()}
    values |= {"until": until.isoformat()} if until else {"until": ""}
    key = f"agreement:{_digest(identifier, json.dumps(values, sort_keys=True), str(snapshot.version))}"
    origin = Provenance("agreement")
    changes = ChangeSet(key, actor, "agreement")
    if space_id not in snapshot.row_of:
        changes.nodes.append(Node(space_id, PUBLIC_OPEN, origin, {"name": Field(name, PUBLIC_OPEN, origin)}))
    fields = {field: Field(value, AGREEMENT, origin) for field, value in values.items()}
    changes.nodes.append(Node(identifier, AGREEMENT, origin, fields))
    changes.add_tie(
        TieKind.COVERS, identifier, space_id, PUBLIC_OPEN, PUBLIC_OPEN, origin,
        t=first_second(since), until=last_second(until) if until else None,
    )  # fmt: skip
    return changes


def agreements(snapshot: Snapshot) -> list[Agreement]:
    """Give all agreements, sorted by space, then by first day."""
    values = {name: snapshot.values(name) for name in ("operator", "items", "since", "until")}
    ties = snapshot.ties_of(TieKind.COVERS)
    found = []
    for src, dst in zip(ties.src.tolist(), ties.dst.tolist(), strict=True):
        until = values["until"].get(src)
        found.append(
            Agreement(
                snapshot.label(dst),
                str(snapshot.nodes.ids[dst]),
                values["operator"].get(src, ""),
                dt.date.fromisoformat(values["since"][src]),
                dt.date.fromisoformat(until) if until else None,
                tuple(values["items"].get(src, "").split("、")),
            )
        )
    return sorted(found, key=lambda a: (a.space, a.since, a.operator))


def require_agreements(needed: Iterable[frozenset[str]], snapshot: Snapshot, on: dt.date | None = None) -> None:
    """Refuse to go on where the operator of a space has not agreed.

    Parameters
    ----------
    needed : iterable of frozenset of str
        Ids of spaces; of each set one must be covered.
    snapshot : Snapshot
        The graph as it is.
    on : datetime.date, optional
        Day on which the agreements must hold; today in Japan by default.

    Raises
    ------
    graph.errors.NotPermitted
        Naming the spaces and the command that enters an agreement.
    """
    needed = list(needed)
    if frozenset() in needed:
        raise NotPermitted("the file names no space: tell whose members they are by --space NAME")
    day = on or today()
    covered = {a.space_id for a in agreements(snapshot) if a.valid(day)}
    missing = sorted({min(spaces) for spaces in needed if not spaces & covered})
    if missing:
        raise NotPermitted(_missing(missing, snapshot, day))


def _missing(missing: Sequence[str], snapshot: Snapshot, day: dt.date) -> str:
    """Say what to do: mend a name that is nearly that of a known space, or enter an agreement."""
    for identifier in missing:
        near = nearest(key_of(identifier), _space_names(snapshot)) if identifier not in snapshot.row_of else ()
        if near:
            return (
                f"no space {key_of(identifier)!r} here; nearest: {'、'.join(near)}: mend the name in the file or after"
                f" --space; if it is another space: musubi agreement add --space {key_of(identifier)}"
                " --operator NAME --from DATE --items …"
            )
    names = [snapshot.label(snapshot.row_of[i]) if i in snapshot.row_of else key_of(i) for i in missing]
    return (
        f"no agreement valid on {day} with the operator of {'、'.join(names)}; enter what was agreed: musubi"
        f" agreement add --space {names[0]} --operator NAME --from DATE --items …"
    )


def similar_spaces(facts: Facts, snapshot: Snapshot) -> list[Note]:
    """Note new spaces whose name is nearly that of a known one: rather a slip of the pen than another space."""
    known = _space_names(snapshot)
    notes = []
    for node in facts.nodes:
        if kind_of(node.id) is NodeKind.SPACE and node.id not in snapshot.row_of:
            near = nearest(key_of(node.id), known)
            if near:
                notes.append(Note("new_space", None, node.provenance.row, f"{key_of(node.id)} → {'、'.join(near)}"))
    return notes


def _space_names(snapshot: Snapshot) -> list[str]:
    return [snapshot.label(row) for row in snapshot.of_kind(NodeKind.SPACE)]


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
