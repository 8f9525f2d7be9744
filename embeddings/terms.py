"""The terms of a text that count as shared spelling: character n-grams and normal forms of words."""

from __future__ import annotations

import importlib.metadata
import re
import threading
from collections.abc import Iterator
from typing import Any, Final

# Alphabets of spaced words: Latin, Greek, Cyrillic, digits, underscore.
_SPACED: Final = "0-9a-z_\u00c0-\u052f"
_RUN: Final = re.compile(rf"[{_SPACED}]+|[^\W{_SPACED}]+")
_SPACED_RUN: Final = re.compile(f"[{_SPACED}]+")
_HIRAGANA: Final = re.compile("[\u3041-\u309f\u30fc]+")
_KEPT_CLASSES: Final = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞"})
_DROPPED_CLASSES: Final = frozenset({"非自立可能", "数詞"})
_FUNCTION_WORD: Final = re.compile(
    "a|about|all|also|am|an|and|any|are|as|at|be|been|but|by|can|could|did|do|does|for|from|had|has"
    "|have|he|her|his|how|i|if|in|into|is|it|its|just|like|me|more|my|no|not|of|on|or|our|she|should"
    "|so|some|somebody|someone|than|that|the|their|them|then|there|these|they|this|those|to|up|us|was"
    "|we|were|what|when|where|which|who|why|will|with|would|you|your"
)


def grams(text: str) -> Iterator[str]:
    """Give the character n-grams of a text.

    Parameters
    ----------
    text : str
        A cleaned text.

    Yields
    ------
    str
        2- and 3-grams of runs of letters without spaces between words, such as kanji and katakana, single
        letters that stand alone among hiragana, and whole words and 4-grams of spaced alphabets. Left out are
        grams of hiragana alone (endings and particles, which any two Japanese sentences share), English
        function words and single letters of spaced alphabets.

    Examples
    --------
    >>> sorted(grams("庭木の手入れ"))
    ['の手', 'の手入', '入れ', '庭木', '庭木の', '手入', '手入れ', '木の', '木の手']
    >>> sorted(grams("the Web"))
    ['web']
    """
    for run in _RUN.findall(text.casefold()):
        if not _SPACED_RUN.fullmatch(run):
            yield from (gram for gram in _slices(run, 2, 3) if not _HIRAGANA.fullmatch(gram))
        elif _is_word(run):
            yield run
            if len(run) > 4:
                yield from _slices(run, 4, 4)


class WordForms:
    """Normal forms of content words by SudachiPy, where the extra ``[ja]`` is installed.

    Attributes
    ----------
    version : str
        What the forms depend on; ``"none"`` where the package or its dictionary is missing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokenizer: Any = None
        self.version = _sudachi_version()

    @property
    def available(self) -> bool:
        """Whether words are looked at."""
        return self.version != "none"

    def of(self, text: str) -> list[str]:
        """Give the normal forms of a cleaned text's nouns, verbs, adjectives and adverbs.

        Numbers and what they count, auxiliary verbs and English function words are left out. Empty where words
        are not looked at.
        """
        if not self.available:
            return []
        with self._lock:  # the tokenizer keeps one working area and refuses a second caller
            words = [
                (word.surface().casefold(), word.normalized_form().casefold(), word.part_of_speech())
                for word in self._load().tokenize(text)
            ]
        forms: list[str] = []
        after_number = False
        for surface, form, classes in words:
            counted = after_number and classes[2] == "助数詞可能"
            after_number = classes[1] == "数詞"
            if _is_content(surface, classes) and not counted:
                forms.append(form)
        return forms

    def _load(self) -> Any:
        if self._tokenizer is None:
            from sudachipy import Dictionary

            self._tokenizer = Dictionary().tokenizer()
        return self._tokenizer


def _slices(run: str, shortest: int, longest: int) -> Iterator[str]:
    if len(run) < shortest:
        yield run
    for n in range(shortest, longest + 1):
        for start in range(len(run) - n + 1):
            yield run[start : start + n]


def _is_word(run: str) -> bool:
    return len(run) > 1 and not _FUNCTION_WORD.fullmatch(run)


def _is_content(surface: str, classes: tuple[str, ...]) -> bool:
    if _SPACED_RUN.fullmatch(surface) and not _is_word(surface):
        return False
    return classes[0] in _KEPT_CLASSES and classes[1] not in _DROPPED_CLASSES


def _sudachi_version() -> str:
    try:
        return "sudachipy-{}/core-{}".format(*map(importlib.metadata.version, ("sudachipy", "sudachidict_core")))
    except importlib.metadata.PackageNotFoundError:
        return "none"
