"""Fit measured: for each need the right offer among others, for each vision the one with the same aim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Progress
from embeddings.registry import Choice
from graph import gate
from graph.changes import ChangeSet
from graph.errors import Refused
from graph.kinds import StatementKind
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import OPERATOR
from recommend.channel import Channel
from recommend.config import RecommendConfig
from recommend.fit import Fit
from recommend.people import People
from service.evaluations.pairs import Row, read_header, read_pairs

NEEDS = ("id", "need", "offer", "near_miss")
VISIONS = ("id", "vision_a", "vision_b", "other")
FIRST_FEW = 5
SEED = 1
_HERE = Provenance("evaluation")


@dataclass(frozen=True, slots=True)
class Miss:
    """A row whose right text does not stand first.

    Attributes
    ----------
    id : str
        Of the row.
    got, expected : str
        The text that stands first, and the right one.
    """

    id: str
    got: str
    expected: str


@dataclass(frozen=True, slots=True)
class FitReport:
    """How well fit finds the right text.

    Attributes
    ----------
    accuracy : float
        Share of the rows whose right text stands above its own near miss; equal ones count half.
    recall_at_1, recall_at_5, mrr : float
        Share of the rows whose right text is the first, among the first five, and mean of 1 / rank, in the pool.
        Among equal texts the right one stands last.
    n, pool : int
        Rows, and different texts to choose from.
    encoder : str
        What compared the texts.
    failures : tuple of Miss
        In the order of the file.
    """

    accuracy: float
    recall_at_1: float
    recall_at_5: float
    mrr: float
    n: int
    pool: int
    encoder: str
    failures: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class Triples:
    """The rows of a file, by position in its texts.

    Attributes
    ----------
    declared : StatementKind
        What the first texts are declared to be.
    ids : tuple of str
        Of the rows.
    queries, pool : tuple of str
        First texts, and the different texts to choose from, shuffled.
    right, wrong : (n,) int
        Position in the pool of the right text and of the near miss of each row.
    """

    declared: StatementKind
    ids: tuple[str, ...]
    queries: tuple[str, ...]
    pool: tuple[str, ...]
    right: NDArray[np.intp]
    wrong: NDArray[np.intp]


def evaluate(path: Path, choice: Choice, progress: Progress | None = None) -> FitReport:
    """Measure fit on a file with the columns ``id,need,offer,near_miss`` or ``id,vision_a,vision_b,other``.

    Parameters
    ----------
    path : Path
        CSV or TSV in any encoding that an import reads.
    choice : Choice
        The encoder.
    progress : callable, optional
        Told how many texts are encoded.

    Raises
    ------
    graph.errors.WrongUse
        If there is no such file.
    graph.errors.Refused
        If it has other columns or no row, or texts are empty.
    """
    triples = read_triples(path)
    return measure(triples, log_odds(triples, choice, progress), choice.encoder.name)


def read_triples(path: Path) -> Triples:
    """Read a file of triples; errors as of `evaluate`."""
    needs = "need" in read_header(path)
    columns = NEEDS if needs else VISIONS
    rows = read_pairs(path, columns, {})
    if not rows:
        raise Refused(f"{path}: no row below the header")
    empty = [str(number) for number, row in enumerate(rows, start=2) if not all(row[c] for c in columns)]
    if empty:
        raise Refused(f"{path}: row {', '.join(empty[:20])}: a cell is empty; expected a text in each column")
    return triples_of(rows, columns)


def triples_of(rows: Sequence[Row], columns: tuple[str, ...]) -> Triples:
    """Put rows with the columns `NEEDS` or `VISIONS` together; the pool is shuffled, always alike."""
    _, first, right, wrong = columns
    texts = list(dict.fromkeys(row[column] for column in (right, wrong) for row in rows))
    pool = [texts[i] for i in np.random.default_rng(SEED).permutation(len(texts))]
    place = {text: i for i, text in enumerate(pool)}
    return Triples(
        StatementKind.NEED if columns == NEEDS else StatementKind.VISION,
        tuple(row["id"] for row in rows),
        tuple(row[first] for row in rows),
        tuple(pool),
        np.array([place[row[right]] for row in rows], dtype=np.intp),
        np.array([place[row[wrong]] for row in rows], dtype=np.intp),
    )


def log_odds(triples: Triples, choice: Choice, progress: Progress | None = None) -> NDArray[np.float32]:
    """Give the evidence of the recommender for each first text with each text of the pool, (n, pool).

    Every text becomes the only statement of somebody in a store that is not kept: the first ones declared, the
    pool as text of undeclared kind. What the recommender does not compare at all stands at -inf.
    """
    view = _community(triples)
    people = People.of(view)
    fit = Fit(people, choice.encoder, RecommendConfig().fit, progress)
    channel = fit.needs if triples.declared is StatementKind.NEED else fit.visions
    askers, pool = (_numbers(people, side, n) for side, n in (("q", len(triples.queries)), ("p", len(triples.pool))))
    queries, documents = _position(channel, askers, queries=True), _position(channel, pool, queries=False)
    out = np.full((len(queries), len(documents)), -np.inf, dtype=np.float32)
    compared = np.flatnonzero(documents >= 0)
    if len(compared):
        out[:, compared] = channel.log_odds(queries, documents[compared])
    return out


def measure(triples: Triples, scores: NDArray[np.float32], encoder: str) -> FitReport:
    """Compare the order of the pool with the right answers.

    Parameters
    ----------
    triples : Triples
        The right answers.
    scores : (n, pool) float
        Larger is better.
    encoder : str
        What made the scores.
    """
    rows = np.arange(len(triples.ids))
    right, wrong = scores[rows, triples.right], scores[rows, triples.wrong]
    above = (right > wrong) + 0.5 * (right == wrong)
    others = scores >= right[:, None]
    rank = others.sum(axis=1)
    first = np.where(rank == 1, triples.right, _first_other(scores, triples.right))
    failures = tuple(
        Miss(triples.ids[i], triples.pool[first[i]], triples.pool[triples.right[i]]) for i in rows[rank > 1].tolist()
    )
    return FitReport(
        float(above.mean()),
        float((rank <= 1).mean()),
        float((rank <= FIRST_FEW).mean()),
        float((1 / rank).mean()),
        len(rows),
        len(triples.pool),
        encoder,
        failures,
    )


def _first_other(scores: NDArray[np.float32], right: NDArray[np.intp]) -> NDArray[np.intp]:
    without = scores.copy()
    without[np.arange(len(scores)), right] = -np.inf
    return np.asarray(np.argmax(without, axis=1), dtype=np.intp)


def _community(triples: Triples) -> View:
    changes = ChangeSet("fit", str(OPERATOR), "evaluation")
    sides: Iterable[tuple[str, StatementKind, tuple[str, ...]]] = (
        ("q", triples.declared, triples.queries),
        ("p", StatementKind.TEXT, triples.pool),
    )
    for side, kind, texts in sides:
        for number, text in enumerate(texts):
            owner = f"person:{side}{number}"
            changes.nodes.append(Node(owner, NETWORK_OPEN, _HERE, {}))
            changes.statements.append(Statement(owner, kind, text, NETWORK_OPEN, _HERE))
    store = MemoryStore()
    store.apply(changes)
    return gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)


def _numbers(people: People, side: str, n: int) -> NDArray[np.int64]:
    rows = np.array([people.view.find(f"person:{side}{number}") for number in range(n)], dtype=np.intp)
    numbers: NDArray[np.int64] = people.number_of_row[rows]
    return numbers


def _position(channel: Channel, people: NDArray[np.int64], *, queries: bool) -> NDArray[np.intp]:
    """Give the position of each person's only text in the channel, -1 where it takes no part."""
    owners = (channel.queries if queries else channel.documents).owners
    place = {owner: position for position, owner in enumerate(owners.tolist())}
    return np.array([place.get(person, -1) for person in people.tolist()], dtype=np.intp)
