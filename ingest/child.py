"""Reading a file in a process of its own, which may be killed: it answers line by line."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from graph.errors import Refused
from ingest.dates import EPOCH_1900, EPOCH_1904
from ingest.limits import Limits
from ingest.sheet import Book, Sheet
from ingest.source import Source

BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ingest.reading import main; main(*sys.argv[2:])"


def read_apart(source: Source, form: str, limits: Limits) -> Book:
    """Read a file in a process with limits of processor time and memory.

    Parameters
    ----------
    source : Source
        The file.
    form : str
        What it is: a key of `ingest.reading.READERS`.
    limits : Limits
        What the process may take; it is killed when it takes more.

    Raises
    ------
    Refused
        If it cannot be read, or not within the limits.
    """
    given = json.dumps(asdict(source) | {"path": str(source.path)}), json.dumps(asdict(limits))
    command = [sys.executable, "-c", BOOT, json.dumps(sys.path), form, *given]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module; the file is named, not quoted
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    late = threading.Event()

    def kill() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(limits.wall_s, kill)
    timer.start()
    try:
        assert child.stdout is not None
        return _book(source, map(json.loads, _whole_lines(child.stdout)), limits, late)
    finally:
        timer.cancel()
        child.kill()
        child.communicate()


def _whole_lines(stream: Any) -> Iterator[bytes]:
    """Give the lines of an answer; the last one is not whole where the process was killed."""
    return (line for line in stream if line.endswith(b"\n"))


def _book(source: Source, answer: Iterator[list[Any]], limits: Limits, late: threading.Event) -> Book:
    sheets: list[Sheet] = []
    hidden: list[str] = []
    encoding, epoch, ended = "", EPOCH_1900, False
    for part in answer:
        match part:
            case ["refused", why]:
                raise Refused(f"{source.label}: {why}")
            case ["book", year, found]:
                epoch, encoding = EPOCH_1904 if year == 1904 else EPOCH_1900, found
            case ["hidden", name]:
                hidden.append(name)
            case ["sheet", name, profile]:
                sheets.append(Sheet(name, [], [], epoch, profile=profile))
            case ["row", number, cells]:
                sheets[-1].rows.append((number, cells))
            case ["merged", ranges]:
                sheets[-1].merged.extend((a, b, c, d) for a, b, c, d in ranges)
            case ["formulas", cells]:
                sheets[-1].formulas.extend((row, column, text) for row, column, text in cells)
            case ["end"]:
                ended = True
    if late.is_set():
        raise Refused(f"{source.label}: reading it takes more than {limits.wall_s:g} s: save it as CSV")
    if not ended:
        raise Refused(
            f"{source.label}: reading it takes too much time or memory, at most {limits.cpu_s:g} s of processor time"
            f" and {limits.memory_bytes:,} bytes: save it as CSV or in parts"
        )
    return Book(sheets, hidden, encoding)
