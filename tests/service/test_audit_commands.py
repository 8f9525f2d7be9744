"""``audit verify`` and ``audit list``, and the checks of ``doctor`` on the files of a store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from graph.store.registry import open_store
from graph.verification import verify


def tamper(url: str, statement: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as db:
        db.execute(statement)
    db.close()


def test_verify_counts_and_gives_the_root(musubi, url: str) -> None:
    for _ in range(3):
        musubi("--store", url, "status")
    body = musubi("--store", url, "audit", "verify", "--json").document()
    assert (body["whole"], body["rows"], body["changes"], body["keyless"], body["bad_row"]) == (True, 4, 1, 3, None)
    text = musubi("--store", url, "audit", "verify").out
    assert "all 5 rows" in text
    newest = musubi("--store", url, "audit", "list", "--json", "--limit", "2").document()["rows"]
    assert [row["action"] for row in newest] == ["audit verify", "audit verify"]
    assert newest[1]["hash"] in text


@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2, "hash"),
        ("UPDATE audit SET previous = hash WHERE seq = 3", 3, "chain"),
        ("DELETE FROM audit WHERE seq = 2", 2, "gap"),
        ("DELETE FROM audit WHERE seq > 3", 4, "head"),
        ("UPDATE audit SET detail = '{}', seal = '!', actor = 'erased' WHERE seq = 3", 3, "redacted"),
    ],
)
def test_tampering_is_found_and_named(musubi, url: str, statement: str, row: int, why: str) -> None:
    for _ in range(3):
        musubi("--store", url, "status")
    tamper(url, statement)
    ended = musubi("--store", url, "audit", "verify", "--json")
    body = ended.document()
    assert (ended.code, body["whole"], body["bad_row"], body["why"]) == (1, False, row, why)
    for lang in ("ja", "en"):
        said = musubi("--store", url, "audit", "verify", "--lang", lang)
        assert said.code == 1
        assert str(row) in said.out
    assert musubi("--store", url, "doctor").code == 1


def test_change_without_a_row_is_found(musubi, url: str) -> None:
    """Whoever takes a row and its head away still has to explain the change."""
    tamper(url, "DELETE FROM audit")
    tamper(url, "DELETE FROM heads")
    body = musubi("--store", url, "audit", "verify", "--json").document()
    assert (body["whole"], body["missing"], body["bad_row"]) == (False, 1, None)


def test_row_of_no_change_is_found(musubi, url: str) -> None:
    tamper(url, "UPDATE applied SET key = 'x'")
    body = musubi("--store", url, "audit", "verify", "--json").document()
    assert (body["whole"], body["stray_row"]) == (False, 1)


def test_every_command_leaves_a_row(musubi, url: str, tmp_path: Path) -> None:
    """Every change and every read of staff is told of, and who did it."""
    commands = [
        ["status"], ["doctor"], ["recommend", "--all"], ["sheet", "--space", "かぜのま"], ["report", "ties"],
        ["export", "--format", "jsonl", "-"], ["agreement", "list"], ["backup", "all.backup"], ["audit", "verify"],
        ["audit", "list"], ["erase", "person:KZ-1", "--yes"], ["readmit", "person:KZ-1"],
        ["copy", "--from", url, "--to", f"sqlite:///{tmp_path}/copy.db"],
    ]  # fmt: skip
    for command in commands:
        with open_store(url) as store:
            before = store.head()
        ended = musubi("--store", url, *command)
        assert ended.code in (0, 1), ended.err
        with open_store(url) as store:
            assert store.head().seq > before.seq, command
            assert verify(store.audit_rows(), store.head()).bad is None


def test_list_is_for_the_operator(musubi, url: str) -> None:
    for command in (["audit", "list"], ["audit", "verify"]):
        assert musubi("--store", url, *command, "--as", "mixer:MX-1").code == 2
    assert musubi("--store", url, "audit", "list", "--limit", "0").code == 2
    assert "だれが" in musubi("--store", url, "audit", "list", "--lang", "ja").out


def checks(musubi, url: str) -> dict[str, str]:
    found = musubi("--store", url, "doctor", "--json").document()["checks"]
    assert all(c["remedy"] for c in found if c["level"] == "finding")
    return {c["check"]: c["level"] for c in found}


def test_doctor_looks_at_the_files(musubi, url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    assert {checks(musubi, url)[name] for name in ("integrity", "erasures", "log", "mode")} == {"ok"}
    path.chmod(0o644)
    assert checks(musubi, url)["mode"] == "finding"
    tamper(url, "PRAGMA foreign_keys = OFF")
    tamper(url, "DELETE FROM nodes WHERE id = 'person:KZ-1'")
    assert checks(musubi, url)["integrity"] == "finding"
