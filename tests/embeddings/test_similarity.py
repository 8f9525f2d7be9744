import numpy as np
import pytest

from embeddings.index.scan import scan
from embeddings.similarity import (
    FloatArray,
    centre_by_language,
    language_means,
    unit_rows,
)
from graph.errors import WrongUse


def random_rows(seed: int, n: int, d: int = 8) -> FloatArray:
    return unit_rows(np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32))


def test_rows_become_unit_or_stay_zero() -> None:
    rows = unit_rows(np.array([[3, 4], [0, 0], [1e-9, 0]], dtype=np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 0], [0, 0]], atol=1e-6)
    assert rows.dtype == np.float32


def test_centring_takes_the_language_away() -> None:
    """Ten Japanese needs, their ten English offers and ten other Japanese texts; the first axis is the language."""
    japanese, english = 2 * np.eye(1, 32, dtype=np.float32), -2 * np.eye(1, 32, dtype=np.float32)
    meanings, others = random_rows(5, 10, 32), random_rows(6, 10, 32)
    needs = unit_rows(meanings + japanese)
    offers = unit_rows(np.vstack([meanings + english, others + japanese]))
    languages = ["en"] * 10 + ["ja"] * 10
    raw, _ = scan(needs, offers, 1)
    assert (raw >= 10).all()
    found, _ = scan(centre_by_language(needs, ["ja"] * 10), centre_by_language(offers, languages), 1)
    np.testing.assert_array_equal(found[:, 0], range(10))


def test_empty_texts_neither_count_nor_move() -> None:
    vectors = np.vstack([np.zeros((1, 8)), random_rows(6, 3)]).astype(np.float32)
    means = language_means(vectors, ["ja"] * 4)
    np.testing.assert_allclose(means["ja"], vectors[1:].mean(axis=0), atol=1e-6)
    assert not centre_by_language(vectors, ["ja"] * 4)[0].any()


def test_a_prior_counts_for_as_many_texts_as_it_says() -> None:
    rows = random_rows(7, 2)
    prior = {"ja": random_rows(8, 1)[0], "en": random_rows(9, 1)[0]}
    means = language_means(rows, ["ja", "ja"], prior, prior_weight=6)
    np.testing.assert_allclose(means["ja"], (rows.sum(axis=0) + 6 * prior["ja"]) / 8, atol=1e-6)
    np.testing.assert_allclose(means["en"], prior["en"], atol=1e-6)
    assert set(language_means(rows, ["ja", "ja"], prior)) == {"ja"}


def test_a_single_query_is_centred_by_the_community() -> None:
    query = random_rows(10, 1)
    assert not centre_by_language(query, ["ja"]).any()
    centred = centre_by_language(query, ["ja"], language_means(random_rows(11, 9), ["ja"] * 9))
    np.testing.assert_allclose(np.linalg.norm(centred), 1, atol=1e-6)
    np.testing.assert_allclose(centre_by_language(query, ["other"], {}), query, atol=1e-6)


def test_every_row_wants_a_language() -> None:
    with pytest.raises(WrongUse, match="got 2 vectors and 1 languages"):
        centre_by_language(random_rows(0, 2), ["ja"])
