"""Files of tables: sheets and their profiles found, then read into facts."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from graph.errors import Refused
from graph.kinds import StatementKind
from graph.policy import Matching
from ingest.answers import read_answers
from ingest.call import Call
from ingest.chats import read_chat
from ingest.contacts import read_contacts
from ingest.directory import Directory
from ingest.elements import read_connections, read_elements
from ingest.facts import Facts
from ingest.gatherings import read_events, read_projects
from ingest.hearings import read_hearing
from ingest.limits import Budget, Limits
from ingest.mapping import NOT_USED, NOTHING_TOLD, Mapping, dropped_class
from ingest.members import read_members
from ingest.offers import read_offers
from ingest.opening import open_book
from ingest.organisations import read_organisations
from ingest.outcomes import read_introductions
from ingest.participants import read_announcements, read_participants
from ingest.problems import Note, Problems
from ingest.profile import PROFILES, members_of, profile
from ingest.registers import read_registers
from ingest.sheet import Book, Sheet
from ingest.source import Source
from ingest.table import Table, find_mapping, read_table

GENERAL = ("members", "organisations", "projects", "events", "participants", "form", "hearing", "introductions")
"""Profiles that a table of no known source may have: what is told when none fits."""

READERS: dict[str, Callable[[Table, Directory, Facts, str, Call], None]] = {
    "members": read_members,
    "organisations": read_organisations,
    "registers": read_registers,
    "elements": read_elements,
    "connections": read_connections,
    "projects": read_projects,
    "events": read_events,
    "participants": read_participants,
    "announcements": read_announcements,
    "chat": read_chat,
    "contacts": read_contacts,
    "form": read_answers,
    "offers": read_offers,
    "hearing": read_hearing,
    "introductions": read_introductions,
}


@dataclass(frozen=True, slots=True)
class Tables:
    """A file of tables, looked at but not read.

    Attributes
    ----------
    source : Source
        The file.
    tables : list of (Sheet, int, Mapping)
        Sheet, position of its header, what its columns mean; who is spoken of comes first.
    hidden, unknown : list of str
        Sheets that were left out because they are hidden, or not understood.
    encoding : str
        How texts inside it are encoded where that is not the encoding of the file.
    """

    source: Source
    tables: list[tuple[Sheet, int, Mapping]]
    hidden: list[str]
    unknown: list[str]
    encoding: str

    @property
    def profile(self) -> str:
        """Profiles in it, joined by ``+``."""
        return "+".join(dict.fromkeys(profile(m.profile).family for _, _, m in self.tables))

    @property
    def why(self) -> str:
        """What was recognised."""
        return "; ".join(_why(m) for _, _, m in self.tables)

    @property
    def rank(self) -> int:
        """Place among the files of an import."""
        return min(PROFILES.index(m.profile) for _, _, m in self.tables)

    def read(self, directory: Directory, call: Call, limits: Limits) -> Facts:
        """Read every table into facts.

        Parameters
        ----------
        directory : Directory
            Who is known; learns what the tables say.
        call : Call
            What was asked for.
        limits : Limits
            How long cells may be, and how long reading may take.
        """
        facts = Facts(Problems(self.source.label))
        for name in self.hidden:
            facts.notes.append(Note("hidden_sheet_left_out", name, None, name))
        for name in self.unknown:
            facts.problems.flag(
                None, None, name, "sheet_not_understood", "headers that are known: see docs/formats.md", name
            )
        budget = Budget(self.source.label, limits)
        within = partial(budget.check, sum(len(sheet.rows) for sheet, _, _ in self.tables))
        call = replace(call, within=within)
        for sheet, place, mapping in self.tables:
            within()
            facts.notes.extend(_dropped(mapping))
            table = read_table(sheet, place, mapping, limits.cell_characters, facts.problems)
            facts.notes.extend(table.notes)
            source = self.source.name if sheet.name is None else f"{self.source.name}/{sheet.name}"
            before = len(facts.statements)
            READERS[profile(mapping.profile).reader](table, directory, facts, source, call)
            _note_needs(facts, before, table)
        return facts


def look_at(
    source: Source, only: str | None, folder: Path, limits: Limits, told: abc.Mapping[str, str] = NOTHING_TOLD
) -> Tables:
    """Open a file and find out what its tables are.

    Parameters
    ----------
    source : Source
        CSV, TSV or XLSX.
    only : str, optional
        Profile that they must have.
    folder : Path
        Folder of confirmed mappings.
    limits : Limits
        How large a workbook may be.
    told : mapping of str to str
        Meanings by key of the header that the user gave.

    Raises
    ------
    Refused
        If the file cannot be read or no table in it is understood.
    """
    book = open_book(source, limits)
    tables, unknown = [], []
    for sheet in book.sheets:
        found = find_mapping(sheet, only, folder, told) if sheet.rows else None
        if found:
            tables.append((sheet, *found))
        elif sheet.rows:
            unknown.append(sheet.name or "")
    if not tables:
        raise Refused(f"{source.label}: {_not_understood(book, only)}")
    tables.sort(key=lambda t: PROFILES.index(t[2].profile))
    return Tables(source, tables, book.hidden, unknown, book.encoding)


def _note_needs(facts: Facts, before: int, table: Table) -> None:
    """Note needs of a table that does not ask for their use: they move no ranking until their owners say so."""
    new = facts.statements[before:]
    n = sum(s.kind is StatementKind.NEED and s.policy.matching is not Matching.OPEN for s in new)
    if n and not table.has("use"):
        facts.notes.append(Note("needs_not_released", table.mapping.sheet, None, str(n)))


def _why(mapping: Mapping) -> str:
    sheet = f"sheet '{mapping.sheet}': " if mapping.sheet else ""
    title = profile(mapping.profile).title["en"]
    how = "" if mapping.guessed else ", as confirmed before"
    return f"{sheet}{title}, {mapping.used} of {len(mapping.columns)} columns used{how}"


def _not_understood(book: Book, only: str | None) -> str:
    rows = [cells for sheet in book.sheets for _, cells in sheet.rows[:1]]
    if not rows:
        return "it holds no rows"
    wanted = f"profile '{only}' needs" if only else "one of these is needed:"
    needs = "; ".join(
        f"{name}: " + " and ".join("/".join(group) for group in profile(name).needs)
        for name in (members_of(only) if only else GENERAL)
    )
    return f"no header row is understood, it begins with {', '.join(filter(None, rows[0][:12]))!r}; {wanted} {needs}"


def _dropped(mapping: Mapping) -> list[Note]:
    return [
        Note(f"{kind}_column_not_read", mapping.sheet, None, column.header)
        for column in mapping.columns
        if column.meaning == NOT_USED and (kind := dropped_class(column.header))
    ]
