"""Workbooks are read by a process that may be killed, within limits that are checked first (4.8.10, section 5)."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from graph.errors import Refused
from ingest.dates import EPOCH_1904
from ingest.limits import LIMITS, Limits
from ingest.sheet import Book
from ingest.source import examine
from ingest.workbook import read_workbook


def read(path: Path, limits: Limits = LIMITS) -> Book:
    return read_workbook(examine(path, limits), limits)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "団体"
    for row in (["2026年度 団体台帳"], [], ["団体名", "番号", "開始日"], ["見本の会", 12, dt.date(2024, 1, 5)]):
        sheet.append(row)
    sheet.append([None, 1.5, dt.datetime(2024, 1, 5, 10, 30)])
    sheet.append([True, "=1+1", None])
    sheet["B4"].number_format = "0000"
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A4:A5")
    hidden = book.create_sheet("旧データ")
    hidden.append(["秘密"])
    hidden.sheet_state = "hidden"
    very = book.create_sheet("控え")
    very.sheet_state = "veryHidden"
    path = tmp_path / "台帳.xlsx"
    book.save(path)
    return path


def changed(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Rewrite the parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_cells_are_text_as_they_are_shown_and_hidden_sheets_are_only_named(ledger: Path) -> None:
    book = read(ledger)
    (sheet,) = book.sheets
    assert (sheet.name, book.hidden) == ("団体", ["旧データ", "控え"])
    assert sheet.rows == [
        (1, ["2026年度 団体台帳"]),
        (3, ["団体名", "番号", "開始日"]),
        (4, ["見本の会", "0012", "2024-01-05"]),
        (5, ["", "1.5", "2024-01-05 10:30:00"]),
        (6, ["TRUE"]),
    ]
    assert sheet.merged == [(1, 0, 1, 2), (4, 0, 5, 0)]


def test_calendar_of_1904_shared_strings_without_their_furigana_and_long_cells(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([dt.date(2024, 1, 5), 43834, "みほん", "あ" * 5000])
    book.save(tmp_path / "a.xlsx")

    def share(parts: dict[str, bytes]) -> None:
        sheet, inline = parts["xl/worksheets/sheet1.xml"], '<c r="C1" t="inlineStr"><is><t>みほん</t></is></c>'.encode()
        assert inline in sheet
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(inline, b'<c r="C1" t="s"><v>0</v></c>')
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        text = '<si><t>見本</t><rPh sb="0" eb="2"><t>ミホン</t></rPh></si>'
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{text}</sst>'.encode()
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", part)

    (sheet,) = read(changed(tmp_path / "a.xlsx", share)).sheets
    ((number, cells),) = sheet.rows
    assert (number, cells[:3]) == (1, ["2024-01-05", "43834", "見本"])
    assert len(cells[3]) == LIMITS.cell_characters + 1
    assert sheet.epoch == EPOCH_1904


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(packed_bytes=1000), "bytes, at most 1,000"),
        (Limits(unpacked_bytes=1000), "unpacks to"),
        (Limits(ratio=1.0), "times its size"),
        (Limits(sheet_rows=2), "more than 2 rows"),
        (Limits(sheet_columns=2), "3 columns, at most 2"),
        (Limits(cpu_s=0.0), "too much time or memory"),
        (Limits(wall_s=0.001), "takes more than"),
        (Limits(memory_bytes=10_000_000), "too much|damaged"),
    ],
)
def test_limits(ledger: Path, limits: Limits, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read(ledger, limits)


def test_bomb_is_refused_before_it_is_parsed(ledger: Path) -> None:
    def swell(parts: dict[str, bytes]) -> None:
        parts["xl/workbook.xml"] += b" " * 90_000_000

    with pytest.raises(Refused, match="unpacks to"):
        read(changed(ledger, swell))


def test_entities_are_not_expanded(ledger: Path) -> None:
    def plant(parts: dict[str, bytes]) -> None:
        entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbook", entities + b"<workbook", 1)

    with pytest.raises(Refused, match=r"EntitiesForbidden|DTDForbidden"):
        read(changed(ledger, plant))


@pytest.mark.parametrize(
    ("name", "message"),
    [("xl/vbaProject.bin", "macros"), ("xl/workbook.bin", r"\.xlsb")],
)
def test_macros_and_binary_workbooks_are_refused(ledger: Path, name: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read(changed(ledger, lambda parts: parts.__setitem__(name, b"x")))


def test_other_archives_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "x")
    path = tmp_path / "a.ods"
    path.write_bytes(out.getvalue())
    with pytest.raises(Refused, match="no Excel workbook"):
        read(path)


def test_damaged_part_is_refused(ledger: Path) -> None:
    part = "xl/worksheets/sheet1.xml"
    with pytest.raises(Refused, match="damaged"):
        read(changed(ledger, lambda parts: parts.__setitem__(part, parts[part][: len(parts[part]) // 2])))


def test_cut_archive_is_refused(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[:-200])
    with pytest.raises(Refused, match="damaged"):
        read(ledger)
