import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import norm

from embeddings.base import Encoder, Role
from embeddings.lexical import DENSE_DIMENSION, FEATURES, LexicalEncoder
from embeddings.terms import WordForms
from embeddings.testing import EncoderContract
from graph.errors import WrongUse

NEEDS = ["サーバー構築ができる人を探しています", "引越しの手伝いが必要", "経理のことを教えてほしい"]
OFFERS = ["サーバ構築の経験があります", "引っ越し作業を手伝えます", "経理を教えられます"]


class TestLexical(EncoderContract):
    covers = LexicalEncoder

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls) -> Encoder:
        return LexicalEncoder()

    def again(self, encoder: Encoder) -> Encoder:
        return LexicalEncoder()


class TestFittedLexical(EncoderContract):
    covers = LexicalEncoder

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls) -> Encoder:
        return LexicalEncoder().fit(OFFERS)

    def again(self, encoder: Encoder) -> Encoder:
        return LexicalEncoder().fit(OFFERS)


@pytest.fixture(scope="module")
def lexical() -> LexicalEncoder:
    return LexicalEncoder()


def test_the_right_offer_shares_most(lexical: LexicalEncoder) -> None:
    exact = (lexical.features(NEEDS) @ lexical.features(OFFERS).T).toarray()
    dense = lexical.encode(NEEDS, Role.QUERY) @ lexical.encode(OFFERS, Role.PASSAGE).T
    np.testing.assert_array_equal(exact.argmax(axis=1), [0, 1, 2])
    np.testing.assert_array_equal(dense.argmax(axis=1), [0, 1, 2])


def test_nothing_shared_is_exactly_zero(lexical: LexicalEncoder) -> None:
    pairs = [("広報を手伝えます", "プレスリリースを書いてほしい"), ("I like gardening", "経理を探しています")]
    for one, other in pairs:
        assert (lexical.features([one]) @ lexical.features([other]).T).nnz == 0


def test_a_name_is_found_in_a_long_text(lexical: LexicalEncoder) -> None:
    texts = ["見本町の架空しずくさんと、川の清掃を続けている", "見本町で花壇の手入れを続けている"]
    found = (lexical.features(["架空しずく"]) @ lexical.features(texts).T).toarray()[0]
    assert found[0] > 0 == found[1]


@given(texts=st.lists(st.text(max_size=30), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_evidence_lies_between_zero_and_one(lexical: LexicalEncoder, texts: list[str]) -> None:
    rows = lexical.features(texts)
    evidence = (rows @ rows.T).toarray()
    assert rows.shape == (len(texts), FEATURES)
    assert evidence.min() >= 0
    assert evidence.max() <= 1 + 1e-5
    norms = norm(rows, axis=1)
    assert np.all((norms == 0) | (np.abs(norms - 1) < 1e-5))


def test_common_terms_weigh_less_after_fitting(lexical: LexicalEncoder) -> None:
    community = [f"地域で{thing}をする" for thing in ("料理", "清掃", "演劇", "園芸")]
    fitted = lexical.fit([*community, ""])
    common, rare = "地域で料理", "演劇で料理"

    def shares(encoder: LexicalEncoder, text: str) -> float:
        return float((encoder.features([text]) @ encoder.features(["地域と演劇"]).T).toarray()[0, 0])

    assert shares(fitted, common) < shares(fitted, rare)
    assert fitted.fingerprint != lexical.fingerprint


def test_idf_is_the_stated_formula(lexical: LexicalEncoder) -> None:
    # Two texts share 庭木 and its word, one has 剪定 besides: ln(3/3)+1 = 1 and ln(3/2)+1.
    fitted = lexical.fit(["庭木", "庭木 剪定"])
    weights = np.unique(fitted.features(["庭木 剪定"]).data.round(5))
    assert len(weights) == 2
    assert weights[1] / weights[0] == pytest.approx(np.log(3 / 2) + 1, rel=1e-4)


def test_columns_do_not_change_from_run_to_run(lexical: LexicalEncoder) -> None:
    # CRC-32 of "gram:庭木" and "word:庭木" as gzip writes them: e758a4e1 and 11fc0fed.
    assert sorted(lexical.features(["庭木"]).indices) == [0x8A4E1, 0xC0FED]


def test_names_and_fingerprints_say_whether_words_are_looked_at(lexical: LexicalEncoder) -> None:
    assert lexical.name == "lexical+sudachi"
    assert WordForms().version in lexical.fingerprint
    assert f"dimension={DENSE_DIMENSION}" in lexical.fingerprint


def test_features_refuse_one_str(lexical: LexicalEncoder) -> None:
    with pytest.raises(WrongUse, match="one str"):
        lexical.features("経理")


def test_chance_adds_little_to_dense_vectors(lexical: LexicalEncoder) -> None:
    rng = np.random.default_rng(0)
    letters = [chr(code) for code in range(0x4E00, 0x5E00)]
    texts = ["".join(rng.choice(letters, 20)) for _ in range(60)]
    rows = lexical.encode(texts, Role.QUERY)
    others = (rows @ rows.T)[~np.eye(60, dtype=bool)]
    assert others.mean() < 0.02
