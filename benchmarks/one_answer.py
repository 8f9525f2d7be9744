"""One person's answer in a large network: its time when everything is warm, and how soon a changed profile counts.

A network is made up: people in communities of about 100, dated ties of which most stay inside, and three
statements each (a need, an offer, a vision) put together from the phrases below. It comes in through
``musubi import --profile network``. Then, in one process: the time until the first answer, p50 and p99 of answers for
people drawn at random, and the time from a changed need to an answer that knows it. The peer in the same run is one
inner product of a text with all statements: what any exact comparison of meanings has to do at least.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from graph.changes import ChangeSet
from graph.kinds import StatementKind
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

HERE = Provenance("benchmark")
MUSUBI = Path(sys.executable).parent / "musubi"
COMMUNITY = 100
INSIDE = 0.8
ASKED = 40
CHANGES = 5
TOPICS = (
    "経理", "広報", "写真", "動画編集", "農業", "子ども食堂", "移住相談", "介護", "翻訳", "補助金の申請", "ホームページ",
    "会場探し", "法人登記", "デザイン", "料理教室", "空き家の活用", "防災", "観光案内", "学習支援", "木工",
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
    parser.add_argument("--encoder", default="bundled")
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
        write_network(network(n_people, n_ties, np.random.default_rng(1)), folder / "network")
        for arguments in (["init"], ["import", "--profile", "network", str(folder / "network"), "--yes"]):
            subprocess.run([MUSUBI, "--quiet", "--store", url, *arguments], check=True, stdout=subprocess.DEVNULL)
    with open_store(url) as store:
        ask(store, url, encoder)


def ask(store: Store, url: str, encoder: str) -> None:
    """Measure the first answer, warm ones, and those after a change."""
    chosen = choose(encoder, url).encoder
    views = LatestViews()
    view, took = timed(lambda: views.of(store, OPERATOR, Purpose.INTRODUCTION))
    say(f"view {took:.2f} s")
    profile = cProfile.Profile()
    maker, took = timed(lambda: profile.runcall(Matchmaker, view, chosen))
    pstats.Stats(profile).sort_stats("cumtime").print_stats(30)
    say(f"matchmaker {took:.2f} s, {len(maker.people):,} people")
    keys = [str(view.nodes.ids[row]).partition(":")[2] for row in maker.people.rows]
    rng = np.random.default_rng(2)
    for scope in [Scope.ANY]:
        _, first = timed(lambda scope=scope: maker.answer(question(keys[0], scope)))
        chosen_keys = [keys[i] for i in rng.choice(len(keys), ASKED, replace=False)]
        profile = cProfile.Profile()
        profile.enable()
        for key in chosen_keys[:30]:
            maker.answer(question(key, scope))
        profile.disable()
        pstats.Stats(profile).sort_stats("cumtime").print_stats("recommend|graph", 45)
        times = [timed(lambda key=key, scope=scope: maker.answer(question(key, scope)))[1] for key in chosen_keys]
        c0 = time.process_time()
        [maker.answer(question(key, scope)) for key in chosen_keys]
        say(f"cpu per answer {(time.process_time() - c0) / ASKED * 1000:.1f} ms")
        p50, p99 = np.quantile(times, [0.5, 0.99]) * 1000
        say(f"{scope}: first {first:.2f} s, p50 {p50:.1f} ms, p99 {p99:.1f} ms of {ASKED}")
    for number in range(CHANGES):
        person = str(rng.choice(keys))
        said = Statement(
            f"person:{person}",
            StatementKind.NEED,
            f"{number}番目の悩み: 畑の獣害を防ぐ柵を作りたい",
            NETWORK_OPEN,
            HERE,
        )
        store.apply(ChangeSet(f"change {time.time()}", "operator", "change", statements=[said]))
        view, looked = timed(lambda: views.of(store, OPERATOR, Purpose.INTRODUCTION))
        before = maker
        maker, made = timed(lambda: Matchmaker(view, chosen, before=before))
        told, answered = timed(lambda: maker.answer(question(person, Scope.ANY)))
        say(f"changed: view {looked:.2f} s, matchmaker {made:.2f} s, answer {answered:.2f} s")
    say(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def question(key: str, scope: Scope) -> Request:
    """Ask for the list of one person."""
    return Request(person=key, scope=scope, ranking=Ranking.INDIVIDUAL)


def network(n_people: int, n_ties: int, rng: np.random.Generator) -> NetworkData:
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
    return replace(data, edges=Meetings(u[kept], v[kept], t[kept]), texts=statements(n_people, rng))


def statements(n_people: int, rng: np.random.Generator) -> Texts:
    """Put three statements together for everybody."""
    person = np.repeat(np.arange(n_people), 3)
    words = [[str(w) for w in rng.choice(pool, n_people)] for pool in (WISHES, HELP, AIMS)]
    places, topics = ([str(w) for w in rng.choice(pool, 3 * n_people)] for pool in (PLACES, TOPICS))
    text = tuple(f"{places[i]}の{topics[i]}{words[i % 3][i // 3]}" for i in range(3 * n_people))
    return Texts(person, np.full(len(person), np.nan), text, ("need", "offer", "vision") * n_people)


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """Give what something makes, and its time in seconds."""
    start = time.perf_counter()
    made = work()
    return made, time.perf_counter() - start


def say(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
