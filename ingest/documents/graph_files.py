"""Graphs that other programs wrote: GraphML and GEXF."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from graph.errors import Refused
from ingest.documents.flat import text_of
from ingest.limits import Limits
from ingest.sheet import Book, records
from ingest.source import UNREADABLE, Source, open_text

NODES = ("id", "label", "type", "description", "community")
EDGES = ("source", "target", "type", "date")
MOST_NODES = 100_000
MOST_EDGES = 1_000_000
SAME = {
    "label": ("label", "name", "Label", "Name", "title"),
    "type": ("type", "kind", "Type", "Kind", "category"),
    "description": ("description", "text", "Description", "bio"),
    "community": ("community", "group", "cluster", "Community", "modularity_class"),
}
SAME_OF_EDGES = {"type": ("type", "kind", "label", "relation", "Type"), "date": ("date", "start", "time", "t", "when")}


def form_of(head: str) -> str | None:
    """Tell whether a text begins as ``graphml`` or ``gexf``, else None."""
    return next((form for form in ("graphml", "gexf") if f"<{form}" in head), None)


def read_graph(source: Source, form: str, limits: Limits) -> Book:
    """Read a graph that is none of our own.

    Parameters
    ----------
    source : Source
        A text file.
    form : str
        ``"graphml"`` or ``"gexf"``.
    limits : Limits
        How large it may be.

    Raises
    ------
    Refused
        If it is too large, damaged, or its XML declares entities.
    """
    if source.stamp[0] > limits.unpacked_bytes:
        raise Refused(f"{source.label}: {source.stamp[0]:,} bytes, at most {limits.unpacked_bytes:,}")
    graph = _load(source, form, limits)
    if len(graph) > MOST_NODES or graph.number_of_edges() > MOST_EDGES:
        raise Refused(f"{source.label}: more than {MOST_NODES:,} nodes or {MOST_EDGES:,} edges: import it in parts")
    nodes = [{"id": str(n), "label": str(n)} | _same(data, SAME) for n, data in graph.nodes(data=True)]
    edges = [{"source": str(u), "target": str(v)} | _same(data, SAME_OF_EDGES) for u, v, data in graph.edges(data=True)]
    found = [records(form, NODES, nodes, "nodes")]
    return Book([*found, records(f"{form}_edges", EDGES, edges, "edges")] if edges else found)


def _load(source: Source, form: str, limits: Limits) -> Any:
    import defusedxml
    import networkx
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with open_text(source) as stream:
            text = stream.read(limits.unpacked_bytes).lstrip("\ufeff")
        content = _declared_utf8(text)
        fromstring(content, forbid_dtd=True)
        read = networkx.read_graphml if form == "graphml" else networkx.read_gexf
        return read(io.BytesIO(content))
    except (
        defusedxml.DefusedXmlException, networkx.NetworkXException, ParseError, RecursionError,
        ValueError, KeyError, TypeError, AttributeError, *UNREADABLE,
    ) as error:  # fmt: skip
        raise Refused(f"{source.label}: a damaged {form.upper()} file: {str(error)[:200]}") from error


def _declared_utf8(text: str) -> bytes:
    """Give the text as UTF-8 without its XML declaration, which may name another encoding."""
    body = text.partition("?>")[2] if text.startswith("<?xml") else text
    return body.encode()


def _same(data: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    found = {key: next((text_of(data[n]) for n in choices if n in data), "") for key, choices in names.items()}
    return {key: text for key, text in found.items() if text}
