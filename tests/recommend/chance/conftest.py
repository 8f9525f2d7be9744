"""Histories that the tests of the chance model share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import sparse

from recommend.chance import Groups, History, Meetings, Teams

Make = Callable[..., History]


@pytest.fixture
def random_history() -> Make:
    """Give a random history with the parts named in ``kinds``: c(ontacts), p(lain), t(eams), g(roups)."""

    def make(seed: int, kinds: str = "ctg", n_people: int = 25) -> History:
        rng = np.random.default_rng(seed)

        def times(n: int) -> np.ndarray:
            return np.where(rng.random(n) < 0.2, np.nan, rng.random(n) * 1e9)

        parts: dict[str, object] = {}
        if "c" in kinds or "p" in kinds:
            u, v = rng.integers(0, n_people, (2, 60))
            t = times(60) if "c" in kinds else np.full(60, np.nan)
            parts["meetings"] = Meetings(u[u != v], v[u != v], t[u != v], rng.integers(1, 4, 60)[u != v])
        if "t" in kinds:
            parts["teams"] = Teams(rng.integers(0, 12, 40), rng.integers(0, n_people, 40), times(40))
        if "g" in kinds:
            parts["groups"] = Groups(rng.integers(0, 8, 40), rng.integers(0, n_people, 40), times(40))
        community = sparse.csr_array((rng.random((n_people, 4)) < 0.3).astype(float))
        return History(n_people, community=community, **parts)  # type: ignore[arg-type]

    return make
