"""How long short requests take while the service encodes thousands of texts.

`PYTHONPATH=. python benchmarks/aside.py` serves a store with 5,000 texts that were never encoded, asks some pages first
alone and then while one request for everybody's introductions has the texts encoded, and prints the table of
docs/encoders.md.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from graph.changes import ChangeSet
from graph.kinds import StatementKind
from graph.policy import NETWORK_OPEN
from graph.records import Node, Provenance, Statement
from graph.store import open_store

PAGES: Final = ("/livez", "/readyz", "/imports")
LONG: Final = "/v1/recommendations?all=true&k=5&ranking=individual"
PAUSE_S: Final = 0.02
START_S: Final = 120


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args()
    base = f"http://127.0.0.1:{options.port}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'made.db'}"
        fill(url, options.texts)
        command = [sys.executable, "-m", "service.cli.main", "--store", url, "serve", "--port", str(options.port)]
        served = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(base)
            print("| page | meanwhile | asked | median, ms | 99 of 100, ms |\n|---|---|---|---|---|")
            measure(base, "nothing", options.seconds)
            long = threading.Thread(target=ask_long, args=(base + LONG,), daemon=True)
            long.start()
            measure(base, "texts are encoded", options.seconds)
            if not long.is_alive():
                sys.exit("the texts were encoded before the pages were asked: take more --texts")
        finally:
            served.kill()
            served.wait()


def fill(url: str, n: int) -> None:
    """Make people with one need or offer each, all different."""
    here, changes = Provenance("made"), ChangeSet("made", "operator", "made")
    for number in range(n):
        owner = f"person:p{number:05}"
        kind = StatementKind.NEED if number % 2 else StatementKind.OFFER
        text = f"第{number}班の帳簿を{number % 97}月に見る人と、庭木{number % 89}本の剪定"
        changes.nodes.append(Node(owner, NETWORK_OPEN, here, {}))
        changes.statements.append(Statement(owner, kind, text, NETWORK_OPEN, here))
    with open_store(url, create=True) as store:
        store.migrate()
        store.apply(changes)


def wait_for(base: str) -> None:
    """Wait until the service answers and the model is loaded."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            asked(f"{base}/readyz")
        except URLError:
            time.sleep(0.2)
        else:
            return
    sys.exit("the service did not start")


def measure(base: str, meanwhile: str, seconds: float) -> None:
    """Ask each page in turn and print how long it took."""
    taken: dict[str, list[float]] = {page: [] for page in PAGES}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for page, times in taken.items():
            times.append(asked(base + page))
            time.sleep(PAUSE_S)
    for page, times in taken.items():
        last = statistics.quantiles(times, n=100)[-1]
        print(
            f"| `{page}` | {meanwhile} | {len(times)} | {1e3 * statistics.median(times):.0f} | {1e3 * last:.0f} |",
            flush=True,
        )


def ask_long(url: str) -> None:
    """Ask for what takes longer than this measurement: it ends with the service."""
    with suppress(OSError):
        asked(url)


def asked(url: str) -> float:
    """Give the seconds that an answer takes."""
    begun = time.perf_counter()
    with urlopen(url, timeout=3_600) as answer:
        answer.read()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
