"""Conditions of needs and offers, and which of them do not go together (A15, A16, A20)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graph.kinds import EXCHANGE_WANTED, Commitment, Detail, Exchange
from graph.tables import TextArray
from recommend.evidence import Rows
from recommend.pairs import BoolArray, IntArray

ENOUGH = 0.5
"""Share of the needed hours from which offered hours meet a need: both sides estimate."""
STEPS: Mapping[Commitment, int] = {commitment: step for step, commitment in enumerate(Commitment, start=1)}
_SAID = re.compile(f'"(?:{"|".join((*Detail, EXCHANGE_WANTED))})"')
"""Found in the details of every statement that says a condition, and quick to look for in those of all others."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is said of one need or offer beside its words.

    Attributes
    ----------
    commitment : Commitment or None
        How far it goes; None where nothing is said.
    hours : float or None
        Hours a month, from 0; None where nothing is said.
    exchange : Exchange or None
        What is given in return; None where nothing is said.
    wanted : Exchange or None
        What is asked to be given in return for help with a need; None where nothing is said of the need itself.
    """

    commitment: Commitment | None = None
    hours: float | None = None
    exchange: Exchange | None = None
    wanted: Exchange | None = None

    @classmethod
    def read(cls, details: str | None) -> Self:
        """Read the details of a statement; a word or a number that is none of these says nothing.

        Parameters
        ----------
        details : str or None
            JSON object, as a statement table keeps it.
        """
        if details is None or not _SAID.search(details):
            return cls()
        said = json.loads(details)
        commitment = said.get(Detail.COMMITMENT)
        return cls(
            Commitment(commitment) if commitment in Commitment.__members__.values() else None,
            _hours(said.get(Detail.HOURS)),
            _exchange(said.get(Detail.EXCHANGE)),
            _exchange(said.get(EXCHANGE_WANTED)),
        )

    def lacks(self, offered: Conditions) -> tuple[Detail, ...]:
        """Give what an offer lacks for this need; nothing where they go together.

        An offer of a commitment meets needs up to it, half of the hours are enough, and only a need that asks for a
        gift is not met by an offer that wants to be paid. What one of both leaves unsaid keeps nobody apart.
        """
        found = []
        if self.commitment and offered.commitment and STEPS[self.commitment] > STEPS[offered.commitment]:
            found.append(Detail.COMMITMENT)
        if self.hours is not None and offered.hours is not None and ENOUGH * self.hours > offered.hours:
            found.append(Detail.HOURS)
        if self.wanted is Exchange.GIFT and offered.exchange is Exchange.PAID:
            found.append(Detail.EXCHANGE)
        return tuple(found)

    def told(self, detail: Detail) -> str:
        """Give one condition as text; empty where nothing is said."""
        exchange = self.wanted or self.exchange
        said = {Detail.COMMITMENT: self.commitment, Detail.HOURS: self.hours, Detail.EXCHANGE: exchange}[detail]
        return f"{said:g}" if isinstance(said, float) else str(said or "")


UNSAID = Conditions()


def bounded(details: TextArray, owners: IntArray, declared: BoolArray, *, offered: bool) -> TextArray:
    """Give texts of undeclared kind the conditions of what their owner declared.

    Who answers questions for five minutes does not offer more by telling of themselves in other words: such a text goes
    as far as the furthest-going offer of its owner, and asks for as much as the least demanding need. Its own
    conditions tell how its owner takes part: they hold where the owner declared no offer, and are no demand.

    Parameters
    ----------
    details : (n,) object
        JSON objects or None.
    owners : (n,) int
        Who owns each.
    declared : (n,) bool
        Whether its kind is declared.
    offered : bool
        Whether these are offers.
    """
    if declared.all() or not any(text is not None and _SAID.search(text) for text in set(details.tolist())):
        return details
    out, order = details.copy(), -1 if offered else 1
    own: dict[int, list[str | None]] = {}
    for row in np.flatnonzero(declared & np.isin(owners, owners[~declared])).tolist():
        own.setdefault(int(owners[row]), []).append(details[row])
    least = {owner: min(said, key=lambda text: (_step(text) is not None, order * (_step(text) or 0)))
             for owner, said in own.items()}  # fmt: skip
    for row in np.flatnonzero(~declared).tolist():
        out[row] = least.get(int(owners[row]), details[row] if offered else None)
    return out


def _step(details: str | None) -> int | None:
    commitment = Conditions.read(details).commitment
    return None if commitment is None else STEPS[commitment]


@dataclass(frozen=True)
class _Column:
    """Conditions of the statements of a side; what is unsaid has the value that keeps nobody apart."""

    steps: NDArray[np.int8]
    hours: NDArray[np.float64]
    money: BoolArray

    @classmethod
    def of(cls, details: TextArray, *, offered: bool) -> Self | None:
        """Read the details of each; None where none of them says anything."""
        written = details.tolist()
        read = {text: Conditions.read(text) for text in set(written) if text is not None and _SAID.search(text)}
        if not read:
            return None
        every = [read.get(text, UNSAID) for text in written]
        step, hours = (len(STEPS) + 1, math.inf) if offered else (0, 0.0)
        return cls(
            np.array([STEPS[c.commitment] if c.commitment else step for c in every], dtype=np.int8),
            np.array([hours if c.hours is None else c.hours for c in every], dtype=np.float64),
            np.array(
                [c.exchange is Exchange.PAID if offered else c.wanted is Exchange.GIFT for c in every], dtype=bool
            ),
        )


@dataclass(frozen=True)
class Bars:
    """Which needs and which offers do not go together, whatever their words say; see `Conditions.lacks`."""

    needs: _Column
    offers: _Column
    by_hours: bool
    by_exchange: bool

    @classmethod
    def of(cls, needs: TextArray, offers: TextArray) -> Self | None:
        """Read the details of the statements of both sides; None where everything goes with everything.

        Parameters
        ----------
        needs, offers : (q,), (d,) object
            JSON objects or None.
        """
        asked = _Column.of(needs, offered=False)
        given = None if asked is None else _Column.of(offers, offered=True)
        if asked is None or given is None:
            return None
        by_commitment = bool(asked.steps.max() > given.steps.min())
        by_hours = bool(ENOUGH * asked.hours.max() > given.hours.min())
        by_exchange = bool(asked.money.any() and given.money.any())
        return cls(asked, given, by_hours, by_exchange) if by_commitment or by_hours or by_exchange else None

    def apart(self, needs: Rows, offers: Rows) -> BoolArray:
        """Say which of some needs and some offers do not go together, (q, d)."""
        out = self.needs.steps[needs][:, None] > self.offers.steps[offers][None, :]
        if self.by_hours:
            out |= ENOUGH * self.needs.hours[needs][:, None] > self.offers.hours[offers][None, :]
        if self.by_exchange:
            out |= self.needs.money[needs][:, None] & self.offers.money[offers][None, :]
        return np.asarray(out)


def _exchange(word: object) -> Exchange | None:
    return next((exchange for exchange in Exchange if exchange == word), None)


def _hours(text: object) -> float | None:
    try:
        hours = float(str(text))
    except ValueError:
        return None
    return hours if math.isfinite(hours) and hours >= 0 else None
