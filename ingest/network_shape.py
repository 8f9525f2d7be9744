"""Files of the profile ``network`` and their columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.columns import read_header
from ingest.source import Source


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of one file of a network."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.required, *self.optional)


SHAPES: dict[str, Shape] = {
    "nodes": Shape(("id",), ("community", "name", "text", "since")),
    "edges": Shape(("u", "v"), ("t",)),
    "groups": Shape(("id", "group"), ("since",)),
    "events": Shape(("event", "t", "id")),
    "texts": Shape(("id", "text"), ("t", "kind")),
}
"""Files of a network by the stem of their name, in the order in which they are read."""

BY_COLUMNS = ("edges", "events", "groups", "nodes")


def stem_of(source: Source) -> str:
    """Give the name of a file without ``.csv`` and ``.gz``."""
    return re.sub(r"\.(csv|tsv|txt)(\.gz)?$", "", source.name.lower())


def shape_of(source: Source, *, by_columns: bool) -> str | None:
    """Tell which file of a network this is.

    Parameters
    ----------
    source : Source
        A text file.
    by_columns : bool
        Whether a file of another name may be told by its columns; one with ``id`` alone is then ``nodes``.

    Returns
    -------
    str or None
        A key of `SHAPES`, or None where the file is none of them.
    """
    header = set(read_header(source))
    stem = stem_of(source)
    if stem in SHAPES:
        return stem if header >= set(SHAPES[stem].required) else None
    if not by_columns:
        return None
    return next((s for s in BY_COLUMNS if header >= set(SHAPES[s].required)), None)
