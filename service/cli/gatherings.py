"""``tables``, ``gathering``, ``weave`` and ``cycles``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from service.cli.checks import Json
from service.cli.console import answer, document, progress
from service.cli.invocation import Invocation
from service.cli.recommendations import Csv, Html, check_one_form, write_answer
from service.cli.words import WORDS

if TYPE_CHECKING:
    from graph.view import View
    from service.engine import Audited
    from service.gatherings.logic import TablesResult
    from service.recommendations.logic import MakerOf

T = TypeVar("T", bound="Audited")
Space = Annotated[str | None, typer.Option("--space", metavar="NAME", help="Members of a space. スペースの人たち")]
Event = Annotated[str | None, typer.Option("--event", metavar="NAME", help="People of an event. 催しに来る人たち")]
Everybody = Annotated[bool, typer.Option("--all", help="Everybody. 全員")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("tables", help="Who sits with whom over some rounds, nobody twice.\n\nだれとだれが同じ卓に着くか。")(
        tables
    )
    app.command("gathering", help="Three or four people for a hearing.\n\n3〜4人の聞き取り会にだれを呼ぶか。")(
        gathering
    )
    app.command(
        "weave", help="Several people who together meet a need.\n\n小さな力を集めて、ひとりの困りごとを助ける。"
    )(weave)
    app.command("cycles", help="Circles of help: A helps B, B helps C, C helps A.\n\n助け合いの輪。")(cycles)


def tables(
    context: typer.Context,
    *,
    space: Space = None,
    event: Event = None,
    everybody: Everybody = False,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="How often tables change. 席替えの回数")] = 3,
    size: Annotated[int, typer.Option("--size", min=1, help="Seats of a table. 1卓の人数")] = 4,
    csv: Csv = None,
    html: Html = None,
    as_json: Json = False,
) -> None:
    """Say who sits with whom, as lines, a table, a page or a document."""
    from recommend.tables.plan import Wanted
    from service.gatherings.access import Invited
    from service.gatherings.logic import TablesQuestion
    from service.gatherings.logic import tables as seated

    call: Invocation = context.obj
    check_one_form(csv, html, as_json=as_json)
    question = TablesQuestion(Invited(space, event, everybody), Wanted(rounds, size))
    result = _asked(call, "tables", lambda view, make: seated(view, question, make))
    _print(call, result, csv, html, as_json=as_json)


def gathering(
    context: typer.Context,
    *,
    space: Annotated[str, typer.Option("--space", metavar="NAME", help="The space it is for. どのスペースのためか")],
    size: Annotated[int, typer.Option("--size", min=1, help="How many people. 人数")] = 4,
    number: Annotated[int, typer.Option("--number", min=1, help="How many gatherings. 会の数")] = 1,
    as_json: Json = False,
) -> None:
    """Say who should come to a small hearing, and why."""
    from service.gatherings.group_schemas import GatheringsOut
    from service.gatherings.group_words import gatherings_lines
    from service.gatherings.logic import gatherings

    call: Invocation = context.obj
    made = _asked(call, "gathering", lambda view, make: gatherings(view, space, size, number, make))
    if as_json:
        return document("gathering", GatheringsOut.of(made).model_dump(mode="json"))
    return answer(gatherings_lines(made.answer, call.lang))


def weave(
    context: typer.Context,
    *,
    person: Annotated[str, typer.Option("--for", metavar="ID", help="Who is in need, by id or name. だれのためか")],
    size: Annotated[int, typer.Option("--size", min=1, help="Most helpers. 助ける人の上限")] = 3,
    need: Annotated[
        list[str] | None,
        typer.Option("--need", metavar="TEXT", help="A need, else those stated; may be repeated. 困りごとの文"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say who together meets a need, part by part."""
    from service.gatherings.group_schemas import WeaveOut
    from service.gatherings.group_words import weave_lines
    from service.gatherings.logic import weave as woven

    call: Invocation = context.obj
    made = _asked(call, "weave", lambda view, make: woven(view, person, size, tuple(need or ()), make))
    if as_json:
        return document("weave", WeaveOut.of(made).model_dump(mode="json"))
    return answer(weave_lines(made.answer, call.lang))


def cycles(
    context: typer.Context,
    *,
    space: Space = None,
    event: Event = None,
    everybody: Everybody = False,
    number: Annotated[int, typer.Option("--number", min=1, help="Most circles. 輪の数")] = 10,
    as_json: Json = False,
) -> None:
    """Say who helps whom all the way round."""
    from service.gatherings.access import Invited
    from service.gatherings.group_schemas import CyclesOut
    from service.gatherings.group_words import circles_lines
    from service.gatherings.logic import cycles as found

    call: Invocation = context.obj
    invited = Invited(space, event, everybody)
    made = _asked(call, "cycles", lambda view, make: found(view, invited, number, make))
    if as_json:
        return document("cycles", CyclesOut.of(made).model_dump(mode="json"))
    return answer(circles_lines(made.answer, call.lang))


def _asked(call: Invocation, action: str, made: Callable[[View, MakerOf], T]) -> T:
    """Answer from the store as the viewer of the call, with the audit row of the answer."""
    from graph.policy import Purpose
    from service.reading import Reader
    from service.recommendations.logic import maker_of

    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        view = reader.view(Purpose.INTRODUCTION)
        with progress(WORDS.say("progress", call.lang), quiet=call.quiet) as told:
            result = made(view, maker_of(call.encoder, told))
        reader.record(action, **result.audit())
    return result


def _print(call: Invocation, result: TablesResult, csv: str | None, html: str | None, *, as_json: bool) -> None:
    from service.gatherings.schemas import tables_document
    from service.gatherings.words import to_csv, to_lines

    if as_json:
        return document("tables", tables_document(result))
    if html is not None:
        from service.pages.tables import tables_page

        return write_answer(call, html, tables_page(result, call.lang))
    if csv is not None:
        return write_answer(call, csv, to_csv(result))
    return answer(to_lines(result, call.lang))
