"""What an evaluation looks like to programs and in a terminal."""

from __future__ import annotations

import math
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from recommend.evaluation.results import LinksReport, SplitSummary
from service.evaluations.fit import FitReport
from service.evaluations.pairs import PairsReport


def links_document(report: LinksReport) -> dict[str, Any]:
    """Give a report as the body of ``musubi.evaluate-links/1``; what is not defined is null."""
    body = {name: _plain(getattr(report, name)) for name in report.__slots__}
    body["problems"] = [str(problem) for problem in report.problems]
    return body


def split_document(summary: SplitSummary) -> dict[str, Any]:
    """Give a summary as the body of ``musubi.evaluate-split/1``."""
    return {
        "manifest": str(summary.manifest),
        "manifest_sha256": summary.manifest_sha256,
        "counts": _plain(summary.counts),
        "problems": [str(problem) for problem in summary.problems],
    }


def links_rows(report: LinksReport) -> list[tuple[str, ...]]:
    """Give the main figures as rows: regime, method, people, recall with its interval, nDCG, exposure Gini."""
    rows: list[tuple[str, ...]] = [("regime", "method", "people", f"recall@{report.k}", "95 %", "nDCG", "Gini")]
    for r in sorted(report.results, key=lambda r: (r.regime, -r.recall.value)):
        interval = f"{r.recall.low:.3f}-{r.recall.high:.3f}"
        rows.append(
            (r.regime, r.method, str(r.n_people), f"{r.recall.value:.3f}", interval, f"{r.ndcg.value:.3f}",
             f"{r.exposure_gini:.2f}")
        )  # fmt: skip
    return rows


def pairs_document(report: PairsReport) -> dict[str, Any]:
    """Give a report on pairs as the body of ``musubi.evaluate-identity/1`` and ``musubi.evaluate-skills/1``."""
    failures = [{"id": f.id, "got": int(f.got), "expected": int(f.expected), "why": f.why} for f in report.failures]
    return {"precision": report.precision, "recall": report.recall, "n": report.n, "failures": failures}


def pairs_rows(report: PairsReport) -> list[tuple[str, ...]]:
    """Give a report on pairs as rows: figures first, then what was decided otherwise."""
    shares = [(name, getattr(report, name)) for name in ("precision", "recall")]
    rows: list[tuple[str, ...]] = [(name, "-" if v is None else f"{v:.3f}", "", "") for name, v in shares]
    rows.append(("n", str(report.n), "", ""))
    if report.failures:
        rows.append(("id", "got", "expected", "why"))
    return rows + [(f.id, str(int(f.got)), str(int(f.expected)), f.why) for f in report.failures]


def fit_document(report: FitReport) -> dict[str, Any]:
    """Give a report on fit as the body of ``musubi.evaluate-fit/1``."""
    return asdict(report)


def fit_rows(report: FitReport) -> list[tuple[str, ...]]:
    """Give a report on fit as rows: figures first, then what stood first in place of the right text."""
    names = ("accuracy", "recall_at_1", "recall_at_5", "mrr")
    rows: list[tuple[str, ...]] = [(name, f"{getattr(report, name):.3f}", "") for name in names]
    rows += [("n", str(report.n), ""), ("pool", str(report.pool), ""), ("encoder", report.encoder, "")]
    if report.failures:
        rows.append(("id", "got", "expected"))
    return rows + [(miss.id, miss.got, miss.expected) for miss in report.failures]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(v) for name, v in asdict(value).items()}
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(name): _plain(v) for name, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
