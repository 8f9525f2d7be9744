"""Where the command line speaks: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from service.output import STDOUT, write_text

Progress: TypeAlias = Callable[[int, int], None]
WIDE = frozenset("WF")


def answer(text: str) -> None:
    """Print an answer made of text; control characters of the data are shown, not obeyed."""
    write_text(STDOUT, plain(text) + "\n")


def document(name: str, body: Mapping[str, Any]) -> None:
    """Print an answer as one JSON document that names its schema."""
    whole = {"schema": f"musubi.{name}/1", **body}
    write_text(STDOUT, json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2) + "\n")


def message(text: str) -> None:
    """Print a message beside the answer."""
    sys.stderr.write(plain(text) + "\n")
    sys.stderr.flush()


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Progress | None]:
    """Show a bar on standard error while work goes on; None where nobody would see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def plain(text: str) -> str:
    """Make control characters visible, except the line break and the tab."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else f"\\x{ord(c):02x}" for c in text)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Lay rows out in columns, wide characters counted as two."""
    cells = [[c.replace("\n", " ") for c in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def width(text: str) -> int:
    """Give the number of terminal cells that a text takes."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in WIDE) for c in text)
