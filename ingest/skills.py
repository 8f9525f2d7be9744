"""Skills as people write them, and the one skill that is meant."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.data_files import entries
from ingest.japanese import FOLDED, fold, name_key, shown
from ingest.words import is_nothing

_KANJI = r"[\u3400-\u4dbf\u4e00-\u9fff々]"
_KANA = r"[\u3041-\u309fー]"
_BRACKET = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_LEVEL = re.compile(
    r"(?:の|が|を|は)?(?:経験(?:あり|有り|者|豊富|\d+年)?|スキル|技術|能力|全般|一般|業務|関連|関係|など|等|得意(?:です)?|好き(?:です)?"
    r"|でき(?:る|ます)|できること|可能|可|少々|少し|初級|中級|上級|初心者|レベル|お手伝い|手伝い|の仕事|仕事|の相談に乗れます|勉強中"
    r"|skills?|experience)$"
)
_BEFORE = re.compile(r"^(?:basic|advanced|beginner|fluent|professional|experienced in|experience in|skills? in)\s+")
_HOLDER = re.compile(r"(?:力|者|担当者?|師|家|業|職|員|講座|教室)$")
_VERB = (
    (
        re.compile(
            r"(?:の|を)?(?:づくり|作り|つくり|作成|制作|製作|作製)(?:すること)?$|(?:を)?(?:作る|つくる|作れる|作れます|作ること)$"
        ),
        "制作",
    ),
    (re.compile(r"(?:を|が)(?:する|します|やる|行う)(?:こと)?$|(?:する|します)$"), ""),
    (re.compile(r"(?:を|が)?(?:話せる|話せます|話す|喋れる)(?:こと)?$"), ""),
    (re.compile(r"を(?:弾く|弾ける|弾けます|吹く)(?:こと)?$"), ""),
    (re.compile(r"(?<=[るくすうむぐつぶ])(?:こと|事)$"), ""),
)
_PARTS = re.compile(r"[・/／,、&＆+]|(?<=[a-z])\s+and\s+(?=[a-z])")
# Kana that end or join words written with Chinese characters, and that people leave out or write otherwise: 引っ越し,
# 引越し, 引越. A particle stays, for it makes another word: 絵を描く.
_ENDING = re.compile(rf"(?<={_KANJI})(?![をがにでとはも](?:{_KANJI}|$))(?:っ)?[\u3041-\u3096]{{1,2}}(?={_KANJI}|$)")
_LONG_END = re.compile(r"(?<=[\u3041-\u309fー]{2})ー(?![\u3041-\u309f])|(?<=[\u3041-\u309f]{4})ー")
_LOOSE = str.maketrans("ぁぃぅぇぉゃゅょゎっぢづ", "あいうえおやゆよわつじず")
_LATIN_JOINT = re.compile(r"(?<=[a-z0-9])[\s.\-]+(?=[a-z0-9])")


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill.

    Attributes
    ----------
    name : str
        How it is shown: the usual name, or what was written where the thesaurus does not know it.
    key : str
        Equal for everything that is one skill; part of the id of its node.
    known : bool
        Whether the thesaurus knows it.
    """

    name: str
    key: str
    known: bool


@lru_cache(maxsize=FOLDED)
def canonical_skill(text: str) -> Skill:
    """Give the skill that a text means.

    Parameters
    ----------
    text : str
        A skill as somebody wrote it, Japanese or English.

    Returns
    -------
    Skill
        One of the thesaurus ``ingest/data/skills.tsv``, where the text or the text without level, politeness and
        brackets is one of its names; else the text itself. A text that could be several skills stays itself.

    >>> canonical_skill("エクセル").name, canonical_skill("引っ越し").key == canonical_skill("引越し").key
    ('Excel', True)
    >>> canonical_skill("PR").name, canonical_skill("あおぞら紙芝居").known
    ('広報', False)
    """
    plain = shown(text).strip(" 。.!！")
    for candidate in _candidates(plain):
        found = _thesaurus().get(candidate)
        if found:
            return Skill(found, fold(found), True)
    parted = {canonical_skill(p) for p in _PARTS.split(plain) if p.strip()} if _PARTS.search(plain) else set()
    if len(parted) == 1 and next(iter(parted)).known:
        return parted.pop()
    bare = _stripped(unicodedata.normalize("NFKC", _BRACKET.sub("", plain).strip() or plain).casefold())
    return Skill(plain, _loose(bare) or fold(plain), False)


def skills_of(text: str) -> tuple[Skill, ...]:
    """Give the skills that a cell names: those of its parts, but one where the whole is a known name, as UI/UX is.

    >>> [s.name for s in skills_of("UI/UX")], [s.name for s in skills_of("エクセル・パワポ")]
    (['UI/UX'], ['Excel', 'PowerPoint'])
    """
    if is_nothing(text):
        return ()
    whole = canonical_skill(text)
    if whole.known or not _PARTS.search(text):
        return (whole,)
    parted = [canonical_skill(p) for p in _PARTS.split(text) if p.strip()]
    return tuple(dict.fromkeys(parted)) if all(p.known for p in parted) else (whole,)


def _candidates(text: str) -> list[str]:
    """Give the keys under which a text is looked up, from the text as it stands to its plainest form."""
    forms = [text, _BRACKET.sub("", text).strip() or text]
    for form in list(forms):
        forms += _plainer(form)
    return list(dict.fromkeys(key for form in forms for key in (_key(form), _loose(form)) if key))


def _plainer(text: str) -> list[str]:
    """Give a text without level and politeness, and with one word for making."""
    low = _BEFORE.sub("", unicodedata.normalize("NFKC", text).casefold())
    bare = _stripped(low)
    out = [low, bare]
    held = _HOLDER.sub("", bare)
    out += [held] if held != bare and len(held) > 1 else []
    for pattern, word in _VERB:
        changed = pattern.sub(word, bare)
        if changed != bare and len(changed) > 1:
            out += [changed, _stripped(changed)]
    return out


def _stripped(text: str) -> str:
    while True:
        shorter = _LEVEL.sub("", text).strip()
        if shorter == text or len(shorter) < 1:
            return text
        text = shorter


def _key(text: str) -> str:
    return name_key(_LATIN_JOINT.sub("", unicodedata.normalize("NFKC", text).casefold()))


def _loose(text: str) -> str:
    """Give a key in which endings of verbs, long vowels at the end, の between nouns and English plurals are one."""
    key = _key(_singular(text)).replace("・", "").replace("まねーじ", "まねじ")
    key = re.sub(rf"(?<=(?:{_KANJI}|{_KANA}))の(?={_KANJI}|{_KANA}{{2}})", "", key)
    return _ENDING.sub("", _LONG_END.sub("", key)).translate(_LOOSE)


def _singular(text: str) -> str:
    low = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"(?<=[a-z]{3})(?<![s])s\b", "", low) if low.isascii() else low


@cache
def _thesaurus() -> dict[str, str]:
    """Give the name of each skill by every key of its names; a key of two skills is nobody's."""
    exact: defaultdict[str, set[str]] = defaultdict(set)
    loose: defaultdict[str, set[str]] = defaultdict(set)
    for line in entries("skills.tsv"):
        for written in line:
            exact[_key(written)].add(line[0])
            for form in {written, *_plainer(written)}:
                loose[_loose(form)].add(line[0])
    known = {key: next(iter(names)) for key, names in exact.items() if len(names) == 1}
    return {key: next(iter(names)) for key, names in loose.items() if len(names) == 1 and key not in exact} | known
