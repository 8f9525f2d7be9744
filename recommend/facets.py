"""The parts of a need: what several people can meet together (A05)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from graph.kinds import EXCHANGE_WANTED, Detail
from graph.tables import StatementTable
from graph.view import View
from recommend.pairs import IntArray

MOST_FACETS = 8
_OF_EACH = (Detail.COMMITMENT, EXCHANGE_WANTED)
_SENTENCE = re.compile(r"(?<=[。．！？!?])|\n+|[;；]")
_CLAUSE = re.compile(r"[、，,]\s*|\s+and\s+|(?<=[^\s])[・／/]")
_SHORTEST_JA, _SHORTEST_WORDS = 5, 2
_KANA_KANJI = re.compile(r"[぀-ヿ㐀-鿿]")


def facets(texts: Iterable[str]) -> tuple[str, ...]:
    """Split needs into parts, in order, each once.

    Parameters
    ----------
    texts : iterable of str
        Whole needs.

    Returns
    -------
    tuple of str
        At most `MOST_FACETS`; a part that is too short to mean something stays with the one after it.

    Examples
    --------
    >>> facets(["チラシを作れる人と、会計を見てくれる人がほしい。今週、草刈りも手伝ってほしい"])
    ('チラシを作れる人と', '会計を見てくれる人がほしい。', '今週、草刈りも手伝ってほしい')
    >>> facets(["Somebody to design a flyer, and help with the books"])
    ('Somebody to design a flyer', 'and help with the books')
    """
    parts = [part for text in texts for sentence in _SENTENCE.split(text) for part in _clauses(sentence)]
    return tuple(dict.fromkeys(parts))[:MOST_FACETS]


def _clauses(sentence: str) -> list[str]:
    if not sentence.strip():
        return []
    out: list[str] = []
    start = at = 0
    for mark in _CLAUSE.finditer(sentence):
        if _says_something(sentence[start : mark.start()]):
            out.append(sentence[start : mark.start()].strip())
            start = mark.end()
        at = mark.end()
    rest = sentence[start:].strip()
    if rest and out and not _says_something(sentence[max(start, at) :]):
        out[-1] = sentence[sentence.index(out[-1]) :].strip()
    elif rest:
        out.append(rest)
    return out


def _says_something(part: str) -> bool:
    part = part.strip(" 。．！？!?")
    if _KANA_KANJI.search(part):
        return len(part) >= _SHORTEST_JA
    return len(part.split()) >= _SHORTEST_WORDS


def conditions_of(needs: Iterable[tuple[str, str | None]]) -> dict[str, str | None]:
    """Give the details of the parts of needs, by part: those of the first need it stands in, without its hours.

    Parameters
    ----------
    needs : iterable of (str, str or None)
        Whole needs, each with its details.

    Notes
    -----
    Each helper of a team gives a part of the hours, but is asked for the whole commitment.
    """
    of_parts: dict[str, str | None] = {}
    for text, details in needs:
        kept = {key: said for key, said in json.loads(details or "{}").items() if key in _OF_EACH}
        for part in facets([text]):
            of_parts.setdefault(part, json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None)
    return of_parts


def with_texts(
    view: View, removed: IntArray, owner: int, kind: int, texts: Sequence[str], details: Mapping[str, str | None]
) -> View:
    """Give a view in which somebody states other texts of a kind than the ones removed, with the same release.

    Parameters
    ----------
    view : View
        What the viewer may see.
    removed : (k,) int
        Rows of the statement table that go.
    owner, kind : int
        Row of the person, and code of `graph.tables.STATEMENT_KINDS`.
    texts : sequence of str
        What is stated in their place.
    details : mapping of str to str or None
        Details of texts that have any.
    """
    table = view.statements
    keep = np.ones(len(table), dtype=bool)
    keep[removed] = False
    kept, n = table.take(keep), len(texts)
    policy = int(table.policy[removed[0]]) if len(removed) else 0
    new = {
        "ids": np.array([f"facet:{i}" for i in range(n)], dtype=object),
        "text": np.array(texts, dtype=object),
        "details": np.array([details.get(text) for text in texts], dtype=object),
        "t": np.full(n, np.inf),  # newest: the only ones looked at where somebody says much
        "owner": np.full(n, owner, dtype=np.int32),
        "kind": np.full(n, kind, dtype=np.int8),
        "policy": np.full(n, policy, dtype=np.int32),
        "source": np.zeros(n, dtype=np.int32),
        "row": np.zeros(n, dtype=np.int32),
        "said": np.zeros(n, dtype=np.int8),
    }
    columns = {name: np.concatenate([getattr(kept, name), column]) for name, column in new.items()}
    matchable = np.concatenate([view.matchable_statements[keep], np.ones(n, dtype=bool)])
    return replace(view, statements=StatementTable(**columns), matchable_statements=matchable)
