"""``export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import WrongUse
from service.cli.console import message
from service.cli.invocation import Invocation
from service.cli.words import WORDS
from service.output import STDOUT, written

if TYPE_CHECKING:
    from graph.view import View


class Format(StrEnum):
    """Open formats."""

    JSONL = "jsonl"
    CSV = "csv"
    GRAPHML = "graphml"
    GEXF = "gexf"
    JSONLD = "jsonld"
    VCARD = "vcard"


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("export", help="What the viewer may take out, in an open format.\n\n開かれた形式で書き出す。")(export)


def export(
    context: typer.Context,
    out: Annotated[str, typer.Argument(metavar="OUT", help="File, or folder for csv; - for stdout. 書き出し先")],
    *,
    form: Annotated[
        Format, typer.Option("--format", help="jsonl, csv (a folder), graphml, gexf, jsonld or vcard. 形式")
    ],
) -> None:
    """Write what the viewer may take out."""
    from graph.policy import Purpose
    from service.reading import Reader

    call: Invocation = context.obj
    if form is Format.CSV and out == STDOUT:
        raise WrongUse("export --format csv makes a folder: expected a path, got '-'")
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        view = reader.view(Purpose.EXPORT)
        reader.record("export", format=str(form), nodes=len(view.nodes), ties=len(view.ties))
    _write(view, form, out)
    if out != STDOUT and not call.quiet:
        message(WORDS.say("export.done", call.lang, out=out))


def _write(view: View, form: Format, out: str) -> None:
    from graph import export as formats

    if form is Format.CSV:
        folder = Path(out)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongUse(f"cannot write {out}: {error.strerror or error}") from error
        formats.write_csv(view, folder)
        return
    writers = {
        Format.JSONL: formats.write_jsonl,
        Format.GRAPHML: formats.write_graphml,
        Format.GEXF: formats.write_gexf,
        Format.JSONLD: formats.write_jsonld,
        Format.VCARD: formats.write_vcard,
    }
    with written(out) as handle:
        writers[form](view, handle)
