"""Word lists of the package: one entry a line, columns parted by tabs; lines that begin with # are notes."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def entries(name: str) -> tuple[tuple[str, ...], ...]:
    """Give the entries of a word list.

    Parameters
    ----------
    name : str
        Name of a file in ``ingest/data``, such as ``"skills.tsv"``.
    """
    text = resources.files("ingest").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))
