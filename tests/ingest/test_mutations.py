"""Damaged files are taken or refused, never half, and never crash the import (R10)."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from graph.errors import MusubiError, Refused
from ingest.importer import plan, to_document

N_CSV = 60
N_XLSX = 6
MEMBERS = (
    "会員番号,氏名,フリガナ,メールアドレス,利用スペース,入会日,紹介の可否,名前の公開範囲\r\n"
    "KZ-1,見本 あおば,ﾐﾎﾝ ｱｵﾊﾞ,a@example.com,かぜのま,2024/1/5,可,ネットワーク全体\r\n"
    'KZ-2,架空 しずく,カクウ,b@example.com,"かぜのま、なぎさ",令和6年1月5日,,指定スペースまで（なぎさ）\r\n'
    "KZ-3,例示 こだち,,,なぎさ,R6.1.5,保留,\r\n\r\n合計,3名,,,,,,\r\n"
)
FORM = (
    "タイムスタンプ,会員番号,できること,困りごと,紹介に使ってよいですか\r\n"
    '2026/07/27 3:15:06 午後 GMT+9,KZ-1,"木工\n翻訳",帳簿,使ってよい\r\n'
    "2026/07/28 3:15:06 午前 GMT+9,KZ-2,特になし,－,\r\n"
)
NETWORK = "id,community,name\na,x;y,見本\nb,x,架空\n", "u,v,t\na,b,1\nb,a,2024-01\na,b,\n"


def mutated(rng: np.random.Generator, content: bytes) -> bytes:
    """Change, cut, double or insert some bytes."""
    data = bytearray(content)
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(len(data)))
        span = int(rng.integers(1, 20))
        match int(rng.integers(5)):
            case 0:
                data[at] = int(rng.integers(256))
            case 1:
                del data[at : at + span]
            case 2:
                data[at:at] = data[at : at + span]
            case 3:
                data[at:at] = rng.choice([b",", b'"', b"\n", b"\r", b"\0", b"\xff", "㈱".encode()])
            case 4:
                del data[at:]
        data = data or bytearray(b"x")
    return bytes(data)


@pytest.mark.parametrize("seed", range(N_CSV))
def test_mutated_text_files(agreed, look, seed: int) -> None:
    rng = np.random.default_rng(seed)
    encoding = ("utf-8", "cp932", "utf-8-sig")[seed % 3]
    agreed.file("members.csv", mutated(rng, MEMBERS.encode(encoding)))
    agreed.file("form.csv", mutated(rng, FORM.encode(encoding)) if seed % 2 else FORM.encode(encoding))
    agreed.file("net/nodes.csv", NETWORK[0].encode())
    agreed.file("net/edges.csv", mutated(rng, NETWORK[1].encode()))
    for paths in ([agreed.folder / "members.csv", agreed.folder / "form.csv"], [agreed.folder / "net"]):
        version, before = agreed.store.version(), look(agreed.store.snapshot()).facts()
        try:
            planned = agreed.plan(*paths)
            to_document(planned)
            agreed.run(*paths)
        except MusubiError:
            if agreed.store.version() == version:
                assert look(agreed.store.snapshot()).facts() == before
            continue
        for file in planned.files:
            assert all(p.row is None or p.row >= 1 for p in file.problems)
            assert all(p.expected for p in file.problems)
    assert all(np.isnan(x) or np.isfinite(x) for x in agreed.store.snapshot().ties.t)


@pytest.mark.parametrize("seed", range(N_XLSX))
def test_mutated_workbooks(agreed, seed: int) -> None:
    book = Workbook()
    for line in MEMBERS.strip().split("\r\n"):
        book.active.append(line.replace('"', "").split(","))
    out = io.BytesIO()
    book.save(out)
    path = agreed.file("a.xlsx", mutated(np.random.default_rng(seed), out.getvalue()))
    try:
        to_document(agreed.plan(path))
    except Refused:
        assert agreed.store.version() == len(agreed.store.snapshot().ties)  # the agreements and nothing else


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=5))
def test_any_cells_below_a_good_header(agreed, rows: list[list[str]]) -> None:
    header = ["氏名", "入会日", "名前の公開範囲"]
    try:
        path = agreed.csv("a.csv", [header, *rows])
    except UnicodeEncodeError:
        return
    try:
        planned = plan([path], space="かぜのま", snapshot=agreed.store.snapshot(), mappings=agreed.folder / "m")
    except Refused:
        return
    (file,) = planned.files
    blank = sum(not any(c.strip() for c in row) for row in rows)
    assert file.rows.read <= len(rows) - blank or "\n" in str(rows)
    changes = file.changes("operator")
    agreed.store.apply(changes)
    assert all(node.id.isprintable() or "\u3000" in node.id for node in changes.nodes)
