"""Nodes and their attributes as properties of the Neo4j store, and back.

A node holds ``id``, ``key``, ``policy``, ``source``, ``row``, ``said`` and ``seq``; an attribute ``name`` the
properties ``name`` (its words), ``name_policy``, ``name_source``, ``name_row`` and ``name_said``. The name of
an attribute that could be taken for one of these, or that Neo4j does not take, stands between tildes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from graph.errors import Refused
from graph.policy import Policy
from graph.records import Field, Node, Provenance, key_of

Properties = dict[str, Any]

OWN = frozenset({"id", "key", "policy", "source", "row", "said", "seq"})
ENDINGS = ("_policy", "_source", "_row", "_said")
MARK = "~"
LONGEST_ID = 8_000
"""Bytes; an index of Neo4j takes little more ("Index limitations" of its manual)."""


def property_of(name: str) -> str:
    """Give the property that holds an attribute; two attributes never share one."""
    if not name or name in OWN or name.endswith(ENDINGS) or name.startswith(MARK) or "\0" in name:
        return f"{MARK}{quote(name, safe=' ')}{MARK}"
    return name


def name_of(key: str) -> str | None:
    """Give the attribute whose words a property holds; None of the other properties."""
    if key in OWN or key.endswith(ENDINGS):
        return None
    return unquote(key[1:-1]) if key.startswith(MARK) else key


def node_properties(node: Node, seq: int) -> Properties:
    """Give all properties of a new node."""
    properties = {"id": indexable(node.id), "key": key_of(node.id), "seq": seq, **own_properties(node)}
    for name, field in node.fields.items():
        properties |= field_properties(name, field)
    return properties


def own_properties(node: Node) -> Properties:
    """Give what the node itself has: who may know of it, and where it comes from."""
    return {"policy": written(node.policy), **origin(node.provenance)}


def field_properties(name: str, field: Field) -> Properties:
    """Give the properties of one attribute."""
    key = property_of(name)
    facts = {"policy": written(field.policy), **origin(field.provenance)}
    return {key: field.value, **{f"{key}_{fact}": value for fact, value in facts.items()}}


@lru_cache(maxsize=4_096)
def written(policy: Policy) -> str:
    """Give the canonical line of a policy; most facts share a few."""
    return policy.to_json()


def origin(provenance: Provenance) -> Properties:
    """Give where a fact comes from."""
    return {"source": provenance.source, "row": provenance.row, "said": str(provenance.said)}


def difference(current: Mapping[str, Any], node: Node) -> tuple[Properties, int]:
    """Compare a node that comes again with what is there.

    Returns
    -------
    Properties
        What to set; a fact of the same content keeps its first provenance.
    int
        How many facts changed; an attribute that was not there before is not counted.
    """
    updates: Properties = {}
    changed = 0
    own = own_properties(node)
    if current["policy"] != own["policy"]:
        updates |= own
        changed += 1
    for name, field in node.fields.items():
        new, key = field_properties(name, field), property_of(name)
        if any(current.get(k) != new[k] for k in (key, f"{key}_policy")):
            updates |= new
            changed += key in current
    return updates, changed


def fields_of(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give attribute and property of each attribute among the properties of a node."""
    for key in sorted(keys):
        name = name_of(key)
        if name is not None:
            yield name, key


def indexable(identifier: str) -> str:
    """Give an id or key as it is, where an index can hold it.

    Raises
    ------
    graph.errors.Refused
        If it is too long.
    """
    if len(identifier) * 4 > LONGEST_ID and len(identifier.encode()) > LONGEST_ID:
        raise Refused(f"{identifier[:40]!r}…: longer than {LONGEST_ID} bytes, which Neo4j cannot look up")
    return identifier
