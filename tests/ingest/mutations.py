"""Files of every source with some bytes changed, and what must hold when they are imported (R10)."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from openpyxl import Workbook

from graph.errors import MusubiError
from graph.store.base import Store
from ingest.call import Call
from ingest.importer import commit, plan, to_document
from ingest.limits import LIMITS, MIB

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sources"
MEMBERS = (
    "会員番号,氏名,フリガナ,メールアドレス,利用スペース,入会日,紹介の可否,名前の公開範囲\r\n"
    "KZ-1,見本 あおば,ﾐﾎﾝ ｱｵﾊﾞ,a@example.com,かぜのま,2024/1/5,可,ネットワーク全体\r\n"
    'KZ-2,架空 しずく,カクウ,b@example.com,"かぜのま、なぎさ",令和6年1月5日,,指定スペースまで（なぎさ）\r\n'
    "KZ-3,例示 こだち,,,なぎさ,R6.1.5,保留,\r\n\r\n合計,3名,,,,,,\r\n"
)
PIECES = (b",", b'"', b"\n", b"\r", b"\0", b"\xff", "㈱".encode(), b"null", b"[", b"{}", b"1e999", b"=1+1", b"<",
          b"]]>", b"4111111111111111", b"\xef\xbb\xbf", "\u202e".encode(), b"\t" * 70, b"x" * 5_000)  # fmt: skip
STRANGE = ("", "－", "令和99年13月40日", "2024-02-30", "9" * 40, "NaN", "-1e999", "㈱", "\u202e", "=cmd|1", "＠SUM(1)",
           "\n", ",", "4111111111111111", "123456789018", "うつ病", "a@b", "ｱ" * 300, "\ufeff", "🙂", "\u0301", "なし",
           " " * 30)  # fmt: skip
TIGHT = replace(LIMITS, cpu_s=10.0, wall_s=30.0, memory_bytes=256 * MIB)
SPACE = Call(space="かぜのま")


def seeds_of_files() -> dict[str, bytes]:
    """Give a whole file of every source, by its name."""
    found = {p.name: p.read_bytes() for p in sorted(FIXTURES.iterdir()) if p.is_file()}
    found["slack.zip"] = _slack()
    found["members.csv"] = MEMBERS.encode("cp932")
    found["members.xlsx"] = _workbook()
    return found


def mutated(rng: np.random.Generator, content: bytes) -> bytes:
    """Damage a file: half of the texts as text, so that it stays readable and only its cells are strange."""
    encoding = "cp932" if content.startswith(MEMBERS.encode("cp932")[:8]) else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeError:
        return _damaged(rng, content)
    return _altered(rng, text).encode(encoding, "ignore") if rng.random() < 0.5 else _damaged(rng, content)


def _altered(rng: np.random.Generator, text: str) -> str:
    for _ in range(int(rng.integers(1, 6))):
        at, span = int(rng.integers(len(text))), int(rng.integers(1, 12))
        match int(rng.integers(4)):
            case 0:
                text = text[:at] + text[at + span :]
            case 1:
                text = text[:at] + text[at : at + span] + text[at:]
            case 2:
                text = text[:at] + STRANGE[int(rng.integers(len(STRANGE)))] + text[at:]
            case 3:
                text = text[:at] + STRANGE[int(rng.integers(len(STRANGE)))] + text[at + span :]
        text = text or "x"
    return text


def _damaged(rng: np.random.Generator, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(int(rng.integers(1, 8))):
        at, span = int(rng.integers(len(data))), int(rng.integers(1, 40))
        match int(rng.integers(6)):
            case 0:
                data[at] = int(rng.integers(256))
            case 1:
                del data[at : at + span]
            case 2:
                data[at:at] = data[at : at + span]
            case 3:
                data[at:at] = PIECES[int(rng.integers(len(PIECES)))]
            case 4:
                data[at : at + span] = rng.bytes(span)
            case 5 if rng.random() < 0.3:
                del data[at:]
        data = data or bytearray(b"x")
    return bytes(data)


def tried(seed: int, files: dict[str, bytes], folder: Path, store: Store) -> bool:
    """Import one mutated file, check what must hold, and tell whether it was taken.

    Parameters
    ----------
    seed : int
        Decides the file and its mutations.
    files : dict of str to bytes
        From `seeds_of_files`.
    folder : Path
        Where to write it.
    store : Store
        Where to import it.
    """
    rng = np.random.default_rng(seed)
    names = sorted(files)
    name = names[seed % len(names)]
    path = folder / name
    path.write_bytes(mutated(rng, files[name]))
    before = _size(store)
    planned = plan(
        [path], call=SPACE, snapshot=store.snapshot(), mappings=folder / "mappings", limits=TIGHT, keep_going=True
    )
    document = json.loads(json.dumps(to_document(planned), allow_nan=False))
    for problem in (p for f in document["files"] for p in f["problems"]):
        assert problem["code"], name
        assert problem["expected"], name
        assert problem["row"] is None or problem["row"] >= 1, name
    try:
        for file in planned.files:
            commit(file, store, "operator")
    except MusubiError:
        assert _size(store) == before, "a file that is not stored leaves nothing"
        return False
    times = store.snapshot().ties.t
    assert bool(np.all(np.isnan(times) | np.isfinite(times))), name
    return bool(planned.files)


def _size(store: Store) -> tuple[int, ...]:
    held = store.snapshot()
    return store.version(), len(held.nodes), len(held.fields), len(held.statements), len(held.ties)


def _slack() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted((FIXTURES / "slack").rglob("*.json")):
            archive.write(path, path.relative_to(FIXTURES / "slack").as_posix())
    return out.getvalue()


def _workbook() -> bytes:
    book = Workbook()
    for line in MEMBERS.strip().split("\r\n"):
        book.active.append(line.replace('"', "").split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
