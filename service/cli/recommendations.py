"""``recommend`` and ``sheet``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import WrongUse
from graph.kinds import NodeKind
from recommend.results import USUAL, Ranking, Scope, Track
from service.cli.checks import Json
from service.cli.console import answer, document, message, progress
from service.cli.invocation import Invocation
from service.cli.words import WORDS
from service.output import STDOUT, write_text

if TYPE_CHECKING:
    from service.recommendations.logic import Question, Result

Csv = Annotated[str | None, typer.Option("--csv", metavar="OUT", help="Write a table; - for stdout. 表に書く")]
Html = Annotated[str | None, typer.Option("--html", metavar="OUT", help="Write a page; - for stdout. ページに書く")]
Surprise = Annotated[
    float | None,
    typer.Option("--surprise", min=0.0, max=1.0, help="Share of far-reaching picks; 0 none. 遠くへ届く案の割合"),
]
Number = Annotated[int | None, typer.Option("--pairs", min=1, help="Introductions of a round. 紹介の組の数")]


PARTNER_KINDS = (NodeKind.PERSON, NodeKind.ORGANISATION, NodeKind.PROJECT, NodeKind.SPACE, NodeKind.COMMUNITY)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("recommend", help="Who should meet whom.\n\nだれとだれが会うとよいか。")(recommend)
    app.command("sheet", help="The page for tomorrow's visit of a space.\n\n明日の訪問に持っていく一枚。")(sheet)


def recommend(
    context: typer.Context,
    *,
    space: Annotated[
        str | None, typer.Option("--space", metavar="NAME", help="For each member of a space. スペースの人それぞれに")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--for", metavar="ID", help="For one person, by id or name; organisation:ID. ひとりの人・団体に"),
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="For everybody. 全員に")] = False,
    k: Annotated[int, typer.Option("--k", min=1, help="Length of each person's own list. ひとりあたりの人数")] = 10,
    scope: Annotated[Scope, typer.Option("--scope", help="Which partners. 相手の範囲")] = Scope.ANY,
    ranking: Annotated[
        Ranking, typer.Option("--ranking", help="One round for everybody, or each one's own list. 全体か各自か")
    ] = Ranking.BALANCED,
    pairs: Number = None,
    capacity: Annotated[
        int, typer.Option("--capacity", min=1, help="Most introductions of one person. ひとりの上限")
    ] = 3,
    kinds: Annotated[
        str | None, typer.Option("--kinds", metavar="KINDS", help="What partners may be, by commas. 相手の種類")
    ] = None,
    track: Annotated[
        Track | None, typer.Option("--track", help="What partners are wanted for. 何のための相手か")
    ] = None,
    dial: Annotated[
        float, typer.Option("--dial", min=0.0, max=1.0, help="From near 0 to far 1. 近い0から遠い1まで")
    ] = USUAL,
    surprise: Surprise = None,
    csv: Csv = None,
    html: Html = None,
    as_json: Json = False,
) -> None:
    """Say who should meet whom, as lines, a table, a page or a document."""
    from service.recommendations.access import Asked
    from service.recommendations.logic import Question

    call: Invocation = context.obj
    check_one_form(csv, html, as_json=as_json)
    asked, wanted = Asked(space, person, everybody), _kinds(kinds)
    question = Question(asked, k, scope, ranking, pairs, capacity, wanted, track, dial, surprise)
    _print(call, "recommend", _result(call, "recommend", question), csv, html, as_json=as_json)


def check_one_form(csv: str | None, html: str | None, *, as_json: bool) -> None:
    """Refuse an answer in more than one form.

    Raises
    ------
    graph.errors.WrongUse
        If more than one is asked for.
    """
    if (csv is not None) + (html is not None) + as_json > 1:
        raise WrongUse("expected at most one of --csv, --html and --json")


def _kinds(typed: str | None) -> tuple[NodeKind, ...] | None:
    if typed is None:
        return None
    words = tuple(dict.fromkeys(word.strip() for word in typed.split(",") if word.strip()))
    if not words or not set(words) <= {str(kind) for kind in PARTNER_KINDS}:
        raise WrongUse(f"--kinds: got {typed!r}, expected some of {', '.join(PARTNER_KINDS)}, joined by commas")
    return tuple(NodeKind(word) for word in words)


def sheet(
    context: typer.Context,
    *,
    space: Annotated[str, typer.Option("--space", metavar="NAME", help="The space to visit. 訪ねるスペース")],
    pairs: Number = None,
    surprise: Surprise = None,
    html: Html = None,
    as_json: Json = False,
) -> None:
    """Write the page of introductions for a visit; to standard output unless a file is given."""
    from service.recommendations.access import Asked
    from service.recommendations.logic import Question

    call: Invocation = context.obj
    if html is not None and as_json:
        raise WrongUse("expected at most one of --html and --json")
    result = _result(call, "sheet", Question(Asked(space=space), pairs=pairs, surprise=surprise))
    _print(call, "sheet", result, None, None if as_json else html or STDOUT, as_json=as_json)


def _result(call: Invocation, action: str, question: Question) -> Result:
    from graph.policy import Purpose
    from service.reading import Reader
    from service.recommendations.logic import answer as answer_of
    from service.recommendations.logic import maker_of

    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        view = reader.view(Purpose.INTRODUCTION)
        with progress(WORDS.say("progress", call.lang), quiet=call.quiet) as told:
            result = answer_of(view, question, maker_of(call.encoder, told), told)
        reader.record(action, **result.audit())
    return result


def _print(call: Invocation, name: str, result: Result, csv: str | None, html: str | None, *, as_json: bool) -> None:
    from service.recommendations.schemas import document as document_of
    from service.recommendations.tables import to_csv, to_lines

    if as_json:
        return document(name, document_of(result))
    if html is not None:
        from service.pages.sheet import sheet_page

        return write_answer(call, html, sheet_page(result, call.lang))
    if csv is not None:
        return write_answer(call, csv, to_csv(result))
    return answer(to_lines(result, call.lang))


def write_answer(call: Invocation, out: str, text: str) -> None:
    """Write an answer to where it was asked for, and say so."""
    write_text(out, text)
    if out != STDOUT and not call.quiet:
        message(WORDS.say("written", call.lang, out=out))
