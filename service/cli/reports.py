"""``report ties``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import WrongUse
from service.cli.checks import Json
from service.cli.console import answer, columns, document
from service.cli.days import day
from service.cli.invocation import Invocation
from service.cli.recommendations import Html, write_answer
from service.cli.words import WORDS
from service.languages import Lang

if TYPE_CHECKING:
    from service.reports.ties import TiesReport

Day = Annotated[str | None, typer.Option("--since", metavar="DATE", help="First day, such as 2026-04-01. はじめの日")]
LastDay = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day. おわりの日")]
MOST_CELLS = 20

report = typer.Typer(help="Reports.\n\n報告。", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(report, name="report")


@report.callback()
def reports() -> None:
    """Keep ``ties`` a command of its own, whatever else comes beside it."""


@report.command("ties", help="Ties formed across communities.\n\nコミュニティを越えたつながり。")
def ties(
    context: typer.Context, *, since: Day = None, until: LastDay = None, html: Html = None, as_json: Json = False
) -> None:
    """Count the ties formed in a period."""
    from graph.policy import Purpose
    from service.reading import Reader
    from service.reports.schemas import ties_document
    from service.reports.ties import Period, ties_report

    call: Invocation = context.obj
    if html is not None and as_json:
        raise WrongUse("expected at most one of --html and --json")
    period = Period(day(since, "--since"), day(until, "--until"))
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        made = ties_report(reader.view(Purpose.REPORT), period)
        reader.record("report ties", since=since, until=until)
    if as_json:
        document("report-ties", ties_document(made, call.viewer))
    elif html is not None:
        from service.pages.ties import ties_page

        write_answer(call, html, ties_page(made, call.viewer, call.lang))
    else:
        answer(_lines(made, call.lang))


def _lines(made: TiesReport, lang: Lang) -> str:
    figures = [
        (WORDS.say(f"report.{name}", lang), "-" if (n := getattr(made, name)) is None else f"{n:g}")
        for name in ("total", "across", "within", "unplaced", "undated", "e_i")
    ]
    seen = sorted((c for c in made.cells if c.ties is not None), key=lambda c: (-(c.ties or 0), c.a, c.b))
    rows = [tuple(WORDS.say("report.head", lang).split("|"))]
    rows += [(c.a, c.b, f"{c.ties:g}", "-" if c.expected is None else f"{c.expected:g}") for c in seen[:MOST_CELLS]]
    lines = [columns(figures)]
    lines += ["", columns(rows)] if seen else []
    return "\n".join([*lines, WORDS.say("report.hidden", lang)] if made.hidden else lines)
