"""Names of other languages in katakana: whether one is the transcription of another in Latin letters."""

from __future__ import annotations

import re
import unicodedata

from ingest.matching.phonetic import is_japanese_spelling, is_kana, is_latin, phonetic

# English, German and Romance spellings of a consonant, in the order in which they are made one.
_CONSONANTS = (
    (r"tsch|tch|ch(?=[aiueoy])", "ty"), (r"sch|sh", "s"), (r"ck|ch|q|k", "k"), (r"c(?=[eiy])", "s"), (r"c", "k"),
    (r"m(?=[bp])", "n"), (r"g(?=[ei])", "z"), (r"ph|f", "h"), (r"th", "s"), (r"dt", "t"), (r"j", "z"), (r"x", "ks"),
    (r"v", "b"), (r"l", "r"), (r"(?<=[aeiou])r(?![aeiou])", ""), (r"(?<![aeiou])h|h(?![aeiou])", "h"), (r"gh", ""),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), other) for pattern, other in _CONSONANTS)
_VOICED = str.maketrans("gzdbw", "kstbu")
_SILENT = re.compile(r"[aeiouyh\W_]")


def is_transcribed(a: str, b: str) -> bool:
    """Say whether one of two names is in Latin letters and no Japanese spelling, and the other its transcription.

    The consonants of both parts are compared, which is rough: a suggestion for a human.

    >>> is_transcribed("ジョン・スミス", "John Smith"), is_transcribed("ジョン・スミス", "Jane Smythe-Jones")
    (True, False)
    >>> is_transcribed("タナカ ユウコ", "Tanaka Yuki")
    False
    """
    if is_latin(a):
        a, b = b, a
    if not (is_kana(a) and is_latin(b)) or is_japanese_spelling(b):
        return False
    kana = [_skeleton(phonetic(p)) for p in re.split(r"[\s・･=＝]+", a) if p]
    latin = [_skeleton(_spelt(p)) for p in re.split(r"[\s,.]+", b) if p]
    return len(kana) > 1 and sorted(kana) == sorted(latin) and len("".join(kana)) > len(kana)


def _spelt(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    for pattern, other in _COMPILED:
        plain = pattern.sub(other, plain)
    return plain


def _skeleton(latin: str) -> str:
    """Give the consonants of a sound, voiced and unvoiced ones as one."""
    return re.sub(r"(.)\1+", r"\1", _SILENT.sub("", latin).translate(_VOICED))
