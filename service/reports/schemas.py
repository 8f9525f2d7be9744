"""What reports look like to programs."""

from __future__ import annotations

from dataclasses import asdict

from graph.viewer import Viewer
from service.reports.ties import TiesReport


def ties_document(report: TiesReport, viewer: Viewer) -> dict[str, object]:
    """Give a report as the body of ``musubi.report-ties/1``; null = not shown or nothing to compute from."""
    since, until = report.period.since, report.period.until
    return {
        "viewer": str(viewer),
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "total": report.total,
        "across": report.across,
        "within": report.within,
        "unplaced": report.unplaced,
        "undated": report.undated,
        "e_i_index": report.e_i,
        "hidden": report.hidden,
        "cells": [asdict(cell) for cell in report.cells],
    }
