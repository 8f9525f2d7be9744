"""Ties as relationships of the Neo4j store: in groups that one statement writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from typing import Any

from graph.kinds import TieKind
from graph.records import TieBatch
from graph.store.neo4j_connection import Work
from graph.store.neo4j_schema import NODE_LABELS, identifier

Row = list[Any]
"""Source, target, time, end, count, details, row of the source and place in the terms of the group."""


def _equal(a: str, b: str) -> str:
    """Give the condition that two values are equal or both missing."""
    return f"coalesce({a} = {b}, {a} IS NULL AND {b} IS NULL)"


SETTING = """k.until = row[3], k.n = row[4], k.details = row[5], k.row = row[6],
            k.policy_src = $terms[row[7]][0], k.policy_dst = $terms[row[7]][1],
            k.source = $terms[row[7]][2], k.said = $terms[row[7]][3], k.seq = $seq"""
SAME = f"""k.n = row[4] AND {_equal("k.until", "row[3]")} AND {_equal("k.details", "row[5]")}
            AND k.policy_src = $terms[row[7]][0] AND k.policy_dst = $terms[row[7]][1]"""


class Key(StrEnum):
    """What tells ties of a kind between the same nodes apart, as the pattern of a statement."""

    PAIR = ""
    DATED = "{t: row[2]}"
    UNDATED = "{undated: true}"


@dataclass(frozen=True, slots=True)
class TieGroup:
    """Ties that one statement writes; no two of them are the same tie.

    Attributes
    ----------
    src, dst : str
        Kinds of the ends, as their ids say.
    terms : list of (policy_src, policy_dst, source, said)
        What many ties have in common; shared by all groups of a change set.
    """

    kind: TieKind
    src: str
    dst: str
    key: Key
    rows: list[Row]
    terms: list[tuple[str, ...]]

    @property
    def known(self) -> bool:
        """Whether the kinds of both ends exist."""
        return self.src in NODE_LABELS and self.dst in NODE_LABELS

    @property
    def query(self) -> str:
        """The statement; answers how many ties it found or made, and how many were changed."""
        setting, same = SETTING, SAME
        if self.key is not Key.DATED:
            setting, same = f"{SETTING}, k.t = row[2]", f"{SAME} AND {_equal('k.t', 'row[2]')}"
        return f"""
        UNWIND $rows AS row
        MATCH (a:{NODE_LABELS[self.src]} {{id: row[0]}})
        MATCH (b:{NODE_LABELS[self.dst]} {{id: row[1]}})
        MERGE (a)-[k:{identifier(self.kind)} {self.key}]->(b)
        ON CREATE SET {setting}
        WITH k, row, NOT ({same}) AS other
        FOREACH (_ IN CASE WHEN other THEN [1] ELSE [] END | SET {setting})
        RETURN count(*), sum(CASE WHEN other THEN 1 ELSE 0 END)
        """


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of some rows."""

    found: int
    created: int
    changed: int


def write_ties(work: Work, group: TieGroup, rows: Sequence[Row], seq: int) -> Counts:
    """Write some rows of a group."""
    answer = work.run(group.query, rows=rows, terms=group.terms, seq=seq)
    found, changed = answer.row
    return Counts(found, answer.ties_created, changed)


def tie_groups(batches: Iterable[TieBatch]) -> Iterator[TieGroup]:
    """Sort the ties of a change set into groups, so that later ones still replace earlier ones."""
    terms: dict[tuple[str, ...], int] = {}
    groups: dict[tuple[TieKind, str, str, Key], list[Row]] = {}
    for batch in batches:
        policies = batch.policy_src.to_json(), batch.policy_dst.to_json()
        given, turned = (
            terms.setdefault((*pair, batch.source, str(batch.said)), len(terms)) for pair in (policies, policies[::-1])
        )
        for row in _rows(batch, given, turned):
            key = Key.PAIR if not batch.repeats else Key.UNDATED if row[2] is None else Key.DATED
            kinds = row[0].partition(":")[0], row[1].partition(":")[0]
            groups.setdefault((batch.kind, *kinds, key), []).append(row)
    for (kind, src, dst, key), rows in groups.items():
        for part in _rounds(rows, key):
            yield TieGroup(kind, src, dst, key, part, list(terms))


def seconds(t: float | None) -> float | None:
    """Give a time as every store keeps it: a float, and minus zero as zero."""
    return None if t is None else float(t) + 0.0


def _rows(batch: TieBatch, given: int, turned: int) -> Iterator[Row]:
    """Give the rows of a batch; of a symmetric kind with the smaller id first."""
    nothing: Iterable[Any] = repeat(None)
    columns = (batch.t, batch.until, batch.n or repeat(1), batch.details, batch.rows)
    rows = zip(batch.src, batch.dst, *(nothing if c is None else c for c in columns), strict=False)
    symmetric = batch.symmetric
    for src, dst, t, until, n, details, row in rows:
        if symmetric and src > dst:
            yield [dst, src, seconds(t), seconds(until), n, details, row, turned]
        else:
            yield [src, dst, seconds(t), seconds(until), n, details, row, given]


def _rounds(rows: list[Row], key: Key) -> Iterator[list[Row]]:
    """Split rows so that no tie occurs twice in a part: one statement would not see its own changes."""
    width = 3 if key is Key.DATED else 2
    names = [tuple(row[:width]) for row in rows]
    if len(set(names)) == len(rows):
        yield rows
        return
    seen: dict[tuple[Any, ...], int] = {}
    parts: list[list[Row]] = []
    for name, row in zip(names, rows, strict=True):
        turn = seen[name] = seen.get(name, -1) + 1
        if turn == len(parts):
            parts.append([])
        parts[turn].append(row)
    yield from parts
