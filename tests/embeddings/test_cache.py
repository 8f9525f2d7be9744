import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings.base import Encoder, Progress, Role
from embeddings.cache import CachedEncoder, RememberingEncoder, VectorCache
from embeddings.lexical import LexicalEncoder
from embeddings.similarity import FloatArray
from embeddings.testing import EncoderContract
from graph.errors import StoreUnavailable

SECRET = "川沿いの古い倉庫を音楽の場所にしたい"


class LengthEncoder(Encoder):
    """A tiny encoder that keeps what it was asked: the angle of a vector is the length of its text."""

    name, fingerprint, dimension, semantic = "length", "length=1", 2, True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        self.asked += texts
        angles = np.array([[len(text)] for text in texts])
        return np.hstack([np.cos(angles), np.sin(angles)]).astype(np.float32)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    cache = VectorCache(tmp_path / "vectors.db")
    yield cache
    cache.close()


class TestCached(EncoderContract):
    covers = CachedEncoder

    @pytest.fixture
    def encoder(self, cache: VectorCache) -> Encoder:
        return CachedEncoder(LexicalEncoder(), cache)

    def again(self, encoder: Encoder) -> Encoder:
        assert isinstance(encoder, CachedEncoder)
        return CachedEncoder(encoder.encoder, encoder.cache)


def test_a_text_is_encoded_once_for_each_role(cache: VectorCache) -> None:
    inner = LengthEncoder()
    encoder = CachedEncoder(inner, cache)
    first = encoder.encode([SECRET, "園芸"], Role.QUERY)
    again = encoder.encode(["園芸", f"\u200b{SECRET}", "演劇"], Role.QUERY)
    assert inner.asked == [SECRET, "園芸", "演劇"]
    np.testing.assert_array_equal(again[:2], first[::-1])
    encoder.encode([SECRET], Role.PASSAGE)
    assert inner.asked[3:] == [SECRET]


def test_roles_of_the_same_vectors_share_them(cache: VectorCache) -> None:
    class Told(LengthEncoder):
        def same_as(self, role: Role) -> Role:
            return role if role is Role.PASSAGE else Role.QUERY

    for wrapped in (CachedEncoder, RememberingEncoder):
        inner = Told()
        encoder = CachedEncoder(inner, cache) if wrapped is CachedEncoder else RememberingEncoder(inner)
        for role in Role:
            encoder.encode([SECRET], role)
        assert inner.asked == [SECRET, SECRET]


def test_vectors_outlive_the_process_and_do_not_mix(tmp_path: Path) -> None:
    first = VectorCache(tmp_path / "vectors.db")
    vector = CachedEncoder(LengthEncoder(), first).encode([SECRET], Role.QUERY)
    first.close()
    later = VectorCache(tmp_path / "vectors.db")
    inner = LengthEncoder()
    np.testing.assert_array_equal(CachedEncoder(inner, later).encode([SECRET], Role.QUERY), vector)
    assert inner.asked == []
    assert later.get("length=2", Role.QUERY, [SECRET], 2) == {}
    later.close()


def test_many_texts_pass_through_many_slabs(cache: VectorCache) -> None:
    texts = ["活" * number for number in range(1, 1201)]
    inner = LengthEncoder()
    encoder = CachedEncoder(inner, cache)
    told: list[tuple[int, int]] = []
    rows = encoder.encode(texts[:600], Role.QUERY)
    rows = encoder.encode(texts, Role.QUERY, lambda done, total: told.append((done, total)))
    assert len(inner.asked) == 1200
    assert told[0] == (600, 1200)
    assert told[-1] == (1200, 1200)
    np.testing.assert_allclose(rows, LengthEncoder().encode(texts, Role.QUERY), atol=1e-6)


def test_the_file_holds_no_text_and_is_its_owners(cache: VectorCache) -> None:
    CachedEncoder(LexicalEncoder(), cache).encode([SECRET], Role.QUERY)
    written = b"".join(path.read_bytes() for path in cache.path.parent.iterdir())
    assert SECRET.encode() not in written
    assert cache.path.stat().st_mode & 0o077 == 0


def test_forgotten_vectors_leave_the_files(cache: VectorCache) -> None:
    encoder = CachedEncoder(LexicalEncoder(), cache)
    vector = encoder.encode([SECRET], Role.QUERY)[0].tobytes()
    encoder.encode(["園芸"], Role.QUERY)
    cache.put("another encoder", Role.PASSAGE, {SECRET: encoder.encode([SECRET], Role.QUERY)[0]})
    trace = max(vector.split(b"\x00" * 8), key=len)
    assert any(trace in path.read_bytes() for path in cache.path.parent.iterdir())
    assert cache.forget([f" {SECRET}\n", "知らない文"]) == 2
    assert not any(trace in path.read_bytes() for path in cache.path.parent.iterdir())
    kept = encoder.same_as(Role.QUERY)
    assert cache.get(encoder.fingerprint, kept, [SECRET], encoder.dimension) == {}
    assert list(cache.get(encoder.fingerprint, kept, ["園芸"], encoder.dimension)) == ["園芸"]


PROCESS = """
import sys
import numpy as np
from embeddings.base import Role
from embeddings.cache import VectorCache
cache = VectorCache(sys.argv[1])
for number in range(300):
    cache.put("an encoder", Role.QUERY, {f"活動{number}": np.full(4, number, dtype=np.float32)})
    assert cache.get("an encoder", Role.QUERY, [f"活動{number}"], 4)[f"活動{number}"][0] == number
"""


def test_two_processes_use_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    both = [subprocess.Popen([sys.executable, "-c", PROCESS, str(path)]) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    cache = VectorCache(path)
    found = cache.get("an encoder", Role.QUERY, [f"活動{number}" for number in range(300)], 4)
    cache.close()
    assert {text: vector[3] for text, vector in found.items()} == {f"活動{number}": number for number in range(300)}


def test_threads_write_and_forget_at_once(cache: VectorCache) -> None:
    encoder = CachedEncoder(LengthEncoder(), cache)

    def work(number: int) -> int:
        texts = [f"活動{number}-{part}" for part in range(20)]
        encoder.encode(texts, Role.QUERY)
        return cache.forget(texts[:10])

    with ThreadPoolExecutor(4) as executor:
        assert list(executor.map(work, range(8))) == [10] * 8


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    path.write_bytes(b"this is no database, and long enough to be taken for one" * 20)
    with pytest.raises(StoreUnavailable, match=r"vector cache .*vectors\.db: file is not a database"):
        VectorCache(path)


def test_a_vector_of_another_length_is_damage(cache: VectorCache) -> None:
    cache.put("an encoder", Role.QUERY, {"園芸": np.ones(3, dtype=np.float32)})
    with pytest.raises(StoreUnavailable, match="got a vector of 3 numbers, expected 4"):
        cache.get("an encoder", Role.QUERY, ["園芸"], 4)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=7")
    connection.close()
    with pytest.raises(StoreUnavailable, match="got format 7, expected 1"):
        VectorCache(path)


@pytest.mark.parametrize("place", ["missing/vectors.db", "folder"])
def test_a_file_that_cannot_be_made_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreUnavailable, match="vector cache"):
        VectorCache(tmp_path / place)


def test_a_closed_cache_says_so(cache: VectorCache) -> None:
    cache.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        cache.put("an encoder", Role.QUERY, {"園芸": np.ones(3, dtype=np.float32)})


class TestRemembering(EncoderContract):
    covers = RememberingEncoder

    @pytest.fixture
    def encoder(self) -> Encoder:
        return RememberingEncoder(LexicalEncoder())

    def again(self, encoder: Encoder) -> Encoder:
        assert isinstance(encoder, RememberingEncoder)
        return RememberingEncoder(encoder.encoder)


def test_a_text_is_encoded_once_for_as_long_as_it_is_remembered() -> None:
    inner = LengthEncoder()
    encoder = RememberingEncoder(inner)
    encoder.encode(["a", "bb"], Role.QUERY)
    encoder.encode(["bb", "ccc"], Role.QUERY)
    assert inner.asked == ["a", "bb", "ccc"]


def test_what_passes_is_read_and_not_kept(cache: VectorCache) -> None:
    encoder = CachedEncoder(LengthEncoder(), cache)
    encoder.encode(["known"], Role.QUERY)
    passing = encoder.passing()
    passing.encode(["known", "new"], Role.QUERY)
    assert set(cache.get(encoder.fingerprint, Role.QUERY, ["known", "new"], encoder.dimension)) == {"known"}
