"""Opening a file: what it is, whatever it is called, and its tables."""

from __future__ import annotations

import zipfile

from graph.errors import Refused
from ingest.child import read_apart
from ingest.delimited import read_delimited
from ingest.documents.graph_files import form_of
from ingest.documents.slack import is_slack
from ingest.documents.vcard import is_vcard
from ingest.limits import Limits
from ingest.sheet import Book, Sheet
from ingest.source import UNREADABLE, Source, open_text
from ingest.workbook import read_workbook

HEAD_CHARACTERS = 4_000
CORPORATE_NUMBERS = (
    "一連番号", "法人番号", "処理区分", "訂正区分", "更新年月日", "変更年月日", "商号又は名称",
    "商号又は名称イメージID", "法人種別", "都道府県", "市区町村", "丁目番地等", "国内所在地イメージID",
    "都道府県コード", "市区町村コード", "郵便番号", "国外所在地", "国外所在地イメージID",
    "登記記録の閉鎖等年月日", "登記記録の閉鎖等の事由", "承継先法人番号", "変更事由の詳細",
    "法人番号指定年月日", "最新履歴", "英語表記", "英語表記の都道府県", "英語表記の市区町村",
    "英語表記の国外所在地", "フリガナ", "検索対象除外",
)  # fmt: skip
"""Columns of the lists of corporate numbers, which have no header."""


def open_book(source: Source, limits: Limits) -> Book:
    """Read the tables of a file of any kind that is known.

    Parameters
    ----------
    source : Source
        The file.
    limits : Limits
        How large it may be.

    Raises
    ------
    Refused
        If the file cannot be read.
    """
    if source.workbook:
        return read_apart(source, "slack", limits) if is_slack(_entries(source)) else read_workbook(source, limits)
    head = _head(source).lstrip("\ufeff \r\n\t")
    if is_vcard(head):
        return read_apart(source, "vcard", limits)
    if head.startswith(("{", "[")):
        return read_apart(source, "json", limits)
    form = form_of(head) if head.startswith("<") else None
    return read_apart(source, form, limits) if form else _with_header(read_delimited(source, limits))


def _entries(source: Source) -> set[str]:
    try:
        with zipfile.ZipFile(source.path) as archive:
            return {e.filename for e in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()  # a damaged workbook is refused by its reader


def _head(source: Source) -> str:
    try:
        with open_text(source) as stream:
            return stream.read(HEAD_CHARACTERS)
    except (UnicodeError, *UNREADABLE) as error:
        raise Refused(f"{source.label}: cannot be read: {error}") from error


def _with_header(book: Book) -> Book:
    """Give the header that lists of corporate numbers lack."""
    (sheet,) = book.sheets
    if not sheet.rows or not all(_is_corporate(cells) for _, cells in sheet.rows[:3]):
        return book
    rows = [(0, list(CORPORATE_NUMBERS)), *sheet.rows]
    return Book([Sheet(None, rows, profile="corporate_numbers")])


def _is_corporate(cells: list[str]) -> bool:
    number = cells[1].strip() if len(cells) == len(CORPORATE_NUMBERS) else ""
    return len(number) == 13 and number.isdecimal() and cells[0].strip().isdecimal()
