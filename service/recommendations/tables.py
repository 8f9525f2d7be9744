"""Answers as a table for scripts and as lines for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from graph.export import guarded
from recommend.results import Party, Recommendation
from recommend.wording import BETWEEN, Reader, band_words, sentence
from service.languages import Lang, Words
from service.recommendations.logic import Result

MOST_NAMES = 20
COLUMNS = ("person", "partner", "rank", "score", "reasons")
WORDS = Words(
    {
        "head": ("{n}件の紹介案（文章の比べ方: {encoder}）", "{n} introductions (texts compared by: {encoder})"),
        "one": ("1件の紹介案（文章の比べ方: {encoder}）", "1 introduction (texts compared by: {encoder})"),
        "learned": (
            "これまでの紹介{n}件の結果から学んだ重みで並べています。",
            "Ordered with weights learned from the outcomes of {n} introductions.",
        ),
        "with": ("{person} と {partner}", "{person} and {partner}"),
        "ask": (
            "まだ紹介の了承をもらっていません。先に聞いてください。",
            "Has not yet agreed to be introduced: ask first.",
        ),
        "contacts": ("声をかける人: {names}", "Who can be asked: {names}"),
        "no_reason": ("はっきりした理由はまだありません。", "Nothing in particular speaks for it yet."),
        "unserved": ("紹介案のない人（{n}）: {names}", "Nobody found for ({n}): {names}"),
        "waiting": (
            "返事待ちの紹介が引き受けられる数だけあり、返事が済むまで紹介しない人（{n}）: {names}",
            "Proposed to nobody until one answers, as many introductions wait as they take ({n}): {names}",
        ),
        "empty": (
            "紹介案はまだありません。「できること」と「困りごと」を取り込むか、--scope any で探してください。",
            "No introduction yet. Import what members offer and need, or try --scope any.",
        ),
    }
)


def to_csv(result: Result) -> str:
    """Give an answer as CSV with the columns `COLUMNS`.

    Notes
    -----
    ``reasons`` are codes joined by ``|``. ``score`` stays empty for viewers who see no scores. A text
    cell that a spreadsheet would run as a formula gets a leading apostrophe (`graph.export.guarded`).
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(result))
    return out.getvalue()


def _rows(result: Result) -> Iterator[tuple[str, str, int, str, str]]:
    made = result.answer.recommendations
    cell = {party: guarded(party) for party in {p.id for r in made for p in (r.person, r.partner)}}
    # most proposals of a large network share their reasons
    codes = {
        id(reasons): "|".join(r.code for r in reasons) for reasons in {id(r.reasons): r.reasons for r in made}.values()
    }
    shown = result.shows_scores
    for one in made:
        score = repr(float(one.score)) if shown else ""
        yield cell[one.person.id], cell[one.partner.id], one.rank, score, codes[id(one.reasons)]


def to_lines(result: Result, lang: Lang) -> str:
    """Give an answer as lines to read in a terminal."""
    answer = result.answer
    n = len(answer.recommendations)
    lines = [answer.notice[lang]] if answer.notice else []
    lines.append(WORDS.say("one" if n == 1 else "head", lang, n=n, encoder=answer.encoder) if n else "")
    if n and result.weights.learned:
        lines.append(WORDS.say("learned", lang, n=result.weights.n))
    if not n and not answer.waiting:
        lines.append(WORDS.say("empty", lang))
    for made in answer.recommendations:
        lines += _lines(made, lang)
    waiting = {party.id for party in answer.waiting}
    for key, parties in (
        ("unserved", [p for p in answer.unserved if p.id not in waiting]),
        ("waiting", answer.waiting),
    ):
        if parties:
            lines += ["", _named(key, parties, lang)]
    return "\n".join(lines).strip("\n")


def _named(key: str, parties: Sequence[Party], lang: Lang) -> str:
    names = BETWEEN[lang].join(p.label for p in parties[:MOST_NAMES])
    names += " …" if len(parties) > MOST_NAMES else ""
    return WORDS.say(key, lang, n=len(parties), names=names)


def _lines(made: Recommendation, lang: Lang) -> list[str]:
    head = WORDS.say("with", lang, person=_who(made.person.label, made.person.id, made.person.communities),
                     partner=_who(made.partner.label, made.partner.id, made.partner.communities))  # fmt: skip
    said = [sentence(r, made, lang, Reader.VIEWER) for r in made.reasons]
    lines = ["", f"{made.rank}. {head}  [{band_words(made.band, lang)}]"]
    lines += [f"   - {words}" for words in said if words] or [f"   - {WORDS.say('no_reason', lang)}"]
    if made.contacts:
        names = BETWEEN[lang].join(party.label for party in made.contacts)
        lines.append(f"   > {WORDS.say('contacts', lang, names=names)}")
    return [*lines, f"   ! {WORDS.say('ask', lang)}"] if made.ask_first else lines


def _who(label: str, identifier: str, communities: tuple[str, ...]) -> str:
    inside = [identifier] if label != identifier else []
    inside += communities[:1]
    return f"{label} ({' '.join(inside)})" if inside else label
