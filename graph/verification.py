"""Looking at the whole audit: is every row as it was written, and is none missing?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph.audit import ERASE, AuditRow, Head, intact


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found.

    Attributes
    ----------
    n : int
        Rows that are there.
    bad : int or None
        Number of the first row that is not as it was written, or of the first that is missing; None when all are.
    why : str
        ``"ok"``, ``"gap"``, ``"chain"``, ``"hash"``, ``"redacted"`` (words gone that no erasure took) or ``"head"``
        (rows after the last were cut off, or added past the head).
    keyless : int
        Rows that belong to no change: reads.
    roots : mapping of str to str
        Hash of the last row of each day (UTC): printed elsewhere, it proves later that nothing before was exchanged.
    keys : mapping of str to int
        Row of each change by its key.
    """

    n: int
    bad: int | None
    why: str
    keyless: int
    roots: Mapping[str, str]
    keys: Mapping[str, int]


def verify(rows: Iterable[AuditRow], head: Head | None = None) -> Verdict:
    """Look at every row, oldest first.

    Parameters
    ----------
    rows : iterable of AuditRow
        The whole audit.
    head : Head, optional
        What the store keeps apart; without it rows cut off the end are not noticed.
    """
    return _Look().at(rows, head)


class _Look:
    """State of one pass over the rows."""

    def __init__(self) -> None:
        self.n = self.keyless = 0
        self.previous = ""
        self.bad: int | None = None
        self.why = "ok"
        self.roots: dict[str, str] = {}
        self.keys: dict[str, int] = {}
        self.taken: dict[int, str] = {}
        self.allowed: dict[int, set[str]] = {}

    def at(self, rows: Iterable[AuditRow], head: Head | None) -> Verdict:
        for row in rows:
            self._row(row)
        if head is not None and (self.n, self.previous) != (head.seq, head.hash):
            self._found(min(self.n, head.seq) + 1, "head")
        unasked = {row for row, parts in self.taken.items() if not self.allowed.get(row, set()).issuperset(parts)}
        if self.bad is None and unasked:  # else the row of the erasure may be what is missing
            self._found(min(unasked), "redacted")
        return Verdict(self.n, self.bad, self.why, self.keyless, self.roots, self.keys)

    def _row(self, row: AuditRow) -> None:
        self.n += 1
        if row.seq != self.n:
            self._found(self.n, "gap")
        if row.previous != self.previous:
            self._found(row.seq, "chain")
        if not intact(row):
            self._found(row.seq, "hash")
        if row.taken:
            self.taken[row.seq] = row.taken
        if row.action == ERASE:
            for seq, parts in _taken(row.detail):
                self.allowed.setdefault(seq, set()).update(parts)
        self._count(row)

    def _count(self, row: AuditRow) -> None:
        self.roots[row.at[:10]] = self.previous = row.hash
        if row.key:
            self.keys[row.key] = row.seq
        else:
            self.keyless += 1

    def _found(self, row: int, why: str) -> None:
        if self.bad is None or row < self.bad:
            self.bad, self.why = row, why


def _taken(detail: str) -> Iterator[tuple[int, str]]:
    """Give from which rows an erasure says to have taken which words; of damaged rows nothing."""
    try:
        yield from ((int(row), str(parts)) for row, parts in json.loads(detail)["redacted"])
    except (ValueError, TypeError, LookupError):
        return
