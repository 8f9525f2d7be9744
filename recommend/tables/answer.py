"""Who sits with whom: from a matchmaker and guests to an answer."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.bulk import no_cycle_search
from graph.errors import WrongUse
from recommend.people import IntArray
from recommend.pipeline import Matchmaker
from recommend.reasons import overall
from recommend.results import Band, Ranking, Reason, ReasonCode, Recommendation, Scope
from recommend.tables.config import TablesConfig
from recommend.tables.plan import FloatArray, Guests, Plan, Wanted, broken, value
from recommend.tables.results import Guest, Table, TablesAnswer
from recommend.tables.seating import seated

MOST_GUESTS = 5_000
MOST_REASONS = 2
_ORDER = {Band.STRONG: 0, Band.GOOD: 1, Band.FAIR: 2}


def tables(maker: Matchmaker, people: IntArray, wanted: Wanted, config: TablesConfig | None = None) -> TablesAnswer:
    """Seat people at tables over some rounds.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    people : (n,) int
        Numbers of those who come.
    wanted : Wanted
        Rounds and size of tables.
    config : TablesConfig, optional
        How long the search goes.

    Raises
    ------
    graph.errors.WrongUse
        If more than `MOST_GUESTS` people are to be seated.
    """
    if len(people) > MOST_GUESTS:
        raise WrongUse(f"tables: got {len(people)} people, expected at most {MOST_GUESTS}; ask for a space or an event")
    config = config or TablesConfig()
    guests = guests_of(maker, people)
    plan = seated(guests, wanted, config, np.random.default_rng(config.seed))
    return TablesAnswer(
        wanted=wanted,
        n_guests=len(people),
        rounds=_described(maker, people, plan),
        broken=broken(guests, plan),
        most_rounds=wanted.most_rounds(len(people)),
        value=value(guests, plan),
        without_seat=tuple(
            (number, maker.people.party(int(people[left])))
            for number, one in enumerate(plan, start=1)
            for left in sorted(set(range(len(people))) - {guest for table in one for guest in table})
        ),
        encoder=maker.encoder.name,
        notice=maker.notice,
    )


def guests_of(maker: Matchmaker, people: IntArray) -> Guests:
    """Give what holds between each two of some people.

    Notes
    -----
    What a pair is worth is its score as in a balanced round, the mean of both directions, from 0 for the least of
    the pairs who may sit together, or where nothing speaks for one, to 1 for the best. A community that all of them
    belong to tells nobody apart and does not count.
    """
    pairs = maker.people.pairs
    apart, met = (matrix[people][:, people].toarray() > 0 for matrix in (pairs.apart, pairs.met))
    belongs = _told_apart(pairs.communities[people])
    declared = np.diff(belongs.indptr) > 0
    shared = (belongs @ belongs.T).toarray() > 0
    across = declared[:, None] & declared[None, :] & ~shared
    possible = ~(apart | met)
    np.fill_diagonal(possible, False)
    return Guests(_worth(_scores(maker, people), possible), apart, met, across)


def _told_apart(belongs: sparse.csr_array) -> sparse.csr_array:
    members = np.asarray(belongs.sum(axis=0)).ravel()
    return sparse.csr_array(belongs[:, np.flatnonzero(members < belongs.shape[0])])


def _scores(maker: Matchmaker, people: IntArray) -> FloatArray:
    scorer, step = maker.scorer(Scope.ANY, Ranking.BALANCED), maker.config.block
    out = np.empty((len(people), len(people)), dtype=np.float32)
    for start in range(0, len(people), step):
        block = people[start : start + step]
        out[start : start + step] = scorer.score(block, Scope.ANY)[:, people]
    return out


def _worth(score: FloatArray, possible: NDArray[np.bool_]) -> FloatArray:
    both = (score + score.T) / np.float32(2.0)
    known = both[possible & np.isfinite(both)]
    if not len(known) or known.max() == known.min():
        return np.zeros_like(both)
    scaled = np.clip((both - known.min()) / (known.max() - known.min()), 0.0, 1.0)
    np.fill_diagonal(scaled, 0.0)
    return np.asarray(scaled, dtype=np.float32)


def _described(maker: Matchmaker, people: IntArray, plan: Plan) -> tuple[tuple[Table, ...], ...]:
    numbers = [[[int(people[guest]) for guest in table] for table in one] for one in plan]
    asked = maker.view.asked[maker.people.rows]
    guest_of = {n: Guest(maker.people.party(n), not bool(asked[n])) for n in people.tolist()}
    pairs = [pair for one in numbers for table in one for pair in combinations(table, 2)]
    ends = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    with no_cycle_search():
        told = dict(zip(pairs, maker.evidence.reasons(ends[:, 0], ends[:, 1]), strict=True))
    return tuple(
        tuple(
            Table(place, tuple(guest_of[n] for n in table), _why(table, guest_of, told))
            for place, table in enumerate(one, start=1)
        )
        for one in numbers
    )


def _why(
    table: list[int], guest_of: dict[int, Guest], told: dict[tuple[int, int], tuple[Reason, ...]]
) -> tuple[Recommendation, ...]:
    """Give the pairs for whom most speaks, each with its strongest reason: what they said before what they joined."""
    found = []
    for a, b in combinations(table, 2):
        reasons = told[a, b]
        if reasons:
            first = min(reasons, key=lambda r: (_ORDER[r.band], r.code is ReasonCode.JOINS_COMMUNITIES))
            one, other = guest_of[a], guest_of[b]
            ask = one.ask_first or other.ask_first
            found.append(Recommendation(one.party, other.party, 1, 0.0, overall(reasons), (first,), ask))
    found.sort(key=lambda made: (_ORDER[made.band], made.reasons[0].code is ReasonCode.JOINS_COMMUNITIES))
    return tuple(found[:MOST_REASONS])
