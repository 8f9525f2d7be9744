"""One person's answer in a large network: its time when everything is warm, and how soon a changed profile counts.

A network is made up: people in communities of about 100, dated ties of which most stay inside, and three statements
each (a need, an offer, a vision) put together from the phrases below. With the encoder ``drawn``, the default, no two
texts are the same and their vectors are random, so that everything but the encoding is measured; with ``bundled``
2,400 different texts are shared by all. It comes in through ``musubi import --profile network``. Then, in one process:
the time until the first answer, p50 and p99 of answers for people drawn at random, and the time from a changed need
to an answer that knows it. The peer in the same run is one inner product of a text with all statements: what an exact
comparison of meanings has to do at least.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from embeddings.base import Encoder, Progress, Role
from embeddings.similarity import FloatArray
from graph.changes import ChangeSet
from graph.kinds import StatementKind
from graph.latest import LatestViews
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import Provenance, Statement
from graph.store import Store, open_store
from graph.viewer import OPERATOR
from recommend.evaluation.network import Meetings, NetworkData, Texts
from recommend.evaluation.writing import write_network
from recommend.pipeline import Matchmaker
from recommend.results import Ranking, Request, Scope
from service.reading import choose

T = TypeVar("T")
HERE = Provenance("benchmark")
MUSUBI = Path(sys.executable).parent / "musubi"
COMMUNITY = 100
INSIDE = 0.8
ASKED = 300
WARMING = 20
CHANGES = 5
TOPICS = (
    "経理", "広報", "写真", "動画編集", "農業", "子ども食堂", "移住相談", "介護", "翻訳", "補助金の申請",
    "ホームページ", "会場探し", "法人登記", "デザイン", "料理教室", "空き家の活用", "防災", "観光案内", "学習支援",
    "木工",
)  # fmt: skip
PLACES = ("商店街", "山あいの集落", "駅前", "大学の近く", "港町", "団地", "温泉街", "工業団地", "島", "城下町")
WISHES = ("を手伝ってくれる人を探しています", "に困っています", "について相談したい", "を教えてほしい")
HELP = ("ができます", "を十年続けてきました", "を教えています", "の相談に乗ります")
AIMS = ("で人がつながる町にしたい", "を次の世代に残したい", "でだれも取り残さない", "を楽しい仕事にしたい")


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument(
        "--encoder", default="drawn", help="bundled, or drawn: vectors at random, for texts that all differ"
    )
    parser.add_argument("--keep", type=Path, help="folder in which the store stays for another run")
    asked = parser.parse_args()
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
        measure(asked.keep, asked.people, asked.ties, asked.encoder)
        return
    with tempfile.TemporaryDirectory(prefix="musubi-") as name:
        measure(Path(name), asked.people, asked.ties, asked.encoder)


def measure(folder: Path, n_people: int, n_ties: int, encoder: str) -> None:
    """Import, then ask."""
    url = f"sqlite:///{folder / 'm.db'}"
    if not (folder / "m.db").exists():
        data = network(n_people, n_ties, np.random.default_rng(1), distinct=encoder == "drawn")
        write_network(data, folder / "network")
        for arguments in (["init"], ["import", "--profile", "network", str(folder / "network"), "--yes"]):
            subprocess.run([MUSUBI, "--quiet", "--store", url, *arguments], check=True, stdout=subprocess.DEVNULL)
    with open_store(url) as store:
        ask(store, url, encoder)


def ask(store: Store, url: str, encoder: str) -> None:
    """Measure the first answer, warm ones, and those after a change."""
    chosen, views = Drawn() if encoder == "drawn" else choose(encoder, url).encoder, LatestViews()
    view, looked = timed(lambda: views.of(store, OPERATOR, Purpose.INTRODUCTION))
    maker, made = timed(lambda: Matchmaker(view, chosen))
    keys = [str(view.nodes.ids[row]).partition(":")[2] for row in maker.people.rows]
    _, first = timed(lambda: maker.answer(question(keys[0], Scope.ANY)))
    say(f"{len(keys):,} people; at the start: view {looked:.2f} s, matchmaker {made:.2f} s, first answer {first:.2f} s")
    rng = np.random.default_rng(2)
    say("| scope | p50, ms | p99, ms | p50, processor, ms | p99, processor, ms |")
    say("|---|---|---|---|---|")
    for scope in Scope:
        say(warm(maker, scope, [keys[i] for i in rng.choice(len(keys), ASKED, replace=False)]))
    peer(maker)
    for number in range(CHANGES):
        changed(store, str(rng.choice(keys)), number)
        begun, processor = time.perf_counter(), time.process_time()
        view = views.of(store, OPERATOR, Purpose.INTRODUCTION)
        maker = Matchmaker(view, chosen, before=maker)
        maker.answer(question(keys[0], Scope.ANY))
        clock, processor = time.perf_counter() - begun, time.process_time() - processor
        say(f"changed need: in the next answer after {clock:.2f} s, processor {processor:.2f} s")
    say(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def warm(maker: Matchmaker, scope: Scope, keys: list[str]) -> str:
    """Ask for some to warm up, then for all; a row of the table."""
    for key in keys[:WARMING]:
        maker.answer(question(key, scope))
    times = np.array([used(partial(maker.answer, question(key, scope))) for key in keys]) * 1000
    p50, p99 = np.quantile(times, [0.5, 0.99], axis=0)
    return f"| {scope} | {p50[0]:.1f} | {p99[0]:.1f} | {p50[1]:.1f} | {p99[1]:.1f} |"


def peer(maker: Matchmaker) -> None:
    """Measure one inner product of a text with every other statement."""
    n = len(maker.view.statements)
    rows = np.random.default_rng(4).standard_normal((n, maker.encoder.dimension)).astype(np.float32)
    clock, processor = np.median([used(partial(np.matmul, rows, rows[i])) for i in range(20)], axis=0) * 1000
    say(
        f"peer: one text against {n:,} others, {maker.encoder.dimension} numbers each: {clock:.1f} ms,"
        f" processor {processor:.1f} ms"
    )


def changed(store: Store, key: str, number: int) -> None:
    """Let somebody state one more need."""
    text = f"{number}番目の悩み: 畑の獣害を防ぐ柵を作りたい"
    said = Statement(f"person:{key}", StatementKind.NEED, text, NETWORK_OPEN, HERE)
    store.apply(ChangeSet(f"need {time.time_ns()}", "operator", "change", statements=[said]))


def question(key: str, scope: Scope) -> Request:
    """Ask for the list of one person."""
    return Request(person=key, scope=scope, ranking=Ranking.INDIVIDUAL)


class Drawn(Encoder):
    """Vectors drawn by a digest of the text: no meaning, and all the work that follows after encoding."""

    name, fingerprint, semantic, dimension = "drawn", "drawn=1", True, 384

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        rows = (np.random.default_rng(zlib.crc32(text.encode())).standard_normal(self.dimension) for text in texts)
        return np.stack([row.astype(np.float32) for row in rows])


def network(n_people: int, n_ties: int, rng: np.random.Generator, *, distinct: bool) -> NetworkData:
    """Make a network up."""
    u = rng.integers(0, n_people, n_ties)
    near = rng.integers(1, COMMUNITY, n_ties)
    far = rng.integers(1, n_people, n_ties)
    v = np.where(rng.random(n_ties) < INSIDE, u // COMMUNITY * COMMUNITY + (u + near) % COMMUNITY, (u + far) % n_people)
    v = np.minimum(v, n_people - 1)
    kept = u != v
    t = rng.integers(1_500_000_000, 1_700_000_000, n_ties).astype(np.float64)
    ids = tuple(f"p{i}" for i in range(n_people))
    communities = tuple((f"c{i // COMMUNITY}",) for i in range(n_people))
    data = NetworkData(ids, communities, np.full(n_people, np.nan))
    return replace(data, edges=Meetings(u[kept], v[kept], t[kept]), texts=statements(n_people, rng, distinct=distinct))


def statements(n_people: int, rng: np.random.Generator, *, distinct: bool) -> Texts:
    """Put three statements together for everybody; numbered where no two may be the same."""
    person = np.repeat(np.arange(n_people), 3)
    words = [[str(w) for w in rng.choice(pool, n_people)] for pool in (WISHES, HELP, AIMS)]
    places, topics = ([str(w) for w in rng.choice(pool, 3 * n_people)] for pool in (PLACES, TOPICS))
    number = [f"（{i}）" if distinct else "" for i in range(3 * n_people)]
    text = tuple(f"{places[i]}の{topics[i]}{words[i % 3][i // 3]}{number[i]}" for i in range(3 * n_people))
    return Texts(person, np.full(len(person), np.nan), text, ("need", "offer", "vision") * n_people)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Give what something makes, and its time in seconds."""
    start = time.perf_counter()
    made = work()
    return made, time.perf_counter() - start


def used(work: Callable[[], object]) -> tuple[float, float]:
    """Give the time something takes, in seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def say(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
