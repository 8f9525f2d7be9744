"""Reading an export back from JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from graph.errors import Refused
from graph.export.jsonld import RECORD
from graph.export.records import Raw


def jsonld_records(handle: BinaryIO) -> Iterator[tuple[str, Raw]]:
    """Give the records of what `graph.export.write_jsonld` wrote.

    Raises
    ------
    graph.errors.Refused
        If it is no such document.

    Notes
    -----
    Every fact is brought back from its ``record``: what was changed in the words of schema.org is not read.
    """
    for number, found in enumerate(members(read_document(handle)), start=1):
        record = found.get(RECORD)
        if not isinstance(record, dict):
            raise Refused(f"no JSON-LD of musubi: member {number} of '@graph' has no {RECORD!r}")
        yield f"member {number} of '@graph'", record


def read_document(handle: BinaryIO) -> Mapping[str, object]:
    """Read a JSON object.

    Raises
    ------
    graph.errors.Refused
        If it is none, or holds a key twice.
    """
    try:
        found = json.load(handle, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(f"no JSON-LD of musubi: {error}") from error
    if not isinstance(found, dict):
        raise Refused("no JSON-LD of musubi: expected one JSON object")
    return found


def members(document: Mapping[str, object]) -> list[dict[str, object]]:
    """Give the members of the graph of a document.

    Raises
    ------
    graph.errors.Refused
        If it has none.
    """
    graph = document.get("@graph")
    if not isinstance(graph, list) or not all(isinstance(m, dict) for m in graph):
        raise Refused("no JSON-LD of musubi: expected a list of objects under '@graph'")
    return graph


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")
