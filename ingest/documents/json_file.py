"""JSON files: loaded within limits, and told apart by what is in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeAlias

from graph.errors import Refused
from ingest.documents import announcements, coworking, discord, kumu, murmurations, orcid, slack_users
from ingest.limits import MIB, Limits
from ingest.sheet import Book, Sheet
from ingest.source import UNREADABLE, Source, open_text

Value: TypeAlias = Any

SHAPES: Sequence[Callable[[Value], list[Sheet]]] = (
    discord.sheets,
    slack_users.sheets,
    coworking.sheets,
    announcements.sheets,
    orcid.sheets,
    murmurations.sheets,
    kumu.sheets,
)
"""Each gives the tables of a document of its source, and nothing for any other document."""
KNOWN = "connpass, Doorkeeper, Slack, Discord, Cobot, Nexudus, OfficeRnD, ORCID, Murmurations, Kumu"


def read_json(source: Source, limits: Limits) -> Book:
    """Read a JSON document of a source that is known.

    Parameters
    ----------
    source : Source
        A text file.
    limits : Limits
        How large it may be.

    Raises
    ------
    Refused
        If it is no JSON, too large or too deep, holds numbers that are none, or is of no known source.
    """
    document = load(source, limits)
    try:
        found = next((sheets for shape in SHAPES if (sheets := shape(document))), None)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        raise Refused(f"{source.label}: JSON of a known source, but damaged ({type(error).__name__})") from error
    if found is None:
        raise Refused(f"{source.label}: JSON of no source that is known here: {KNOWN}")
    return Book(found)


def load(source: Source, limits: Limits) -> Value:
    """Load a JSON document; see `read_json` for what is refused."""
    if source.stamp[0] > limits.unpacked_bytes:
        raise Refused(f"{source.label}: {source.stamp[0] // MIB} MiB, at most {limits.unpacked_bytes // MIB}")
    try:
        with open_text(source) as stream:
            text = stream.read(limits.unpacked_bytes + 1)
        if len(text) > limits.unpacked_bytes:
            raise Refused(f"{source.label}: more than {limits.unpacked_bytes:,} characters")
        return parse(text)
    except (ValueError, RecursionError, *UNREADABLE) as error:
        raise Refused(f"{source.label}: cannot be read as JSON: {str(error)[:200]}") from error


def parse(text: str) -> Value:
    """Parse JSON without numbers that are none.

    Raises
    ------
    ValueError
        If it is no JSON, or holds NaN or an infinity.
    """

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is no number")

    return json.loads(text, parse_constant=refuse)
