"""Address books as vCard 2.1, 3.0 and 4.0.

References
----------
versit Consortium (1996), vCard: The Electronic Business Card, version 2.1. Dawson and Howes (1998), RFC 2426.
Perreault (2011), RFC 6350.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.errors import Refused
from ingest.limits import Limits
from ingest.sheet import Book, records
from ingest.source import UNREADABLE, Source, open_text

HEADERS = (
    "UID", "FN", "family", "given", "X-PHONETIC-LAST-NAME", "X-PHONETIC-FIRST-NAME", "SORT-STRING", "ORG", "TITLE",
    "EMAIL", "URL", "KIND",
)  # fmt: skip
BEGIN, END = "BEGIN:VCARD", "END:VCARD"
CHARSETS = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932"}
_PROPERTY = re.compile(r'(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<params>(?:;(?:"[^"]*"|[^:;"])*)*):(?P<value>.*)', re.DOTALL)
_PARAM = re.compile(r';((?:"[^"]*"|[^;"])*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNESCAPED_SEMICOLON = re.compile(r"(?<!\\);")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a card: name in capitals, parameters by name in capitals, value as written."""

    name: str
    params: Mapping[str, str]
    value: str

    @property
    def parts(self) -> list[str]:
        """Parts of a value such as that of ``N``."""
        return [_unescaped(p) for p in _UNESCAPED_SEMICOLON.split(self.value)]

    @property
    def text(self) -> str:
        """The value as one text."""
        return _unescaped(self.value)


def is_vcard(text: str) -> bool:
    """Tell whether a text begins as a vCard."""
    return text.lstrip("\ufeff \r\n\t").upper().startswith(BEGIN)


def read_vcards(source: Source, limits: Limits) -> Book:
    """Read an address book, one row a card.

    Parameters
    ----------
    source : Source
        A text file.
    limits : Limits
        How large it may be.

    Raises
    ------
    Refused
        If a card is not closed, the file is too large, or a text is not in the encoding that it names.
    """
    if source.stamp[0] > limits.unpacked_bytes:
        raise Refused(f"{source.label}: {source.stamp[0]:,} bytes, at most {limits.unpacked_bytes:,}")
    charsets: set[str] = set()
    try:
        with open_text(source) as stream:
            rows = [_row(card) for card in _cards(stream.read(limits.unpacked_bytes), source, charsets)]
    except (UnicodeError, *UNREADABLE) as error:
        raise Refused(f"{source.label}: a text of it is not in the encoding that it names: {error}") from error
    return Book([records("vcard", HEADERS, rows)], encoding=min(charsets, default=""))


def _cards(text: str, source: Source, charsets: set[str]) -> Iterator[dict[str, list[Property]]]:
    card: dict[str, list[Property]] | None = None
    for number, line in enumerate(_lines(text), start=1):
        word = line.strip().upper()
        if word == BEGIN:
            if card is not None:
                raise Refused(f"{source.label}: a card that is not closed before line {number}: export it again")
            card = {}
        elif word == END and card is not None:
            yield card
            card = None
        elif card is not None:
            found = _property(line, charsets)
            if found:
                card.setdefault(found.name, []).append(found)
    if card is not None:
        raise Refused(f"{source.label}: the last card is not closed: export it again")


def _lines(text: str) -> Iterator[str]:
    """Give whole lines: folded ones joined, and those that quoted-printable breaks with ``=`` at the end."""
    whole = ""
    for line in re.split(r"\r\n|\r|\n", text.lstrip("\ufeff")):
        quoted = whole.endswith("=") and "QUOTED-PRINTABLE" in whole.partition(":")[0].upper()
        if quoted:
            whole = whole[:-1] + line.lstrip(" \t") if line[:1] in " \t" else whole[:-1] + line
        elif line[:1] in (" ", "\t") and whole:
            whole += line[1:]
        else:
            if whole:
                yield whole
            whole = line
    if whole:
        yield whole


def _property(line: str, charsets: set[str]) -> Property | None:
    match = _PROPERTY.fullmatch(line)
    if not match:
        return None
    params: dict[str, str] = {}
    for text in _PARAM.findall(match["params"]):
        name, equals, value = text.partition("=")
        params.setdefault(name.strip().upper() if equals else text.strip().upper(), value.strip('" '))
    name, value = match["name"].upper(), match["value"]
    if "QUOTED-PRINTABLE" in params or params.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        charset = params.get("CHARSET", "utf-8").lower()
        if value.isascii():
            charset = CHARSETS.get(charset, charset)
            charsets.add(charset)
            value = _decoded(quopri.decodestring(value.encode()), charset)
    elif params.get("ENCODING", "").upper() in ("B", "BASE64") or "BASE64" in params:
        return None  # photos, sounds and keys
    return Property(name, params, value)


def _decoded(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except LookupError as error:
        raise UnicodeError(f"charset {charset!r} is not known") from error


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], text).strip()


def _row(card: Mapping[str, list[Property]]) -> dict[str, str]:
    def first(name: str) -> str:
        return next((p.text for p in card.get(name, []) if p.text), "")

    def part(name: str, at: int) -> str:
        found = next((p.parts for p in card.get(name, [])), [])
        return found[at] if len(found) > at else ""

    family, given = part("N", 0), part("N", 1)
    sound = next((p.parts for p in card.get("SOUND", []) if "X-IRMC-N" in p.params), ["", ""])
    company = first("X-ABSHOWAS").upper() == "COMPANY"
    return {
        "UID": first("UID"),
        "FN": "" if family and given else first("FN"),
        "family": family if given else "",
        "given": given if family else "",
        "X-PHONETIC-LAST-NAME": first("X-PHONETIC-LAST-NAME") or sound[0],
        "X-PHONETIC-FIRST-NAME": first("X-PHONETIC-FIRST-NAME") or "".join(sound[1:2]),
        "SORT-STRING": first("SORT-STRING") or _sort_as(card),
        "ORG": part("ORG", 0),
        "TITLE": first("TITLE"),
        "EMAIL": _preferred(card.get("EMAIL", [])),
        "URL": first("URL"),
        "KIND": "org" if company else first("KIND"),
    }


def _sort_as(card: Mapping[str, list[Property]]) -> str:
    given = next((p.params["SORT-AS"] for p in card.get("N", []) if "SORT-AS" in p.params), "")
    return given.replace(",", " ")


def _preferred(mails: list[Property]) -> str:
    """Give the mail that is marked as preferred, else the first one."""
    marked = [p for p in mails if "PREF" in p.params or "PREF" in p.params.get("TYPE", "").upper()]
    return next((p.text.removeprefix("mailto:") for p in [*marked, *mails]), "")
