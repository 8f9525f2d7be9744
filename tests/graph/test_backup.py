"""A backup comes back whole or not at all (R13)."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from graph.backup import content_digest, graph_hash, restore, save
from graph.backup.archive import ArchiveWriter, check, read_lines
from graph.errors import MusubiError, Refused, StoreUnavailable
from graph.store import Store, open_store
from graph.store.memory import MemoryStore
from graph.testing import person, same_graph, three_people
from graph.testing.life import world
from graph.testing.samples import A, changed
from graph.verification import verify

SECRET = "見本の合言葉"
WRONG = 60
KILLS = int(os.environ.get("KILLS", "5"))
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def filled() -> Store:
    store = MemoryStore()
    for changes in world(np.random.default_rng(3)):
        store.apply(changes)
    return store


def archive(store: Store, passphrase: str | None) -> bytes:
    out = io.BytesIO()
    save(store, out, passphrase)
    return out.getvalue()


@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_damaged_backup_is_refused_and_nothing_changes(
    filled: Store, tmp_path: Path, passphrase: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off anywhere, one byte flipped anywhere, something added: each is told, the store stays empty."""
    monkeypatch.setattr("graph.backup.sealing.COST", {"n": 2, "r": 8, "p": 1})  # guessing is not tried here
    good = archive(filled, passphrase)
    rng = random.Random(4)
    broken = [good[: rng.randrange(len(good))] for _ in range(WRONG)] + [good + b"x", b"", good[:1]]
    for _ in range(WRONG):
        data = bytearray(good)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        broken.append(bytes(data))
    with open_store(f"sqlite:///{tmp_path}/again.db", create=True) as store:
        store.migrate()
        for data in broken:
            with pytest.raises(Refused):
                restore(store, io.BytesIO(data), passphrase, actor="operator")
        assert (store.version(), len(store.snapshot().nodes), store.audit()) == (0, 0, [])
        restore(store, io.BytesIO(good), passphrase, actor="operator")
        assert same_graph(store.snapshot(), filled.snapshot())


def test_pass_phrase_is_asked_for_and_compared(filled: Store) -> None:
    plain, locked = archive(filled, None), archive(filled, SECRET)
    for data, passphrase, said in (
        (locked, "another", "the pass phrase is wrong"),
        (locked, None, "is encrypted"),
        (plain, SECRET, "not encrypted"),
    ):
        with pytest.raises(Refused, match=said):
            restore(MemoryStore(), io.BytesIO(data), passphrase, actor="operator")


def test_encrypted_backup_shows_nothing(filled: Store) -> None:
    locked = archive(filled, SECRET)
    assert locked.count(b"\n") >= 1
    header, _, rest = locked.partition(b"\n")
    assert json.loads(header)["cipher"] == "aes-256-gcm"
    counts = np.bincount(np.frombuffer(rest, dtype=np.uint8), minlength=256)
    expected = len(rest) / 256
    assert ((counts - expected) ** 2 / expected).sum() < 400  # chi-squared, 255 degrees of freedom
    assert archive(filled, SECRET) != locked


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{}\n",
        b"not a backup\n",
        b'{"format": "musubi-backup/2", "cipher": "none", "salt": "", "prefix": "", "cost": null}\n',
        b'{"format": "musubi-backup/1", "cipher": "rot13", "salt": "", "prefix": "", "cost": null}\n',
    ],
)
def test_other_files_are_refused(header: bytes) -> None:
    with pytest.raises(Refused, match="no backup of musubi"):
        check(io.BytesIO(header + b"\x80\0\0\0"), None)


@pytest.mark.parametrize(
    "cost", [None, {}, {"n": 1 << 30, "r": 8, "p": 1}, {"n": 3, "r": 8, "p": 1}, {"n": 2, "r": 8, "p": 1, "x": 1}]
)
def test_header_cannot_ask_for_endless_work(cost: dict[str, int] | None) -> None:
    head = {"format": "musubi-backup/1", "cipher": "aes-256-gcm", "salt": "00" * 16, "prefix": "00" * 7, "cost": cost}
    with pytest.raises(Refused, match="changed or damaged"):
        check(io.BytesIO(json.dumps(head).encode() + b"\n\x80\0\0\0"), SECRET)


@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_chunks_cannot_be_exchanged_or_left_out(passphrase: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.backup.sealing.COST", {"n": 2, "r": 8, "p": 1})
    monkeypatch.setattr("graph.backup.archive.CHUNK_BYTES", 4_096)
    out = io.BytesIO()
    writer = ArchiveWriter(out, passphrase)
    rng = random.Random(1)
    for _ in range(4):
        writer.write(rng.randbytes(4_096).hex())
    writer.finish()
    header, chunks = _chunks(out.getvalue())
    assert len(chunks) >= 5
    assert len(list(read_lines(io.BytesIO(out.getvalue()), passphrase))) == 4
    a, b, *others = chunks
    for turned in ([b, a, *others], [a, *others], [a, b, b, *others], [a, b, others[-1]]):
        with pytest.raises(Refused):
            check(io.BytesIO(header + b"".join(turned)), passphrase)


def _chunks(data: bytes) -> tuple[bytes, list[bytes]]:
    header, _, rest = data.partition(b"\n")
    chunks = []
    while rest:
        size = int.from_bytes(rest[:4], "big") & ~(1 << 31)
        chunks.append(rest[: 4 + size])
        rest = rest[4 + size :]
    return header + b"\n", chunks


def _lines(*lines: object) -> io.BytesIO:
    out = io.BytesIO()
    writer = ArchiveWriter(out, None)
    for line in lines:
        writer.write(json.dumps(line))
    writer.finish()
    out.seek(0)
    return out


OPENING = ["backup", {"at": "2026-04-01T00:00:00+00:00", "version": 1}]
END = ["end", {"content": "0" * 64}]
NODES = ["nodes", [A], [0], [0], [-1], ["self"], [[], [], [], [], [], [], []]]


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (OPENING,),
        (["end", {}],),
        (OPENING, ["policies", []], ["sources", []]),
        (OPENING, ["policies", []], ["sources", []], END),
        (OPENING, ["policies", ["{}"]], ["sources", []], END),
        (OPENING, ["policies", []], ["sources", []], NODES, END),
        (OPENING, ["policies", []], ["sources", []], ["ties", "LOVES", *[[0]] * 11], END),
        (OPENING, ["sources", []], ["policies", []], END),
        (OPENING, ["policies", []], ["sources", []], ["secrets", []], END),
        (OPENING, 5),
        (OPENING, ["policies", []], ["sources", []], ["keys", [[1]]], END),
    ],
)
def test_whole_file_with_other_lines_is_refused(lines: tuple[object, ...], tmp_path: Path) -> None:
    """Somebody may make a file of the right form: it must not break anything, whatever is in it."""
    with open_store(f"sqlite:///{tmp_path}/again.db", create=True) as store:
        store.migrate()
        with pytest.raises(MusubiError):
            restore(store, _lines(*lines), actor="operator")
        assert (store.version(), store.audit()) == (0, [])


def test_content_of_another_graph_is_refused(filled: Store) -> None:
    lines = [json.loads(line) for line in read_lines(io.BytesIO(archive(filled, None)), None)]
    lines[-1] = END
    target = MemoryStore()
    with pytest.raises(Refused, match="not those that were sent"):
        restore(target, _lines(*lines), actor="operator")
    assert (target.version(), len(target.snapshot().nodes)) == (0, 0)


def test_what_is_written_meanwhile_is_left_out(tmp_path: Path) -> None:
    """A store without moments of its own: later changes and their rows stay behind, the chain is whole."""

    class Busy(MemoryStore):
        def audit(self, after: int = 0, limit: int | None = None):  # type: ignore[no-untyped-def]
            if not self.applied("late"):
                self.apply(changed("late", person("person:late")))
                self.record("operator", "status", {})
            return super().audit(after, limit)

    store = Busy()
    store.apply(three_people())
    out = io.BytesIO()
    saved = save(store, out)
    out.seek(0)
    target = MemoryStore()
    restore(target, out, actor="operator")
    assert (saved.version, target.version(), store.version()) == (1, 1, 2)
    assert "person:late" not in target.snapshot().row_of
    assert [row.action for row in target.audit()] == ["test", "restore"]
    assert verify(target.audit_rows(), target.head()).bad is None


def test_erasure_meanwhile_is_told(filled: Store) -> None:
    class Erasing(MemoryStore):
        def keys(self, after: int = 0, limit: int | None = None):  # type: ignore[no-untyped-def]
            from graph.erasure import erase

            if "person:3" in self.snapshot().row_of:
                erase(self, ["person:3"], "operator")
            return super().keys(after, limit)

    store = Erasing()
    for changes in world(np.random.default_rng(3)):
        store.apply(changes)
    with pytest.raises(StoreUnavailable, match="begin again"):
        save(store, io.BytesIO())


def test_hashes_tell_graphs_apart(filled: Store) -> None:
    before = filled.snapshot()
    filled.apply(changed("k", person("person:0", "見本 べつ")))
    after = filled.snapshot()
    assert content_digest(before) != content_digest(after)
    assert graph_hash(before) != graph_hash(after)


RESTORE = """
import sys
from pathlib import Path
from graph.backup import restore
from graph.store import open_store
with open_store(sys.argv[1], create=True) as store, Path(sys.argv[2]).open("rb") as handle:
    store.migrate()
    print("begun", flush=True)
    restore(store, handle, None, actor="operator")
    print("done", flush=True)
"""


def killed_restore(url: str, file: Path, after_s: float | None) -> tuple[bool, float]:
    """Restore in a process of its own and kill it; say whether it was done before, and how long it ran."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", RESTORE, url, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        started = time.perf_counter()
        if after_s is not None:
            time.sleep(after_s)
            process.kill()
        done = process.stdout.read() == "done\n"
        return done, time.perf_counter() - started


def test_killed_restore_leaves_an_empty_store(tmp_path: Path) -> None:
    """All or nothing, at whatever moment; what was cut off is simply begun again."""
    store, file = MemoryStore(), tmp_path / "all.backup"
    for changes in world(np.random.default_rng(3), n=1_500):
        store.apply(changes)
    file.write_bytes(archive(store, None))
    rng = random.Random(6)
    _, whole_s = killed_restore(f"sqlite:///{tmp_path}/whole.db", file, None)
    for turn in range(KILLS):
        url = f"sqlite:///{tmp_path}/{turn}.db"
        done, _ = killed_restore(url, file, rng.uniform(0, whole_s))
        with open_store(url) as left:
            assert left.flaws() == []
            if not done and left.version() == 0:
                assert (len(left.snapshot().nodes), left.audit(), left.keys(), left.head().seq) == (0, [], [], 0)
                with file.open("rb") as handle:
                    restore(left, handle, actor="operator")
            assert same_graph(left.snapshot(), store.snapshot())
            assert verify(left.audit_rows(), left.head()).bad is None
