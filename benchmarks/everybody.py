"""Lists of ten for everybody of a large network, from an imported store, beside bare pieces of the same work.

The network is the 16 campuses of `facebook100` (68,682 people, 2,693,205 undated ties, a community is a dormitory) in
MUSUBI_DATA. The time is that of the whole command: start, reading of the store, writing of the table; the import
is left out. Peers, in the same run: two-hop counts of everybody by scipy without any choice of a best, and detection of
communities by scikit-network. Growth: the first eighth, quarter and half of the people with the ties among them.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import sparse
from sknetwork.clustering import Leiden

from recommend.evaluation.datasets import read_dataset
from recommend.evaluation.network import Meetings, NetworkData, training_adjacency
from recommend.evaluation.writing import write_network

NAME = "facebook100"
MUSUBI = Path(sys.executable).parent / "musubi"
BLOCK = 256
SAMPLE_S = 0.05


def main() -> None:
    """Print a table of times, peak memory and peers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("MUSUBI_DATA", "../shared/data")))
    parser.add_argument("--shares", default="0.125,0.25,0.5,1")
    asked = parser.parse_args()
    whole = read_dataset(NAME, asked.data / NAME)
    print("| people | ties | command, s | processor, s | peak of the tree, MiB | two-hop counts, s | Leiden, s |")
    print("|---|---|---|---|---|---|---|")
    for share in (float(s) for s in asked.shares.split(",")):
        print(measured(part(whole, share)), flush=True)


def part(data: NetworkData, share: float) -> NetworkData:
    """Give the network among the first share of the people."""
    n = round(share * data.n_people)
    inside = np.flatnonzero((data.edges.u < n) & (data.edges.v < n))
    edges = Meetings(data.edges.u[inside], data.edges.v[inside], data.edges.t[inside])
    return replace(data, ids=data.ids[:n], communities=data.communities[:n], since=data.since[:n], edges=edges)


def measured(data: NetworkData) -> str:
    """Measure one network; a row of the table."""
    with tempfile.TemporaryDirectory(prefix="musubi-") as name:
        folder = Path(name)
        store = f"sqlite:///{folder / 'm.db'}"
        write_network(data, folder / "network")
        musubi("--store", store, "init")
        musubi("--store", store, "import", "--profile", "network", str(folder / "network"), "--yes")
        out = str(folder / "lists.csv")
        arguments = ["--all", "--k", "10", "--scope", "any", "--ranking", "individual", "--csv", out]
        before = children_s()
        wall, peak = watched([str(MUSUBI), "--store", store, "--quiet", "recommend", *arguments])
        processor = children_s() - before
    matrix = training_adjacency(data)
    two_hop = timed(lambda: count_two_hops(matrix))
    leiden = timed(lambda: Leiden(random_state=1).fit(sparse.csr_matrix(matrix)))
    return (
        f"| {data.n_people:,} | {matrix.nnz // 2:,} | {wall:.1f} | {processor:.1f} | {peak:,.0f} |"
        f" {two_hop:.1f} | {leiden:.1f} |"
    )


def musubi(*arguments: str) -> None:
    """Run the command line."""
    subprocess.run([MUSUBI, "--quiet", *arguments], check=True, stdout=subprocess.DEVNULL)


def watched(command: list[str]) -> tuple[float, float]:
    """Run a command; give its time in seconds and the peak memory of its whole tree in MiB."""
    start = time.perf_counter()
    running = subprocess.Popen(command)
    peak = 0.0
    ended = threading.Event()

    def look() -> None:
        nonlocal peak
        while not ended.wait(SAMPLE_S):
            peak = max(peak, sum(resident_mib(p) for p in tree(running.pid)))

    looking = threading.Thread(target=look)
    looking.start()
    code = running.wait()
    wall = time.perf_counter() - start
    ended.set()
    looking.join()
    if code:
        raise SystemExit(f"{command}: ended with {code}")
    return wall, peak


def tree(pid: int) -> list[int]:
    """Give a process and everything it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(p for child in children for p in tree(int(child)))]


def resident_mib(pid: int) -> float:
    """Give the memory that a process holds for itself and shares, in MiB; 0 when it has gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


def children_s() -> float:
    """Give the processor time of the finished processes that this one started, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(work: Callable[[], object]) -> float:
    """Give the time of something in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def count_two_hops(matrix: sparse.csr_array) -> int:
    """Count everybody's contacts of contacts, without keeping them."""
    n = matrix.shape[0]
    return sum((matrix[start : min(start + BLOCK, n)] @ matrix).nnz for start in range(0, n, BLOCK))


if __name__ == "__main__":
    main()
