"""Check the fit benchmark, and count what training texts share with its test split.

`python benchmarks/fit/check.py` checks the four tables. With files named, their lines and tab-separated cells
are compared with the test split too, and every shared shingle is printed: a thesaurus or a training text that
repeats the test split would make its figures worthless.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

Row = dict[str, str]

FOLDER = Path(__file__).parent
SHINGLE_CHARACTERS = 8
"""Length of a shingle that holds a Japanese character."""
LATIN_SHINGLE_CHARACTERS = 24
"""Length of one that holds none: eight letters are a single ordinary word, 24 are about five."""
MIN_TOPICS = 30
MIN_ROWS = {"ja": 300, "en": 150, "cross": 60, "visions": 100}
"""Fewest rows of each table."""
DEV_SHARES = (0.35, 0.45)
"""The share of rows in the development split lies between these."""
MISS_KINDS = ("same_need", "wrong_side", "other_sense", "other_job")
VISION_KINDS = ("same_words", "same_field")
KIND_TOLERANCE = 0.2
"""A kind may hold this share more or fewer rows than an equal part."""

_TRIPLE = ("need", "offer", "near_miss")
_VISION = ("vision_a", "vision_b", "other")
_KANA = re.compile("[\u3041-\u30ff]")
_JAPANESE = re.compile("[\u3005\u3041-\u30ff\u3400-\u9fff]")


def main() -> int:
    """Print the faults and the shared shingles; 0 when there are none, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="training texts or thesauri to compare with the test split")
    texts = chain.from_iterable(_cells(path) for path in parser.parse_args().files)
    found = faults()
    shared = shared_shingle_texts(texts)
    for name in MIN_ROWS:
        splits = Counter(row["split"] for row in rows(name))
        print(f"{name}: {sum(splits.values())} rows, {splits['dev']} dev, {splits['test']} test")
    for line in (*found, *(f"shared with the test split: {shingle}" for shingle in sorted(shared))):
        print(line)
    return 1 if found or shared else 0


def rows(name: str) -> list[Row]:
    """Rows of one table.

    Parameters
    ----------
    name
        "ja", "en", "cross" or "visions".

    Returns
    -------
    list[Row]
        One dictionary per row, by column, in the order of the file.

    Raises
    ------
    FileNotFoundError
        There is no such table.
    """
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def texts_of(name: str, row: Row) -> tuple[str, str, str]:
    """Need, offer and near miss of a row, or its two visions and the other one."""
    first, right, wrong = _VISION if name == "visions" else _TRIPLE
    return row[first], row[right], row[wrong]


def faults() -> list[str]:
    """Every fault of the four tables, one line each; empty when all is well."""
    tables = {name: rows(name) for name in MIN_ROWS}
    each = (_table_faults(name, table) for name, table in tables.items())
    return [*chain.from_iterable(each), *_split_faults(tables)]


def shingles(text: str, latin_characters: int = LATIN_SHINGLE_CHARACTERS) -> set[str]:
    """Runs of neighbouring characters of a text.

    Parameters
    ----------
    text
        Any text; it is brought to NFKC and lower case and loses its white space first.
    latin_characters
        Length of the runs without a Japanese character, at least 1.

    Returns
    -------
    set[str]
        Every run of 8 characters with a Japanese one among them, and every run of `latin_characters` without.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    japanese = {run for run in _runs(plain, SHINGLE_CHARACTERS) if _JAPANESE.search(run)}
    return japanese | {run for run in _runs(plain, latin_characters) if not _JAPANESE.search(run)}


def shared_shingles(texts: Iterable[str], latin_characters: int = LATIN_SHINGLE_CHARACTERS) -> int:
    """Number of different shingles that texts share with the test split.

    Parameters
    ----------
    texts
        Training sentences or thesaurus entries, each a text of its own: no shingle spans two of them.
    latin_characters
        As in `shingles`; 8 counts every run of 8 characters, whatever its script.

    Returns
    -------
    int
        At least 0; must be 0 for whatever shapes the fit.
    """
    return len(shared_shingle_texts(texts, latin_characters))


def shared_shingle_texts(texts: Iterable[str], latin_characters: int = LATIN_SHINGLE_CHARACTERS) -> set[str]:
    """The shingles that `shared_shingles` counts, so that their source can be found."""
    tested = shingles_of_test_split(latin_characters)
    return {run for text in texts for run in shingles(text, latin_characters) if run in tested}


@cache
def shingles_of_test_split(latin_characters: int = LATIN_SHINGLE_CHARACTERS) -> frozenset[str]:
    """Every shingle of the test split of the four tables."""
    tested = (texts_of(name, row) for name in MIN_ROWS for row in rows(name) if row["split"] == "test")
    return frozenset(run for text in chain.from_iterable(tested) for run in shingles(text, latin_characters))


def _runs(plain: str, length: int) -> Iterator[str]:
    return (plain[start : start + length] for start in range(len(plain) - length + 1))


def _cells(path: Path) -> list[str]:
    return re.split(r"[\t\n]", path.read_text(encoding="utf-8"))


def _table_faults(name: str, table: list[Row]) -> list[str]:
    found = (
        [f"{name}.csv: {len(table)} rows, expected at least {MIN_ROWS[name]}"] if len(table) < MIN_ROWS[name] else []
    )
    found += [f"{name}.csv {row['id']}: {fault}" for row in table for fault in _row_faults(name, row)]
    found += [f"{name}.csv: twice: {text}" for text in _twice(row["id"] for row in table)]
    found += [f"{name}.csv: twice: {text}" for text in _twice(text for row in table for text in texts_of(name, row))]
    return found + _kind_faults(name, table)


def _row_faults(name: str, row: Row) -> list[str]:
    found = [f"empty or untrimmed cell {cell!r}" for cell in row.values() if not cell or cell != cell.strip()]
    if row["split"] not in {"dev", "test"}:
        found.append(f"split is {row['split']!r}, expected dev or test")
    if row["kind"] not in _kinds(name):
        found.append(f"kind is {row['kind']!r}, expected one of {', '.join(_kinds(name))}")
    return found + _language_faults(name, texts_of(name, row))


def _language_faults(name: str, texts: tuple[str, str, str]) -> list[str]:
    japanese = [_KANA.search(text) is not None for text in texts]
    wanted = {"ja": [True] * 3, "en": [False] * 3, "cross": [not japanese[1], japanese[1], japanese[1]]}
    if name == "visions":
        wanted["visions"] = [japanese[0]] * 3
    return [] if japanese == wanted[name] else ["a text is in another language than its column asks for"]


def _kind_faults(name: str, table: list[Row]) -> list[str]:
    kinds = Counter(row["kind"] for row in table)
    part = len(table) / len(_kinds(name))
    odd = [kind for kind in _kinds(name) if abs(kinds[kind] - part) > KIND_TOLERANCE * part]
    return [f"{name}.csv: {kinds[kind]} rows of kind {kind}, expected about {part:.0f}" for kind in odd]


def _split_faults(tables: dict[str, list[Row]]) -> list[str]:
    splits: dict[str, set[str]] = {}
    for row in chain.from_iterable(tables.values()):
        splits.setdefault(row["topic"], set()).add(row["split"])
    found = [f"topic {topic} is in both splits" for topic, of_topic in splits.items() if len(of_topic) > 1]
    if len(splits) < MIN_TOPICS:
        found.append(f"{len(splits)} topics, expected at least {MIN_TOPICS}")
    low, high = DEV_SHARES
    for name, table in tables.items():
        share = sum(row["split"] == "dev" for row in table) / len(table)
        if not low <= share <= high:
            found.append(f"{name}.csv: {share:.2f} of the rows in dev, expected {low} to {high}")
    return found


def _kinds(name: str) -> tuple[str, ...]:
    return VISION_KINDS if name == "visions" else MISS_KINDS


def _twice(texts: Iterable[str]) -> list[str]:
    return [text for text, n in Counter(texts).items() if n > 1]


if __name__ == "__main__":
    sys.exit(main())
