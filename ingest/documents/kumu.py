"""Maps of Kumu as JSON: elements and connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents.flat import objects, text_of
from ingest.sheet import Sheet, records

ELEMENTS = ("_id", "Label", "Type", "Description", "Tags")
CONNECTIONS = ("From", "To", "Type", "Direction", "Strength")


def sheets(document: Any) -> list[Sheet]:
    """Give elements and connections."""
    if not isinstance(document, Mapping) or not {"elements", "connections"} <= document.keys():
        return []
    elements = [_row(e, ELEMENTS) for e in objects(document["elements"])]
    connections = [_row(c, CONNECTIONS) for c in objects(document["connections"])]
    out = [records("kumu", ELEMENTS, elements, "elements")]
    return [*out, records("kumu_connections", CONNECTIONS, connections, "connections")] if connections else out


def _row(record: Mapping[str, Any], headers: tuple[str, ...]) -> dict[str, str]:
    """Read a record; attributes stand in the record itself or inside ``attributes``, in any case."""
    inner = record.get("attributes")
    given = {k.casefold(): v for k, v in [*(inner or {}).items(), *record.items()] if k != "attributes"}
    return {header: text_of(given.get(header.casefold())) for header in headers}
