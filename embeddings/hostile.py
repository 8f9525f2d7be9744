"""Texts that break programs, to try encoders and everything behind them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

LONGEST: Final = 100_000
"""Characters of the longest text."""
_PLAIN: Final = (
    "庭木の剪定を頼みたい",
    "団体の決算を見てくれる人を探しています",
    "I can help small teams with their bookkeeping",
    "誰もが本を読める町にしたい",
)
_FAMILY: Final = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


def hostile_texts(n: int, rng: np.random.Generator) -> list[str]:
    """Make texts of every kind in turn, one in two of them within an ordinary sentence.

    Parameters
    ----------
    n : int
        Number of texts.
    rng : Generator
        Draws them.

    Returns
    -------
    list of str
        Some cannot be written as UTF-8.
    """
    makers = list(KINDS.values())
    return [_placed(makers[number % len(makers)](rng), rng) for number in range(n)]


def _placed(odd: str, rng: np.random.Generator) -> str:
    if rng.random() < 0.5:
        return odd
    sentence = _PLAIN[rng.integers(len(_PLAIN))]
    cut = int(rng.integers(len(sentence) + 1))
    return sentence[:cut] + odd + sentence[cut:]


def _drawn(*ranges: tuple[int, int]) -> Callable[[np.random.Generator], str]:
    """Give a maker of up to forty characters from ranges of code points, ends included."""

    def made(rng: np.random.Generator) -> str:
        chosen = rng.integers(len(ranges), size=rng.integers(1, 41))
        return "".join(chr(rng.integers(ranges[i][0], ranges[i][1] + 1)) for i in chosen)

    return made


def _flood(rng: np.random.Generator) -> str:
    marks = rng.integers(0x300, 0x370, size=rng.integers(1, 40) * (40 if rng.random() < 0.02 else 1))
    return "か" + "".join(map(chr, marks)) + "e"


def _long(rng: np.random.Generator) -> str:
    if rng.random() < 0.95:  # texts this long take long: one in twenty, the others are a long word
        return "長い" * int(rng.integers(1, 50))
    return (_PLAIN[rng.integers(len(_PLAIN))] * LONGEST)[:LONGEST]


def _nothing(rng: np.random.Generator) -> str:
    spaces = " \t\n\r\v\f\u00a0\u1680\u2003\u2028\u2029\u3000\u2800"
    return "".join(spaces[i] for i in rng.integers(len(spaces), size=rng.integers(0, 30)))


def _markup(rng: np.random.Generator) -> str:
    odd = (
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "=1+1",
        "{{7*7}}",
        "%s%n%x",
        "../../etc",
        "query: ",
        "NaN",
        "-inf",
    )
    return odd[rng.integers(len(odd))] * int(rng.integers(1, 6))


KINDS: Final[Mapping[str, Callable[[np.random.Generator], str]]] = {
    "controls": _drawn((0x01, 0x1F), (0x7F, 0x9F)),
    "NUL": lambda rng: "\x00" * int(rng.integers(1, 5)) + "a" * int(rng.integers(3)),
    "lone surrogates": _drawn((0xD800, 0xDFFF), (0x61, 0x7A)),
    "direction of writing": _drawn((0x202A, 0x202E), (0x2066, 0x2069), (0x5D0, 0x5EA), (0x61, 0x7A)),
    "zero width": _drawn((0x200B, 0x200F), (0xFEFF, 0xFEFF), (0x2060, 0x2064), (0xE0020, 0xE007F)),
    "emoji": lambda rng: (_FAMILY + "🏳️‍🌈👍🏽🇯🇵") * int(rng.integers(1, 4)),
    "astral": _drawn((0x10000, 0x1FFFF), (0x20000, 0x2FA1F), (0xF0000, 0x10FFFF)),
    "no characters": _drawn((0xFFFE, 0xFFFF), (0xFDD0, 0xFDEF), (0xE000, 0xF8FF)),
    "compatibility forms": _drawn((0xFB00, 0xFDFB), (0xFF00, 0xFFEF), (0x3200, 0x33FF), (0x1D400, 0x1D7FF)),
    "marks without end": _flood,
    "any script": _drawn((0x80, 0xD7FF)),
    "very long": _long,
    "nothing": _nothing,
    "markup and numbers": _markup,
}
"""Makers of texts by what is odd about them."""
