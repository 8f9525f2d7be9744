"""Problems and notes of one table, told in the words of its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ingest.dates import EXPECTED as DATE_EXPECTED
from ingest.dates import Moment, parse_moment
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.release import UnknownWord
from ingest.table import Row, Table
from ingest.words import is_nothing

T = TypeVar("T")


class Report:
    """Reports on the rows of one table; a row that was refused once stays refused.

    Parameters
    ----------
    table : Table
        The table.
    facts : Facts
        Gets the problems.

    Attributes
    ----------
    refused : set of int
        Numbers of the rows refused so far.
    named_spaces : list of (Row, str, str)
        Row, meaning and name of every partner space that an owner named.
    """

    def __init__(self, table: Table, facts: Facts) -> None:
        self.table, self.facts = table, facts
        self.refused: set[int] = set()
        self.named_spaces: list[tuple[Row, str, str]] = []
        self._said: set[tuple[int, str, str]] = set()

    @property
    def sheet(self) -> str | None:
        """Sheet of the table."""
        return self.table.mapping.sheet

    def refuse(self, row: Row, meaning: str, code: str, expected: str) -> None:
        """Refuse a row because of one of its cells."""
        self.refused.add(row.number)
        if (row.number, meaning, code) in self._said:
            return
        self._said.add((row.number, meaning, code))
        header, value = self._cell(row, meaning)
        self.facts.problems.refuse(row.number, header, value, code, expected, self.sheet)

    def flag(self, row: Row, meaning: str, code: str, expected: str, value: str | None = None) -> None:
        """Ask to look at a cell; its row is stored."""
        header, whole = self._cell(row, meaning)
        self.facts.problems.flag(row.number, header, whole if value is None else value, code, expected, self.sheet)

    def _cell(self, row: Row, meaning: str) -> tuple[str | None, str]:
        """Give header and text of a cell; of a name in two columns the family name's, with both as its text."""
        header = self.table.header(meaning)
        if header is None and meaning == "name" and self.table.has("family_name"):
            return self.table.header("family_name"), " ".join(filter(None, (row["family_name"], row["given_name"])))
        return header, row[meaning]

    def flag_unknown_spaces(self, directory: Directory) -> None:
        """Flag the names of partner spaces that are not known once the whole table has been read."""
        for row, meaning, name in self.named_spaces:
            if not directory.knows_space(name) and row.number not in self.refused:
                self.flag(row, meaning, "unknown_space", "the name of a space that is known", name)

    def moment(self, row: Row, meaning: str) -> Moment | None:
        """Read a date; an empty cell gives none, a cell that is no date refuses its row."""
        text = row[meaning]
        if is_nothing(text):
            return None
        try:
            return parse_moment(text, epoch=self.table.epoch, order=self.table.orders.get(meaning))
        except (ValueError, OverflowError):
            self.refuse(row, meaning, "not_a_date", DATE_EXPECTED)
            return None

    def word(self, row: Row, meaning: str, read: Callable[[str], T], default: T) -> T:
        """Read a word of release; a table that does not ask gives the default, an unknown word refuses its row."""
        if not self.table.has(meaning):
            return default
        try:
            return read(row[meaning])
        except UnknownWord as unknown:
            self.refuse(row, meaning, "unknown_release", unknown.expected)
            return default
