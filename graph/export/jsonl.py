"""Export as JSON lines: one line a node, statement and tie; equal graphs give equal bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from graph.errors import Refused
from graph.export.wording import (
    NODE_WORDS,
    SAID_WORDS,
    STATEMENT_WORDS,
    TIE_WORDS,
    Wording,
    pieces,
    rows,
    tie_pieces,
)
from graph.view import View

EXACT_INTEGERS = 2.0**53
DIFFERENT_DETAILS = 8_192


def write_jsonl(view: View, handle: BinaryIO) -> None:
    """Write all that a view holds as JSON lines in UTF-8.

    Parameters
    ----------
    view : View
        What may leave: a view for `graph.policy.Purpose.EXPORT`.
    handle : binary file
        Open for writing; written in order, never sought, so standard output will do.

    Raises
    ------
    graph.errors.Refused
        If the details of a tie are no JSON object.

    Notes
    -----
    Lines come as nodes, statements, ties, each sorted by id (ties by kind, source, target, time). Keys
    are sorted; nothing in a line tells when or in which order facts came in. Times are POSIX seconds,
    null where undated. A policy is the object of `graph.policy.Policy.to_json`; ``denied`` and ``partners``
    are in it for the operator only, for others ``"partial": true`` stands there. An attribute holds its own
    policy and source:

    ``{"fields": {"name": {"policy": …, "said": …, "source": …, "value": …}}, "id": …, "kind": …,
    "policy": …, "said": …, "source": …, "type": "node"}``

    ``{"details": {}, "id": …, "kind": …, "owner": …, "policy": …, "said": …, "source": …, "t": …,
    "text": …, "type": "statement"}``

    ``{"details": null, "dst": …, "kind": …, "n": 1, "policy_dst": …, "policy_src": …, "said": …,
    "source": …, "src": …, "t": …, "type": "tie", "until": …}``

    A symmetric tie has the smaller id as ``src``. `graph.export.read_jsonl` brings the
    lines of an operator's export back.
    """
    words = Wording(view)
    for lines in (node_lines(words), statement_lines(words), tie_lines(words)):
        handle.writelines(line.encode() for line in lines)


def node_lines(words: Wording) -> Iterator[str]:
    """Give the line of each node."""
    view, fields = words.view, iter(words.fields)
    for part in pieces(view.nodes):
        columns = (part.ids, part.kind, part.policy, part.source, part.said)
        for identifier, kind, policy, source, said in rows(*columns):
            yield _line({
                "fields": {view.fields.name[i]: _field(words, i) for i in next(fields)},
                "id": identifier,
                "kind": NODE_WORDS[kind],
                "policy": json.loads(words.policies[policy]),
                "said": SAID_WORDS[said],
                "source": view.sources[source],
                "type": "node",
            })  # fmt: skip


def _field(words: Wording, row: int) -> dict[str, object]:
    view = words.view
    return {
        "policy": json.loads(words.policies[view.fields.policy[row]]),
        "said": SAID_WORDS[view.fields.said[row]],
        "source": view.sources[view.fields.source[row]],
        "value": view.fields.value[row],
    }


def statement_lines(words: Wording) -> Iterator[str]:
    """Give the line of each statement."""
    for part in pieces(words.view.statements):
        columns = (
            part.ids, part.owner, part.kind, part.text, part.t, part.details, part.policy, part.source, part.said
        )  # fmt: skip
        for identifier, owner, kind, text, t, details, policy, source, said in rows(*columns):
            yield _line({
                "details": json.loads(details) if details else {},
                "id": identifier,
                "kind": STATEMENT_WORDS[kind],
                "owner": words.ids[owner],
                "policy": json.loads(words.policies[policy]),
                "said": SAID_WORDS[said],
                "source": words.view.sources[source],
                "t": _seconds(t),
                "text": text,
                "type": "statement",
            })  # fmt: skip


def tie_lines(words: Wording) -> Iterator[str]:
    """Give the line of each tie, put together from parts that are JSON already: three times as fast as a dump."""
    ids = [_text(i) for i in words.ids]
    policies = words.policies
    sources = [_text(s) for s in words.view.sources]
    for part in tie_pieces(words.view):
        columns = (
            part.kind, part.src, part.dst, part.t, part.until, part.n, part.details,
            part.policy_src, part.policy_dst, part.source, part.said,
        )  # fmt: skip
        for kind, src, dst, t, until, n, details, policy_src, policy_dst, source, said in rows(*columns):
            yield (
                f'{{"details": {_object(details)}, "dst": {ids[dst]}, "kind": "{TIE_WORDS[kind]}", "n": {n},'
                f' "policy_dst": {policies[policy_dst]}, "policy_src": {policies[policy_src]},'
                f' "said": "{SAID_WORDS[said]}", "source": {sources[source]}, "src": {ids[src]},'
                f' "t": {_number(t)}, "type": "tie", "until": {_number(until)}}}\n'
            )


def _line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _seconds(t: float) -> float | int | None:
    """Give a time as the shortest number: whole seconds without a fraction, undated as None."""
    if t != t:
        return None
    return int(t) if t.is_integer() and abs(t) < EXACT_INTEGERS else t


def _number(t: float) -> str:
    seconds = _seconds(t)
    return "null" if seconds is None else repr(seconds)


@lru_cache(maxsize=DIFFERENT_DETAILS)
def _object(details: str | None) -> str:
    """Give the details of a tie in canonical form, however they were laid out."""
    if details is None:
        return "null"
    try:
        found = json.loads(details)
    except ValueError as error:
        raise Refused(f"details of a tie: got {details!r}, expected a JSON object") from error
    if not isinstance(found, dict):
        raise Refused(f"details of a tie: got {details!r}, expected a JSON object")
    return json.dumps(found, ensure_ascii=False, sort_keys=True, allow_nan=False)
