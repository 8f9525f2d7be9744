"""``grant add``, ``grant end``, ``grant list``, ``block`` and ``unblock``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.checks import Json
from service.cli.console import answer, columns, document
from service.cli.days import day
from service.cli.invocation import Invocation
from service.languages import Words

if TYPE_CHECKING:
    from graph.view import View

WORDS = Words(
    {
        "granted": ("{mixer} は「{space}」を担当します", "{mixer} mixes “{space}” now"),
        "ended": ("{mixer} は「{space}」の担当を終えました", "{mixer} no longer mixes “{space}”"),
        "none": ("担当の登録はまだありません", "no grant yet"),
        "head": ("ミキサー|スペース|開始|終了", "mixer|space|from|until"),
        "apart": ("この二者は紹介しません（相手には伝わりません）", "they are never introduced; neither side is told"),
        "together": ("取り消しました", "taken back"),
    }
)

Mixer = Annotated[str, typer.Argument(metavar="MIXER", help="Person, by id or name. ミキサーの ID か名前")]
Space = Annotated[str, typer.Option("--space", metavar="NAME", help="Name of the space. スペースの名前")]
One = Annotated[str, typer.Argument(metavar="A", help="person:ID of the one who wants it. 望む本人の ID")]
Other = Annotated[str, typer.Argument(metavar="B", help="person:ID or organisation:ID. 会いたくない相手の ID")]

grants = typer.Typer(
    help="Who mixes which space.\n\nだれがどのスペースのミキサーか。", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(grants, name="grant")
    app.command("block", help="Never introduce A to B; silent.\n\nA を B に紹介しない。相手には伝わらない。")(block)
    app.command("unblock", help="Take a block of A back.\n\n紹介しない指定を取り消す。")(unblock)


@grants.command("add", help="Let a person mix a space.\n\nスペースの担当にする。")
def add(
    context: typer.Context,
    mixer: Mixer,
    *,
    space: Space,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day, today by default. はじまり")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day. おわり")] = None,
) -> None:
    """Record a grant; one given again replaces the earlier one."""
    from graph.calendar import today
    from graph.standing import grant

    call: Invocation = context.obj
    call.operator_only("grant add")
    first = day(since, "--from") or today()
    with call.open_store() as store:
        store.apply(grant(store.snapshot(), mixer, space, first, day(until, "--until"), str(call.viewer)))
    call.tell(WORDS, "granted", mixer=mixer, space=space)


@grants.command("end", help="End a grant at once.\n\n担当を今すぐ終える。")
def end(context: typer.Context, mixer: Mixer, *, space: Space) -> None:
    """End a grant; the next answer is without it."""
    from graph.standing import end_grant

    call: Invocation = context.obj
    call.operator_only("grant end")
    with call.open_store() as store:
        store.apply(end_grant(store.snapshot(), mixer, space, str(call.viewer)))
    call.tell(WORDS, "ended", mixer=mixer, space=space)


@grants.command("list", help="All grants.\n\n担当の一覧。")
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List the grants that the viewer may see."""
    from graph.policy import Purpose
    from service.reading import Reader

    call: Invocation = context.obj
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        found = _entries(reader.view(Purpose.REPORT))
        reader.record("grant list", n=len(found))
    if as_json:
        return document("grants", {"viewer": str(call.viewer), "grants": found})
    if not found:
        return answer(WORDS.say("none", call.lang))
    rows = [tuple(WORDS.say("head", call.lang).split("|"))]
    rows += [tuple(str(entry[k] or "-") for k in ("name", "space", "from", "until")) for entry in found]
    return answer(columns(rows))


def block(context: typer.Context, person: One, other: Other) -> None:
    """Keep two apart for good, whoever proposes them."""
    from graph.standing import keep_apart

    call: Invocation = context.obj
    call.operator_only("block")
    with call.open_store() as store:
        store.apply(keep_apart(store.snapshot(), person, other, str(call.viewer)))
    call.tell(WORDS, "apart")


def unblock(context: typer.Context, person: One, other: Other) -> None:
    """Take back what A said; what B said stays."""
    from graph.standing import let_meet

    call: Invocation = context.obj
    call.operator_only("unblock")
    with call.open_store() as store:
        store.apply(let_meet(store.snapshot(), person, other, str(call.viewer)))
    call.tell(WORDS, "together")


def _entries(view: View) -> list[dict[str, str | None]]:
    from graph.calendar import JST
    from graph.kinds import TieKind
    from graph.records import key_of

    def date(seconds: float) -> str | None:
        return dt.datetime.fromtimestamp(seconds, JST).date().isoformat() if seconds == seconds else None

    ties = view.ties_of(TieKind.MIXES)
    found = zip(ties.src.tolist(), ties.dst.tolist(), ties.t.tolist(), ties.until.tolist(), strict=True)
    return [
        {
            "mixer": key_of(str(view.nodes.ids[src])), "name": view.label(src), "space": view.label(dst),
            "from": date(t), "until": date(until),
        }
        for src, dst, t, until in found
    ]  # fmt: skip
