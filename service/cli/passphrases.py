"""Where pass phrases come from: a file or the environment, never the arguments of a program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graph.errors import WrongUse
from service.cli.invocation import Invocation
from service.cli.keeping_words import WORDS

PassphraseFile = Annotated[
    str | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="Encrypt or decrypt with the first line of this file, else with MUSUBI_PASSPHRASE. 合言葉のファイル",
    ),
]


def passphrase(call: Invocation, file: str | None) -> str | None:
    """Give the pass phrase, None where there is none.

    Raises
    ------
    graph.errors.WrongUse
        If the file cannot be read or is empty.
    """
    if file is None:
        secret = call.settings.passphrase
        return secret.get_secret_value() if secret else None
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"pass phrase file {file}: {error}") from error
    if not lines or not lines[0]:
        raise WrongUse(WORDS.say("passphrase.empty", call.lang, path=file))
    return lines[0]
