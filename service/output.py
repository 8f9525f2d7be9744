"""Where answers go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from graph.errors import WrongUse

STDOUT = "-"


def write_text(out: str, text: str) -> None:
    """Write an answer as UTF-8.

    Parameters
    ----------
    out : str
        Path of a file, whose folders are made when missing, or ``-`` for standard output.
    text : str
        The whole answer.

    Raises
    ------
    graph.errors.WrongUse
        If the file cannot be written there.
    """
    with written(out) as handle:
        handle.write(text.encode("utf-8", errors="backslashreplace"))


@contextmanager
def written(out: str) -> Iterator[BinaryIO]:
    """Open an answer for writing bytes; see `write_text`.

    The bytes go to a temporary file beside the target, which takes the target's name when all are
    written: whoever reads the target sees the old content or the new one, never a part.
    """
    if out == STDOUT:
        try:
            sys.stdout.flush()
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # whoever read it has enough, as ``| head`` has: no fault
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    target = _target(out)
    if target.exists() and not target.is_file():  # a pipe or device cannot be replaced by a file
        with _explained(target), target.open("wb") as handle:
            yield handle
        return
    draft = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    try:
        with _explained(target):
            with draft.open("xb") as handle:
                yield handle
                handle.flush()
                os.fsync(handle.fileno())
            draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def _target(out: str) -> Path:
    target = Path(out)
    with _explained(target):
        target = target.resolve()
        if target.is_dir():
            raise WrongUse(f"cannot write {out}: it is a folder, expected a file")
        target.parent.mkdir(parents=True, exist_ok=True)
    return target


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WrongUse(f"cannot write {target}: {error.strerror or error}") from error
