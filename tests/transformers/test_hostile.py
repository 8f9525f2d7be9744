"""Texts that break programs, through a sentence-transformers model; HOSTILE of them by `make hostile`."""

import os
from pathlib import Path

import numpy as np
import pytest

from embeddings.base import Role
from embeddings.hostile import hostile_texts
from embeddings.sentence_transformer import SentenceTransformerEncoder

pytestmark = [pytest.mark.transformers, pytest.mark.timeout(7_200)]
N = int(os.environ.get("HOSTILE", "500"))


@pytest.mark.parametrize("role", list(Role))
def test_rows_are_finite(saved: Path, role: Role) -> None:
    texts = hostile_texts(N, np.random.default_rng(N))
    rows = SentenceTransformerEncoder(str(saved)).encode(texts, role)
    norms = np.linalg.norm(rows, axis=1)
    assert rows.shape == (N, 24)
    assert np.isfinite(rows).all()
    assert ((np.abs(norms - 1) < 1e-4) | (norms == 0)).all()
