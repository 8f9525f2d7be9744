"""Nearest vectors: the exact scan and the inverted lists of `embeddings.index` beside faiss, on one thread.

`OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/index.py` prints the tables of docs/encoders.md. Times are
seconds of processor time, and peers
run in turns in one process. Vectors are unit rows of 384 numbers: ``groups`` lie around 2,000 centres in 40 of the
dimensions; with ``--vectors FILE.npy`` those of a file are measured as well.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import faiss
import numpy as np

from embeddings.index import ExactIndex, InvertedIndex
from embeddings.index.scan import scan
from embeddings.similarity import FloatArray, unit_rows

T = TypeVar("T")
DIMENSION: Final = 384
K: Final = 20
SEED: Final = 1


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--vectors", type=Path, help="rows of 384 numbers, made by numpy.save")
    options = parser.parse_args()
    vectors = groups(options.n)
    exact_beside_faiss(vectors, options.turns)
    crossover(vectors)
    lists_beside_faiss("groups", vectors)
    if options.vectors:
        lists_beside_faiss("file", unit_rows(np.load(options.vectors)))
    changes(vectors)


def groups(n: int) -> FloatArray:
    """Make unit rows around 2,000 centres, (n, 384)."""
    rng = np.random.default_rng(SEED)
    basis, centres = rng.normal(size=(40, DIMENSION)), rng.normal(size=(2_000, 40))
    placed = centres[rng.integers(2_000, size=n)] + 0.6 * rng.normal(size=(n, 40))
    return unit_rows((placed @ basis).astype(np.float32))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Give what the work gives, and its processor time in seconds."""
    begun = time.process_time()
    done = work()
    return done, time.process_time() - begun


def exact_beside_faiss(vectors: FloatArray, turns: int) -> None:
    """Compare the exact scan with faiss `IndexFlatIP`."""
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(DIMENSION)
    flat.add(vectors)
    index = ExactIndex(DIMENSION)
    index.add(np.arange(len(vectors)), vectors)
    print("| queries at once | exact, s | faiss exact, s | ratio, median | same answers |")
    print("|---|---|---|---|---|")
    for n_queries in (1, 64, 2_048):
        queries = vectors[np.linspace(0, len(vectors) - 1, n_queries).astype(int)]
        both = []
        for _ in range(turns):
            theirs, theirs_s = timed(partial(flat.search, queries, K))
            ours, ours_s = timed(partial(index.search, queries, K))
            both.append((ours_s, theirs_s))
        ratio = statistics.median(a / b for a, b in both)
        ours_s, theirs_s = (statistics.median(side) for side in zip(*both, strict=True))
        print(
            f"| {n_queries:,} | {ours_s:.3f} | {theirs_s:.3f} | {ratio:.2f} | {(ours[0] == theirs[1]).mean():.4f} |",
            flush=True,
        )


def crossover(vectors: FloatArray) -> None:
    """Ask once for each vector: exact, and by lists that are made first."""
    print("\n| vectors | exact, all asked, s | lists made, s | lists, all asked, s | recall@20 |")
    print("|---|---|---|---|---|")
    for n in (5_000, 20_000, 50_000):
        part = vectors[:n]
        (true, _), exact_s = timed(partial(scan, part, part, K))
        index, made_s = timed(partial(made, part))
        (found, _), asked_s = timed(partial(index.search, part, K))
        share = shared(true, found)
        print(f"| {n:,} | {exact_s:.2f} | {made_s:.2f} | {asked_s:.2f} | {share:.4f} |", flush=True)


def made(vectors: FloatArray) -> InvertedIndex:
    """Make lists."""
    index = InvertedIndex(vectors.shape[1], np.random.default_rng(SEED))
    index.add(np.arange(len(vectors)), vectors)
    return index


def lists_beside_faiss(name: str, vectors: FloatArray) -> None:
    """Compare lists with an exact scan and with the lists of faiss."""
    n, asked = len(vectors), np.arange(0, len(vectors), 10)
    print(f"\n| {name}, {n:,} | made, s | {len(asked):,} asked, s | one asked, ms | recall@20 |")
    print("|---|---|---|---|---|")
    queries = vectors[asked]
    sample = np.arange(0, len(asked), 10)
    true, exact_s = timed(lambda: scan(queries, vectors, K)[0])
    report("exact", 0.0, exact_s, lambda: scan(queries[:1], vectors, K), 1.0)
    index, made_s = timed(lambda: made(vectors))
    found, asked_s = timed(lambda: index.search(queries, K)[0])
    reading = f"lists, {index.visited} of {index.n_lists} read" if index.approximate else "lists, all looked at"
    report(reading, made_s, asked_s, lambda: index.search(queries[:1], K), shared(true[sample], found[sample]))
    theirs = faiss.IndexIVFFlat(faiss.IndexFlatIP(DIMENSION), DIMENSION, index.n_lists, faiss.METRIC_INNER_PRODUCT)
    _, made_s = timed(lambda: (theirs.train(vectors), theirs.add(vectors)))
    theirs.nprobe = index.visited
    found, asked_s = timed(lambda: theirs.search(queries, K)[1])
    report(
        "faiss lists, as many read",
        made_s,
        asked_s,
        lambda: theirs.search(queries[:1], K),
        shared(true[sample], found[sample]),
    )


def shared(true: np.ndarray, found: np.ndarray) -> float:
    """Give the share of true neighbours that were found."""
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(true, found, strict=True)]))


def report(name: str, made_s: float, asked_s: float, one: Callable[[], object], share: float) -> None:
    """Print a row."""
    each = statistics.median(timed(one)[1] for _ in range(20))
    print(f"| {name} | {made_s:.1f} | {asked_s:.1f} | {1e3 * each:.1f} | {share:.4f} |", flush=True)


def changes(vectors: FloatArray) -> None:
    """Time adding and removing a hundred vectors; measure the memory of filling an index and 2,048 questions."""
    first, last = np.arange(len(vectors) - 100), np.arange(len(vectors) - 100, len(vectors))
    print("\n| index | 100 added, s | 100 removed, s | peak beside the vectors that came in, MiB | of these kept |")
    print("|---|---|---|---|---|")
    for index in (ExactIndex(DIMENSION), InvertedIndex(DIMENSION, np.random.default_rng(SEED))):
        tracemalloc.start()
        index.add(first, vectors[:-100])
        index.search(vectors[:2_048], K)
        kept, most = (size / 2**20 for size in tracemalloc.get_traced_memory())
        tracemalloc.stop()
        added_s, removed_s = timed(partial(index.add, last, vectors[last]))[1], timed(partial(index.remove, last))[1]
        name = type(index).__name__
        print(f"| {name} | {added_s:.2f} | {removed_s:.2f} | {most:.0f} | {kept:.0f} |", flush=True)


if __name__ == "__main__":
    main()
