"""What was found in a file that was brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.errors import Problem
from ingest.problems import Note


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column as the page shows it: what it is read as, why, and what else it might be; None where it is barred."""

    key: str
    header: str
    meaning: str
    why: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableChoice:
    """The columns of one table of a file."""

    profile: str
    sheet: str | None
    columns: tuple[ColumnChoice, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would bring, or brought.

    Attributes
    ----------
    profile, why, encoding : str
        How it is read.
    tables : sequence of TableChoice
        How its columns are read.
    counts : mapping of str to int
        What it brings, by kind, without zeros; ties are named ``tie:KIND``.
    rows : mapping of str to int
        ``read``, ``refused``, ``flagged``.
    problems : sequence of Problem
        Rows that are refused or to be looked at.
    notes : sequence of Note
        What was left out.
    """

    profile: str
    why: str
    encoding: str
    tables: Sequence[TableChoice]
    counts: Mapping[str, int]
    rows: Mapping[str, int]
    problems: Sequence[Problem]
    notes: Sequence[Note]
