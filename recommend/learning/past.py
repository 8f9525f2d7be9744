"""What ties said of introduced pairs before they were introduced, kept while the ties of those days stay the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.introductions import Introductions
from graph.kinds import NodeKind, TieKind
from graph.tables import NODE_CODE, TIE_CODE
from graph.view import View
from recommend.config import RecommendConfig
from recommend.known import Known
from recommend.past import history_of
from recommend.people import IntArray, People
from recommend.results import Ranking, Scope

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
DIRECT = (TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED)


class Pasts:
    """Chance and bridge of introduced pairs by the ties of earlier days.

    Notes
    -----
    Each moment is fitted anew, which costs as much as a list. What was computed is found again by a digest of all that
    it depends on, so a matchmaker made after an import computes only what the import changed; it gives the same.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, FloatArray] = {}

    def factors(
        self, view: View, told: Introductions, pairs: IntArray, asked: FloatArray, block: IntArray,
        config: RecommendConfig,
    ) -> FloatArray:  # fmt: skip
        """Give the logarithms of chance and bridge, the mean of both directions, (n, 2).

        Parameters
        ----------
        view : View
            Of today.
        told : Introductions
            All of the view: ties without a date between those introduced are left out.
        pairs : (n, 2) int
            Numbers of those introduced.
        asked : (n,) float, ascending
            When.
        block : (n,) int, ascending from 0
            Stretch of time; each is told by what was there before it began.
        config : RecommendConfig
            The same at every call.
        """
        out, seen = np.zeros((len(pairs), 2)), {}
        for number in range(int(block[-1]) + 1):
            rows = np.flatnonzero(block == number)
            past = People.of(before(view, told, float(asked[rows[0]])))
            key = _digest(past, pairs[rows])
            found = self._seen.get(key)
            seen[key] = _factors(past, pairs[rows], config) if found is None else found
            out[rows] = seen[key]
        self._seen = seen  # at once: another thread may be reading
        return out


def _factors(past: People, pairs: IntArray, config: RecommendConfig) -> FloatArray:
    chance = config.chance.model_copy(update={"sample_people": config.learning.sample})
    known = Known(past, config.model_copy(update={"chance": chance}))
    model = known.chance(Scope.ANY, Ranking.INDIVIDUAL)
    asking, other = pairs.ravel(), pairs[:, ::-1].ravel()
    people, row = np.unique(asking, return_inverse=True)
    logs = np.empty(len(asking))
    for start in range(0, len(people), config.block):
        there = np.flatnonzero((row >= start) & (row < start + config.block))
        logs[there] = model.log_chance(people[start : start + config.block])[row[there] - start, other[there]]
    bridge = known.bridge.log_factor_of(pairs[:, 0], pairs[:, 1])
    return np.stack([logs.reshape(-1, 2).mean(axis=1), bridge], axis=1)


def _digest(past: People, pairs: IntArray) -> bytes:
    """Tell one past from another: everything that chance and bridge of the pairs are computed from."""
    history = history_of(past)
    met, teams, groups, homes = history.meetings, history.teams, history.groups, past.homes
    arrays: list[NDArray[Any]] = [pairs, met.u, met.v, met.t, met.n, teams.event, teams.person, teams.t,
              groups.group, groups.person, groups.since]  # fmt: skip
    for matrix in (homes, past.released):
        arrays += [np.array(matrix.shape), matrix.indptr, matrix.indices, matrix.data]
    out = hashlib.blake2b(digest_size=32)
    for array in arrays:
        out.update(f"{array.dtype}{array.shape}".encode())
        out.update(np.ascontiguousarray(array).tobytes())
    return out.digest()


def before(view: View, told: Introductions, t: float) -> View:
    """Give a view with what was there before a moment.

    Ties without a date stay, but for those that may have come of an introduction: between the two themselves, and to
    a project in which both take part.
    """
    ties = view.ties
    partners: dict[int, set[int]] = defaultdict(set)
    for one, other in zip(told.person.tolist(), told.partner.tolist(), strict=True):
        partners[one].add(other)
        partners[other].add(one)
    keep = ~(ties.t >= t)  # NaN compares False: what has no date stays
    direct = np.isnan(ties.t) & np.isin(ties.kind, [TIE_CODE[kind] for kind in DIRECT])
    shared = _shared(view, partners)
    for row in np.flatnonzero(direct).tolist():
        src, dst = int(ties.src[row]), int(ties.dst[row])
        keep[row] = dst not in partners.get(src, ()) and (src, dst) not in shared
    return replace(
        view, ties=ties.take(keep), matchable_ties=view.matchable_ties[keep], tellable_ties=view.tellable_ties[keep]
    )


def _shared(view: View, partners: dict[int, set[int]]) -> set[tuple[int, int]]:
    """Give person and project where somebody to whom they were introduced takes part as well."""
    ties = view.ties_of(TieKind.COLLABORATED)
    among = view.nodes.kind[ties.dst] == NODE_CODE[NodeKind.PROJECT]
    inside = set(zip(ties.src[among].tolist(), ties.dst[among].tolist(), strict=True))
    return {(one, project) for one, project in inside if any((p, project) in inside for p in partners.get(one, ()))}
