"""``models list``, ``get`` and ``check``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.checks import Json
from service.cli.console import answer, columns, document, message
from service.cli.exits import ExitCode
from service.cli.invocation import Invocation
from service.cli.words import WORDS

if TYPE_CHECKING:
    from embeddings.registry import Choice

models = typer.Typer(
    help="Text encoders: what is here, a download, a self-test.\n\n文章を比べるモデル。",
    no_args_is_help=True,
    rich_markup_mode=None,
)

EncoderName = Annotated[
    str | None, typer.Option("--encoder", metavar="NAME", help="bundled, lexical or st:MODEL. 文章の比べ方")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(models, name="models")


def chosen(call: Invocation, encoder: str | None) -> Choice:
    """Choose the text encoder of a name, or of the settings, without a store; say so where another one serves."""
    from embeddings.registry import choose_encoder

    choice = choose_encoder(encoder or call.settings.encoder)
    if choice.notice:
        message(choice.notice[call.lang])
    return choice


@models.command("list", help="What runs here, and what could.\n\n使えるモデルの一覧。")
def list_(context: typer.Context, *, as_json: Json = False) -> None:
    """Say which encoders run on this machine."""
    from embeddings.models import models as known

    call: Invocation = context.obj
    found = known()
    if as_json:
        document("models", {"models": [asdict(model) for model in found]})
        return
    said = {here: WORDS.say("models.here" if here else "models.away", call.lang) for here in (True, False)}
    answer(columns([(model.name, said[model.here], model.licence, model.problem) for model in found]))


@models.command("get", help="Download a model, the only command that does.\n\nモデルをダウンロードする。")
def get(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="owner/name or a name of models list. モデルの名前")],
) -> None:
    """Download a sentence-transformers model."""
    from embeddings.sentence_transformer import download

    call: Invocation = context.obj
    folder = download(name.removeprefix("st:"))
    answer(str(folder))
    if not call.quiet:
        message(WORDS.say("models.got", call.lang, name=name.removeprefix("st:")))


@models.command("check", help="Try an encoder on sentences whose answer is known.\n\n動作を確かめる。")
def check(
    context: typer.Context,
    *,
    encoder: EncoderName = None,
    as_json: Json = False,
) -> None:
    """Try an encoder; exit code 1 when it does not do what it should."""
    from embeddings.models import check as tried

    call: Invocation = context.obj
    choice = chosen(call, encoder)
    made = tried(choice.encoder)
    if as_json:
        document("models-check", {**asdict(made), "passed": made.passed})
    else:
        told = WORDS.say("models.passed" if made.passed else "models.failed", call.lang)
        shown = {"right": f"{made.right}/{made.of}", "texts/s": f"{made.texts_per_second:.0f}"}
        answer(columns([(made.encoder, told), *shown.items(), ("fingerprint", made.fingerprint)]))
    if not made.passed or choice.notice:
        raise typer.Exit(ExitCode.PROBLEMS)
