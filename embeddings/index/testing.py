"""Public contract suite of indexes."""

from __future__ import annotations

import pickle
from typing import ClassVar, Final

import numpy as np
import pytest

from embeddings.index.base import Index, IntArray
from embeddings.index.scan import SCORE_DECIMALS
from embeddings.similarity import FloatArray, unit_rows
from graph.errors import WrongUse

DIMENSION: Final = 8


def some_vectors(n: int, seed: int = 0) -> FloatArray:
    """Give unit rows, (n, 8)."""
    return unit_rows(np.random.default_rng(seed).normal(size=(n, DIMENSION)).astype(np.float32))


def fully_sorted(
    keys: IntArray, vectors: FloatArray, queries: FloatArray, k: int
) -> tuple[IntArray, FloatArray]:  # fmt: skip
    """Give the answer of an index by sorting everything."""
    padded_keys = np.r_[keys, np.full(k, -1)]
    every = np.round(queries @ vectors.T, SCORE_DECIMALS)
    scores = np.hstack([every, np.full((len(queries), k), -np.inf)])
    order = np.lexsort((np.broadcast_to(np.arange(scores.shape[1]), scores.shape), -scores), axis=-1)[:, :k]
    return padded_keys[order], np.take_along_axis(scores, order, axis=1)


class IndexContract:
    """What every index must do; approximate ones are exact with as few vectors as these.

    A subclass sets `covers` and defines `empty`.

    Attributes
    ----------
    covers : type of Index
        The class under test.
    """

    covers: ClassVar[type[Index]]

    def empty(self) -> Index:
        """Make an index of dimension 8 without vectors."""
        raise AssertionError(f"{type(self).__name__} must define empty")

    def held(self, index: Index) -> bytes:
        """Give everything that an index holds, wherever it lies."""
        return pickle.dumps(index)

    def filled(self, keys: IntArray, vectors: FloatArray) -> Index:
        """Make an index of vectors."""
        index = self.empty()
        index.add(keys, vectors)
        return index

    def test_it_is_of_the_class_it_covers(self) -> None:
        """The suite runs on the class that it names."""
        assert type(self.empty()) is self.covers

    @pytest.mark.parametrize("k", [1, 5, 40])
    def test_answers_are_those_of_a_full_sort(self, k: int) -> None:
        """Keys and scores, best first, also where fewer are there than wanted."""
        keys, vectors, queries = np.arange(0, 60, 2)[::-1], some_vectors(30), some_vectors(9, seed=1)
        found, scores = self.filled(keys, vectors).search(queries, k)
        wanted, values = fully_sorted(keys[::-1], vectors[::-1], queries, k)
        np.testing.assert_array_equal(found, wanted)
        np.testing.assert_allclose(scores, values, atol=2e-6)

    def test_equal_vectors_are_answered_in_the_order_of_keys(self) -> None:
        """However they came in."""
        vectors = np.repeat(some_vectors(1), 12, axis=0)
        found, _ = self.filled(np.arange(12)[::-1], vectors).search(vectors[:1], 5)
        assert found.tolist() == [[0, 1, 2, 3, 4]]

    def test_nothing_is_found_where_nothing_is(self) -> None:
        """Neither in an empty index nor without queries."""
        index = self.empty()
        found, scores = index.search(some_vectors(2), 3)
        assert (found == -1).all()
        assert np.isneginf(scores).all()
        assert self.filled(np.arange(4), some_vectors(4)).search(some_vectors(0), 3)[0].shape == (0, 3)

    def test_zero_rows_have_no_evidence(self) -> None:
        """A row without text scores 0 and breaks nothing."""
        vectors = some_vectors(5)
        vectors[2] = 0
        found, scores = self.filled(np.arange(5), vectors).search(vectors, 5)
        assert scores[2].tolist() == [0] * 5
        assert np.isfinite(scores).all()
        assert sorted(found[0].tolist()) == [0, 1, 2, 3, 4]

    def test_parts_added_one_by_one_make_the_same_index(self) -> None:
        """A key that is there already gets the new vector."""
        vectors, queries = some_vectors(30), some_vectors(6, seed=2)
        index = self.empty()
        index.add(np.arange(10), some_vectors(10, seed=3))
        for part in (slice(20, 30), slice(0, 12), slice(12, 20)):
            index.add(np.arange(30)[part], vectors[part])
        assert len(index) == 30
        assert index.keys.tolist() == list(range(30))
        np.testing.assert_array_equal(index.search(queries, 7)[0], fully_sorted(np.arange(30), vectors, queries, 7)[0])

    def test_removed_vectors_are_not_answered(self) -> None:
        """Removing tells how many were there; what is left is answered as if they never were."""
        keys, vectors, queries = np.arange(30), some_vectors(30), some_vectors(6, seed=2)
        index = self.filled(keys, vectors)
        assert index.remove(np.array([3, 3, 4, 99])) == 2
        left = np.setdiff1d(keys, [3, 4])
        np.testing.assert_array_equal(index.search(queries, 9)[0], fully_sorted(left, vectors[left], queries, 9)[0])
        assert index.remove(left) == 28
        assert len(index) == 0
        assert (index.search(queries, 2)[0] == -1).all()

    def test_nothing_of_a_removed_vector_stays(self) -> None:
        """Neither the vector nor a mean that is only this vector is left in what the index holds."""
        vectors = some_vectors(30)
        index = self.filled(np.arange(30), vectors)
        traces = [vectors[7].tobytes(), unit_rows(vectors[7:8]).tobytes()]
        assert traces[0] in self.held(index)
        index.remove(np.array([7]))
        assert not any(trace in self.held(index) for trace in traces)

    def test_what_is_not_allowed_changes_no_bit_of_the_answer(self) -> None:
        """Hidden vectors are answered never, and the rest bit for bit as without them."""
        vectors, queries = some_vectors(300), some_vectors(20, seed=2)
        allowed = np.flatnonzero(np.random.default_rng(4).random(300) < 0.3)
        alone = self.filled(allowed, vectors[allowed]).search(queries, 10, allowed)
        for seed in range(3):
            others = some_vectors(300, seed=10 + seed)
            others[allowed] = vectors[allowed]
            answer = self.filled(np.arange(300), others).search(queries, 10, allowed)
            for got, wanted in zip(answer, alone, strict=True):
                np.testing.assert_array_equal(got, wanted)
        assert (self.filled(np.arange(300), vectors).search(queries, 2, np.zeros(0, dtype=np.int64))[0] == -1).all()

    @pytest.mark.parametrize(
        ("keys", "vectors"),
        [
            ([1, 1], some_vectors(2)),
            ([-1, 1], some_vectors(2)),
            ([1], some_vectors(2)),
            ([1, 2], some_vectors(2)[:, :5]),
            ([1, 2], np.full((2, DIMENSION), np.nan, dtype=np.float32)),
        ],
    )
    def test_what_does_not_fit_is_refused(self, keys: list[int], vectors: FloatArray) -> None:
        """Keys that come twice or are negative, other shapes, what is no number."""
        with pytest.raises(WrongUse, match="index: got"):
            self.empty().add(np.array(keys), vectors)

    def test_questions_that_do_not_fit_are_refused(self) -> None:
        """Another dimension, or no answers wanted."""
        index = self.filled(np.arange(4), some_vectors(4))
        with pytest.raises(WrongUse, match="k=0"):
            index.search(some_vectors(1), 0)
        with pytest.raises(WrongUse, match="shape"):
            index.search(some_vectors(1)[:, :3], 1)
