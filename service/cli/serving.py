"""``serve``."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from graph.errors import WrongUse
from service.cli.console import message
from service.cli.invocation import Invocation
from service.cli.words import WORDS

LOOPBACK = {"127.0.0.1": "127.0.0.1", "::1": "::1", "localhost": "127.0.0.1"}


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("serve", help="Pages and API on this machine.\n\nこの計算機でページと API を動かす。")(serve)


def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host", help="Only the loopback until accounts exist. 待ち受ける場所")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="TCP port. ポート番号")] = 8000,
) -> None:
    """Run the service until it is told to end."""
    call: Invocation = context.obj
    call.operator_only("serve")
    if host not in LOOPBACK:
        raise WrongUse(
            f"host {host!r}: expected 127.0.0.1, ::1 or localhost. The service answers as the operator, and there are"
            " no accounts yet: on any other address everybody who reaches it would read what every member"
            " released to mixers"
        )
    # Many small products at once: one thread each is 35 times faster than all of them sharing two.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from service.engine import Engine
    from service.server import listen, run

    call.open_store().close()
    with listen(LOOPBACK[host], port) as taken:
        name = f"[{host}]" if ":" in host else host
        if not call.quiet:
            message(WORDS.say("serve.at", call.lang, host=name, port=taken.getsockname()[1]))
        run(Engine(call.url, call.settings.encoder, call.lang, call.settings.neo4j_password), taken)
