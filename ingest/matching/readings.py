"""How a name in Chinese characters may be read."""

from __future__ import annotations

import importlib.util
import threading
from functools import cache, lru_cache
from itertools import islice, product
from typing import Any

from ingest.data_files import entries
from ingest.japanese import FOLDED, name_key
from ingest.matching.phonetic import has_kanji, to_hiragana

MOST_READINGS = 512
LONGEST_FAMILY = 4
_VOICED = dict(zip("かきくけこさしすせそたちつてとはひふへほ", "がぎぐげござじずぜぞだぢづでどばびぶべぼ", strict=True))
_CONNECTING = "のがノヶケゖ之"


@lru_cache(maxsize=FOLDED)
def readings(name: str) -> frozenset[str]:
    """Give the readings that a name may have, in hiragana.

    Parameters
    ----------
    name : str
        A family name, a given name, or both with a space between.

    Returns
    -------
    frozenset of str
        Many, for a part of a name has up to 512; empty where a character is unknown to the tables and SudachiPy, the
        extra ``[ja]``, is not installed to tell.

    >>> "たなか けんじ" in {f"{a} {b}" for a in readings("田中") for b in readings("健司")}
    True
    """
    parts = name_key_parts(name)
    found = [_part_readings(part) for part in parts]
    if all(found) and found:
        return frozenset(map("".join, islice(product(*map(sorted, found)), MOST_READINGS * MOST_READINGS)))
    return _by_dictionary(name)


def name_key_parts(name: str) -> tuple[str, ...]:
    """Give the parts of a name between spaces, each as its key."""
    return tuple(name_key(part) for part in name.replace("　", " ").split())


@cache
def family_names() -> dict[str, tuple[str, ...]]:
    """Give the readings of known family names by their key."""
    return {name_key(name): tuple(text.split(",")) for name, text in entries("surnames.tsv")}


@cache
def _tables() -> dict[str, tuple[str, ...]]:
    return {name_key(name): tuple(text.split(",")) for name, text in entries("name_readings.tsv")}


def family_length(name: str) -> int:
    """Give the number of characters that the family name takes at the beginning of a name without a space.

    The longest known family name, else two characters, or one of a name of two.

    >>> family_length("長谷川恵"), family_length("見本太郎")
    (3, 2)
    """
    known = family_names()
    for length in range(min(LONGEST_FAMILY, len(name) - 1), 0, -1):
        if name_key(name[:length]) in known and (length > 1 or len(name) <= 3):
            return length
    return 2 if len(name) > 2 else 1


@lru_cache(maxsize=FOLDED)
def _part_readings(part: str) -> frozenset[str]:
    """Read one part: a known family name, one followed by a given name, else character by character."""
    found = {*family_names().get(part, ())}
    for length in range(min(LONGEST_FAMILY, len(part) - 1), 0, -1):
        heads = family_names().get(part[:length], ())
        found |= {head + rest for head in heads for rest in _character_readings(part[length:])}
        if found and length > 1:
            break
    return frozenset(found or _character_readings(part)) | frozenset(_tables().get(part, ()))


@lru_cache(maxsize=FOLDED)
def _character_readings(text: str) -> frozenset[str]:
    found = {""}
    i = 0
    while i < len(text):
        length, heads = _head(text, i)
        if not heads:
            return frozenset()
        voiced = {_VOICED[h[0]] + h[1:] for h in heads if i and h[0] in _VOICED}
        found = set(sorted(a + b for a in found for b in {*heads, *voiced})[:MOST_READINGS])
        i += length
    return frozenset(found) | frozenset(_tables().get(text, ()))


def _head(text: str, i: int) -> tuple[int, tuple[str, ...]]:
    character = text[i]
    if character == "々" and i:
        return 1, _head(text, i - 1)[1]
    if character in _CONNECTING and i > 0:
        return 1, tuple({"の", "が", *_tables().get(character, ())})
    if not has_kanji(character):
        return 1, (to_hiragana(character),)
    return 1, _tables().get(character, ())


# ---- the dictionary of SudachiPy, where it is installed

_lock = threading.Lock()


def dictionary_installed() -> bool:
    """Say whether SudachiPy and its dictionary are here to read what the tables do not know."""
    return all(importlib.util.find_spec(name) is not None for name in ("sudachipy", "sudachidict_core"))


@cache
def _tokenizer() -> Any:
    from sudachipy import Dictionary

    return Dictionary().tokenizer()


def _by_dictionary(name: str) -> frozenset[str]:
    if not dictionary_installed() or not name.strip():
        return frozenset()
    with _lock:
        read = "".join(m.reading_form() for part in name.split() for m in _tokenizer().tokenize(part))
    return frozenset() if has_kanji(read) else frozenset({to_hiragana(read)})
