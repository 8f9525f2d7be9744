"""``why`` and ``whatif``."""

from __future__ import annotations

from typing import Annotated

import typer

from recommend.results import Scope
from service.cli.checks import Json
from service.cli.console import answer, document, progress
from service.cli.invocation import Invocation
from service.cli.words import WORDS

Person = Annotated[str, typer.Argument(metavar="A", help="One person, by id or name. ひとりの人")]
Partner = Annotated[str, typer.Argument(metavar="B", help="The other person. もうひとりの人")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(
        "why", help="Why two people should meet, why not, what would change it.\n\nこの二人を引き合わせる理由。"
    )(why)
    app.command("whatif", help="What the network gains if two people meet.\n\n二人が会うと全体に何が起きるか。")(whatif)


def why(
    context: typer.Context,
    person: Person,
    partner: Partner,
    *,
    scope: Annotated[Scope, typer.Option("--scope", help="Which partners. 相手の範囲")] = Scope.ANY,
    as_json: Json = False,
) -> None:
    """Say why, why not, and what would change it."""
    from graph.policy import Purpose
    from service.pairs.logic import Pair, named
    from service.pairs.logic import why as explained
    from service.pairs.schemas import WhyOut
    from service.pairs.words import why_lines
    from service.reading import Reader
    from service.recommendations.logic import maker_of

    call: Invocation = context.obj
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        view = reader.view(Purpose.INTRODUCTION)
        with progress(WORDS.say("progress", call.lang), quiet=call.quiet) as told:
            made = explained(view, Pair(person, partner), scope, maker_of(call.encoder, told))
        reader.record("why", **named(made), scope=str(scope))
    if as_json:
        return document("why", WhyOut.of_explanation(made, str(call.viewer)).model_dump(mode="json"))
    return answer(why_lines(made, call.lang))


def whatif(context: typer.Context, person: Person, partner: Partner, *, as_json: Json = False) -> None:
    """Say what the network gains."""
    from graph.policy import Purpose
    from service.pairs.logic import Pair, named
    from service.pairs.logic import whatif as gained
    from service.pairs.schemas import WhatIfOut
    from service.pairs.words import whatif_lines
    from service.reading import Reader
    from service.recommendations.logic import maker_of

    call: Invocation = context.obj
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        view = reader.view(Purpose.INTRODUCTION)
        with progress(WORDS.say("progress", call.lang), quiet=call.quiet) as told:
            made = gained(view, Pair(person, partner), maker_of(call.encoder, told))
        reader.record("whatif", **named(made))
    if as_json:
        return document("whatif", WhatIfOut.of(made, str(call.viewer)).model_dump(mode="json"))
    return answer(whatif_lines(made, call.lang))
