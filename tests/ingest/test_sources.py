"""Every source a mixer has: an invented file of its documented shape, what is read of it, twice, and in any order."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.errors import NotPermitted
from graph.store import open_store
from ingest.call import Call
from ingest.importer import commit, plan, to_document

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sources"


@dataclass(frozen=True)
class Expected:
    """What a file of a source is read as; counts that are not named are 0."""

    file: str
    profile: str
    counts: dict[str, int]
    ties: dict[str, int] = field(default_factory=dict)
    encoding: str = "utf-8"
    problems: tuple[tuple[int, str, str, str], ...] = ()
    ignored: dict[str, int] = field(default_factory=dict)
    call: Call = Call(space="かぜのま")  # noqa: RUF009 - frozen
    ask: str | None = None


NO_SPACE = Call()
SOURCES = (
    Expected("google_forms_ja.csv", "form", {"people": 2, "spaces": 2, "needs": 1, "offers": 2, "visions": 1},
             {"MEMBER_OF": 2}),
    Expected("google_forms_en.csv", "form", {"people": 2, "spaces": 1, "needs": 1, "offers": 1, "visions": 1},
             {"MEMBER_OF": 2}),
    Expected("event_123456_participants.csv", "connpass", {"people": 2, "events": 1}, {"ATTENDED": 2}, "cp932",
             ignored={"did_not_take_part": 2, "left_the_service": 1}, call=NO_SPACE),
    Expected("event_123457_participants.csv", "connpass", {"people": 1, "events": 1}, {"ATTENDED": 1},
             ignored={"did_not_take_part": 1}, call=NO_SPACE),
    Expected("connpass_events.json", "connpass", {"people": 2, "events": 2}, {"ATTENDED": 2}, call=NO_SPACE),
    Expected("doorkeeper_events.json", "doorkeeper", {"events": 1}, call=NO_SPACE),
    Expected("peatix.csv", "peatix", {"people": 2, "events": 1}, {"ATTENDED": 2}, ask="peatix",
             call=Call(columns={"お客様": "name"})),
    Expected("meetup.csv", "meetup", {"people": 2, "organisations": 1, "events": 1}, {"ATTENDED": 2, "MEMBER_OF": 1},
             call=NO_SPACE),
    Expected("meetup_rsvps.csv", "meetup", {"people": 2, "events": 1}, {"ATTENDED": 2}, call=NO_SPACE,
             ignored={"did_not_take_part": 1}),
    Expected("eventbrite.csv", "eventbrite", {"people": 2, "organisations": 1, "events": 1},
             {"ATTENDED": 2, "MEMBER_OF": 1}, ignored={"did_not_take_part": 1}, call=NO_SPACE),
    Expected("slack.zip", "slack", {"people": 3, "groups": 2}, {"JOINED": 5, "KNOWS": 1}, call=NO_SPACE),
    Expected("slack_members.csv", "slack", {"people": 2}, ignored={"no_member": 2}, call=NO_SPACE),
    Expected("slack_analytics.csv", "slack", {"people": 2}, call=NO_SPACE),
    Expected("discord.json", "discord", {"people": 2, "groups": 1}, {"JOINED": 2, "KNOWS": 1}, call=NO_SPACE),
    Expected("cobot.json", "cobot", {"people": 3, "organisations": 1, "spaces": 1, "texts": 1},
             {"MEMBER_OF": 3, "VISITED": 2}),
    Expected("nexudus.json", "nexudus", {"people": 2, "organisations": 1, "spaces": 1, "skills": 2, "texts": 1},
             {"HAS_SKILL": 2, "MEMBER_OF": 3}, ignored={"no_member": 1}, call=NO_SPACE),
    Expected("officernd.json", "officernd", {"people": 2, "organisations": 1, "spaces": 1, "skills": 2},
             {"HAS_SKILL": 2, "MEMBER_OF": 2, "VISITED": 1}, ignored={"no_member": 2}, call=NO_SPACE),
    Expected("linkedin.csv", "linkedin", {"people": 3, "organisations": 2}, {"MEMBER_OF": 2}, call=NO_SPACE),
    Expected("eight.csv", "eight", {"people": 3, "organisations": 3}, {"MEMBER_OF": 4}, "cp932", call=NO_SPACE,
             problems=tuple((row, "姓", "見本 あおば", "same_name") for row in (2, 3, 4))),
    Expected("google_contacts.csv", "google_contacts", {"people": 2, "organisations": 2}, {"MEMBER_OF": 1},
             call=NO_SPACE),
    Expected("contacts_21.vcf", "vcard", {"people": 1, "organisations": 1}, {"MEMBER_OF": 1}, "cp932", call=NO_SPACE),
    Expected("contacts_30.vcf", "vcard", {"people": 1, "organisations": 2}, {"MEMBER_OF": 1}, call=NO_SPACE),
    Expected("contacts_40.vcf", "vcard", {"people": 1, "organisations": 1}, call=NO_SPACE),
    Expected("orcid.json", "orcid", {"people": 2, "organisations": 2, "skills": 2, "projects": 2, "texts": 2},
             {"COLLABORATED": 3, "HAS_SKILL": 3, "MEMBER_OF": 3}, call=NO_SPACE),
    Expected("hylo.csv", "hylo", {"people": 2, "organisations": 1, "groups": 2, "skills": 2, "texts": 1},
             {"HAS_SKILL": 2, "JOINED": 3, "MEMBER_OF": 1}, call=NO_SPACE),
    Expected("murmurations.json", "murmurations",
             {"people": 3, "organisations": 1, "skills": 1, "needs": 1, "offers": 1, "visions": 1, "texts": 1},
             {"HAS_SKILL": 1}, call=NO_SPACE),
    Expected("kumu_elements.csv", "kumu", {"people": 2, "organisations": 1, "skills": 2, "projects": 1, "texts": 1},
             {"HAS_SKILL": 2}, call=NO_SPACE),
    Expected("kumu.json", "kumu", {"people": 1, "organisations": 1, "skills": 1, "texts": 1},
             {"HAS_SKILL": 1, "MEMBER_OF": 1}, call=NO_SPACE),
    Expected("npo.csv", "npo", {"organisations": 2, "visions": 2}, call=NO_SPACE),
    Expected("corporate_numbers.csv", "corporate_numbers", {"organisations": 2}, {}, "cp932", ignored={"closed": 1},
             call=NO_SPACE),
    Expected("graph.graphml", "graphml", {"people": 2, "organisations": 1}, {"KNOWS": 1, "MEMBER_OF": 1},
             call=NO_SPACE),
    Expected("graph.gexf", "gexf", {"people": 3}, {"KNOWS": 2}, call=NO_SPACE),
    Expected("hand_kept.csv", "members", {"people": 2, "organisations": 1, "spaces": 1}, {"MEMBER_OF": 3},
             problems=((6, "入会日", "2024/13/40", "not_a_date"),)),
    Expected("hearing.csv", "hearing", {"people": 2, "spaces": 1, "activities": 2, "offers": 2, "needs": 2},
             {"MEMBER_OF": 2}, problems=((6, "話した人", "だれか", "unknown_speaker"),), call=NO_SPACE),
)  # fmt: skip
NAMES = [s.file for s in SOURCES]


def content(name: str, encoding: str = "utf-8") -> bytes:
    if name == "slack.zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted((FIXTURES / "slack").rglob("*.json")):
                archive.write(path, path.relative_to(FIXTURES / "slack").as_posix())
        return out.getvalue()
    raw = (FIXTURES / name).read_bytes()
    return raw.decode().encode(encoding) if name.endswith(".csv") else raw


def shuffled(name: str, raw: bytes, encoding: str, headers: list[str], rng: np.random.Generator) -> bytes:
    """Give the same file with its records in another order."""
    if name.endswith(".json"):
        return json.dumps(_shuffled(json.loads(raw), rng), ensure_ascii=False).encode()
    text = raw.decode(encoding) if not name.endswith(".zip") else ""
    if name.endswith(".vcf"):
        cards = re.findall(r"BEGIN:VCARD.*?END:VCARD\r\n", text, re.DOTALL)
        return "".join(rng.permutation(cards)).encode()
    if not name.endswith(".csv"):
        return raw
    rows = list(csv.reader(io.StringIO(text)))
    at = 1 + next((i for i, row in enumerate(rows) if [c.strip() for c in row] == headers), -1)
    below = rows[at:]
    out = io.StringIO()
    csv.writer(out).writerows([*rows[:at], *[below[i] for i in rng.permutation(len(below))]])
    return out.getvalue().encode(encoding)


def _shuffled(value: Any, rng: np.random.Generator) -> Any:
    if isinstance(value, dict):
        return {k: _shuffled(v, rng) for k, v in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_shuffled(value[i], rng) for i in rng.permutation(len(value))]
    return value


@pytest.mark.parametrize("expected", SOURCES, ids=NAMES)
def test_what_is_read_of_each_source(desk, expected: Expected) -> None:
    path = desk.file(expected.file, content(expected.file, expected.encoding))
    planned = plan(
        [path], profile=expected.ask, call=expected.call, snapshot=desk.store.snapshot(), mappings=desk.folder / "m"
    )
    (file,) = json.loads(json.dumps(to_document(planned)))["files"]
    counts = {k: n for k, n in file["counts"].items() if n and k != "ties"}
    assert (file["profile"], file["encoding"]) == (expected.profile, expected.encoding)
    assert (counts, file["counts"]["ties"]) == (expected.counts, expected.ties)
    assert [(p["row"], p["column"], p["value"], p["code"]) for p in file["problems"]] == list(expected.problems)
    assert file["rows"]["ignored"] == expected.ignored
    assert file["mapping"]


@pytest.mark.parametrize("expected", SOURCES, ids=NAMES)
def test_twice_is_no_change_and_the_order_of_records_does_not_matter(desk, look, expected: Expected) -> None:
    rng = np.random.default_rng(7)
    raw = content(expected.file, expected.encoding)
    facts = []
    for n in range(2):
        with open_store(f"sqlite:///{desk.folder.parent}/{n}.db", create=True) as store:
            store.migrate()
            desk.store, kept = store, desk.store
            desk.agree("かぜのま", "なぎさ", "Kazenoma")
            path = desk.file(f"{n}/{expected.file}", raw)
            for _ in range(2):
                planned = plan(
                    [path], profile=expected.ask, call=expected.call, snapshot=store.snapshot(),
                    mappings=desk.folder / "m",
                )  # fmt: skip
                receipts = [commit(f, store, "operator") for f in planned.files]
            assert [r.replayed for r in receipts] == [True]
            facts.append(look(store.snapshot()).facts())
            headers = [c.header for c in planned.files[0].mappings[0].columns]
            raw = shuffled(expected.file, raw, expected.encoding, headers, rng)
            desk.store = kept
    assert facts[0] == facts[1]


def test_every_file_of_the_folder_is_expected() -> None:
    there = {p.name for p in FIXTURES.iterdir() if p.is_file()} | {"slack.zip"}
    assert there - set(NAMES) == {"kumu_connections.csv"}


def test_connections_follow_their_elements(desk, look) -> None:
    names = ("kumu_connections.csv", "kumu_elements.csv")
    elements, connections = desk.plan(*(desk.file(n, content(n)) for n in names)).files
    assert elements.counts["people"] == 2
    assert connections.counts["ties"] == {"COLLABORATED": 1, "KNOWS": 1, "MEMBER_OF": 1}
    assert [(p.row, p.column, p.value, p.code) for p in connections.problems] == [
        (5, "To", "Nobody Known", "unknown_id")
    ]
    desk.run(elements.source.path, connections.source.path)
    assert len(look(desk.store.snapshot()).ties("KNOWS")) == 1


@pytest.mark.parametrize("name", ["slack.zip", "discord.json"])
def test_no_word_of_a_message_is_kept(desk, look, name: str) -> None:
    desk.run(desk.file(name, content(name)))
    seen = look(desk.store.snapshot())
    assert "ひみつ" not in repr(seen.facts())
    assert "000" not in {seen.value(f"person:{i}", "phone") for i in seen.ids("person")}
    details = [seen.snapshot.ties.details[i] for i in range(len(seen.snapshot.ties))]
    assert any(d and '"evidence": "chat"' in d for d in details)


def test_one_person_over_events_of_connpass(desk, look) -> None:
    names = ("event_123456_participants.csv", "event_123457_participants.csv", "connpass_events.json")
    desk.run(*(desk.file(n, content(n)) for n in names))
    seen = look(desk.store.snapshot())
    assert seen.ids("event") == {"connpass 123456", "connpass 123457", "connpass 123458"}
    assert seen.value("event:connpass 123456", "name") == "架空もくもく会"
    assert seen.ids("person") == {"connpass:mihon_aoba", "connpass:kaku_shizuku", "connpass:sora_d"}


def test_address_book_knows_its_owner_and_tells_nobody(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", [["会員番号", "氏名"], ["KZ-1", "例示 こだち"]]), space="かぜのま")
    path = agreed.file("eight.csv", content("eight.csv", "cp932"))
    planned = plan([path], call=Call(owner="KZ-1"), snapshot=agreed.store.snapshot(), mappings=agreed.folder / "m")
    for file in planned.files:
        assert file.counts["ties"] == {"KNOWS": 4, "MEMBER_OF": 4}
        commit(file, agreed.store, "operator")
    seen = look(agreed.store.snapshot())
    people = {f"person:{i}" for i in seen.ids("person")} - {"person:KZ-1"}
    assert {seen.node_policy(i).audience.name for i in people} == {"ONLY_ME"}
    assert {seen.field_policy(i, "name").matching.name for i in people} == {"NONE"}


def test_list_of_members_replaces_what_an_address_book_told(agreed, look) -> None:
    agreed.run(agreed.file("eight.csv", content("eight.csv", "cp932")))
    rows = [["会員番号", "氏名", "メールアドレス", "紹介の可否"], ["KZ-1", "見本 あおば", "aoba@example.com", "可"]]
    agreed.run(agreed.csv("名簿.csv", rows), space="かぜのま")
    seen = look(agreed.store.snapshot())
    (person,) = {a for a, b in seen.ties("MEMBER_OF") if b == "space:かぜのま"}
    policy = seen.node_policy(person)
    assert (policy.audience.name, policy.matching.name) == ("MY_SPACE", "OPEN")
    assert seen.field_policy(person, "name").audience.name == "MY_SPACE"


def test_secrets_of_coworking_systems_do_not_get_in(agreed, look) -> None:
    agreed.run(agreed.file("nexudus.json", content("nexudus.json")))
    facts = repr(look(agreed.store.snapshot()).facts())
    assert not any(word in facts for word in ("4111", '0000000"', "うわさ"))


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("a.json", b'{"x": NaN}', "no number"),
        ("a.json", b"[" * 100_000, "JSON"),
        ("a.json", b'{"hello": 1}', "no source that is known"),
        ("a.json", b'{"guild": 1, "channel": 2, "messages": [{"author": {"id": 1}, "mentions": 5}]}', None),
        ("a.vcf", b"BEGIN:VCARD\r\nFN:x\r\n", "not closed"),
        ("a.vcf", b"BEGIN:VCARD\r\nFN;CHARSET=KLINGON;ENCODING=QUOTED-PRINTABLE:=41\r\nEND:VCARD\r\n", "encoding"),
        ("a.graphml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><graphml>&a;</graphml>', "GRAPHML"),
        ("a.gexf", b"<gexf><graph>", "GEXF"),
        ("a.zip", b"PK\x03\x04broken", "damaged"),
    ],
)
def test_damaged_documents_are_refused_whole(desk, name: str, raw: bytes, message: str | None) -> None:
    planned = plan([desk.file(name, raw)], snapshot=desk.store.snapshot(), mappings=desk.folder, keep_going=True)
    if message is None:
        assert planned.refused == ()
    else:
        (refused,) = planned.refused
        assert message in refused.why


@pytest.mark.parametrize("name", NAMES)
def test_mutated_documents_are_read_or_refused(desk, name: str) -> None:
    """R10: damaged files of every source crash nothing, and every row is named by a number."""
    rng = np.random.default_rng(len(name))
    raw = content(name)
    for n in range(4):
        data = bytearray(raw)
        for _ in range(int(rng.integers(1, 8))):
            at, span = int(rng.integers(len(data))), int(rng.integers(1, 30))
            match int(rng.integers(5)):
                case 0:
                    data[at] = int(rng.integers(256))
                case 1:
                    del data[at : at + span]
                case 2:
                    data[at:at] = data[at : at + span]
                case 3:
                    data[at:at] = bytes(rng.choice([b",", b'"', b"\n", b"null", b"[", b"{}", b"\xff", b"1e999"]))
                case 4:
                    data[at : at + span] = rng.bytes(span)
            data = data or bytearray(b"x")
        planned = plan(
            [desk.file(f"{n}/{name}", bytes(data))], snapshot=desk.store.snapshot(), mappings=desk.folder / "m",
            keep_going=True,
        )  # fmt: skip
        for file in json.loads(json.dumps(to_document(planned), allow_nan=False))["files"]:
            assert all(p["expected"] for p in file["problems"])
        for taken in planned.files:
            taken.changes("operator")


def test_an_export_without_a_space_is_counted_and_needs_to_be_told_whose_it_is(desk) -> None:
    file = desk.one(desk.file("cobot.json", content("cobot.json")))
    assert (file.counts["people"], list(file.problems)) == (3, [])
    with pytest.raises(NotPermitted, match="--space NAME"):
        commit(file, desk.store, "operator")
