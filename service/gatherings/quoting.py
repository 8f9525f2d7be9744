"""What a page that several people may look at quotes: only words that each of them may read as a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from graph.kinds import NodeKind, StatementKind
from graph.records import node_id
from graph.tables import STATEMENT_CODE
from graph.view import View
from recommend.facets import facets
from recommend.results import Party, Reason, ReasonCode, Recommendation

LONGEST = 160
NEEDS = (StatementKind.NEED, StatementKind.TEXT)
OFFERS = (StatementKind.OFFER, StatementKind.TEXT)
"""A free text may be read as a need or as an offer."""
_VISIONS = (StatementKind.VISION, StatementKind.TEXT)
_TOPICS = (StatementKind.TEXT, StatementKind.ACTIVITY)
_SIDES: Mapping[ReasonCode, tuple[Collection[StatementKind], Collection[StatementKind]]] = {
    ReasonCode.NEED_MET: (NEEDS, OFFERS),
    ReasonCode.OFFER_WANTED: (OFFERS, NEEDS),
    ReasonCode.SHARED_VISION: (_VISIONS, _VISIONS),
    ReasonCode.SHARED_TOPIC: (_TOPICS, _TOPICS),
}
"""What the person and the partner say in each reason that quotes."""


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
        Rows of people; with none, the statement's owner must still let it be matched and told as a reason.
    """
    policy = view.policies[int(view.statements.policy[statement])]
    if not (policy.as_reason and view.matchable_statements[statement]):
        return False
    return all(view.readable_by(statement, reader) for reader in readers)


def may_be_quoted(
    view: View, owner: int, words: str, kinds: Collection[StatementKind], readers: Collection[int]
) -> bool:
    """Say whether a whole statement of somebody may be told as a reason to all of these people.

    Parameters
    ----------
    view : View
        What the viewer may see.
    owner : int
        Row of the person whose words these are.
    words : str
        The whole text.
    kinds : collection of StatementKind
        What the statement may be.
    readers : collection of int
        Rows of people.

    Returns
    -------
    bool
        False where any statement of the owner with this text, of whatever kind, may not be told: it cannot be known
        which of them is quoted.
    """
    table = view.statements
    same = [row for row in np.flatnonzero(table.owner == owner).tolist() if str(table.text[row]) == words]
    asked = {STATEMENT_CODE[kind] for kind in kinds}
    return any(int(table.kind[row]) in asked for row in same) and all(may_be_read(view, row, readers) for row in same)


def part_may_be_quoted(view: View, owner: int, part: str, readers: Collection[int]) -> bool:
    """Say whether a part of a need may be told to all of these people: every need it is a part of must be."""
    table = view.statements
    mine = np.flatnonzero((table.owner == owner) & (table.kind == STATEMENT_CODE[StatementKind.NEED])).tolist()
    of = [row for row in mine if part in facets([str(table.text[row])])]
    return bool(of) and all(may_be_read(view, row, readers) for row in of)


def quoted(
    view: View, owner: int, words: str | None, kinds: Collection[StatementKind], readers: Collection[int]
) -> str:
    """Give a statement of somebody, shortened, or nothing where not all of these people may be told it."""
    return shortened(words) if words is not None and may_be_quoted(view, owner, words, kinds, readers) else ""


def quoted_part(view: View, owner: int, part: str | None, readers: Collection[int]) -> str:
    """Give a part of somebody's needs, shortened, or nothing where not all of these people may be told it."""
    return shortened(part) if part is not None and part_may_be_quoted(view, owner, part, readers) else ""


def newest(view: View, owner: int, kind: StatementKind, readers: Collection[int], most: int) -> list[str]:
    """Give the newest statements of somebody that may be told as a reason to all of these people, shortened."""
    table = view.statements
    rows = np.flatnonzero((table.owner == owner) & (table.kind == STATEMENT_CODE[kind])).tolist()
    rows.sort(key=lambda row: (-np.nan_to_num(table.t[row], nan=-np.inf), row))
    texts = dict.fromkeys(str(table.text[row]) for row in rows)
    return [shortened(text) for text in texts if may_be_quoted(view, owner, text, (kind,), readers)][:most]


def for_all(view: View, made: Recommendation, readers: Collection[int]) -> Recommendation:
    """Give a proposal whose reasons quote only what all of these people may read; the others are told in words alone.

    Parameters
    ----------
    view : View
        What the viewer may see.
    made : Recommendation
        Between two people.
    readers : collection of int
        Rows of people, both sides among them.
    """
    return replace(made, reasons=tuple(_for_all(view, made, reason, readers) for reason in made.reasons))


def _for_all(view: View, made: Recommendation, reason: Reason, readers: Collection[int]) -> Reason:
    sides = _SIDES.get(reason.code)
    if sides is None or reason.person_text is None or reason.partner_text is None:
        return replace(reason, person_text=None, partner_text=None)
    person = quoted(view, row_of(view, made.person), reason.person_text, sides[0], readers)
    partner = quoted(view, row_of(view, made.partner), reason.partner_text, sides[1], readers)
    if not (person and partner):
        return replace(reason, person_text=None, partner_text=None)
    return replace(reason, person_text=person, partner_text=partner)


def shortened(text: str) -> str:
    """Give a text that fits a card."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
