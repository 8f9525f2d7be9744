"""The file as it lies on the disk: what it is, how its text is encoded, what its content hashes to."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from graph.errors import Refused, WrongUse
from ingest.limits import Limits

CHUNK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LEGACY = ("cp932", "shift_jis_2004", "euc_jp")
HALF_WIDTH_KANA = range(0xFF61, 0xFFA0)
BROKEN_SHARE = 0.05
UNREADABLE = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Source:
    """One file, examined.

    Attributes
    ----------
    path : Path
        Where it lies.
    label : str
        Name as the user gave it.
    encoding : str
        How its text is encoded; empty for a workbook.
    sha256 : str
        Digest of the content, of the unpacked text where it is gzipped.
    workbook : bool
        Whether it is a zip archive, as workbooks are.
    stamp : tuple of int
        Size and time of change when it was examined.
    """

    path: Path
    label: str
    encoding: str
    sha256: str
    workbook: bool
    stamp: tuple[int, int]

    @property
    def name(self) -> str:
        """Name without its folder: what is kept as provenance."""
        return self.path.name


def examine(path: Path, limits: Limits) -> Source:
    """Find out what a file is and how its text is encoded.

    Parameters
    ----------
    path : Path
        The file, plain or gzipped.
    limits : Limits
        How large it may be.

    Returns
    -------
    Source
        With the encoding found in this order: UTF-8 or UTF-16 by byte order mark, UTF-8, cp932, Shift_JIS-2004,
        EUC-JP; nothing is ever replaced.

    Raises
    ------
    WrongUse
        If there is no such file.
    Refused
        If it is empty, too large, damaged, no text, or in no encoding that is known here.
    """
    if not path.is_file():
        raise WrongUse(f"no file {path}")
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
        if head.startswith(OLE_MAGIC):
            raise Refused(f"{path}: {_ole_kind(path)}")
        digest = hashlib.sha256()
        workbook = head.startswith(ZIP_MAGIC)
        size = 0
        for chunk in _chunks(path):
            size += len(chunk)
            if not workbook and size > limits.text_bytes:
                raise Refused(f"{path}: more than {limits.text_bytes:,} bytes of text: import it in parts")
            digest.update(chunk)
        if size == 0:
            raise Refused(f"{path}: the file is empty")
        encoding = "" if workbook else _encoding(path)
    except UNREADABLE as error:
        raise Refused(f"{path}: cannot be read: {error}") from error
    return Source(path, str(path), encoding, digest.hexdigest(), workbook, _stamp(path))


def open_text(source: Source) -> TextIO:
    """Open a text file for `csv`: strict decoding, line ends untouched.

    Raises
    ------
    Refused
        If the file has changed since it was examined.
    """
    if _stamp(source.path) != source.stamp:
        raise Refused(f"{source.label}: the file has changed since it was looked at: import it again")
    return io.TextIOWrapper(_open(source.path), encoding=source.encoding, errors="strict", newline="")


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _open(path: Path) -> BinaryIO:
    stream = path.open("rb")
    if stream.peek(2)[:2] == GZIP_MAGIC:
        stream.close()
        return cast(BinaryIO, gzip.open(path, "rb"))
    return stream


def _chunks(path: Path) -> Iterator[bytes]:
    with _open(path) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _ole_kind(path: Path) -> str:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return "the workbook is protected by a password: save it without one and import it again"
    return "this is the old Excel format (.xls): open it, save it as .xlsx or as CSV, and import that"


def _encoding(path: Path) -> str:
    first = next(_chunks(path))
    if first.startswith(ZIP_MAGIC):
        raise Refused(f"{path}: a zip archive inside gzip: unpack it and import what is in it")
    for mark, encoding in BOMS:
        if first.startswith(mark):
            _require(path, encoding)
            return encoding
    if b"\0" in first:
        raise Refused(f"{path}: not a text file, or UTF-16 without a byte order mark: save it as UTF-8 CSV")
    if _text_of(path, "utf-8") is not None:
        return "utf-8"
    _refuse_broken_utf8(path)
    return _legacy(path)


def _text_of(path: Path, encoding: str) -> tuple[int, int] | None:
    """Give the numbers of characters beyond ASCII and of half-width kana, or None where it does not decode."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    beyond = half = 0
    try:
        for chunk in _chunks(path):
            text = decoder.decode(chunk)
            if encoding != "utf-8":
                beyond += sum(1 for c in text if ord(c) > 127)
                half += sum(1 for c in text if ord(c) in HALF_WIDTH_KANA)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return beyond, half


def _require(path: Path, encoding: str) -> None:
    if _text_of(path, encoding) is None:
        raise Refused(f"{path}: begins as {encoding} but does not go on so: save it as UTF-8 CSV again")


def _refuse_broken_utf8(path: Path) -> None:
    """Refuse UTF-8 with a few damaged bytes, which would otherwise pass as cp932 and read as nonsense."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beyond = broken = 0
    for chunk in _chunks(path):
        text = decoder.decode(chunk)
        beyond += sum(1 for c in text if ord(c) > 127)
        broken += text.count("\ufffd")
    if broken <= BROKEN_SHARE * beyond:
        raise Refused(f"{path}: UTF-8 with {broken} damaged places: save it as UTF-8 CSV again")


def _legacy(path: Path) -> str:
    """Give the first older encoding that fits; text that would read as half-width kana only fits worse.

    EUC-JP decodes as cp932 without an error, as rows of half-width kana.
    """
    found: list[tuple[float, int, str]] = []
    for place, encoding in enumerate(LEGACY):
        counted = _text_of(path, encoding)
        if counted is not None:
            beyond, half = counted
            found.append((round(half / max(beyond, 1)), place, encoding))
    if not found:
        raise Refused(f"{path}: neither UTF-8, UTF-16, Shift_JIS (cp932) nor EUC-JP: save it as UTF-8 CSV")
    return min(found)[2]
