"""Export of people and organisations as vCard 4.0, which address books read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from graph.export.wording import Wording
from graph.export.xml_text import visible
from graph.kinds import NodeKind, TieKind
from graph.tables import NODE_CODE, NODE_KINDS
from graph.view import View

LINE_OCTETS = 75
CARDS: Mapping[NodeKind, str] = {NodeKind.PERSON: "individual", NodeKind.ORGANISATION: "org"}
_PLAIN = {"mail": "EMAIL", "phone": "TEL", "occupation": "TITLE", "url": "URL"}
_KANJI_OR_KANA = re.compile("[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f]")


def write_vcard(view: View, handle: BinaryIO) -> None:
    """Write the people and organisations of a view as vCard 4.0 in UTF-8, sorted by id.

    Parameters
    ----------
    view : View
        What may leave: a view for `graph.policy.Purpose.EXPORT`.
    handle : binary file
        Open for writing; written in order, never sought.

    Notes
    -----
    A card has ``FN`` (the name, or the key where no name may be shown), ``UID``, and where they may be seen
    ``N`` (Japanese names of two parts; the reading as ``SORT-AS``), ``EMAIL``, ``TEL``, ``TITLE``, ``URL``, ``ORG``
    (organisations that the person belongs to), ``CATEGORIES`` (skills). Statements, other ties and policies
    have no place in a vCard. Lines end in CRLF and are folded at 75 octets, never inside a character.
    Control characters, which a vCard does not take, become their control picture (``␀``).

    References
    ----------
    Perreault, S. (2011), "vCard Format Specification", RFC 6350.
    """
    for row in _card_rows(view):
        for line in row:
            handle.write(folded(line))


def folded(line: str) -> bytes:
    """Give one line as octets with its line end, folded where it is longer than 75 octets.

    Examples
    --------
    >>> folded("NOTE:" + "あ" * 40).split(b"\\r\\n ")[0].decode() == "NOTE:" + "あ" * 23
    True
    """
    out, rest = [], line.encode()
    limit = LINE_OCTETS
    while len(rest) > limit:
        cut = limit
        while rest[cut] & 0xC0 == 0x80:  # inside a character of several octets
            cut -= 1
        out.append(rest[:cut])
        rest, limit = rest[cut:], LINE_OCTETS - 1  # the blank that begins the next line counts
    return b"\r\n ".join([*out, rest]) + b"\r\n"


def escaped(text: str) -> str:
    """Escape a text value (RFC 6350, 3.4).

    Examples
    --------
    >>> escaped("a,b;c\\\\d\\ne")
    'a\\\\,b\\\\;c\\\\\\\\d\\\\ne'
    """
    text = _CONTROL.sub(_picture, text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\n", "\\n")


def _card_rows(view: View) -> Iterator[list[str]]:
    words = Wording(view)
    named = _others(view, TieKind.MEMBER_OF, NodeKind.ORGANISATION), _others(view, TieKind.HAS_SKILL, NodeKind.SKILL)
    for row, code in enumerate(view.nodes.kind.tolist()):
        kind = CARDS.get(NODE_KINDS[code])
        if kind:
            values = {view.fields.name[i]: view.fields.value[i] for i in words.fields[row]}
            organisations, skills = (found.get(row, []) for found in named)
            yield _card(kind, words.ids[row], view.label(row), values, organisations, skills)


def _card(
    kind: str, identifier: str, label: str, values: Mapping[str, str], organisations: Sequence[str],
    skills: Sequence[str],
) -> list[str]:  # fmt: skip
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"KIND:{kind}", f"UID;VALUE=text:{escaped(identifier)}"]
    lines.append(f"FN:{escaped(label)}")
    family, blank, given = label.partition(" ")
    if blank and kind == "individual" and values.get("name") and _KANJI_OR_KANA.search(label) and " " not in given:
        lines.append(f"N{_sorted_as(values.get('reading', ''))}:{escaped(family)};{escaped(given)};;;")
    elif kind == "org":
        lines.append(f"ORG{_sorted_as(values.get('reading', ''))}:{escaped(label)}")
    lines += [f"{name}:{escaped(values[field])}" for field, name in _PLAIN.items() if values.get(field)]
    lines += [f"ORG:{escaped(name)}" for name in organisations]
    if skills:
        lines.append(f"CATEGORIES:{','.join(map(escaped, skills))}")
    return [*lines, "END:VCARD"]


def _sorted_as(reading: str) -> str:
    """Give the reading as a parameter, whose value in quotes holds neither quotes nor line breaks (RFC 6868)."""
    if not reading:
        return ""
    text = _CONTROL.sub(_picture, reading)
    text = text.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f';SORT-AS="{",".join(text.split())}"'


def _picture(control: re.Match[str]) -> str:
    return "\u2421" if control[0] == "\x7f" else visible(control[0])


def _others(view: View, kind: TieKind, target: NodeKind) -> dict[int, list[str]]:
    """Give the names of the other ends of a kind of tie, by row, sorted."""
    ties = view.ties_of(kind)
    ties = ties.take(view.nodes.kind[ties.dst] == NODE_CODE[target])
    found: dict[int, set[str]] = {}
    for src, dst in zip(ties.src.tolist(), ties.dst.tolist(), strict=True):
        found.setdefault(src, set()).add(view.label(dst))
    return {row: sorted(names) for row, names in found.items()}
