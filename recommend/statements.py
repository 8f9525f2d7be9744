"""The texts of people that take part in a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Encoder, Progress, Role
from embeddings.roles import Stance, load_role_model
from graph.kinds import StatementKind
from graph.tables import STATEMENT_CODE
from recommend.config import FitConfig
from recommend.pairs import IntArray
from recommend.people import People

FloatArray = NDArray[np.float32]
SURELY_NOT = 1e-3
"""Least chance that an undeclared text is of the kind compared: the role model is never surer than that."""
DECLARED = frozenset({StatementKind.NEED, StatementKind.OFFER, StatementKind.VISION})
"""Kinds of which somebody states a few at most: who states many is diluted by all of them."""


@dataclass(frozen=True)
class Stances:
    """What the texts of undeclared kind want, as the role model reads them.

    Attributes
    ----------
    rows : (m,) int
        Rows of the statement table.
    chances : (m, 3) float
        Natural logarithm of the chance of each `embeddings.roles.Stance`.
    known : mapping of str to (3,) float
        The same by text.
    """

    rows: IntArray
    chances: FloatArray
    known: Mapping[str, FloatArray]

    @classmethod
    def of(
        cls, people: People, encoder: Encoder, progress: Progress | None = None, before: Stances | None = None
    ) -> Stances:
        """Read the undeclared texts that may move a score; those that were there before are not read again."""
        model = load_role_model()
        rows = _matchable(people, (StatementKind.TEXT,))
        texts = people.view.statements.text[rows].tolist()
        earlier = before.known if before is not None else {}
        new = [text for text in dict.fromkeys(texts) if text not in earlier]
        vectors = encoder.encode(new, Role.SYMMETRIC, progress) if model.reads(encoder.fingerprint) and new else None
        read = dict(zip(new, model.log_chances(new, vectors, encoder.fingerprint), strict=True)) if new else {}
        known = {text: read[text] if text in read else earlier[text] for text in dict.fromkeys(texts)}
        chances = np.array([known[text] for text in texts], dtype=np.float32).reshape(-1, len(Stance))
        return cls(rows, chances, known)

    def likely(self, stance: Stance, least: float = 0.0) -> tuple[IntArray, FloatArray]:
        """Give the rows that have at least this chance of a stance, and the logarithm of the chance."""
        chance = self.chances[:, stance]
        kept = np.exp(chance) >= least
        return self.rows[kept], chance[kept]


@dataclass(frozen=True)
class Texts:
    """Statements that may move a score, sorted by owner.

    Attributes
    ----------
    rows : (m,) int
        Rows of the statement table.
    owners : (m,) int, ascending
        Number of the person who owns each.
    weight : (m,) float, in (0, 1]
        Dilution of the owner: many statements of a kind count for less each.
    lean : (m,) float, at most 0
        Logarithm of the chance that the text is of the kind compared; 0 where its owner declared the kind.
    declared : (m,) bool
        Whether its owner declared the kind.
    """

    rows: IntArray
    owners: IntArray
    weight: FloatArray
    lean: FloatArray
    declared: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sure(self) -> FloatArray:
        """``lean`` of a role model that is never surer than it can be."""
        return np.asarray(np.log(np.exp(self.lean) * (1 - SURELY_NOT) + SURELY_NOT), dtype=np.float32)

    @classmethod
    def of(
        cls,
        people: People,
        kinds: Sequence[StatementKind],
        config: FitConfig,
        undeclared: tuple[IntArray, FloatArray] | None = None,
    ) -> Texts:
        """Collect the newest statements of each person.

        Parameters
        ----------
        people : People
            Who may be introduced.
        kinds : sequence of StatementKind
            Declared kinds that count.
        config : FitConfig
            ``most_statements`` and ``undiluted``.
        undeclared : tuple, optional
            Rows of further texts, and their ``lean``.
        """
        table = people.view.statements
        sure = _matchable(people, kinds)
        unsure, chance = undeclared or (np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32))
        rows = np.r_[sure, unsure]
        lean = np.r_[np.zeros(len(sure), dtype=np.float32), chance]
        owners = people.number_of_row[table.owner[rows]]
        newest_first = np.lexsort((rows, -np.nan_to_num(table.t[rows], nan=-np.inf), owners))
        kept = newest_first[_place_in_run(owners[newest_first]) < config.most_statements]
        counts = np.bincount(owners[kept], minlength=len(people))
        if set(kinds) <= DECLARED:  # also those that are left out for their number
            counts = np.maximum(counts, np.bincount(owners[: len(sure)], minlength=len(people)))
        dilution = np.sqrt(np.minimum(1.0, config.undiluted / np.maximum(counts, 1)))
        owner = owners[kept].astype(np.intp)
        return cls(rows[kept], owner, dilution[owner].astype(np.float32), lean[kept], kept < len(sure))


def _matchable(people: People, kinds: Sequence[StatementKind]) -> IntArray:
    table = people.view.statements
    owned = people.number_of_row[table.owner] >= 0
    codes = [STATEMENT_CODE[kind] for kind in kinds]
    return np.flatnonzero(np.isin(table.kind, codes) & people.view.matchable_statements & owned)


def _place_in_run(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each row among those of the same owner, 0 for the first; rows sorted by owner."""
    if not len(owners):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    return np.arange(len(owners)) - np.repeat(starts, np.diff(np.r_[starts, len(owners)]))
