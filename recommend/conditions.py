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

from graph.kinds import Commitment, Detail, Exchange
from graph.tables import TextArray
from recommend.evidence import Rows
from recommend.pairs import BoolArray

ENOUGH = 0.5
"""Share of the needed hours from which offered hours meet a need: both sides estimate."""
STEPS: Mapping[Commitment, int] = {commitment: step for step, commitment in enumerate(Commitment, start=1)}
_SAID = re.compile(f'"(?:{"|".join(Detail)})"')
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
    """

    commitment: Commitment | None = None
    hours: float | None = None
    exchange: Exchange | None = None

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
        commitment, exchange = said.get(Detail.COMMITMENT), said.get(Detail.EXCHANGE)
        return cls(
            Commitment(commitment) if commitment in Commitment.__members__.values() else None,
            _hours(said.get(Detail.HOURS)),
            Exchange(exchange) if exchange in Exchange.__members__.values() else None,
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
        if self.exchange is Exchange.GIFT and offered.exchange is Exchange.PAID:
            found.append(Detail.EXCHANGE)
        return tuple(found)

    def told(self, detail: Detail) -> str:
        """Give one condition as text; empty where nothing is said."""
        said = {Detail.COMMITMENT: self.commitment, Detail.HOURS: self.hours, Detail.EXCHANGE: self.exchange}[detail]
        return f"{said:g}" if isinstance(said, float) else str(said or "")


UNSAID = Conditions()


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
        money = Exchange.PAID if offered else Exchange.GIFT
        return cls(
            np.array([STEPS[c.commitment] if c.commitment else step for c in every], dtype=np.int8),
            np.array([hours if c.hours is None else c.hours for c in every], dtype=np.float64),
            np.array([c.exchange is money for c in every], dtype=bool),
        )


@dataclass(frozen=True)
class Bars:
    """Which needs and which offers do not go together, whatever their words say; see `Conditions.lacks`."""

    needs: _Column
    offers: _Column

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
        made = cls(asked, given)
        return made if made._by_commitment or made._by_hours or made._by_exchange else None

    def apart(self, needs: Rows, offers: Rows) -> BoolArray:
        """Say which of some needs and some offers do not go together, (q, d)."""
        out = self.needs.steps[needs][:, None] > self.offers.steps[offers][None, :]
        if self._by_hours:
            out |= ENOUGH * self.needs.hours[needs][:, None] > self.offers.hours[offers][None, :]
        if self._by_exchange:
            out |= self.needs.money[needs][:, None] & self.offers.money[offers][None, :]
        return np.asarray(out)

    @property
    def _by_commitment(self) -> bool:
        return bool(self.needs.steps.max() > self.offers.steps.min())

    @property
    def _by_hours(self) -> bool:
        return bool(ENOUGH * self.needs.hours.max() > self.offers.hours.min())

    @property
    def _by_exchange(self) -> bool:
        return bool(self.needs.money.any() and self.offers.money.any())


def _hours(text: object) -> float | None:
    try:
        hours = float(str(text))
    except ValueError:
        return None
    return hours if math.isfinite(hours) and hours >= 0 else None
