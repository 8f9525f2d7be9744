"""``tasks list``, ``tasks confirm`` and ``tasks reject``: what staff said of members, to be confirmed with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import WrongUse
from service.cli.checks import Json
from service.cli.console import answer, columns, document, message
from service.cli.invocation import Invocation
from service.languages import Lang, Words

if TYPE_CHECKING:
    from graph.view import View
    from ingest.confirmations import Task

WORDS = Words(
    {
        "none": ("確かめることはありません", "nothing to confirm"),
        "head": ("だれについて|種類|聞いたこと|だれから|いつ|番号", "about|kind|what was heard|from|when|id"),
        "need": ("課題", "need"),
        "offer": ("強み", "offer"),
        "activity": ("取組", "activity"),
        "staff": ("スタッフ", "staff"),
        "mixer": ("ミキサー", "mixer"),
        "confirmed": ("本人の言葉として記録しました", "recorded as the member's own words"),
        "rejected": ("取り下げました", "taken back"),
        "until": ("{day} まで", "until {day}"),
    }
)
SHORT_ID = 8

tasks = typer.Typer(
    help="What to confirm with members.\n\n本人に確かめること。", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(tasks, name="tasks")


@tasks.command("list", help="What staff said and its member has not confirmed.\n\n本人にまだ確かめていないこと。")
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List the tasks that the viewer may see."""
    from graph.policy import Purpose
    from ingest.confirmations import open_tasks
    from service.reading import Reader

    call: Invocation = context.obj
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        view = reader.view(Purpose.INTRODUCTION)
        found = open_tasks(view)
        reader.record("tasks list", n=len(found))
    if as_json:
        document("tasks", {"viewer": str(call.viewer), "tasks": [_entry(t, view) for t in found]})
    else:
        answer(_lines(found, view, call.lang))


@tasks.command("confirm", help="The member said yes.\n\n本人がそのとおりと言った。")
def confirm(
    context: typer.Context,
    task: Annotated[str, typer.Argument(metavar="ID", help="Id of the task, or how it begins. 番号")],
    *,
    scope: Annotated[
        str | None, typer.Option("--scope", metavar="WORD", help="How far it may be told, such as network. 公開範囲")
    ] = None,
    use: Annotated[
        str | None,
        typer.Option("--use", metavar="WORD", help="Whether it may move rankings, such as open. 紹介への利用"),
    ] = None,
) -> None:
    """Record that a member confirmed what was heard."""
    from graph.calendar import today
    from graph.preparing import apply_prepared
    from ingest.confirmations import confirmed
    from ingest.release import Release, UnknownWord, read_audience, read_use

    call: Invocation = context.obj
    call.operator_only("tasks confirm")
    try:
        release = read_audience(scope, _no_spaces) if scope else Release()
        release = release.joined(read_use(use)) if use else release
    except UnknownWord as word:
        raise WrongUse(f"expected {word.expected}") from word
    day: dt.date = today()
    with call.open_store() as store:
        apply_prepared(store, lambda snapshot: confirmed(snapshot, call.viewer, task, release, day=day))
    if not call.quiet:
        message(WORDS.say("confirmed", call.lang))


@tasks.command("reject", help="The member said no: it is taken back.\n\n本人が違うと言った。取り下げる。")
def reject(
    context: typer.Context,
    task: Annotated[str, typer.Argument(metavar="ID", help="Id of the task, or how it begins. 番号")],
) -> None:
    """Take back what a member did not confirm."""
    from graph.preparing import apply_prepared
    from ingest.confirmations import rejected

    call: Invocation = context.obj
    call.operator_only("tasks reject")
    with call.open_store() as store:
        apply_prepared(store, lambda snapshot: rejected(snapshot, call.viewer, task))
    if not call.quiet:
        message(WORDS.say("rejected", call.lang))


def _no_spaces(name: str) -> str:
    raise WrongUse(f"--scope: spaces such as {name} are named in a file only")


def _entry(task: Task, view: View) -> dict[str, object]:
    from graph.records import key_of

    return {
        "id": task.statement.partition(":")[2],
        "owner": key_of(task.owner),
        "name": view.label(view.find(task.owner)),
        "kind": str(task.kind),
        "text": task.text,
        "heard_from": task.heard_from,
        "t": task.t,
        "source": task.source,
        "conditions": dict(task.conditions),
        "until": None if task.until is None else task.until.isoformat(),
    }


def _lines(found: list[Task], view: View, lang: Lang) -> str:
    from graph.calendar import JST

    if not found:
        return WORDS.say("none", lang)
    rows = [tuple(WORDS.say("head", lang).split("|"))]
    for task in found:
        when = "-" if task.t is None else dt.datetime.fromtimestamp(task.t, JST).date().isoformat()
        short = task.statement.partition(":")[2][:SHORT_ID]
        said = (WORDS.say(task.kind, lang), _text(task, lang), WORDS.say(task.heard_from, lang), when, short)
        rows.append((view.label(view.find(task.owner)), *said))
    return columns(rows)


def _text(task: Task, lang: Lang) -> str:
    """Give what was heard, with its conditions and its last day."""
    import json

    from recommend.conditions import Conditions
    from recommend.wording import BETWEEN
    from service.conditions import all_words

    conditions = all_words(Conditions.read(json.dumps(dict(task.conditions))), lang)
    until = "" if task.until is None else WORDS.say("until", lang, day=task.until.isoformat())
    told = BETWEEN[lang].join(filter(None, (conditions, until)))
    return f"{task.text} ({told})" if told else task.text
