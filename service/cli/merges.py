"""``merge list``, ``merge find``, ``merge accept``, ``merge reject`` and ``merge undo``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.checks import Json
from service.cli.console import answer, columns, document, message
from service.cli.invocation import Invocation
from service.cli.merge_words import WORDS
from service.languages import Lang

if TYPE_CHECKING:
    from graph.view import View
    from ingest.merges import Merges

A = Annotated[str, typer.Argument(metavar="A", help="person:ID or organisation:ID. 人または団体の ID")]
B = Annotated[str, typer.Argument(metavar="B", help="The other record. もう一方の ID")]

merge = typer.Typer(
    help="Records that may be one person or organisation.\n\n同じ人・団体かもしれない登録。",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(merge, name="merge")


@merge.command("list", help="What may be one, with reasons.\n\n同じかもしれない組と理由。")
def show(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided. 判断ずみの組も出す")] = False,
    as_json: Json = False,
) -> None:
    """List the pairs to look at."""
    from graph.policy import Purpose
    from ingest.matching.readings import dictionary_installed
    from ingest.merges import merges
    from service.reading import Reader

    call: Invocation = context.obj
    call.operator_only("merge list")
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        found, view = merges(store), reader.view(Purpose.REPORT)
        rows = entries(found, view)
        shown = rows if everything else [r for r in rows if r["state"] == "open"]
        reader.record("merge list", n=len(shown))
    if as_json:
        document("merges", {"viewer": str(call.viewer), "dictionary": dictionary_installed(), "pairs": shown})
        return
    if not dictionary_installed() and not call.quiet:
        message(WORDS.say("merge.plain", call.lang))
    answer(_table(shown, call.lang) if shown else WORDS.say("merge.none", call.lang))


@merge.command("find", help="Look again, and keep what is open.\n\nもう一度調べ、未確認の組を記録する。")
def find(context: typer.Context) -> None:
    """Find what may be one; until somebody decides, such people are not introduced to each other."""
    from ingest.merges import keep_suggestions

    call: Invocation = context.obj
    call.operator_only("merge find")
    with call.open_store() as store:
        n = keep_suggestions(store, str(call.viewer))
    answer(WORDS.say("merge.found", call.lang, n=n))


@merge.command("accept", help="The two are one, known as A.\n\n同じものとし、A の名で扱う。")
def accept(context: typer.Context, a: A, b: B) -> None:
    """Decide that two records are one."""
    _decide(context.obj, "accept", a, b)


@merge.command("reject", help="The two are not one; do not ask again.\n\n別のものとし、もう尋ねない。")
def reject(context: typer.Context, a: A, b: B) -> None:
    """Decide that two records are not one."""
    _decide(context.obj, "reject", a, b)


@merge.command("undo", help="Take back accept or reject, in full.\n\n判断を取り消し、もとに戻す。")
def undo(context: typer.Context, a: A, b: B) -> None:
    """Take back a decision."""
    _decide(context.obj, "undo", a, b)


def _decide(call: Invocation, what: str, a: str, b: str) -> None:
    from ingest.merges import Decision, decide

    call.operator_only(f"merge {what}")
    with call.open_store() as store:
        changed = decide(store, Decision(what), a, b, str(call.viewer))
    if not call.quiet:
        message(WORDS.say(f"merge.{what}" if changed else "merge.same", call.lang, a=a, b=b))


def entries(found: Merges, view: View) -> list[dict[str, object]]:
    """Give the pairs of which the viewer may know both, as they are told to programs."""
    rows: list[dict[str, object]] = [
        {**_pair(s.a, s.b, view), "state": "open", "certain": s.evidence.certain, "reasons": list(s.evidence.reasons),
         "against": list(s.evidence.against)}
        for s in found.open
        if {s.a, s.b} <= view.row_of.keys()
    ]  # fmt: skip
    for state, pairs in (("accepted", found.accepted), ("rejected", found.rejected)):
        rows += [
            {**_pair(a, b, view), "state": state, "certain": False, "reasons": [], "against": []}
            for a, b in pairs
            if {a, b} <= view.row_of.keys()
        ]
    return rows


def _pair(a: str, b: str, view: View) -> dict[str, object]:
    names = [view.label(view.row_of[i]) for i in (a, b)]
    return {"a": a, "b": b, "name_a": names[0], "name_b": names[1]}


def _table(rows: list[dict[str, object]], lang: Lang) -> str:
    lines = [tuple(WORDS.say("merge.head", lang).split("|"))]
    for row in rows:
        reasons = row["reasons"]
        why = (
            (", " if lang is Lang.EN else "、").join(WORDS.say(r, lang) for r in reasons)
            if isinstance(reasons, list)
            else ""
        )
        cells = (row["a"], row["b"], row["name_a"], row["name_b"])
        lines.append((WORDS.say(f"merge.{row['state']}", lang), *map(str, cells), why))
    return columns(lines)
