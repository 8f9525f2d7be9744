"""The page of the report on ties."""

from __future__ import annotations

from dataclasses import dataclass

from graph.calendar import today
from graph.viewer import Viewer
from service.languages import Lang
from service.pages.dates import date_words
from service.pages.rendering import render
from service.pages.viewers import named
from service.pages.words import WORDS
from service.reports.ties import K_ACROSS, K_WITHIN, Cell, TiesReport

MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One pair of communities as the page shows it; ``lean`` is ``more``, ``fewer`` or empty."""

    a: str
    b: str
    ties: str
    expected: str
    lean: str


def ties_page(report: TiesReport, viewer: Viewer, lang: Lang) -> str:
    """Give a report as a page."""
    on = today()
    ordered = sorted(report.cells, key=lambda c: (-(c.ties if c.ties is not None else -1.0), c.a, c.b))
    rows = [_row(cell, lang) for cell in ordered]
    placed = None if report.across is None or report.within is None else report.across + report.within
    share = round(100 * (report.across or 0) / placed) if placed else None
    return render(
        "ties.html",
        lang,
        served=False,
        home=False,
        report=report,
        period=_period(report, lang),
        share=share,
        e_i=None if report.e_i is None else f"{report.e_i:+.2f}".replace("-", "−"),
        rows=rows[:MOST_ROWS],
        left=len(rows) - MOST_ROWS,
        nothing=report.total == 0,
        k_within=K_WITHIN,
        k_across=K_ACROSS,
        viewer=named(viewer, viewer.key, lang),
        date=date_words(on, lang),
    )


def _period(report: TiesReport, lang: Lang) -> str:
    since, until = report.period.since, report.period.until
    return WORDS.say(
        "ties.period",
        lang,
        since=date_words(since, lang) if since else WORDS.say("ties.beginning", lang),
        until=date_words(until, lang) if until else WORDS.say("ties.now", lang),
    )


def _row(cell: Cell, lang: Lang) -> Row:
    lean = ""
    if cell.ties is not None and cell.expected is not None and cell.a != cell.b:
        lean = "more" if cell.ties > cell.expected else "fewer" if cell.ties < cell.expected else ""
    ties = WORDS.say("ties.hidden", lang) if cell.ties is None else f"{cell.ties:g}"
    return Row(cell.a, cell.b, ties, "—" if cell.expected is None else f"{cell.expected:.1f}", lean)
