"""How often fit finds the right offer or the same vision, on the fit benchmark in pools of 120 texts.

`python benchmarks/fit_quality.py --split test` prints the table of docs/quality-fit.md; `--cache FILE` keeps the
vectors between runs.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Encoder, Role
from embeddings.cache import VectorCache
from embeddings.language import guess_language
from embeddings.registry import Choice, choose_encoder
from embeddings.similarity import centre_by_language
from service.evaluations.fit import NEEDS, VISIONS, FitReport, Triples, log_odds, measure, triples_of
from service.evaluations.pairs import Row

FOLDER = Path(__file__).parent / "fit"
NAMES = ("ja", "en", "cross", "visions")
TRIPLES = 60
"""Triples of a pool: 120 texts."""
EVIDENCE = 0.05
BINS = 10
Scores = NDArray[np.float32]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--cache", type=Path, help="file that keeps the vectors")
    parser.add_argument("--pools", type=int, default=5, help="pools drawn from a file that holds more triples")
    options = parser.parse_args()
    cache = VectorCache(options.cache) if options.cache else None
    choice = choose_encoder(options.encoder, cache)
    print("| texts | method | pools | accuracy | recall@1 | recall@5 | MRR | ECE, fit >= .05 | ECE, all |")
    print("|---|---|---|---|---|---|---|---|---|")
    methods: dict[str, Callable[[Triples], Scores]] = {"cosine": lambda t: cosine(t, choice.encoder)}
    methods["fit"] = lambda t: log_odds(t, choice)
    for name in NAMES:
        pools = drawn(name, options.split, options.pools)
        for method, score in methods.items():
            print(line(name, method, [(pool, score(pool)) for pool in pools], choice), flush=True)


def drawn(name: str, split: str, most: int) -> list[Triples]:
    """Draw pools of at most 60 triples; one pool where there are no more."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        rows: list[Row] = [row for row in csv.DictReader(handle) if row["split"] == split]
    rng = np.random.default_rng(1)
    columns = VISIONS if name == "visions" else NEEDS
    picks = [rng.permutation(len(rows))[:TRIPLES] for _ in range(most)] if len(rows) > TRIPLES else [range(len(rows))]
    return [triples_of([rows[i] for i in pick], columns) for pick in picks]


def cosine(triples: Triples, encoder: Encoder) -> Scores:
    """Score by the cosine of vectors, each language's own mean taken away: the bare model."""
    roles = (Role.QUERY, Role.PASSAGE) if triples.declared == "need" else (Role.SYMMETRIC, Role.SYMMETRIC)
    queries, pool = (
        centre_by_language(encoder.encode(texts, role), [guess_language(text) for text in texts])
        for texts, role in zip((triples.queries, triples.pool), roles, strict=True)
    )
    return np.asarray(queries @ pool.T, dtype=np.float32)


def line(name: str, method: str, scored: list[tuple[Triples, Scores]], choice: Choice) -> str:
    """Give one row of the table, means over the pools."""
    reports = [measure(triples, scores, choice.encoder.name) for triples, scores in scored]
    cells = [f"{np.mean([getattr(report, key) for report in reports]):.3f}" for key in _FIGURES]
    errors = ["-", "-"]
    if method == "fit":
        errors = [f"{np.mean([calibration_error(t, s, least) for t, s in scored]):.3f}" for least in (EVIDENCE, 0.0)]
    return f"| {name} | {method} | {_pools(reports)} | {' | '.join([*cells, *errors])} |"


def calibration_error(triples: Triples, scores: Scores, least: float) -> float:
    """Give the expected calibration error of fit over all pairs of a first text with a text of the pool.

    A pair is right when the file says so; others that would help as well count as wrong. Ten bins of equal width;
    only pairs with at least `least` fit.
    """
    fit = 1.0 / (1.0 + np.exp(-np.clip(scores.astype(np.float64), -60, 60)))
    right = np.zeros(scores.shape)
    right[np.arange(len(scores)), triples.right] = 1.0
    kept = fit >= least
    fit, right = fit[kept], right[kept]
    bins = np.minimum((fit * BINS).astype(int), BINS - 1)
    gaps = [abs(fit[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


_FIGURES = ("accuracy", "recall_at_1", "recall_at_5", "mrr")


def _pools(reports: list[FitReport]) -> str:
    return f"{len(reports)} x {reports[0].pool}"


if __name__ == "__main__":
    main()
