"""A guess at the language of a text from its script."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_JAPANESE: Final = re.compile(
    "[\u3005-\u3007\u3040-\u309d\u30a1-\u30fe\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d]"
)
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\uff21-\uff3a\uff41-\uff5a]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_LATIN_PER_JAPANESE: Final = 3


class Language(StrEnum):
    """Languages told apart when vectors are centred."""

    JA = "ja"
    EN = "en"
    OTHER = "other"


def guess_language(text: str) -> Language:
    """Guess the language of a text by the script of most of it.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    Language
        ``ja`` where kana and kanji prevail, one of them weighing as much as three Latin letters, since a
        Japanese sentence full of product names is Japanese; ``en`` where Latin letters prevail; ``other``
        for further scripts and texts without letters. Chinese in kanji alone counts as ``ja``, French in
        Latin letters as ``en``: the script does not tell them apart.

    Examples
    --------
    >>> guess_language("WebサイトとUI/UXのデザイン")
    <Language.JA: 'ja'>
    >>> guess_language("Community design with 一般社団法人")
    <Language.EN: 'en'>
    >>> guess_language("1234 🌱")
    <Language.OTHER: 'other'>
    """
    japanese, latin = len(_JAPANESE.findall(text)), len(_LATIN.findall(text))
    other = len(_LETTER.findall(text)) - japanese - latin
    weight = _LATIN_PER_JAPANESE * japanese
    if max(weight, latin) == 0 or other > japanese + latin:
        return Language.OTHER
    return Language.JA if weight >= latin else Language.EN
