"""Reasons as data: which facts speak for an introduction, and which side may be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from graph.view import View
from graph.viewer import Role
from recommend.channel import Match
from recommend.conditions import Conditions
from recommend.fit import Fit
from recommend.labels import Labels
from recommend.people import IntArray, People
from recommend.results import Band, Reason, ReasonCode
from recommend.structure import Structure

STRONG, GOOD, FAIR = 0.6, 0.3, 0.05
"""Fit from which a reason is strong, good or fair."""
MANY_PARTNERS = 3
MOST_NAMES = 2
AT_ONCE = 20_000
_RANK = {Band.STRONG: 0, Band.GOOD: 1, Band.FAIR: 2}


@dataclass(frozen=True)
class Evidence:
    """Everything reasons are made from.

    Attributes
    ----------
    people : People
        Who may be introduced.
    fit : Fit
        What texts say.
    structure : Structure
        What ties say.
    """

    people: People
    fit: Fit
    structure: Structure

    @property
    def view(self) -> View:
        """The view that all evidence comes from."""
        return self.people.view

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.structure)

    def reasons(self, a: IntArray, b: IntArray) -> list[tuple[Reason, ...]]:
        """Give the reasons for introductions, each pair's strongest first.

        Parameters
        ----------
        a, b : (n_pairs,) int
            Numbers of the people and of their partners.
        """
        out: list[tuple[Reason, ...]] = []
        for start in range(0, len(a), AT_ONCE):
            out += self._reasons(a[start : start + AT_ONCE], b[start : start + AT_ONCE])
        return out

    def _reasons(self, a: IntArray, b: IntArray) -> list[tuple[Reason, ...]]:
        joins = self.structure.joins(a, b).rows()
        common = self.structure.common_partners(a, b).tolist()
        events, groups = self.structure.shared_events(a, b), self.structure.shared_groups(a, b)
        together = events.nnz + groups.nnz > 0
        known: dict[tuple[int, ...], tuple[Reason, ...]] = {}
        out = []
        texts = self._from_texts(a, b)
        for row, (join, n) in enumerate(zip(joins, common, strict=True)):
            key = (*join, n)
            told = known.get(key)
            if told is None:
                told = known[key] = _strongest_first(self._joins_communities(*join), _common_partners(n))
            more = texts[row]
            if together:
                more = (
                    *more,
                    *self._shared(ReasonCode.SHARED_EVENT, events, row),
                    *self._shared(ReasonCode.SHARED_GROUP, groups, row),
                )
            if more:
                more = (*more, *self._labels.hidden_talent(int(b[row]), more))
            if self._labels.keys:
                more = (*more, *self._labels.key_person(int(b[row])))
            out.append(_strongest_first(*more, *told) if more else told)
        return out

    def _from_texts(self, a: IntArray, b: IntArray) -> list[tuple[Reason, ...]]:
        if self.fit.empty:
            return [()] * len(a)
        needs, visions, topics = self.fit.needs, self.fit.visions, self.fit.topics
        found = zip(
            zip(a.tolist(), b.tolist(), strict=True),
            needs.matches(a, b), needs.matches(b, a), visions.matches(a, b), topics.matches(a, b),
            strict=True,
        )  # fmt: skip
        return [
            _strongest_first(
                self._fit_reason(ReasonCode.NEED_MET, need, pair),
                self._fit_reason(ReasonCode.OFFER_WANTED, offer and (offer[1], offer[0], offer[2]), pair),
                self._fit_reason(ReasonCode.SHARED_VISION, vision, pair),
                self._fit_reason(ReasonCode.SHARED_TOPIC, topic, pair),
            )
            for pair, need, offer, vision, topic in found
        ]

    def _fit_reason(self, code: ReasonCode, match: Match | None, pair: tuple[int, int]) -> Reason | None:
        """Say what fits: rows of the person's and of the partner's statement, and how well."""
        if match is None or match[2] < FAIR:
            return None
        mine, theirs, fit = match
        person, partner = (int(self.people.rows[number]) for number in pair)
        quotes = self.quoted(mine), self.quoted(theirs)
        return Reason(
            code,
            band_of(fit),
            *quotes,
            values={} if None in quotes else self._first_step(code, mine, theirs),
            for_person=self.view.readable_by(theirs, person),
            for_partner=self.view.readable_by(mine, partner),
        )

    def _first_step(self, code: ReasonCode, mine: int, theirs: int) -> dict[str, str | int]:
        """Give how far both go together, or how far one goes where the other leaves it open; nothing for other codes.

        A need and an offer that go together agree on what the need asks for: the offer goes as far or further.
        """
        if code not in (ReasonCode.NEED_MET, ReasonCode.OFFER_WANTED):
            return {}
        need, offer = (mine, theirs) if code is ReasonCode.NEED_MET else (theirs, mine)
        details = self.view.statements.details
        asked, offered = (Conditions.read(details[row]).commitment for row in (need, offer))
        if asked is not None:
            return {"step": str(asked), "by": "need" if offered is None else "both"}
        return {} if offered is None else {"step": str(offered), "by": "offer"}

    def quoted(self, statement: int) -> str | None:
        """Give the words of a statement where its owner lets them be told to this viewer as a reason."""
        table, viewer = self.view.statements, self.view.viewer
        policy = self.view.policies[int(table.policy[statement])]
        owner = str(self.view.nodes.ids[int(table.owner[statement])])
        may = policy.as_reason or owner == viewer.node or viewer.role in (Role.OPERATOR, Role.MIXER)
        return str(table.text[statement]) if may else None

    def _shared(self, code: ReasonCode, shared: sparse.csr_array, row: int) -> tuple[Reason, ...]:
        start, stop = shared.indptr[row], shared.indptr[row + 1]
        if start == stop:
            return ()
        names = "、".join(self.view.label(int(r)) for r in np.sort(shared.indices[start:stop])[:MOST_NAMES])
        return (Reason(code, Band.FAIR, values={"names": names, "n": int(stop - start)}),)

    def _joins_communities(self, a: int, b: int, ties: int, expected: int) -> Reason | None:
        if a < 0:
            return None
        values: dict[str, str | int] = {
            "a": self.view.label(a),
            "b": self.view.label(b),
            "ties": ties,
            "expected": expected,
        }
        return Reason(ReasonCode.JOINS_COMMUNITIES, Band.GOOD, values=values)


def _strongest_first(*reasons: Reason | None) -> tuple[Reason, ...]:
    return tuple(sorted((r for r in reasons if r is not None), key=lambda r: _RANK[r.band]))


def _common_partners(n: int) -> Reason | None:
    if n == 0:
        return None
    return Reason(ReasonCode.COMMON_PARTNERS, Band.GOOD if n >= MANY_PARTNERS else Band.FAIR, values={"n": n})


def band_of(fit: float) -> Band:
    """Give the band of a fit in [0, 1]."""
    if fit >= STRONG:
        return Band.STRONG
    return Band.GOOD if fit >= GOOD else Band.FAIR


def overall(reasons: Sequence[Reason]) -> Band:
    """Give the band of a proposal: strong only where both sides gain something strong or good."""
    gains = {r.code: r.band for r in reasons}
    both = [gains.get(ReasonCode.NEED_MET), gains.get(ReasonCode.OFFER_WANTED)]
    firm = (Band.STRONG, Band.GOOD)
    shared = gains.get(ReasonCode.SHARED_VISION) in firm
    if (both[0] in firm and both[1] in firm) or (Band.STRONG in both and shared):
        return Band.STRONG
    return Band.GOOD if any(r.band in firm for r in reasons) else Band.FAIR
