"""Encodings are found in a fixed order, reported, and nothing is ever replaced (4.8.1)."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from graph.errors import Refused, WrongUse
from ingest.delimited import read_delimited
from ingest.limits import LIMITS, Limits
from ingest.source import examine

TEXT = '会員番号,氏名,フリガナ,備考\r\nKZ-0001,見本 あおば,ﾐﾎﾝ ｱｵﾊﾞ,"〜①髙"\r\n'


def written(tmp_path: Path, content: bytes, name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("utf-8", TEXT, "utf-8"),
        ("utf-8-sig", TEXT, "utf-8-sig"),
        ("utf-16", TEXT, "utf-16"),
        ("cp932", TEXT.replace("〜", "～"), "cp932"),
        ("shift_jis_2004", TEXT.replace("髙", "𠮟〜"), "shift_jis_2004"),
        ("euc_jp", TEXT.replace("①髙", ""), "euc_jp"),
    ],
)
def test_what_was_written_is_read_and_the_encoding_is_named(
    tmp_path: Path, encoding: str, text: str, found: str
) -> None:
    source = examine(written(tmp_path, text.encode(encoding)), LIMITS)
    (sheet,) = read_delimited(source).sheets
    assert source.encoding == found
    assert [cells for _, cells in sheet.rows] == [
        line.replace('"', "").split(",") for line in text.strip().split("\r\n")
    ]


def test_damaged_utf8_is_refused_and_not_read_as_something_else(tmp_path: Path) -> None:
    content = TEXT.encode() * 20
    with pytest.raises(Refused, match="damaged places"):
        examine(written(tmp_path, content[:200] + b"\xff" + content[200:]), LIMITS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a text file"),
        ("見本,架空".encode("utf-16-le"), "UTF-16 without"),
        (b"\xff\xfe\x00", "begins as utf-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"\.xls\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\x1f\x8b\x08\x00broken", "cannot be read"),
        (gzip.compress(b"PK\x03\x04"), "zip archive inside gzip"),
        (b"\x81\xff\x81\xff\xfe\xfd" * 5, "neither UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(Refused, match=message):
        examine(written(tmp_path, content), LIMITS)


def test_missing_file_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"none\.csv"):
        examine(tmp_path / "none.csv", LIMITS)


def test_text_larger_than_the_limit_is_refused_also_packed(tmp_path: Path) -> None:
    small = Limits(text_bytes=1000)
    for name, content in (("a.csv", b"a,b\n" * 300), ("a.csv.gz", gzip.compress(b"a,b\n" * 300))):
        with pytest.raises(Refused, match="1,000 bytes"):
            examine(written(tmp_path, content, name), small)


def test_file_changed_in_between_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode())
    source = examine(path, LIMITS)
    path.write_bytes(TEXT.encode() + b"x")
    with pytest.raises(Refused, match="changed"):
        read_delimited(source)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = f"氏名{delimiter}会社名\n見本 あおば{delimiter}見本、架空\n"
    (sheet,) = read_delimited(examine(written(tmp_path, text.encode()), LIMITS)).sheets
    assert sheet.rows[1] == (2, ["見本 あおば", "見本、架空"])


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    text = 'id,text\n\n1,"二行の\n文"\n,\n2,=\n"3","=""0123"""\n'
    (sheet,) = read_delimited(examine(written(tmp_path, text.encode()), LIMITS)).sheets
    assert sheet.rows == [(1, ["id", "text"]), (3, ["1", "二行の\n文"]), (5, ["2", "="]), (6, ["3", "0123"])]


@pytest.mark.parametrize("text", ['a,b\n"open,1\n', "<html><table><tr><td>氏名</td></tr></table></html>"])
def test_no_csv_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused, match=r"row 1|web page"):
        read_delimited(examine(written(tmp_path, text.encode()), LIMITS))
