"""XLSX workbooks as sheets, read by a process that may be killed."""

from __future__ import annotations

import zipfile

from graph.errors import Refused
from ingest.child import read_apart
from ingest.limits import Limits
from ingest.reading import WORKBOOK
from ingest.sheet import Book
from ingest.source import Source

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
    _check(source, limits)
    return read_apart(source, WORKBOOK, limits)


def _check(source: Source, limits: Limits) -> None:
    """Refuse what is too large or no plain workbook."""
    packed = source.stamp[0]
    if packed > limits.packed_bytes:
        raise Refused(f"{source.label}: {packed:,} bytes, at most {limits.packed_bytes:,}: save it as CSV")
    try:
        with zipfile.ZipFile(source.path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
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
