"""Export as a folder of four CSV tables that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import itertools
import json
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from graph.errors import WrongUse
from graph.export.wording import (
    NODE_WORDS,
    SAID_WORDS,
    STATEMENT_WORDS,
    TIE_WORDS,
    Wording,
    pieces,
    rows,
    tie_pieces,
)
from graph.tables import FloatArray, TextArray
from graph.view import View

TABLES = ("nodes.csv", "fields.csv", "statements.csv", "ties.csv")
YEARS = (-62_135_596_800.0, 253_402_300_800.0)
"""First second of the year 1 and of the year 10000: what four digits of a year can say."""
_READS_AS_FORMULA = re.compile("'*[=+\\-@\t\r\n\0＝＋－＠]")
_GUARDED = re.compile("''*[=+\\-@\t\r\n\0＝＋－＠]")
_RELEASE = ("audience", "matching", "as_reason", "limits")

Row = Sequence[object]


def write_csv(view: View, folder: Path) -> None:
    """Write all that a view holds as nodes.csv, fields.csv, statements.csv and ties.csv.

    Parameters
    ----------
    view : View
        What may leave: a view for `graph.policy.Purpose.EXPORT`.
    folder : Path
        Made whole or not at all. One that is there already is replaced if it holds nothing but an
        earlier export.

    Raises
    ------
    graph.errors.WrongUse
        If the folder cannot be made there: it holds something else, its parent is missing, or the disk
        does not take it.

    Notes
    -----
    UTF-8 with byte order mark, CRLF, quoted as in RFC 4180: spreadsheets show Japanese and line
    breaks. A text that a spreadsheet would run as a formula gets an apostrophe in front (`guarded`;
    OWASP Application Security Verification Standard 5.0, 1.2.10); `unguarded` gives it back. Numbers
    are numbers. ``t`` and ``until`` are POSIX seconds, empty where undated; ``time`` and
    ``until_time`` the same moments as UTC to the second. ``limits`` holds what a policy says beyond
    audience, matching and as_reason, as JSON; it is empty for most. Whom it denies and which partners it
    names is there for the operator only.
    """
    with _made_whole(folder) as place:
        for name, table in zip(TABLES, _tables(Wording(view)), strict=True):
            with (place / name).open("w", encoding="utf-8-sig", newline="") as handle:
                csv.writer(handle).writerows(table)


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Texts that begin with ``=``, ``+``, ``-``, ``@``, their full-width forms, a tab, a line break or
    NUL; and those that look guarded already, so that `unguarded` always gives back what was there.

    Examples
    --------
    >>> guarded("=1+1"), guarded("決算"), guarded("'@home")
    ("'=1+1", '決算', "''@home")
    """
    return f"'{text}" if _READS_AS_FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Take the apostrophe of `guarded` away again.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("決算"), unguarded("''@home")
    ('=1+1', '決算', "'@home")
    """
    return text[1:] if _GUARDED.match(text) else text


@contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """Give a hidden folder beside the wanted one, which takes its place when all went well."""
    folder = folder.absolute()
    _check_free(folder)
    token = secrets.token_hex(4)
    fresh, old = (folder.with_name(f".{folder.name}.{token}.{what}") for what in ("new", "old"))
    try:
        fresh.mkdir()
        yield fresh
        _put_in_place(fresh, folder, old)
    except OSError as error:
        raise WrongUse(f"folder {folder}: cannot be written: {error.strerror or error}") from error
    finally:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _put_in_place(fresh: Path, folder: Path, old: Path) -> None:
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _check_free(folder: Path) -> None:
    if not folder.parent.is_dir():
        raise WrongUse(f"folder {folder}: its parent does not exist; make it first")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise WrongUse(f"folder {folder}: a file of that name is there; choose another name")
    others = sorted({p.name for p in folder.iterdir()} - set(TABLES)) if folder.exists() else []
    if others:
        raise WrongUse(f"folder {folder}: holds {others[0]!r}, expected an empty folder or an earlier export")


def _tables(words: Wording) -> tuple[Iterable[Row], ...]:
    return _nodes(words), _fields(words), _statements(words), _ties(words)


def _nodes(words: Wording) -> Iterator[Row]:
    view, release, sources = words.view, _releases(words), _sources(words.view)
    yield ("id", "kind", "name", *_RELEASE, "said", "source")
    numbers = itertools.count()
    for part in pieces(view.nodes):
        columns = (part.ids, part.kind, part.policy, part.said, part.source)
        for identifier, kind, policy, said, source in rows(*columns):
            name = guarded(view.names.get(next(numbers), ""))
            yield guarded(identifier), NODE_WORDS[kind], name, *release[policy], SAID_WORDS[said], sources[source]


def _fields(words: Wording) -> Iterator[Row]:
    release, sources = _releases(words), _sources(words.view)
    yield ("node", "name", "value", *_RELEASE, "said", "source")
    for part in pieces(words.view.fields):
        columns = (part.node, part.name, part.value, part.policy, part.said, part.source)
        for node, name, value, policy, said, source in rows(*columns):
            owner = guarded(words.ids[node])
            yield owner, guarded(name), guarded(value), *release[policy], SAID_WORDS[said], sources[source]


def _statements(words: Wording) -> Iterator[Row]:
    release, sources = _releases(words), _sources(words.view)
    yield ("id", "owner", "kind", "text", "t", "time", "details", *_RELEASE, "said", "source")
    for part in pieces(words.view.statements):
        columns = (
            part.ids, part.owner, part.kind, part.text, *_moments(part.t), part.details, part.policy,
            part.said, part.source,
        )  # fmt: skip
        for identifier, owner, kind, text, t, time, details, policy, said, source in rows(*columns):
            yield (
                identifier, guarded(words.ids[owner]), STATEMENT_WORDS[kind], guarded(text), t, time,
                guarded(details or ""), *release[policy], SAID_WORDS[said], sources[source],
            )  # fmt: skip


def _ties(words: Wording) -> Iterator[Row]:
    release, sources = _releases(words), _sources(words.view)
    ids = [guarded(i) for i in words.ids]
    ends = [f"{name}_{end}" for end in ("src", "dst") for name in _RELEASE]
    yield ("kind", "src", "dst", "t", "time", "until", "until_time", "n", "details", *ends, "said", "source")
    for part in tie_pieces(words.view):
        columns = (
            part.kind, part.src, part.dst, *_moments(part.t), *_moments(part.until), part.n, part.details,
            part.policy_src, part.policy_dst, part.said, part.source,
        )  # fmt: skip
        for kind, src, dst, *when_and_n, details, policy_src, policy_dst, said, source in rows(*columns):
            yield (
                TIE_WORDS[kind], ids[src], ids[dst], *when_and_n, guarded(details or ""),
                *release[policy_src], *release[policy_dst], SAID_WORDS[said], sources[source],
            )  # fmt: skip


def _sources(view: View) -> list[str]:
    return [guarded(s) for s in view.sources]


def _releases(words: Wording) -> list[tuple[str, str, str, str]]:
    return [_release(p) for p in words.policies]


def _release(policy: str) -> tuple[str, str, str, str]:
    """Give a policy as the columns `_RELEASE`."""
    rest = json.loads(policy)
    audience, matching, as_reason = (rest.pop(name) for name in _RELEASE[:3])
    limits = json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else ""
    return audience, matching, str(as_reason).lower(), limits


def _moments(t: FloatArray) -> tuple[TextArray, TextArray]:
    """Give times as numbers and as text in UTC, both empty where undated."""
    return np.where(np.isnan(t), "", t.astype(object)), time_words(t)


def time_words(t: FloatArray) -> TextArray:
    """Give times as text in UTC to the second, empty where undated or outside the years 1 to 9999.

    Examples
    --------
    >>> time_words(np.array([0.5, np.nan, 1e30])).tolist()
    ['1970-01-01T00:00:00Z', '', '']
    """
    unwritten = ~((t >= YEARS[0]) & (t < YEARS[1]))
    seconds = np.where(unwritten, 0, np.floor(t)).astype(np.int64)
    texts = np.datetime_as_string(seconds.astype("datetime64[s]"), timezone="UTC")
    return np.where(unwritten, "", texts.astype(object))
