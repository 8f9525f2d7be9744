"""``person export`` and ``card export``: everything about one person, for that person (P7, B20)."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.audit import AuditRow
from graph.changes import ChangeSet
from graph.errors import Unknown
from graph.kinds import Said, StatementKind, TieKind
from graph.own_data import RENAMED, own_data
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement, kind_of
from graph.store.memory import MemoryStore
from graph.store.registry import open_store
from graph.tables import FieldTable, NodeTable, StatementTable, TieTable
from graph.viewer import Role, Viewer
from graph.worlds import OWNER_KINDS, PEOPLE, TODAY, TieRecord, World, hide_and_change, may_see, random_world, viewers
from recommend.results import Scope
from service.engine import Engine
from service.languages import Lang
from service.pages.person import LABELS, person_document, person_page
from service.pairs.logic import Pair

ONLY_ME = Policy(Audience.ONLY_ME)
STAFF = Provenance("聞き取り.xlsx", 7, Said.STAFF)
TABLES = {"node": NodeTable, "fields": FieldTable, "statements": StatementTable, "ties": TieTable}
# Tables of a store: those whose columns are in the document, and those that say nothing more about a person.
IN_THE_DOCUMENT = {"nodes", "fields", "statements", "ties", "policies", "sources", "terms", "audit"}
NOTHING_OF_A_PERSON = {
    "applied": "keys of change sets: digests",
    "migrations": "the schema",
    "change_log": "which nodes a reader must read again: ids only, the newest ones",
    "heads": "the last hash of the audit",
    "erasures": "salted digests of who was erased",
    "restoring": "whether a restore is under way",
}
EXPORTED_OF_AUDIT = {"at", "actor", "action", "detail"}
CHAIN_OF_AUDIT = {"seq", "key", "previous", "hash", "seal"}


def everything() -> MemoryStore:
    """a, with one fact of each kind, each with what its table has: policy, source, row, who said it, times."""
    store = MemoryStore()
    changes = ChangeSet("all", "operator", "import")
    over = Policy(Audience.PARTNERS, Matching.OPEN, partners=frozenset({"space:s"}), denied=frozenset({"person:c"}),
                  purposes=frozenset({Purpose.REPORT}), valid_until=TODAY.replace(year=2020))  # fmt: skip
    for i, policy in (("person:a", ONLY_ME), *((f"person:{key}", NETWORK_OPEN) for key in "bcm")):
        changes.nodes.append(Node(i, policy, STAFF, {"name": Field(f"見本 {i[-1]}", policy, STAFF)}))
    changes.nodes.append(Node("space:s", PUBLIC_OPEN, STAFF, {"name": Field("かぜのま", PUBLIC_OPEN, STAFF)}))
    changes.statements.append(Statement("person:a", StatementKind.NEED, "昔の困りごと", over, STAFF, 5.0, {"k": "v"}))
    changes.add_tie(TieKind.MEMBER_OF, "person:a", "space:s", ONLY_ME, PUBLIC_OPEN, STAFF, t=1.0, details='{"c": 1}')
    changes.add_tie(TieKind.KNOWS, "person:a", "person:b", ONLY_ME, NETWORK_OPEN, STAFF, t=3.0, until=9.0)
    changes.add_tie(TieKind.COLLABORATED, "person:a", "person:c", NETWORK_OPEN, ONLY_ME, STAFF)
    changes.add_tie(TieKind.NOT_WITH, "person:a", "person:c", ONLY_ME, ONLY_ME, STAFF)
    changes.add_tie(TieKind.NOT_WITH, "person:b", "person:a", ONLY_ME, ONLY_ME, STAFF)
    store.apply(changes)
    store.record("mixer:m", "recommend", {"person": "person:a", "space": None, "n": 3, "other": "person:b"})
    store.record("mixer:m", "recommend", {"person": "person:b"})
    store.record("analyst", "export", {"format": "csv", "nodes": 4, "ties": 0})
    store.record("person:b", "export", {"format": "csv", "nodes": 4, "ties": 0})
    return store


def document(store: MemoryStore, person: str = "person:a") -> dict[str, Any]:
    return json.loads(json.dumps(person_document(own_data(store.snapshot(), person, store.audit(), TODAY), TODAY)))


def test_every_column_of_every_table_is_in_the_document() -> None:
    """P7: derived from the schema, so that a new column is in it or this test fails."""
    found = document(everything())
    for part, table in TABLES.items():
        records = found[part] if isinstance(found[part], list) else [found[part]]
        columns = {RENAMED.get(f.name, f.name) for f in dataclasses.fields(table)}
        assert records
        for record in records:
            assert columns <= set(record)
            assert {record[c] for c in ("source", "said")} == {"聞き取り.xlsx", "staff"}


def test_every_part_of_a_record_has_its_column() -> None:
    """What a writer may say about a fact is one of the columns that are exported."""
    columns = {f.name for table in TABLES.values() for f in dataclasses.fields(table)}
    same = {"id": "ids", "text": "text", "fields": "name", "provenance": "source", "rows": "row"}
    for record in (Node, Field, Statement, Provenance, TieRecord):
        for f in dataclasses.fields(record):
            assert same.get(f.name, f.name) in columns, f"{record.__name__}.{f.name}"


def test_every_table_of_a_store_is_in_the_document_or_says_nothing_more(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    with open_store(url, create=True) as store:
        store.migrate()
    with sqlite3.connect(tmp_path / "x.db") as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - IN_THE_DOCUMENT <= set(NOTHING_OF_A_PERSON)
    assert {f.name for f in dataclasses.fields(AuditRow)} == EXPORTED_OF_AUDIT | CHAIN_OF_AUDIT


def test_all_own_facts_are_there_also_what_nobody_sees_and_what_is_over() -> None:
    found = document(everything())
    assert [(f["name"], f["value"], f["row"]) for f in found["fields"]] == [("name", "見本 a", 7)]
    (statement,) = found["statements"]
    assert (statement["text"], statement["t"], statement["details"]) == ("昔の困りごと", 5.0, {"k": "v"})
    assert statement["policy"]["denied"] == ["person:c"]
    assert "見本 c" in statement["who_sees"]["ja"]
    assert "2020" in statement["who_sees"]["en"]
    assert "report" in statement["policy_words"]["ja"]
    assert found["spaces"] == ["かぜのま"]


def test_ties_are_there_as_far_as_the_other_end_lets_the_person_know() -> None:
    found = document(everything())
    assert {(t["kind"], t["other"], t["other_name"]) for t in found["ties"]} == {
        ("MEMBER_OF", "space:s", "かぜのま"), ("KNOWS", "person:b", "見本 b"),
    }  # fmt: skip
    assert [t["policy_dst"] for t in found["ties"] if t["kind"] == "KNOWS"] == [None]
    assert [(t["other"], t["kind"]) for t in found["never_with"]] == [("person:c", "NOT_WITH")]
    assert document(everything(), "person:c")["ties"] == []  # a lets nobody know that she is here


def test_introductions_are_left_out_and_that_is_said() -> None:
    """They are the operator's, and tell of whoever was at the other end."""
    store, staff = everything(), Policy(Audience.MY_MIXERS)
    changes = ChangeSet("introduced", "operator", "import")
    state = {"state": Field("declined", staff, STAFF)}
    changes.nodes.append(Node("introduction:1", staff, STAFF, state))
    for who in ("person:a", "person:b"):
        changes.add_tie(TieKind.PARTY_TO, who, "introduction:1", staff, staff, STAFF, t=1.0)
    store.apply(changes)
    found = document(store)
    assert "introduction:1" not in json.dumps(found)
    assert "紹介" in found["notes"]["introductions"]["ja"]
    assert "operator" in found["notes"]["introductions"]["en"]
    page = person_page(found, Lang.EN)
    assert all(escape(text) in page for text in found["notes"]["introductions"].values())


def test_merged_records_are_one_person() -> None:
    store = everything()
    joined = ChangeSet("joined", "operator", "test")
    other = {"mail": Field("a@example.com", ONLY_ME, STAFF)}
    joined.nodes.append(Node("person:a2", ONLY_ME, STAFF, other))
    joined.add_tie(TieKind.SAME_AS, "person:a2", "person:a", ONLY_ME, ONLY_ME, STAFF)
    joined.add_tie(TieKind.MET, "person:a2", "person:b", ONLY_ME, NETWORK_OPEN, STAFF)
    store.apply(joined)
    for person in ("person:a", "person:a2"):
        found = document(store, person)
        assert {(f["node"], f["name"]) for f in found["fields"]} == {("person:a", "name"), ("person:a2", "mail")}
        assert {t["kind"] for t in found["ties"]} == {"MEMBER_OF", "KNOWS", "MET"}
        assert [(m["src"], m["dst"]) for m in found["merged"]] == [("person:a2", "person:a")]
        assert len(found["mentions"]) == 1


def test_the_audit_says_who_looked_and_how_the_facts_came() -> None:
    found = document(everything())
    assert [(m["actor"], m["action"], m["as"]) for m in found["mentions"]] == [("mixer:m", "recommend", ["person"])]
    assert [(a["action"], a["sources"]) for a in found["arrivals"]] == [("import", ["聞き取り.xlsx"])]
    assert [(e["actor"], e["action"]) for e in found["exports"]] == [("analyst", "export")]
    assert "person:b" not in json.dumps([found["mentions"], found["exports"]])


def test_other_people_s_hidden_facts_change_nothing() -> None:
    """Two worlds that differ only in what others keep from this person give the same document."""
    rng = np.random.default_rng(5)
    for number in range(150):
        world = random_world(rng)
        me = PEOPLE[number % len(PEOPLE)]
        viewer = Viewer(Role.PERSON, me.partition(":")[2])
        changed = _with_own_facts(world, hide_and_change(world, viewer, Purpose.EXPORT, rng), viewer)
        left, right = (own_data(w.snapshot(), me, [], TODAY) for w in (world, changed))
        assert left == right
        assert {t["other"] for t in left.ties} <= {*world.nodes}
        assert len(viewers(world)) > 0


def _with_own_facts(world: World, other: World, viewer: Viewer) -> World:
    """Give the other world with this person's own facts as they were, hidden or not."""
    me = str(viewer.node)

    def sees(policy: Policy, owner: str) -> bool:
        return may_see(world, viewer, Purpose.EXPORT, policy, owner)

    def told(tie: TieRecord) -> bool:
        end, policy = (tie.dst, tie.policy_dst) if tie.src == me else (tie.src, tie.policy_src)
        return kind_of(end) not in OWNER_KINDS or sees(policy, end)

    nodes = {**other.nodes, me: world.nodes[me]}
    statements = [s for s in other.statements if s.owner != me] + [s for s in world.statements if s.owner == me]
    mine = [t for t in world.ties if me in (t.src, t.dst) and (told(t) or t.src == me)]
    theirs = [t for t in other.ties if me not in (t.src, t.dst)]
    return World(nodes, tuple(statements), tuple({(t.kind, t.src, t.dst): t for t in (*theirs, *mine)}.values()))


def test_nobody_is_found_by_another_kind_or_name() -> None:
    snapshot = everything().snapshot()
    for identifier in ("person:z", "space:s"):
        with pytest.raises(Unknown):
            own_data(snapshot, identifier, [], TODAY)


# ---- the commands


def test_the_page_holds_everything_in_both_languages_and_the_data(musubi, url: str, tmp_path: Path) -> None:
    ended = musubi("person", "export", "KZ-1", "me.html", "--as", "person:KZ-1", "--store", url)
    assert (ended.code, ended.out) == (0, "")
    page = (tmp_path / "me.html").read_text(encoding="utf-8")
    for words in (
        "わたしについての記録",
        "What is kept about you",
        "秘密の困りごとカナリア一号",
        "canary-mail@example.com",
    ):
        assert words in page
    assert "<script" not in page
    assert musubi("person", "export", "KZ-1", "me.json", "--format", "json", "--store", url).code == 0
    data = json.loads((tmp_path / "me.json").read_text(encoding="utf-8"))
    assert data["schema"] == "musubi.person/1"
    assert {s["text"] for s in data["statements"]} >= {"秘密の困りごとカナリア一号"}
    assert data["mentions"][0]["action"] == "person export"
    assert "ミキサーだけが知る困りごと" not in page
    assert "かぜのまだけの困りごと" not in page


def test_every_kind_has_words_in_both_languages() -> None:
    for kind in (*StatementKind, *TieKind):
        ja, en = LABELS[kind]
        assert ja != en


def test_who_asked_about_a_person_is_told_to_that_person(musubi, url: str, tmp_path: Path) -> None:
    """Every answer about one person, by the command line and the service; a hidden member is not named."""
    with open_store(url) as store:
        store.record("person:nobody", "why", {"person": "person:nobody", "partner": "person:KZ-1"})
    mixer = ("--as", "mixer:MX-1", "--store", url)
    asked = (("recommend", "--for", "KZ-1"), ("why", "KZ-1", "KZ-2"), ("whatif", "KZ-2", "KZ-1"))
    for command in asked:
        assert musubi(*command, *mixer).code == 0
    engine = Engine(url, "lexical")
    engine.why(Pair("KZ-1", "KM-1"), Scope.ANY)
    engine.whatif(Pair("KZ-1", "KM-1"))
    data = musubi("person", "export", "KZ-1", "-", "--format", "json", "--store", url).document()
    assert [(m["actor"], m["action"], m["as"]) for m in data["mentions"]] == [
        ("person", "why", ["partner"]), ("mixer:MX-1", "recommend", ["person"]), ("mixer:MX-1", "why", ["person"]),
        ("mixer:MX-1", "whatif", ["partner"]), ("operator", "api why", ["person"]),
        ("operator", "api whatif", ["person"]),
    ]  # fmt: skip
    assert musubi("person", "export", "KZ-1", "me.html", "--store", url).code == 0
    page = (tmp_path / "me.html").read_text(encoding="utf-8")
    assert "person:nobody" not in page
    for words in ("会員のひとり", "a member", "mixer:MX-1"):
        assert words in page


def test_markup_in_a_name_is_shown_not_run(musubi, url: str, tmp_path: Path) -> None:
    for lang in Lang:
        assert musubi("person", "export", "KM-1", "me.html", "--lang", lang, "--store", url).code == 0
        assert "<script" not in (tmp_path / "me.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("what", ["person", "card"])
@pytest.mark.parametrize("viewer", ["person:KZ-2", "person:nobody", "mixer:MX-1", "space:KZ", "public", "analyst"])
def test_nobody_else_gets_them(musubi, url: str, what: str, viewer: str) -> None:
    there, missing = (musubi(what, "export", i, "-", "--as", viewer, "--store", url) for i in ("KZ-1", "KZ-999"))
    assert (there.code, there.out) == (missing.code, missing.out) == (2, "")
    assert there.err == missing.err


@pytest.mark.parametrize("what", ["person", "card"])
def test_who_is_not_there_is_unknown(musubi, url: str, what: str) -> None:
    assert musubi(what, "export", "nobody", "-", "--store", url).code == 2


def test_a_card_travels_to_another_store(musubi, url: str, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    said = ["--space", "なぎさ", "--operator", "見本運営", "--from", "2026-01-01", "--items", "氏名"]
    assert musubi("init", "--store", other).code == 0
    assert musubi("agreement", "add", *said, "--store", other).code == 0
    assert musubi("card", "export", "KZ-1", "card.jsonld", "--as", "person:KZ-1", "--store", url).code == 0
    first = (tmp_path / "card.jsonld").read_bytes()
    assert b"person:KZ-1" not in first
    assert musubi("card", "export", "KZ-1", "card.jsonld", "--store", url).code == 0
    assert (tmp_path / "card.jsonld").read_bytes() == first
    done = musubi("import", "card.jsonld", "--space", "なぎさ", "--store", other)
    assert (done.code, done.out) == (0, "stored: card.jsonld\n")
    again = musubi("import", "card.jsonld", "--space", "なぎさ", "--json", "--store", other).document()
    assert again["stored"]["card.jsonld"]["replayed"] is True
    assert musubi("card", "export", "KZ-1", "card.jsonld", "--items", "need,mail", "--store", url).code == 0
    changed = musubi("import", "card.jsonld", "--space", "なぎさ", "--json", "--store", other).document()
    assert changed["stored"]["card.jsonld"]["replayed"] is False
    lines = musubi("export", "--format", "jsonl", "-", "--store", other).out
    assert "畑の草刈りの人手が足りない" in lines
    assert "canary-mail" not in lines  # she alone sees it here as there


def test_a_card_changes_nothing_but_its_own_id(musubi, url: str) -> None:
    """Also where the person is merged with a record of a narrower release: the merge can be taken back in full."""

    def kept() -> tuple[list[object], set[tuple[str, str]]]:
        with open_store(url) as store:
            s = store.snapshot()
        policies = [s.policies[code].to_json() for code in s.nodes.policy]
        origins = [s.sources[code] for code in s.nodes.source]
        fields = {(str(s.nodes.ids[node]), str(name)) for node, name in zip(s.fields.node, s.fields.name, strict=True)}
        return [*zip(s.nodes.ids, policies, origins, s.nodes.row, s.nodes.said, strict=True)], fields

    with open_store(url) as store:
        store.apply(ChangeSet("narrow", "operator", "test", nodes=[Node("person:narrow", ONLY_ME, STAFF)]))
    nodes, fields = kept()
    assert musubi("merge", "accept", "person:KZ-1", "person:narrow", "--store", url).code == 0
    first, again = (musubi("card", "export", "KZ-1", "-", "--store", url) for _ in range(2))
    assert (first.code, first.out) == (0, again.out)
    assert musubi("merge", "undo", "person:KZ-1", "person:narrow", "--store", url).code == 0
    assert kept() == (nodes, fields | {("person:KZ-1", "card")})


def test_a_card_of_an_unknown_item_is_wrong_use_and_makes_no_card(musubi, url: str) -> None:
    ended = musubi("card", "export", "KZ-1", "-", "--items", "salary", "--store", url)
    assert ended.code == 2
    assert "salary" in ended.err
    data = musubi("person", "export", "KZ-1", "-", "--format", "json", "--store", url).document()
    assert "card" not in {f["name"] for f in data["fields"]}
