"""``evaluate links``, ``split``, ``fit``, ``identity`` and ``skills``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommend.results import Scope
from service.cli.checks import Json
from service.cli.console import answer, columns, document, message, progress
from service.cli.exits import ExitCode
from service.cli.invocation import Invocation
from service.cli.models import EncoderName, chosen
from service.cli.recommendations import write_answer
from service.cli.words import WORDS

if TYPE_CHECKING:
    from service.evaluations.pairs import PairsReport

Data = Annotated[Path, typer.Argument(metavar="DATA", help="Folder in the network shape. network 形式のフォルダ")]

Pairs = Annotated[Path, typer.Argument(metavar="FILE.csv", help="Pairs with the right answer. 正解つきの組")]

evaluate = typer.Typer(help="How good is it?\n\nどれだけ当たるか。", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(evaluate, name="evaluate")


@evaluate.command("links", help="The fixed protocol: recommender and baselines.\n\n決まった手順で測る。")
def links(
    context: typer.Context,
    data: Data,
    *,
    scope: Annotated[Scope | None, typer.Option("--scope", help="Only these partners. 相手の範囲")] = None,
    report: Annotated[
        str | None, typer.Option("--report", metavar="OUT", help="Write the whole report as JSON. 報告を書く先")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the recommender beside the baselines."""
    from service.evaluations.links import evaluate as evaluated
    from service.evaluations.schemas import links_document, links_rows

    call: Invocation = context.obj
    made = evaluated(data, scope, call.encoder, lambda line: None if call.quiet else message(line))
    body = links_document(made)
    if report is not None:
        whole = {"schema": "musubi.evaluate-links/1", **body}
        write_answer(call, report, json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    if as_json:
        document("evaluate-links", body)
    elif report != "-":
        answer(columns(links_rows(made)))
    _end(made.problems)


@evaluate.command("split", help="Write training part, truth and manifest.\n\n学習用と正解に分けて書く。")
def split(
    context: typer.Context,
    data: Data,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of its own for the split. 書き出すフォルダ")],
    *,
    as_json: Json = False,
) -> None:
    """Split a network in time."""
    from recommend.evaluation.links import split_folder
    from service.evaluations.schemas import split_document

    call: Invocation = context.obj
    made = split_folder(data, out)
    body = split_document(made)
    if as_json:
        document("evaluate-split", body)
    else:
        answer(WORDS.say("split.done", call.lang, n=body["counts"]["held_out"]["all"], out=out))
    _end(made.problems)


@evaluate.command("identity", help="One person or organisation?\n\n同じ人・団体と気づくか。")
def identity(context: typer.Context, file: Pairs, *, as_json: Json = False) -> None:
    """Measure which pairs of entries would be suggested as one."""
    from service.evaluations.identity import evaluate as evaluated

    _tell_pairs("evaluate-identity", evaluated(file), as_json=as_json)


@evaluate.command("skills", help="One canonical skill?\n\n同じスキルと読むか。")
def skills(context: typer.Context, file: Pairs, *, as_json: Json = False) -> None:
    """Measure which pairs of texts are one canonical skill."""
    from service.evaluations.skills import evaluate as evaluated

    _tell_pairs("evaluate-skills", evaluated(file), as_json=as_json)


@evaluate.command("fit", help="Is the right offer found?\n\n合う申し出が見つかるか。")
def fit(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Texts with the right answer. 正解つきの文")],
    *,
    encoder: EncoderName = None,
    as_json: Json = False,
) -> None:
    """Measure whether the fit that recommendations rest on finds the right text."""
    from service.evaluations.fit import evaluate as evaluated
    from service.evaluations.schemas import fit_document, fit_rows

    call: Invocation = context.obj
    choice = chosen(call, encoder)
    with progress(WORDS.say("progress", call.lang), quiet=call.quiet) as told:
        made = evaluated(file, choice, told)
    if as_json:
        document("evaluate-fit", fit_document(made))
    else:
        answer(columns(fit_rows(made)))


def _tell_pairs(name: str, report: PairsReport, *, as_json: bool) -> None:
    from service.evaluations.schemas import pairs_document, pairs_rows

    if as_json:
        document(name, pairs_document(report))
    else:
        answer(columns(pairs_rows(report)))


def _end(problems: tuple[object, ...]) -> None:
    """Say which rows were left out; exit code 1 when there are any."""
    for problem in problems[:50]:
        message(f"  {problem}")
    if problems:
        raise typer.Exit(ExitCode.PROBLEMS)
