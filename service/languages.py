"""The languages in which musubi speaks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias


class Lang(StrEnum):
    """A language of answers, pages and messages."""

    JA = "ja"
    EN = "en"


Phrases: TypeAlias = Mapping[str, tuple[str, str]]
"""Wording by key: Japanese first, English second, with ``{name}`` places to fill."""


class Words:
    """Wording of one part of the product.

    Parameters
    ----------
    phrases : Phrases
        Both languages of every key.
    """

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def say(self, key: str, lang: Lang, **values: object) -> str:
        """Give the wording of a key with its places filled.

        Raises
        ------
        KeyError
            If there is no such key, or a place has no value.
        """
        ja, en = self._phrases[key]
        return (ja if lang is Lang.JA else en).format(**values)

    def both(self, key: str, **values: object) -> dict[str, str]:
        """Give both languages of a key, for documents that do not depend on the language."""
        return {lang.value: self.say(key, lang, **values) for lang in Lang}
