"""What a page that several people may look at quotes: only words that each of them may read as a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from graph.kinds import NodeKind, StatementKind
from graph.records import node_id
from graph.tables import STATEMENT_CODE
from graph.view import View
from recommend.results import Party, Reason, Recommendation

LONGEST = 160


def row_of(view: View, party: Party) -> int:
    """Give the row of a person in the node table."""
    return view.find(node_id(NodeKind.PERSON, party.id))


def may_be_read(view: View, statement: int, readers: Iterable[int]) -> bool:
    """Say whether a statement may be told as a reason to all of these people.

    Parameters
    ----------
    view : View
        What the viewer may see.
    statement : int
        Row of the statement table.
    readers : iterable of int
        Rows of people; with none, the statement's owner must still let it be told as a reason.
    """
    policy = view.policies[int(view.statements.policy[statement])]
    return policy.as_reason and all(view.readable_by(statement, reader) for reader in readers)


def may_be_quoted(view: View, owner: int, words: str, readers: Sequence[int]) -> bool:
    """Say whether words of somebody, a statement or a part of one, may be told as a reason to all of these people."""
    mine = np.flatnonzero((view.statements.owner == owner) & view.matchable_statements).tolist()
    return any(words in str(view.statements.text[row]) and may_be_read(view, row, readers) for row in mine)


def quoted(view: View, owner: int, words: str | None, readers: Sequence[int]) -> str:
    """Give words of somebody, shortened, or nothing where not all of these people may be told them."""
    return shortened(words) if words is not None and may_be_quoted(view, owner, words, readers) else ""


def newest(view: View, owner: int, kind: StatementKind, readers: Sequence[int], most: int) -> list[str]:
    """Give the newest statements of somebody that may be told as a reason to all of these people, shortened."""
    table = view.statements
    mine = (table.owner == owner) & (table.kind == STATEMENT_CODE[kind]) & view.matchable_statements
    rows = [row for row in np.flatnonzero(mine).tolist() if may_be_read(view, row, readers)]
    rows.sort(key=lambda row: (-np.nan_to_num(table.t[row], nan=-np.inf), row))
    return [shortened(str(table.text[row])) for row in rows[:most]]


def for_all(view: View, made: Recommendation, readers: Sequence[int]) -> Recommendation:
    """Give a proposal whose reasons quote only what all of these people may read; the others are told in words alone.

    Parameters
    ----------
    view : View
        What the viewer may see.
    made : Recommendation
        Between two people.
    readers : sequence of int
        Rows of people, both sides among them.
    """
    return replace(made, reasons=tuple(_for_all(view, made, reason, readers) for reason in made.reasons))


def _for_all(view: View, made: Recommendation, reason: Reason, readers: Sequence[int]) -> Reason:
    said = ((made.person, reason.person_text), (made.partner, reason.partner_text))
    if all(text is not None and may_be_quoted(view, row_of(view, party), text, readers) for party, text in said):
        return replace(reason, person_text=_cut(reason.person_text), partner_text=_cut(reason.partner_text))
    return replace(reason, person_text=None, partner_text=None)


def shortened(text: str) -> str:
    """Give a text that fits a card."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _cut(text: str | None) -> str | None:
    return None if text is None else shortened(text)
