"""How much a file may hold: what is larger is refused before it can do harm."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from graph.errors import Refused

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one import.

    Attributes
    ----------
    text_bytes : int
        Size of a CSV or TSV file, unpacked, in bytes.
    text_rows, text_columns : int or None
        Rows and columns of a CSV or TSV file; None for no cap.
    packed_bytes, unpacked_bytes : int
        Size of an archive as it lies on the disk, and of its parts after unpacking, in bytes.
    ratio : float
        Unpacked size over packed size of an archive.
    sheet_rows, sheet_columns : int
        Size of one sheet of a workbook.
    cell_characters : int
        Length of one cell of a sheet or of a people's CSV; a longer one refuses its row.
    cpu_s : float
        Processor time that reading a file may take, in seconds: of the process that reads an archive or a
        document, and of this one for rows of text.
    rows_per_cpu_s : float
        Rows of a text file that lengthen its processor time by one second.
    wall_s : float
        Time that reading an archive or a document may take by the clock, in seconds.
    memory_bytes : int
        Address space of the process that reads an archive or a document, in bytes.
    """

    text_bytes: int = 512 * MIB
    text_rows: int | None = None
    text_columns: int | None = None
    packed_bytes: int = 10 * MIB
    unpacked_bytes: int = 100 * MIB
    ratio: float = 100.0
    sheet_rows: int = 50_000
    sheet_columns: int = 60
    cell_characters: int = 4_000
    cpu_s: float = 10.0
    rows_per_cpu_s: float = 2_000.0
    wall_s: float = 120.0
    memory_bytes: int = 256 * MIB


LIMITS = Limits()
"""For files that the person at this machine names."""


def uploaded(limits: Limits) -> Limits:
    """Give the limits of files that come over the network: those of workbooks hold for text too."""
    return replace(
        limits,
        text_bytes=min(limits.text_bytes, limits.unpacked_bytes),
        text_rows=limits.sheet_rows,
        text_columns=limits.sheet_columns,
    )


class Budget:
    """Processor time that the rows of one text file may take, looked at between rows.

    Parameters
    ----------
    label : str
        Name of the file as the user gave it.
    limits : Limits
        ``cpu_s``, and one second more for every ``rows_per_cpu_s`` rows.
    """

    def __init__(self, label: str, limits: Limits) -> None:
        self._label, self._limits = label, limits
        self._begin = time.thread_time()

    def check(self, rows: int) -> None:
        """Refuse the file once it has taken longer than its rows may.

        Parameters
        ----------
        rows : int
            Rows that the file holds, as far as is known.

        Raises
        ------
        Refused
            If the time is spent.
        """
        allowed = self._limits.cpu_s + rows / self._limits.rows_per_cpu_s
        spent = time.thread_time() - self._begin
        if spent > allowed:
            raise Refused(
                f"{self._label}: reading it has taken {spent:.1f} s of processor time, at most {allowed:.1f} s for"
                f" {rows:,} rows: import it in parts"
            )
