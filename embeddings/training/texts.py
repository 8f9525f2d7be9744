"""The texts that train: sentences of the three roles, and needs with the offers that answer them."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path
from typing import Final

from embeddings.base import Encoder
from embeddings.bundled import BundledEncoder
from embeddings.cache import CachedEncoder, VectorCache

SITUATION: Final = "situation-"
"""Begins the topic of the needs and offers of pairs among `examples`."""


def sentences() -> list[list[str]]:
    """Read the sentences of the three roles: text, role, language, topic."""
    return [row for language in ("ja", "en") for row in _rows(f"roles/{language}.tsv")]


def pairs() -> list[list[str]]:
    """Read all situations: topic, need and offer in Japanese, need and offer in English."""
    return [row[:5] for row in _situations()]


def near_misses() -> list[str]:
    """Read the offers that only seem to answer the need of a situation."""
    return [text for row in _situations() for text in row[5:] if text]


def visions() -> list[list[str]]:
    """Read visions: topic; one, one of the same aim and one of another, in Japanese and then in English."""
    return _rows("visions.tsv")


def examples() -> list[list[str]]:
    """Give texts of a known role: the sentences, and the needs and offers of ``pairs.tsv``, in the same columns.

    Those of ``situations.tsv`` are left out: there needs speak in the first person and offers mostly in the third, from
    which a role model learns the wrong lesson.
    """
    columns = (("need", "ja"), ("offer", "ja"), ("need", "en"), ("offer", "en"))
    told = [
        [text, role, language, f"{SITUATION}{topic}"]
        for topic, *texts in _rows("pairs.tsv")
        for text, (role, language) in zip(texts[:4], columns, strict=True)
    ]
    return sentences() + told


def encoder_of(description: str | None) -> Encoder:
    """Give the bundled encoder, with the cache that the command line names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--cache", type=Path, help="file that keeps the vectors")
    cache = parser.parse_args().cache
    return CachedEncoder(BundledEncoder(), VectorCache(cache)) if cache else BundledEncoder()


def _situations() -> list[list[str]]:
    return [*_rows("pairs.tsv"), *_rows("situations.tsv")]


def _rows(name: str) -> list[list[str]]:
    lines = (files("embeddings") / "data" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]
