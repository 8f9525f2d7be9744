"""The page that a person gets about themself: everything that is kept, in both languages, with the data inside."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from graph.calendar import JST
from graph.kinds import StatementKind, TieKind
from graph.own_data import OwnData, Record
from graph.policy import ALL_PURPOSES
from graph.viewer import NAMED
from service.languages import Lang, Words
from service.pages.rendering import render

SCHEMA = "musubi.person/1"

WORDS = Words(
    {
        "title": ("わたしについての記録", "What is kept about you"),
        "intro": (
            "このファイルには、下に断ったもののほか、あなたについて保存されているすべてのことが入っています。誰にも見えないことも、公開の期限が過ぎたことも含みます。",
            "This file holds everything that is kept about you, but for what is named below: also what nobody sees and"
            " what is no longer released.",
        ),
        "others": (
            "ほかの人がまだ伝えていないつながりは、その人のものなので入っていません。あるかどうかも書いていません。",
            "Ties that others have not released to you are theirs: they are not here, nor is whether there are any.",
        ),
        "introductions": (
            "あなたをだれに紹介したか、それがどうなったかの記録は、紹介した運営者のもので、相手のことでもあるため入っていません。",
            "Records of whom you were introduced to and what came of it are not here: they are kept by the operator who"
            " introduces, and tell of others as well.",
        ),
        "scores": (
            "点数や順位は保存していません。聞かれたときに、そのとき使ってよいことだけから計算し、残しません。",
            "No score and no rank is kept. They are worked out when somebody asks, from what may be used then.",
        ),
        "fields": ("基本のこと", "Attributes"),
        "statements": ("ことば", "Statements"),
        "ties": ("つながり", "Ties"),
        "merged": ("同じあなたとして扱う記録", "Records that count as you"),
        "never_with": ("紹介してほしくない相手", "Whom you do not want to meet"),
        "mentions": ("あなたの名前で行われたこと・あなたを見た記録", "What was done about you, and who looked"),
        "arrivals": ("記録が入った時", "When the records came in"),
        "exports": ("書き出されたファイル（あなたのことを含むことがあります）", "Files taken out, which may hold you"),
        "none": ("なし", "none"),
        "about": ("だれが、どこで言ったか", "who said it, and where"),
        "who_sees": ("見える人", "who may see it"),
        "use": ("使い道", "what it is used for"),
        "data": ("同じ内容のデータ（JSON）", "The same as data (JSON)"),
        "present": ("あなたがここにいること", "That you are here"),
        "said.self": ("本人", "yourself"),
        "said.staff": ("スタッフ", "staff"),
        "said.mixer": ("ミキサー", "a mixer"),
        "said.record": ("名簿や記録", "a list or record"),
        "said.public": ("公開の資料", "a public source"),
        "row": ("{source} {row} 行目", "{source}, row {row}"),
        "audience.only_me": ("あなただけ", "only you"),
        "audience.my_mixers": (
            "あなたと運営、{spaces}を任されたミキサー",
            "you, the operator, and the mixers of {spaces}",
        ),
        "audience.my_space": (
            "あなたと運営、{spaces}のミキサー・管理者・会員",
            "you, the operator, and the mixers, managers and members of {spaces}",
        ),
        "audience.partners": (
            "あなたと運営、{spaces}と{partners}のミキサー・管理者・会員",
            "you, the operator, and the mixers, managers and members of {spaces} and of {partners}",
        ),
        "audience.network": ("ネットワークの全員", "everybody in the network"),
        "audience.public": ("誰でも", "everybody"),
        "no_space": ("（今は所属なし）", "(no space today)"),
        "denied": ("ただし {names} には見せない", "but never {names}"),
        "until": ("{day} まで", "until {day}"),
        "purposes": ("使い道は {names} だけ", "only for {names}"),
        "matching.open": ("紹介に使う", "used for introductions"),
        "matching.owner_first": ("紹介に使う前にあなたに聞く", "you are asked before it is used for introductions"),
        "matching.none": ("紹介に使わない", "not used for introductions"),
        "reason.yes": ("理由として伝えてよい", "may be told as a reason"),
        "reason.no": ("理由として伝えない", "not told as a reason"),
        "hidden": ("（名前は見えません）", "(name not shown)"),
        "actor.person": ("会員のひとり", "a member"),
        "actor.mixer": ("ミキサーのひとり", "a mixer"),
        "actor.space": ("あるスペースの管理者", "the manager of a space"),
    }
)

LABELS: Mapping[str, tuple[str, str]] = {
    "name": ("名前", "name"),
    "reading": ("読み", "reading"),
    "mail": ("メール", "mail"),
    "phone": ("電話", "phone"),
    "occupation": ("職業", "occupation"),
    "number": ("ほかの番号", "other numbers"),
    "card": ("カードの番号", "number of your card"),
    StatementKind.NEED: ("困りごと", "need"),
    StatementKind.OFFER: ("できること", "offer"),
    StatementKind.VISION: ("目指すこと", "vision"),
    StatementKind.ACTIVITY: ("取組", "activity"),
    StatementKind.STORY: ("ものがたり", "story"),
    StatementKind.TEXT: ("ことば", "text"),
    TieKind.MEMBER_OF: ("所属", "member of"),
    TieKind.JOINED: ("参加した集まり", "joined"),
    TieKind.HAS_SKILL: ("スキル", "skill"),
    TieKind.MET: ("会った", "met"),
    TieKind.KNOWS: ("知り合い", "knows"),
    TieKind.COLLABORATED: ("一緒に取り組んだ", "collaborated"),
    TieKind.ATTENDED: ("参加した催し", "attended"),
    TieKind.VISITED: ("訪れた", "visited"),
    TieKind.HELD_AT: ("開かれた場所", "held at"),
    TieKind.MIXES: ("ミキサーとして担当", "mixer of"),
    TieKind.MANAGES: ("管理", "manages"),
    TieKind.REPRESENTS: ("窓口", "represents"),
    TieKind.PARTNERS: ("提携", "partners"),
    TieKind.COVERS: ("合意の対象", "covers"),
    TieKind.KEY_OF: ("鍵となる人・窓口", "key person of"),
    TieKind.PARTY_TO: ("紹介の記録", "introduced"),
    TieKind.SAME_AS: ("同じ人の記録", "the same person"),
    TieKind.MAYBE_SAME: ("同じ人かもしれない記録", "maybe the same person"),
    TieKind.NOT_SAME: ("別の人の記録", "another person"),
    TieKind.NOT_WITH: ("紹介してほしくない", "never with"),
}
"""Words for attributes and kinds, Japanese and English; an attribute that is not here keeps its own name."""


def person_document(data: OwnData, on: dt.date) -> dict[str, object]:
    """Give everything as one document that does not depend on the language.

    Every fact has its policy twice: as kept, and under ``policy_words`` and ``who_sees`` in both languages.
    """
    body = asdict(data)
    for record in (body["node"], *body["fields"], *body["statements"]):
        record |= _explained(record["policy"], data)
    for record in (*body["ties"], *body["never_with"]):
        record |= _explained(record["policy_src"] if record["other"] == record["dst"] else record["policy_dst"], data)
    notes = {key: WORDS.both(key) for key in ("intro", "others", "introductions", "scores")}
    return {"schema": SCHEMA, "on": on.isoformat(), "notes": notes, **body}


def person_page(document: Mapping[str, Any], lang: Lang) -> str:
    """Render the page from the document, one language first and the other beside it."""
    order = (lang, *(other for other in Lang if other is not lang))

    def both(key: str, **values: object) -> str:
        return " / ".join(WORDS.say(key, one, **values) for one in order)

    def words(texts: Mapping[str, str]) -> str:
        return " / ".join(texts[one] for one in order)

    def label(word: str) -> str:
        ja, en = LABELS.get(word, (word, word))
        return " / ".join(dict.fromkeys(ja if one is Lang.JA else en for one in order))

    def origin(record: Record) -> str:
        where = record["source"]
        if record["row"]:
            return f"{both('said.' + str(record['said']))} · {both('row', source=where, row=record['row'])}"
        return f"{both('said.' + str(record['said']))} · {where}"

    def actor(name: str) -> str:
        return both(f"actor.{name}") if name in NAMED else name

    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return render(
        "person.html", lang, served=False, both=both, words=words, origin=origin, moment=_moment, data=text,
        label=label, actor=actor, document=document,
    )  # fmt: skip


def _explained(policy: Mapping[str, Any], data: OwnData) -> dict[str, object]:
    return {
        "policy_words": {lang.value: _policy_words(policy, lang) for lang in Lang},
        "who_sees": {lang.value: _who_sees(policy, data, lang) for lang in Lang},
    }


def _policy_words(policy: Mapping[str, Any], lang: Lang) -> str:
    parts = [WORDS.say(f"matching.{policy['matching']}", lang)]
    parts.append(WORDS.say("reason.yes" if policy["as_reason"] else "reason.no", lang))
    if "purposes" in policy and set(policy["purposes"]) != set(ALL_PURPOSES):
        named = _joined(policy["purposes"], lang) or WORDS.say("none", lang)
        parts.append(WORDS.say("purposes", lang, names=named))
    return _sentence(parts, lang)


def _who_sees(policy: Mapping[str, Any], data: OwnData, lang: Lang) -> str:
    spaces = _joined(data.spaces, lang) or WORDS.say("no_space", lang)
    named = _joined([_named(i, data) for i in policy.get("partners", ())], lang)
    parts = [WORDS.say(f"audience.{policy['audience']}", lang, spaces=spaces, partners=named)]
    if policy.get("denied"):
        names = _joined([_named(i, data) for i in policy["denied"]], lang)
        parts.append(WORDS.say("denied", lang, names=names))
    if policy.get("valid_until"):
        parts.append(WORDS.say("until", lang, day=policy["valid_until"]))
    return _sentence(parts, lang)


def _named(identifier: str, data: OwnData) -> str:
    return data.names.get(identifier) or identifier.partition(":")[2]


def _joined(names: Sequence[str], lang: Lang) -> str:
    return ("・" if lang is Lang.JA else ", ").join(names)


def _sentence(parts: Sequence[str], lang: Lang) -> str:
    return ("、" if lang is Lang.JA else "; ").join(parts)


def _moment(t: float | None) -> str:
    """Give a time as a day in Japan, empty where undated, as a number beyond the calendar."""
    if t is None:
        return ""
    try:
        return dt.datetime.fromtimestamp(t, JST).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return str(t)
