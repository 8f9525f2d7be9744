"""Writes the ledger of organisations, projects and events: a workbook kept by hand."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence

import numpy as np
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from sample import consent, spelling
from sample.world import Event, Organisation, Person, Project, World

TITLE = "2026年度 団体台帳（コワーキング連絡会）"
ORGANISATION_HEADER = [
    "団体名",
    "種別",
    "拠点スペース",
    "地域",
    "取組",
    "ビジョン",
    "困りごと",
    "できること",
    "担当者の会員番号",
    "公開範囲",
    "紹介への利用",
]
PROJECT_HEADER = ["プロジェクト名", "開始日", "終了日", "参加者", "公開範囲"]
EVENT_HEADER = ["イベント名", "開催日", "会場", "参加者", "公開範囲"]
OLD_ROWS = (
    ("団体名", "メモ"),
    ("旧・見本どこかの団体（二〇二〇年に解散）", "名寄せの前の控え。使わないこと"),
    ("旧・架空なにかの会", "台帳に移したので見ない"),
)
SHARE_MESS = 0.05
SAVED = dt.datetime(2026, 10, 31, 9, 0)

Cell = str | int | dt.date | None


def write_ledger(rng: np.random.Generator, world: World) -> bytes:
    """Give the workbook as bytes that depend on nothing but the arguments."""
    book = Workbook()
    book.remove(book.active)
    _sheet(book, "団体", ORGANISATION_HEADER, [_organisation(rng, o) for o in world.organisations])
    _sheet(book, "プロジェクト", PROJECT_HEADER, [_project(rng, p) for p in world.projects])
    events = [_event(rng, e) for e in world.events]
    total = ["合計", f"{len(events)}件", None, sum(len(e.members) for e in world.events), None]
    _sheet(book, "イベント", EVENT_HEADER, [*events, total])
    old = book.create_sheet("旧データ")
    for row in OLD_ROWS:
        old.append(row)
    old.sheet_state = "hidden"
    book.properties.created = SAVED
    book.properties.creator = "コワーキング連絡会（見本）"
    return _fixed(book)


def _sheet(book: Workbook, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    sheet: Worksheet = book.create_sheet(name)
    sheet.append([TITLE])
    sheet.append([])
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    for line in sheet.iter_rows(min_row=4):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, dt.date):
                cell.number_format = "yyyy/m/d"
    for letter in "ABCDEFGHIJK"[: len(header)]:
        sheet.column_dimensions[letter].width = 24


def _organisation(rng: np.random.Generator, organisation: Organisation) -> list[Cell]:
    voice = organisation.voice
    return [
        organisation.name,
        organisation.kind,
        organisation.space.name,
        organisation.space.region,
        *("\n".join(texts) or None for texts in (voice.activity, voice.vision, voice.need, voice.offer)),
        organisation.contact,
        consent.scope(rng, consent.SCOPES["offer"], organisation.space) or None,
        consent.draw(rng, consent.USES) or None,
    ]


def _project(rng: np.random.Generator, project: Project) -> list[Cell]:
    end = _day(rng, project.end) if project.end else None
    return [project.title, _day(rng, project.start), end, *_members(rng, project.members)]


def _event(rng: np.random.Generator, event: Event) -> list[Cell]:
    return [event.title, _day(rng, event.date), event.venue.name, *_members(rng, event.members)]


def _members(rng: np.random.Generator, members: Sequence[Person]) -> list[Cell]:
    """Give the cells of who took part and of how far that may be told."""
    numbers = "、".join(p.number for p in members)
    if rng.random() < SHARE_MESS:
        numbers = spelling.full_width(numbers)
    return [numbers, consent.draw(rng, consent.ROW_SCOPES)]


def _day(rng: np.random.Generator, day: dt.date) -> Cell:
    """Write most dates as dates of the workbook, a few as text."""
    return spelling.messy_date(rng, day) if rng.random() < SHARE_MESS else day


def _fixed(book: Workbook) -> bytes:
    """Save without the time of saving, and uncompressed: no clock and no compressor shows in the bytes."""
    saved, out = io.BytesIO(), io.BytesIO()
    book.save(saved)
    stamp = f"{SAVED:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            target.writestr(zipfile.ZipInfo(name, date_time=SAVED.timetuple()[:6]), data)
    return out.getvalue()
