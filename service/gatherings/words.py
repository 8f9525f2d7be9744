"""Tables in words and as a table for scripts."""

from __future__ import annotations

import csv
import io

from graph.export import guarded
from recommend.results import Party, Recommendation
from recommend.tables.results import Table, TablesAnswer
from recommend.wording import BETWEEN, Reader, sentence
from service.gatherings.logic import TablesResult
from service.languages import Lang, Words

COLUMNS = ("round", "table", "person", "name")
WORDS = Words(
    {
        "title": ("席の案", "Tables"),
        "everybody": ("ネットワーク全体", "The whole network"),
        "page.ask": ("先に了承をもらう人: {names}", "Ask these first: {names}"),
        "page.ask_first": ("先に聞く", "ask first"),
        "page.made": (
            "{viewer}として{date}に作成。文章の比べ方: {encoder}",
            "Made as {viewer} on {date}. Texts compared by: {encoder}",
        ),
        "none": ("席に着ける人が2人に足りません。", "Fewer than two people can be seated."),
        "head": (
            "{guests}人、{rounds}回、1卓{sizes}人（文章の比べ方: {encoder}）",
            "{guests} people, {rounds} rounds, {sizes} at a table (texts compared by: {encoder})",
        ),
        "sizes": ("{least}〜{most}", "{least} to {most}"),
        "kept.repeats": ("同じ人とは一度しか同席しません。", "Nobody sits with anybody twice."),
        "kept.met": ("会ったことのある人とは同席しません。", "Nobody sits with anybody they have met."),
        "kept.unmixed": (
            "どの卓にも、ちがうコミュニティの人がいます。",
            "Every table has people of different communities.",
        ),
        "broken.repeats": (
            "守れません: 前の回で同席した人との同席が{n}組あります。",
            "Not kept: {n} pairs sit together again.",
        ),
        "broken.bound": (
            "この人数では、くり返しなしは多くても{most}回までです。",
            "With so many people no more than {most} rounds can be without repeats.",
        ),
        "broken.met": (
            "守れません: 会ったことのある人どうしの同席が{n}組あります。",
            "Not kept: {n} pairs sit together who have met.",
        ),
        "broken.unmixed": (
            "守れません: ちがうコミュニティの人がいない卓が{n}卓あります（所属のわからない人と、"
            "全員が入っているコミュニティは数えません）。",
            "Not kept: {n} tables have no people of different communities (who declares none, and a community of all,"
            " do not count).",
        ),
        "nearest": ("下は、いちばん近い案です。", "Below is the nearest that was found."),
        "without_seat": ("席のない人（{round}回目）: {name}", "No seat in round {round}: {name}"),
        "ask": (
            "! まだ紹介の了承をもらっていない人（{n}）: {names}",
            "! Not yet agreed to be introduced, ask first ({n}): {names}",
        ),
        "round": ("{n}回目", "Round {n}"),
        "table": ("卓{n}", "Table {n}"),
        "why": ("{person} と {partner}: {words}", "{person} and {partner}: {words}"),
    }
)
MOST_NAMES = 20


def rules(answer: TablesAnswer, lang: Lang) -> list[str]:
    """Say which rules a plan keeps and which it could not keep."""
    broken, said = answer.broken, []
    for key in ("repeats", "met", "unmixed"):
        n = getattr(broken, key)
        said.append(WORDS.say(f"broken.{key}", lang, n=n) if n else WORDS.say(f"kept.{key}", lang))
        if key == "repeats" and n and answer.wanted.rounds > answer.most_rounds:
            said.append(WORDS.say("broken.bound", lang, most=answer.most_rounds))
    said += [WORDS.say("without_seat", lang, round=n, name=party.label) for n, party in answer.without_seat]
    if broken.weight or answer.without_seat:
        said.append(WORDS.say("nearest", lang))
    return said


def heading(answer: TablesAnswer, lang: Lang) -> str:
    """Say how many come and how they are seated."""
    sizes = answer.wanted.sizes(answer.n_guests)
    least, most = min(sizes, default=0), max(sizes, default=0)
    span = str(most) if least == most else WORDS.say("sizes", lang, least=least, most=most)
    places = {"guests": answer.n_guests, "rounds": len(answer.rounds), "sizes": span, "encoder": answer.encoder}
    return WORDS.say("head", lang, **places)


def reasons(table: Table, lang: Lang) -> list[str]:
    """Say for whom at a table most speaks."""
    return [words for made in table.why if (words := _why(made, lang))]


def _why(made: Recommendation, lang: Lang) -> str:
    said = (sentence(reason, made, lang, Reader.VIEWER) for reason in made.reasons)
    words = " ".join(one for one in said if one)
    return WORDS.say("why", lang, person=made.person.label, partner=made.partner.label, words=words) if words else ""


def to_ask(answer: TablesAnswer) -> list[Party]:
    """Give those who have not yet agreed to be introduced, each once."""
    waiting = {g.party.id: g.party for one in answer.rounds for table in one for g in table.guests if g.ask_first}
    return [waiting[key] for key in sorted(waiting)]


def to_lines(result: TablesResult, lang: Lang) -> str:
    """Give a plan as lines to read: first what it keeps, then the tables."""
    answer = result.answer
    lines = [answer.notice[lang]] if answer.notice else []
    if not answer.rounds:
        return "\n".join([*lines, WORDS.say("none", lang)])
    lines += [heading(answer, lang), *(f"- {words}" for words in rules(answer, lang))]
    if waiting := to_ask(answer):
        names = BETWEEN[lang].join(p.label for p in waiting[:MOST_NAMES])
        names += " …" if len(waiting) > MOST_NAMES else ""
        lines.append(WORDS.say("ask", lang, n=len(waiting), names=names))
    for number, one in enumerate(answer.rounds, start=1):
        lines += ["", WORDS.say("round", lang, n=number)]
        for table in one:
            lines.append(f"  {WORDS.say('table', lang, n=table.number)}: {_seated(table, lang)}")
            lines += [f"     - {words}" for words in reasons(table, lang)]
    return "\n".join(lines)


def _seated(table: Table, lang: Lang) -> str:
    return BETWEEN[lang].join(_who(guest.party) for guest in table.guests)


def _who(party: Party) -> str:
    inside = ([party.id] if party.name else []) + list(party.communities[:1])
    return f"{party.label} ({' '.join(inside)})" if inside else party.label


def to_csv(result: TablesResult) -> str:
    """Give a plan as CSV with the columns `COLUMNS`; cells that a spreadsheet would run are guarded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, one in enumerate(result.answer.rounds, start=1):
        for table in one:
            for guest in table.guests:
                party = guest.party
                writer.writerow((number, table.number, guarded(party.id), guarded(party.name or "")))
    return out.getvalue()
