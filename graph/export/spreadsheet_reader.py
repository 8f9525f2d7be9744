"""Reading an export back from its folder of four CSV tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from graph.errors import Refused
from graph.export.records import Raw
from graph.export.spreadsheet import TABLES, unguarded

HEADS: Mapping[str, tuple[str, ...]] = {
    "nodes.csv": ("id", "kind", "name", "audience", "matching", "as_reason"),
    "fields.csv": ("node", "name", "value", "audience", "matching", "as_reason"),
    "statements.csv": ("id", "owner", "kind", "text", "t", "audience", "matching", "as_reason"),
    "ties.csv": ("kind", "src", "dst", "t", "until", "n", "audience_src", "audience_dst"),
}
"""Columns by which each table is known to be of an export."""

Row = Mapping[str, str]


def is_csv_export(folder: Path) -> bool:
    """Tell whether a folder holds the four tables of an export."""
    return all((folder / name).is_file() and is_table(folder / name) for name in TABLES)


def is_table(path: Path) -> bool:
    """Tell by its columns whether a file is one of the four tables."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            head = next(csv.reader(handle), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    return set(HEADS.get(path.name, ("\0",))) <= set(head)


def csv_records(folder: Path) -> Iterator[tuple[str, Raw]]:
    """Give the records of what `graph.export.write_csv` wrote, with the apostrophes of its guard taken away.

    Raises
    ------
    graph.errors.Refused
        If a table cannot be read, or an attribute belongs to a node that is not there.
    """
    nodes: dict[str, tuple[str, dict[str, object]]] = {}
    fields: dict[str, dict[str, object]] = {}
    for where, row in _rows(folder / "nodes.csv"):
        fields[row["id"]] = {}
        fact = _fact(where, row)
        nodes[row["id"]] = where, {"type": "node", "id": row["id"], "kind": row["kind"], **fact}
    for where, row in _rows(folder / "fields.csv"):
        if row["node"] not in fields:
            raise Refused(f"{where}: no node {row['node']!r} in nodes.csv")
        fields[row["node"]][row["name"]] = {"value": row["value"], **_fact(where, row)}
    for identifier, (where, node) in nodes.items():
        yield where, {**node, "fields": fields[identifier]}
    for where, row in _rows(folder / "statements.csv"):
        yield where, _statement(where, row)
    for where, row in _rows(folder / "ties.csv"):
        yield where, _tie(where, row)


def _statement(where: str, row: Row) -> dict[str, object]:
    details = _json(where, "details", row["details"]) if row["details"] else {}
    return {
        "type": "statement", "id": row["id"], "owner": row["owner"], "kind": row["kind"], "text": row["text"],
        "t": _number(where, row, "t"), "details": details, **_fact(where, row),
    }  # fmt: skip


def _tie(where: str, row: Row) -> dict[str, object]:
    n = _number(where, row, "n")
    return {
        "type": "tie", "kind": row["kind"], "src": row["src"], "dst": row["dst"],
        "t": _number(where, row, "t"), "until": _number(where, row, "until"), "n": 1 if n is None else int(n),
        "details": _json(where, "details", row["details"]) if row["details"] else None,
        "policy_src": _policy(where, row, "_src"), "policy_dst": _policy(where, row, "_dst"),
        "said": row["said"], "source": row["source"],
    }  # fmt: skip


def _fact(where: str, row: Row) -> dict[str, object]:
    return {"policy": _policy(where, row, ""), "said": row["said"], "source": row["source"]}


def _policy(where: str, row: Row, end: str) -> dict[str, object]:
    as_reason = row[f"as_reason{end}"].lower()  # a spreadsheet that saved the table again writes TRUE
    if as_reason not in ("true", "false"):
        raise Refused(f"{where}, column 'as_reason{end}': got {as_reason!r}, expected true or false")
    limits = _json(where, f"limits{end}", row[f"limits{end}"]) if row[f"limits{end}"] else {}
    if not isinstance(limits, dict):
        raise Refused(f"{where}, column 'limits{end}': expected a JSON object")
    decided = {"audience": row[f"audience{end}"], "matching": row[f"matching{end}"], "as_reason": as_reason == "true"}
    return {**limits, **decided}


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the rows of a table with their number as a record of the file, texts as they were."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            table = csv.reader(handle, strict=True)
            head = next(table, [])
            for number, cells in enumerate(table, start=2):
                if len(cells) != len(head):
                    raise Refused(f"{path.name} row {number}: {len(cells)} cells, expected {len(head)}")
                yield f"{path.name} row {number}", dict(zip(head, map(unguarded, cells), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path.name}: cannot be read: {error}") from error


def _number(where: str, row: Row, name: str) -> float | None:
    try:
        return float(row[name]) if row[name] else None
    except ValueError as error:
        raise Refused(f"{where}, column {name!r}: got {row[name]!r}, expected a number") from error


def _json(where: str, name: str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refused(f"{where}, column {name!r}: got {text!r}, expected JSON") from error
