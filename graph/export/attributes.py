"""Nodes, statements and ties with their attributes by name, as graph tools show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graph.export.jsonl import node_lines, statement_lines
from graph.export.wording import NODE_WORDS, SAID_WORDS, STATEMENT_WORDS, Wording, pieces, rows
from graph.export.xml_text import FORBIDDEN
from graph.records import key_of
from graph.view import View

STATES = "STATES"
RECORD = "record"
NODE_KEYS: Mapping[str, str] = {
    "kind": "string", "key": "string", "label": "string", "says": "string", "text": "string", "t": "double",
    "details": "string", "policy": "string", "said": "string", "source": "string", RECORD: "string",
}  # fmt: skip
EDGE_KEYS: Mapping[str, str] = {
    "kind": "string", "weight": "double", "symmetric": "boolean", "t": "double", "until": "double",
    "details": "string", "policy_src": "string", "policy_dst": "string", "said": "string", "source": "string",
}  # fmt: skip

Attributes = Sequence[tuple[str, str | None]]


def field_keys(view: View) -> dict[str, str]:
    """Give the name under which each attribute of the graph is written: ours come first."""
    keys: dict[str, str] = {}
    for name in sorted(set(view.fields.name.tolist())):
        key = name
        while key in NODE_KEYS or key in keys.values():
            key = f"field.{key}"
        keys[name] = key
    return keys


def node_attributes(words: Wording, keys: Mapping[str, str]) -> Iterator[tuple[str, Attributes]]:
    """Give id and attributes of each node, in the order of ids; a value is None where there is none.

    Parameters
    ----------
    keys : mapping of str to str
        From `field_keys`.
    """
    view, fields_of, records = words.view, enumerate(words.fields), node_lines(words)
    for part in pieces(view.nodes):
        columns = (part.ids, part.kind, part.policy, part.said, part.source)
        for identifier, kind, policy, said, source in rows(*columns):
            row, fields = next(fields_of)
            yield (
                identifier,
                [
                    ("kind", NODE_WORDS[kind]),
                    ("key", key_of(identifier)),
                    ("label", view.label(row)),
                    ("policy", words.policies[policy]),
                    ("said", SAID_WORDS[said]),
                    ("source", view.sources[source]),
                    (RECORD, _record(next(records))),
                    *((keys[view.fields.name[i]], view.fields.value[i]) for i in fields),
                ],
            )


def statement_attributes(words: Wording) -> Iterator[tuple[str, Attributes]]:
    """Give id and attributes of each statement, in the order of ids."""
    records = statement_lines(words)
    for part in pieces(words.view.statements):
        columns = (part.ids, part.kind, part.text, part.t, part.details, part.policy, part.said, part.source)
        for identifier, kind, text, t, details, policy, said, source in rows(*columns):
            yield (
                identifier,
                [
                    ("kind", "statement"),
                    ("says", STATEMENT_WORDS[kind]),
                    ("text", text),
                    ("t", seconds(t)),
                    ("details", details),
                    ("policy", words.policies[policy]),
                    ("said", SAID_WORDS[said]),
                    ("source", words.view.sources[source]),
                    (RECORD, _record(next(records))),
                ],
            )


def seconds(t: float) -> str | None:
    """Give a time as the shortest number that reads back as the same, None where undated."""
    return None if t != t else repr(t)


def _record(line: str) -> str:
    """Give a line of JSON as XML can hold it: what XML forbids as an escape of JSON."""
    return FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line.rstrip("\n"))
