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
from recommend.config import FitConfig
from recommend.evidence import shared_concepts
from recommend.meaning import Meaning
from recommend.phrases import Phrases

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


def test_likeness_of_undeclared_texts_agrees_with_people() -> None:
    """The symmetric fit that compares texts of undeclared kind; on all pairs with JSTS_STEP=1."""
    folder = Path(os.environ.get("MUSUBI_DATA", Path(__file__).parents[2] / "../shared/data"))
    step = int(os.environ.get("JSTS_STEP", "3"))
    lines = (folder / "jsts" / "valid.jsonl").read_text(encoding="utf-8").splitlines()[::step]
    pairs = [json.loads(line) for line in lines]
    texts = [pair[side] for side in ("sentence1", "sentence2") for pair in pairs]
    phrases, config, n = Phrases.of(texts), FitConfig(), len(pairs)
    words, place = (phrases, phrases), phrases.rows(texts)
    meaning = Meaning(words, BundledEncoder(), config, config.topic_hubs, aligned=False)
    concepts = shared_concepts(words)
    odds = []
    for i in range(n):
        one, other = place[[i]], place[[n + i]]
        shared = config.topic_concept_weight * concepts.of(one, other)
        odds.append(float((meaning.standardised(one, other) + shared)[0, 0]))
    assert spearmanr(odds, [float(pair["label"]) for pair in pairs]).statistic >= (0.785 if step == 1 else 0.76)


def test_shared_spelling_agrees_less_but_clearly(pairs: list[dict[str, str]]) -> None:
    assert agreement(LexicalEncoder(), pairs) > 0.55
