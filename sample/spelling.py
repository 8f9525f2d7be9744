"""The many ways in which people write one thing: dates, widths of characters, legal forms."""

from __future__ import annotations

import datetime as dt
import unicodedata

import numpy as np

_FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


def _half_kana() -> dict[str, str]:
    """Map each katakana to its half-width form, voiced ones to two characters."""
    plain = {unicodedata.normalize("NFKC", chr(c)): chr(c) for c in range(0xFF66, 0xFF9E)}
    voiced = {}
    for kana, half in plain.items():
        for mark, half_mark in (("゙", "ﾞ"), ("゚", "ﾟ")):
            joined = unicodedata.normalize("NFC", kana + mark)
            if len(joined) == 1:
                voiced[joined] = half + half_mark
    return plain | voiced


_HALF_KANA = str.maketrans(_half_kana())


def full_width(text: str) -> str:
    """Write latin letters, digits and signs in full width, as an input method left on would."""
    return text.translate(_FULL_WIDTH)


def half_kana(text: str) -> str:
    """Write katakana in half width, as old accounting programs export them."""
    return text.translate(_HALF_KANA)


def plain_date(day: dt.date) -> str:
    """Write a date without leading zeros: 2024/1/5."""
    return f"{day.year}/{day.month}/{day.day}"


def long_date(day: dt.date) -> str:
    """Write a date in characters: 2024年1月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def messy_date(rng: np.random.Generator, day: dt.date) -> str:
    """Write a date in one of the rarer ways: characters, Japanese era, full-width digits, hyphens.

    Only for days from 2019-05-01 on, the first of the era Reiwa.
    """
    era = day.year - 2018
    ways = (
        long_date(day),
        f"令和{'元' if era == 1 else era}年{day.month}月{day.day}日",
        f"R{era}.{day.month}.{day.day}",
        full_width(plain_date(day)),
        day.isoformat(),
    )
    return ways[int(rng.integers(len(ways)))]


def messy_company(rng: np.random.Generator, name: str) -> str:
    """Shorten the legal form as a hurried hand does; names without one stay."""
    if "株式会社" in name:
        return name.replace("株式会社", ("㈱", "(株)", "（株）")[int(rng.integers(3))])
    return name.replace("NPO法人 ", "特定非営利活動法人").replace("合同会社", "(同)")
