"""Pages of the Neo4j store: what facts have in common once, and all else as columns.

The driver takes an answer apart value by value, which is what reading takes time for. So the server puts facts with
the same policies and sources together, and reads the properties of a fact at once: one by one it would go through the
whole chain of them for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graph.kinds import NodeKind
from graph.records import NodeId
from graph.store.neo4j_connection import Work
from graph.store.neo4j_schema import NODE_LABELS, TIE_TYPES, identifier

NODES_AT_ONCE = 5_000
TIES_AT_ONCE = 20_000
TYPES = "|".join(TIE_TYPES.values())

FILLED = " UNION ALL ".join(
    f"MATCH (:{identifier(kind)}) RETURN '{identifier(kind)}' AS x LIMIT 1" for kind in NodeKind
)
COMMON = "name IN ['policy', 'source', 'said'] OR any(x IN ['_policy', '_source', '_said'] WHERE name ENDS WITH x)"
IN_GROUPS = f"""
WITH properties(n) AS facts, COUNT {{ (n)-->() }} AS n_ties
WITH keys(facts) AS names, collect([facts, n_ties]) AS nodes
WITH nodes, [name IN names WHERE {COMMON}] AS common,
    [name IN names WHERE NOT ({COMMON}) AND NOT name IN ['key', 'seq']] AS own
UNWIND nodes AS node
WITH common, [name IN common | node[0][name]] AS values, own, collect(node[0]) AS facts, collect(node[1]) AS n_ties
RETURN common, values, own, [name IN own | [of IN facts | of[name]]], n_ties
"""
# Not all its properties: a statement may have a vector, which takes longer to read than all of the rest.
STATEMENTS_IN_GROUPS = """
WITH owner.id AS owner, labels(s) AS labels,
    s {.id, .text, .t, .details, .policy, .source, .said, .row} AS facts
RETURN labels, facts.policy, facts.source, facts.said, collect(facts.id), collect(owner), collect(facts.text),
    collect(coalesce(facts.t, NaN)), collect(coalesce(facts.details, '')), collect(coalesce(facts.row, -1))
"""
STATEMENT_PAGE = f"""
MATCH (s:Statement) WHERE s.id > $after
WITH s ORDER BY s.id LIMIT $page
MATCH (owner)-[:STATES]->(s)
{STATEMENTS_IN_GROUPS}
"""
# The place of the source and the row are one number. What few ties have is told of these only.
TIES_IN_GROUPS = """
WITH i, type(k) AS kind, b.id AS target, properties(k) AS facts
WITH i, kind, target, facts, facts.until IS NULL AND facts.details IS NULL AND facts.n = 1 AS plain
RETURN kind, facts.policy_src, facts.policy_dst, facts.source, facts.said, facts.t IS NULL, plain,
    collect(i * 4294967296 + coalesce(facts.row, -1) + 1), collect(target), collect(facts.t),
    collect(CASE WHEN NOT plain THEN [coalesce(facts.until, NaN), facts.n, coalesce(facts.details, '')] END)
"""


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """Nodes of a kind with the same properties, of which some have the same value in all.

    Attributes
    ----------
    common : mapping
        Policies, sources and who said it, by property.
    columns : mapping
        One value for each node, by property.
    n_ties : list of int
        How many relationships begin at each node, statements included.
    """

    common: Mapping[str, Any]
    columns: Mapping[str, list[Any]]
    n_ties: list[int]

    @property
    def ids(self) -> list[NodeId]:
        """Ids of the nodes."""
        return self.columns["id"]


class StatementGroup(NamedTuple):
    """Statements of a kind from one source with one policy; an empty ``details`` says that there are none."""

    labels: list[str]
    policy: str
    source: str
    said: str
    ids: list[str]
    owners: list[NodeId]
    texts: list[str]
    times: list[float]
    details: list[str]
    rows: list[int]


class TieGroup(NamedTuple):
    """Ties of a type from one source with the same policies; ``places``: the source's place and row + 1 in one.

    ``times`` is empty where ``undated``, and ``rare`` where ``plain``: else end, count and details of each.
    """

    kind: str
    policy_src: str
    policy_dst: str
    source: str
    said: str
    undated: bool
    plain: bool
    places: list[int]
    targets: list[NodeId]
    times: list[float]
    rare: list[list[Any]]


def filled_kinds(work: Work) -> list[NodeKind]:
    """Give the kinds of which there are nodes."""
    filled = {label for (label,) in work.rows(FILLED)}
    return [kind for kind in NodeKind if identifier(kind) in filled]


def all_nodes(work: Work, kind: NodeKind) -> Iterator[NodeGroup]:
    """Give all nodes of a kind."""
    query = f"MATCH (n:{identifier(kind)}) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $page {IN_GROUPS}"
    after, full = "", True
    while full:
        groups = _node_groups(work.rows(query, after=after, page=NODES_AT_ONCE))
        yield from groups
        full = sum(len(group.ids) for group in groups) == NODES_AT_ONCE
        after = max((max(group.ids) for group in groups), default="")


def some_nodes(work: Work, ids: Sequence[NodeId]) -> Iterator[NodeGroup]:
    """Give the nodes of some ids, as far as they are there."""
    for kind, part in by_kind(ids):
        query = f"UNWIND $ids AS id MATCH (n:{identifier(kind)} {{id: id}}) {IN_GROUPS}"
        yield from _node_groups(work.rows(query, ids=part))


def all_statements(work: Work) -> Iterator[StatementGroup]:
    """Give all statements."""
    after, full = "", True
    while full:
        groups = [StatementGroup(*row) for row in work.rows(STATEMENT_PAGE, after=after, page=NODES_AT_ONCE)]
        yield from groups
        full = sum(len(group.ids) for group in groups) == NODES_AT_ONCE
        after = max((max(group.ids) for group in groups), default="")


def some_statements(work: Work, owners: Sequence[NodeId]) -> Iterator[StatementGroup]:
    """Give the statements of some owners."""
    for kind, part in by_kind(owners):
        query = f"""UNWIND $ids AS id MATCH (owner:{identifier(kind)} {{id: id}})-[:STATES]->(s:Statement)
        {STATEMENTS_IN_GROUPS}"""
        yield from (StatementGroup(*row) for row in work.rows(query, ids=part))


def other_ends(work: Work, ids: Sequence[NodeId]) -> set[NodeId]:
    """Give the targets of the ties of some nodes."""
    found: set[NodeId] = set()
    for kind, part in by_kind(ids):
        query = f"""UNWIND $ids AS id MATCH (:{identifier(kind)} {{id: id}})-[:{TYPES}]->(b)
        RETURN collect(DISTINCT b.id)"""
        found.update(work.rows(query, ids=part)[0][0])
    return found


def ties_of(work: Work, n_ties: Mapping[NodeId, int]) -> Iterator[tuple[list[NodeId], list[TieGroup]]]:
    """Give the ties that begin at some nodes, page by page with the sources of the page.

    Parameters
    ----------
    n_ties : mapping
        The sources, each with about as many ties as begin there: a page holds `TIES_AT_ONCE` or a little more.
    """
    pages = [(kind, part) for kind, ids in _apart(n_ties) for part in _portions(ids, n_ties)]
    asked = ((_tie_page(kind), {"ids": part}) for kind, part in pages)
    for (_, part), rows in zip(pages, work.ahead(asked), strict=True):
        yield part, [TieGroup(*row) for row in rows]


def by_kind(ids: Iterable[NodeId]) -> Iterator[tuple[NodeKind, list[NodeId]]]:
    """Give ids by kind, in lists that one statement takes well."""
    for kind, some in _apart(ids):
        for start in range(0, len(some), NODES_AT_ONCE):
            yield kind, some[start : start + NODES_AT_ONCE]


def _apart(ids: Iterable[NodeId]) -> Iterator[tuple[NodeKind, list[NodeId]]]:
    groups: dict[str, list[NodeId]] = {}
    for node in ids:
        groups.setdefault(node.partition(":")[0], []).append(node)
    return ((NodeKind(kind), some) for kind, some in groups.items() if kind in NODE_LABELS)


def _portions(ids: Iterable[NodeId], n_ties: Mapping[NodeId, int]) -> Iterator[list[NodeId]]:
    """Give the sources in lists that hold about one page of ties together."""
    part: list[NodeId] = []
    n = 0
    for node in ids:
        if n_ties[node]:
            part.append(node)
            n += n_ties[node]
        if n >= TIES_AT_ONCE:
            yield part
            part, n = [], 0
    if part:
        yield part


def _node_groups(rows: Iterable[list[Any]]) -> list[NodeGroup]:
    return [
        NodeGroup(dict(zip(common, values, strict=True)), dict(zip(own, columns, strict=True)), n_ties)
        for common, values, own, columns, n_ties in rows
    ]


def _tie_page(kind: NodeKind) -> str:
    return f"""UNWIND range(0, size($ids) - 1) AS i
    MATCH (a:{identifier(kind)} {{id: $ids[i]}})-[k:{TYPES}]->(b)
    {TIES_IN_GROUPS}"""
