"""``import``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import WrongUse
from service.cli.checks import Json
from service.cli.console import answer, columns, document, message
from service.cli.exits import ExitCode
from service.cli.invocation import Invocation
from service.cli.words import WORDS

if TYPE_CHECKING:
    from graph.changes import Receipt
    from graph.store.base import Store
    from ingest.file_plan import FilePlan, ImportPlan

SHOWN_PROBLEMS = 50
MAPPINGS = ".mappings"


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("import", help="Files into the graph.\n\nファイルを取り込む。")(import_files)


def import_files(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="CSV, TSV (also .gz), XLSX, or a folder. ファイルかフォルダ")
    ],
    *,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="NAME", help="How to read them; found out by default. 読み方")
    ] = None,
    space: Annotated[
        str | None,
        typer.Option("--space", metavar="NAME", help="Space of members whose row names none. 行に無いときのスペース"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look only, store nothing. 確認だけ")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take a guessed reading of columns. 推測した読み方でよい")] = False,
    as_json: Json = False,
) -> None:
    """Find out what the files are, show it, and store them one by one."""
    from ingest.importer import plan

    call: Invocation = context.obj
    call.operator_only("import")
    folder = call.companion(MAPPINGS) or Path("musubi" + MAPPINGS)
    with call.open_store() as store:
        planned = plan(paths, profile=profile, space=space, snapshot=store.snapshot(), mappings=folder)
        if not as_json:
            _show(call, planned)
        receipts = {} if dry_run else _commit(call, planned, store, yes=yes, as_json=as_json)
    _end(call, planned, receipts, dry_run=dry_run, as_json=as_json)


def _commit(call: Invocation, planned: ImportPlan, store: Store, *, yes: bool, as_json: bool) -> dict[str, Receipt]:
    from ingest.importer import commit

    if planned.guessed:
        if not yes:
            _confirm(call, as_json=as_json)
        planned.confirm()
    receipts = {}
    for file in planned.files:
        receipts[file.file] = receipt = commit(file, store, str(call.viewer))
        (message if as_json else answer)(WORDS.say("import.stored", call.lang, file=file.file))
        if receipt.replayed and not call.quiet:
            message(WORDS.say("import.replayed", call.lang, file=file.file))
    return receipts


def _confirm(call: Invocation, *, as_json: bool) -> None:
    if as_json or not sys.stdin.isatty():
        raise WrongUse(WORDS.say("import.ask", call.lang))
    if not typer.confirm(WORDS.say("import.confirm", call.lang), err=True):
        message(WORDS.say("import.stopped", call.lang))
        raise typer.Exit(ExitCode.WRONG_USE)


def _show(call: Invocation, planned: ImportPlan) -> None:
    if call.quiet:
        return
    for file in planned.files:
        counts = ", ".join(f"{name} {n}" for name, n in _flat(file.counts) if n)
        message(WORDS.say("import.counts", call.lang, file=file.file, profile=file.profile, encoding=file.encoding,
                          counts=counts))  # fmt: skip
        if file.guessed:
            message(WORDS.say("import.mapping", call.lang))
            message(columns(_mapping_rows(file)))


def _flat(counts: Mapping[str, object]) -> list[tuple[str, object]]:
    out: list[tuple[str, object]] = []
    for name, value in counts.items():
        out += _flat(value) if isinstance(value, Mapping) else [(name, value)]
    return out


def _mapping_rows(file: FilePlan) -> list[tuple[str, ...]]:
    return [("  " + (m.sheet or ""), c.header, c.meaning, c.why) for m in file.mappings for c in m.columns]


def _end(
    call: Invocation, planned: ImportPlan, receipts: Mapping[str, Receipt], *, dry_run: bool, as_json: bool
) -> None:
    if as_json:
        _print_document(planned, receipts)
    elif dry_run:
        answer(WORDS.say("import.dry", call.lang))
    n = sum(len(file.problems) for file in planned.files)
    if n and not as_json:
        message(WORDS.say("import.problems", call.lang, n=n))
        problems = (p for file in planned.files for p in file.problems)
        for problem in islice(problems, SHOWN_PROBLEMS):
            message(f"  {problem}")
        if n > SHOWN_PROBLEMS:
            message("  " + WORDS.say("import.more", call.lang, n=n - SHOWN_PROBLEMS))
    if n:
        raise typer.Exit(ExitCode.PROBLEMS)


def _print_document(planned: ImportPlan, receipts: Mapping[str, Receipt]) -> None:
    from dataclasses import asdict

    from ingest.importer import to_document

    body = dict(to_document(planned))
    del body["schema"]
    body["stored"] = {name: asdict(receipt) for name, receipt in receipts.items()}
    document("import", body)
