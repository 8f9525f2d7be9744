"""Small hearings, teams of helpers and circles of help in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from recommend.composer import Heard
from recommend.cycles import Circle, CirclesAnswer
from recommend.gatherings import Gathering, GatheringsAnswer
from recommend.results import Party
from recommend.weaving import Part, Woven
from recommend.wording import BETWEEN, Reader, band_words, sentence
from service.languages import Lang, Words

WORDS = Words(
    {
        "gathering.none": (
            "いま組める聞き取り会はありません（紹介してよい人が足りません）。",
            "No gathering can be put together now: too few people may be introduced.",
        ),
        "gathering.head": ("聞き取り会の案{n}: {names}", "Gathering {n}: {names}"),
        "gathering.never": (
            "まだ何も聞いていない人: {names}",
            "Nothing has been heard from: {names}",
        ),
        "gathering.written": (
            "書いたものだけで、話を聞いていない人: {names}",
            "Only wrote, and have not been talked with: {names}",
        ),
        "gathering.strangers": ("互いに会ったことがありません。", "No two of them have met."),
        "gathering.met": ("会ったことのある組: {n}", "Pairs who have met: {n}"),
        "gathering.mixed": ("コミュニティ: {names}", "Communities: {names}"),
        "gathering.unmixed": (
            "守れません: ちがうコミュニティの人がいません。",
            "Not kept: nobody of another community can come.",
        ),
        "ask": (
            "! まだ紹介の了承をもらっていない人: {names}",
            "! Not yet agreed to be introduced, ask first: {names}",
        ),
        "weave.no_need": (
            "{person}の困りごとは、まだわかっていません。",
            "No need of {person} is known yet.",
        ),
        "weave.none": (
            "{person}の困りごとに役立ちそうな人は、まだ見つかりません。",
            "Nobody who could help {person} was found yet.",
        ),
        "weave.head": ("{person} を {n}人で助けます", "{n} people help {person}"),
        "weave.met_by": ("「{part}」に、{helper}の「{offer}」。 [{band}]", "“{part}”: {helper} — “{offer}”. [{band}]"),
        "weave.met_quietly": (
            "「{part}」に、{helper}のできること。 [{band}]",
            "“{part}”: an offer of {helper}. [{band}]",
        ),
        "weave.open": ("「{part}」は、まだ見つかりません。", "“{part}”: nobody yet."),
        "weave.known": ("もう会っている人: {names}", "Have met already: {names}"),
        "weave.mixed": ("ちがうコミュニティの人が力を合わせます。", "They come from different communities."),
        "weave.unmixed": (
            "守れません: ちがうコミュニティの人の組は見つかりません。",
            "Not kept: no team of different communities was found.",
        ),
        "cycles.none": ("助け合いの輪は、まだ見つかりません。", "No circle of help was found yet."),
        "cycles.head": ("輪{n}: {names}", "Circle {n}: {names}"),
        "cycles.arrow": (" → ", " → "),
    }
)


def gathering_words(made: Gathering, lang: Lang) -> list[str]:
    """Say why these people should come together."""
    said = []
    for heard in (Heard.NEVER, Heard.WRITTEN):
        if names := _names((a.party for a in made.attendees if a.heard is heard), lang):
            said.append(WORDS.say(f"gathering.{heard}", lang, names=names))
    if made.mixed:
        places = dict.fromkeys(place for a in made.attendees for place in a.party.communities[:1])
        said.append(WORDS.say("gathering.mixed", lang, names=BETWEEN[lang].join(places)))
    else:
        said.append(WORDS.say("gathering.unmixed", lang))
    return [*said, met_words(made, lang), *help_words(made, lang)]


def met_words(made: Gathering, lang: Lang) -> str:
    """Say whether any two of them have met."""
    if made.n_met:
        return WORDS.say("gathering.met", lang, n=made.n_met)
    return WORDS.say("gathering.strangers", lang)


def help_words(made: Gathering, lang: Lang) -> list[str]:
    """Say who of them can help whom."""
    told = (sentence(reason, pair, lang, Reader.VIEWER) for pair in made.why for reason in pair.reasons)
    return [words for words in told if words]


def gatherings_lines(answer: GatheringsAnswer, lang: Lang) -> str:
    """Give gatherings as lines to read."""
    lines = _noticed(answer.notice, lang)
    if not answer.gatherings:
        return "\n".join([*lines, WORDS.say("gathering.none", lang)])
    for number, made in enumerate(answer.gatherings, start=1):
        names = BETWEEN[lang].join(who(a.party) for a in made.attendees)
        lines += [WORDS.say("gathering.head", lang, n=number, names=names)]
        lines += [f"   - {words}" for words in gathering_words(made, lang)]
        lines += [f"   {words}" for words in _to_ask([a.party for a in made.attendees if a.ask_first], lang)]
    return "\n".join(lines)


def part_words(part: Part, woven: Woven, lang: Lang) -> str:
    """Say who meets one part of a need."""
    if part.helper is None or part.band is None:
        return WORDS.say("weave.open", lang, part=part.text)
    suffix = "さん" if lang is Lang.JA else ""
    places = {
        "part": part.text,
        "helper": woven.team[part.helper].party.label + suffix,
        "band": band_words(part.band, lang),
    }
    if part.offer is None:
        return WORDS.say("weave.met_quietly", lang, **places)
    return WORDS.say("weave.met_by", lang, offer=part.offer, **places)


def weave_words(woven: Woven, lang: Lang) -> list[str]:
    """Say what a team does, part by part, and what holds for the team."""
    said = [part_words(part, woven, lang) for part in woven.parts]
    if len(woven.team) > 1:
        said.append(WORDS.say("weave.mixed" if woven.mixed else "weave.unmixed", lang))
    if known := _names((h.party for h in woven.team if h.met), lang):
        said.append(WORDS.say("weave.known", lang, names=known))
    return said


def weave_lines(woven: Woven, lang: Lang) -> str:
    """Give a team as lines to read."""
    lines, person = _noticed(woven.notice, lang), woven.person.label
    if not woven.parts:
        return "\n".join([*lines, WORDS.say("weave.no_need", lang, person=person)])
    if not woven.team:
        return "\n".join([*lines, WORDS.say("weave.none", lang, person=person)])
    lines.append(WORDS.say("weave.head", lang, person=who(woven.person), n=len(woven.team)))
    lines += [f"   {number}. {who(one.party)}" for number, one in enumerate(woven.team, start=1)]
    lines += [f"   - {words}" for words in weave_words(woven, lang)]
    lines += [f"   {words}" for words in _to_ask([h.party for h in woven.team if h.ask_first], lang)]
    return "\n".join(lines)


def circle_words(circle: Circle, lang: Lang) -> list[str]:
    """Say who helps whom with what."""
    told = (sentence(reason, link, lang, Reader.VIEWER) for link in circle.help for reason in link.reasons)
    return [words for words in told if words]


def circles_lines(answer: CirclesAnswer, lang: Lang) -> str:
    """Give circles as lines to read."""
    lines = _noticed(answer.notice, lang)
    if not answer.circles:
        return "\n".join([*lines, WORDS.say("cycles.none", lang)])
    for number, circle in enumerate(answer.circles, start=1):
        round_ = [*circle.parties, circle.parties[0]]
        names = WORDS.say("cycles.arrow", lang).join(who(party) for party in round_)
        lines.append(f"{WORDS.say('cycles.head', lang, n=number, names=names)}  [{band_words(circle.band, lang)}]")
        lines += [f"   - {words}" for words in circle_words(circle, lang)]
        waiting = [p for p, ask in zip(circle.parties, circle.ask_first, strict=True) if ask]
        lines += [f"   {words}" for words in _to_ask(waiting, lang)]
    return "\n".join(lines)


def who(party: Party) -> str:
    """Name somebody with their id and first community."""
    inside = ([party.id] if party.name else []) + list(party.communities[:1])
    return f"{party.label} ({' '.join(inside)})" if inside else party.label


def _names(parties: Iterable[Party], lang: Lang) -> str:
    return BETWEEN[lang].join(party.label for party in parties)


def _to_ask(parties: Sequence[Party], lang: Lang) -> list[str]:
    return [WORDS.say("ask", lang, names=_names(parties, lang))] if parties else []


def _noticed(notice: Mapping[str, str], lang: Lang) -> list[str]:
    return [notice[lang]] if notice else []
