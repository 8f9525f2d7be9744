"""Entry point ``musubi``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from graph.errors import MusubiError
from service.cli import (
    agreements,
    audits,
    backups,
    checks,
    copies,
    erasures,
    evaluations,
    exports,
    gatherings,
    imports,
    keys,
    merges,
    migrations,
    models,
    pairs,
    persons,
    recommendations,
    reports,
    serving,
    standings,
    tasks,
    vectors,
)
from service.cli.console import message
from service.cli.exits import ExitCode, exit_code
from service.cli.invocation import Invocation, hoist
from service.cli.words import WORDS
from service.languages import Lang

app = typer.Typer(
    name="musubi",
    help="Who should meet whom: introductions across communities, with each member's consent.\n\n"
    "だれとだれが会うとよいか。コミュニティを越えた紹介を、本人の同意の範囲で。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
GROUPS = (
    checks, imports, merges, agreements, recommendations, pairs, gatherings, reports, exports, persons, evaluations,
    serving, tasks, standings, keys, erasures, backups, copies, audits, migrations, models,
    vectors,
)  # fmt: skip
for group in GROUPS:
    group.register(app)


@app.callback()
def take_globals(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="Address of the store, default sqlite:///musubi.db. 保存先"),
    ] = None,
    viewer: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="VIEWER",
            help="Who asks: person:ID, mixer:ID, space:ID, public, analyst; default operator. だれとして読むか",
        ),
    ] = None,
    lang: Annotated[Lang | None, typer.Option("--lang", help="Language of the answer. 表示する言語")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and messages. 途中経過を出さない")] = False,
) -> None:
    """Take the options that stand before or after any command."""
    context.obj.take(store, viewer, lang, quiet=quiet)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one call of the command line.

    Parameters
    ----------
    arguments : sequence of str
        Arguments after the name of the program.

    Returns
    -------
    int
        Exit code, see `service.cli.exits.ExitCode`.
    """
    _speak_utf8()
    invocation = Invocation()
    try:
        typer.main.get_command(app).main(hoist(arguments), prog_name="musubi", obj=invocation)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except MusubiError as error:
        kind = type(error).__name__
        message(f"{WORDS.say(f'error.{kind}', invocation.lang)}: {error}")
        return exit_code(error)
    except Exception:
        sys.excepthook(*sys.exc_info())
        return ExitCode.DEFECT
    return ExitCode.DONE


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says; what cannot be encoded is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    main()
