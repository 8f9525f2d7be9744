"""``models index``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.checks import Json
from service.cli.console import answer, columns, document, message, progress
from service.cli.exits import ExitCode
from service.cli.invocation import Invocation
from service.cli.models import EncoderName, models
from service.cli.words import WORDS

if TYPE_CHECKING:
    from graph.kinds import StatementKind
    from service.vectors import Counts, Indexed


def register(app: typer.Typer) -> None:
    """Add the command of this file, to the group ``models``."""
    models.command(
        "index",
        help="Keep the vectors of texts on the Neo4j server, searched in Cypher.\n\n文章のベクトルを Neo4j に置く。",
    )(index)


def index(
    context: typer.Context,
    *,
    encoder: EncoderName = None,
    drop: Annotated[bool, typer.Option("--drop", help="Remove vectors and indexes. ベクトルと索引を取り除く")] = False,
    as_json: Json = False,
) -> None:
    """Bring vectors and indexes on the server in step with the texts; exit code 1 when another encoder stood in."""
    from service import vectors
    from service.reading import Reader, choose

    call: Invocation = context.obj
    call.operator_only("models index")
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        store.vectors()  # a store that keeps none is told before a model is loaded
        if drop:
            _tell_dropped(call, vectors.drop(reader), as_json=as_json)
            return
        choice = choose(encoder or call.settings.encoder, call.url)
        if choice.notice:
            message(choice.notice[call.lang])
        with progress(WORDS.say("index.encoding", call.lang), quiet=call.quiet) as bar:
            made = vectors.index(reader, choice.encoder, bar)
    if as_json:
        document("models-index", _body(choice.encoder.name, made))
    else:
        answer(_lines(call, made.kinds))
    if choice.notice:
        raise typer.Exit(ExitCode.PROBLEMS)


def _tell_dropped(call: Invocation, dropped: int, *, as_json: bool) -> None:
    if as_json:
        document("models-index", _body(None, None, dropped))
    else:
        answer(WORDS.say("index.dropped", call.lang, n=dropped))


def _body(encoder: str | None, made: Indexed | None, dropped: int = 0) -> dict[str, object]:
    return {
        "encoder": encoder,
        "fingerprint": made.encoded.fingerprint if made else None,
        "dimension": made.encoded.dimension if made else None,
        "kinds": {kind: asdict(counts) for kind, counts in made.kinds.items()} if made else {},
        "dropped": dropped,
    }


def _lines(call: Invocation, kinds: Mapping[StatementKind, Counts]) -> str:
    head = WORDS.say("index.head", call.lang).split("|")
    rows = [(f"musubi_vector_{kind}", str(c.kept), str(c.added), str(c.removed)) for kind, c in kinds.items()]
    return columns([head, *rows])
