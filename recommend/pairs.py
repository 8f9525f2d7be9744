"""Who may be proposed to whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommend.results import Scope

IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Pairs of people who may be introduced to each other, by number.

    Attributes
    ----------
    met : csr_array (n, n), symmetric
        Who has met whom: above 0.
    apart : csr_array (n, n), symmetric
        Who must never meet through musubi: above 0.
    communities : csr_array (n, c) of 0/1
        Declared communities.
    full : (n,) bool or None
        To whom nobody may be proposed now, because as many introductions wait for an answer as they take; None =
        nobody is.
    proposed : csr_array (n, n) or None, symmetric
        Who was proposed to whom already and is not to be again (`recommend.proposed`): above 0; None = nobody.
    """

    met: sparse.csr_array
    apart: sparse.csr_array
    communities: sparse.csr_array
    full: BoolArray | None = None
    proposed: sparse.csr_array | None = None

    def __len__(self) -> int:
        return int(self.met.shape[0])

    def allowed(self, block: IntArray, scope: Scope) -> BoolArray:
        """Say which partners may be proposed to each person of a block.

        Parameters
        ----------
        block : (b,) int
            Numbers of people.
        scope : Scope
            See `recommend.results.Scope`.

        Returns
        -------
        (b, n) bool
        """
        eligible = self.eligible(scope)
        out = np.ones((len(block), len(self)), dtype=bool)
        out &= eligible
        out[~eligible[block]] = False
        out[self.excluded(block, scope).nonzero()] = False
        return out

    def eligible(self, scope: Scope) -> BoolArray:
        """Say who may be anybody's partner at all, (n,): with another scope than ``any``, who declares a community."""
        placed = self.placed(scope)
        return placed if self.full is None else placed & ~self.full

    def placed(self, scope: Scope) -> BoolArray:
        """Say who can be in a scope, (n,): with another one than ``any``, who declares a community."""
        if scope is Scope.ANY:
            return np.ones(len(self), dtype=bool)
        return np.asarray(np.diff(self.communities.indptr) > 0)

    def excluded(self, block: IntArray, scope: Scope) -> sparse.csr_array:
        """Give those who may not be proposed to each person of a block though they are eligible.

        Returns
        -------
        csr_array (b, n)
            Above 0 for the people themselves, whom they have met, from whom they are kept apart, to whom they were
            proposed already, and whom the scope leaves out.
        """
        shape = (len(block), len(self))
        themselves = sparse.csr_array((np.ones(len(block)), block, np.arange(len(block) + 1)), shape=shape)
        out = themselves + self.met[block] + self.barred(block)
        if scope is not Scope.ANY:
            out = out + self.communities[block] @ self._members
        if scope is Scope.FAR:
            out = out + self.met[block] @ self.met
        return sparse.csr_array(out)

    def barred(self, block: IntArray) -> sparse.csr_array:
        """Give who is kept apart from each person of a block or was proposed to them already, (b, n): above 0."""
        apart = self.apart[block]
        return apart if self.proposed is None else sparse.csr_array(apart + self.proposed[block])

    def unasked(self, person: int) -> BoolArray:
        """Say who may not be asked to help somebody, (n,): met or not, in the own community or not."""
        out = self.barred(np.array([person])).toarray()[0] > 0
        if self.full is not None:
            out |= self.full
        out[person] = True
        return np.asarray(out)

    @cached_property
    def _members(self) -> sparse.csr_array:
        return sparse.csr_array(self.communities.T)
