"""Errors of the whole project: one root, one class per thing that the caller can do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class MusubiError(Exception):
    """Root of every error that musubi raises on purpose."""


class WrongUse(MusubiError):
    """A command, parameter or viewer that does not exist or does not fit: change the call."""


class Refused(MusubiError):
    """The input as a whole cannot be taken: mend the input and bring it again."""


class Unknown(MusubiError):
    """A name that is not in what this viewer may see.

    A thing that does not exist and a thing that the viewer may not see give the same error.

    Parameters
    ----------
    what : str
        Kind of thing looked for, such as ``"space"``.
    value : str
        What arrived.
    known : iterable of str
        Names this viewer may see; the nearest become the hint.
    """

    def __init__(self, what: str, value: str, known: Iterable[str] = ()) -> None:
        self.what, self.value = what, value
        self.nearest = nearest(value, known)
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        super().__init__(f"no {what} {value!r} here{hint}")


class Conflict(MusubiError):
    """The same idempotency key came with another content: use a new key."""


class NotPermitted(MusubiError):
    """An act that needs a grant or an agreement which is not there: the message says how to get it."""


class StoreUnavailable(MusubiError):
    """The store cannot be reached, opened or written: mend the address, the disk or the server."""


class EncoderUnavailable(MusubiError):
    """A text encoder that was asked for cannot run here: install it or choose another one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell or row that was refused or flagged.

    Attributes
    ----------
    file : str
        Name of the file as the user gave it.
    sheet : str or None
        Sheet of a workbook.
    row : int or None
        Row as a spreadsheet shows it, from 1, blank rows counted.
    column : str or None
        Header of the column.
    value : str
        What arrived.
    code : str
        Stable reason code such as ``"not_a_date"``.
    expected : str
        What would have been accepted.
    level : str
        ``"refuse"`` (the row is not stored) or ``"flag"`` (stored, look at it).
    """

    file: str
    sheet: str | None
    row: int | None
    column: str | None
    value: str
    code: str
    expected: str
    level: str = "refuse"

    def __str__(self) -> str:
        place = [self.file]
        if self.sheet is not None:
            place.append(f"sheet '{self.sheet}'")
        if self.row is not None:
            place.append(f"row {self.row}")
        where = " ".join(place) + (f", column '{self.column}'" if self.column else "")
        return f"{where}: got {self.value!r}, expected {self.expected}"


def nearest(value: str, known: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Give the names closest to a mistyped one, best first."""
    return tuple(difflib.get_close_matches(value, list(known), n=n, cutoff=0.6))
