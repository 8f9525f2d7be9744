"""Workbooks read into answers line by line, in the process of `ingest.reading`."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from graph.errors import Refused
from ingest.limits import Limits
from ingest.reading import say

NO_MORE_MERGES = 20_000
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
FORMULA = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3}\d{1,7})"(?![^<>]*\st="str")[^<>]*>\s*'
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>([^<]{0,8192})</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cell with a formula and no value; a text that is empty is a value."""
NO_MORE_FORMULAS = 10_000
CHUNK_BYTES, OVERLAP_BYTES = 1 << 20, 10_000
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Reading:
    """Reads one workbook within limits.

    Parameters
    ----------
    path : str
        The file.
    limits : Limits
        How much its sheets may hold.
    out : text stream
        Gets the answer.
    """

    def __init__(self, path: str, limits: Limits, out: TextIO) -> None:
        self.path, self.limits, self.out = path, limits, out
        self.characters = 0

    def run(self) -> None:
        """Read every sheet that is shown."""
        import openpyxl

        if not openpyxl.DEFUSEDXML:
            raise Refused("the safe XML parser is switched off by OPENPYXL_DEFUSEDXML")
        book = openpyxl.load_workbook(self.path, read_only=True, data_only=True, keep_links=False)
        self._say("book", 1904 if book.epoch.year == 1904 else 1900, "")
        merged, formulas = merged_ranges(self.path), formulas_without_value(self.path)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                self._say("hidden", sheet.title)
                continue
            self._say("sheet", sheet.title, "")
            sheet.reset_dimensions()
            self._rows(sheet)
            self._say("merged", merged.get(sheet.title, []))
            self._say("formulas", formulas.get(sheet.title, []))
        self._say("end")

    def _rows(self, sheet: Any) -> None:
        n = 0
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            texts = [self._text(cell) for cell in cells]
            while texts and not texts[-1].strip():
                texts.pop()
            if not texts:
                continue
            n += 1
            if n > self.limits.sheet_rows:
                raise Refused(f"sheet '{sheet.title}': more than {self.limits.sheet_rows:,} rows: save it as CSV")
            if len(texts) > self.limits.sheet_columns:
                raise Refused(
                    f"sheet '{sheet.title}' row {number}: {len(texts)} columns, at most {self.limits.sheet_columns}"
                )
            self._count(texts)
            self._say("row", number, texts)

    def _count(self, texts: Iterable[str]) -> None:
        self.characters += sum(map(len, texts))
        if self.characters > self.limits.unpacked_bytes:
            raise Refused(f"more than {self.limits.unpacked_bytes:,} characters: save it as CSV")

    def _text(self, cell: Any) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return _number(value, cell.number_format)
        if isinstance(value, dt.datetime):
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
        text = value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
        return text.replace("_x000D_", "")[: self.limits.cell_characters + 1]

    def _say(self, *parts: object) -> None:
        say(self.out, *parts)


def _number(value: float, number_format: str) -> str:
    """Write a number without a needless fraction, with the leading zeros of a format such as ``0000``."""
    if value != int(value):
        return repr(float(value))
    text = str(int(value))
    return text.zfill(len(number_format)) if set(number_format) == {"0"} else text


def merged_ranges(path: str) -> dict[str, list[tuple[int, int, int, int]]]:
    """Give the merged ranges of each sheet: first row, first column, last row, last column; columns from 0."""
    from openpyxl.utils.cell import range_boundaries

    out = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in _sheet_parts(archive):
            ranges = []
            for reference in _merge_references(archive, part):
                first_column, first_row, last_column, last_row = range_boundaries(reference)
                ranges.append((first_row, first_column - 1, last_row, last_column - 1))
            out[name] = ranges
    return out


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    from defusedxml.ElementTree import fromstring

    targets = {
        r.get("Id"): r.get("Target", "") for r in fromstring(archive.read("xl/_rels/workbook.xml.rels")) if r.get("Id")
    }
    for element in fromstring(archive.read("xl/workbook.xml")).iter():
        target = targets.get(element.get(RELATION))
        if element.tag.endswith("}sheet") and target:
            yield element.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def formulas_without_value(path: str) -> dict[str, list[tuple[int, int, str]]]:
    """Give the cells of each sheet whose formula was never calculated: row, column from 0, formula."""
    from html import unescape

    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

    out: dict[str, list[tuple[int, int, str]]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in _sheet_parts(archive):
            for match in _matches(archive, part, FORMULA, NO_MORE_FORMULAS, "formulas without a value"):
                letters, row = coordinate_from_string(match[1].decode())
                formula = unescape((match[2] or b"").decode("utf-8", "replace"))
                out.setdefault(name, []).append((row, column_index_from_string(letters) - 1, f"={formula}"))
    return out


def _merge_references(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    return (m[1].decode() for m in _matches(archive, part, MERGE, NO_MORE_MERGES, "merged ranges"))


def _matches(
    archive: zipfile.ZipFile, part: str, pattern: re.Pattern[bytes], most: int, what: str
) -> Iterator[re.Match[bytes]]:
    """Find elements without parsing the cells a second time; in text, ``<`` is written ``&lt;``."""
    n, rest = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            text = rest + chunk
            end = 0
            for match in pattern.finditer(text):
                n, end = n + 1, match.end()
                if n > most:
                    raise Refused(f"more than {most:,} {what}")
                yield match
            rest = text[max(end, len(text) - OVERLAP_BYTES) :]
