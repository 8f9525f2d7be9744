"""Concepts of the field in Japanese and English: two texts may mean the same thing in other words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

from embeddings.cleaning import clean
from embeddings.concepts import Concept, Vocabulary, broader_of, read_vocabulary
from embeddings.phrases import Script, Unit, forms, spellings, too_short, units


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that names a concept.

    Attributes
    ----------
    concepts : tuple of str
        Ids, sorted; several where the term has several meanings.
    surface : str
        The stretch.
    start, end : int
        Where it stands in the cleaned text.
    """

    concepts: tuple[str, ...]
    surface: str
    start: int
    end: int


class Thesaurus:
    """Concepts, and the terms by which they are found in a text.

    Parameters
    ----------
    vocabulary : Vocabulary
        Concepts and words, as `load_thesaurus` reads them.

    Attributes
    ----------
    concepts : mapping of str to Concept
        By id, in the order given.
    fingerprint : str
        Changes when a concept or a term does.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.concepts: Mapping[str, Concept] = MappingProxyType({each.id: each for each in vocabulary.concepts})
        self.fingerprint = hashlib.sha256(repr(vocabulary).encode()).hexdigest()[:16]
        self._root = _Node()
        for term in vocabulary.silent:
            self._plant(term, vocabulary.spellings, ())
        for concept in vocabulary.concepts:
            for term in (*concept.ja, *concept.en):
                self._plant(term, vocabulary.spellings, (concept.id,))

    def find(self, text: str) -> tuple[Mention, ...]:
        """Find the concepts that a text names.

        Parameters
        ----------
        text : str
            Any text; it is cleaned first.

        Returns
        -------
        tuple of Mention
            In the order of the text, without overlap. From each place the longest term counts.

        Notes
        -----
        A katakana term is found only where katakana ends on both sides or meets a further term, so that メール
        is not found in メールアドレス, while ボランティアスタッフ holds ボランティア if スタッフ is known too. A term
        of one kanji stands between no other kanji. Words of spaced alphabets are whole words in their normal
        form. Beyond that Japanese words have no edges: a word that holds a term by accident (管理事務 holds
        理事) is listed among the words without a concept.

        Examples
        --------
        >>> [mention.concepts for mention in load_thesaurus().find("確定申告を手伝える税理士です")]
        [('tax-return',), ('tax-advisor',)]
        """
        cleaned = clean(text)
        line = units(cleaned)
        ends = self._ends(line)
        found: list[Mention] = []
        place, last = 0, -1
        while place < len(line):
            match = ends[place]
            if match is None or (place != last and _within_katakana(line, place)):
                place += 1
                continue
            begin, place = place, match[0]
            last = place
            if match[1]:
                start, end = line[begin].start, line[place - 1].end
                found.append(Mention(match[1], cleaned[start:end], start, end))
        return tuple(found)

    def ancestors(self, concept: str) -> tuple[str, ...]:
        """Give the broader concepts of a concept, nearest first.

        Parameters
        ----------
        concept : str
            An id of `concepts`.

        Returns
        -------
        tuple of str
            Empty for a concept at the top.

        Examples
        --------
        >>> load_thesaurus().ancestors("tax-return")
        ('tax', 'finance')
        """
        return tuple(broader_of(self.concepts, concept))

    def _ends(self, line: Sequence[Unit]) -> list[tuple[int, tuple[str, ...]] | None]:
        """Give for each place where the longest term that begins there ends, and its concepts."""
        ends: list[tuple[int, tuple[str, ...]] | None] = [None] * (len(line) + 1)
        for place in reversed(range(len(line))):
            for end, concepts in self._terms_at(line, place):
                joined = end < len(line) and _within_katakana(line, end)
                if not (joined and ends[end] is None) and not _within_kanji(line, place, end):
                    ends[place] = end, concepts
        return ends

    def _terms_at(self, line: Sequence[Unit], place: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give the terms that begin at a place, shortest first."""
        node = self._root
        for end in range(place, len(line)):
            below = node.below.get(line[end].form) if line[end].script is not Script.BREAK else None
            if below is None:
                return
            node = below
            if node.concepts is not None:
                yield end + 1, node.concepts

    def _plant(self, term: str, groups: Sequence[Sequence[str]], concepts: tuple[str, ...]) -> None:
        for variant in _respelled(term, groups):
            for spelling in spellings(variant):
                node = self._root
                for form in forms(spelling):
                    node = node.below.setdefault(form, _Node())
                node.concepts = tuple(sorted({*(node.concepts or ()), *concepts}))


def load_thesaurus(*extensions: Path) -> Thesaurus:
    """Read the thesaurus that is shipped, and a community's own files after it.

    Parameters
    ----------
    *extensions : Path
        Further files of the same shape: UTF-8, tab-separated, with the columns ``concept``, ``broader``, ``ja``
        and ``en``; terms are separated by semicolons. A row with a known id adds terms to that concept
        (``broader`` is then empty or the same); another id adds a concept. ``-`` in the column ``concept``
        adds words without a concept, ``=`` spellings that stand for each other in the terms of all files.

    Returns
    -------
    Thesaurus
        The concepts of all files.

    Raises
    ------
    Refused
        When a file cannot be read or a row does not fit; names each file, line, value and what was expected.
    """
    with as_file(files("embeddings") / "data" / "thesaurus.tsv") as shipped:
        return Thesaurus(read_vocabulary((shipped, *extensions)))


@dataclass(slots=True)
class _Node:
    """What follows after some units; concepts is None where no term ends."""

    below: dict[str, _Node] = field(default_factory=dict)
    concepts: tuple[str, ...] | None = None


def _respelled(term: str, groups: Sequence[Sequence[str]]) -> set[str]:
    """Give the term with each spelling that stands in it replaced by the others of its group."""
    found = {term}
    for group in groups:
        standing = [old for old in group if old in term]
        found |= {known.replace(old, new) for old in standing for known in found for new in group}
    return {spelling for spelling in found if not too_short(spelling)}


def _within_katakana(line: Sequence[Unit], place: int) -> bool:
    """Tell whether the units before and at a place are one katakana run."""
    if place == 0 or place >= len(line):
        return False
    left, right = line[place - 1], line[place]
    return left.script is right.script is Script.KATAKANA and left.end == right.start


def _within_kanji(line: Sequence[Unit], begin: int, end: int) -> bool:
    """Tell whether a term is one kanji with another beside it."""
    if end - begin > 1 or line[begin].script is not Script.KANJI:
        return False
    beside = [line[place] for place in (begin - 1, end) if 0 <= place < len(line)]
    return any(unit.script is Script.KANJI for unit in beside)
