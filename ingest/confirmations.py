"""What staff or a mixer said of a member, until the member confirms it (B27, B30): tasks, and how they end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph import gate
from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.errors import Unknown
from graph.kinds import Said, StatementKind
from graph.policy import Policy, Purpose
from graph.records import Provenance, Statement
from graph.snapshot import Snapshot
from graph.tables import STATEMENT_KINDS
from graph.view import View
from graph.viewer import Viewer
from ingest.directory import CONDITIONS
from ingest.hearings import CONFIRM, HEARD_FROM, OPEN
from ingest.recorder import STATEMENT_DEFAULTS
from ingest.release import Release

CONFIRMED_SOURCE = "confirmed with the member"


@dataclass(frozen=True, slots=True)
class Task:
    """A statement that its owner has not confirmed yet.

    Attributes
    ----------
    statement : str
        Its id.
    owner : str
        Whom it is about.
    kind : StatementKind
        Activity, offer or need.
    text : str
        What was heard.
    heard_from : str
        ``staff`` or ``mixer``.
    t : float or None
        When it was heard, POSIX seconds.
    source : str
        Where it was written down.
    conditions : mapping of str to str
        What was heard of the conditions of a need or an offer.
    until : datetime.date or None
        Last day on which it may be used.
    """

    statement: str
    owner: str
    kind: StatementKind
    text: str
    heard_from: str
    t: float | None
    source: str
    conditions: Mapping[str, str]
    until: dt.date | None


def open_tasks(view: View) -> list[Task]:
    """Give what a viewer may see of the statements that wait for their owner, by owner, then by time.

    Parameters
    ----------
    view : View
        Staff-said statements are told to the mixers of the owner's spaces, and to the owner.
    """
    table, found = view.statements, []
    for i in range(len(table)):
        details = json.loads(table.details[i] or "{}")
        if details.get(CONFIRM) != OPEN:
            continue
        t = float(table.t[i])
        found.append(
            Task(
                str(table.ids[i]),
                str(view.nodes.ids[table.owner[i]]),
                STATEMENT_KINDS[table.kind[i]],
                table.text[i],
                str(details.get(HEARD_FROM, "")),
                None if t != t else t,
                str(view.sources[table.source[i]]),
                {detail: str(details[detail]) for detail in sorted(CONDITIONS & details.keys())},
                view.policies[int(table.policy[i])].valid_until,
            )
        )
    return sorted(found, key=lambda task: (task.owner, task.t or 0.0, task.statement))


def confirmed(snapshot: Snapshot, viewer: Viewer, statement: str, release: Release, *, day: dt.date) -> ChangeSet:
    """Record that the owner confirmed a statement: from now on these are the owner's words.

    They take the place of what was heard, in the record it was heard of: also where that record is one with another.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    viewer : Viewer
        Who asked the owner; only what this viewer may see can be confirmed.
    statement : str
        Id of the statement, or its beginning where only one begins so.
    release : Release
        What the owner decided about it; where nothing was decided, the defaults of its kind hold.
    day : datetime.date
        When the owner was asked.

    Raises
    ------
    graph.errors.Unknown
        If no open task has that id.
    """
    task = _find(snapshot, viewer, statement)
    policy: Policy = replace(release.applied(STATEMENT_DEFAULTS[task.kind]), valid_until=task.until)
    origin = Provenance(CONFIRMED_SOURCE, None, Said.SELF)
    changes = _changes(snapshot, viewer, "confirm", task)
    details = {HEARD_FROM: task.heard_from, **task.conditions}
    own = Statement(_owner(snapshot, task), task.kind, task.text, policy, origin, first_second(day), details)
    changes.statements.append(own)
    return changes


def rejected(snapshot: Snapshot, viewer: Viewer, statement: str) -> ChangeSet:
    """Take back a statement that its owner did not confirm; parameters are those of `confirmed`."""
    task = _find(snapshot, viewer, statement)
    changes = _changes(snapshot, viewer, "reject", task)
    changes.remove_statements([task.statement])
    return changes


def _changes(snapshot: Snapshot, viewer: Viewer, action: str, task: Task) -> ChangeSet:
    """Begin a change set for this state; the mark in its key lets what is heard once more be decided once more."""
    key = f"{action}:{task.statement}:{snapshot.mark}"
    return ChangeSet(key, str(viewer), action, expected=snapshot.mark)


def _owner(snapshot: Snapshot, task: Task) -> str:
    """Give the record that the words are kept in; the task tells the one under which a merged record is known."""
    row = snapshot.statements.ids.tolist().index(task.statement)
    return str(snapshot.nodes.ids[snapshot.statements.owner[row]])


def _find(snapshot: Snapshot, viewer: Viewer, statement: str) -> Task:
    tasks = open_tasks(gate.view(snapshot, viewer, Purpose.INTRODUCTION))
    wanted = statement.removeprefix("statement:")
    found = [t for t in tasks if wanted and t.statement.removeprefix("statement:").startswith(wanted)]
    if len(found) != 1:
        raise Unknown("task", statement, [t.statement for t in tasks])
    return found[0]
