"""Wording of answers about two people."""

from __future__ import annotations

from recommend.mismatches import Mismatch
from recommend.results import ReasonCode
from recommend.whatif import WhatIf
from recommend.why import Change, Explanation, Obstacle
from recommend.wording import Reader, band_words, sentence
from service.conditions import condition_words
from service.languages import Lang, Words

SMALLEST_SHOWN = 0.0001
WORDS = Words(
    {
        "head": ("{person} と {partner}", "{person} and {partner}"),
        "place": ("{n}人のうち{place}番目の候補です。", "Place {place} of {n} possible partners."),
        "obstacle.unavailable": (
            "いまは紹介できません。",
            "They cannot be introduced now.",
        ),
        "obstacle.waiting": (
            "どちらかに、返事待ちの紹介が引き受けられる数だけあります。返事が済むまで待ちましょう。",
            "As many introductions wait for an answer of one of both as they take at a time: wait for one.",
        ),
        "obstacle.proposed": (
            "もう紹介を提案しています（返事待ち・了承済み、または時間以外の理由で断られています）。",
            "They were proposed to each other already: it waits, was agreed to, or was declined, not for lack of time.",
        ),
        "obstacle.met": ("もう会っています。", "They have met already."),
        "obstacle.same_community": (
            "同じコミュニティにいます（この範囲はコミュニティを越える紹介だけです）。",
            "They share a community; this scope leads across communities only.",
        ),
        "obstacle.no_community": (
            "どちらかのコミュニティがわかりません。",
            "One of them declares no community.",
        ),
        "obstacle.common_partners": (
            "共通の知り合いがいます（この範囲は遠い人だけです）。",
            "They know somebody in common; this scope is for distant people only.",
        ),
        "obstacle.nothing_speaks": (
            "引き合わせる手がかりが、まだありません。",
            "Nothing is known yet that speaks for it.",
        ),
        "obstacle.others_first": ("もっと合いそうな人がほかにいます。", "Others suit better."),
        "obstacle.conditions": (
            "いまは条件が合いません。{lacks}",
            "Not now, because of their conditions: {lacks}.",
        ),
        "lack.commitment": (
            "{helper}さんのできる関わり方（{offered}）より、{asker}さんが求める関わり方（{needed}）のほうが大きいためです。",
            "what {helper} offers ({offered}) is less than what {asker} needs ({needed})",
        ),
        "lack.hours_per_month": (
            "{helper}さんの使える時間（{offered}）が、{asker}さんに必要な時間（{needed}）の半分に足りないためです。",
            "what {helper} can give ({offered}) is less than half of what {asker} needs ({needed})",
        ),
        "lack.exchange": (
            "{asker}さんは{needed}、{helper}さんは{offered}を望んでいます。",
            "{asker} asks for it {needed}, {helper} wants it {offered}",
        ),
        "change.need_met": (
            "{person}さんの困りごとに{partner}さんのできることがよく合えば{then}",
            "If an offer of {partner} met a need of {person} well{then}",
        ),
        "change.offer_wanted": (
            "{person}さんのできることが{partner}さんの困りごとによく合えば{then}",
            "If an offer of {person} met a need of {partner} well{then}",
        ),
        "change.shared_vision": ("目指すものが近いとわかれば{then}", "If their visions were close{then}"),
        "change.conditions": (
            "{asker}さんの困りごとと{helper}さんのできることは合っています。{meet}ならば{then}",
            "A need of {asker} and an offer of {helper} fit. {meet}{then}",
        ),
        "meet.commitment": ("まず「{offered}」からでよい", "if it may start with {offered}"),
        "meet.hours_per_month": ("{offered}で足りる", "if {offered} are enough"),
        "meet.exchange": ("お礼を話し合える", "if the exchange may be talked over"),
        "change.release": (
            "紹介に使ってよいとされていない文が{n}件あります。本人が許せば変わるかもしれません。",
            "{n} of their sentences are not released for matching; releasing them may change this.",
        ),
        "change.ask": (
            "紹介の了承をまだもらっていない人がいます。先に聞いてください。",
            "One of them has not yet agreed to be introduced: ask first.",
        ),
        "change.declare_community": (
            "所属がわかれば候補になります。",
            "With a declared community they can be proposed.",
        ),
        "between.lack": ("", "; "),
        "between.meet": ("、", " and "),
        "then": ("、{place}番目になります。", ", this would be place {place}."),
        "then.open": ("、上がります。", ", this would rise."),
        "for": ("すすめる理由", "Why"),
        "against": ("すすめない理由", "Why not"),
        "would": ("何があれば変わるか", "What would change it"),
        "whatif.met": ("もう会っています。変わりません。", "They have met already: nothing changes."),
        "whatif.steps": (
            "いまはつながりを{n}本たどると届きます。",
            "Today {n} ties lead from one to the other.",
        ),
        "whatif.apart": ("いまはどうたどってもつながりません。", "Today no way leads from one to the other."),
        "whatif.people_joined": (
            "{n}組の人どうしが新しくつながります。",
            "{n} pairs of people can reach each other anew.",
        ),
        "whatif.pairs_closer": ("{n}組の人どうしが近くなります。", "{n} pairs of people come closer."),
        "whatif.reach": (
            "ネットワーク全体の行き来のしやすさが{share}よくなります（{person}さんのほかの出会いの{better}より大きい効果）。",
            "Reach of the whole network improves by {share}, more than {better} of {person}’s other meetings would.",
        ),
        "whatif.joined": (
            "「{a}」と「{b}」をつなぎます（いまのつながり{ties}件、目安{expected}件）。",
            "Joins “{a}” and “{b}”: {ties} ties where {expected} would be expected.",
        ),
    }
)


def why_lines(told: Explanation, lang: Lang) -> str:
    """Give an explanation as lines to read."""
    names = {"person": told.person.label, "partner": told.partner.label}
    head = WORDS.say("head", lang, **names)
    lines = [f"{head}  [{band_words(told.band, lang)}]" if told.band else head]
    if told.place is not None:
        lines.append(WORDS.say("place", lang, place=told.place, n=told.of))
    said = (sentence(r, told.recommendation, lang, Reader.VIEWER) for r in told.reasons)
    lines += _part("for", [words for words in said if words], lang)
    lines += _part("against", [words for _, words in obstacles_told(told, lang)], lang)
    lines += _part("would", [change_words(c, told, lang) for c in told.changes], lang)
    return "\n".join(lines)


def change_words(change: Change, told: Explanation, lang: Lang) -> str:
    """Say what would change an answer."""
    then = WORDS.say("then.open", lang) if change.place is None else WORDS.say("then", lang, place=change.place)
    names = {"person": told.person.label, "partner": told.partner.label}
    if change.mismatch is not None:
        meet = _listed("meet", change.mismatch, told, lang)
        meet = meet[:1].upper() + meet[1:]
        return WORDS.say("change.conditions", lang, meet=meet, then=then, **_sides(change.mismatch, told))
    return WORDS.say(f"change.{change.code}", lang, n=change.n, then=then, **names)


def obstacles_told(told: Explanation, lang: Lang) -> list[tuple[Mismatch | None, str]]:
    """Say what speaks against an introduction, in order; with each, what does not go together, where it is that."""
    apart = iter(told.mismatches)
    said: list[tuple[Mismatch | None, str]] = []
    for obstacle in told.obstacles:
        mismatch = next(apart) if obstacle is Obstacle.CONDITIONS else None
        lacks = "" if mismatch is None else _listed("lack", mismatch, told, lang)
        said.append((mismatch, WORDS.say(f"obstacle.{obstacle}", lang, lacks=lacks)))
    return said


def obstacle_words(obstacle: str, lang: Lang) -> str:
    """Say what speaks against an introduction, of obstacles that say the same of everybody."""
    return WORDS.say(f"obstacle.{obstacle}", lang)


def _sides(mismatch: Mismatch, told: Explanation) -> dict[str, str]:
    """Give who is in need and who could help."""
    labels = (told.person.label, told.partner.label)
    asker, helper = labels if mismatch.code is ReasonCode.NEED_MET else labels[::-1]
    return {"asker": asker, "helper": helper}


def _listed(key: str, mismatch: Mismatch, told: Explanation, lang: Lang) -> str:
    said = [
        WORDS.say(
            f"{key}.{lack.detail}", lang, **_sides(mismatch, told),
            needed=condition_words(lack.detail, lack.needed, lang),
            offered=condition_words(lack.detail, lack.offered, lang),
        )
        for lack in mismatch.lacks
    ]  # fmt: skip
    return WORDS.say(f"between.{key}", lang).join(said)


def whatif_lines(made: WhatIf, lang: Lang) -> str:
    """Give what a meeting would do as lines to read."""
    lines = [WORDS.say("head", lang, person=made.person.label, partner=made.partner.label)]
    return "\n".join([*lines, *(f"- {words}" for words in gains(made, lang))])


def gains(made: WhatIf, lang: Lang) -> list[str]:
    """Say what the network gains, sentence by sentence."""
    if made.met:
        return [WORDS.say("whatif.met", lang)]
    said = [WORDS.say("whatif.apart", lang) if made.steps is None else WORDS.say("whatif.steps", lang, n=made.steps)]
    if made.people_joined:
        said.append(WORDS.say("whatif.people_joined", lang, n=made.people_joined))
    elif made.pairs_closer:
        said.append(WORDS.say("whatif.pairs_closer", lang, n=made.pairs_closer))
    share = f"{made.reach_gain:.2%}" if made.reach_gain >= SMALLEST_SHOWN else f"<{SMALLEST_SHOWN:.2%}"
    better = f"{made.better_than:.0%}"
    said.append(WORDS.say("whatif.reach", lang, share=share, better=better, person=made.person.label))
    if made.joined is not None:
        j = made.joined
        said.append(WORDS.say("whatif.joined", lang, a=j.a, b=j.b, ties=j.ties, expected=j.expected))
    return said


def _part(key: str, lines: list[str], lang: Lang) -> list[str]:
    return ["", WORDS.say(key, lang), *(f"- {line}" for line in lines)] if lines else []
