"""Profile ``network``: an analyst's data, open to the whole network by declaration of who imports it.

``nodes.csv`` ``id[,community][,name][,text][,since]``; ``edges.csv`` ``u,v[,t]``; and where there are such,
``groups.csv`` ``id,group[,since]``, ``events.csv`` ``event,t,id``, ``texts.csv`` ``id[,t],text[,kind]``; each
may be gzipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from graph.errors import Refused
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Field, Node, Provenance, Statement, node_id
from graph.snapshot import Snapshot
from graph.times import EXPECTED as TIME_EXPECTED
from graph.times import TimeColumn
from ingest.columns import Part, read_header, read_parts
from ingest.facts import Facts
from ingest.japanese import cleaned
from ingest.network_shape import SHAPES
from ingest.problems import Problems
from ingest.source import Source
from ingest.tie_columns import TieColumns, meetings

COMMUNITY_SEPARATOR = ";"
UNKNOWN = -1
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PERSON_EXPECTED = "an id of nodes.csv, or of a network imported before"
ID_EXPECTED = "text without control characters"

IntArray = NDArray[np.int64]


class _Index(dict[str, int]):
    """Number of each id; a miss is tried once more without the spaces around it."""

    def __missing__(self, cell: str) -> int:
        return self.get(cell.strip(), UNKNOWN)


class Network:
    """The people that the files of one import may name.

    Parameters
    ----------
    snapshot : Snapshot
        The graph before the import. People of it whose policy is that of a network may be named again. All
        others have decided for themselves who may see them: neither are they declared open nor is anything
        said about them.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.index = _Index()
        self.ids: list[str] = []
        self.taken: set[str] = set()
        open_codes = {i for i, p in enumerate(snapshot.policies) if p == NETWORK_OPEN}
        rows = snapshot.of_kind(NodeKind.PERSON)
        for identifier, policy in zip(snapshot.nodes.ids[rows], snapshot.nodes.policy[rows].tolist(), strict=True):
            key = identifier.partition(":")[2]
            if policy in open_codes:
                self.add(key)
            else:
                self.taken.add(key)

    def add(self, key: str) -> int:
        """Give the number of a person, a new one where the key is new."""
        number = self.index.get(key)
        if number is None:
            number = self.index[key] = len(self.ids)
            self.ids.append(f"{NodeKind.PERSON}:{key}")
        return number

    def read(self, source: Source, shape: str) -> Facts:
        """Read one file of the network.

        Parameters
        ----------
        source : Source
            A text file; the one of the nodes first.
        shape : str
            A key of `SHAPES`.

        Returns
        -------
        Facts
            Every policy is `graph.policy.NETWORK_OPEN`; bad rows are in its problems.

        Raises
        ------
        Refused
            If a needed column is missing or the file is no CSV.
        """
        missing = set(SHAPES[shape].required) - set(read_header(source))
        if missing:
            raise Refused(
                f"{source.label}: columns {', '.join(read_header(source)) or 'none'}; {shape} of a network need"
                f" {', '.join(SHAPES[shape].required)}"
            )
        facts = Facts(Problems(source.label))
        readers: dict[str, Callable[[Iterable[Part], Facts, str], None]] = {
            "nodes": self._nodes, "edges": self._edges, "groups": self._groups,
            "events": self._events, "texts": self._texts,
        }  # fmt: skip
        readers[shape](read_parts(source, SHAPES[shape].columns, facts.problems), facts, source.name)
        return facts

    # ---- one method a file

    def _nodes(self, parts: Iterable[Part], facts: Facts, name: str) -> None:
        since = TimeColumn()
        rows: list[tuple[int, bool, str, str, str, str, str]] = []
        for part in parts:
            facts.rows += len(part)
            bad = np.isinf(since.add(part.column("since"))).tolist()
            cells = [part.column(c) for c in SHAPES["nodes"].columns]
            rows.extend(zip(part.rows, bad, *cells, strict=True))
        communities, member = _Targets(NodeKind.COMMUNITY, name), TieColumns()
        seen: set[str] = set()
        for (row, bad_time, cell, community, label, text, joined), t in zip(rows, since.values().tolist(), strict=True):
            key = cell.strip()
            if self._bad_node(facts.problems, row, key, seen):
                continue
            if bad_time:
                facts.problems.refuse(row, "since", joined, "not_a_date", TIME_EXPECTED)
                continue
            seen.add(key)
            person = self.ids[self.add(key)]
            _describe(facts, person, Provenance(name, row), label, text, joined)
            for one in dict.fromkeys(c.strip() for c in community.split(COMMUNITY_SEPARATOR) if c.strip()):
                target = communities.get(one, row, facts.problems, "community")
                if target:
                    member.add(person, target, t, row)
        facts.nodes.extend(communities.nodes.values())
        facts.ties.extend(member.batches(TieKind.MEMBER_OF, name))

    def _bad_node(self, problems: Problems, row: int, key: str, seen: set[str]) -> bool:
        if not key or key in seen:
            code = "duplicate_id" if key else "empty"
            problems.refuse(row, "id", key, code, "an id of its own for each person")
        elif CONTROL.search(key):
            problems.refuse(row, "id", key, "bad_id", ID_EXPECTED)
        elif key in self.taken:
            problems.refuse(row, "id", key, "id_taken", "an id that nobody has: it is the id of a member")
        else:
            return False
        return True

    def _edges(self, parts: Iterable[Part], facts: Facts, name: str) -> None:
        times, goods = TimeColumn(), []
        columns: tuple[list[IntArray], list[IntArray], list[IntArray]] = ([], [], [])
        for part in parts:
            facts.rows += len(part)
            u, v, t = self._numbers(part, "u"), self._numbers(part, "v"), times.add(part.column("t"))
            good = (u >= 0) & (v >= 0) & (u != v) & ~np.isinf(t)
            for i in np.flatnonzero(~good).tolist():
                _refuse_edge(facts.problems, part, i, int(u[i]), int(v[i]))
            goods.append(good)
            for column, values in zip(columns, (u, v, np.asarray(part.rows)), strict=True):
                column.append(values[good])
        if goods:
            u, v, rows = (np.concatenate(c) for c in columns)
            when = times.values()[np.concatenate(goods)]
            facts.ties.extend(meetings(self.ids, u, v, when, rows, name))

    def _groups(self, parts: Iterable[Part], facts: Facts, name: str) -> None:
        groups, joined = _Targets(NodeKind.GROUP, name), TieColumns()
        for row, person, (group,), t in self._dated_rows(parts, facts, "since", ("group",)):
            target = groups.get(group, row, facts.problems, "group")
            if target:
                joined.add(person, target, t, row)
        facts.nodes.extend(groups.nodes.values())
        facts.ties.extend(joined.batches(TieKind.JOINED, name))

    def _events(self, parts: Iterable[Part], facts: Facts, name: str) -> None:
        events, attended = _Targets(NodeKind.EVENT, name), TieColumns()
        for row, person, (event,), t in self._dated_rows(parts, facts, "t", ("event",)):
            target = events.get(event, row, facts.problems, "event")
            if target:
                attended.add(person, target, t, row)
        facts.nodes.extend(events.nodes.values())
        facts.ties.extend(attended.batches(TieKind.ATTENDED, name))

    def _texts(self, parts: Iterable[Part], facts: Facts, name: str) -> None:
        allowed = ", ".join(StatementKind)
        for row, person, (text, kind), t in self._dated_rows(parts, facts, "t", ("text", "kind")):
            word = kind.lower() or StatementKind.TEXT
            if not text:
                facts.problems.refuse(row, "text", text, "empty", "a text")
            elif word not in StatementKind.__members__.values():
                facts.problems.refuse(row, "kind", kind, "unknown_kind", f"one of {allowed}")
            else:
                when = None if np.isnan(t) else t
                origin = Provenance(name, row)
                facts.statements.append(Statement(person, StatementKind(word), text, NETWORK_OPEN, origin, when))

    # ---- shared by them

    def _numbers(self, part: Part, column: str) -> IntArray:
        return np.fromiter(map(self.index.__getitem__, part.column(column)), np.int64, len(part))

    def _dated_rows(
        self, parts: Iterable[Part], facts: Facts, time: str, columns: Sequence[str]
    ) -> Iterator[tuple[int, str, tuple[str, ...], float]]:
        """Give row, person, stripped cells and time of the rows whose person and time are good."""
        times, goods = TimeColumn(), []
        kept: list[tuple[int, int, list[str]]] = []
        for part in parts:
            facts.rows += len(part)
            person, t = self._numbers(part, "id"), times.add(part.column(time))
            good = (person >= 0) & ~np.isinf(t)
            for i in np.flatnonzero(~good).tolist():
                column, code, expected = ("id", "unknown_id", PERSON_EXPECTED)
                if person[i] >= 0:
                    column, code, expected = (time, "not_a_date", TIME_EXPECTED)
                facts.problems.refuse(part.rows[i], column, part.column(column)[i], code, expected)
            goods.append(good)
            cells = [part.column(c) for c in columns]
            kept.extend((part.rows[i], int(person[i]), [c[i] for c in cells]) for i in np.flatnonzero(good).tolist())
        known = times.values()[np.concatenate(goods)].tolist() if goods else []
        for (row, number, texts), when in zip(kept, known, strict=True):
            yield row, self.ids[number], tuple(map(cleaned, texts)), when


class _Targets:
    """Nodes that people belong to or went to, made when they are first named."""

    def __init__(self, kind: NodeKind, source: str) -> None:
        self.nodes: dict[str, Node] = {}
        self._kind, self._source = kind, source

    def get(self, name: str, row: int, problems: Problems, column: str) -> str | None:
        """Give the id of a target; a name that cannot be an id refuses the row."""
        known = self.nodes.get(name)
        if known is not None:
            return known.id
        if not name or CONTROL.search(name):
            problems.refuse(row, column, name, "bad_id" if name else "empty", ID_EXPECTED)
            return None
        origin = Provenance(self._source, row)
        fields = {"name": Field(name, NETWORK_OPEN, origin)}
        self.nodes[name] = Node(node_id(self._kind, name), NETWORK_OPEN, origin, fields)
        return self.nodes[name].id


def _describe(facts: Facts, person: str, origin: Provenance, name: str, text: str, since: str) -> None:
    given = {"name": cleaned(name), "since": cleaned(since)}
    fields = {field: Field(value, NETWORK_OPEN, origin) for field, value in given.items() if value}
    facts.nodes.append(Node(person, NETWORK_OPEN, origin, fields))
    if cleaned(text):
        facts.statements.append(Statement(person, StatementKind.TEXT, cleaned(text), NETWORK_OPEN, origin))


def _refuse_edge(problems: Problems, part: Part, i: int, u: int, v: int) -> None:
    row = part.rows[i]
    if u == v != UNKNOWN:
        problems.refuse(row, "v", part.column("v")[i], "self_meeting", "two different people")
    elif u == UNKNOWN or v == UNKNOWN:
        column = "u" if u == UNKNOWN else "v"
        problems.refuse(row, column, part.column(column)[i], "unknown_id", PERSON_EXPECTED)
    else:
        problems.refuse(row, "t", part.column("t")[i], "not_a_date", TIME_EXPECTED)
