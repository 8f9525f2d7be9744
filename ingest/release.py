"""Words by which owners release facts, as policies; an unknown word is never taken for a wider release."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from graph.policy import Audience, Matching, Policy
from ingest.japanese import cleaned, fold
from ingest.splitting import parts
from ingest.words import words, yes_or_no

T = TypeVar("T")
REMEMBERED = 1 << 14
"""How many decisions are remembered: the same few recur in every row."""

_AUDIENCES = {
    Audience.ONLY_ME: "自分だけ 自分のみ 本人のみ 本人だけ 非公開 onlyme only_me private nobody",
    Audience.MY_MIXERS: "ミキサーまで ミキサーのみ ミキサーだけ mymixers my_mixers mixers mixersonly",
    Audience.MY_SPACE: "自分のスペースまで 自分のスペースのみ 自スペースまで スペース内 myspace my_space ownspace",
    Audience.PARTNERS: "指定スペースまで 指定スペース 提携スペースまで namedspaces partnerspaces partners",
    Audience.NETWORK: "ネットワーク全体 ネットワークまで ネットワーク network wholenetwork thenetwork",
    Audience.PUBLIC: "公開 一般公開 全体公開 誰でも public everyone everybody anyone",
}
_USES = {
    Matching.OPEN: "使ってよい 使ってもよい 使用可 利用可 はい 可 よい open yes ok allowed",
    Matching.OWNER_FIRST: "先に自分に聞いてほしい 先に聞いてほしい 要相談 保留 △ owner_first askmefirst askfirst",
    Matching.NONE: "使わないでほしい 使わない 使用不可 利用不可 いいえ 不可 none no never notallowed",
}
_INTRODUCTIONS = {
    Matching.OPEN: "可 可能 よい はい ○ 〇 ◯ 希望 希望する ok yes open true agreed",
    Matching.OWNER_FIRST: "保留 未確認 要確認 確認中 検討中 要相談 △ pending notasked askfirst askmefirst",
    Matching.NONE: "不可 いいえ × ✕ ✗ 希望しない 辞退 ng no none false never declined",
}


def _by_word(table: Mapping[T, str]) -> dict[str, T]:
    return {word: value for value, text in table.items() for word in words(text)}


AUDIENCE_OF, USE_OF, INTRODUCTION_OF = _by_word(_AUDIENCES), _by_word(_USES), _by_word(_INTRODUCTIONS)
"""What each word means, by its key."""

AUDIENCE_EXPECTED = (
    "自分だけ / ミキサーまで / 自分のスペースまで / 指定スペースまで（スペース名・…） / ネットワーク全体 / 公開"
    " (only me / my mixers / my space / named spaces (…) / network / public)"
)
USE_EXPECTED = "使ってよい / 先に自分に聞いてほしい / 使わないでほしい (open / ask me first / no)"
INTRODUCTION_EXPECTED = "可 / 保留 / 不可 (yes / pending / no)"
REASON_EXPECTED = "はい / いいえ (yes / no)"

_NAMED = re.compile(r"^(?P<word>[^(（]*)[(（](?P<names>.*)[)）]$", re.DOTALL)


class UnknownWord(ValueError):
    """A word that says nothing about a release; ``expected`` names those that do."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(expected)


@dataclass(frozen=True, slots=True)
class Release:
    """What an owner said about one fact.

    Attributes
    ----------
    asked : bool
        Whether the file asks at all; where it does and the answer is empty, what an earlier file said is over.
    audience : Audience or None
        How far; None where nothing was said.
    partners : frozenset of str
        Ids of the spaces that were named.
    matching : Matching or None
        Whether for ranking; None where nothing was said.
    at_most : Matching
        Bound on the default: who was asked and said nothing is asked again first.
    as_reason : bool or None
        Whether as a reason; None where nothing was said.
    """

    asked: bool = False
    audience: Audience | None = None
    partners: frozenset[str] = frozenset()
    matching: Matching | None = None
    at_most: Matching = Matching.OPEN
    as_reason: bool | None = None

    @lru_cache(maxsize=REMEMBERED)  # noqa: B019 - releases are few values, equal ones share an answer
    def applied(self, default: Policy, known: Policy | None = None) -> Policy:
        """Give the policy of a fact.

        Parameters
        ----------
        default : Policy
            What holds where the owner has said nothing.
        known : Policy, optional
            What holds so far; kept when this file does not ask. Whom the owner has denied it, for which
            purposes and until when stay in any case: a release says nothing of these.
        """
        base = default
        if known is not None:
            kept = replace(default, denied=known.denied, purposes=known.purposes, valid_until=known.valid_until)
            base = kept if self.asked else known
        if self.audience is not None:
            base = base.with_audience(self.audience, self.partners)
        matching = base.matching if self.matching is None else self.matching
        as_reason = base.as_reason if self.as_reason is None else self.as_reason
        return replace(base, matching=min(matching, self.at_most), as_reason=as_reason)

    def joined(self, general: Release) -> Release:
        """Give this release, with what it leaves unsaid taken from a more general one."""
        near = self if self.audience is not None else general
        return Release(
            asked=self.asked or general.asked,
            audience=near.audience,
            partners=near.partners,
            matching=general.matching if self.matching is None else self.matching,
            at_most=min(self.at_most, general.at_most),
            as_reason=general.as_reason if self.as_reason is None else self.as_reason,
        )


def read_audience(text: str, space: Callable[[str], str]) -> Release:
    """Read how far a fact may travel; an empty cell says nothing.

    Parameters
    ----------
    text : str
        Cell.
    space : callable
        Gives the id of a space from its name.

    Raises
    ------
    UnknownWord
        If the word is none of those known, or names no space where it should.
    """
    if not cleaned(text):
        return Release(asked=True)
    named = _NAMED.match(cleaned(text))
    audience = _find(AUDIENCE_OF, named["word"] if named else text, AUDIENCE_EXPECTED)
    names = parts(named["names"]) if named else []
    if (audience is Audience.PARTNERS) != bool(names):
        raise UnknownWord(AUDIENCE_EXPECTED)
    return Release(True, audience, frozenset(map(space, names)))


def read_use(text: str) -> Release:
    """Read whether a fact may be used for introductions; left empty, it is used after asking at most."""
    if not cleaned(text):
        return Release(asked=True, at_most=Matching.OWNER_FIRST)
    return Release(asked=True, matching=_find(USE_OF, text, USE_EXPECTED))


def read_reason(text: str) -> Release:
    """Read whether the words may be quoted as a reason; left empty, they may not."""
    if not cleaned(text):
        return Release(asked=True, as_reason=False)
    answer = yes_or_no(text)
    if answer is None:
        raise UnknownWord(REASON_EXPECTED)
    return Release(asked=True, as_reason=answer)


def read_introduction(text: str) -> Matching | None:
    """Read whether a person may be introduced; None where the cell is empty."""
    return _find(INTRODUCTION_OF, text, INTRODUCTION_EXPECTED) if cleaned(text) else None


def _find(table: Mapping[str, T], text: str, expected: str) -> T:
    try:
        return table[fold(text).strip("。.")]
    except KeyError:
        raise UnknownWord(expected) from None
