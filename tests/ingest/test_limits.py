"""Bombs of every kind are refused with what was found and what is allowed, and soon (section 5)."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import Refused
from ingest.importer import plan
from ingest.limits import LIMITS, MIB, Budget, Limits, uploaded

HEADER = "会員番号,氏名,利用スペース\r\n".encode()
ROW = "KZ-1,見本 あおば,かぜのま\r\n".encode()
SMALL = replace(LIMITS, memory_bytes=64 * MIB)


def refusal(desk, name: str, content: bytes, limits: Limits = LIMITS) -> str:
    path: Path = desk.file(name, content)
    with pytest.raises(Refused) as caught:
        plan([path], snapshot=desk.store.snapshot(), mappings=desk.folder / "m", limits=limits)
    return str(caught.value)


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def test_text_is_counted_while_it_is_unpacked(desk) -> None:
    limits = replace(LIMITS, text_bytes=1 * MIB)
    said = refusal(desk, "a.csv.gz", gzip.compress(HEADER + b"," * 2 * MIB), limits)
    assert "more than 1,048,576 bytes of text" in said


def test_uploads_have_a_cap_on_rows_and_columns_and_named_files_have_none(desk) -> None:
    limits = uploaded(replace(LIMITS, sheet_rows=3, sheet_columns=4))
    assert "row 5: more than 3 rows" in refusal(desk, "a.csv", HEADER + ROW * 4, limits)
    wide = ",".join(f"列{i}" for i in range(5)).encode()
    assert "row 1: 5 columns, at most 4" in refusal(desk, "b.csv", wide, limits)
    path = desk.file("c.csv", HEADER + ROW * 4)
    assert plan([path], snapshot=desk.store.snapshot(), mappings=desk.folder / "m").files[0].rows.read == 4
    assert uploaded(LIMITS).text_bytes == 100 * MIB


def test_rows_of_text_have_a_budget_of_processor_time(desk) -> None:
    said = refusal(desk, "a.csv", HEADER + ROW, replace(LIMITS, cpu_s=0.0, rows_per_cpu_s=1e12))
    assert "processor time, at most 0.0 s for 2 rows" in said
    budget = Budget("a.csv", replace(LIMITS, cpu_s=0.01))
    end = time.thread_time() + 0.05
    while time.thread_time() < end:
        pass
    budget.check(1_000_000)
    with pytest.raises(Refused, match="for 2 rows"):
        budget.check(2)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(desk) -> None:
    slack = {"users.json": b"[]", "channels.json": b"[]", "general/1.json": b" " * 20 * MIB}
    assert "100 times" in refusal(desk, "slack.zip", archive(slack))
    book = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 20 * MIB}
    assert "times its size; at most 104,857,600 and 100 times" in refusal(desk, "a.xlsx", archive(book))
    assert "macros" in refusal(desk, "b.xlsx", archive({"xl/vbaProject.bin": b"x", "xl/workbook.xml": b"x"}))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.json", b'{"guild": ' + b"[" * 200_000),
        ("many.json", b'{"guild":[' + b"[]," * 2_000_000 + b"[]]}"),
        ("many.vcf", b"BEGIN:VCARD\r\n" + b"X:1\r\n" * 600_000 + b"END:VCARD\r\n"),
        ("deep.graphml", b"<graphml>" + b"<a>" * 300_000),
        ("entities.graphml", b'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaa">]><graphml>&a;</graphml>'),
    ],
)
def test_documents_that_swell_end_their_process_only(desk, name: str, content: bytes) -> None:
    begin = time.perf_counter()
    assert refusal(desk, name, content, SMALL).startswith(str(desk.folder / name))
    assert time.perf_counter() - begin < LIMITS.wall_s


def test_a_slow_document_is_ended(desk) -> None:
    said = refusal(desk, "a.json", json.dumps({"x": 1}).encode(), replace(LIMITS, wall_s=0.001))
    assert "more than 0.001 s" in said
    many = b"BEGIN:VCARD\r\n" + b"X:1\r\n" * 1_500_000 + b"END:VCARD\r\n"
    said = refusal(desk, "b.vcf", many, replace(LIMITS, cpu_s=1.0, memory_bytes=4_096 * MIB))
    assert "too much time or memory, at most 1 s of processor time" in said
