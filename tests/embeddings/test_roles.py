"""The role model: offers, needs and neither (A12)."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from embeddings.base import Role
from embeddings.bundled import BUNDLED, BundledEncoder
from embeddings.cleaning import clean
from embeddings.lexical import LexicalEncoder
from embeddings.roles import RoleModel, Stance, load_role_model, role_grams
from embeddings.training.roles import GRAM_C, LEAST_SENTENCES
from embeddings.training.texts import examples
from graph.errors import WrongUse

OFFERS = ("庭木の剪定ができます", "I can teach you to knit", "会計の相談に乗れます")
NEEDS = ("庭木の剪定を頼みたい", "We need a treasurer, can anybody help?", "会計をみてくれる人がほしい")


@pytest.fixture(scope="module")
def model() -> RoleModel:
    return load_role_model()


def stances(model: RoleModel, texts: Sequence[str]) -> list[Stance]:
    return [Stance(i) for i in model.log_chances(texts).argmax(axis=1)]


def test_offers_and_needs_are_told_apart_by_their_words(model: RoleModel) -> None:
    assert stances(model, OFFERS) == [Stance.OFFER] * 3
    assert stances(model, NEEDS) == [Stance.NEED] * 3


def test_vectors_are_a_second_evidence(model: RoleModel) -> None:
    encoder = BundledEncoder(n_threads=1)
    assert model.reads(encoder.fingerprint)
    vectors = encoder.encode(OFFERS + NEEDS, Role.SYMMETRIC)
    read = model.log_chances(OFFERS + NEEDS, vectors, encoder.fingerprint).argmax(axis=1)
    assert read.tolist() == [Stance.OFFER] * 3 + [Stance.NEED] * 3


def test_vectors_of_another_encoder_are_not_read(model: RoleModel) -> None:
    encoder = LexicalEncoder()
    vectors = encoder.encode(OFFERS, Role.SYMMETRIC)
    np.testing.assert_array_equal(model.log_chances(OFFERS, vectors, encoder.fingerprint), model.log_chances(OFFERS))
    assert model.without_stance(vectors, encoder.fingerprint) is vectors


def test_as_many_vectors_as_texts(model: RoleModel) -> None:
    with pytest.raises(WrongUse, match="2 vectors and 3 texts"):
        model.log_chances(OFFERS, np.zeros((2, 896), dtype=np.float32), f"{BUNDLED} 0")


def test_the_direction_between_the_stances_is_taken_out(model: RoleModel) -> None:
    rows = np.random.default_rng(3).normal(size=(5, 896)).astype(np.float32)
    left = model.without_stance(rows, f"{BUNDLED} 0")
    np.testing.assert_allclose(left @ model.directions.T, 0, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(left, axis=1), 1, atol=1e-5)


@given(st.lists(st.text(), max_size=4))
def test_any_texts_give_chances(texts: list[str]) -> None:
    chances = np.exp(load_role_model().log_chances(texts))
    assert chances.shape == (len(texts), 3)
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-5)


def test_held_out_topics_are_read_right() -> None:
    """Trained without a fifth of the topics, n-grams alone read them right in three of four."""
    rows = examples()
    topics = sorted({row[3] for row in rows if not row[3].startswith("register-form")})
    held = set(topics[::5])
    texts, roles = np.array([clean(row[0]) for row in rows]), np.array([row[1] for row in rows])
    out = np.array([row[3] in held for row in rows])
    counter = TfidfVectorizer(analyzer=lambda text: list(role_grams(text)), sublinear_tf=True, min_df=LEAST_SENTENCES)
    fitted = LogisticRegression(C=GRAM_C, max_iter=3000, class_weight="balanced").fit(
        counter.fit_transform(texts[~out]), roles[~out]
    )
    assert fitted.score(counter.transform(texts[out]), roles[out]) > 0.75


def test_the_model_is_what_the_sentences_give(model: RoleModel) -> None:
    """The shipped file belongs to the shipped sentences: scikit-learn on them gives the same chances."""
    rows = examples()
    counter = TfidfVectorizer(analyzer=lambda text: list(role_grams(text)), sublinear_tf=True, min_df=LEAST_SENTENCES)
    known = [stance.name.lower() for stance in Stance]
    fitted = LogisticRegression(C=GRAM_C, max_iter=3000, class_weight="balanced").fit(
        counter.fit_transform([clean(row[0]) for row in rows]), [known.index(row[1]) for row in rows]
    )
    logits = model.alone * fitted.decision_function(counter.transform([clean(text) for text in OFFERS + NEEDS]))
    wanted = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(model.log_chances(OFFERS + NEEDS), wanted, atol=0.05)


def test_the_file_holds_numbers_only() -> None:
    model = load_role_model()
    assert json.loads(json.dumps(model.version)) == model.version
    assert np.isfinite(model.gram_weights).all()
    assert np.isfinite(model.vector_weights).all()
