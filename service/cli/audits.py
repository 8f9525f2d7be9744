"""``audit verify`` and ``audit list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.checks import Json
from service.cli.console import answer, columns, document
from service.cli.exits import ExitCode
from service.cli.invocation import Invocation
from service.cli.keeping_words import WORDS
from service.languages import Lang

if TYPE_CHECKING:
    from graph.audit import AuditRow
    from service.auditing import Inspection

audit = typer.Typer(
    help="Who did what, never the content.\n\nだれが何をしたかの記録。", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(audit, name="audit")


@audit.command("verify", help="Is every row as it was written?\n\n記録が書き換えられていないか。")
def verify(context: typer.Context, *, as_json: Json = False) -> None:
    """Look at the whole chain; exit code 1 when a row was changed, cut off, put in or taken out."""
    from service.auditing import inspect

    call: Invocation = context.obj
    call.operator_only("audit verify")
    with call.open_store() as store:
        found = inspect(store)
        store.record(str(call.viewer), "audit verify", {})
    if as_json:
        _document(found)
    else:
        answer("\n".join(_lines(found, call.lang)))
    if not found.whole:
        raise typer.Exit(ExitCode.PROBLEMS)


def _document(found: Inspection) -> None:
    verdict = found.verdict
    document("audit-verify", {
        "whole": found.whole,
        "rows": verdict.n,
        "changes": len(verdict.keys),
        "keyless": verdict.keyless,
        "bad_row": verdict.bad,
        "why": verdict.why,
        "missing": found.missing,
        "stray_row": found.stray[1] if found.stray else None,
        "roots": dict(verdict.roots),
    })  # fmt: skip


def _lines(found: Inspection, lang: Lang) -> list[str]:
    verdict, lines = found.verdict, []
    if verdict.bad is not None:
        lines.append(WORDS.say(f"audit.{verdict.why}", lang, row=verdict.bad))
    if found.missing:
        lines.append(WORDS.say("audit.missing", lang, n=found.missing))
    if found.stray:
        lines.append(WORDS.say("audit.stray", lang, row=found.stray[1]))
    changes = len(verdict.keys)
    whole = [WORDS.say("audit.whole", lang, n=verdict.n, changes=changes, keyless=verdict.keyless)]
    return (lines or whole) + [WORDS.say("audit.root", lang, day=d, hash=h) for d, h in [*verdict.roots.items()][-1:]]


@audit.command("list", help="The newest rows.\n\n新しい記録の一覧。")
def show(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many rows. 行数")] = 20,
    as_json: Json = False,
) -> None:
    """List the newest rows, newest first."""
    call: Invocation = context.obj
    call.operator_only("audit list")
    with call.open_store() as store:
        rows = store.audit(after=max(store.head().seq - limit, 0))[::-1][:limit]
        store.record(str(call.viewer), "audit list", {"n": len(rows)})
    if as_json:
        document("audit-list", {"rows": [_entry(row) for row in rows]})
        return
    head = tuple(WORDS.say("audit.columns", call.lang).split("|"))
    answer(columns([head, *((str(r.seq), r.at, r.actor, r.action, r.detail) for r in rows)]))


def _entry(row: AuditRow) -> dict[str, object]:
    return {
        "seq": row.seq, "at": row.at, "actor": row.actor, "action": row.action, "key": row.key,
        "detail": row.detail, "hash": row.hash,
    }  # fmt: skip
