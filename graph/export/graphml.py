"""Export as GraphML, which Gephi, yEd, networkx and igraph read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import cache
from typing import BinaryIO

from graph.export.attributes import (
    EDGE_KEYS,
    NODE_KEYS,
    STATES,
    Attributes,
    field_keys,
    node_attributes,
    seconds,
    statement_attributes,
)
from graph.export.wording import SAID_WORDS, Wording, pieces, rows, tie_pieces
from graph.export.xml_text import content, token
from graph.kinds import SYMMETRIC, TieKind
from graph.tables import TIE_KINDS
from graph.view import View

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


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
    nothing. Times are POSIX seconds, left out where undated. ``record`` of a node holds its line of
    `graph.export.write_jsonl`, with the policy and source of every attribute: it is what
    `graph.export.graphml_records` brings back, whatever was done to the rest.

    A character that XML 1.0 forbids in a text becomes its control picture (``␀``) or U+FFFD.

    References
    ----------
    Brandes, U., Eiglsperger, M., Herman, I., Himsolt, M., Marshall, M. S. (2002), "GraphML progress
    report: structural layer proposal", Graph Drawing 2001, LNCS 2265.
    """
    words = Wording(view)
    handle.writelines(line.encode() for line in _lines(words))


def _lines(words: Wording) -> Iterator[str]:
    fields = field_keys(words.view)
    yield _HEAD
    yield from _keys("node", {**NODE_KEYS, **dict.fromkeys(fields.values(), "string")})
    yield from _keys("edge", EDGE_KEYS)
    yield '<graph id="musubi" edgedefault="directed">\n'
    yield from itertools.starmap(_node, node_attributes(words, fields))
    yield from itertools.starmap(_node, statement_attributes(words))
    yield from _edges(words)
    yield "</graph>\n</graphml>\n"


def _keys(domain: str, types: Mapping[str, str]) -> Iterator[str]:
    for name, kind in types.items():
        yield f'<key id={_key(domain, name)} for="{domain}" attr.name={token(name)} attr.type="{kind}"/>\n'


def _node(identifier: str, attributes: Attributes) -> str:
    data = "".join(_data("node", name, value) for name, value in attributes)
    return f"<node id={token(identifier)}>{data}</node>\n"


def _edges(words: Wording) -> Iterator[str]:
    ids = [token(i) for i in words.ids]
    states = _data("edge", "kind", STATES)
    for part in pieces(words.view.statements):
        for owner, identifier in zip(part.owner.tolist(), part.ids.tolist(), strict=True):
            yield f"<edge source={ids[owner]} target={token(identifier)}>{states}</edge>\n"
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
            times = _data("edge", "t", seconds(t)) + _data("edge", "until", seconds(until))
            yield (
                f"<edge source={ids[src]} target={ids[dst]}>{kinds[kind]}{_data('edge', 'weight', str(n))}{times}"
                f"{_data('edge', 'details', details)}{mine[policy_src]}{theirs[policy_dst]}{said[who]}{sources[source]}"
                "</edge>\n"
            )


def _kind_data(kind: TieKind) -> str:
    return _data("edge", "kind", str(kind)) + _data("edge", "symmetric", str(kind in SYMMETRIC).lower())


def _data(domain: str, name: str, value: str | None) -> str:
    return "" if value is None else f"<data key={_key(domain, name)}>{content(value)}</data>"


@cache
def _key(domain: str, name: str) -> str:
    return token(f"{domain}.{name}")
