"""What one file says, as records of the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.kinds import NodeKind, StatementKind, TieKind
from graph.records import Node, Statement, TieBatch, kind_of
from ingest.problems import Note, Problems

STATEMENT_COUNTS = {
    "needs": StatementKind.NEED,
    "offers": StatementKind.OFFER,
    "visions": StatementKind.VISION,
    "activities": StatementKind.ACTIVITY,
    "stories": StatementKind.STORY,
    "texts": StatementKind.TEXT,
}
NODE_COUNTS = {
    "people": NodeKind.PERSON,
    "organisations": NodeKind.ORGANISATION,
    "spaces": NodeKind.SPACE,
    "communities": NodeKind.COMMUNITY,
    "groups": NodeKind.GROUP,
    "skills": NodeKind.SKILL,
    "events": NodeKind.EVENT,
    "projects": NodeKind.PROJECT,
    "introductions": NodeKind.INTRODUCTION,
}


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of the rows of a file: each row counts once, whatever the number of its problems.

    Attributes
    ----------
    read, refused, flagged : int
        Rows without header, blank ones and totals; those not stored; those stored and to be looked at.
    ignored : mapping of str to int
        Rows left aside for a good reason, by its code.
    """

    read: int
    refused: int
    flagged: int
    ignored: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Split:
    """A text that may be several statements: somebody has to say so.

    Attributes
    ----------
    sheet, row, column : str or None, int, str
        Where it stands.
    value : str
        The text, stored as one statement unless the split is taken.
    parts : tuple of str
        What is suggested.
    """

    sheet: str | None
    row: int
    column: str
    value: str
    parts: tuple[str, ...]


@dataclass(slots=True)
class Facts:
    """Records made from one file, and what there is to say about its rows.

    Attributes
    ----------
    nodes, statements, ties : lists of records
        Content of the change set.
    removed : list of str
        Ids of statements that the file takes back.
    spaces : set of frozenset of str
        Ids of spaces whose agreement the file needs: one of each set.
    rows : int
        Rows read, without header, blank rows and totals.
    ignored : Counter of str
        Rows that were left aside for a good reason, by its code.
    same_name : list of tuple of str
        Ids of people of one name who were kept apart.
    splits : list of Split
        Heard texts that may be several statements.
    people : set of str
        Ids of known people of whom the file says nothing new: they are counted too.
    """

    problems: Problems
    nodes: list[Node] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    ties: list[TieBatch] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    spaces: set[frozenset[str]] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    rows: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    same_name: list[tuple[str, ...]] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    people: set[str] = field(default_factory=set)

    def counts(self) -> dict[str, object]:
        """Count what the file brings, by kind."""
        kinds = Counter(map(kind_of, {n.id for n in self.nodes} | self.people))
        stated = Counter(s.kind for s in self.statements)
        ties: Counter[TieKind] = Counter()
        for batch in self.ties:
            ties[batch.kind] += len(batch)
        return {
            **{name: kinds[kind] for name, kind in NODE_COUNTS.items()},
            **{name: stated[kind] for name, kind in STATEMENT_COUNTS.items()},
            "ties": {str(kind): n for kind, n in sorted(ties.items())},
        }

    def row_counts(self) -> RowCounts:
        """Count what became of the rows."""
        refused, flagged = self.problems.refused_rows, self.problems.flagged_rows
        return RowCounts(self.rows, refused, flagged, dict(sorted((+self.ignored).items())))
