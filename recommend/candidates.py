"""Best partners where chances are sparse: the same lists as from every score, without making every score.

Most pairs of a large network share no contact, so the chance that they meet is the same constant. The best k of a
person are then found among the few who stand out, and a bound proves that nobody else can be among them
(the threshold algorithm of Fagin, Lotem and Naor, 2003, "Optimal aggregation algorithms for middleware").
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from embeddings.base import Progress
from graph.measures.adjacency import Csr
from recommend.bridge import BridgeFactor
from recommend.chance.model import ChanceModel
from recommend.config import RecommendConfig
from recommend.handover import Handover
from recommend.pairs import IntArray, Pairs
from recommend.results import Scope
from recommend.selection import FloatArray, Lists, TieBreak, best, comparable

LOOKED_AT = (2, 8)
"""Partners looked at, as multiples of the length of the list; all of a person's where these prove too few."""
ROUNDING = 1e-8
MOST_WORKERS = 4


@dataclass(frozen=True)
class Candidates:
    """Lists of the best partners.

    Attributes
    ----------
    pairs : Pairs
        Who may be proposed to whom.
    chance : ChanceModel
        Fitted and sparse (`ChanceModel.sparse`).
    bridge : BridgeFactor
        Leaning to other communities, used for scope ``any``.
    scope : Scope
        Which partners.
    ties : TieBreak
        Order among equal scores.
    """

    pairs: Pairs
    chance: ChanceModel
    bridge: BridgeFactor
    scope: Scope
    ties: TieBreak

    def best(self, block: IntArray, k: int) -> tuple[IntArray, FloatArray]:
        """Give the k best partners of some people.

        Parameters
        ----------
        block : (b,) int
            Numbers of people.
        k : int
            From 1.

        Returns
        -------
        (b, k) int, (b, k) float
            As `recommend.selection.best`.
        """
        partners = np.full((len(block), k), -1, dtype=np.intp)
        scores = np.full((len(block), k), -np.inf)
        chances, base = self.chance.standing_out(block)
        excluded = self.pairs.excluded(block, self.scope)
        furthest = self.bridge.most if self.scope is Scope.ANY else 0.0
        unlisted = base + furthest  # the most for somebody who does not stand out
        unproven = np.arange(len(block))
        for most in (*(k * times for times in LOOKED_AT), len(self.pairs)):
            found = self._found(chances, excluded, block, unproven, most)
            at = np.repeat(unproven, [len(columns) for columns, _, _ in found])
            if len(at):
                columns, chance = (np.concatenate([one[part] for one in found]) for part in (0, 1))
                self._take(block, at, columns, base + chance, partners, scores)
            rest = base + np.array([beyond for _, _, beyond in found])
            proven = scores[unproven, k - 1] > np.maximum(rest, unlisted) + ROUNDING
            unproven = unproven[~proven]
            if not len(unproven):
                return partners, scores
        rows = block[unproven]
        score = self.chance.log_chance(rows)
        if self.scope is Scope.ANY:
            score += self.bridge.log_factor(rows)
        score[~self.pairs.allowed(rows, self.scope)] = -np.inf
        partners[unproven], scores[unproven] = best(score, k, rows, self.ties)
        return partners, scores

    def _found(
        self, chances: Csr, excluded: Csr, block: IntArray, rows: IntArray, most: int
    ) -> list[tuple[IntArray, FloatArray, float]]:
        """Give the most hopeful of those who stand out and may be proposed, at most so many of each row.

        Returns
        -------
        list of (m,) int, (m,) float, float
            Who, how far they stand out, and the most that any other who stands out can reach.
        """
        eligible = self.pairs.eligible(self.scope)
        open_ = eligible.copy()
        found = []
        for row in rows.tolist():
            out = excluded.indices[excluded.indptr[row] : excluded.indptr[row + 1]]
            start, stop = chances.indptr[row], chances.indptr[row + 1]
            columns = chances.indices[start:stop].astype(np.intp)
            chance = chances.data[start:stop]
            open_[out], before = False, open_[out]
            keep = open_[columns] if eligible[block[row]] else np.zeros(len(columns), dtype=bool)
            open_[out] = before
            columns, chance, beyond = columns[keep], chance[keep], -np.inf
            if len(columns) > most:
                hope = chance + self.bridge.at_most(int(block[row]), columns) if self.scope is Scope.ANY else chance
                order = np.argpartition(hope, len(hope) - most - 1)
                columns, chance = columns[order[-most:]], chance[order[-most:]]
                beyond = float(hope[order[-most - 1]])
            found.append((columns, chance, beyond))
        return found

    def _take(
        self, block: IntArray, at: IntArray, columns: IntArray, score: FloatArray, partners: IntArray,
        scores: FloatArray,
    ) -> None:  # fmt: skip
        """Put the best of each row into the lists."""
        k = partners.shape[1]
        if self.scope is Scope.ANY:
            score = score + self.bridge.log_factor_of(block[at], columns)
        score = comparable(score)
        order = np.lexsort((self.ties.keys(block[at], columns), -score, at))
        at, columns, score = at[order], columns[order], score[order]
        place = np.arange(len(at)) - np.searchsorted(at, at)
        kept = place < k
        scores[at[kept]] = -np.inf
        partners[at[kept]] = -1
        partners[at[kept], place[kept]] = columns[kept]
        scores[at[kept], place[kept]] = score[kept]


def lists_of(
    candidates: Candidates, targets: IntArray, k: int, config: RecommendConfig, progress: Progress | None
) -> Lists:
    """Give the lists of many people, by several processes where there are many.

    Parameters
    ----------
    candidates : Candidates
        What to choose from.
    targets : (b,) int
        Whose lists.
    k : int
        Length of a list.
    config : RecommendConfig
        ``block`` people at once; several processes from ``parallel_above`` people on.
    progress : callable, optional
        Told how many people are done.
    """
    blocks = [targets[start : start + config.block] for start in range(0, len(targets), config.block)]
    n_workers = min(os.cpu_count() or 1, MOST_WORKERS) if len(targets) >= config.parallel_above else 1
    found = []
    for done, part in enumerate(_made(candidates, blocks, k, n_workers), start=1):
        found.append(part)
        if progress is not None:
            progress(min(done * config.block, len(targets)), len(targets))
    if not found:
        return Lists.empty(targets, k)
    partners, scores = (np.concatenate(part) for part in zip(*found, strict=True))
    return Lists(targets, partners, scores)


def _made(
    candidates: Candidates, blocks: list[IntArray], k: int, n_workers: int
) -> Iterator[tuple[IntArray, FloatArray]]:
    if n_workers == 1:
        yield from (candidates.best(block, k) for block in blocks)
        return
    spawn = multiprocessing.get_context("spawn")
    if candidates.scope is Scope.ANY:
        candidates.bridge.at_most(0, blocks[0])  # made here once, not by each process
    with (
        Handover(candidates) as given,
        ProcessPoolExecutor(n_workers, mp_context=spawn, initializer=_take_in, initargs=(given, k)) as pool,
    ):
        yield from pool.map(_best, blocks, chunksize=4)


_given: list[tuple[Candidates, int]] = []
"""What this process was given to work on, where it is one of several."""


def _take_in(given: Handover[Candidates], k: int) -> None:
    _given.append((given.take(), k))


def _best(block: IntArray) -> tuple[IntArray, FloatArray]:
    candidates, k = _given[0]
    return candidates.best(block, k)
