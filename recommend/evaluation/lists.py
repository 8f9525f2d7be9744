"""Recommendation lists as files, and as an answer to be measured against a split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from graph.errors import Problem, WrongUse
from graph.measures.adjacency import FloatArray, IntArray
from recommend.evaluation.network import NetworkData
from recommend.evaluation.protocol import Candidates, Regime, Split
from recommend.evaluation.ranking import Lists
from recommend.evaluation.tables import Table, read_table, write_table

COLUMNS = ("person", "partner", "rank", "score", "reasons")


def read_lists(path: Path, data: NetworkData) -> tuple[Lists, tuple[Problem, ...]]:
    """Read lists such as ``recommend --csv`` writes.

    Parameters
    ----------
    path : Path
        Columns ``person,partner,rank``; others are ignored.
    data : NetworkData
        Whose people they are: the training part of a split.

    Returns
    -------
    lists : Lists
        Partners in the order of their ranks, as long as the longest list; of equal ranks the earlier row first.
    problems : tuple of Problem
        Rows left out: an id that is not in the network, a rank that is no number from 1.

    Raises
    ------
    Refused
        When the file cannot be read or lacks a column.
    """
    person, partner, rank, problems = _rows(path, data)
    order = np.lexsort((rank, person))
    people, start, count = np.unique(person[order], return_index=True, return_counts=True)
    partners = np.full((len(people), int(count.max(initial=0))), -1, dtype=np.int64)
    place = np.arange(len(order)) - np.repeat(start, count)
    partners[np.repeat(np.arange(len(people)), count), place] = partner[order]
    return Lists(people, partners), problems


def read_pairs(path: Path, data: NetworkData) -> tuple[IntArray, tuple[Problem, ...]]:
    """Read a round of introductions such as ``recommend --ranking balanced --csv`` writes.

    Parameters
    ----------
    path, data
        See :func:`read_lists`; here a pair stands once and its rank is the order of selection.

    Returns
    -------
    pairs : (n_pairs, 2) int
        In the order of selection.
    problems : tuple of Problem
    """
    person, partner, rank, problems = _rows(path, data)
    order = np.argsort(rank, kind="stable")
    return np.column_stack([person, partner])[order], problems


def write_lists(path: Path, data: NetworkData, lists: Lists, scores: FloatArray | None = None) -> Path:
    """Write lists with the columns ``person,partner,rank,score,reasons``.

    Parameters
    ----------
    path : Path
        Target.
    data : NetworkData
        Whose people they are.
    lists : Lists
        The lists.
    scores : (n_lists, k) float, optional
        Score of every place; the column is empty without.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    WrongUse
        When a score is not finite.
    """
    if scores is not None and not np.isfinite(scores[lists.partners >= 0]).all():
        raise WrongUse("scores written to a file must be finite")
    return write_table(path, _list_rows(data.ids, lists, scores))


def admissible(split: Split, lists: Lists, regime: Regime, k: int) -> tuple[Lists, int]:
    """Bring given lists into the form of the protocol.

    Parameters
    ----------
    split : Split
        The split.
    lists : Lists
        Lists of any people, of any length.
    regime : Regime
        What they are measured in.
    k : int
        Length wanted.

    Returns
    -------
    lists : Lists
        One for each person asked about, empty where none was given: partners who are no candidates (unknown before
        the cut, met before, outside the regime) are taken out and the rest moves up, repeated ones count once.
    n_taken_out : int
        Entries taken out of the lists of the people asked about.
    """
    people = split.people[regime]
    result = np.full((len(people), k), -1, dtype=np.int64)
    given = {int(person): i for i, person in enumerate(lists.people)}
    candidates, n_taken_out = Candidates(split), 0
    for i, person in enumerate(people.tolist()):
        if person not in given:
            continue
        listed = [p for p in lists.partners[given[person]].tolist() if p >= 0]
        allowed = candidates.mask(people[i : i + 1], regime)[0]
        kept = list(dict.fromkeys(p for p in listed if allowed[p]))
        n_taken_out += len(listed) - len(kept)
        result[i, : min(k, len(kept))] = kept[:k]
    return Lists(people, result), n_taken_out


def _rows(path: Path, data: NetworkData) -> tuple[IntArray, IntArray, FloatArray, tuple[Problem, ...]]:
    table = read_table(path, COLUMNS[:3])
    index = {person: i for i, person in enumerate(data.ids)}
    person, partner = (_people(table, column, index) for column in COLUMNS[:2])
    rank = _ranks(table)
    good = (person >= 0) & (partner >= 0) & ~np.isnan(rank)
    return person[good], partner[good], rank[good], tuple(table.problems)


def _people(table: Table, column: str, index: dict[str, int]) -> IntArray:
    positions = np.array([index.get(cell, -1) for cell in table.columns[column]], dtype=np.int64)
    for i in np.flatnonzero(positions < 0).tolist():
        table.refuse(i, column, "unknown_id", "an id of the training part")
    return positions


def _ranks(table: Table) -> FloatArray:
    cells = table.columns["rank"]
    ranks = np.array([float(cell) if cell.isdecimal() and int(cell) > 0 else np.nan for cell in cells])
    for i in np.flatnonzero(np.isnan(ranks)).tolist():
        table.refuse(i, "rank", "not_a_rank", "a whole number from 1")
    return ranks.reshape(-1)


def _list_rows(ids: Sequence[str], lists: Lists, scores: FloatArray | None) -> Iterator[tuple[str, ...]]:
    yield COLUMNS
    for i, person in enumerate(lists.people.tolist()):
        for place, partner in enumerate(lists.partners[i].tolist()):
            if partner >= 0:
                score = "" if scores is None else repr(float(scores[i, place]))
                yield ids[person], ids[partner], str(place + 1), score, ""
