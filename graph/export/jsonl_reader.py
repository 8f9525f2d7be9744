"""Reading an export back: JSON lines to a change set, policies included."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from graph.changes import ChangeSet
from graph.export.records import read_records


def read_jsonl(lines: Iterable[bytes | str], *, actor: str = "operator") -> ChangeSet:
    """Read what `graph.export.write_jsonl` wrote.

    Parameters
    ----------
    lines : iterable of bytes or str
        A binary file will do. Blank lines are passed over.
    actor : str
        Who brings the graph back.

    Returns
    -------
    ChangeSet
        Applied to an empty store, an export of the operator gives an equal export. Its key is made from the
        content, so that applying the same lines twice changes nothing.

    Raises
    ------
    graph.errors.Refused
        If any line is not one of such an export, with the first such lines and why; an unknown key or
        a misspelt policy is refused and never read as a wider release.

    Notes
    -----
    ``id`` of a statement and ``kind`` of a node follow from the rest and are not used.

    Only exports of the operator come back: those of other viewers do not say whom an owner denied a fact, and
    brought back without its denials it would reach these people.
    """
    digest = hashlib.blake2b(digest_size=16)

    def hashed() -> Iterator[bytes]:
        for line in lines:
            raw = line.encode() if isinstance(line, str) else line
            digest.update(raw)
            yield raw

    found = read_records(jsonl_records(hashed()))
    key = f"restore:{digest.hexdigest()}"
    return ChangeSet(key, actor, "restore", digest.hexdigest(), found.nodes, found.statements, found.ties)


def jsonl_records(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Give each line with its place; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"line {number}", line
