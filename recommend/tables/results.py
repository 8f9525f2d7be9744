"""A seating plan with its people, its rules and its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recommend.results import Party, Recommendation
from recommend.tables.plan import Broken, Wanted


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at a table.

    Attributes
    ----------
    party : Party
        As far as the viewer may see.
    ask_first : bool
        Whether they have not yet agreed to be introduced: ask before seating them.
    """

    party: Party
    ask_first: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one round.

    Attributes
    ----------
    number : int
        From 1 in each round.
    guests : tuple of Guest
        In the order of ids.
    why : tuple of Recommendation
        The pairs for whom most speaks, strongest first; empty where nothing may be told.
    """

    number: int
    guests: tuple[Guest, ...]
    why: tuple[Recommendation, ...] = ()


@dataclass(frozen=True, slots=True)
class TablesAnswer:
    """What `recommend.tables.answer.tables` gives.

    Attributes
    ----------
    wanted : Wanted
        Rounds and size.
    n_guests : int
        People to be seated.
    rounds : tuple of tuple of Table
        The plan.
    broken : Broken
        What it could not keep.
    most_rounds : int
        Rounds beyond which somebody must meet somebody twice, whoever they are.
    value : float
        Sum over all pairs at one table of what they are worth, in [0, 1] each; for operator and analyst only.
    without_seat : tuple of (int, Party)
        Round and person who has no seat in it.
    encoder : str
        Name of the text encoder that was used.
    notice : Mapping of str to str
        Words by language, when another encoder than the wanted one had to serve; empty otherwise.
    """

    wanted: Wanted
    n_guests: int
    rounds: tuple[tuple[Table, ...], ...]
    broken: Broken
    most_rounds: int
    value: float
    without_seat: tuple[tuple[int, Party], ...]
    encoder: str
    notice: Mapping[str, str] = field(default_factory=dict)
