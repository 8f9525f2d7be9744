"""Export as GraphML, which Gephi, yEd, networkx and igraph read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from graph.export.wording import NODE_WORDS, SAID_WORDS, STATEMENT_WORDS, Wording, pieces, rows, tie_pieces
from graph.kinds import SYMMETRIC, TieKind
from graph.records import key_of
from graph.tables import TIE_KINDS
from graph.view import View

STATES = "STATES"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_NODE_KEYS: Mapping[str, str] = {
    "kind": "string", "key": "string", "label": "string", "says": "string", "text": "string", "t": "double",
    "details": "string", "policy": "string", "said": "string", "source": "string",
}  # fmt: skip
_EDGE_KEYS: Mapping[str, str] = {
    "kind": "string", "weight": "double", "symmetric": "boolean", "t": "double", "until": "double",
    "details": "string", "policy_src": "string", "policy_dst": "string", "said": "string", "source": "string",
}  # fmt: skip
# XML 1.0, production 2 (Char): what stands outside these ranges has no way to be written at all.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# XML 1.0, production 7 (Nmtoken), which the GraphML schema asks of ids and names; "_x" begins an escape.
_NO_TOKEN = re.compile(
    "_(?=x)|[^:A-Za-z_.0-9\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff-]"
)
_CONTROL_PICTURES = 0x2400
_REPLACEMENT = "\ufffd"


def write_graphml(view: View, handle: BinaryIO) -> None:
    """Write all that a view holds as one directed GraphML graph in UTF-8.

    Parameters
    ----------
    view : View
        What may leave: a view for `graph.policy.Purpose.EXPORT`.
    handle : binary file
        Open for writing; written in order, never sought.

    Notes
    -----
    Nodes keep their ids; a character that an id may not have there, such as a blank, is written as
    ``_x0020_``. They carry ``kind``, ``key`` (id of the imported file where it had ids), ``label``
    (name, or key where no name may be shown) and their attributes by name; an attribute that is called
    like one of ours is written as ``field.…``. A statement is a node of kind ``statement`` with
    ``says`` (need, offer, …) and ``text``, joined to its owner by an edge of kind ``STATES``.
    ``weight`` of an edge is how often it was recorded; ``symmetric`` tells that its direction means
    nothing. Times are POSIX seconds, left out where undated. Attributes are shown without their own
    policies: `graph.export.write_jsonl` keeps everything. ``denied`` and ``partners`` of a policy are
    written for the operator only.

    A character that XML 1.0 forbids in a text becomes its control picture (``␀``) or U+FFFD.

    References
    ----------
    Brandes, U., Eiglsperger, M., Herman, I., Himsolt, M., Marshall, M. S. (2002), "GraphML progress
    report: structural layer proposal", Graph Drawing 2001, LNCS 2265.
    """
    words = Wording(view)
    handle.writelines(line.encode() for line in _lines(words))


def _lines(words: Wording) -> Iterator[str]:
    fields = _field_keys(words.view)
    yield _HEAD
    yield from _keys("node", {**_NODE_KEYS, **dict.fromkeys(fields.values(), "string")})
    yield from _keys("edge", _EDGE_KEYS)
    yield '<graph id="musubi" edgedefault="directed">\n'
    yield from _nodes(words, fields)
    yield from _statements(words)
    yield from _edges(words)
    yield "</graph>\n</graphml>\n"


def _field_keys(view: View) -> dict[str, str]:
    """Give the name under which each attribute is written."""
    keys: dict[str, str] = {}
    for name in sorted(set(view.fields.name.tolist())):
        key = name
        while key in _NODE_KEYS or key in keys.values():
            key = f"field.{key}"
        keys[name] = key
    return keys


def _keys(domain: str, types: Mapping[str, str]) -> Iterator[str]:
    for name, kind in types.items():
        yield f'<key id={_key(domain, name)} for="{domain}" attr.name={_token(name)} attr.type="{kind}"/>\n'


def _nodes(words: Wording, field_keys: Mapping[str, str]) -> Iterator[str]:
    view, fields_of = words.view, enumerate(words.fields)
    for part in pieces(view.nodes):
        columns = (part.ids, part.kind, part.policy, part.said, part.source)
        for identifier, kind, policy, said, source in rows(*columns):
            row, fields = next(fields_of)
            yield _node(identifier, [
                ("kind", NODE_WORDS[kind]),
                ("key", key_of(identifier)),
                ("label", view.label(row)),
                ("policy", words.policies[policy]),
                ("said", SAID_WORDS[said]),
                ("source", view.sources[source]),
                *((field_keys[view.fields.name[i]], view.fields.value[i]) for i in fields),
            ])  # fmt: skip


def _statements(words: Wording) -> Iterator[str]:
    for part in pieces(words.view.statements):
        columns = (part.ids, part.kind, part.text, part.t, part.details, part.policy, part.said, part.source)
        for identifier, kind, text, t, details, policy, said, source in rows(*columns):
            yield _node(identifier, [
                ("kind", "statement"),
                ("says", STATEMENT_WORDS[kind]),
                ("text", text),
                ("t", _seconds(t)),
                ("details", details),
                ("policy", words.policies[policy]),
                ("said", SAID_WORDS[said]),
                ("source", words.view.sources[source]),
            ])  # fmt: skip


def _node(identifier: str, attributes: Iterable[tuple[str, str | None]]) -> str:
    data = "".join(_data("node", name, value) for name, value in attributes)
    return f"<node id={_token(identifier)}>{data}</node>\n"


def _edges(words: Wording) -> Iterator[str]:
    ids = [_token(i) for i in words.ids]
    states = _data("edge", "kind", STATES)
    for part in pieces(words.view.statements):
        for owner, identifier in zip(part.owner.tolist(), part.ids.tolist(), strict=True):
            yield f"<edge source={ids[owner]} target={_token(identifier)}>{states}</edge>\n"
    yield from _ties(words, ids)


def _ties(words: Wording, ids: list[str]) -> Iterator[str]:
    """Write the ties; what repeats is written once a code, for a large graph has millions of them."""
    kinds = [_kind_data(kind) for kind in TIE_KINDS]
    said = [_data("edge", "said", word) for word in SAID_WORDS]
    sources = [_data("edge", "source", name) for name in words.view.sources]
    theirs, mine = ([_data("edge", name, p) for p in words.policies] for name in ("policy_dst", "policy_src"))
    for part in tie_pieces(words.view):
        columns = (
            part.kind, part.src, part.dst, part.t, part.until, part.n, part.details,
            part.policy_src, part.policy_dst, part.said, part.source,
        )  # fmt: skip
        for kind, src, dst, t, until, n, details, policy_src, policy_dst, who, source in rows(*columns):
            times = _data("edge", "t", _seconds(t)) + _data("edge", "until", _seconds(until))
            yield (
                f"<edge source={ids[src]} target={ids[dst]}>{kinds[kind]}{_data('edge', 'weight', str(n))}{times}"
                f"{_data('edge', 'details', details)}{mine[policy_src]}{theirs[policy_dst]}{said[who]}{sources[source]}"
                "</edge>\n"
            )


def _kind_data(kind: TieKind) -> str:
    return _data("edge", "kind", str(kind)) + _data("edge", "symmetric", str(kind in SYMMETRIC).lower())


def _data(domain: str, name: str, value: str | None) -> str:
    return "" if value is None else f"<data key={_key(domain, name)}>{_content(value)}</data>"


def _seconds(t: float) -> str | None:
    return None if t != t else repr(t)


def _content(text: str) -> str:
    """Escape element content; a carriage return would come back as a line feed otherwise."""
    return escape(_FORBIDDEN.sub(_shown, text), {"\r": "&#13;"})


def _token(text: str) -> str:
    """Give an id or name as a quoted attribute that the schema takes; different texts stay different."""
    return quoteattr(_NO_TOKEN.sub(_escaped, text))


@cache
def _key(domain: str, name: str) -> str:
    return _token(f"{domain}.{name}")


def _escaped(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_CONTROL_PICTURES + code) if code < ord(" ") else _REPLACEMENT
