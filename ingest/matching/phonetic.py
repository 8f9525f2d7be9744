"""How names sound: kana and every usual way to write Japanese in Latin letters become one rough spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from ingest.data_files import entries
from ingest.japanese import FOLDED

_SIGNS = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわゐゑをん"
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔ"
)
_SOUNDS = (
    "a i u e o ka ki ku ke ko sa si su se so ta ti tu te to na ni nu ne no ha hi hu he ho ma mi mu me mo"
    " ya yu yo ra ri ru re ro wa i e o n"
    " ga gi gu ge go za zi zu ze zo da zi zu de do ba bi bu be bo pa pi pu pe po bu"
)
_KANA = dict(zip(_SIGNS, _SOUNDS.split(), strict=True))
_SMALL = {"ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o", "ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ゎ": "wa"}
_HIRAGANA = {c: c - 0x60 for c in range(0x30A1, 0x30F7)}
_KANA_ONLY = re.compile(r"[\u3041-\u309f\u30a0-\u30ff・\s]+")
_HIRAGANA_ONLY = re.compile(r"[\u3041-\u3096ー]+")
_LATIN_ONLY = re.compile(r"[a-z.,'’`´\-\s]+")
KANJI = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〆\U00020000-\U0003ffff]"
_KANJI = re.compile(KANJI)
_LATIN_WORD = re.compile(r"[a-z]+")
# Hepburn, Kunrei and passport spellings, in the order in which they are made one.
_SPELLINGS = (
    (r"tch", "ch"), (r"m(?=[bmp])", "n"), (r"sh(?=i)", "s"), (r"sh", "sy"), (r"ch(?=i)", "t"), (r"ch", "ty"),
    (r"tsu|tzu", "tu"), (r"ph", "h"), (r"f", "h"), (r"j(?=i)", "z"), (r"jy|j", "zy"), (r"dz", "z"), (r"l", "r"),
    (r"v", "b"), (r"c|q", "k"), (r"x", "ks"), (r"th", "t"), (r"w(?=o)", ""), (r"oh(?![aeiou])", "o"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), other) for pattern, other in _SPELLINGS)
_LONG = re.compile(r"ou")
_DOUBLE = re.compile(r"(.)\1+")
_MORA = re.compile(r"(?:[kgsztdnhbpmrwy]?y?[aiueo]|n)+")


def is_kana(text: str) -> bool:
    """Say whether a text is written in kana alone."""
    return bool(_KANA_ONLY.fullmatch(unicodedata.normalize("NFKC", text)))


def is_latin(text: str) -> bool:
    """Say whether a text is written in Latin letters alone, accents included."""
    return bool(_LATIN_ONLY.fullmatch(_plain(text)))


def has_kanji(text: str) -> bool:
    """Say whether a text holds a Chinese character."""
    return bool(_KANJI.search(text))


def to_hiragana(text: str) -> str:
    """Give katakana of any width as hiragana."""
    return unicodedata.normalize("NFKC", text).translate(_HIRAGANA)


@lru_cache(maxsize=FOLDED)
def phonetic(text: str) -> str:
    """Give the rough sound of a name in kana or Latin letters; other characters are dropped.

    Long and short vowels, double consonants, and the spellings of Hepburn, Kunrei and passports are one.

    >>> phonetic("さとう けんたろう") == phonetic("SATOH Kentaro") == phonetic("Satō Kentarou")
    True
    >>> phonetic("ｼｼﾞｭﾝ") == phonetic("shijun") == phonetic("Sizyun")
    True
    """
    if _HIRAGANA_ONLY.fullmatch(text):
        return _short(_latin(text))  # readings, of which there are many: in the rough spelling already
    return _rough("".join(_LATIN_WORD.findall(_latin(_plain(to_hiragana(text))))))


def together(*sounds: str) -> str:
    """Give the rough sound of parts said in one, from those of the parts.

    >>> together(phonetic("さいとう"), phonetic("おと")) == phonetic("さいとうおと")
    True
    """
    return _short("".join(sounds))


def is_japanese_spelling(text: str) -> bool:
    """Say whether Latin letters can be read as Japanese, so that a letter left out or swapped shows.

    >>> is_japanese_spelling("Yamada Taro"), is_japanese_spelling("Yamda Taro")
    (True, False)
    """
    words = _LATIN_WORD.findall(_plain(text))
    return bool(words) and all(_MORA.fullmatch(_rough(word)) for word in words)


@lru_cache(maxsize=FOLDED)
def spoken(text: str) -> str:
    """Give the rough sound of the name of an organisation, its English words read as in katakana.

    >>> spoken("bridge") == spoken("ブリッジ"), spoken("hikari design") == spoken("ひかりデザイン")
    (True, True)
    """
    words = _LATIN_WORD.sub(lambda m: _loanwords().get(m[0], m[0]), _plain(text))
    return phonetic(words)


@cache
def _loanwords() -> dict[str, str]:
    return {line[0]: line[1] for line in entries("loanwords.tsv")}


def _plain(text: str) -> str:
    """Take accents off Latin letters; kana keep their voicing marks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in parts if not unicodedata.combining(c) or c in "\u3099\u309a")
    return unicodedata.normalize("NFKC", bare)


def _latin(hiragana: str) -> str:
    out: list[str] = []
    for c in hiragana:
        if c in _SMALL:
            _join(out, _SMALL[c])
        else:
            out.append(_KANA.get(c, "" if c in "っー'’`´" else c))
    return "".join(out)


def _join(out: list[str], small: str) -> None:
    """Put a small kana to the sound before it: its vowel goes."""
    before = out.pop() if out else ""
    stem = before[:-1]
    if small[0] == "y":
        out.append(stem + small)
    elif before in ("u", "o"):
        out.append(f"w{small}" if small != "o" else "o")
    else:
        out.append(stem + small if stem else before + small)


def _rough(latin: str) -> str:
    for pattern, other in _COMPILED:
        latin = pattern.sub(other, latin)
    return _short(latin)


def _short(latin: str) -> str:
    return _DOUBLE.sub(r"\1", _LONG.sub("o", _DOUBLE.sub(r"\1", latin)))
