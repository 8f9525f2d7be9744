"""A disk that fails: the N-th write, sync or truncation of SQLite really returns an error.

A layer of SQLite's own kind (SQLite documentation, "The SQLite OS Interface or VFS") stands before the one of the
operating system and passes everything on but the calls that are to fail; SQLite's own tests inject their I/O errors
so ("How SQLite Is Tested", section 3.2). A failed write leaves the first half of its bytes behind.
"""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

OK = 0
IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE = 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8
LIBRARIES = ("libsqlite3.so.0", "libsqlite3.dylib", "sqlite3.dll")
NAME = b"failing"
POINTER = ctypes.c_void_p
XWRITE = ctypes.CFUNCTYPE(ctypes.c_int, POINTER, POINTER, ctypes.c_int, ctypes.c_int64)
XTRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, POINTER, ctypes.c_int64)
XSYNC = ctypes.CFUNCTYPE(ctypes.c_int, POINTER, ctypes.c_int)
XOPEN = ctypes.CFUNCTYPE(ctypes.c_int, POINTER, POINTER, POINTER, ctypes.c_int, POINTER)


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods``, third version."""

    _fields_ = (
        ("version", ctypes.c_int), ("close", POINTER), ("read", POINTER), ("write", POINTER), ("truncate", POINTER),
        ("sync", POINTER), ("others", POINTER * 13),
    )  # fmt: skip


class _File(ctypes.Structure):
    """``sqlite3_file``."""

    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Vfs(ctypes.Structure):
    """``sqlite3_vfs``, third version."""

    _fields_ = (
        ("version", ctypes.c_int), ("file_size", ctypes.c_int), ("longest_path", ctypes.c_int), ("next", POINTER),
        ("name", ctypes.c_char_p), ("data", POINTER), ("open", POINTER), ("others", POINTER * 15),
    )  # fmt: skip


@dataclass
class FailingDisk:
    """Which call fails, and how many there were.

    Attributes
    ----------
    fail_at : int
        Number of the call that fails, from 1; 0 = none.
    for_good : bool
        Whether all calls after it fail too, as of a disk that is full or gone.
    calls : int
        Writes, syncs and truncations so far.
    failed : int
        How many of them failed.
    """

    fail_at: int
    for_good: bool = False
    calls: int = 0
    failed: int = 0
    _kept: list[Any] = field(default_factory=list, repr=False)
    _copies: dict[int, Any] = field(default_factory=dict, repr=False)

    def fails(self) -> bool:
        """Count a call and say whether it is to fail."""
        self.calls += 1
        fails = self.calls == self.fail_at or (self.for_good and 0 < self.fail_at < self.calls)
        self.failed += fails
        return fails

    def opener(self, system: Any) -> Any:
        """Give an ``xOpen`` that passes on to that of the system and takes the writing calls of the file over."""
        theirs = XOPEN(system.contents.open)

        def xopen(_vfs: int, name: int, file: int, flags: int, out: int) -> int:
            code = int(theirs(ctypes.cast(system, POINTER), name, file, flags, out))
            opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
            if code == OK and opened.methods:
                opened.methods = ctypes.pointer(self._methods(opened.methods))
            return code

        return self._keep(XOPEN(xopen))

    def _methods(self, theirs: Any) -> _Methods:
        """Give a copy of the methods of a file with three of them replaced; one for each kind of file."""
        address = ctypes.addressof(theirs.contents)
        if address not in self._copies:
            methods = _Methods.from_buffer_copy(theirs.contents)
            methods.write = self._address(self._write(XWRITE(methods.write)))
            methods.truncate = self._address(XTRUNCATE(self._guarded(XTRUNCATE(methods.truncate), IOERR_TRUNCATE)))
            methods.sync = self._address(XSYNC(self._guarded(XSYNC(methods.sync), IOERR_FSYNC)))
            self._copies[address] = methods
        return self._copies[address]  # type: ignore[no-any-return]

    def _write(self, theirs: Callable[..., int]) -> Any:
        def write(file: int, data: int, n: int, at: int) -> int:
            if not self.fails():
                return int(theirs(file, data, n, at))
            theirs(file, data, n // 2, at)
            return IOERR_WRITE

        return XWRITE(write)

    def _guarded(self, theirs: Callable[..., int], code: int) -> Callable[[int, int], int]:
        return lambda file, given: code if self.fails() else int(theirs(file, given))

    def _address(self, function: Any) -> Any:
        return ctypes.cast(self._keep(function), POINTER)

    def _keep(self, thing: Any) -> Any:
        """Hold what SQLite calls, as long as it may call it."""
        self._kept.append(thing)
        return thing


@contextmanager
def failing_disk(fail_at: int, *, for_good: bool = False) -> Iterator[FailingDisk]:
    """Put a failing disk under every SQLite file that is opened here; close them all before the end.

    Raises
    ------
    OSError
        If this Python brings its SQLite inside itself, where nothing can be put under it.
    """
    library = _library()
    system = ctypes.cast(library.sqlite3_vfs_find(None), ctypes.POINTER(_Vfs))
    disk = FailingDisk(fail_at, for_good)
    vfs = _Vfs.from_buffer_copy(system.contents)
    vfs.name, vfs.open = NAME, ctypes.cast(disk.opener(system), POINTER)
    if library.sqlite3_vfs_register(ctypes.byref(vfs), 1) != OK:
        raise OSError("SQLite does not take the failing disk")
    try:
        yield disk
    finally:
        library.sqlite3_vfs_unregister(ctypes.byref(vfs))


def _library() -> Any:
    """Give the SQLite library that Python itself uses."""
    with closing(sqlite3.connect(":memory:")) as connection:
        (used,) = connection.execute("SELECT sqlite_source_id()").fetchone()
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.sqlite3_vfs_find.restype = POINTER
        library.sqlite3_sourceid.restype = ctypes.c_char_p
        if library.sqlite3_sourceid().decode() == used:
            return library
    raise OSError("no shared SQLite library under this Python: take a Python that was built with one")
