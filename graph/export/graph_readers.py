"""Reading exports back from GraphML and GEXF."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from graph.errors import Refused
from graph.export.attributes import RECORD, STATES
from graph.export.records import Raw
from graph.export.xml_text import untoken


def graphml_records(handle: BinaryIO) -> Iterator[tuple[str, Raw]]:
    """Give the records of what `graph.export.write_graphml` wrote.

    Raises
    ------
    graph.errors.Refused
        If it is no XML, or XML with entities or a document type, which no export of ours has.

    Notes
    -----
    A node is brought back from its ``record``, a tie from its attributes: what was changed in other attributes of
    a node is not read. Everything comes back but characters of a source's name that XML 1.0 forbids.
    """
    names: dict[str, str] = {}
    for element in _elements(handle, "key", "node", "edge"):
        tag = _local(element)
        if tag == "key":
            names[element.get("id", "")] = untoken(element.get("attr.name", ""))
            continue
        data = {names.get(d.get("key", ""), ""): d.text or "" for d in element if _local(d) == "data"}
        yield from _record(tag, element, data)


def gexf_records(handle: BinaryIO) -> Iterator[tuple[str, Raw]]:
    """Give the records of what `graph.export.write_gexf` wrote; see `graphml_records`."""
    names: dict[str, str] = {}
    for element in _elements(handle, "attribute", "node", "edge"):
        tag = _local(element)
        if tag == "attribute":
            names[element.get("id", "")] = element.get("title", "")
            continue
        values = (v for v in element.iter() if _local(v) == "attvalue")
        data = {names.get(v.get("for", ""), ""): v.get("value", "") for v in values}
        data.setdefault("weight", element.get("weight", "1"))
        yield from _record(tag, element, data)


def _elements(handle: BinaryIO, *tags: str) -> Iterator[Element]:
    """Give the elements of some names as they end, letting go of those that were read."""
    open_: list[Element] = []
    try:
        for event, element in iterparse(handle, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                open_.append(element)
                continue
            open_.pop()
            if _local(element) in tags:
                yield element
                open_[-1].remove(element)
    except (ParseError, DefusedXmlException) as error:
        raise Refused(f"not a graph file of musubi: {error}") from error


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _record(tag: str, element: Element, data: Mapping[str, str]) -> Iterator[tuple[str, Raw]]:
    if tag == "node":
        where = f"node {untoken(element.get('id', ''))!r}"
        if RECORD not in data:
            raise Refused(f"not a graph file of musubi: {where} has no attribute {RECORD!r}")
        yield where, data[RECORD].encode()
    elif data.get("kind") != STATES:
        yield _tie(element, data)


def _tie(element: Element, data: Mapping[str, str]) -> tuple[str, Raw]:
    src, dst = (untoken(element.get(end, "")) for end in ("source", "target"))
    where = f"edge {src!r} - {dst!r}"
    try:
        record = {
            "type": "tie", "kind": data["kind"], "src": src, "dst": dst, "n": int(float(data["weight"])),
            "details": json.loads(data["details"]) if "details" in data else None,
            "policy_src": json.loads(data["policy_src"]), "policy_dst": json.loads(data["policy_dst"]),
            "said": data["said"], "source": data["source"],
            **{name: float(data[name]) if name in data else None for name in ("t", "until")},
        }  # fmt: skip
    except (KeyError, ValueError) as error:
        raise Refused(f"not a graph file of musubi: {where}: {error}") from error
    return where, record
