"""Wording of the conditions of needs and offers."""

from __future__ import annotations

from graph.kinds import Detail
from recommend.conditions import Conditions
from recommend.wording import BETWEEN, step_words
from service.languages import Lang, Words

WORDS = Words(
    {
        "commitment": ("{value}", "{value}"),
        "hours_per_month": ("月{value}時間", "{value} hours a month"),
        "one_hour": ("月1時間", "1 hour a month"),
        "exchange": ("{value}", "{value}"),
        "gift": ("無償", "as a gift"),
        "swap": ("交換", "in exchange"),
        "paid": ("有償", "paid"),
        "undecided": ("相談して決める", "open to talk"),
    }
)


def condition_words(detail: Detail, value: str, lang: Lang) -> str:
    """Say one condition, such as one chat, 4 hours a month or paid."""
    if detail is Detail.COMMITMENT:
        value = step_words(value, lang)
    elif detail is Detail.EXCHANGE:
        value = WORDS.say(value, lang)
    elif value == "1":
        return WORDS.say("one_hour", lang)
    return WORDS.say(detail, lang, value=value)


def all_words(conditions: Conditions, lang: Lang) -> str:
    """Say all conditions of a need or an offer, empty where there are none."""
    told = {detail: conditions.told(detail) for detail in Detail}
    return BETWEEN[lang].join(condition_words(detail, value, lang) for detail, value in told.items() if value)
