"""Is the audit whole, and does it tell of every change?"""

from __future__ import annotations

from dataclasses import dataclass

from graph.store.base import Store
from graph.verification import Verdict, verify

UNDISTURBED_TRIES = 3


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found.

    Attributes
    ----------
    verdict : Verdict
        Of the chain itself.
    applied : int
        Change sets that the store has applied.
    stray : tuple of str and int, or None
        Key and row of the first change that is told of and that the store does not hold.
    """

    verdict: Verdict
    applied: int
    stray: tuple[str, int] | None

    @property
    def missing(self) -> int:
        """Number of applied change sets that no row tells of."""
        return max(self.applied - len(self.verdict.keys), 0)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict.bad is None and not self.missing and self.stray is None


def inspect(store: Store) -> Inspection:
    """Look at every row; a store that cannot hold one moment is looked at again when it was written meanwhile."""
    found = _inspect(store)
    for _ in range(UNDISTURBED_TRIES - 1):
        if found.verdict.why != "head":
            break
        found = _inspect(store)
    return found


def _inspect(store: Store) -> Inspection:
    with store.moment():
        applied = store.version()  # before the rows: what is applied meanwhile has its row, and is not missed
        head = store.head()
        verdict = verify(store.audit_rows(), head)
        stray = next(((key, row) for key, row in verdict.keys.items() if not store.applied(key)), None)
    return Inspection(verdict, applied, stray)
