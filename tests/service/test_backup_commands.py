"""``backup``, ``restore``, ``copy``, ``status --hash``, ``migrate``."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.store.registry import open_store
from service.cli.backups import settle
from service.cli.invocation import Invocation
from service.languages import Lang

SECRET = "見本の 合言葉"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    (tmp_path / "secret.txt").write_text(f"{SECRET}\nsecond line\n", encoding="utf-8")
    return str(tmp_path / "secret.txt")


def hash_of(musubi, url: str) -> str:
    return musubi("--store", url, "status", "--hash", "--json").document()["hash"]


@pytest.mark.parametrize("encrypted", [False, True])
def test_restored_store_is_equal(musubi, url: str, tmp_path: Path, secret: str, *, encrypted: bool) -> None:
    options = ["--passphrase-file", secret] if encrypted else []
    saved = musubi("--store", url, "backup", "all.backup", *options)
    assert (saved.code, saved.out) == (0, "")
    assert ("not encrypted" in saved.err) == (not encrypted)
    assert (tmp_path / "all.backup").stat().st_mode & 0o077 == 0
    again = f"sqlite:///{tmp_path}/again.db"
    restored = musubi("--store", again, "restore", "all.backup", *options, "--json")
    assert restored.code == 0, restored.err
    body = restored.document()
    assert body["hash"] == hash_of(musubi, url) == hash_of(musubi, again)
    assert (body["erased"], body["version"]) == (0, 1)
    assert musubi("--store", again, "audit", "verify").code == 0
    assert musubi("--store", again, "doctor", "--json").document()["checks"][3]["check"] == "integrity"
    second = musubi("--store", again, "restore", "all.backup", *options)
    assert (second.code, second.out) == (3, "")
    assert "not empty" in second.err


def test_pass_phrase_from_the_environment(musubi, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSUBI_PASSPHRASE", SECRET)
    assert musubi("--store", url, "backup", "all.backup").code == 0
    assert b"aes-256-gcm" in (tmp_path / "all.backup").read_bytes()[:300]
    assert musubi("--store", f"sqlite:///{tmp_path}/again.db", "restore", "all.backup").code == 0


@pytest.mark.parametrize("damage", ["cut", "flip", "phrase", "none", "other"])
def test_what_cannot_be_restored_leaves_nothing(musubi, url: str, tmp_path: Path, secret: str, damage: str) -> None:
    musubi("--store", url, "backup", "all.backup", "--passphrase-file", secret)
    path = tmp_path / "all.backup"
    data = bytearray(path.read_bytes())
    options = ["--passphrase-file", secret]
    if damage == "cut":
        del data[-1]
    elif damage == "flip":
        data[len(data) // 2] ^= 1
    elif damage == "phrase":
        Path(secret).write_text("another\n")
    elif damage == "none":
        options = []
    else:
        data = bytearray(b"date,name\n")
    path.write_bytes(data)
    ended = musubi("--store", f"sqlite:///{tmp_path}/again.db", "restore", "all.backup", *options)
    assert (ended.code, ended.out) == (3, "")
    assert "backup" in ended.err
    assert not (tmp_path / "again.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["backup", "x", "--passphrase-file", "nowhere.txt"],
        ["backup", "x", "--passphrase-file", "empty.txt"],
        ["restore", "nowhere.backup"],
        ["restore", "-"],
        ["backup", "."],
        ["backup", "x", "--as", "analyst"],
        ["copy", "--from", "sqlite:///x"],
    ],
)
def test_wrong_use(musubi, url: str, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "empty.txt").write_text("\n")
    ended = musubi("--store", url, *arguments)
    assert (ended.code, ended.out) == (2, "")


def test_erased_since_the_backup_stays_erased(musubi, url: str, tmp_path: Path) -> None:
    """The ledger beside the store is read: the store itself may be lost."""
    musubi("--store", url, "backup", "all.backup")
    musubi("--store", url, "erase", "person:KZ-1", "--yes")
    expected = hash_of(musubi, url)
    for path in tmp_path.glob("community.db*"):
        if path.suffix != ".erasures":
            path.unlink()
    restored = musubi("--store", url, "restore", "all.backup", "--json")
    assert restored.code == 0, restored.err
    assert (restored.document()["erased"], restored.document()["hash"]) == (1, expected)
    for path in tmp_path.glob("community.db*"):
        assert "秘密の困りごとカナリア一号".encode() not in path.read_bytes()


def test_copy_has_equal_export_and_may_be_repeated(musubi, url: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/copy.db"
    ended = musubi("copy", "--from", url, "--to", target, "--json")
    assert ended.code == 0, ended.err
    body = ended.document()
    assert (body["already"], body["nodes"], body["erased"]) == (False, 16, 0)
    exports = [musubi("--store", u, "export", "--format", "jsonl", "-").out for u in (url, target)]
    assert exports[0] == exports[1]
    again = musubi("copy", "--from", url, "--to", target)
    assert again.code == 0
    assert "already" in again.out
    with open_store(target) as store:
        assert [row.action for row in store.audit()][:2] == ["import", "copy"]
    musubi("--store", target, "erase", "person:KZ-2", "--yes")
    refused = musubi("copy", "--from", url, "--to", target)
    assert (refused.code, refused.out) == (3, "")
    assert musubi("copy", "--from", f"sqlite:///{tmp_path}/none.db", "--to", target).code == 4


def test_hash_follows_the_graph_and_the_viewer(musubi, url: str) -> None:
    before = hash_of(musubi, url)
    assert before == hash_of(musubi, url)
    assert f"Graph hash: {before}" in musubi("--store", url, "status", "--hash").out
    assert musubi("--store", url, "status", "--json").document()["hash"] is None
    seen = musubi("--store", url, "status", "--hash", "--json", "--as", "person:KZ-1").document()["hash"]
    assert seen != before
    musubi("--store", url, "erase", "person:KZ-2", "--yes")
    assert hash_of(musubi, url) != before


def test_migrate_says_what_it_does(musubi, url: str, tmp_path: Path) -> None:
    assert "current" in musubi("--store", url, "migrate").err
    assert musubi("--store", f"sqlite:///{tmp_path}/none.db", "migrate").code == 4
    assert not (tmp_path / "none.db").exists()
    with sqlite3.connect(tmp_path / "old.db") as db:
        db.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, at TEXT NOT NULL)")
    db.close()
    old = f"sqlite:///{tmp_path}/old.db"
    assert musubi("--store", old, "status").code == 4
    dry = musubi("--store", old, "migrate", "--dry-run", "--lang", "ja")
    assert (dry.code, "1, 2" in dry.out) == (0, True)
    assert musubi("--store", old, "status").code == 4
    musubi("--store", url, "backup", "all.backup")
    with sqlite3.connect(tmp_path / "half.db") as db:
        db.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, at TEXT NOT NULL)")
        db.execute("INSERT INTO migrations VALUES (1, 'x', 'x')")
    db.close()
    half = f"sqlite:///{tmp_path}/half.db"
    for command in (["restore", "all.backup", "--store", half], ["copy", "--from", url, "--to", half]):
        ended = musubi(*command)
        assert (ended.code, "musubi migrate" in ended.err) == (4, True)
    assert "ran migrations 1, 2" in musubi("--store", old, "migrate").err
    assert musubi("--store", old, "audit", "list").out.count("migrate") == 1


@pytest.mark.parametrize("command", ["restore", "copy"])
def test_the_ledger_beside_a_store_that_was_taken_over_is_kept(musubi, url: str, tmp_path: Path, command: str) -> None:
    """A backup of before the erasure, restored afterwards beside the same file, brings nobody back."""
    musubi("--store", url, "backup", "before.backup")
    assert musubi("--store", url, "erase", "person:KZ-1", "--yes").code == 0
    musubi("--store", url, "backup", "after.backup")
    again = f"sqlite:///{tmp_path}/again.db"
    if command == "restore":
        assert musubi("--store", again, "restore", "after.backup").code == 0
    else:
        assert musubi("copy", "--from", url, "--to", again).code == 0
    assert (tmp_path / "again.db.erasures").read_text() == (tmp_path / "community.db.erasures").read_text() != ""
    for path in tmp_path.glob("again.db*"):
        if path.suffix != ".erasures":
            path.unlink()
    restored = musubi("--store", again, "restore", "before.backup", "--json")
    assert (restored.code, restored.document()["erased"]) == (0, 1)
    with open_store(again) as store:
        assert "person:KZ-1" not in store.snapshot().row_of


@pytest.mark.parametrize(("lang", "said"), [(Lang.EN, "put that store away"), (Lang.JA, "この保存先を捨てて")])
def test_a_filled_store_that_is_not_settled_is_told(url: str, tmp_path: Path, lang: Lang, said: str) -> None:
    """The ledger beside it cannot be kept: the store is no longer empty, and what is left to do is said."""
    call = Invocation()
    call.take(url, None, lang, quiet=True)
    (tmp_path / "community.db.erasures").mkdir()
    with open_store(url) as store, pytest.raises(StoreUnavailable, match=said):
        settle(call, store, erased=True)
