"""Export as GEXF 1.3, whose nodes and edges have a time of their own: Gephi plays them on its time line."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
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
from graph.export.xml_text import attribute, token
from graph.kinds import SYMMETRIC, TieKind
from graph.tables import TIE_KINDS
from graph.view import View

MOMENTS = frozenset({TieKind.MET, TieKind.ATTENDED, TieKind.VISITED})
"""Kinds of ties that happen at one time rather than last from it on."""
OURS_ELSEWHERE = ("label", "weight")  # attributes of their own in GEXF
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
<meta><creator>musubi</creator></meta>
<graph mode="dynamic" defaultedgetype="directed" idtype="string" timeformat="double" timerepresentation="interval">
"""


def write_gexf(view: View, handle: BinaryIO) -> None:
    """Write all that a view holds as one directed, dynamic GEXF 1.3 graph in UTF-8.

    Parameters
    ----------
    view : View
        What may leave: a view for `graph.policy.Purpose.EXPORT`.
    handle : binary file
        Open for writing; written in order, never sought.

    Notes
    -----
    Nodes, statements and attributes are those of `graph.export.write_graphml`; ``label`` and ``weight`` are the
    attributes that GEXF has for them, and ``kind`` of an edge tells parallel ties apart. Times are POSIX
    seconds: a statement begins when it was said, a tie lasts from ``start`` to ``end``, and what happens at one
    time (a meeting, a visit) begins and ends there. What is undated has no time and is always shown.

    References
    ----------
    The GEXF working group (2022), "GEXF 1.3: Graph Exchange XML Format", specification and primer.
    """
    handle.writelines(line.encode() for line in _lines(Wording(view)))


def _lines(words: Wording) -> Iterator[str]:
    fields = field_keys(words.view)
    yield _HEAD
    yield from _declared("node", {**NODE_KEYS, **dict.fromkeys(fields.values(), "string")})
    yield from _declared("edge", EDGE_KEYS)
    yield "<nodes>\n"
    yield from itertools.starmap(_node, node_attributes(words, fields))
    yield from itertools.starmap(_node, statement_attributes(words))
    yield "</nodes>\n<edges>\n"
    numbers = itertools.count()
    for edge in itertools.chain(_states(words), _ties(words)):
        yield f'<edge id="{next(numbers)}" {edge}</attvalues></edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _declared(domain: str, types: Mapping[str, str]) -> Iterator[str]:
    yield f'<attributes class="{domain}" mode="static">\n'
    for name, kind in types.items():
        if name not in OURS_ELSEWHERE:
            yield f'<attribute id={token(name)} title={attribute(name)} type="{kind}"/>\n'
    yield "</attributes>\n"


def _node(identifier: str, attributes: Attributes) -> str:
    shown = dict(attributes)
    label, t = shown.get("label", shown.get("text")), shown.get("t")
    start = "" if shown["kind"] != "statement" or t is None else f' start="{t}"'
    values = "".join(_value(name, value) for name, value in attributes if name not in OURS_ELSEWHERE)
    return (
        f"<node id={token(identifier)} label={attribute(label or '')}{start}><attvalues>{values}</attvalues></node>\n"
    )


def _states(words: Wording) -> Iterator[str]:
    ids = [token(i) for i in words.ids]
    for part in pieces(words.view.statements):
        for owner, identifier, t in rows(part.owner, part.ids, part.t):
            yield (
                f'source={ids[owner]} target={token(identifier)} kind="{STATES}"{_start(t)}>'
                f"<attvalues>{_value('kind', STATES)}"
            )


def _ties(words: Wording) -> Iterator[str]:
    """Write the ties; what repeats is written once a code, for a large graph has millions of them."""
    ids = [token(i) for i in words.ids]
    kinds = [_value("kind", str(k)) + _value("symmetric", str(k in SYMMETRIC).lower()) for k in TIE_KINDS]
    said = [_value("said", word) for word in SAID_WORDS]
    sources = [_value("source", name) for name in words.view.sources]
    theirs, mine = ([_value(name, p) for p in words.policies] for name in ("policy_dst", "policy_src"))
    for part in tie_pieces(words.view):
        columns = (
            part.kind, part.src, part.dst, part.t, part.until, part.n, part.details,
            part.policy_src, part.policy_dst, part.said, part.source,
        )  # fmt: skip
        for kind, src, dst, t, until, n, details, policy_src, policy_dst, who, source in rows(*columns):
            times = _value("t", seconds(t)) + _value("until", seconds(until))
            word = TIE_KINDS[kind]
            yield (
                f'source={ids[src]} target={ids[dst]} weight="{n}" kind="{word}"{_lasting(t, word in MOMENTS, until)}>'
                f"<attvalues>{kinds[kind]}{times}{_value('details', details)}"
                f"{mine[policy_src]}{theirs[policy_dst]}{said[who]}{sources[source]}"
            )


def _lasting(t: float, moment: bool, until: float) -> str:
    """Give beginning and end as attributes; one that ends before it begins, by a fault of its source, only begins."""
    end = t if moment and until != until else until
    return _start(t) if end != end or end < t else f'{_start(t)} end="{end!r}"'


def _start(t: float) -> str:
    return "" if t != t else f' start="{t!r}"'


def _value(name: str, value: str | None) -> str:
    return "" if value is None else f"<attvalue for={token(name)} value={attribute(value)}/>"
