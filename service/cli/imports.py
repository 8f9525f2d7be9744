"""``import``."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import NotPermitted, Refused, WrongUse
from service.cli.checks import Json
from service.cli.console import answer, columns, document, message, progress
from service.cli.exits import ExitCode
from service.cli.import_report import note_line, problem_line, split_line
from service.cli.invocation import Invocation
from service.cli.words import WORDS
from service.output import written

if TYPE_CHECKING:
    from graph.changes import Receipt
    from graph.store.base import Store
    from ingest.file_plan import FilePlan, ImportPlan

NETWORK = "network"
SHOWN_PROBLEMS = 50
SHOWN_NOTES = 20
PROBLEM_COLUMNS = ("file", "sheet", "row", "column", "value", "code", "level", "expected")
MAPPINGS = ".mappings"

MOST_COMPARED = 20_000
"""People and organisations of an import up to which it looks at once who may be one: more take as long as itself."""


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("import", help="Files into the graph.\n\nファイルを取り込む。")(import_files)


def import_files(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help="CSV, TSV (also .gz), XLSX, vCard, JSON, Slack zip, GraphML, GEXF, or a folder. ファイルかフォルダ",
        ),
    ],
    *,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="NAME", help="How to read them; found out by default. 読み方")
    ] = None,
    space: Annotated[
        str | None,
        typer.Option("--space", metavar="NAME", help="Space of members whose row names none. 行に無いときのスペース"),
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            "--owner", metavar="ID", help="Whose address book it is: that person knows them. だれの名刺・連絡先か"
        ),
    ] = None,
    told: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="HEADER=MEANING", help="What a column means; may be repeated. 列の読み方を決める"
        ),
    ] = None,
    split: Annotated[
        bool, typer.Option("--split", help="Take the suggested splits of heard texts. 聞き取った文の分け方の案でよい")
    ] = False,
    problems_out: Annotated[
        str | None,
        typer.Option("--problems", metavar="OUT", help="Rows refused or flagged, as CSV. 見てほしい行を CSV に書く"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look only, store nothing. 確認だけ")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take a guessed reading of columns. 推測した読み方でよい")] = False,
    as_json: Json = False,
) -> None:
    """Find out what the files are, show it, and store them one by one; a file that is refused stops no other."""
    from ingest.call import Call
    from ingest.importer import plan

    call: Invocation = context.obj
    call.operator_only("import")
    folder = call.companion(MAPPINGS) or Path("musubi" + MAPPINGS)
    meanings = _told(told or [])
    with call.open_store() as store:
        with progress(WORDS.say("import.reading", call.lang), quiet=call.quiet) as bar:
            asked = Call(space or "", owner or "", split, meanings, bar)

            def look(files: Sequence[Path]) -> ImportPlan:
                return plan(
                    files,
                    profile=profile,
                    call=asked,
                    snapshot=store.snapshot(),
                    mappings=folder,
                    keep_going=True,
                    limits=call.settings.import_limits(),
                )

            planned = look(paths)
        if not as_json:
            _show(call, planned)
        receipts: dict[str, Receipt] = {}
        stopped: dict[str, str] = {}
        if not dry_run:
            _settle(call, planned, yes=yes, as_json=as_json)
            planned = _commit(call, planned, store, look, receipts, stopped, as_json=as_json)
            _keep_suggestions(call, planned, store, receipts)
    if problems_out is not None:
        _write_problems(planned, problems_out)
    _end(call, planned, receipts, stopped, dry_run=dry_run, as_json=as_json)


def _told(given: list[str]) -> dict[str, str]:
    told = {}
    for text in given:
        header, equals, meaning = text.rpartition("=")
        if not equals or not header.strip() or not meaning.strip():
            raise WrongUse(f"--map {text!r}: expected HEADER=MEANING such as お客様=name")
        told[header.strip()] = meaning.strip()
    return told


def _settle(call: Invocation, planned: ImportPlan, *, yes: bool, as_json: bool) -> None:
    """Have guessed readings confirmed, and keep them for the next file."""
    if planned.guessed:
        if not yes:
            _confirm(call, as_json=as_json)
        planned.confirm()


def _commit(
    call: Invocation, planned: ImportPlan, store: Store, look: Callable[[Sequence[Path]], ImportPlan],
    receipts: dict[str, Receipt], stopped: dict[str, str], *, as_json: bool,
) -> ImportPlan:  # fmt: skip
    """Store the files one by one, note receipts and why files were not stored, and give the plan as it was done.

    What comes after a file that is not stored is looked at anew: it may have named people of that file.
    """
    from ingest.importer import commit

    files, done, refused = list(planned.files), [], list(planned.refused)
    while files:
        file = files.pop(0)
        done.append(file)
        try:
            receipts[file.file] = receipt = commit(file, store, str(call.viewer))
        except (NotPermitted, Refused) as error:
            stopped[file.file] = str(error)
            message(f"{WORDS.say(f'error.{type(error).__name__}', call.lang)}: {file.file}: {error}")
            again = look([f.source.path for f in files])
            files, refused = list(again.files), [*refused, *again.refused]
            continue
        (message if as_json else answer)(WORDS.say("import.stored", call.lang, file=file.file))
        if receipt.replayed and not call.quiet:
            message(WORDS.say("import.replayed", call.lang, file=file.file))
    return replace(planned, files=tuple(done), refused=tuple(refused))


def _keep_suggestions(call: Invocation, planned: ImportPlan, store: Store, receipts: Mapping[str, Receipt]) -> None:
    """Keep in the store who may be one person or organisation, so that nobody is introduced to themselves."""
    from graph.kinds import OWNER_KINDS
    from graph.records import kind_of
    from ingest.merges import keep_suggestions

    changed = [f for f in planned.files if f.file in receipts and not receipts[f.file].replayed and f.mappings]
    tables = [f for f in changed if f.profile != NETWORK]
    named = frozenset(n.id for f in tables for n in f.facts.nodes if kind_of(n.id) in OWNER_KINDS)
    if len(named) > MOST_COMPARED:
        message(WORDS.say("import.compare_later", call.lang, n=len(named)))
        return
    n = keep_suggestions(store, str(call.viewer), named) if named else 0
    if n and not call.quiet:
        message(WORDS.say("import.same", call.lang, n=n))


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
        for note in islice(file.notes, SHOWN_NOTES):
            message("  " + note_line(note, call.lang))
        if len(file.notes) > SHOWN_NOTES:
            message("  " + WORDS.say("import.more", call.lang, n=len(file.notes) - SHOWN_NOTES))
        for part in file.splits:
            message("  " + split_line(part, call.lang))


def _flat(counts: Mapping[str, object]) -> list[tuple[str, object]]:
    out: list[tuple[str, object]] = []
    for name, value in counts.items():
        out += _flat(value) if isinstance(value, Mapping) else [(name, value)]
    return out


def _mapping_rows(file: FilePlan) -> list[tuple[str, ...]]:
    return [("  " + (m.sheet or ""), c.header, c.meaning, c.why) for m in file.mappings for c in m.columns]


def _end(
    call: Invocation, planned: ImportPlan, receipts: Mapping[str, Receipt], stopped: Mapping[str, str],
    *, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    if as_json:
        _print_document(planned, receipts, stopped)
    elif dry_run:
        answer(WORDS.say("import.dry", call.lang))
    for refused in planned.refused:
        message(f"{WORDS.say('error.Refused', call.lang)}: {refused.file}: {refused.why}")
    n = sum(len(file.problems) for file in planned.files)
    if n and not as_json:
        message(WORDS.say("import.problems", call.lang, n=n))
        problems = (p for file in planned.files for p in file.problems)
        for problem in islice(problems, SHOWN_PROBLEMS):
            message("  " + problem_line(problem, call.lang))
        if n > SHOWN_PROBLEMS:
            message("  " + WORDS.say("import.more", call.lang, n=n - SHOWN_PROBLEMS))
    if planned.refused or stopped:
        raise typer.Exit(ExitCode.REFUSED)
    if n:
        raise typer.Exit(ExitCode.PROBLEMS)


def _write_problems(planned: ImportPlan, out: str) -> None:
    """Write the table of problems, safe to open in a spreadsheet."""
    import csv
    import io

    from graph.export import guarded

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(PROBLEM_COLUMNS)
    for problem in (p for file in planned.files for p in file.problems):
        place = [problem.file, problem.sheet or "", problem.row or "", problem.column or "", problem.value]
        rows.writerow([guarded(str(cell)) for cell in [*place, problem.code, problem.level, problem.expected]])
    for refused in planned.refused:
        rows.writerow([guarded(cell) for cell in [refused.file, "", "", "", "", "file_refused", "refuse", refused.why]])
    with written(out) as handle:
        handle.write(BOM_UTF8 + text.getvalue().encode())


def _print_document(planned: ImportPlan, receipts: Mapping[str, Receipt], stopped: Mapping[str, str]) -> None:
    from dataclasses import asdict

    from ingest.importer import to_document

    body = dict(to_document(planned))
    del body["schema"]
    body["stored"] = {name: asdict(receipt) for name, receipt in receipts.items()}
    body["not_stored"] = dict(stopped)
    document("import", body)
