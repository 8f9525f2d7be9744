"""Ten people in every place where words of a person come to lie, erased: no place holds a byte of theirs (P6)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from embeddings.base import Role
from embeddings.cache import VectorCache
from embeddings.cleaning import clean
from graph.backup import save
from graph.backup.archive import read_lines
from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy
from graph.records import Field, Node, Provenance, Statement
from graph.store.registry import open_store
from service.cli.exports import Format

N = 10
PLACES = {
    "the file of the store", "its log", "the file of vectors", "its log of vectors", "the ledger beside the store",
    "saved readings of columns", "the audit", "every export", "own data of others", "answers of the commands",
    "a snapshot", "a backup made afterwards", "a restored earlier backup", "a copy",
}  # fmt: skip


@dataclass(frozen=True)
class Canary:
    """An invented person; every word is found again wherever it is."""

    key: str
    name: str
    mail: str
    phone: str
    text: str
    skill: str
    vector: np.ndarray[tuple[int], np.dtype[np.float32]]

    @property
    def id(self) -> str:
        return f"person:{self.key}"

    @property
    def file(self) -> str:
        return f"hearing_{self.name.replace(' ', '')}.csv"

    @property
    def digest(self) -> bytes:
        """Give the name under which a vector of the text is kept."""
        return hashlib.sha256(clean(self.text).encode()).digest()

    @property
    def words(self) -> tuple[str, ...]:
        return (self.key, self.name, self.name.partition(" ")[2], self.mail, self.phone, self.text, self.skill)


@pytest.fixture(scope="module")
def canaries() -> list[Canary]:
    rng = np.random.default_rng(29)

    def word(letters: str = "bcdfghjklmnpqrstvwxz") -> str:
        return "".join(rng.choice(list(letters), 14))

    return [
        Canary(word(), f"例示 {word()}", f"{word()}@example.com", word("123456789"), f"困りごと {word()}", word(),
               rng.normal(size=64).astype(np.float32))
        for _ in range(N)
    ]  # fmt: skip


def told(canary: Canary, other: str) -> ChangeSet:
    """Let a canary say, meet, be denied and be the reason for the name of a file that others' facts come from."""
    origin = Provenance(canary.file, 3)
    values = {"name": canary.name, "mail": canary.mail, "phone": canary.phone}
    changes = ChangeSet(f"form:{canary.id}", canary.id, "form")
    changes.nodes.append(
        Node(canary.id, NETWORK_OPEN, origin, {k: Field(v, NETWORK_OPEN, origin) for k, v in values.items()})
    )
    need = Statement(canary.id, StatementKind.NEED, canary.text, NETWORK_OPEN, origin, details={"rung": canary.skill})
    changes.statements.append(need)
    denied = Policy(Audience.NETWORK, denied=frozenset({canary.id}))
    changes.nodes.append(Node(other, denied, origin, {"area": Field("見本町", denied, origin)}))
    changes.statements.append(Statement(other, StatementKind.STORY, f"話 {other}", NETWORK_OPEN, origin))
    changes.add_tie(TieKind.MET, canary.id, other, NETWORK_OPEN, denied, origin, t=1.0, details=f'["{canary.skill}"]')
    changes.add_tie(TieKind.NOT_WITH, other, canary.id, NETWORK_OPEN, PUBLIC_OPEN, origin)
    changes.add_tie(TieKind.MEMBER_OF, canary.id, "space:KZ", NETWORK_OPEN, PUBLIC_OPEN, origin)
    return changes


def fill(url: str, canaries: list[Canary], musubi: Callable) -> None:
    """Bring the canaries to every place."""
    with open_store(url) as store:
        for i, canary in enumerate(canaries):
            store.apply(told(canary, f"person:KZ-{1 + i % 6}"))
    cache = VectorCache(Path(url.removeprefix("sqlite:///") + ".vectors"))
    for canary in canaries:
        cache.put("x", Role.QUERY, {clean(canary.text): canary.vector})
    cache.close()
    folder = Path(url.removeprefix("sqlite:///") + ".mappings")
    folder.mkdir()
    for i, canary in enumerate(canaries):
        saved = {"profile": "members", "columns": {"氏名": "name", f"{canary.name} 様": "-"}}
        (folder / f"members-{i:016}.json").write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")
        (folder / f"other-{i:016}.json").write_text('{"profile": "members", "columns": {}}', encoding="utf-8")
        for command in (("recommend", "--for", canary.key), ("person", "export", canary.key, "-")):
            assert musubi("--store", url, *command).code == 0
        assert musubi("--store", url, "--as", canary.id, "recommend", "--for", canary.key).code == 0


def left(data: bytes, canaries: list[Canary]) -> list[str]:
    """Give what of the canaries is somewhere in bytes, in UTF-8 and both UTF-16, and of what was made of it."""
    words = [word for canary in canaries for word in canary.words]
    found = [w for w in words for code in ("utf-8", "utf-16-le", "utf-16-be") if w.encode(code) in data]
    made = ((c.key, made) for c in canaries for made in (c.vector.tobytes()[:16], c.digest))
    return found + [key for key, traces in made if traces in data]


def places(url: str, tmp_path: Path, musubi: Callable, earlier: Path) -> Iterator[tuple[str, bytes]]:
    """Read every place, the files first: reading leaves rows in the audit."""
    path = Path(url.removeprefix("sqlite:///"))
    by_ending = {"": "the file of the store", "-wal": "its log", "-shm": "its log", ".vectors": "the file of vectors",
                 ".vectors-wal": "its log of vectors", ".erasures": "the ledger beside the store"}  # fmt: skip
    with open_store(url) as store, closing(sqlite3.connect(f"{path}.vectors")) as vectors:
        vectors.execute("SELECT 1 FROM vectors").fetchall()
        for ending, place in by_ending.items():
            yield place, path.with_name(path.name + ending).read_bytes()
        snapshot = store.snapshot()
        yield "a snapshot", repr([t.tolist() for t in _columns(snapshot)]).encode() + repr(snapshot).encode()
        with (tmp_path / "later").open("wb") as handle:
            save(store, handle)
    for file in sorted(path.with_name(f"{path.name}.mappings").iterdir()):
        yield "saved readings of columns", file.read_bytes()
    with (tmp_path / "later").open("rb") as handle:
        yield "a backup made afterwards", "\n".join(read_lines(handle, None)).encode()
    for form in Format:
        target = tmp_path / f"out.{form}"
        assert musubi("--store", url, "export", "--format", str(form), str(target)).code == 0
        for file in [target] if target.is_file() else sorted(target.iterdir()):
            yield "every export", file.read_bytes()
    for key in ("KZ-1", "KZ-4", "KM-4"):
        for form in ("html", "json"):
            yield "own data of others", _said(musubi, url, "person", "export", key, "-", "--format", form)
    yield "the audit", _said(musubi, url, "audit", "list", "--json")
    for command in ("status", "doctor", "grant list", "merge list", "recommend --all", "sheet --space かぜのま",
                    "report ties", "tasks list", "agreement list"):  # fmt: skip
        yield "answers of the commands", _said(musubi, url, *command.split(" "))
    again = f"{path.parent}/again.db"
    Path(f"{again}.erasures").write_bytes(path.with_name(f"{path.name}.erasures").read_bytes())
    assert musubi("--store", f"sqlite:///{again}", "restore", str(earlier)).code == 0
    for file in sorted(path.parent.glob("again.db*")):
        yield "a restored earlier backup", file.read_bytes()
    target = f"{path.parent}/copied.db"
    assert musubi("copy", "--from", url, "--to", f"sqlite:///{target}").code == 0
    for file in sorted(path.parent.glob("copied.db*")):
        yield "a copy", file.read_bytes()


def _columns(snapshot: object) -> Iterator[np.ndarray]:
    for table in ("nodes", "fields", "statements", "ties"):
        columns = getattr(snapshot, table)
        yield from (getattr(columns, name) for name in columns.__dataclass_fields__)


def _said(musubi: Callable, url: str, *command: str) -> bytes:
    ended = musubi("--store", url, *command)
    assert ended.code in (0, 1), ended.err
    return (ended.out + ended.err).encode()


def test_no_place_holds_anything_of_ten_erased_people(
    musubi: Callable, url: str, tmp_path: Path, canaries: list[Canary]
) -> None:
    fill(url, canaries, musubi)
    earlier = tmp_path / "earlier"
    assert musubi("--store", url, "backup", str(earlier)).code == 0
    there = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert len(left(there, canaries)) == N * 9
    for canary in canaries:
        ended = musubi("--store", url, "erase", canary.id, "--yes", "--json")
        assert ended.code == 0, ended.err
        assert [s["was"] for s in ended.document()["sources"]] == [canary.file]
    seen = set()
    for place, data in places(url, tmp_path, musubi, earlier):
        assert left(data, canaries) == [], place
        seen.add(place)
    assert seen == PLACES
    assert musubi("--store", url, "audit", "verify").code == 0
    kept = Path(url.removeprefix("sqlite:///") + ".mappings")
    assert sorted(p.name for p in kept.iterdir()) == [f"other-{i:016}.json" for i in range(N)]
