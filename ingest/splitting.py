"""Cells with several values, and answers of several statements."""

from __future__ import annotations

import re

from ingest.japanese import cleaned
from ingest.words import is_nothing

_OPEN, _CLOSE = "(（[［「『【〔<＜", ")）]］」』】〕>＞"
_SEPARATORS = frozenset("、,，;；/／・･|｜\n\r\t")
_BULLET = re.compile(r"^\s*(?:[・･•●○◯〇◆◇■□▪▶★☆※✓✔]|[-*–—]\s|[①-⑳]|[(（]?\d{1,2}[)）．]|\d{1,2}[.、]\s?(?=\D))\s*")


def parts(text: str) -> list[str]:
    """Split a cell with several values, but not inside brackets.

    >>> parts("かぜのま、なぎさ（港／倉庫）/ 結ノ木")
    ['かぜのま', 'なぎさ（港／倉庫）', '結ノ木']
    """
    if not text:
        return []
    out, depth, begin = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in _OPEN) - (c in _CLOSE and depth > 0)
        if c in _SEPARATORS and not depth:
            out.append(text[begin:i])
            begin = i + 1
    out.append(text[begin:])
    return [cleaned(p) for p in out if cleaned(p) and not is_nothing(p)]


def sentences(text: str) -> list[str]:
    """Split an answer into its statements: one a line, without bullets, without lines that say nothing.

    >>> sentences("・帳簿が付けられます\\n\\n２．写真を撮ります\\n特になし")
    ['帳簿が付けられます', '写真を撮ります']
    """
    if not text:
        return []
    lines = (_BULLET.sub("", cleaned(line), count=1).strip() for line in cleaned(text).split("\n"))
    return list(dict.fromkeys(line for line in lines if line and not is_nothing(line)))
