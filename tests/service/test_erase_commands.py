"""``erase`` and ``readmit``: through the command line nothing is left either (P6)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from embeddings.base import Role
from embeddings.cache import VectorCache
from embeddings.cleaning import clean
from graph.changes import ChangeSet
from graph.erasure import prepare, readmit
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN
from graph.records import Provenance, Statement
from graph.store import Store
from graph.store.registry import open_store
from graph.testing import person

WHO = "person:KZ-1"
TEXTS = ("秘密の困りごとカナリア一号", "ホームページを直したい")


def beside(url: str) -> dict[str, bytes]:
    """Give all files of a store."""
    path = Path(url.removeprefix("sqlite:///"))
    return {p.name: p.read_bytes() for p in path.parent.glob(f"{path.name}*") if p.is_file()}


def merged_with(store: Store, *others: str) -> ChangeSet:
    """Give people who are merged with a new record, and go by its name."""
    names = sorted(store.snapshot().row_of)
    nodes = [person("person:A-1"), *(person(i) for i in others if i not in names)]
    changes = ChangeSet("merged", "operator", "test", nodes=nodes)
    for other in others:
        changes.add_tie(TieKind.SAME_AS, other, "person:A-1", NETWORK_OPEN, NETWORK_OPEN, Provenance("merge", None))
    return changes


def left(data: bytes, *words: str) -> list[str]:
    return [w for w in words for code in ("utf-8", "utf-16-le", "utf-16-be") if w.encode(code) in data]


def test_erased_everywhere(musubi, url: str, tmp_path: Path) -> None:
    vector = np.random.default_rng(1).normal(size=64).astype(np.float32)
    cache = VectorCache(Path(url.removeprefix("sqlite:///") + ".vectors"))
    cache.put("x", Role.QUERY, {clean(TEXTS[0]): vector})
    cache.close()
    assert vector.tobytes() in beside(url)["community.db.vectors"]
    musubi("--store", url, "recommend", "--as", WHO, "--for", "KZ-1")
    musubi("--store", url, "recommend", "--all")
    ended = musubi("--store", url, "erase", WHO, "--yes")
    assert ended.code == 0, ended.err
    assert "35 days" in ended.err
    files = beside(url)
    for name, data in files.items():
        assert left(data, WHO, "mixer:KZ-1", "KZ-1", "KZ-1@example.com", TEXTS[0], "見本 あ") == [], name
        assert vector.tobytes() not in data
        assert vector[:4].tobytes() not in data
    assert "community.db.erasures" in files
    assert musubi("--store", url, "doctor", "--json").document()["checks"][2]["level"] == "ok"
    assert musubi("--store", url, "audit", "verify").code == 0
    assert musubi("--store", url, "recommend", "--for", "KZ-1").code == 2
    exported = musubi("--store", url, "export", "--format", "jsonl", "-")
    assert left(exported.out.encode(), WHO, TEXTS[0]) == []


def test_erased_twice_cleans_again(musubi, url: str) -> None:
    first = musubi("--store", url, "erase", WHO, "--yes", "--json").document()
    assert (first["schema"], first["already"], first["removed"] > 5) == ("musubi.erase/1", False, True)
    again = musubi("--store", url, "erase", WHO, "--json")
    assert (again.code, again.document()["already"]) == (0, True)


def test_who_is_not_there_is_unknown(musubi, url: str) -> None:
    for wrong in ("person:nobody", "space:KZ", "KZ-1"):
        ended = musubi("--store", url, "erase", wrong, "--yes")
        assert (ended.code, ended.out) == (2, "")
    assert musubi("--store", url, "erase", WHO).code == 2  # nobody is there to confirm it
    assert musubi("--store", url, "erase", WHO, "--yes", "--as", WHO).code == 2
    assert musubi("--store", url, "status", "--json").document()["nodes"]["person"] == 13


def test_words_of_others_that_name_them_are_told(musubi, url: str, tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("id,name\nz,例示 ひので\ny,例示 ゆうひ\n", encoding="utf-8")
    (tmp_path / "texts.csv").write_text("id,text,kind\ny,例示 ひので さんに教わった,story\n", encoding="utf-8")
    (tmp_path / "edges.csv").write_text("u,v\nz,y\n", encoding="utf-8")
    assert musubi("--store", url, "import", str(tmp_path), "--profile", "network", "--yes").code == 0
    ended = musubi("--store", url, "erase", "person:z", "--yes", "--json")
    assert ended.code == 1
    assert [m.partition(":")[0] for m in ended.document()["mentions"]] == ["statement"]


def test_readmitted_is_off_the_ledger(musubi, url: str) -> None:
    musubi("--store", url, "erase", WHO, "--yes")
    back = musubi("--store", url, "readmit", WHO, "--lang", "ja")
    assert (back.code, "指定は戻りません" in back.err) == (0, True)  # blocks of others against them
    assert musubi("--store", url, "readmit", WHO).code == 2
    assert beside(url)["community.db.erasures"] == b""
    with open_store(url) as store:
        assert store.erasures() == []


def test_doctor_takes_no_name_of_a_file_for_somebody(musubi, url: str) -> None:
    """One person and the file named after them are two entries of the ledger."""
    with open_store(url) as store:
        named = Provenance("聞き取り_見本あ.csv", 2)
        told = ChangeSet("named", "operator", "test")
        told.statements.append(Statement("person:KM-3", StatementKind.OFFER, "草刈りができます", NETWORK_OPEN, named))
        store.apply(told)
    musubi("--store", url, "erase", "person:KZ-1", "--yes")
    with open_store(url) as store:
        assert len(store.erasures()) == 2
    checks = {c["check"]: c for c in musubi("--store", url, "doctor", "--json").document()["checks"]}
    assert "names of files" in checks["erasures"]["found"]["en"]
    assert "2 人" not in checks["erasures"]["found"]["ja"]


def test_doctor_finds_who_came_back(musubi, url: str) -> None:
    """The ledger beside the store is looked at too: it outlives the store."""
    musubi("--store", url, "erase", WHO, "--yes")
    with open_store(url) as store:
        readmit(store, WHO, "operator")
        store.apply(merged_with(store, WHO))
    checks = {c["check"]: c for c in musubi("--store", url, "doctor", "--json").document()["checks"]}
    assert checks["erasures"]["level"] == "finding"
    assert WHO in checks["erasures"]["found"]["en"]
    assert "readmit" in checks["erasures"]["remedy"]["en"]


def test_damaged_ledger_beside_the_store_is_told(musubi, url: str) -> None:
    musubi("--store", url, "erase", WHO, "--yes")
    path = Path(url.removeprefix("sqlite:///") + ".erasures")
    assert set(json.loads(path.read_text())) == {"salt", "digest", "at"}
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("{", encoding="utf-8")
    ended = musubi("--store", url, "doctor")
    assert ended.code == 4
    assert "erased people may come back" in ended.err


@pytest.mark.parametrize("command", ["erase", "readmit"])
def test_japanese(musubi, url: str, command: str) -> None:
    musubi("--store", url, "erase", WHO, "--yes", "--quiet")
    ended = musubi("--store", url, command, WHO, "--lang", "ja")
    assert "消" in ended.out + ended.err


def test_who_was_erased_does_not_come_back_by_an_import(musubi, url: str, tmp_path: Path) -> None:
    """The same file, the same file changed, and after `readmit` the wish to come back."""
    nodes = tmp_path / "nodes.csv"

    def imported(text: str) -> list[dict[str, object]]:
        nodes.write_text(text, encoding="utf-8")
        ended = musubi("--store", url, "import", "nodes.csv", "--profile", "network", "--yes", "--json")
        assert ended.code in (0, 1), ended.err
        return ended.document()["files"][0]["problems"]

    def there() -> set[str]:
        with open_store(url) as store:
            return set(store.snapshot().nodes.ids)

    first = "id,name\nz,例示 ひので\ny,例示 ゆうひ\n"
    assert imported(first) == []
    musubi("--store", url, "erase", "person:z", "--yes")
    imported(first)
    assert "person:z" not in there()
    problems = imported("id,name\ny,例示 ゆうひ\nz,例示 ひので\nx,例示 よつゆ\n")
    assert [(p["code"], p["level"]) for p in problems] == [("erased", "refuse")]
    assert {"person:x", "person:y"} <= there() - {"person:z"} == there()
    musubi("--store", url, "readmit", "person:z")
    assert imported("id,name\nz,例示 ひので\n") == []
    assert "person:z" in there()


def test_merged_records_are_named_and_asked_for_beforehand(musubi, url: str) -> None:
    with open_store(url) as store:
        store.apply(merged_with(store, WHO, "person:KZ-2"))
    refused = musubi("--store", url, "--lang", "en", "erase", WHO, "--yes")
    assert (refused.code, refused.out) == (2, "")
    assert "person:A-1, person:KZ-1, person:KZ-2" in refused.err
    assert "--with-merged" in refused.err
    asked = musubi("--store", url, "--lang", "en", "erase", WHO, "--with-merged")
    assert asked.code == 2
    assert "person:A-1, person:KZ-1, person:KZ-2" in asked.err
    done = musubi("--store", url, "erase", WHO, "--yes", "--with-merged", "--json")
    assert done.document()["records"] == ["person:A-1", "person:KZ-1", "person:KZ-2"]


def test_files_that_are_not_emptied_lose_no_report(musubi, url: str, tmp_path: Path) -> None:
    """Somebody reads: the erasure stands and is told with all that is to be read; the next call empties the files."""
    story = Statement("person:KZ-2", StatementKind.STORY, f"{WHO} に教わった", NETWORK_OPEN, Provenance("a.csv", 1))
    with open_store(url) as store:
        store.apply(ChangeSet("story", "operator", "test", statements=[story]))
    ledger = Path(url.removeprefix("sqlite:///") + ".erasures")
    ledger.mkdir()  # the ledger cannot be written: as good as a reader, and no waiting
    ended = musubi("--store", url, "--lang", "en", "erase", WHO, "--yes")
    assert (ended.code, story.id in ended.out) == (4, True)
    assert "run the same command again" in ended.err
    document = musubi("--store", url, "erase", "person:KZ-3", "--yes", "--json")
    assert (document.code, document.document()["emptied"]) == (4, False)
    ledger.rmdir()
    again = musubi("--store", url, "erase", WHO, "--json")
    assert (again.code, again.document()["emptied"]) == (0, True)
    assert left(beside(url)["community.db"], "見本 あ") == []


def test_a_second_call_redacts_what_a_first_one_left(musubi, url: str) -> None:
    """The first call was cut off between the erasure and its look at late audit rows."""
    with open_store(url) as store:
        changes, _ = prepare(store, store.snapshot(), [WHO], "operator")
        store.record("operator", "why", {"person": WHO})
        store.apply(changes)
        assert WHO in store.audit()[-2].detail
    assert musubi("--store", url, "erase", WHO).code == 0
    assert left(beside(url)["community.db"], WHO) == []
    assert musubi("--store", url, "audit", "verify").code == 0


def test_readmit_mends_the_ledger_beside_the_store(musubi, url: str) -> None:
    musubi("--store", url, "erase", WHO, "--yes")
    with open_store(url) as store:
        readmit(store, WHO, "operator")  # as by a call that was cut off before the file was written
    assert beside(url)["community.db.erasures"] != b""
    assert musubi("--store", url, "readmit", WHO).code == 0
    assert beside(url)["community.db.erasures"] == b""
    assert musubi("--store", url, "readmit", WHO).code == 2


def test_a_file_named_after_them_is_called_something_else_afterwards(musubi, url: str, tmp_path: Path) -> None:
    """Its facts of others stay, in exports, own data and the page of imports under the new name; the old is listed."""
    (tmp_path / "nodes_例示ひので.csv").write_text("id,name\nz,例示 ひので\ny,例示 ゆうひ\n", encoding="utf-8")
    assert musubi("--store", url, "import", "nodes_例示ひので.csv", "--profile", "network", "--yes").code == 0
    ended = musubi("--store", url, "--lang", "en", "erase", "person:z", "--yes")
    assert (ended.code, "nodes_例示ひので.csv → nodes_erased.csv" in ended.out) == (0, True)
    assert "another name" not in ended.out + ended.err  # an import renames the file by itself
    told = [musubi("--store", url, "export", "--format", form, "-").out for form in ("jsonl", "jsonld", "graphml")]
    told += [musubi("--store", url, "person", "export", "y", "-", "--format", form).out for form in ("json", "html")]
    told += [musubi("--store", url, *asked).out for asked in (("audit", "list", "--json"), ("status", "--json"))]
    assert "nodes_erased.csv" in told[0]
    assert "nodes_erased.csv" in told[3]
    assert [text for text in told if "ひので" in text] == []
    for name, data in beside(url).items():
        assert left(data, "ひので") == [], name
    assert musubi("--store", url, "audit", "verify").code == 0
    documented = musubi("--store", url, "erase", "person:y", "--yes", "--json").document()
    assert documented["sources"] == []


def test_renamed_files_are_in_the_document(musubi, url: str, tmp_path: Path) -> None:
    (tmp_path / "nodes.KZ-1.csv").write_text("id,name\ny,例示 ゆうひ\n", encoding="utf-8")
    assert musubi("--store", url, "import", "nodes.KZ-1.csv", "--profile", "network", "--yes").code == 0
    documented = musubi("--store", url, "erase", WHO, "--yes", "--json").document()
    assert documented["sources"] == [{"was": "nodes.KZ-1.csv", "now": "nodes.erased.csv"}]
