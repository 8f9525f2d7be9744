"""The file of a backup: a header, then sealed chunks of compressed lines.

``{"cipher": …, "format": "musubi-backup/1", …}`` and a line break; then for each chunk four bytes, whose first
bit marks the last chunk and whose others give its length, and the chunk. Opened and joined, the chunks are one
zlib stream of JSON lines.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.backup.sealing import CHANGED, Lock, Seal
from graph.errors import Refused

FORMAT = "musubi-backup/1"
CHUNK_BYTES = 1 << 20
MOST_CHUNK_BYTES = CHUNK_BYTES + 64
MOST_HEADER_BYTES = 4_096
MOST_LINE_BYTES = 256 << 20
LAST = 1 << 31
COMPRESSION = 6
CUT = "the backup is cut off"
NO_BACKUP = "this is no backup of musubi"


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["musubi-backup/1"]
    cipher: Literal["none", "aes-256-gcm"]
    salt: Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")]
    prefix: Annotated[str, Field(pattern=r"^([0-9a-f]{14})?$")]
    cost: dict[str, int] | None

    def lock(self) -> Lock:
        return Lock(self.cipher, self.salt, self.prefix, self.cost)


class ArchiveWriter:
    """Writes lines into an archive, in constant memory.

    Parameters
    ----------
    handle : binary file
        Open for writing; never sought.
    passphrase : str or None
        None leaves the archive readable by everybody.
    """

    def __init__(self, handle: BinaryIO, passphrase: str | None) -> None:
        lock = Lock.new(passphrase)
        header = json.dumps({"format": FORMAT, **asdict(lock)}, sort_keys=True).encode() + b"\n"
        self._seal = lock.seal(passphrase, header)
        self._handle = handle
        self._packer = zlib.compressobj(COMPRESSION)
        self._pending = bytearray()
        handle.write(header)

    def write(self, line: str) -> None:
        """Write one line."""
        self._pending += self._packer.compress(line.encode() + b"\n")
        while len(self._pending) > CHUNK_BYTES:
            self._chunk(bytes(self._pending[:CHUNK_BYTES]), last=False)
            del self._pending[:CHUNK_BYTES]

    def finish(self) -> None:
        """Write what is left; an archive without this is cut off and read by nobody."""
        self._pending += self._packer.flush()
        while len(self._pending) > CHUNK_BYTES:
            self._chunk(bytes(self._pending[:CHUNK_BYTES]), last=False)
            del self._pending[:CHUNK_BYTES]
        self._chunk(bytes(self._pending), last=True)

    def _chunk(self, data: bytes, *, last: bool) -> None:
        sealed = self._seal.close(data, last=last)
        self._handle.write((len(sealed) | (LAST if last else 0)).to_bytes(4, "big") + sealed)


def read_lines(handle: BinaryIO, passphrase: str | None) -> Iterator[str]:
    """Give the lines of an archive, in constant memory.

    Raises
    ------
    graph.errors.Refused
        If it is no archive, cut off, changed, or locked by another pass phrase; lines given before that are
        as they were written, those after are missing.
    """
    unpacker, rest = zlib.decompressobj(), b""
    for chunk in read_chunks(handle, passphrase):
        data: bytes = chunk
        while data:
            try:
                rest += unpacker.decompress(data, CHUNK_BYTES)
            except zlib.error:
                raise Refused(CHANGED) from None
            data = unpacker.unconsumed_tail
            *lines, rest = rest.split(b"\n")
            if len(rest) > MOST_LINE_BYTES:
                raise Refused(CHANGED)
            for line in lines:
                yield line.decode()
    if rest or not unpacker.eof:
        raise Refused(CHANGED)


def check(handle: BinaryIO, passphrase: str | None) -> None:
    """Read an archive to its end and look at every seal.

    Raises
    ------
    graph.errors.Refused
        As `read_lines`.
    """
    for _ in read_chunks(handle, passphrase):
        pass


def read_chunks(handle: BinaryIO, passphrase: str | None) -> Iterator[bytes]:
    """Give what is in each chunk, opened."""
    header = handle.readline(MOST_HEADER_BYTES)
    seal = _lock(header).seal(passphrase, header)
    last = False
    while not last:
        chunk, last = _next(handle, seal)
        yield chunk
    if handle.read(1):
        raise Refused(CHANGED)


def _lock(header: bytes) -> Lock:
    try:
        return _Header.model_validate_json(header).lock()
    except ValidationError:
        raise Refused(NO_BACKUP) from None


def _next(handle: BinaryIO, seal: Seal) -> tuple[bytes, bool]:
    mark = handle.read(4)
    if len(mark) < 4:
        raise Refused(CUT)
    number = int.from_bytes(mark, "big")
    size, last = number & ~LAST, bool(number & LAST)
    if size > MOST_CHUNK_BYTES:
        raise Refused(CHANGED)
    data = handle.read(size)
    if len(data) < size:
        raise Refused(CUT)
    return seal.open(data, last=last), last
