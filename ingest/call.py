"""What was asked for when an import was called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
ITEMS_A_STEP = 200
"""How often progress is told: more often costs time, less often looks like standing still."""


@dataclass(frozen=True, slots=True)
class Call:
    """Options of one import that its readers need.

    Attributes
    ----------
    space : str
        Name of the space of people whose row names none; empty where there is none.
    owner : str
        Id of the person whose address book is read; empty where nobody is named.
    split : bool
        Whether suggested splits of heard texts are taken: somebody has looked at them.
    columns : mapping of str to str
        Meanings by header that the user gave.
    progress : callable or None
        Told now and then how many steps are done, of how many.
    within : callable or None
        Called now and then; raises once reading has taken longer than it may.
    """

    space: str = ""
    owner: str = ""
    split: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[int, int], None] | None = field(default=None, compare=False)
    within: Callable[[], None] | None = field(default=None, compare=False)

    def watched(self, items: Sequence[T], begin: int, total: int) -> Iterator[T]:
        """Give items one by one, telling how far it has come: ``begin`` steps were done before, of ``total``."""
        for done, item in enumerate(items, start=begin):
            if done % ITEMS_A_STEP == 0:
                self._step(done, total)
            yield item

    def _step(self, done: int, total: int) -> None:
        if self.within:
            self.within()
        if self.progress:
            self.progress(done, total)


NO_OPTIONS = Call()
