"""Values of JSON documents as cells."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

_TAG = re.compile(r"<[^<>]{0,500}>")
_BREAK = re.compile(r"<(?:br|/p|/li|/div)[^<>]{0,100}>", re.IGNORECASE)


def text_of(value: Any) -> str:
    """Give a value as the text of a cell: lists one a line, of objects their name, nothing for nothing.

    >>> text_of(["木工", {"name": "翻訳"}]), text_of(None), text_of(True), text_of(3)
    ('木工\\n翻訳', '', 'true', '3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        named = (value.get(k) for k in ("name", "title", "Name", "value", "label"))
        return next((text_of(v) for v in named if isinstance(v, str | int)), "")
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, map(text_of, value)))
    return str(value)


def lines(values: Iterable[str]) -> str:
    """Give texts one a line, each on one line and once."""
    return "\n".join(dict.fromkeys(" ".join(v.split()) for v in values if v and v.strip()))


def cells(record: Mapping[str, Any], headers: Iterable[str]) -> dict[str, str]:
    """Give the cells of a record; a header such as ``a.b`` looks into the object ``a``."""
    return {header: text_of(_inside(record, header)) for header in headers}


def plain(markup: str) -> str:
    """Give the words of a text that may hold HTML.

    >>> plain("<p>海の<b>清掃</b></p>A &amp; B")
    '海の清掃\\nA & B'
    """
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).strip()


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Give the objects of a list; nothing where it is no list."""
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []


def _inside(record: Mapping[str, Any], header: str) -> Any:
    if header in record:
        return record[header]
    first, dot, rest = header.partition(".")
    inner = record.get(first)
    return _inside(inner, rest) if dot and isinstance(inner, Mapping) else None
