"""``init``, ``status``, ``doctor``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import EncoderUnavailable
from service.cli.console import answer, columns, document, message
from service.cli.exits import ExitCode
from service.cli.invocation import Invocation
from service.cli.words import WORDS
from service.languages import Lang

if TYPE_CHECKING:
    from service.reading import Reader
    from service.state import State

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document. JSON で出す")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("init", help="Make the store and bring its schema up to date.\n\n保存先を用意する。")(init)
    app.command("status", help="What is in the store: counts, last import, encoder.\n\n何が入っているか。")(status)
    app.command("doctor", help="Check everything and say what to do.\n\n具合を調べ、対応を示す。")(doctor)


def init(context: typer.Context) -> None:
    """Make the store and run its migrations; harmless when repeated."""
    call: Invocation = context.obj
    call.operator_only("init")
    with call.open_store(create=True) as store:
        ran = store.migrate()
    if not call.quiet:
        message(WORDS.say("init.made" if ran else "init.ready", call.lang, url=call.url))


def status(
    context: typer.Context,
    *,
    with_hash: Annotated[
        bool, typer.Option("--hash", help="Also the hash of the export. 書き出しのハッシュも")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what is in the store."""
    from service.reading import Reader
    from service.state import state_of

    call: Invocation = context.obj
    with call.open_store() as store:
        reader = Reader(store, call.viewer)
        state = state_of(reader)
        hash_ = _hash(reader) if with_hash else None
    name, why = _encoder(call)
    if as_json:
        document("status", {
            "viewer": str(call.viewer),
            "nodes": dict(state.nodes),
            "statements": dict(state.statements),
            "ties": dict(state.ties),
            "version": state.version,
            "last_import": state.last_import,
            "hash": hash_,
            "encoder": name,
            "encoder_problem": why,
        })  # fmt: skip
        return
    shown = [WORDS.say("status.hash", call.lang, hash=hash_)] if hash_ else []
    answer("\n".join([_lines(state, name, why, call.lang), *shown]))


def _hash(reader: Reader) -> str:
    """Give the hash of what the viewer may take out as JSON lines: equal graphs have equal hashes."""
    from graph.backup.digest import view_hash
    from graph.policy import Purpose

    return view_hash(reader.view(Purpose.EXPORT))


def _encoder(call: Invocation) -> tuple[str | None, str | None]:
    """Give the name of the encoder, or why there is none."""
    try:
        return call.encoder().encoder.name, None
    except EncoderUnavailable as error:
        return None, str(error)


def _lines(state: State, name: str | None, why: str | None, lang: Lang) -> str:
    lines = []
    for part in ("nodes", "statements", "ties"):
        counted: Mapping[str, int] = getattr(state, part)
        rows = [("  " + kind, str(n)) for kind, n in counted.items() if n]
        lines += [WORDS.say(f"status.{part}", lang), columns(rows) if rows else "  " + WORDS.say("status.none", lang)]
    if state.version is not None:
        lines.append(_last(state, lang))
    lines.append(
        WORDS.say("status.encoder", lang, name=name) if name else WORDS.say("status.no_encoder", lang, why=why)
    )
    return "\n".join(lines)


def _last(state: State, lang: Lang) -> str:
    last = state.last_import
    if last is None:
        return WORDS.say("status.never", lang)
    sources = last["sources"]
    names = ", ".join(map(str, sources)) if isinstance(sources, list) else ""
    return WORDS.say("status.last", lang, at=last["at"], sources=names)


def doctor(context: typer.Context, *, as_json: Json = False) -> None:
    """Check everything that the viewer may look at; exit code 1 when something is to be mended."""
    from service.doctor import Level, as_document, examine
    from service.reading import Reader

    call: Invocation = context.obj
    with call.open_store() as store:
        checks = examine(Reader(store, call.viewer), call.encoder)
    if as_json:
        document("doctor", as_document(checks))
    else:
        rows = []
        for check in checks:
            rows.append((WORDS.say(f"doctor.{check.level}", call.lang), check.name, check.found[call.lang]))
            if check.remedy:
                rows.append(("", "", WORDS.say("doctor.remedy", call.lang, remedy=check.remedy[call.lang])))
        answer(columns(rows))
    if any(check.level is Level.FINDING for check in checks):
        raise typer.Exit(ExitCode.PROBLEMS)
