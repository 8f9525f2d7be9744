"""Normal forms under which a term is found again in a text: units of text, and the spellings of a term."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

_KATAKANA: Final = "\u30a1-\u30fa\u30fc"
_HIRAGANA: Final = "\u3041-\u3096"
_KANJI: Final = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN: Final = re.compile(
    r"(?P<word>[0-9A-Za-z\u00c0-\u052f]+(?:&[0-9A-Za-z]+)*(?:\+\+|\#)?)"
    rf"|(?P<katakana>[{_KATAKANA}])|(?P<kanji>[{_KANJI}])|(?P<letter>[^\W_])"
)
_JAPANESE: Final = re.compile(f"[{_KATAKANA}{_HIRAGANA}{_KANJI}]+")
_POSSESSIVE: Final = re.compile(r"(?<=\w)['\u2019]s\b")
_JOINS_WORDS: Final = re.compile("[ \u2010\u2011'\u2019-]+|['\u2019]s ")
_JOINS_KATAKANA: Final = "・"
_DETERMINERS: Final = frozenset(
    {"a", "an", "the", "my", "our", "your", "their", "his", "her", "its", "some", "any", "this", "these", "those"}
)
_NOUNS_IN_ING: Final = frozenset(
    {"accounting", "banking", "building", "clothing", "housing", "learning", "lending", "lighting", "marketing"}
    | {
        "meeting",
        "opening",
        "parking",
        "plumbing",
        "programming",
        "setting",
        "shopping",
        "teaching",
        "training",
        "wedding",
    }
)
_SHORT_KANA: Final = re.compile(f"[{_HIRAGANA}]{{0,2}}|[{_KATAKANA}]")
_LONG_MARK: Final = re.compile(f"(?<=[{_KATAKANA}]{{3}})ー(?![{_KATAKANA}])")
_ROWS: Final = {
    "う": "わいうえおっ",
    "く": "かきくけこい",
    "ぐ": "がぎぐげごい",
    "す": "さしすせそ",
    "つ": "たちつてとっ",
    "ぬ": "なにぬねのん",
    "ぶ": "ばびぶべぼん",
    "む": "まみむめもん",
    "る": "らりるれろっ",
}
_INFLECTS: Final = re.compile(f"(?P<stem>.*[{_KANJI}][{_HIRAGANA}]*)(?P<ending>[{''.join(_ROWS)}])")
_WHOLE_STEM: Final = re.compile(f".+[{_KANJI}いきしちにひみりぎじびぴえけせてねへめれげぜでべぺ]")


class Script(Enum):
    """Kinds of units that are told apart at the edges of a term."""

    WORD = "word"
    KATAKANA = "katakana"
    KANJI = "kanji"
    LETTER = "letter"
    BREAK = "break"


_SCRIPTS: Final = {script.value: script for script in Script}


class Unit(NamedTuple):
    """A word of a spaced alphabet, one character of another, or a break that no term crosses.

    Attributes
    ----------
    form : str
        Normal form: words without case, plural and the like, characters as they are; empty for a break.
    script : Script
        What it is written in.
    start, end : int
        Where it stands in the text that was given.
    """

    form: str
    script: Script
    start: int
    end: int


def units(text: str) -> list[Unit]:
    """Cut a text into the units that terms are compared by.

    Parameters
    ----------
    text : str
        A cleaned text.

    Returns
    -------
    list of Unit
        Spaces and hyphens beside a Latin word and a middle dot within katakana are left out, as are English
        articles and possessives; other signs, and spaces between Japanese characters, become one break.

    Examples
    --------
    >>> [unit.form for unit in units("keeping the books")]
    ['keep', 'book']
    >>> [unit.form for unit in units("Web デザイン、絵")]
    ['web', 'デ', 'ザ', 'イ', 'ン', '', '絵']
    """
    found: list[Unit] = []
    for unit in _raw_units(text):
        if found and unit.start > found[-1].end and not _joins(text[found[-1].end : unit.start], found[-1], unit):
            found.append(Unit("", Script.BREAK, found[-1].end, unit.start))
        found.append(unit)
    return [unit for unit in found if unit.script is not Script.WORD or unit.form not in _DETERMINERS]


def too_short(term: str) -> bool:
    """Tell whether a term is so short that it would be met within other words: one kana, or two of hiragana."""
    return _SHORT_KANA.fullmatch(term) is not None


def forms(term: str) -> tuple[str, ...]:
    """Give the normal forms of the units of a term.

    Parameters
    ----------
    term : str
        A cleaned term.

    Returns
    -------
    tuple of str
        As `units` gives them; an empty form stands for a sign that no match crosses.
    """
    if _JAPANESE.fullmatch(term):  # most terms by far, and then every character is a unit
        return tuple(term)
    return tuple(unit.form for unit in units(term))


def spellings(term: str) -> set[str]:
    """Give the ways in which a Japanese term is written where it stands in a sentence.

    Parameters
    ----------
    term : str
        A cleaned term.

    Returns
    -------
    set of str
        The term; without the long mark that ends a katakana word of four characters or more (サーバー, サーバ);
        and, where it ends like a verb in its plain form, the beginnings of its inflected forms. Whether it
        is a verb, and of which class, is not known, so that some forms are no words; those are never met.

    Examples
    --------
    >>> sorted(spellings("サーバー"))
    ['サーバ', 'サーバー']
    >>> sorted(spellings("庭を直す"))
    ['庭を直さ', '庭を直し', '庭を直す', '庭を直せ', '庭を直そ']
    >>> "帳簿をつけ" in spellings("帳簿をつける")
    True
    """
    found = {term, _LONG_MARK.sub("", term)}
    verb = _INFLECTS.fullmatch(term)
    if verb is None:
        return found
    stem, ending = verb["stem"], verb["ending"]
    found.update(stem + kana for kana in _ROWS[ending])
    if ending == "る" and len(stem) > 1 and _WHOLE_STEM.fullmatch(stem):
        found.add(stem)
    return found


def stem(word: str) -> str:
    """Give the normal form of a word of a spaced alphabet.

    Parameters
    ----------
    word : str
        Letters and digits.

    Returns
    -------
    str
        Lower case, except for two capitals, which are a short form (IT is not it). Of longer words the
        endings -s, -es, -ies, -ing, -ed and -e are taken away where at least four letters stay, and a doubled
        last consonant is written once. Nouns such as marketing keep their -ing: they are not what markets do.

    Notes
    -----
    Much shorter than the rules of M. F. Porter (1980), "An algorithm for suffix stripping": only inflections
    are taken away, so that an accountant and an account stay apart.

    Examples
    --------
    >>> [stem(word) for word in ("Translating", "translates", "planned", "plans", "studies", "IT", "it")]
    ['translat', 'translat', 'plan', 'plan', 'study', 'IT', 'it']
    """
    if len(word) == 2 and word.isupper():
        return word
    form = word.casefold()
    if len(form) < 4 or not form.isascii() or not form.isalpha():
        return form
    return _undoubled(_without_tense(_singular(form)))


def _raw_units(text: str) -> Iterator[Unit]:
    hidden = {match.start() + 1 for match in _POSSESSIVE.finditer(text)}
    for match in _TOKEN.finditer(text):
        if match.start() in hidden:
            continue
        script = _SCRIPTS[match.lastgroup or ""]
        form = stem(match.group()) if script is Script.WORD else match.group()
        yield Unit(form, script, match.start(), match.end())


def _joins(gap: str, left: Unit, right: Unit) -> bool:
    if Script.WORD in (left.script, right.script):
        return _JOINS_WORDS.fullmatch(gap) is not None
    return gap == _JOINS_KATAKANA and left.script is right.script is Script.KATAKANA


def _singular(form: str) -> str:
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith(("sses", "shes", "ches", "xes")):
        return form[:-2]
    return form[:-1] if form.endswith("s") and not form.endswith(("ss", "us", "is")) else form


def _without_tense(form: str) -> str:
    if form in _NOUNS_IN_ING:
        return form
    if form.endswith("ie"):
        return form[:-2] + "y"
    for ending in ("ing", "ed", "e"):
        if form.endswith(ending) and len(form) - len(ending) >= 4:
            return form[: -len(ending)]
    return form


def _undoubled(form: str) -> str:
    return form[:-1] if len(form) > 4 and form[-1] == form[-2] and form[-1] not in "aeiou" else form
