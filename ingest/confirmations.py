"""What staff or a mixer said of a member, until the member confirms it (B27, B30): tasks, and how they end."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.errors import Unknown
from graph.kinds import Said, StatementKind
from graph.policy import Policy
from graph.records import Provenance, Statement
from graph.tables import STATEMENT_KINDS
from graph.view import View
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
    """

    statement: str
    owner: str
    kind: StatementKind
    text: str
    heard_from: str
    t: float | None
    source: str


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
            )
        )
    return sorted(found, key=lambda task: (task.owner, task.t or 0.0, task.statement))


def confirmed(view: View, statement: str, release: Release, actor: str, *, day: dt.date) -> ChangeSet:
    """Record that the owner confirmed a statement: from now on these are the owner's words.

    Parameters
    ----------
    view : View
        What the actor may see.
    statement : str
        Id of the statement, or its beginning where only one begins so.
    release : Release
        What the owner decided about it; where nothing was decided, the defaults of its kind hold.
    actor : str
        Who asked the owner.
    day : datetime.date
        When.

    Raises
    ------
    graph.errors.Unknown
        If no open task has that id.
    """
    task = _find(view, statement)
    policy: Policy = release.applied(STATEMENT_DEFAULTS[task.kind])
    origin = Provenance(CONFIRMED_SOURCE, None, Said.SELF)
    changes = ChangeSet(f"confirm:{task.statement}:{policy.to_json()}", actor, "confirm")
    own = Statement(task.owner, task.kind, task.text, policy, origin, first_second(day), {HEARD_FROM: task.heard_from})
    changes.statements.append(own)
    return changes


def rejected(view: View, statement: str, actor: str) -> ChangeSet:
    """Take back a statement that its owner did not confirm; parameters are those of `confirmed`."""
    task = _find(view, statement)
    changes = ChangeSet(f"reject:{task.statement}:{task.t}:{task.source}", actor, "reject")
    changes.remove_statements([task.statement])
    return changes


def _find(view: View, statement: str) -> Task:
    tasks = open_tasks(view)
    wanted = statement.removeprefix("statement:")
    found = [t for t in tasks if wanted and t.statement.removeprefix("statement:").startswith(wanted)]
    if len(found) != 1:
        raise Unknown("task", statement, [t.statement for t in tasks])
    return found[0]
