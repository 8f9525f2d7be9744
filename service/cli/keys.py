"""``key add``, ``key end`` and ``key list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.checks import Json
from service.cli.console import answer, document
from service.cli.days import day
from service.cli.invocation import Invocation
from service.languages import Lang, Words

if TYPE_CHECKING:
    from recommend.ways import Key

WORDS = Words(
    {
        "named": (
            "{who} を「{space}」の鍵となる人・窓口にしました（同時に{cap}件まで）",
            "{who} is a key to “{space}” now, for {cap} introductions at a time",
        ),
        "ended": ("{who} は「{space}」の鍵となる人・窓口ではなくなりました", "{who} is no longer a key to “{space}”"),
        "none": ("鍵となる人・窓口はまだ登録されていません", "nobody is named as a key yet"),
        "line": (
            "{name}（{spaces}）: 返事待ち {waiting}件、同時に{cap}件まで",
            "{name} ({spaces}): {waiting} waiting, {cap} at a time",
        ),
        "cap": ("{name}（{spaces}）: 同時に{cap}件まで", "{name} ({spaces}): {cap} at a time"),
        "way": ("  道すじ: {steps}", "  way: {steps}"),
        "self": ("  ご本人です", "  that is you"),
        "inside": ("  ご本人はその一員です", "  you are one of them"),
        "no_way": ("  知り合いづたいの道はまだありません", "  no way through people who know each other yet"),
        "ask": ("{name}（先に聞く）", "{name} (ask first)"),
    }
)
USUAL = 3
"""As `graph.standing.USUAL_CAP`, which takes long to import."""

Who = Annotated[str, typer.Argument(metavar="ID", help="person:ID or organisation:ID. 人・団体の ID")]
Space = Annotated[str, typer.Option("--space", metavar="NAME", help="Name of the space. スペースの名前")]

keys = typer.Typer(
    help="Key persons and public offices, and how much they take.\n\n地域の鍵となる人・公の窓口と、引き受けられる数。",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(keys, name="key")


@keys.command("add", help="Name a key person or office of a space.\n\n鍵となる人・窓口にする。")
def add(
    context: typer.Context,
    who: Who,
    *,
    space: Space,
    cap: Annotated[
        int, typer.Option("--cap", min=1, max=100, help="Introductions that may wait at a time. 同時に引き受ける数")
    ] = USUAL,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day, today by default. はじまり")
    ] = None,
) -> None:
    """Name somebody as a key; named again, the newer cap holds."""
    from graph.calendar import today
    from graph.standing import name_key

    call: Invocation = context.obj
    call.operator_only("key add")
    first = day(since, "--from") or today()
    with call.open_store() as store:
        store.apply(name_key(store.snapshot(), who, space, cap, first, str(call.viewer)))
    call.tell(WORDS, "named", who=who, space=space, cap=cap)


@keys.command("end", help="Name somebody no longer as a key.\n\n鍵となる人・窓口から外す。")
def end(context: typer.Context, who: Who, *, space: Space) -> None:
    """End it at once."""
    from graph.standing import end_key

    call: Invocation = context.obj
    call.operator_only("key end")
    with call.open_store() as store:
        store.apply(end_key(store.snapshot(), who, space, str(call.viewer)))
    call.tell(WORDS, "ended", who=who, space=space)


@keys.command("list", help="Key persons, their room, and the way to them.\n\n鍵となる人と余裕、そこまでの道すじ。")
def show(
    context: typer.Context,
    *,
    person: Annotated[
        str | None, typer.Option("--for", metavar="ID", help="The way from a person, by id or name. だれから")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the key persons that the viewer may see, nearest first."""
    from graph.policy import Purpose
    from service.reading import Reader
    from service.recommendations.keys import KeysOut, keys_for

    call: Invocation = context.obj
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        found = keys_for(reader.view(Purpose.INTRODUCTION), person)
        reader.record("key list", **found.audit())
    if as_json:
        return document("keys", KeysOut.of(found).model_dump(mode="json"))
    lines = _lines(found.keys, call.lang, way=person is not None)
    return answer("\n".join(lines) or WORDS.say("none", call.lang))


def _lines(found: tuple[Key, ...], lang: Lang, *, way: bool) -> list[str]:
    from recommend.wording import BETWEEN

    out = []
    for key in found:
        spaces = BETWEEN[lang].join(key.spaces)
        told = {"name": key.party.label, "spaces": spaces, "cap": key.cap, "waiting": key.waiting}
        out.append(WORDS.say("cap" if key.waiting is None else "line", lang, **told))
        if way:
            out.append(_way(key, lang))
    return out


def _way(key: Key, lang: Lang) -> str:
    from graph.kinds import NodeKind

    if key.way is None:
        return WORDS.say("no_way", lang)
    if not key.way:
        return WORDS.say("self" if key.party.kind is NodeKind.PERSON else "inside", lang)
    steps = [WORDS.say("ask", lang, name=s.party.label) if s.ask_first else s.party.label for s in key.way]
    return WORDS.say("way", lang, steps=" → ".join(steps))
