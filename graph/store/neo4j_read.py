"""Reading the Neo4j store as a snapshot, in collected pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.kinds import NodeKind, Said, StatementKind, TieKind
from graph.policy import Policy
from graph.snapshot import Snapshot
from graph.store.neo4j_connection import GraphMoved, Work
from graph.store.neo4j_records import fields_of
from graph.store.neo4j_schema import STATEMENT_LABELS, identifier
from graph.tables import (
    NODE_CODE,
    SAID_CODE,
    STATEMENT_CODE,
    TIE_CODE,
    FieldTable,
    NodeTable,
    StatementTable,
    TextArray,
    TieTable,
)

NODES_AT_ONCE = 5_000
TIES_AT_ONCE = 20_000
NO_ROW = -1
ALL_TIES = "|".join(identifier(kind) for kind in TieKind)
STATEMENT_OF = {label: STATEMENT_CODE[StatementKind(kind)] for kind, label in STATEMENT_LABELS.items()}
TIE_OF = {identifier(kind): TIE_CODE[kind] for kind in TieKind}

NODE_PAGE = """
MATCH (n:{label}) WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $page
RETURN collect(properties(n)), collect(COUNT {{ (n)-->() }})
"""
STATEMENT_PAGE = """
MATCH (s:Statement) WHERE s.id > $after
WITH s ORDER BY s.id LIMIT $page
MATCH (owner)-[:STATES]->(s)
RETURN labels(s), s.policy, s.source, s.said, collect([s.id, owner.id, s.text, s.t, s.details, s.row])
"""
TIE_PAGE = f"""
UNWIND range(0, size($ids) - 1) AS i
MATCH (a:{{label}} {{{{id: $ids[i]}}}})-[k:{ALL_TIES}]->(b)
RETURN type(k), k.policy_src, k.policy_dst, k.source, k.said,
    collect([i, b.id, k.t, k.until, k.n, k.row, k.details])
"""
def read_snapshot(work, version): ...
