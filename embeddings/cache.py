"""Vectors kept between runs, in a small file beside the store."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Encoder, Progress, Role
from embeddings.cleaning import clean
from embeddings.similarity import FloatArray
from graph.errors import StoreUnavailable

_Item = TypeVar("_Item")

_FORMAT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS vectors (
    fingerprint TEXT NOT NULL,
    role TEXT NOT NULL,
    digest BLOB NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (fingerprint, role, digest)
) WITHOUT ROWID
"""
_LISTS: Final = """
CREATE TABLE IF NOT EXISTS lists (
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    list INTEGER NOT NULL,
    PRIMARY KEY (name, digest)
) WITHOUT ROWID
"""
_LOOKUP: Final = 500
_SLAB: Final = 256
_WAIT_S: Final = 30.0
_LITTLE_ENDIAN: Final = np.dtype("<f4")


class VectorCache:
    """Vectors by encoder, role and hash of the cleaned text.

    Texts are never written, but a vector tells much of what its text says, so the file is readable by its owner
    only and wants the same care as the store. Several threads and processes may use it at once.

    Parameters
    ----------
    path : path
        The file; it is made where it does not exist, its folder is not.

    Raises
    ------
    StoreUnavailable
        When the file cannot be made, read or written, or is something else; so does every method.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        with self._explained():
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(self.path, timeout=_WAIT_S, check_same_thread=False)
        try:
            with self._explained():
                self._prepare()
        except StoreUnavailable:
            self._connection.close()
            raise

    def get(self, fingerprint: str, role: Role, texts: Sequence[str], dimension: int) -> dict[str, FloatArray]:
        """Give the vectors that are here.

        Parameters
        ----------
        fingerprint : str
            Encoder that the vectors must be of.
        role : Role
            Side that the texts stand on.
        texts : sequence of str
            Cleaned texts.
        dimension : int
            Length of a vector; another length in the file is damage.

        Returns
        -------
        dict of str to (dimension,)
            By text; texts that are not here are left out.
        """
        by_digest = {_digest(text): text for text in texts}
        found: dict[str, FloatArray] = {}
        for digests in _slabs(list(by_digest), _LOOKUP):
            marks = ",".join("?" * len(digests))
            query = f"SELECT digest, vector FROM vectors WHERE fingerprint=? AND role=? AND digest IN ({marks})"
            with self._explained():
                rows = self._connection.execute(query, (fingerprint, role.value, *digests)).fetchall()
            for digest, blob in rows:
                found[by_digest[digest]] = self._vector(blob, dimension)
        return found

    def put(self, fingerprint: str, role: Role, vectors: Mapping[str, FloatArray]) -> None:
        """Keep the vectors of cleaned texts."""
        rows = [
            (fingerprint, role.value, _digest(text), vector.astype(_LITTLE_ENDIAN).tobytes())
            for text, vector in vectors.items()
        ]
        with self._explained(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def lists(self, name: str, texts: Sequence[str]) -> NDArray[np.int64]:
        """Give the list that each text was put into, as `keep_lists` was told.

        Parameters
        ----------
        name : str
            What was sorted into lists.
        texts : sequence of str
            Cleaned texts.

        Returns
        -------
        (n_texts,)
            -1 where the text is in none.
        """
        with self._explained():
            kept = dict(self._connection.execute("SELECT digest, list FROM lists WHERE name=?", (name,)).fetchall())
        return np.array([kept.get(_digest(text), -1) for text in texts], dtype=np.int64)

    def keep_lists(self, name: str, texts: Sequence[str], lists: NDArray[np.int64]) -> None:
        """Keep the list that each text was put into, in place of all that was kept under the name before.

        Parameters
        ----------
        name : str
            What was sorted into lists.
        texts : sequence of str
            Cleaned texts.
        lists : (n_texts,)
            Number of each text's list, at least 0.
        """
        rows = [(name, _digest(text), number) for text, number in zip(texts, lists.tolist(), strict=True)]
        with self._explained(), self._connection:
            self._connection.execute("DELETE FROM lists WHERE name=?", (name,))
            self._connection.executemany("INSERT OR REPLACE INTO lists VALUES (?, ?, ?)", rows)

    def forget(self, texts: Sequence[str]) -> int:
        """Remove the vectors and lists of texts, of every encoder and role, and overwrite their place in the file.

        Parameters
        ----------
        texts : sequence of str
            Texts as they were encoded; they are cleaned first.

        Returns
        -------
        int
            Vectors that were removed.
        """
        digests = [(_digest(clean(text)),) for text in texts]
        with self._explained():
            with self._connection:
                removed = self._connection.executemany("DELETE FROM vectors WHERE digest=?", digests).rowcount
                self._connection.executemany("DELETE FROM lists WHERE digest=?", digests)
            # The log beside the file still holds old pages until it is emptied.
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreUnavailable(f"vector cache {self.path}: in use, so its log was not emptied; try again")
        return removed

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _FORMAT):
            raise StoreUnavailable(
                f"vector cache {self.path}: got format {version}, expected {_FORMAT}; delete the file, it is made anew"
            )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA secure_delete=ON")
        with self._connection:
            self._connection.execute(_SCHEMA)
            self._connection.execute(_LISTS)
            self._connection.execute(f"PRAGMA user_version={_FORMAT}")

    def _vector(self, blob: bytes, dimension: int) -> FloatArray:
        vector = np.frombuffer(blob, dtype=_LITTLE_ENDIAN).astype(np.float32)
        if len(vector) != dimension:
            raise StoreUnavailable(
                f"vector cache {self.path}: got a vector of {len(vector)} numbers, expected {dimension};"
                " delete the file, it is made anew"
            )
        return vector

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Hold the connection alone, and turn what the file system and SQLite say into one line."""
        with self._lock:
            try:
                yield
            except (OSError, sqlite3.Error) as error:
                raise StoreUnavailable(
                    f"vector cache {self.path}: {error}; it holds nothing that cannot be computed again, so mend the"
                    " folder or delete the file"
                ) from error


class CachedEncoder(Encoder):
    """An encoder that asks a cache first.

    Parameters
    ----------
    encoder : Encoder
        Encodes what the cache does not have.
    cache : VectorCache
        Where vectors are kept; new ones are written as they come, so that a long run may be broken off.
    keep : bool
        Whether new ones are written at all: only those of texts in the store are found again when these are erased.
    """

    def __init__(self, encoder: Encoder, cache: VectorCache, *, keep: bool = True) -> None:
        self.encoder, self.cache, self._keep = encoder, cache, keep
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension, self.semantic = encoder.dimension, encoder.semantic

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        role = self.same_as(role)
        vectors = self.cache.get(self.fingerprint, role, texts, self.dimension)
        missing = [text for text in texts if text not in vectors]
        if progress is not None and vectors:
            progress(len(vectors), len(texts))
        for slab in _slabs(missing, _SLAB):
            fresh = dict(zip(slab, self.encoder.encode(slab, role), strict=True))
            if self._keep:
                self.cache.put(self.fingerprint, role, fresh)
            vectors |= fresh
            if progress is not None:
                progress(len(vectors), len(texts))
        return np.stack([vectors[text] for text in texts])

    def same_as(self, role: Role) -> Role:
        """Give what the encoder inside gives."""
        return self.encoder.same_as(role)

    def passing(self) -> CachedEncoder:
        """Read what is kept, and keep nothing."""
        return CachedEncoder(self.encoder, self.cache, keep=False)


class RememberingEncoder(Encoder):
    """An encoder that makes each vector once, for as long as the object lives.

    Parameters
    ----------
    encoder : Encoder
        Encodes what was not asked before in the same role.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension, self.semantic = encoder.dimension, encoder.semantic
        self._known: dict[Role, dict[str, FloatArray]] = {role: {} for role in Role}

    def same_as(self, role: Role) -> Role:
        """Give what the encoder inside gives."""
        return self.encoder.same_as(role)

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        known = self._known[self.same_as(role)]
        fresh = [text for text in texts if text not in known]
        if fresh:
            known |= zip(fresh, self.encoder.encode(fresh, role, progress), strict=True)
        return np.stack([known[text] for text in texts])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _slabs(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
