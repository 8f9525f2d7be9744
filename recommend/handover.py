"""Gives something large to several processes at once, which share its arrays instead of copying them."""

from __future__ import annotations

import mmap
import os
import pickle
import tempfile
from collections.abc import Callable
from multiprocessing.reduction import DupFd
from types import TracebackType
from typing import IO, Any, Generic, Self, TypeVar

T = TypeVar("T")

ALIGNED = 64
"""Where arrays begin, in bytes: as processors like it."""


def _nameless() -> IO[bytes]:
    """Make a file without a name: in memory where the system knows such files, else among temporary files."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("musubi"), "w+b")
    return tempfile.TemporaryFile()


class Handover(Generic[T]):
    """Something that other processes take, through a file without a name that is gone with the last of them.

    Parameters
    ----------
    thing : T
        Can be pickled. Arrays of at least some size are not copied for each process.

    Notes
    -----
    Can itself be given only to a process that is being started (as an argument of it). Pipes give what is large to
    one process after the other, while each of them first spends seconds on its imports.
    """

    def __init__(self, thing: T) -> None:
        arrays: list[pickle.PickleBuffer] = []
        self._head = pickle.dumps(thing, protocol=5, buffer_callback=arrays.append)
        self._spans: list[tuple[int, int]] = []
        self._file = _nameless()
        for array in arrays:
            with array.raw() as raw:
                self._file.seek(-(-self._file.tell() // ALIGNED) * ALIGNED)
                self._spans.append((self._file.tell(), raw.nbytes))
                self._file.write(raw)
        self._file.truncate(max(self._file.tell(), 1))  # an empty file cannot be mapped
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def __reduce__(self) -> tuple[Callable[..., Handover[T]], tuple[Any, ...]]:
        return self._arrived, (self._head, self._spans, DupFd(self._file.fileno()))

    @classmethod
    def _arrived(cls, head: bytes, spans: list[tuple[int, int]], descriptor: Any) -> Handover[T]:
        self = cls.__new__(cls)
        self._head, self._spans, self._file = head, spans, open(descriptor.detach(), "rb")  # noqa: SIM115
        return self

    def take(self) -> T:
        """Give the thing; its arrays cannot be written to, and stay as long as anything uses them."""
        view = memoryview(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))
        arrays = [view[start : start + size] for start, size in self._spans]
        thing: T = pickle.loads(self._head, buffers=arrays)  # noqa: S301 - written by the process that started this one
        return thing
