"""Concepts of the field as they stand in files: terms, broader concepts, and words that carry none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embeddings.cleaning import clean
from embeddings.phrases import forms, too_short
from graph.errors import Problem, Refused

COLUMNS: Final = ("concept", "broader", "ja", "en")
"""Columns of a file of concepts."""

NO_CONCEPT: Final = "-"
"""In the column ``concept``: words that carry no concept, but are read as one word wherever they stand."""

SAME_SPELLING: Final = "="
"""In the column ``concept``: spellings that stand for each other in every term (子ども, 子供, こども)."""

_IDENTIFIER: Final = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that people can speak of.

    Attributes
    ----------
    id : str
        Stable name: lower case letters, digits and hyphens.
    broader : str or None
        The concept that this one is a kind or a part of.
    ja, en : tuple of str
        Terms for it, as written in the file.
    """

    id: str
    broader: str | None
    ja: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the files of a thesaurus say together.

    Attributes
    ----------
    concepts : tuple of Concept
        With distinct ids; each broader concept is among them, and none is broader than itself.
    silent : tuple of str
        Words without a concept.
    spellings : tuple of tuple of str
        Groups of spellings that stand for each other within terms.
    """

    concepts: tuple[Concept, ...]
    silent: tuple[str, ...] = ()
    spellings: tuple[tuple[str, ...], ...] = ()


def read_vocabulary(paths: Iterable[Path]) -> Vocabulary:
    """Read files of concepts, later ones adding to earlier ones.

    Parameters
    ----------
    paths : iterable of Path
        Files as `embeddings.thesaurus.load_thesaurus` describes them.

    Returns
    -------
    Vocabulary
        What they say together.

    Raises
    ------
    Refused
        When a file cannot be read or rows do not fit; all of them are named.
    """
    reading = _Reading()
    for path in paths:
        reading.read(path)
    reading.check()
    return Vocabulary(tuple(reading.concepts.values()), tuple(reading.silent), tuple(reading.spellings))


def broader_of(concepts: Mapping[str, Concept], concept: str) -> list[str]:
    """Give what is broader than a concept, nearest first.

    Parameters
    ----------
    concepts : mapping of str to Concept
        By id.
    concept : str
        Where to begin.

    Returns
    -------
    list of str
        Up to the top, to a concept that is missing, or to where the chain would repeat itself.
    """
    chain: list[str] = []
    here = concepts.get(concept)
    while here is not None and here.broader is not None and here.broader not in chain:
        chain.append(here.broader)
        here = concepts.get(here.broader)
    return chain


class _Reading:
    """Rows taken so far from one file after another, and what was wrong with the others."""

    def __init__(self) -> None:
        self.concepts: dict[str, Concept] = {}
        self.silent: list[str] = []
        self.spellings: list[tuple[str, ...]] = []
        self.problems: list[Problem] = []
        self._places: dict[str, tuple[str, int]] = {}

    def read(self, path: Path) -> None:
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"{path.name}: got {type(error).__name__}, expected a readable file in UTF-8") from error
        header = "\t".join(COLUMNS)
        if not lines or lines[0] != header:
            self._refuse(path, 1, None, lines[0] if lines else "", "header", f"the columns {', '.join(COLUMNS)}")
            return
        for number, line in enumerate(lines[1:], start=2):
            if line.strip():
                self._row(path, number, line)

    def check(self) -> None:
        """Raise when a row was refused, a broader concept is missing or broader concepts run in a circle."""
        for concept in self.concepts.values():
            name, number = self._places[concept.id]
            if concept.broader is not None and concept.broader not in self.concepts:
                self._refuse(
                    Path(name), number, "broader", concept.broader, "unknown_concept", "a concept of the files"
                )
            elif concept.id in broader_of(self.concepts, concept.id):
                self._refuse(Path(name), number, "broader", str(concept.broader), "circle", "a concept further up")
        if self.problems:
            raise Refused("\n".join(map(str, self.problems)))

    def _row(self, path: Path, number: int, line: str) -> None:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(COLUMNS):
            self._refuse(path, number, None, line, "columns", f"{len(COLUMNS)} cells separated by tabs")
            return
        identifier, broader = cells[:2]
        if identifier == SAME_SPELLING:
            self.spellings.append(tuple(clean(part) for cell in cells[2:] for part in cell.split(";") if part.strip()))
            return
        ja, en = (self._terms(path, number, column, cell) for column, cell in zip(COLUMNS[2:], cells[2:], strict=True))
        if identifier == NO_CONCEPT:
            self.silent.extend((*ja, *en))
        elif not _IDENTIFIER.fullmatch(identifier):
            self._refuse(path, number, "concept", identifier, "not_an_id", "lower case letters, digits and hyphens")
        else:
            self._add(path, number, Concept(identifier, broader or None, ja, en))

    def _add(self, path: Path, number: int, concept: Concept) -> None:
        known = self.concepts.get(concept.id)
        if known is None:
            if not concept.ja and not concept.en:
                self._refuse(path, number, "ja", "", "no_terms", "at least one term for a new concept")
            self.concepts[concept.id] = concept
            self._places[concept.id] = (path.name, number)
            return
        if concept.broader not in (None, known.broader):
            expected = f"nothing or {known.broader or 'nothing'!r}, as in {self._places[concept.id][0]}"
            self._refuse(path, number, "broader", str(concept.broader), "other_broader", expected)
        ja, en = (tuple(dict.fromkeys(old + new)) for old, new in ((known.ja, concept.ja), (known.en, concept.en)))
        self.concepts[concept.id] = Concept(known.id, known.broader, ja, en)

    def _terms(self, path: Path, number: int, column: str, cell: str) -> tuple[str, ...]:
        terms = [clean(term) for term in cell.split(";") if term.strip()]
        for term in terms:
            if too_short(term):
                self._refuse(path, number, column, term, "too_short", "at least three characters in hiragana")
            elif not all(forms(term) or ("",)):
                self._refuse(path, number, column, term, "not_a_term", "words without signs between them")
        return tuple(dict.fromkeys(terms))

    def _refuse(self, path: Path, number: int, column: str | None, value: str, code: str, expected: str) -> None:
        self.problems.append(Problem(path.name, None, number, column, value, code, expected))
