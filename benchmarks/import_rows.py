"""Import of a member list of 100,000 rows beside reading it with `csv` and upserting it into one table, in one run.

The import finds out what the columns mean, checks every cell, tells who is who, decides on releases, and keeps
where each fact came from; the peer does none of this. Both write to SQLite with the same synchronous setting.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from graph.store import open_store
from ingest.agreements import agreement

HEADER = (
    "会員番号", "氏名", "フリガナ", "メールアドレス", "会社名・団体名", "利用スペース", "入会日", "スキル", "困りごと",
    "紹介の可否", "名前の公開範囲",
)  # fmt: skip
SPACES = tuple(f"見本スペース{n}" for n in range(1, 51))
SKILLS = ("木工", "翻訳", "簿記", "写真", "デザイン", "畑仕事", "動画編集", "英会話")
NEEDS = ("帳簿を見てほしい", "チラシを作れる人を探している", "草刈りの人手が足りない", "なし", "")
MOST_S = 60.0


def main() -> None:
    """Print both times, their ratio, and the peak memory; end with 1 where the import is slower than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "会員名簿.csv"
        write(path, rows)
        ours, cpu = timed_import(folder, path)
        raw = timed_upserts(folder, path)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{rows:,} rows: import {ours:.1f} s by the clock, {cpu:.1f} s of processor time; csv and upserts {raw:.1f} s;"
        f" ratio {ours / raw:.1f}; {rows / ours:,.0f} rows a second; peak memory {peak:.0f} MiB"
    )
    sys.exit(ours > MOST_S * max(rows / 100_000, 1))


def write(path: Path, n_rows: int) -> None:
    """Write a member list of invented people, the same every time."""
    rng = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(HEADER)
        for i in range(n_rows):
            since = f"20{rng.randrange(15, 26)}/{rng.randrange(1, 13)}/{rng.randrange(1, 29)}"
            out.writerow(
                [f"SP-{i:06}", f"見本 {i}", "ミホン", f"p{i}@example.com", f"架空工房{rng.randrange(5000)}",
                 rng.choice(SPACES), since, "、".join(rng.sample(SKILLS, 2)), rng.choice(NEEDS),
                 rng.choice(("可", "保留", "")), rng.choice(("自分のスペースまで", "ネットワーク全体", ""))]
            )  # fmt: skip


def timed_import(folder: Path, path: Path) -> tuple[float, float]:
    """Time ``musubi import --yes``, start of Python included: by the clock and of the processor, in seconds."""
    command = [sys.executable, "-m", "service.cli.main", "--store", f"sqlite:///{folder}/musubi.db"]
    subprocess.run([*command, "init"], check=True, capture_output=True)
    with open_store(f"sqlite:///{folder}/musubi.db") as store:
        for space in SPACES:
            day = dt.date(2020, 1, 1)
            store.apply(agreement(space, "見本運営", day, None, ["氏名"], snapshot=store.snapshot()))
    begin, used = time.perf_counter(), cpu_s()
    subprocess.run([*command, "--quiet", "import", str(path), "--yes"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin, cpu_s() - used


def timed_upserts(folder: Path, path: Path) -> float:
    """Time the peer, in seconds."""
    begin = time.perf_counter()
    connection = sqlite3.connect(folder / "plain.db")
    connection.execute("PRAGMA synchronous = FULL")
    columns = ", ".join(f"c{i}" for i in range(1, len(HEADER)))
    connection.execute(f"CREATE TABLE member (id TEXT PRIMARY KEY, {columns})")
    marks = ", ".join("?" * len(HEADER))
    with path.open(encoding="utf-8", newline="") as handle, connection:
        rows = csv.reader(handle)
        next(rows)
        connection.executemany(f"INSERT OR REPLACE INTO member VALUES ({marks})", rows)
    connection.close()
    return time.perf_counter() - begin


def cpu_s() -> float:
    """Give the processor time of finished processes that this one started, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
