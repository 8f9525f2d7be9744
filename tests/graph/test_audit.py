"""The audit shows every tampering (P9), also after erasures, and its words can be taken away."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graph.audit import AuditRow, Head, audit_row, chain, intact, redacted, sealed_key
from graph.erasure import erase
from graph.store import Store, open_store
from graph.store.sqlite import path_of
from graph.testing import person, three_people
from graph.testing.samples import A, B, changed
from graph.verification import verify

TAMPERS = int(os.environ.get("TAMPERS", "100"))
ROWS = 24


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store with changes, reads and an erasure in its audit."""
    with open_store(f"sqlite:///{tmp_path}/musubi.db", create=True) as made:
        made.migrate()
        made.apply(three_people())
        for i in range(ROWS):
            made.record(["operator", "mixer:b", "person:c"][i % 3], "recommend", {"person": [A, B][i % 2], "i": i})
            if i % 5 == 0:
                made.apply(changed(f"k{i}", person(f"person:{i}")))
        erase(made, [B], "operator")
        made.record("operator", "status", {})
        yield made


def bad(store: Store) -> int | None:
    return verify(store.audit_rows(), store.head()).bad


def test_untouched_audit_is_whole(store: Store) -> None:
    verdict = verify(store.audit_rows(), store.head())
    assert (verdict.bad, verdict.why, verdict.n) == (None, "ok", store.head().seq)
    assert verdict.keyless == ROWS + 1
    assert list(verdict.roots.values())[-1] == store.head().hash
    assert len(verdict.keys) == store.version()


def edit(db: sqlite3.Connection, rng: np.random.Generator, n: int) -> int:
    seq = int(rng.integers(1, n + 1))
    columns = ["at", "actor", "action", "key", "detail", "previous", "hash", "seal"]
    column = str(rng.choice(columns))
    (was,) = db.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()
    chars = list(was or " ")
    at = int(rng.integers(len(chars)))
    chars[at] = "0" if chars[at] != "0" else "1"
    db.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", ("".join(chars) if was else "x", seq))
    return seq


def delete(db: sqlite3.Connection, rng: np.random.Generator, n: int) -> int:
    seq = int(rng.integers(1, n))
    db.execute("DELETE FROM audit WHERE seq = ?", (seq,))
    if rng.integers(2):  # and close the gap
        db.execute("UPDATE audit SET seq = -seq WHERE seq > ?", (seq,))
        db.execute("UPDATE audit SET seq = -seq - 1 WHERE seq < 0")
    return seq


def swap(db: sqlite3.Connection, rng: np.random.Generator, n: int) -> int:
    a, b = sorted(rng.choice(n, 2, replace=False).tolist())
    for old, new in ((a + 1, -1), (b + 1, a + 1), (-1, b + 1)):
        db.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))
    return a + 1


def insert(db: sqlite3.Connection, rng: np.random.Generator, n: int) -> int:
    """Put a row in that is whole in itself and follows the one before."""
    seq = int(rng.integers(1, n + 1))
    (previous,) = db.execute("SELECT hash FROM audit WHERE seq = ?", (seq,)).fetchone()
    row = audit_row(seq + 1, previous, "operator", "status", "", {})
    db.execute("UPDATE audit SET seq = -seq WHERE seq > ?", (seq,))
    db.execute("UPDATE audit SET seq = -seq + 1 WHERE seq < 0")
    values = (row.seq, row.at, row.actor, row.action, row.key, row.detail, row.previous, row.hash, row.seal)
    db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    return min(seq + 2, n + 1)


def cut(db: sqlite3.Connection, rng: np.random.Generator, n: int) -> int:
    left = n - int(rng.integers(1, 6))
    db.execute("DELETE FROM audit WHERE seq > ?", (left,))
    return left + 1


def take_words(db: sqlite3.Connection, rng: np.random.Generator, n: int) -> int:
    """Take words away as an erasure would, without one."""
    rows = [AuditRow(*row) for row in db.execute("SELECT * FROM audit WHERE detail LIKE ?", (f"%{A}%",))]
    row = redacted(rows[int(rng.integers(len(rows)))], A)
    assert row is not None
    values = (row.actor, row.key, row.detail, row.seal, row.seq)
    db.execute("UPDATE audit SET actor = ?, key = ?, detail = ?, seal = ? WHERE seq = ?", values)
    return row.seq


KINDS: list[Callable[[sqlite3.Connection, np.random.Generator, int], int]] = [
    edit, delete, swap, insert, cut, take_words,
]  # fmt: skip


@pytest.mark.timeout(3_000)
def test_every_tampering_is_found_and_its_first_row_named(store: Store) -> None:
    """P9: whoever can write the file and does not compute the whole chain anew is found out."""
    rng = np.random.default_rng(5)
    with sqlite3.connect(path_of(store.url), isolation_level=None) as db:
        for turn in range(TAMPERS):
            db.execute("BEGIN")
            tamper = KINDS[turn % len(KINDS)]
            first = tamper(db, rng, store.head().seq)
            rows = (AuditRow(*row) for row in db.execute("SELECT * FROM audit ORDER BY seq"))
            assert verify(rows, store.head()).bad == first, tamper.__name__
            db.execute("ROLLBACK")
    db.close()
    assert bad(store) is None


def test_tail_cut_off_is_seen_by_the_head_alone(store: Store) -> None:
    rows = store.audit()[:-1]
    assert verify(rows).bad is None
    assert verify(rows, store.head()).why == "head"


def test_what_was_cut_off_stays_missed(store: Store) -> None:
    """The next row follows the head, so that going on writing heals nothing."""
    with sqlite3.connect(path_of(store.url)) as db:
        db.execute("DELETE FROM audit WHERE seq > 20")
    db.close()
    assert bad(store) == 21
    store.record("operator", "status", {})
    store.apply(changed("later", person("person:later")))
    assert bad(store) == 21


def test_words_written_in_the_place_of_others_are_found(store: Store) -> None:
    taken = [row for row in store.audit() if row.taken]
    assert len(taken) >= ROWS // 2
    for row in taken[:4]:
        assert intact(row)
        assert "person:b" not in repr(row)
        for forged in (replace(row, actor="mallory"), replace(row, detail='{"n": 1}')):
            assert not intact(forged)


def test_rows_without_seal_are_looked_at_as_before() -> None:
    """Rows that an earlier version wrote: whole by their words, and an erasure takes all of them."""
    detail = f'{{"person": "{B}"}}'
    hash_ = chain(1, "2026-04-01T00:00:00.000+00:00", "operator", "read", "k", detail, "")
    old = AuditRow(1, "2026-04-01T00:00:00.000+00:00", "operator", "read", "k", detail, "", hash_)
    assert verify([old], Head(1, hash_)).bad is None
    assert not intact(replace(old, actor="x"))
    taken = redacted(old, B)
    assert taken == replace(old, actor="erased", key=sealed_key("k"), detail="{}", seal="!")
    assert redacted(old, A) is None
    told = audit_row(2, hash_, "operator", "erase", "e", {"redacted": [[1, "akd"]]})
    assert verify([taken, told], Head(2, told.hash)).bad is None
    assert verify([taken], Head(1, hash_)).why == "redacted"
    assert not intact(replace(taken, detail=detail))


@pytest.mark.parametrize(
    ("actor", "detail", "named"),
    [
        ("operator", {"person": "person:b"}, True),
        ("operator", {"person": "b"}, True),
        ("operator", {"ids": [{"x": ["person:b"]}]}, True),
        ("operator", {"person:b": 1}, True),
        ("mixer:b", {}, True),
        ("person:b", {}, True),
        ("space:b", {}, False),
        ("person:bb", {"person": "person:c", "n": 2}, False),
        ("operator", {"sources": ["abc.csv"]}, False),
    ],
)
def test_who_is_named_in_a_row(actor: str, detail: dict[str, object], named: bool) -> None:
    row = audit_row(1, "", actor, "read", "", detail)
    assert (redacted(row, B) is not None) == named


def test_equal_rows_tell_nothing_of_each_other() -> None:
    """Without its salt a commitment cannot be guessed at."""
    a, b = (audit_row(1, "", "operator", "read", "", {"person": B}) for _ in range(2))
    taken = [redacted(row, B) for row in (a, b)]
    assert taken[0] is not None
    assert taken[1] is not None
    assert taken[0].seal.split(" ")[2] != taken[1].seal.split(" ")[2]
