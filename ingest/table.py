"""Tables: the header row found in a sheet, its columns understood, its rows told from titles and totals."""

from __future__ import annotations

import datetime as dt
from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.dates import SlashOrder, slash_order
from ingest.japanese import cleaned
from ingest.mapping import NOT_USED, NOTHING_TOLD, Mapping, guess, saved, without_signs
from ingest.problems import Note, Problems
from ingest.profile import members_of, profile
from ingest.sheet import Rows, Sheet
from ingest.withheld import REDACTED, secret_in
from ingest.words import is_total

ROWS_TO_LOOK_AT = 30
FORMULA_EXPECTED = "a value: open the workbook in a spreadsheet, let it calculate, and save it"
WITHHELD_EXPECTED = "no card, account or personal number and no password: the cell is not stored"
KEYS = frozenset(
    {"number", "key", "user", "url", "mail", "date", "timestamp", "since", "until", "phone"}
    | {"valid_until", "offer_valid_until", "need_valid_until"}
)
"""Meanings whose cells are numbers and addresses that others give."""
UNBOUNDED = frozenset({NOT_USED, "groups", "replied", "mentioned", "projects", "organisations"})
"""Meanings whose cells hold lists that a document was read into, of any length."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes
    ----------
    number : int
        As a spreadsheet shows it.
    cells : dict of str to str
        Text by meaning; of a meaning that several columns share, their texts on separate lines.
    """

    number: int
    cells: dict[str, str]

    def __getitem__(self, meaning: str) -> str:
        return self.cells.get(meaning, "")

    @property
    def content(self) -> tuple[tuple[str, str], ...]:
        """The cells in an order of their own: rows are treated in this order, not in that of the file."""
        return tuple(sorted(self.cells.items()))


@dataclass(slots=True)
class Table:
    """A table of one profile.

    Attributes
    ----------
    mapping : Mapping
        What its columns mean.
    rows : list of Row
        Its rows without blank ones, totals and repeated headers.
    epoch : datetime
        Day 0 of serial days.
    orders : dict of str to SlashOrder
        How columns of dates write ``1/2/2024``, by meaning, where it can be told.
    notes : list of Note
        What was left out.
    meanings : frozenset of str
        Meanings of its columns.
    """

    mapping: Mapping
    rows: list[Row]
    epoch: dt.datetime
    orders: dict[str, SlashOrder] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    meanings: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.meanings = frozenset(c.meaning for c in self.mapping.columns)

    def header(self, meaning: str) -> str | None:
        """Give the header of a meaning, or None where the table has no such column."""
        return next((c.header for c in self.mapping.columns if c.meaning == meaning), None)

    def has(self, *meanings: str) -> bool:
        """Tell whether the table has a column of one of some meanings."""
        return not self.meanings.isdisjoint(meanings)


def find_mapping(
    sheet: Sheet, only: str | None, folder: Path, told: abc.Mapping[str, str] = NOTHING_TOLD
) -> tuple[int, Mapping] | None:
    """Find the header row of a sheet below titles, and what its columns mean.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    only : str, optional
        Profile that it must have.
    folder : Path
        Folder of confirmed mappings.
    told : mapping of str to str
        Meanings by key of the header that the user gave: they come before confirmed ones.

    Returns
    -------
    tuple of int and Mapping, or None
        Position of the header among the rows of the sheet; None where no row can be understood as a header.
    """
    if sheet.profile:
        return _known(sheet, only)
    best: tuple[int, Mapping] | None = None
    for place, header in enumerate(_candidates(sheet)):
        confirmed = None if told else saved(folder, sheet.name, header, only)
        if confirmed:
            return place, confirmed
        for name in members_of(only):
            mapping = guess(name, sheet.name, header, told)
            if _is_header(mapping) and (best is None or _better(place, mapping, *best)):
                best = (place, mapping)
    return (best[0], without_signs(best[1])) if best else None


def _known(sheet: Sheet, only: str | None) -> tuple[int, Mapping] | None:
    """Give the mapping of a table that was made from a document of a known source: there is nothing to confirm."""
    if only not in (None, sheet.profile, profile(sheet.profile).family):
        return None
    return 0, replace(without_signs(guess(sheet.profile, sheet.name, sheet.rows[0][1])), guessed=False)


def read_table(sheet: Sheet, place: int, mapping: Mapping, limit: int, problems: Problems) -> Table:
    """Read the rows below the header.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    place : int
        Position of the header among its rows.
    mapping : Mapping
        What the columns mean; the others are not looked at.
    limit : int
        Characters that a cell may have.
    problems : Problems
        Gets rows with too many or too long cells.
    """
    table = Table(mapping, [], sheet.epoch)
    header = [c.header for c in mapping.columns]
    for number, raw in _filled_down(sheet.rows[place + 1 :], sheet):
        cells = [cleaned(cell) for cell in raw]
        first = next((c for c in cells if c), "")
        if is_total(first) and not sheet.profile:
            table.notes.append(Note("total_row_skipped", sheet.name, number, first))
        elif cells[: len(header)] == [cleaned(h) for h in header]:
            table.notes.append(Note("repeated_header_skipped", sheet.name, number, first))
        elif sheet.name is None and any(cells[len(header) :]):
            expected = f"{len(header)} cells, as in the header; quote a cell that holds a comma"
            problems.refuse(number, None, str(len(cells)), "wrong_number_of_cells", expected, sheet.name)
        elif _short_enough(cells, mapping, number, limit, problems):
            table.rows.append(Row(number, _by_meaning(mapping, _without_secrets(cells, mapping, number, problems))))
    _flag_formulas(sheet, place, mapping, problems)
    for meaning in {c.meaning for c in mapping.columns}:
        order = slash_order(row[meaning] for row in table.rows)
        order = order or (SlashOrder.MONTH_FIRST if profile(mapping.profile).month_first else None)
        if order:
            table.orders[meaning] = order
    return table


def _flag_formulas(sheet: Sheet, place: int, mapping: Mapping, problems: Problems) -> None:
    """Flag used cells whose formula was never calculated: they look empty and are not."""
    for number, at, formula in sheet.formulas:
        column = mapping.columns[at] if at < len(mapping.columns) else None
        if column and column.meaning != NOT_USED and number > sheet.rows[place][0]:
            problems.flag(number, column.header, formula, "formula_without_value", FORMULA_EXPECTED, sheet.name)


def _candidates(sheet: Sheet) -> list[list[str]]:
    rows = [(number, list(cells)) for number, cells in sheet.rows[:ROWS_TO_LOOK_AT]]
    by_number = dict(rows)
    for first, left, last, right in sheet.merged:
        text = (by_number.get(first) or [])[left : left + 1]
        for number in range(first, min(last, first + ROWS_TO_LOOK_AT) + 1) if text else ():
            cells = by_number.get(number)
            if cells is not None:
                cells.extend([""] * (right + 1 - len(cells)))
                cells[left : right + 1] = text * (right + 1 - left)
    return [[cleaned(c) for c in _trimmed(cells)] for _, cells in rows]


def _trimmed(cells: Sequence[str]) -> list[str]:
    width = max((i for i, c in enumerate(cells, start=1) if c.strip()), default=0)
    return list(cells[:width])


def _is_header(mapping: Mapping) -> bool:
    written = sum(bool(c.header.strip()) for c in mapping.columns)
    meanings = [c.meaning for c in mapping.columns]
    return profile(mapping.profile).satisfied_by(meanings) and (mapping.used >= 2 or 2 * mapping.used >= written)


def _better(place: int, mapping: Mapping, best_place: int, best: Mapping) -> bool:
    """Headers of one source are better, then more columns that tell the kind.

    Of a header of two rows the lower one says more exactly.
    """
    specific, best_specific = profile(mapping.profile).specific, profile(best.profile).specific
    if specific != best_specific:
        return specific
    if mapping.telling != best.telling:
        return mapping.telling > best.telling
    return mapping.profile == best.profile and place == best_place + 1


def _filled_down(rows: Rows, sheet: Sheet) -> Rows:
    """Give the rows with cells that are merged over several rows of one column written out in each."""
    by_number = {number: list(cells) for number, cells in rows}
    for first, left, last, right in sheet.merged:
        top = by_number.get(first, [])
        if left != right or len(top) <= left:
            continue
        for number in by_number.keys() & range(first + 1, last + 1):
            cells = by_number[number]
            cells.extend([""] * (left + 1 - len(cells)))
            cells[left] = top[left]
    return list(by_number.items())


def _short_enough(cells: Sequence[str], mapping: Mapping, number: int, limit: int, problems: Problems) -> bool:
    short = True
    for column, cell in zip(mapping.columns, cells, strict=False):
        if column.meaning not in UNBOUNDED and len(cell) > limit:
            problems.refuse(number, column.header, cell, "too_long", f"at most {limit:,} characters", mapping.sheet)
            short = False
    return short


def _without_secrets(cells: list[str], mapping: Mapping, number: int, problems: Problems) -> list[str]:
    """Empty used cells that hold a secret, whatever their column is called, and flag them."""
    for i, (column, cell) in enumerate(zip(mapping.columns, cells, strict=False)):
        if cell and column.meaning != NOT_USED and secret_in(cell, is_key=column.meaning in KEYS):
            cells[i] = ""
            problems.flag(number, column.header, REDACTED, "secret_not_stored", WITHHELD_EXPECTED, mapping.sheet)
    return cells


def _by_meaning(mapping: Mapping, cells: Sequence[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for column, cell in zip(mapping.columns, cells, strict=False):
        if column.meaning != NOT_USED and cell:
            out[column.meaning] = f"{out[column.meaning]}\n{cell}" if column.meaning in out else cell
    return out
