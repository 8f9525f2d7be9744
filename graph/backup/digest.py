"""Digests by which two graphs are told to be equal."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator

from graph import gate
from graph.backup.pages import fact_lines
from graph.export import write_jsonl
from graph.policy import Purpose
from graph.snapshot import Snapshot
from graph.view import View
from graph.viewer import OPERATOR


def content_digest(snapshot: Snapshot) -> str:
    """Give the SHA-256 of all facts, also of those that the operator may not see.

    Equal snapshots give equal digests, whatever store they come from and in which order it was filled.
    """
    digest = hashlib.sha256()
    for line in fact_lines(snapshot):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def counted(lines: Iterable[str], digest: hashlib._Hash) -> Iterator[str]:
    """Pass lines on and add them to a digest as they go by."""
    for line in lines:
        digest.update(line.encode() + b"\n")
        yield line


def graph_hash(snapshot: Snapshot) -> str:
    """Give the SHA-256 of the operator's export as JSON lines: what ``musubi status --hash`` shows."""
    return view_hash(gate.view(snapshot, OPERATOR, Purpose.EXPORT))


def view_hash(view: View) -> str:
    """Give the SHA-256 of the export of a view as JSON lines."""
    digest = _Digest()
    write_jsonl(view, digest)
    return digest.hash.hexdigest()


class _Digest(io.BytesIO):
    """Keeps the digest of what is written, and nothing of it."""

    def __init__(self) -> None:
        super().__init__()
        self.hash = hashlib.sha256()

    def writelines(self, lines: Iterable[bytes]) -> None:  # type: ignore[override]
        for line in lines:
            self.hash.update(line)
