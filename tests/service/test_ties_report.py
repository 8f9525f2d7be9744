"""Ties formed across communities, and numbers too small to be shown."""

from __future__ import annotations

import datetime as dt
import itertools
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
from service.reports.period import months_of
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
    assert made.hidden
    assert all(c.ties is None and c.expected is None for c in made.cells)
    figures = (made.total, made.across, made.within, made.undated, made.e_i)
    assert figures == (None,) * 5


@pytest.mark.parametrize("days", [(None, "2026-02-27"), ("2026-01-02", None), ("2026-01-01", "2026-01-30")])
def test_parts_of_months_are_refused_to_those_who_do_not_see_everything(days: tuple[str | None, str | None]) -> None:
    period = Period(*(None if d is None else dt.date.fromisoformat(d) for d in days))
    assert ties_report(network(TIES, MEMBERS), period).total is not None
    with pytest.raises(WrongUse, match=r"2026-01-01|2026-01-31|2026-02-28"):
        ties_report(network(TIES, MEMBERS, ANALYST), period)


def test_the_last_and_the_first_day_there_are_are_days(musubi, url: str) -> None:
    ended = musubi("--store", url, "report", "ties", "--json", "--since", "0001-01-01", "--until", "9999-12-31")
    assert (ended.code, ended.document()["total"]) == (0, 7)


def test_months_are_months_in_japan() -> None:
    borders = np.array([at("2026-01-01") - 1, at("2026-01-01"), at("2026-01-31", 23), at("2026-02-01"), -1e9])
    assert months_of(borders).tolist() == [671, 672, 672, 673, -381]


def months(n: int = 4) -> list[tuple[dt.date, dt.date]]:
    first = [dt.date(2026, m, 1) for m in range(1, n + 2)]
    return [(a, b - dt.timedelta(days=1)) for a, b in itertools.pairwise(first)]


def busy(rng: np.random.Generator, *, outsiders: bool) -> View:
    """Make a network of three communities in which months and cells are now large, now small, now empty."""
    members = {f"{s}{i}": s for s in "ABC" for i in range(14)}
    if outsiders:
        members |= {f"z{i}": "" for i in range(8)}
    people = list(members)
    pairs = rng.permutation([(a, b) for a, b in itertools.combinations(people, 2)])
    weights = rng.choice([0, 8, 40, 120, 300], size=4)
    when = rng.choice(4, size=len(pairs), p=weights / weights.sum()) if weights.sum() else np.zeros(len(pairs), int)
    n = int(weights.sum())
    ties = [(str(a), str(b), f"2026-0{m + 1}-1{m}") for (a, b), m in zip(pairs[:n], when[:n], strict=True)]
    return network(ties, members, ANALYST)


def told(view: View, period: Period) -> dict[str, float]:
    """Give every number of a report that a viewer reads."""
    made = ties_report(view, period)
    numbers = {name: getattr(made, name) for name in ("across", "within", "unplaced")}
    numbers |= {f"{c.a}-{c.b}": c.ties for c in made.cells}
    return {name: n for name, n in numbers.items() if n}


@pytest.mark.parametrize("seed", range(30))
def test_no_two_reports_differ_by_a_protected_number(seed: int) -> None:
    """P8: reports are sums of what months tell, and from what a month tells no small count can be solved."""
    view = busy(np.random.default_rng(seed), outsiders=seed % 3 == 0)
    of_month = [told(view, Period(*m)) for m in months()]
    for i, j in itertools.combinations_with_replacement(range(4), 2):
        expected = {}
        for one in of_month[i : j + 1]:
            for name, n in one.items():
                expected[name] = expected.get(name, 0) + n
        for since, until in {(months()[i][0], months()[j][1]), *([(None, months()[j][1])] if i == 0 else [])}:
            assert told(view, Period(since, until)) == pytest.approx(expected)
    for one in of_month:
        _nothing_small_follows(one)


CELLS = [f"{a}-{b}" for a, b in itertools.combinations_with_replacement("ABC", 2)]


def _nothing_small_follows(one: dict[str, float]) -> None:
    inside = np.array([c[0] == c[2] for c in CELLS])
    assert all(n >= (5 if name == "within" or name[0] == name[-1] else 10) for name, n in one.items())
    rows = [np.eye(len(CELLS))[i] for i, c in enumerate(CELLS) if c in one]
    rows += [np.where(inside == (name == "within"), 1.0, 0.0) for name in ("across", "within") if name in one]
    free = null_space(np.array(rows)) if rows else np.eye(len(CELLS))
    for i, cell in enumerate(CELLS):
        if cell not in one:
            assert np.abs(free[i]).max() > 1e-9, cell


def test_whether_a_later_month_is_empty_is_not_told() -> None:
    """An exact zero beside numbers left out would tell that there is nothing to leave out."""
    members = {f"{s}{i}": s for s in "AB" for i in range(12)}
    ties: list[tuple[str, str, str | None]] = [(f"A{i}", f"B{j}", "2026-01-05") for i in range(12) for j in range(3)]
    ties += [(f"{s}{i}", f"{s}{i + 1}", "2026-01-05") for s in "AB" for i in range(8)]
    later = Period(dt.date(2026, 2, 1), dt.date(2026, 3, 31))
    empty = ties_report(network(ties, members, ANALYST), later)
    few = ties_report(network([*ties, ("A11", "B11", "2026-02-03")], members, ANALYST), later)
    assert empty == few
    assert (empty.across, empty.within, empty.total) == (None, None, None)


def test_large_numbers_are_shown_to_the_analyst() -> None:
    members = {f"{s}{i}": s for s in "AB" for i in range(12)}
    ties = [(f"A{i}", f"B{j}", "2026-01-01") for i in range(12) for j in range(3)]
    ties += [(f"{s}{i}", f"{s}{i + 1}", "2026-01-01") for s in "AB" for i in range(8)]
    made = ties_report(network(ties, members, ANALYST), Period())
    assert (made.total, made.across, made.within, made.unplaced) == (52, 36, 16, 0)
    assert made.e_i == pytest.approx(20 / 52)
    assert {(c.a, c.b): c.ties for c in made.cells} == {("A", "A"): 8, ("A", "B"): 36, ("B", "B"): 8}


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
