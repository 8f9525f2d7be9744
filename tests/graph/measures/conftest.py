"""Networks that the tests of measures share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from graph.measures.adjacency import Csr, symmetric

Draw = Callable[..., Csr]


@pytest.fixture
def drawn() -> Draw:
    """Give a network from its ties, written as ``"01 12 23"``."""

    def draw(ties: str, n_people: int = 0) -> Csr:
        pairs = np.array([[int(pair[0]), int(pair[1])] for pair in ties.split()], dtype=np.int64).reshape(-1, 2)
        n = n_people or int(pairs.max()) + 1
        return symmetric(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), n)

    return draw


@pytest.fixture
def random_network() -> Draw:
    """Give a random network with weights in [0.1, 1.1), often in several parts."""

    def draw(seed: int, n_people: int = 30, chance: float = 0.1) -> Csr:
        rng = np.random.default_rng(seed)
        u, v = np.triu_indices(n_people, 1)
        kept = rng.random(len(u)) < chance
        return symmetric(u[kept], v[kept], rng.random(kept.sum()) + 0.1, n_people)

    return draw
