"""Reasons as words, in Japanese and English, for the one who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from graph.errors import WrongUse
from graph.kinds import NodeKind
from recommend.results import Band, Party, Reason, ReasonCode, Recommendation


class Reader(StrEnum):
    """Who reads a reason: the one who asked, or one of the two sides."""

    VIEWER = "viewer"
    PERSON = "person"
    PARTNER = "partner"


LANGUAGES = ("ja", "en")

BANDS: Mapping[str, Mapping[Band, str]] = {
    "ja": {Band.STRONG: "とても合いそう", Band.GOOD: "合いそう", Band.FAIR: "話してみる価値あり"},
    "en": {Band.STRONG: "very promising", Band.GOOD: "promising", Band.FAIR: "worth a talk"},
}

BETWEEN: Mapping[str, str] = {"ja": "、", "en": ", "}

# {me}/{you}: labels as the reader sees them; {mine}/{yours}: the sentences that met
_QUOTED: Mapping[str, Mapping[ReasonCode, str]] = {
    "ja": {
        ReasonCode.NEED_MET: "{me}の困りごと「{mine}」に、{you}の「{yours}」が役立ちそうです。",
        ReasonCode.OFFER_WANTED: "{you}の困りごと「{yours}」に、{me}の「{mine}」が役立ちそうです。",
        ReasonCode.SHARED_VISION: "目指すものが近いようです。{me}「{mine}」、{you}「{yours}」。",
        ReasonCode.SHARED_TOPIC: "話題が近いようです。{me}「{mine}」、{you}「{yours}」。",
    },
    "en": {
        ReasonCode.NEED_MET: "Need ({me}): “{mine}”. Offer ({you}): “{yours}”.",
        ReasonCode.OFFER_WANTED: "Need ({you}): “{yours}”. Offer ({me}): “{mine}”.",
        ReasonCode.SHARED_VISION: "Close visions. {me}: “{mine}”. {you}: “{yours}”.",
        ReasonCode.SHARED_TOPIC: "Close topics. {me}: “{mine}”. {you}: “{yours}”.",
    },
}
_UNQUOTED: Mapping[str, Mapping[ReasonCode, str]] = {
    "ja": {
        ReasonCode.NEED_MET: "{me}の困りごとに、{you}のできることが役立ちそうです。",
        ReasonCode.OFFER_WANTED: "{you}の困りごとに、{me}のできることが役立ちそうです。",
        ReasonCode.SHARED_VISION: "目指すものが近いようです。",
        ReasonCode.SHARED_TOPIC: "話題が近いようです。",
    },
    "en": {
        ReasonCode.NEED_MET: "A need of {me} meets an offer of {you}.",
        ReasonCode.OFFER_WANTED: "A need of {you} meets an offer of {me}.",
        ReasonCode.SHARED_VISION: "Close visions.",
        ReasonCode.SHARED_TOPIC: "Close topics.",
    },
}
_COUNTED: Mapping[str, Mapping[ReasonCode, str]] = {
    "ja": {
        ReasonCode.COMMON_PARTNERS: "共通の知り合いが{n}人います。",
        ReasonCode.SHARED_EVENT: "同じ催しに参加しました（{names}）。",
        ReasonCode.SHARED_GROUP: "同じ集まりに属しています（{names}）。",
        ReasonCode.JOINS_COMMUNITIES: "「{a}」と「{b}」をつなぎます（いまのつながり{ties}件、目安{expected}件）。",
        ReasonCode.HIDDEN_TALENT: "力になれるのに、まだあまり知られていない人です。",
        ReasonCode.KEY_PERSON: "「{names}」の鍵となる人・窓口です。引き受けるのは同時に{n}件までです。",
        ReasonCode.PEOPLE_FIT: "そこに、困りごと・できること・目指すものが合いそうな人が{n}人います。",
        ReasonCode.PARTNERS_THERE: "そこに知り合いが{n}人います。",
    },
    "en": {
        ReasonCode.COMMON_PARTNERS: "They know {n} of the same people.",
        ReasonCode.SHARED_EVENT: "Both took part in {names}.",
        ReasonCode.SHARED_GROUP: "Both belong to {names}.",
        ReasonCode.JOINS_COMMUNITIES: "Joins “{a}” and “{b}”: {ties} ties where {expected} would be expected.",
        ReasonCode.HIDDEN_TALENT: "Can help, and is known to few so far.",
        ReasonCode.KEY_PERSON: "Key to “{names}”; takes {n} introductions at a time.",
        ReasonCode.PEOPLE_FIT: "Needs, offers or visions of people there fit ({n}).",
        ReasonCode.PARTNERS_THERE: "Some of those they have met are there ({n}).",
    },
}

# why a pick was dared; see recommend.surprise
_DARED: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "reach": "思い切った組です。見込みの高い順ではこの回に入りませんが、"
        "つながれば、ほかの候補の{n}%よりも、離れた人どうしを近づけます。",
        "distance": "思い切った組です。所属も知り合いも重なりませんが、まだ知らない世界への入り口になりそうです。",
    },
    "en": {
        "reach": "A surprise: less certain than the likeliest of this round, but it would bring distant people"
        " closer than {n}% of the other candidates.",
        "distance": "A surprise: no community and nobody in common yet, so it opens a door to somewhere new.",
    },
}

# rungs and steps of recommend.ladder
_STEP: Mapping[str, str] = {
    "ja": "いまの関わり: {rung}。次の小さな一歩: {step}。",
    "en": "So far: {rung}. Next small step: {step}.",
}
# how far a need and an offer go, after the sentence about them; by who says so
_FIRST_STEP: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "both": "まずは「{step}」から（双方の希望に合います）。",
        "need": "求めている関わり方は「{step}」です。",
        "offer": "できる関わり方は「{step}」までです。",
    },
    "en": {
        "both": " A first step that suits both: {step}.",
        "need": " Asked for: {step}.",
        "offer": " Offered: up to {step}.",
    },
}
_LADDER: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "stranger": "まだ記録がない",
        "sympathiser": "目指すものに共感",
        "guest": "同じ催しに参加",
        "acquainted": "中の人と会った",
        "helper": "一緒に取り組んだ",
        "collaborator": "何度か一緒に取り組んだ",
        "look": "活動をのぞいてみる（約束なし）",
        "answer": "質問に5分で答える",
        "chat": "一度話してみる",
        "task": "一回だけの手伝い",
        "monthly": "月に一度の関わり",
        "project": "企画を一緒に始める",
    },
    "en": {
        "stranger": "nothing on record yet",
        "sympathiser": "in sympathy with what they work for",
        "guest": "at an event with them",
        "acquainted": "has met somebody there",
        "helper": "has worked with them",
        "collaborator": "has worked with them more than once",
        "look": "a look at what they do, no promise",
        "answer": "a question answered in five minutes",
        "chat": "one chat",
        "task": "one small task",
        "monthly": "something once a month",
        "project": "a project together",
    },
}


def sentence(reason: Reason, recommendation: Recommendation, lang: str, reader: Reader) -> str | None:
    """Say a reason to somebody.

    Parameters
    ----------
    reason : Reason
        One of the recommendation's reasons.
    recommendation : Recommendation
        Whose.
    lang : str
        ``"ja"`` or ``"en"``.
    reader : Reader
        Who reads it. To a side only what that side may be told is said.

    Returns
    -------
    str or None
        None where this reader may not be told the reason.

    Raises
    ------
    graph.errors.WrongUse
        If the language is unknown.
    """
    if lang not in LANGUAGES:
        raise WrongUse(f"language {lang!r}: expected one of {', '.join(LANGUAGES)}")
    if reader is Reader.PERSON and not reason.for_person:
        return None
    if reader is Reader.PARTNER and not reason.for_partner:
        return None
    if reason.code is ReasonCode.SURPRISE:
        return _DARED[lang][str(reason.values["why"])].format(**reason.values)
    if reason.code is ReasonCode.NEXT_STEP:
        rung, step = (step_words(str(reason.values[key]), lang) for key in ("rung", "step"))
        return _STEP[lang].format(rung=rung, step=step)
    if reason.code in _COUNTED[lang]:
        return _COUNTED[lang][reason.code].format(**_listed(reason.values, lang))
    labels = _labels(recommendation, lang, reader)
    if reason.person_text is None or reason.partner_text is None:
        return _UNQUOTED[lang][reason.code].format(**labels)
    said = _QUOTED[lang][reason.code].format(mine=reason.person_text, yours=reason.partner_text, **labels)
    return said + _first_step(reason, lang)


def _first_step(reason: Reason, lang: str) -> str:
    """Say how far a need and an offer go, where one of both says so."""
    if "step" not in reason.values:
        return ""
    return _FIRST_STEP[lang][str(reason.values["by"])].format(step=step_words(str(reason.values["step"]), lang))


def step_words(step: str, lang: str) -> str:
    """Give the words of a rung or step of the ladder, of which a `graph.kinds.Commitment` is one."""
    return _LADDER[lang][step]


def _listed(values: Mapping[str, str | int], lang: str) -> dict[str, str | int]:
    """Put names that stand side by side as the language does; as data they are joined by the Japanese comma."""
    names = values.get("names")
    return {**values, "names": names.replace("、", BETWEEN[lang])} if isinstance(names, str) else dict(values)


def _labels(recommendation: Recommendation, lang: str, reader: Reader) -> dict[str, str]:
    you = "あなた" if lang == "ja" else "you"
    me = you if reader is Reader.PERSON else _called(recommendation.person, lang)
    other = you if reader is Reader.PARTNER else _called(recommendation.partner, lang)
    return {"me": me, "you": other}


def _called(party: Party, lang: str) -> str:
    return f"{party.label}さん" if lang == "ja" and party.kind is NodeKind.PERSON else party.label


def band_words(band: Band, lang: str) -> str:
    """Give the words of a band."""
    return BANDS[lang][band]
