"""How well encoders order Japanese sentence pairs (JSTS, from JGLUE)."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from embeddings.base import Encoder, Role
from embeddings.bundled import BundledEncoder
from embeddings.lexical import LexicalEncoder

pytestmark = pytest.mark.data

N_PAIRS = 500


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, str]]:
    folder = Path(os.environ.get("MUSUBI_DATA", Path(__file__).parents[2] / "../shared/data"))
    lines = (folder / "jsts" / "valid.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:N_PAIRS]]


def agreement(encoder: Encoder, pairs: list[dict[str, str]]) -> float:
    """Rank correlation of cosines with what people said."""
    one = encoder.encode([pair["sentence1"] for pair in pairs], Role.SYMMETRIC)
    other = encoder.encode([pair["sentence2"] for pair in pairs], Role.SYMMETRIC)
    cosines = np.einsum("ij,ij->i", one, other)
    return float(spearmanr(cosines, [float(pair["label"]) for pair in pairs]).statistic)


def test_the_bundled_model_agrees_with_people(pairs: list[dict[str, str]]) -> None:
    assert agreement(BundledEncoder(), pairs) > 0.75


def test_shared_spelling_agrees_less_but_clearly(pairs: list[dict[str, str]]) -> None:
    assert agreement(LexicalEncoder(), pairs) > 0.55
