"""How much a file may hold: what is larger is refused before it can do harm."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one import.

    Attributes
    ----------
    text_bytes : int
        Size of a CSV or TSV file, unpacked, in bytes; there is no cap on its rows.
    packed_bytes, unpacked_bytes : int
        Size of a workbook as it lies on the disk, and of its parts after unpacking, in bytes.
    ratio : float
        Unpacked size over packed size of a workbook.
    sheet_rows, sheet_columns : int
        Size of one sheet of a workbook.
    cell_characters : int
        Length of one cell of a sheet or of a people's CSV; a longer one refuses its row.
    cpu_s, cpu_s_per_mib : float
        Processor time that reading a workbook may take, in seconds, and how much more for each MiB of its
        unpacked size.
    wall_s : float
        Time that reading a workbook may take by the clock, in seconds.
    memory_bytes : int
        Address space of the process that reads a workbook, in bytes.
    """

    text_bytes: int = 512 * MIB
    packed_bytes: int = 10 * MIB
    unpacked_bytes: int = 100 * MIB
    ratio: float = 100.0
    sheet_rows: int = 50_000
    sheet_columns: int = 60
    cell_characters: int = 4_000
    cpu_s: float = 10.0
    cpu_s_per_mib: float = 0.5
    wall_s: float = 120.0
    memory_bytes: int = 256 * MIB


LIMITS = Limits()
