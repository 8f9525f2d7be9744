"""Conditions of needs and offers, and which of them do not go together (A15, A16, A20)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from graph.kinds import EXCHANGE_WANTED, Commitment, Detail, Exchange
from graph.tables import TextArray
from recommend.evidence import Rows
from recommend.pairs import BoolArray, IntArray

ENOUGH = 0.5
"""Share of the needed hours from which offered hours meet a need: both sides estimate."""
STEPS: Mapping[Commitment, int] = {commitment: step for step, commitment in enumerate(Commitment, start=1)}
MOST_STEPS = len(STEPS) + 1
"""Above every step: what an offer that says nothing goes as far as."""
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


class Whose(Protocol):
    """Whose the statements of a side are, such as `recommend.statements.Texts`."""

    @property
    def owners(self) -> IntArray:
        """Number of the owner of each, (n,)."""

    @property
    def declared(self) -> BoolArray:
        """Whether its owner declared the kind of each, (n,)."""


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
        step, hours = (MOST_STEPS, math.inf) if offered else (0, 0.0)
        return cls(
            np.array([STEPS[c.commitment] if c.commitment else step for c in every], dtype=np.int8),
            np.array([hours if c.hours is None else c.hours for c in every], dtype=np.float64),
            np.array(
                [c.exchange is Exchange.PAID if offered else c.wanted is Exchange.GIFT for c in every], dtype=bool
            ),
        )

    def bounded(self, whose: Whose, *, offered: bool) -> Self:
        """Give texts of undeclared kind the loosest conditions of what their owner declared, each for itself.

        Who answers questions for five minutes does not offer more by telling of themselves in other words. Conditions
        of the text itself tell how its owner takes part: they hold where the owner declared no offer, and are no
        demand.
        """
        free, owners = np.flatnonzero(~whose.declared), whose.owners
        if not len(free):
            return self
        n_owners = int(owners.max()) + 1
        told, own = np.flatnonzero(whose.declared), np.zeros(n_owners, dtype=bool)
        own[owners[told]] = True
        loosest = np.maximum if offered else np.minimum

        def joined(values: NDArray[Any], worst: float, unsaid: float, by: np.ufunc) -> NDArray[Any]:
            each = np.full(n_owners, worst, dtype=values.dtype)
            by.at(each, owners[told], values[told])
            out, alone = values.copy(), values[free] if offered else np.full(len(free), unsaid, dtype=values.dtype)
            out[free] = np.where(own[owners[free]], each[owners[free]], alone)
            return out

        return replace(
            self,
            steps=joined(self.steps, 0 if offered else MOST_STEPS, 0, loosest),
            hours=joined(self.hours, 0.0 if offered else math.inf, 0.0, loosest),
            money=joined(self.money, True, False, np.logical_and),
        )


@dataclass(frozen=True)
class Bars:
    """Which needs and which offers do not go together, whatever their words say; see `Conditions.lacks`."""

    needs: _Column
    offers: _Column
    by_hours: bool
    by_exchange: bool

    @classmethod
    def of(cls, needs: TextArray, offers: TextArray, *, whose: tuple[Whose, Whose] | None = None) -> Self | None:
        """Read the details of the statements of both sides; None where everything goes with everything.

        Parameters
        ----------
        needs, offers : (q,), (d,) object
            JSON objects or None.
        whose : tuple of Whose, optional
            Whose they are, of both sides, where the kind of some is undeclared.
        """
        asked = _Column.of(needs, offered=False)
        given = None if asked is None else _Column.of(offers, offered=True)
        if asked is None or given is None:
            return None
        if whose is not None:
            asked, given = asked.bounded(whose[0], offered=False), given.bounded(whose[1], offered=True)
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
