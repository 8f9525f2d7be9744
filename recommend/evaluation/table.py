"""The report as a document: JSON for programs, Markdown in English or Japanese for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal, TypeAlias

from recommend.evaluation.metrics import DISTANCES, Interval
from recommend.evaluation.results import LinksReport, Result

SCHEMA = "musubi.evaluate.links/1"
Lang: TypeAlias = Literal["en", "ja"]

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Link recommendations, measured", "つながりの推薦の評価"),
    "data": (
        "{known} people known before the cut, {communities} communities, {held_out} later ties; at most {max_people} "
        "people asked about in a regime (seed {seed}). Brackets: 95 % interval over people.",
        "区切りの時点で{known}人・{communities}コミュニティ、その後のつながり{held_out}件。各条件で最大{max_people}人に"
        "ついて測定（乱数の種 {seed}）。括弧は人についての95%区間。",
    ),
    "undated": (
        "Taken for old because they have no time: {facts}. If some are later than the cut, the figures flatter.",
        "時刻がないため過去のものとして扱った事実: {facts}。区切りより後のものを含むと、数値は実際より良く見えます。",
    ),
    "problems": ("{n} rows of the input were left out.", "入力のうち{n}行を除外しました。"),
    "recall": ("Recall@{k}", "再現率@{k}"),
    "gain": ("Gain in recall@{k} over the best baseline", "最良の既存手法に対する再現率@{k}の差"),
    "detail": ("Regime {regime}", "条件 {regime}"),
    "structure": ("Structure with all listed pairs added", "推薦した組をすべて加えたときの構造"),
    "portfolio": ("Rounds of introductions, at most two a person", "紹介の一巡（1人2件まで）"),
    "method": ("method", "手法"),
    "people": ("people", "人数"),
    "regime": ("regime", "条件"),
    "over": ("best baseline", "最良の既存手法"),
    "difference": ("difference", "差"),
    "precision": ("precision", "適合率"),
    "exposure": ("exposure Gini", "露出のジニ係数"),
    "2": ("recall, 2 steps", "再現率（2歩）"),
    "3": ("recall, 3 steps", "再現率（3歩）"),
    "4+": ("recall, 4+ steps", "再現率（4歩以上）"),
    "none": ("recall, unconnected", "再現率（非連結）"),
    "weak_ties": ("weak ties", "弱い紐帯"),
    "modularity_complement": ("modularity compl.", "モジュラリティ補数"),
    "inter_edge_gini_complement": ("inter edge Gini compl.", "間のみ辺ジニ補数"),
    "semi_edge_gini_complement": ("semi edge Gini compl.", "準完全辺ジニ補数"),
    "complete_edge_gini_complement": ("complete edge Gini compl.", "完全辺ジニ補数"),
    "degree_gini_complement": ("degree Gini compl.", "次数ジニ補数"),
    "clustering_complement": ("clustering compl.", "クラスタ係数補数"),
    "training": ("before", "推薦前"),
    "n_pairs": ("introductions", "紹介"),
    "hits": ("came true", "実現した割合"),
    "cut": ("Kirchhoff index", "キルヒホッフ指数"),
    "modularity": ("modularity", "モジュラリティ"),
    "unmeasured": ("too large", "規模が大きく未測定"),
}
_STRUCTURE = (
    "weak_ties",
    "modularity_complement",
    "inter_edge_gini_complement",
    "semi_edge_gini_complement",
    "complete_edge_gini_complement",
    "degree_gini_complement",
    "clustering_complement",
)


def to_document(report: LinksReport) -> dict[str, Any]:
    """Give the report as a JSON document of schema ``musubi.evaluate.links/1``.

    Parameters
    ----------
    report : LinksReport
        The report.

    Returns
    -------
    dict
        Plain values only. Every interval is ``{"value", "low", "high"}``; distances are ``{"recall", "people"}``.
    """
    return {
        "schema": SCHEMA,
        "k": report.k,
        "cut": report.cut,
        "parameters": asdict(report.parameters),
        "counts": dict(report.counts),
        "undated_kept": dict(report.undated),
        "results": [result_document(result) for result in report.results],
        "gains": [asdict(gain) for gain in report.gains],
        "training_structure": asdict(report.training_structure),
        "portfolios": {name: asdict(pareto) for name, pareto in report.portfolios.items()},
        "problems": [asdict(problem) for problem in report.problems],
    }


def result_document(result: Result) -> dict[str, Any]:
    """Give one result as plain values; see :func:`to_document`."""
    distances = {name: {"recall": recall, "people": n} for name, (recall, n) in result.by_distance.items()}
    return asdict(result) | {"by_distance": distances}


def to_markdown(report: LinksReport, lang: Lang = "en") -> str:
    """Give the report as Markdown tables.

    Parameters
    ----------
    report : LinksReport
        The report.
    lang : {"en", "ja"}
        Language of everything but the names of methods and regimes.

    Returns
    -------
    str
        Ends with a line break.
    """
    parts = [f"# {_word('title', lang)}", _preamble(report, lang), *_recall_table(report, lang)]
    parts += _gain_table(report, lang)
    for regime in dict.fromkeys(result.regime for result in report.results):
        chosen = [result for result in report.results if result.regime == regime]
        parts += [f"## {_word('detail', lang, regime=regime)}", _detail_table(chosen, lang)]
        parts += [f"### {_word('structure', lang)}", _structure_table(report, chosen, lang)]
    if report.portfolios:
        parts += [f"## {_word('portfolio', lang)}", _portfolio_table(report, lang)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _word(key: str, lang: Lang, **values: object) -> str:
    return _WORDS[key][lang == "ja"].format(**values)


def _preamble(report: LinksReport, lang: Lang) -> str:
    values = dict(report.counts) | asdict(report.parameters) | {"held_out": report.counts["held_out"]["all"]}
    lines = [_word("data", lang, **values)]
    if facts := ", ".join(f"{name} {n}" for name, n in report.undated.items() if n):
        lines.append(_word("undated", lang, facts=facts))
    if report.problems:
        lines.append(_word("problems", lang, n=len(report.problems)))
    return "\n\n".join(lines)


def _recall_table(report: LinksReport, lang: Lang) -> list[str]:
    regimes = list(dict.fromkeys(result.regime for result in report.results))
    cells = {(result.method, result.regime): result.recall for result in report.results}
    best = {r: max(value.value for (_, regime), value in cells.items() if regime == r) for r in regimes}
    people = {result.regime: result.n_people for result in report.results}
    rows = [[_word("people", lang), *(str(people[regime]) for regime in regimes)]]
    for method in dict.fromkeys(result.method for result in report.results):
        shown = [_interval(cells[method, r], bold=cells[method, r].value == best[r]) for r in regimes]
        rows.append([method, *shown])
    return [f"## {_word('recall', lang, k=report.k)}", _table([_word("method", lang), *regimes], rows)]


def _gain_table(report: LinksReport, lang: Lang) -> list[str]:
    if not report.gains:
        return []
    header = [_word(key, lang) for key in ("regime", "method", "over", "difference")]
    rows = [[gain.regime, gain.method, gain.over, _interval(gain.recall, sign=True)] for gain in report.gains]
    return [f"## {_word('gain', lang, k=report.k)}", _table(header, rows)]


def _detail_table(results: Sequence[Result], lang: Lang) -> str:
    header = [_word("method", lang), _word("precision", lang), "MAP", "nDCG", "ERR-IA", _word("exposure", lang)]
    header += [_word(distance, lang) for distance in DISTANCES]
    rows = [
        [
            result.method,
            *(_interval(value) for value in (result.precision, result.average_precision, result.ndcg)),
            _number(result.err_ia),
            _number(result.exposure_gini),
            *(_number(result.by_distance[d][0]) if result.by_distance[d][1] else "-" for d in DISTANCES),
        ]
        for result in results
    ]
    return _table(header, rows)


def _structure_table(report: LinksReport, results: Sequence[Result], lang: Lang) -> str:
    measured = [(_word("training", lang), report.training_structure)]
    measured += [(result.method, result.structure) for result in results]
    rows = []
    for name, structure in measured:
        values = asdict(structure)
        rows.append([name, *(_number(values[key]) for key in _STRUCTURE)])
    return _table([_word("method", lang), *(_word(key, lang) for key in _STRUCTURE)], rows)


def _portfolio_table(report: LinksReport, lang: Lang) -> str:
    header = [_word(key, lang) for key in ("method", "n_pairs", "hits", "cut", "modularity")]
    rows = []
    for name, pareto in report.portfolios.items():
        cut = _word("unmeasured", lang) if pareto.kirchhoff_cut is None else f"{-100 * pareto.kirchhoff_cut:+.1f} %"
        rows.append([name, str(pareto.n_pairs), _number(pareto.hit_rate), cut, f"{pareto.modularity_change:+.3f}"])
    return _table(header, rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _interval(value: Interval, *, bold: bool = False, sign: bool = False) -> str:
    form = "{:+.3f}" if sign else "{:.3f}"
    shown = form.format(value.value)
    return f"{f'**{shown}**' if bold else shown} ({form.format(value.low)} .. {form.format(value.high)})"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
