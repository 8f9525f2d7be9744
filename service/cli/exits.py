"""Exit codes, all of them."""

from __future__ import annotations

from enum import IntEnum

from graph.errors import (
    Conflict,
    EncoderUnavailable,
    MusubiError,
    NotPermitted,
    Refused,
    StoreUnavailable,
    Unknown,
    WrongUse,
)


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    PROBLEMS = 1  # done, with problems to look at
    WRONG_USE = 2
    REFUSED = 3  # the input is refused whole
    NO_STORE = 4  # the store cannot be reached
    DEFECT = 70  # a fault of musubi itself, EX_SOFTWARE of sysexits.h
    INTERRUPTED = 130


_OF_ERROR: dict[type[MusubiError], ExitCode] = {
    WrongUse: ExitCode.WRONG_USE,
    Unknown: ExitCode.WRONG_USE,
    EncoderUnavailable: ExitCode.WRONG_USE,
    Refused: ExitCode.REFUSED,
    Conflict: ExitCode.REFUSED,
    NotPermitted: ExitCode.REFUSED,
    StoreUnavailable: ExitCode.NO_STORE,
    MusubiError: ExitCode.DEFECT,
}


def exit_code(error: MusubiError) -> ExitCode:
    """Give the exit code of an error, by the nearest of its classes."""
    return next(_OF_ERROR[cls] for cls in type(error).__mro__ if cls in _OF_ERROR)
