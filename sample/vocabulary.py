"""Words of the sample that are not statements: names, organisations, titles, lines of business."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "words"

SURNAMES = (
    ("見本", "ミホン"),
    ("架空", "カクウ"),
    ("例示", "レイジ"),
    ("試作", "シサク"),
    ("仮名", "カメイ"),
    ("雛形", "ヒナガタ"),
    ("想定", "ソウテイ"),
    ("模擬", "モギ"),
    ("練習", "レンシュウ"),
    ("標本", "ヒョウホン"),
)
"""Surnames that say that the person is invented, with their readings."""


@dataclass(frozen=True, slots=True)
class Industries:
    """Line of business by topic, and the topics that are a service to other trades."""

    name: dict[str, str]
    services: frozenset[str]


def _rows(file: str) -> list[list[str]]:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


def given_names() -> list[tuple[str, str]]:
    """Read the given names, each with its reading in katakana."""
    return [(name, kana) for name, kana in _rows("given_names.tsv")]


def industries() -> Industries:
    """Read the lines of business."""
    rows = _rows("industries.tsv")[1:]
    return Industries(
        name={topic: industry for topic, _, industry in rows},
        services=frozenset(topic for topic, trade, _ in rows if trade == "service"),
    )


def organisation_rows() -> list[list[str]]:
    """Read the organisations: code of the space, legal kind, topic, name."""
    return _rows("organisations.tsv")[1:]


def titles(space: str, kind: str) -> list[str]:
    """Read the titles of one space (or ``ALL``) and kind (project, series, single, cross)."""
    return [title for code, row_kind, title in _rows("titles.tsv")[1:] if (code, row_kind) == (space, kind)]
