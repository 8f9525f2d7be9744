"""What the columns of a table mean: guessed from their headers, shown, confirmed, saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NOT_USED = "not used"


@dataclass(frozen=True, slots=True)
class Column:
    """What one column means.

    Attributes
    ----------
    header : str
        Header as the file has it.
    meaning : str
        A meaning of the profile, or `NOT_USED`.
    why : str
        Why so.
    """

    header: str
    meaning: str
    why: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of one table mean.

    Attributes
    ----------
    profile : str
        Profile of the table.
    sheet : str or None
        Sheet of a workbook.
    columns : tuple of Column
        In the order of the file.
    guessed : bool
        Whether nobody has confirmed it yet.
    """

    profile: str
    sheet: str | None
    columns: tuple[Column, ...]
    guessed: bool

    def canonical(self) -> list[object]:
        """Give what tells this mapping from another one."""
        return [self.profile, self.sheet, [[c.header, c.meaning] for c in self.columns]]


def fixed(profile: str, header: Sequence[str], known: Sequence[str]) -> Mapping:
    """Give the mapping of a table whose columns have fixed names."""
    columns = [
        Column(h, h, "name of the column") if h in known else Column(h, NOT_USED, "not part of the profile")
        for h in header
    ]
    return Mapping(profile, None, tuple(columns), guessed=False)
