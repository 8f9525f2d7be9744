"""Export as JSON-LD in the words of schema.org, with the whole record of each fact inside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from graph.export.jsonl import node_lines, statement_lines, tie_lines
from graph.export.spreadsheet import time_words
from graph.export.wording import STATEMENT_WORDS, TIE_WORDS, Wording, pieces, rows, tie_pieces
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.tables import NODE_KINDS, STATEMENT_CODE, TIE_CODE
from graph.view import View

VOCABULARY = "urn:musubi:"
RECORD = "record"
CONTEXT: Mapping[str, object] = {
    "@version": 1.1,
    "@vocab": "https://schema.org/",
    RECORD: {"@id": f"{VOCABULARY}record", "@type": "@json"},
    "source": {"@id": f"{VOCABULARY}source", "@type": "@id"},
    "target": {"@id": f"{VOCABULARY}target", "@type": "@id"},
    **{
        name: {"@type": "@id"}
        for name in (
            "about", "affiliation", "attendee", "knows", "knowsAbout", "location", "makesOffer",
            "memberOf", "seeks",
        )
    },
}  # fmt: skip

TYPES: Mapping[NodeKind, str | list[str]] = {
    NodeKind.PERSON: "Person",
    NodeKind.ORGANISATION: "Organization",
    NodeKind.SPACE: ["Place", "Organization"],
    NodeKind.COMMUNITY: "Organization",
    NodeKind.GROUP: "Organization",
    NodeKind.SKILL: "DefinedTerm",
    NodeKind.PROJECT: "Project",
    NodeKind.EVENT: "Event",
    NodeKind.HEARING: "Event",
    NodeKind.INTRODUCTION: "Action",
    NodeKind.OUTCOME: "Thing",
    NodeKind.AGREEMENT: "CreativeWork",
}
STATEMENT_TYPES: Mapping[StatementKind, str] = {
    **dict.fromkeys(StatementKind, "CreativeWork"),
    StatementKind.NEED: "Demand",
    StatementKind.OFFER: "Offer",
}
PROPERTIES: Mapping[str, str] = {
    "name": "name", "reading": "alternateName", "mail": "email", "phone": "telephone", "occupation": "jobTitle",
    "url": "url", "date": "startDate",
}  # fmt: skip
"""Attributes that schema.org has a word for."""

# Ties as properties: (property, kind of tie, whether the source has it, whether the target has it).
_LINKS: Sequence[tuple[str, TieKind, bool, bool]] = (
    ("affiliation", TieKind.REPRESENTS, True, False),
    ("about", TieKind.COVERS, True, False),
    ("attendee", TieKind.ATTENDED, False, True),
    ("knows", TieKind.KNOWS, True, True),
    ("knows", TieKind.MET, True, True),
    ("knowsAbout", TieKind.HAS_SKILL, True, False),
    ("location", TieKind.HELD_AT, True, False),
    ("memberOf", TieKind.MEMBER_OF, True, False),
    ("memberOf", TieKind.JOINED, True, False),
)
_NO_IRI = re.compile('[\0-\x20"#%<>?\\[\\\\\\]^`{|}\x7f-\x9f]')  # RFC 3987, 2.2: what a fragment does not take


def write_jsonld(view: View, handle: BinaryIO) -> None:
    """Write all that a view holds as one JSON-LD 1.1 document in UTF-8.

    Parameters
    ----------
    view : View
        What may leave: a view for `graph.policy.Purpose.EXPORT`.
    handle : binary file
        Open for writing; written in order, never sought.

    Notes
    -----
    The context stands in the document: nothing is loaded to read it. Each node has its type of schema.org
    (`TYPES`), the attributes that schema.org has a word for (`PROPERTIES`), and its ties as properties where
    there is one: ``memberOf``, ``knows``, ``knowsAbout``, ``attendee``, ``location``, ``affiliation``,
    ``about``, ``makesOffer``, ``seeks``. A statement is a ``Demand`` (need), an ``Offer`` or a ``CreativeWork``
    about its owner. A tie is a ``Role`` with ``source`` and ``target``. ``record`` holds the line of
    `graph.export.write_jsonl` for it, with policy and source: that is what `graph.export.jsonld_records` brings
    back, whatever was done to the rest.

    Ids are fragments of the document, such as ``#person:KZ-0012``.

    References
    ----------
    Sporny, M., Longley, D., Kellogg, G., Lanthaler, M., Champin, P.-A., Lindström, N. (2020), "JSON-LD 1.1",
    W3C Recommendation. Guha, R. V., Brickley, D., Macbeth, S. (2016), "Schema.org: evolution of structured data
    on the web", Communications of the ACM 59 (2).
    """
    words = Wording(view)
    head = json.dumps(dict(CONTEXT), ensure_ascii=False, sort_keys=True)
    handle.write(f'{{"@context": {head},\n"@graph": [\n'.encode())
    comma = b""
    for item in _items(words):
        handle.write(comma + item.encode())
        comma = b",\n"
    handle.write(b"\n]}\n")


def iri(identifier: str) -> str:
    """Give the id of a node or statement as a fragment.

    Examples
    --------
    >>> iri("space:見本 会")
    '#space:見本%20会'
    """
    return "#" + _NO_IRI.sub(lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), identifier)


def member(face: Mapping[str, object], record: str) -> str:
    """Give one member of the graph: what everybody reads, and the record as JSON text."""
    return f'{json.dumps(dict(face), ensure_ascii=False, sort_keys=True)[:-1]}, "{RECORD}": {record.rstrip()}}}'


def _items(words: Wording) -> Iterator[str]:
    for faces, lines in (
        (_nodes(words), node_lines(words)),
        (_statements(words), statement_lines(words)),
        (_ties(words), tie_lines(words)),
    ):
        for face, line in zip(faces, lines, strict=True):
            yield member(face, line)


def _nodes(words: Wording) -> Iterator[dict[str, object]]:
    view, links = words.view, _links(words)
    ids = [iri(i) for i in words.ids]
    said = [iri(i) for i in view.statements.ids.tolist()]
    for row, kind in enumerate(view.nodes.kind.tolist()):
        face: dict[str, object] = {"@id": ids[row], "@type": TYPES[NODE_KINDS[kind]]}
        for i in words.fields[row]:
            name = PROPERTIES.get(view.fields.name[i])
            if name:
                face[name] = view.fields.value[i]
        for link in links:
            found = link.of(row)
            if len(found):
                face[link.name] = [(said if link.statements else ids)[other] for other in found]
        yield face


def _statements(words: Wording) -> Iterator[dict[str, object]]:
    for part in pieces(words.view.statements):
        columns = (part.ids, part.owner, part.kind, part.text, time_words(part.t))
        for identifier, owner, kind, text, time in rows(*columns):
            word = StatementKind(STATEMENT_WORDS[kind])
            face: dict[str, object] = {"@id": iri(identifier), "@type": STATEMENT_TYPES[word]}
            if word in (StatementKind.NEED, StatementKind.OFFER):
                face["description"] = text
            else:
                face |= {"about": iri(words.ids[owner]), "genre": str(word), "text": text}
            yield face | ({"dateCreated" if "text" in face else "validFrom": time} if time else {})


def _ties(words: Wording) -> Iterator[dict[str, object]]:
    ids = [iri(i) for i in words.ids]
    for part in tie_pieces(words.view):
        columns = (part.kind, part.src, part.dst, time_words(part.t), time_words(part.until))
        for kind, src, dst, start, end in rows(*columns):
            face = {"@type": "Role", "roleName": TIE_WORDS[kind], "source": ids[src], "target": ids[dst]}
            yield face | {name: time for name, time in (("startDate", start), ("endDate", end)) if time}


@dataclass(frozen=True)
class _Link:
    """Other ends of one property for each node, or the statements of each owner."""

    name: str
    others: NDArray[np.int32]
    bounds: list[int]
    statements: bool = False

    def of(self, row: int) -> list[int]:
        found: list[int] = self.others[self.bounds[row] : self.bounds[row + 1]].tolist()
        return found


def _links(words: Wording) -> list[_Link]:
    view = words.view
    made = [_link(name, _ends(view, name), len(view.nodes)) for name in sorted({name for name, *_ in _LINKS})]
    owners = view.statements.owner
    for name, kind in (("makesOffer", StatementKind.OFFER), ("seeks", StatementKind.NEED)):
        own = np.flatnonzero(view.statements.kind == STATEMENT_CODE[kind]).astype(np.int32)
        made.append(_link(name, [(owners[own], own)], len(view.nodes), statements=True))
    return made


def _ends(view: View, name: str) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    ends = []
    for _, kind, source_has, target_has in (link for link in _LINKS if link[0] == name):
        ties = view.ties.take(view.ties.kind == TIE_CODE[kind])
        ends += [(ties.src, ties.dst)] * source_has + [(ties.dst, ties.src)] * target_has
    return ends


def _link(
    name: str, ends: Iterable[tuple[NDArray[np.int32], NDArray[np.int32]]], n: int, *, statements: bool = False
) -> _Link:
    """Gather the other ends by node; the same one twice, as in repeated meetings, counts once."""
    pairs = np.unique(np.concatenate([np.stack(e, axis=1) for e in ends]), axis=0)
    bounds = np.searchsorted(pairs[:, 0], np.arange(n + 1)).tolist()
    return _Link(name, pairs[:, 1], bounds, statements)
