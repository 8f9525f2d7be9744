import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.similarity import (
    FloatArray,
    centre_by_language,
    hub_correct,
    language_means,
    top_k,
    unit_rows,
)
from graph.errors import WrongUse


def random_rows(seed: int, n: int, d: int = 8) -> FloatArray:
    return unit_rows(np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32))


def plain_top_k(scores: FloatArray, k: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-scores.round(6), axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(scores, order, axis=1)


def test_rows_become_unit_or_stay_zero() -> None:
    rows = unit_rows(np.array([[3, 4], [0, 0], [1e-9, 0]], dtype=np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 0], [0, 0]], atol=1e-6)
    assert rows.dtype == np.float32


@given(st.integers(0, 2**16), st.integers(1, 30), st.integers(1, 40), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_top_k_is_that_of_a_full_sort(seed: int, n_queries: int, n_documents: int, k: int) -> None:
    queries, documents = random_rows(seed, n_queries), random_rows(seed + 1, n_documents)
    mask = np.random.default_rng(seed).random((n_queries, n_documents)) < 0.7
    indices, scores = top_k(queries, documents, k, mask)
    allowed = np.where(mask, queries @ documents.T, -np.inf).astype(np.float32)
    wanted, values = plain_top_k(allowed, k)
    wanted[~np.isfinite(values)] = -1
    width = wanted.shape[1]
    np.testing.assert_array_equal(indices[:, :width], wanted)
    np.testing.assert_allclose(scores[:, :width], values, atol=1e-6)
    assert (indices[:, width:] == -1).all()
    assert np.isneginf(scores[indices == -1]).all()


def test_top_k_over_many_blocks_is_that_of_a_full_sort() -> None:
    queries, documents = random_rows(1, 1500, 16), random_rows(2, 9000, 16)
    indices, scores = top_k(queries, documents, 5)
    wanted, values = plain_top_k(queries @ documents.T, 5)
    np.testing.assert_allclose(scores, values, atol=2e-6)
    assert (indices == wanted).mean() > 0.999


def test_equal_documents_come_in_their_order_across_blocks() -> None:
    one = random_rows(3, 1, 384)
    documents = np.repeat(one, 9001, axis=0)
    documents[5000] = -one[0]
    indices, scores = top_k(np.repeat(one, 3, axis=0), documents, 7)
    np.testing.assert_array_equal(indices, [range(7)] * 3)
    np.testing.assert_allclose(scores, 1, atol=1e-6)


def test_top_k_leaves_out_what_is_masked() -> None:
    rows = random_rows(4, 4)
    indices, scores = top_k(rows, rows, 2, ~np.eye(4, dtype=bool) & (np.arange(4) > 0)[:, None])
    assert (indices[0] == -1).all()
    assert np.isneginf(scores[0]).all()
    assert all(row not in indices[row] for row in range(4))


@pytest.mark.parametrize(
    ("documents", "k", "mask"),
    [
        (random_rows(0, 3), 0, None),
        (random_rows(0, 3, 5), 1, None),
        (random_rows(0, 3), 1, np.ones((3, 3), dtype=bool)),
    ],
)
def test_top_k_refuses_what_does_not_fit(documents: FloatArray, k: int, mask: np.ndarray | None) -> None:
    with pytest.raises(WrongUse, match="top_k: got"):
        top_k(random_rows(0, 2), documents, k, mask)


def test_nobody_to_find() -> None:
    indices, scores = top_k(random_rows(0, 2), random_rows(0, 0), 3)
    assert indices.shape == scores.shape == (2, 3)
    assert (indices == -1).all()


def test_centring_takes_the_language_away() -> None:
    """Ten Japanese needs, their ten English offers and ten other Japanese texts; the first axis is the language."""
    japanese, english = 2 * np.eye(1, 32, dtype=np.float32), -2 * np.eye(1, 32, dtype=np.float32)
    meanings, others = random_rows(5, 10, 32), random_rows(6, 10, 32)
    needs = unit_rows(meanings + japanese)
    offers = unit_rows(np.vstack([meanings + english, others + japanese]))
    languages = ["en"] * 10 + ["ja"] * 10
    raw, _ = top_k(needs, offers, 1)
    assert (raw >= 10).all()
    found, _ = top_k(centre_by_language(needs, ["ja"] * 10), centre_by_language(offers, languages), 1)
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


def test_a_hub_loses_its_lead() -> None:
    """Document 0 is near every query; queries 1 and 2 have a better own partner once that is counted."""
    scores = np.array([[0.9, 0.1, 0.1], [0.9, 0.85, 0.1], [0.9, 0.1, 0.85]], dtype=np.float32)
    np.testing.assert_array_equal(scores.argmax(axis=1), [0, 0, 0])
    np.testing.assert_array_equal(hub_correct(scores, k=3).argmax(axis=1), [0, 1, 2])


def test_csls_by_hand() -> None:
    scores = np.array([[0.5, 0.2], [0.4, 0.1]], dtype=np.float32)
    np.testing.assert_allclose(hub_correct(scores, k=1), [[0.0, -0.3], [-0.1, -0.4]], atol=1e-6)


@given(st.integers(0, 2**16), st.integers(1, 30), st.integers(1, 12))
@settings(deadline=None)
def test_one_query_keeps_its_order(seed: int, n: int, k: int) -> None:
    scores = np.random.default_rng(seed).permutation(n).astype(np.float32)[None, :] / n
    np.testing.assert_array_equal(np.argsort(hub_correct(scores, k)), np.argsort(scores))


def test_hub_correction_of_nothing_and_of_a_bad_k() -> None:
    assert hub_correct(np.zeros((0, 4), dtype=np.float32)).shape == (0, 4)
    with pytest.raises(WrongUse, match="k=0"):
        hub_correct(np.zeros((1, 1), dtype=np.float32), k=0)
