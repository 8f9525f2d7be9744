"""Fields that say how people give and meet: kind of exchange, meeting mode (A20, A33)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from graph.kinds import Exchange
from ingest.japanese import fold
from ingest.words import is_nothing, words

Word = TypeVar("Word", bound=str)
EXCHANGES = {
    Exchange.GIFT: words("gift asagift free volunteer 無償 無料 ボランティア 贈与 プロボノ お礼不要 ギフト"),
    Exchange.SWAP: words(
        "swap exchange inexchange barter borrow-lend lend-borrow trade 交換 物々交換 スキル交換 お互いさま"
    ),
    Exchange.PAID: words("paid buy-sell sell buy rent hire-rent money 有償 有料 報酬あり 対価あり 仕事として"),
    Exchange.UNDECIDED: words(
        "undecided tbd negotiable opentotalk either any 応相談 要相談 相談 相談して決める 未定 どちらでも"
    ),
}
EXCHANGE_EXPECTED = "無償 / 交換 / 有償 / 未定 (gift / swap / paid / undecided)"
MODES = {
    "online": words("online remote virtual オンライン リモート オンラインのみ"),
    "onsite": words("onsite offline in-person inperson 対面 現地 オフライン 対面のみ"),
    "either": words("either both any hybrid どちらでも どちらでも可 両方 オンライン・対面どちらでも オンラインと対面"),
}
MODE_EXPECTED = "オンライン / 対面 / どちらでも (online / onsite / either)"


def exchange_of(text: str) -> Exchange | None:
    """Give the kind of exchange that a word means: gift, swap, paid, undecided; None for another word.

    >>> [str(exchange_of(word)) for word in ("無償", "buy-sell", "応相談", "いつか")]
    ['gift', 'paid', 'undecided', 'None']
    """
    return _word(text, EXCHANGES)


def mode_of(text: str) -> str | None:
    """Give the meeting mode that a word means: online, onsite, either; None for another word.

    >>> mode_of("オンライン"), mode_of("対面"), mode_of("Both"), mode_of("")
    ('online', 'onsite', 'either', None)
    """
    return _word(text, MODES)


def _word(text: str, table: Mapping[Word, frozenset[str]]) -> Word | None:
    return None if is_nothing(text) and fold(text) != "未定" else _found(fold(text), table)


def _found(key: str, table: Mapping[Word, frozenset[str]]) -> Word | None:
    return next((value for value, known in table.items() if key in known), None)
