"""Everyday sentences against which a similarity is read where a community has said little itself."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files


def background_texts(kind: str, languages: Collection[str]) -> list[str]:
    """Give the sentences of a kind in some languages.

    Parameters
    ----------
    kind : str
        ``"need"``, ``"offer"`` or ``"vision"``.
    languages : collection of str
        ``"ja"``, ``"en"``; a language without a background gives none.

    Returns
    -------
    list of str
        In the order of the data file; the same for the same call.

    Notes
    -----
    With forty people and one sentence a mean or a standard deviation of their own texts means nothing. Put
    together with these sentences it does; as a community grows, its own texts outweigh them.
    """
    return [text for language, what, text in _rows() if what == kind and language in languages]


@cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    raw = (files("embeddings") / "data" / "background.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in raw.splitlines())
    return tuple((language, kind, text) for language, kind, text in rows)
