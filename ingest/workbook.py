"""XLSX workbooks as sheets, read by a process that may be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import asdict
from typing import Any

from graph.errors import Refused
from ingest.dates import EPOCH_1900, EPOCH_1904
from ingest.limits import MIB, Limits
from ingest.sheet import Book, Sheet
from ingest.source import Source

BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from ingest.workbook_child import main; main(sys.argv[2], json.loads(sys.argv[3]))"
)
SAVE_AGAIN = "save it as .xlsx or CSV and import that"


def read_workbook(source: Source, limits: Limits) -> Book:
    """Read a workbook.

    Parameters
    ----------
    source : Source
        A zip archive.
    limits : Limits
        Sizes are checked before anything is parsed; the parser runs in a process of its own with limits of
        processor time and memory.

    Returns
    -------
    Book
        Sheets that are shown; numbers, dates and cached results of formulas as text.

    Raises
    ------
    Refused
        If it is no workbook, has macros or a password, is damaged, or is larger than the limits.
    """
    unpacked = _check(source, limits)
    given = asdict(limits) | {"cpu_s": round(limits.cpu_s + limits.cpu_s_per_mib * unpacked / MIB)}
    command = [sys.executable, "-c", BOOT, json.dumps(sys.path), str(source.path), json.dumps(given)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own module, nothing of the file in the command
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limits.wall_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"{source.label}: reading it takes more than {limits.wall_s:g} s: save it as CSV") from None
    return _book(source, done.stdout.decode())


def _check(source: Source, limits: Limits) -> int:
    """Refuse what is too large or no plain workbook, and give its unpacked size in bytes."""
    packed = source.stamp[0]
    if packed > limits.packed_bytes:
        raise Refused(f"{source.label}: {packed:,} bytes, at most {limits.packed_bytes:,}: save it as CSV")
    try:
        with zipfile.ZipFile(source.path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused(f"{source.label}: the workbook is damaged: {SAVE_AGAIN}") from error
    names = {e.filename for e in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused(f"{source.label}: the workbook holds macros (.xlsm): save it as .xlsx without them")
    if "xl/workbook.bin" in names:
        raise Refused(f"{source.label}: a binary workbook (.xlsb): {SAVE_AGAIN}")
    if "xl/workbook.xml" not in names:
        raise Refused(f"{source.label}: an archive, but no Excel workbook: {SAVE_AGAIN}")
    if any(e.flag_bits & 1 for e in entries):
        raise Refused(f"{source.label}: the workbook is protected by a password: save it without one")
    unpacked = sum(e.file_size for e in entries)
    if unpacked > limits.unpacked_bytes or unpacked > limits.ratio * packed:
        raise Refused(
            f"{source.label}: unpacks to {unpacked:,} bytes, {unpacked / packed:.0f} times its size; at most"
            f" {limits.unpacked_bytes:,} and {limits.ratio:g} times"
        )
    return unpacked


def _book(source: Source, answer: str) -> Book:
    book = Book([])
    epoch = EPOCH_1900
    last: list[Any] = []
    for line in answer.splitlines():
        last = json.loads(line)
        match last:
            case ["refused", why]:
                raise Refused(f"{source.label}: {why}")
            case ["book", year]:
                epoch = EPOCH_1904 if year == 1904 else EPOCH_1900
            case ["hidden", name]:
                book.hidden.append(name)
            case ["sheet", name]:
                book.sheets.append(Sheet(name, [], [], epoch))
            case ["row", number, cells]:
                book.sheets[-1].rows.append((number, cells))
            case ["merged", ranges]:
                book.sheets[-1].merged.extend((a, b, c, d) for a, b, c, d in ranges)
            case ["formulas", cells]:
                book.sheets[-1].formulas.extend((row, column, text) for row, column, text in cells)
    if last != ["end"]:
        raise Refused(f"{source.label}: reading it takes too much time or memory: save it as CSV")
    return book
