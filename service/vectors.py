"""Vectors of texts on the server, for analysts who ask it for the nearest ones in Cypher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from embeddings.base import Encoder, Progress, Role
from graph.kinds import StatementKind
from graph.policy import Purpose
from graph.store.neo4j_vectors import Encoded, Neo4jVectors
from graph.tables import STATEMENT_CODE
from service.reading import Reader

ROLES: Final = {
    StatementKind.NEED: Role.QUERY,
    StatementKind.OFFER: Role.PASSAGE,
    StatementKind.VISION: Role.SYMMETRIC,
}
"""What is compared: needs with offers, visions with each other."""
AT_ONCE: Final = 256
"""Texts after which what is done is safe: a call that breaks off goes on there."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Vectors of a kind that were there and stay, came in and went."""

    kept: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is in the index now.

    Attributes
    ----------
    encoded : Encoded
        Encoder of the vectors.
    kinds : mapping of StatementKind to Counts
        What became of each kind.
    """

    encoded: Encoded
    kinds: Mapping[StatementKind, Counts]


def index(reader: Reader, encoder: Encoder, progress: Progress | None = None) -> Indexed:
    """Bring the vectors on the server in step with the texts that may be compared; only what is new is encoded.

    Parameters
    ----------
    reader : Reader
        The operator, of a store on a Neo4j server.
    encoder : Encoder
        Vectors of another one go.
    progress : callable, optional
        Told how many of the new texts are done.

    Raises
    ------
    graph.errors.WrongUse
        If the store keeps no vectors, or those of the encoder are longer than an index takes.
    graph.errors.Conflict
        If somebody puts in vectors of another encoder at the same time.
    """
    vectors = reader.store.vectors()
    encoded, mark = Encoded(encoder.fingerprint, encoder.dimension), reader.store.mark()
    wanted = _wanted(reader)
    reader.record(
        "models index", encoder=encoder.name, n=sum(map(len, wanted.values()))
    )  # also of a run that breaks off
    vectors.begin(encoded, list(ROLES))
    removed = _removed(vectors, wanted)
    there = {kind: set(vectors.ids(kind)) for kind in ROLES}
    new = {kind: sorted(texts.keys() - there[kind]) for kind, texts in wanted.items()}
    added = dict.fromkeys(ROLES, 0)
    done, total = 0, sum(map(len, new.values()))
    for kind, part in _portions(new):
        rows = encoder.encode([wanted[kind][identifier] for identifier in part], ROLES[kind])
        added[kind] += len(vectors.put(encoded, part, rows))
        done += len(part)
        if progress is not None:
            progress(done, total)
    if reader.store.mark() != mark:  # some may have been taken back meanwhile
        for kind, late in _removed(vectors, _wanted(reader)).items():
            removed[kind] |= late
    vectors.settle()
    kinds = {kind: Counts(len(there[kind] - removed[kind]), added[kind], len(removed[kind])) for kind in ROLES}
    return Indexed(encoded, kinds)


def drop(reader: Reader) -> int:
    """Remove all vectors and their indexes from the server, and give how many there were; errors as of `index`."""
    vectors = reader.store.vectors()
    reader.record("models index", drop=True)
    return vectors.drop()


def _portions(new: Mapping[StatementKind, list[str]]) -> Iterator[tuple[StatementKind, list[str]]]:
    return ((kind, ids[at : at + AT_ONCE]) for kind, ids in new.items() for at in range(0, len(ids), AT_ONCE))


def _wanted(reader: Reader) -> dict[StatementKind, dict[str, str]]:
    """Give the texts that may move a score, by kind and id."""
    view = reader.view(Purpose.INTRODUCTION)
    said, found = view.statements, {}
    for kind in ROLES:
        rows = np.flatnonzero(view.matchable_statements & (said.kind == STATEMENT_CODE[kind]))
        found[kind] = dict(zip(said.ids[rows].tolist(), said.text[rows].tolist(), strict=True))
    return found


def _removed(vectors: Neo4jVectors, wanted: Mapping[StatementKind, Mapping[str, str]]) -> dict[StatementKind, set[str]]:
    """Remove the vectors of all other texts, and give which they were of each kind."""
    found = {kind: set(vectors.ids(kind)) - texts.keys() for kind, texts in wanted.items()}
    for ids in found.values():
        vectors.remove(sorted(ids))
    return found
