"""Ties formed across communities, and numbers too small to be shown."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import null_space

from graph import gate
from graph.calendar import JST
from graph.changes import ChangeSet
from graph.errors import WrongUse
from graph.kinds import TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Purpose
from graph.records import Node, Provenance
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import ANALYST, OPERATOR, PUBLIC, Viewer
from service.languages import Lang
from service.reports.small_cells import protect
from service.reports.ties import Period, ties_report

SOURCE = Provenance("x")


def at(day: str, hour: int = 0) -> float:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), JST).timestamp()


def network(ties: list[tuple[str, str, str | None]], members: dict[str, str], viewer: Viewer = OPERATOR) -> View:
    """Make people of communities with meetings: (a, b, day or None)."""
    changes = ChangeSet("k", "operator", "test")
    changes.nodes += [Node(f"space:{s}", PUBLIC_OPEN, SOURCE) for s in sorted(set(members.values()) - {""})]
    changes.nodes += [Node(f"person:{p}", NETWORK_OPEN, SOURCE) for p in members]
    for who, space in members.items():
        if space:
            changes.add_tie(TieKind.MEMBER_OF, f"person:{who}", f"space:{space}", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    for a, b, day in ties:
        t = at(day) if day else None
        changes.add_tie(TieKind.MET, f"person:{a}", f"person:{b}", NETWORK_OPEN, NETWORK_OPEN, SOURCE, t=t)
    store = MemoryStore()
    store.apply(changes)
    return gate.view(store.snapshot(), viewer, Purpose.REPORT)


MEMBERS = {"a1": "A", "a2": "A", "b1": "B", "b2": "B", "c1": ""}
TIES: list[tuple[str, str, str | None]] = [
    ("a1", "a2", "2026-01-10"),
    ("a1", "b1", "2026-01-20"),
    ("a1", "b1", "2026-03-01"),
    ("a2", "b2", "2026-02-01"),
    ("b1", "b2", None),
    ("a1", "c1", "2026-02-10"),
]


def test_counts_of_a_known_network() -> None:
    """a1-a2 inside A; a1-b1 and a2-b2 across; b1-b2 undated; a1-c1 with somebody of no community."""
    made = ties_report(network(TIES, MEMBERS), Period())
    assert (made.total, made.across, made.within, made.unplaced, made.undated) == (4, 2, 1, 1, 1)
    assert made.e_i == pytest.approx(1 / 3)
    assert {(c.a, c.b): c.ties for c in made.cells if c.ties} == {("A", "A"): 1.0, ("A", "B"): 2.0}
    assert not made.hidden


@pytest.mark.parametrize(
    ("since", "until", "total"),
    [
        ("2026-01-10", "2026-01-10", 1),
        ("2026-01-11", None, 3),
        (None, "2026-01-20", 2),
        ("2026-03-01", None, 0),
        ("2026-01-01", "2026-12-31", 4),
    ],
)
def test_a_pair_counts_at_its_first_meeting_and_days_are_days_in_japan(
    since: str | None, until: str | None, total: int
) -> None:
    days = [None if d is None else dt.date.fromisoformat(d) for d in (since, until)]
    assert ties_report(network(TIES, MEMBERS), Period(*days)).total == total


def test_people_of_one_project_count_from_the_day_both_were_in_it() -> None:
    changes = ChangeSet("k", "operator", "test")
    changes.nodes += [Node(f"person:{p}", NETWORK_OPEN, SOURCE) for p in "abc"]
    changes.nodes.append(Node("project:p", NETWORK_OPEN, SOURCE))
    for who, day in zip("abc", ("2026-01-01", "2026-02-01", "2026-03-01"), strict=True):
        changes.add_tie(
            TieKind.COLLABORATED, f"person:{who}", "project:p", NETWORK_OPEN, PUBLIC_OPEN, SOURCE, t=at(day)
        )
    store = MemoryStore()
    store.apply(changes)
    view = gate.view(store.snapshot(), OPERATOR, Purpose.REPORT)
    assert ties_report(view, Period(until=dt.date(2026, 2, 28))).total == 1
    assert ties_report(view, Period()).total == 3


def test_an_empty_network_has_an_empty_report() -> None:
    made = ties_report(network([], {}), Period())
    assert (made.total, made.across, made.e_i, made.cells) == (0, 0, None, ())


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(WrongUse, match="before"):
        Period(dt.date(2026, 2, 1), dt.date(2026, 1, 31))


@pytest.mark.parametrize("viewer", [ANALYST, PUBLIC, Viewer.parse("space:A"), Viewer.parse("person:a1")])
def test_small_numbers_are_kept_from_all_but_operator_and_mixers(viewer: Viewer) -> None:
    made = ties_report(network(TIES, MEMBERS, viewer), Period())
    assert made.hidden or made.total == 0
    assert all(c.ties is None for c in made.cells)
    assert made.across in (None, 0)
    assert made.e_i is None


def test_large_numbers_are_shown_to_the_analyst() -> None:
    members = {f"{s}{i}": s for s in "AB" for i in range(12)}
    ties = [(f"A{i}", f"B{j}", "2026-01-01") for i in range(12) for j in range(3)]
    ties += [(f"{s}{i}", f"{s}{i + 1}", "2026-01-01") for s in "AB" for i in range(8)]
    made = ties_report(network(ties, members, ANALYST), Period())
    assert (made.total, made.across, made.within, made.hidden) == (52, 36, 16, False)
    assert all(c.expected is not None for c in made.cells)


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(1, 12))
def test_no_count_left_out_can_be_worked_out(counts: list[int], k: int) -> None:
    """What is published is linear in the counts: no unit vector of a hidden one is in its row space."""
    values = np.array(counts, dtype=float)
    made = protect(values, k)
    assert np.all(values[made.cells] >= k)
    hidden = np.flatnonzero(~made.cells)
    if not len(hidden):
        assert made.total
        return
    rows = [np.eye(len(counts))[i] for i in np.flatnonzero(made.cells)]
    rows += [np.ones(len(counts))] if made.total else []
    free = null_space(np.array(rows)) if rows else np.eye(len(counts))
    for cell in hidden:
        assert np.abs(free[cell]).max() > 1e-9  # another value of this count fits all that is shown
    if made.total:
        assert values[hidden].sum() >= k


def test_nothing_is_left_out_without_a_threshold() -> None:
    made = protect(np.array([0.0, 1.0]), 0)
    assert made.cells.all()
    assert made.total


def test_report_document_page_and_lines(musubi, url: str) -> None:
    body = musubi("--store", url, "report", "ties", "--json").document()
    assert list(body) == [
        "schema", "viewer", "since", "until", "total", "across", "within", "unplaced", "undated", "e_i_index", "hidden",
        "cells",
    ]  # fmt: skip
    assert (body["schema"], body["total"], body["across"], body["within"]) == ("musubi.report-ties/1", 7, 2, 5)
    assert set(body["cells"][0]) == {"a", "b", "ties", "expected"}
    for lang in Lang:
        page = musubi("--store", url, "--lang", lang, "report", "ties", "--html", "-").out
        assert f'<html lang="{lang}">' in page
        assert "かぜのま" in page
    assert "Across communities" in musubi("--store", url, "report", "ties").out
    restricted = musubi("--store", url, "--as", "analyst", "report", "ties", "--json").document()
    assert restricted["hidden"]
    assert json.dumps(restricted).count("null") > 4
