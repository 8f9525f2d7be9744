import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import embeddings.index
from embeddings.base import Role
from embeddings.cache import VectorCache
from embeddings.index.base import Index
from embeddings.index.choosing import CROSSOVER, make_index
from embeddings.index.exact import ExactIndex
from embeddings.index.inverted import InvertedIndex
from embeddings.index.kept import kept_index
from embeddings.index.scan import scan
from embeddings.index.testing import DIMENSION, IndexContract, fully_sorted, some_vectors
from embeddings.similarity import FloatArray, unit_rows


class TestExact(IndexContract):
    covers = ExactIndex

    def empty(self) -> Index:
        return ExactIndex(DIMENSION)


class TestInverted(IndexContract):
    covers = InvertedIndex

    def empty(self) -> Index:
        return InvertedIndex(DIMENSION, np.random.default_rng(0))


def test_every_index_has_a_contract_test() -> None:
    modules = [
        importlib.import_module(f"embeddings.index.{module.name}")
        for module in pkgutil.iter_modules(embeddings.index.__path__)
    ]
    concrete = {
        thing.__name__
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Index) and not inspect.isabstract(thing)
    }
    files = (path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    bodies = [thing for text in files if "IndexContract" in text for thing in ast.parse(text).body]
    suites = [c for c in bodies if isinstance(c, ast.ClassDef) and ast.unparse(c.bases[0]) == "IndexContract"]
    assert concrete == {ast.unparse(line.value) for c in suites for line in c.body if isinstance(line, ast.Assign)}


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 99), st.integers(1, 40), st.integers(1, 60), st.integers(1, 30), st.booleans())
def test_scan_is_a_full_sort(seed: int, n_queries: int, n_vectors: int, k: int, coarse: bool) -> None:
    vectors, queries = some_vectors(n_vectors, seed), some_vectors(n_queries, seed + 100)
    if coarse:  # many equal scores
        vectors, queries = np.round(vectors), np.round(queries)
    rows, scores = scan(queries, vectors, k)
    wanted, values = fully_sorted(np.arange(n_vectors), vectors, queries, k)
    np.testing.assert_allclose(scores, values, atol=2e-6)
    if coarse:
        np.testing.assert_array_equal(rows, wanted)


@pytest.mark.parametrize("k", [1, 20])
def test_scan_over_many_blocks_is_a_full_sort(k: int) -> None:
    vectors, queries = some_vectors(20_000), some_vectors(1_200, seed=1)
    vectors[5_000:5_600] = vectors[19_990]
    rows, scores = scan(queries, vectors, k)
    wanted, values = fully_sorted(np.arange(20_000), vectors, queries[:40], k)
    np.testing.assert_allclose(scores[:40], values, atol=2e-6)
    assert (rows[:40] == wanted).mean() > 0.99
    crowd, _ = scan(vectors[19_990:19_991], vectors, 30)
    assert crowd[0].tolist() == list(range(5_000, 5_030))


def test_scan_reads_only_the_places_named() -> None:
    vectors, queries = some_vectors(3_000), some_vectors(4, seed=1)
    places = np.arange(0, 3_000, 3)
    hidden = vectors.copy()
    hidden[np.setdiff1d(np.arange(3_000), places)] = np.nan
    rows, _ = scan(queries, hidden, 10, places)
    np.testing.assert_array_equal(rows, places[scan(queries, vectors[places], 10)[0]])


def in_clusters(n: int, dimension: int = 32) -> FloatArray:
    """Unit rows that crowd like texts do."""
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(300, dimension))
    return unit_rows((centres[rng.integers(300, size=n)] + 0.7 * rng.normal(size=(n, dimension))).astype(np.float32))


@pytest.fixture(scope="module")
def many() -> FloatArray:
    return in_clusters(CROSSOVER + 2_000)


@pytest.fixture(scope="module")
def inverted(many: FloatArray) -> Index:
    return make_index(np.arange(len(many)), many, np.random.default_rng(0))


def recall(index: Index, vectors: FloatArray, queries: FloatArray) -> float:
    """Share of the true 20 that an index finds; keys are rows."""
    true, _ = scan(queries, vectors, 20)
    found, scores = index.search(queries, 20)
    assert (np.diff(scores, axis=1) <= 0).all()
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(true, found, strict=True)]))


def test_few_vectors_are_all_looked_at(many: FloatArray) -> None:
    rng = np.random.default_rng(0)
    assert type(make_index(np.arange(CROSSOVER - 1), many[: CROSSOVER - 1], rng)) is ExactIndex
    assert type(make_index(np.arange(CROSSOVER), many[:CROSSOVER], rng)) is InvertedIndex


def test_many_vectors_are_nearly_all_found(inverted: Index, many: FloatArray) -> None:
    assert isinstance(inverted, InvertedIndex)
    assert inverted.approximate
    assert recall(inverted, many, many[::50]) >= 0.99


def test_what_an_approximate_answer_says_is_true(inverted: Index, many: FloatArray) -> None:
    found, scores = inverted.search(many[:50], 20)
    wanted = np.einsum("qd,qkd->qk", many[:50], many[found])
    np.testing.assert_allclose(scores, wanted, atol=2e-6)
    assert all(len(set(row)) == 20 for row in found.tolist())


def test_vectors_without_any_order_are_all_looked_at() -> None:
    rng = np.random.default_rng(3)
    even = unit_rows(rng.normal(size=(3_000, 64)).astype(np.float32))
    index = InvertedIndex(64, rng)
    index.add(np.arange(3_000), even)
    assert not index.approximate
    assert recall(index, even, even[::10]) == 1


def test_the_same_draws_make_the_same_lists(inverted: Index, many: FloatArray) -> None:
    again = make_index(np.arange(len(many)), many, np.random.default_rng(0))
    np.testing.assert_array_equal(again.search(many[:99], 20)[0], inverted.search(many[:99], 20)[0])


def test_a_grown_and_shrunk_index_finds_as_much(many: FloatArray) -> None:
    index = InvertedIndex(many.shape[1], np.random.default_rng(0))
    for start in range(0, len(many), 5_500):
        part = np.arange(start, min(start + 5_500, len(many)))
        index.add(part, many[part])
    assert recall(index, many, many[::50]) >= 0.99
    gone = np.arange(0, len(many), 2)
    assert index.remove(gone) == len(gone)
    index.add(gone[: len(gone) // 2], many[gone[: len(gone) // 2]])
    left = np.setdiff1d(np.arange(len(many)), gone[len(gone) // 2 :])
    true, _ = scan(many[::50], many[left], 20)
    found, _ = index.search(many[::50], 20)
    assert np.mean([np.isin(a, b).mean() for a, b in zip(left[true], found, strict=True)]) >= 0.99


def test_the_allowed_are_found_exactly(inverted: Index, many: FloatArray) -> None:
    allowed = np.arange(0, len(many), 3)
    np.testing.assert_array_equal(
        inverted.search(many[:20], 20, allowed)[0], allowed[scan(many[:20], many[allowed], 20)[0]]
    )


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "store.vectors")


def test_lists_are_kept_beside_the_vectors(cache: VectorCache, many: FloatArray) -> None:
    texts = [f"活動{number}" for number in range(len(many))]
    first = kept_index(cache, "operator need", texts, many, np.random.default_rng(0))
    later = kept_index(cache, "operator need", texts, many, np.random.default_rng(99))
    assert isinstance(first, InvertedIndex)
    assert isinstance(later, InvertedIndex)
    np.testing.assert_array_equal(later.lists, first.lists)
    np.testing.assert_array_equal(later.search(many[:50], 20)[0], first.search(many[:50], 20)[0])
    assert (cache.lists("another viewer", texts) == -1).all()
    assert cache.path.stat().st_mode & 0o077 == 0
    cache.close()


def test_new_texts_join_the_lists_and_erased_ones_leave_them(cache: VectorCache, many: FloatArray) -> None:
    texts = [f"活動{number}" for number in range(len(many))]
    kept_index(cache, "operator need", texts[: CROSSOVER + 500], many[: CROSSOVER + 500], np.random.default_rng(0))
    index = kept_index(cache, "operator need", texts, many, np.random.default_rng(0))
    assert recall(index, many, many[::50]) >= 0.99
    assert (cache.lists("operator need", texts) >= 0).all()
    cache.put("an encoder", Role.QUERY, {texts[7]: many[7]})
    trace = many[7].tobytes()
    assert any(trace in path.read_bytes() for path in cache.path.parent.iterdir())
    cache.forget(texts[:10])
    assert not any(trace in path.read_bytes() for path in cache.path.parent.iterdir())
    assert np.flatnonzero(cache.lists("operator need", texts) < 0).tolist() == list(range(10))
    cache.close()


def test_few_texts_keep_no_lists(cache: VectorCache) -> None:
    index = kept_index(cache, "operator need", ["園芸", "演劇"], some_vectors(2), np.random.default_rng(0))
    assert type(index) is ExactIndex
    assert (cache.lists("operator need", ["園芸", "演劇"]) == -1).all()
    cache.close()
