"""``init``, ``import``, ``agreement``, ``status``, ``doctor``, ``export``."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from embeddings.registry import Choice
from graph.changes import ChangeSet
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import PRESENCE, PUBLIC_OPEN
from graph.records import Node, Provenance
from graph.store.registry import open_store
from graph.viewer import OPERATOR
from service import doctor
from service.reading import Reader

MEMBERS = "会員番号,氏名,メールアドレス,利用スペース,紹介の可否\nKZ-0001,見本 あおば,a1@example.com,かぜのま,可\n"
NODES = "id,community\na,A\nb,A\nc,B\n"
EDGES = "u,v,t\na,b,2026-01-01\nb,c,2026-02-01\n"


@pytest.fixture
def empty(tmp_path: Path, musubi) -> str:
    address = f"sqlite:///{tmp_path / 'empty.db'}"
    assert musubi("init", "--store", address, "--quiet").code == 0
    return address


def agree(musubi, address: str, *more: str) -> None:
    said = ["--space", "かぜのま", "--operator", "見本運営", "--from", "2026-04-01", "--items", "氏名、できること"]
    ended = musubi("agreement", "add", *said, "--store", address, *more)
    assert ended.code == 0, ended.err


def test_init_is_idempotent(musubi, empty: str) -> None:
    again = musubi("init", "--store", empty)
    assert (again.code, again.out) == (0, "")
    assert "already" in again.err


def test_members_need_an_agreement_and_a_dry_run_does_not(musubi, empty: str, tmp_path: Path) -> None:
    (tmp_path / "会員名簿.csv").write_text(MEMBERS, encoding="utf-8")
    dry = musubi("import", "会員名簿.csv", "--dry-run", "--store", empty)
    assert (dry.code, dry.out) == (0, "looked only, nothing was stored\n")
    refused = musubi("import", "会員名簿.csv", "--yes", "--store", empty)
    assert (refused.code, refused.out) == (3, "")
    assert "musubi agreement add" in refused.err
    agree(musubi, empty)
    done = musubi("import", "会員名簿.csv", "--yes", "--store", empty)
    assert (done.code, done.out) == (0, "stored: 会員名簿.csv\n")
    assert json.loads(musubi("status", "--json", "--store", empty).out)["nodes"]["person"] == 1


def test_a_guessed_reading_is_shown_and_must_be_taken(musubi, empty: str, tmp_path: Path) -> None:
    agree(musubi, empty)
    (tmp_path / "m.csv").write_text(MEMBERS, encoding="utf-8")
    asked = musubi("import", "m.csv", "--store", empty)
    assert asked.code == 2
    assert "メールアドレス" in asked.err
    assert "--yes" in asked.err
    assert musubi("import", "m.csv", "--yes", "--store", empty).code == 0
    assert (tmp_path / "empty.db.mappings").is_dir()
    (tmp_path / "m2.csv").write_text(MEMBERS.replace("KZ-0001", "KZ-0002").replace("a1@", "a2@"), encoding="utf-8")
    assert musubi("import", "m2.csv", "--store", empty).code == 0


def test_refused_rows_are_told_by_place_and_end_in_one(musubi, empty: str, tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
    (tmp_path / "edges.csv").write_text(EDGES + "a,z,2026-01-01\n", encoding="utf-8")
    ended = musubi("import", "nodes.csv", "edges.csv", "--profile", "network", "--store", empty)
    assert (ended.code, ended.out) == (1, "stored: nodes.csv\nstored: edges.csv\n")
    assert "row 4" in ended.err


def test_a_file_refused_whole_ends_in_three(musubi, empty: str, tmp_path: Path) -> None:
    (tmp_path / "x.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert musubi("import", "x.xls", "--store", empty).code == 3


def test_import_document(musubi, empty: str, tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
    ended = musubi("import", "nodes.csv", "--profile", "network", "--json", "--store", empty)
    body = ended.document()
    assert (body["schema"], list(body)) == ("musubi.import/1", ["schema", "files", "stored", "not_stored"])
    assert set(body["files"][0]) >= {"file", "profile", "why", "encoding", "mapping", "counts", "problems"}
    assert body["stored"]["nodes.csv"]["created"] == 8
    assert "stored: nodes.csv" in ended.err
    dry = musubi("import", "nodes.csv", "--profile", "network", "--json", "--dry-run", "--store", empty)
    assert dry.document()["stored"] == {}


def test_the_same_file_twice_changes_nothing(musubi, empty: str, tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
    musubi("import", "nodes.csv", "--profile", "network", "--store", empty)
    again = musubi("import", "nodes.csv", "--profile", "network", "--json", "--store", empty)
    assert again.document()["stored"]["nodes.csv"]["replayed"] is True


def test_agreements_are_listed(musubi, empty: str) -> None:
    assert "no agreement yet" in musubi("agreement", "list", "--store", empty).out
    agree(musubi, empty, "--until", "2027-03-31")
    body = musubi("agreement", "list", "--json", "--store", empty).document()
    assert body["agreements"] == [
        {
            "space": "かぜのま",
            "operator": "見本運営",
            "from": "2026-04-01",
            "until": "2027-03-31",
            "items": ["氏名", "できること"],
        }
    ]
    assert "見本運営" in musubi("agreement", "list", "--store", empty, "--lang", "ja").out


def test_status_counts_every_kind(musubi, url: str) -> None:
    body = musubi("status", "--json", "--store", url).document()
    assert set(body["nodes"]) == {str(k) for k in NodeKind}
    assert set(body["statements"]) == {str(k) for k in StatementKind}
    assert set(body["ties"]) == {str(k) for k in TieKind}
    assert (body["nodes"]["person"], body["ties"]["MET"], body["version"]) == (13, 6, 1)
    assert body["last_import"]["sources"] == ["community.csv"]
    other = musubi("status", "--json", "--store", url, "--as", "person:KM-4").document()
    assert (other["version"], other["last_import"]) == (None, None)
    assert other["nodes"]["person"] < 13


def test_status_says_why_an_encoder_does_not_run(musubi, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSUBI_ENCODER", "st:nowhere/none")
    ended = musubi("status", "--json", "--store", url)
    assert ended.code == 0
    assert ended.document()["encoder"] is None
    assert ended.document()["encoder_problem"]


def checks_of(musubi, address: str) -> dict[str, dict[str, object]]:
    return {c["check"]: c for c in musubi("doctor", "--json", "--store", address).document()["checks"]}


def test_doctor_is_content_with_an_empty_store(musubi, empty: str) -> None:
    ended = musubi("doctor", "--store", empty)
    assert ended.code == 0
    assert musubi("doctor", "--json", "--store", empty).document()["ok"] is True
    assert checks_of(musubi, empty)["content"]["level"] == "note"


def test_doctor_finds_missing_agreements_with_the_remedy(musubi, url: str) -> None:
    ended = musubi("doctor", "--store", url, "--lang", "ja")
    assert ended.code == 1
    assert "かぜのま" in ended.out
    found = checks_of(musubi, url)["agreements"]
    assert found["level"] == "finding"
    assert "musubi agreement add" in str(found["remedy"])
    assert checks_of(musubi, url)["mixers"]["level"] == "note"


def test_doctor_tells_agreements_that_end_soon(url: str, musubi) -> None:
    today = dt.date(2026, 11, 22)
    for space in ("かぜのま", "こもれび"):
        until = str(today + dt.timedelta(days=29 if space == "かぜのま" else 31))
        assert musubi("agreement", "add", "--space", space, "--operator", "x", "--from", "2026-01-01", "--until", until,
                      "--items", "氏名", "--store", url).code == 0  # fmt: skip
    with open_store(url) as store:
        from embeddings.lexical import LexicalEncoder

        checks = doctor.examine(Reader(store, OPERATOR), lambda: Choice(LexicalEncoder()), today)
    found = [c for c in checks if c.name == "agreements"]
    assert len(found) == 1
    assert "かぜのま" in found[0].found["ja"]
    assert "こもれび" not in found[0].found["ja"]


def test_doctor_finds_people_whom_nobody_may_see(musubi, url: str) -> None:
    assert checks_of(musubi, url)["people"]["level"] == "ok"
    with open_store(url) as store:
        lost = Node("person:lost", PRESENCE, Provenance("x"))
        store.apply(ChangeSet("lost", "operator", "test", nodes=[lost, Node("space:z", PUBLIC_OPEN, Provenance("x"))]))
    assert checks_of(musubi, url)["people"]["level"] == "finding"


def test_doctor_finds_a_rewritten_audit(musubi, url: str) -> None:
    import sqlite3

    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    assert checks_of(musubi, url)["audit"]["level"] == "finding"


def test_doctor_finds_a_cut_audit_and_says_which(musubi, url: str) -> None:
    """A chain without its end is whole in itself; the change sets tell that rows are missing."""
    import sqlite3

    with open_store(url) as store:
        store.record("operator", "read", {})
        store.apply(ChangeSet("late", "operator", "test", nodes=[Node("space:z", PUBLIC_OPEN, Provenance("x"))]))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM audit WHERE seq > 2")
    found = checks_of(musubi, url)["audit"]
    assert found["level"] == "finding"
    assert "audit row 3" in found["found"]["en"]
    assert found["remedy"]


def test_doctor_finds_a_row_of_a_change_that_is_not_there(musubi, url: str) -> None:
    import sqlite3

    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE applied SET key = 'other'")
    found = checks_of(musubi, url)["audit"]
    assert found["level"] == "finding"
    assert "audit row 1 tells of change set community" in str(found)


@pytest.mark.parametrize("viewer", ["analyst", "public", "mixer:MX-1", "space:KZ", "person:KZ-1"])
def test_doctor_looks_only_at_what_a_viewer_may_see(musubi, url: str, viewer: str) -> None:
    ended = musubi("doctor", "--json", "--store", url, "--as", viewer)
    assert ended.code == 0
    checks = ended.document()["checks"]
    assert [c["check"] for c in checks] == ["store", "writable", "encoder", "content"]
    n = musubi("status", "--json", "--store", url, "--as", viewer).document()["nodes"]["person"]
    assert checks[-1]["found"]["en"] == f"{viewer} may see {n} people"


def test_doctor_as_a_viewer_ends_in_one_when_something_is_to_be_mended(
    musubi, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSUBI_ENCODER", "st:nowhere/none")
    assert musubi("doctor", "--store", url, "--as", "analyst").code == 1


def test_doctor_tells_a_stand_in_encoder(url: str) -> None:
    from embeddings.lexical import LexicalEncoder

    with open_store(url) as store:
        reader = Reader(store, OPERATOR)
        checks = doctor.examine(reader, lambda: Choice(LexicalEncoder(), {"ja": "代役", "en": "stand-in"}))
    assert next(c for c in checks if c.name == "encoder").level is doctor.Level.FINDING


def test_exports_in_every_format(musubi, url: str, tmp_path: Path) -> None:
    assert musubi("export", "--format", "jsonl", "a/x.jsonl", "--store", url).code == 0
    assert musubi("export", "--format", "graphml", "a/x.graphml", "--store", url).code == 0
    assert musubi("export", "--format", "csv", "b/tables", "--store", url).code == 0
    lines = [json.loads(line) for line in (tmp_path / "a/x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["type"] for line in lines} == {"node", "statement", "tie"}
    assert (tmp_path / "a/x.jsonl").read_bytes() == musubi(
        "export", "--format", "jsonl", "-", "--store", url
    ).out.encode()
    assert (tmp_path / "a/x.graphml").read_text(encoding="utf-8").startswith("<?xml")
    with (tmp_path / "b/tables/nodes.csv").open(encoding="utf-8-sig", newline="") as handle:
        assert len(list(csv.DictReader(handle))) > 10
