"""Bring any text into the form that encoders are given."""

from __future__ import annotations

import unicodedata
from typing import Final

MAX_CHARACTERS: Final = 2000
"""Characters of a text that are encoded; the rest is not read. Two thousand Japanese characters are about
1,200 tokens, more than two windows of the bundled model; longer stories are better given as several texts."""

CLEANING_VERSION: Final = "1"
"""Part of every encoder's fingerprint: raised when `clean` would give another text."""


def clean(text: str, max_characters: int = MAX_CHARACTERS) -> str:
    """Bring a text into the form that encoders are given.

    Lone surrogates and format characters (text direction, zero width, tags) vanish, control characters become
    spaces, compatibility forms are unified (NFKC), runs of white space become one space, and the text is cut.

    Parameters
    ----------
    text : str
        Any text, also one that cannot be written as UTF-8.
    max_characters : int
        Longest answer, at least 1.

    Returns
    -------
    str
        The cleaned text, empty where nothing is left. Cleaning it again changes nothing.

    Examples
    --------
    >>> clean("  ｷｬﾘｱ\\x00相談\\u202e\\n㈱ ")
    'キャリア 相談 (株)'
    """
    if not text.isprintable():
        text = "".join(map(_replaced, text))
    folded = unicodedata.normalize("NFKC", text)
    return " ".join(folded.split())[:max_characters].rstrip()


def _replaced(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cs", "Cf"):
        return ""
    return " " if category == "Cc" else character
