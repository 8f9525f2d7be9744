"""GEXF, JSON-LD and vCard, and the way back of every format that carries facts (A29)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph import gate
from graph.changes import ChangeSet
from graph.errors import Refused
from graph.export import (
    csv_records,
    gexf_records,
    graphml_records,
    jsonl_records,
    jsonld_records,
    read_records,
    write_csv,
    write_gexf,
    write_graphml,
    write_jsonl,
    write_jsonld,
    write_vcard,
)
from graph.export.jsonld import CONTEXT
from graph.export.vcard import LINE_OCTETS, folded
from graph.kinds import NodeKind, Said, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement, TieBatch
from graph.snapshot import Snapshot
from graph.store import Store
from graph.store.memory import MemoryStore
from graph.store.sqlite import SQLiteStore
from graph.testing import three_people
from graph.view import View
from graph.viewer import OPERATOR, Viewer
from graph.worlds import TODAY, hide_and_change, random_world, viewers

NASTY = '"引用"\r\n改行,\u2028\t😀 <b>&amp;</b> ]]> \x1b\ufffe'
WRITERS = {
    "jsonl": write_jsonl, "graphml": write_graphml, "gexf": write_gexf, "jsonld": write_jsonld, "vcard": write_vcard,
}  # fmt: skip
READERS = {"jsonl": jsonl_records, "graphml": graphml_records, "gexf": gexf_records, "jsonld": jsonld_records}
CARRYING = (*READERS, "csv")
GEXF = "{http://gexf.net/1.3}"
# Elements of GEXF 1.3 that are used, their attributes, and what stands in them in this order.
STRUCTURE = {
    "gexf": ({"version", "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"}, ["meta", "graph"]),
    "meta": (set(), ["creator"]),
    "creator": (set(), []),
    "graph": (
        {"mode", "defaultedgetype", "idtype", "timeformat", "timerepresentation"},
        ["attributes", "attributes", "nodes", "edges"],
    ),
    "attributes": ({"class", "mode"}, ["attribute"]),
    "attribute": ({"id", "title", "type"}, []),
    "nodes": (set(), ["node"]),
    "node": ({"id", "label", "start"}, ["attvalues"]),
    "edges": (set(), ["edge"]),
    "edge": ({"id", "source", "target", "weight", "kind", "start", "end"}, ["attvalues"]),
    "attvalues": (set(), ["attvalue"]),
    "attvalue": ({"for", "value"}, []),
}


def seen(snapshot: Snapshot, viewer: Viewer = OPERATOR) -> View:
    return gate.view(snapshot, viewer, Purpose.EXPORT, TODAY)


def kept(*changes: ChangeSet, store: Store | None = None) -> Snapshot:
    store = store or MemoryStore()
    for each in changes:
        store.apply(each)
    return store.snapshot()


def text_of(write: Callable[[View, BinaryIO], None], view: View) -> bytes:
    handle = io.BytesIO()
    write(view, handle)
    return handle.getvalue()


def everything(key: str = "k1") -> ChangeSet:
    """A graph with narrow policies, details, repeated and undated meetings, an organisation, a skill, nasty text."""
    changes = three_people(key)
    partners = Policy(Audience.PARTNERS, Matching.OWNER_FIRST, partners=frozenset({"space:s"}), valid_until=TODAY)
    staff = Provenance("聞き取り.xlsx", 7, Said.STAFF)
    fields = {"kind": Field(NASTY, NETWORK_OPEN, staff), "reading": Field("かくう みほん", NETWORK_OPEN, staff)}
    fields |= {"mail": Field("d@example.com", NETWORK_OPEN, staff), "name": Field("架空 みほん", NETWORK_OPEN, staff)}
    changes.nodes.append(Node("person:d", partners, staff, fields))
    changes.nodes.append(Node("organisation:o", PUBLIC_OPEN, staff, {"name": Field("見本, 会;", PUBLIC_OPEN, staff)}))
    changes.nodes.append(Node("skill:簿記 会計", PUBLIC_OPEN, staff, {"name": Field("簿記", PUBLIC_OPEN, staff)}))
    changes.nodes.append(Node("event:e", PUBLIC_OPEN, staff, {"date": Field("2026-04-01", PUBLIC_OPEN, staff)}))
    changes.statements.append(
        Statement("person:d", StatementKind.OFFER, NASTY, partners, staff, details={"rung": "5分"})
    )
    changes.statements.append(
        Statement("person:d", StatementKind.VISION, "安心できる町", NETWORK_OPEN, staff, t=86400.0)
    )
    changes.ties.append(
        TieBatch(
            TieKind.MET, ["person:d"] * 3, ["person:a"] * 3, NETWORK_OPEN, partners, "=源.csv",
            t=[-1.5, None, 2e9], n=[1, 4, 1], details=['{"b": 1, "a": "＝"}', None, None],
        )
    )  # fmt: skip
    for kind, target in (
        (TieKind.MEMBER_OF, "organisation:o"), (TieKind.HAS_SKILL, "skill:簿記 会計"), (TieKind.ATTENDED, "event:e")
    ):  # fmt: skip
        changes.add_tie(kind, "person:d", target, NETWORK_OPEN, PUBLIC_OPEN, staff)
    return changes


# ---- the way back


def back(form: str, view: View, place: Path) -> bytes:
    """Write in a format, read it into an empty store, and give its canonical export."""
    if form == "csv":
        write_csv(view, place / "out")
        found = read_records(csv_records(place / "out"))
    else:
        found = read_records(READERS[form](io.BytesIO(text_of(WRITERS[form], view))))
    changes = ChangeSet("back", "operator", "test", "back", found.nodes, found.statements, found.ties)
    return text_of(write_jsonl, seen(kept(changes)))


@pytest.mark.parametrize("form", CARRYING)
def test_every_format_comes_back_as_an_equal_graph(form: str, tmp_path: Path) -> None:
    """A29: the canonical export after the way out and back is the same, byte by byte."""
    rng = np.random.default_rng(11)
    for snapshot in [kept(everything()), *(random_world(rng).snapshot() for _ in range(25))]:
        view = seen(snapshot)
        assert back(form, view, tmp_path) == text_of(write_jsonl, view)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize("form", CARRYING)
@settings(max_examples=25, deadline=None)
@given(value=TEXT, text=TEXT, t=st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32))
@example(value="'=1", text=NASTY, t=-0.5)
@example(value="\u0085\0\x7f", text="＝＋－＠", t=1e30)
def test_any_words_and_times_come_back(
    form: str, value: str, text: str, t: float | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    changes, origin = ChangeSet("k", "operator", "test"), Provenance("x")
    changes.nodes.append(Node("person:a", PUBLIC_OPEN, origin, {"name": Field(value, PUBLIC_OPEN, origin)}))
    changes.statements.append(Statement("person:a", StatementKind.TEXT, text, PUBLIC_OPEN, origin, t=t))
    view = seen(kept(changes))
    assert back(form, view, tmp_path_factory.mktemp("out")) == text_of(write_jsonl, view)


@pytest.mark.parametrize("form", CARRYING)
@pytest.mark.parametrize("viewer", ["public", "person:a"])
def test_the_export_of_another_viewer_is_not_brought_back(form: str, viewer: str, tmp_path: Path) -> None:
    """It does not say whom owners denied a fact, so it would be brought back wider than they decided."""
    with pytest.raises(Refused, match="made for another viewer than the operator"):
        back(form, seen(kept(everything()), Viewer.parse(viewer)), tmp_path)


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (graphml_records, b"<graphml><graph><node id='a'/></graph></graphml>", "has no attribute 'record'"),
        (graphml_records, b"<graphml><graph><edge source='a' target='b'/></graph></graphml>", "edge 'a' - 'b'"),
        (graphml_records, b"<graphml><graph>", "not a graph file"),
        (gexf_records, b"\0\0", "not a graph file"),
        (gexf_records, b'<!DOCTYPE g [<!ENTITY a "aaaaaaaa">]><gexf>&a;</gexf>', "not a graph file"),
        (jsonld_records, b"[]", "expected one JSON object"),
        (jsonld_records, b'{"@graph": 3}', "list of objects"),
        (jsonld_records, b'{"@graph": [{"@id": "#a"}]}', "member 1 of '@graph' has no 'record'"),
        (jsonld_records, b'{"@graph": [], "@graph": []}', "stands twice"),
        (jsonld_records, b'{"@graph": [NaN]}', "NaN is no number"),
        (jsonld_records, b"[" * 100_000, "no JSON-LD of musubi"),
    ],
)
def test_what_is_no_export_of_ours_is_refused(
    read: Callable[[BinaryIO], Iterator[tuple[str, object]]], text: bytes, words: str
) -> None:
    with pytest.raises(Refused, match=re.escape(words)):
        list(read(io.BytesIO(text)))


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("nodes.csv", ",network,open,true,", ",everybody,open,true,", "policy.audience"),
        ("nodes.csv", ",network,open,true,", ",network,open,yes,", "expected true or false"),
        ("ties.csv", "MET,", "LIKES,", "kind"),
        ("ties.csv", ",10.0,", ",soon,", "expected a number"),
        ("statements.csv", "need,", '"need,', "cannot be read"),
        ("fields.csv", "person:a,", "person:z,", "no node 'person:z'"),
    ],
)
def test_a_table_that_was_spoilt_is_refused_by_its_row(
    table: str, old: str, new: str, words: str, tmp_path: Path
) -> None:
    write_csv(seen(kept(three_people())), tmp_path / "out")
    path = tmp_path / "out" / table
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused, match=re.escape(words)) as refusal:
        read_records(csv_records(tmp_path / "out"))
    assert table in str(refusal.value)


# ---- what leaves


@pytest.mark.parametrize("form", ["gexf", "jsonld", "vcard"])
def test_equal_graphs_give_equal_bytes(form: str, tmp_path: Path) -> None:
    whole, turned = everything(), everything()
    turned.nodes.reverse(), turned.statements.reverse(), turned.ties.reverse()
    with SQLiteStore(f"sqlite:///{tmp_path}/x.db", create=True) as store:
        store.migrate()
        other = text_of(WRITERS[form], seen(kept(turned, store=store)))
    assert text_of(WRITERS[form], seen(kept(whole))) == other


def test_no_format_tells_a_hidden_fact() -> None:
    rng = np.random.default_rng(9)
    for _ in range(60):
        world = random_world(rng)
        viewer = viewers(world)[int(rng.integers(len(viewers(world))))]
        other = hide_and_change(world, viewer, Purpose.EXPORT, rng)
        left, right = (seen(w.snapshot(), viewer) for w in (world, other))
        for write in WRITERS.values():
            assert text_of(write, left) == text_of(write, right)
            assert b"NOT_WITH" not in text_of(write, left)


# ---- GEXF


def test_networkx_reads_the_gexf_as_it_reads_the_graphml() -> None:
    view = seen(kept(everything()))
    gexf = nx.read_gexf(io.BytesIO(text_of(write_gexf, view)))
    graphml = nx.read_graphml(io.BytesIO(text_of(write_graphml, view)), force_multigraph=True)
    assert set(gexf) == set(graphml)
    assert gexf.graph["mode"] == "dynamic"
    for name in ("kind", "key", "label", "policy", "record", "field.kind", "name"):
        assert dict(gexf.nodes(data=name)) == {
            n: d.get(name, d.get("text") if name == "label" else None) for n, d in graphml.nodes(data=True)
        }
    shown = ("kind", "weight", "symmetric", "t", "until", "details", "policy_src", "policy_dst", "said", "source")
    edges = [
        sorted((a, b, str([d.get(k, 1.0 if k == "weight" else None) for k in shown])) for a, b, d in g.edges(data=True))
        for g in (gexf, graphml)
    ]
    assert edges[0] == edges[1]


def test_dated_facts_have_a_time_on_the_time_line() -> None:
    graph = nx.read_gexf(io.BytesIO(text_of(write_gexf, seen(kept(everything())))))
    times = {
        (d["kind"], d.get("start"), d.get("end"))
        for _, _, d in graph.edges(data=True)
        if d["kind"] in ("MET", "MEMBER_OF", "STATES")
    }
    assert times == {
        ("MET", -1.5, -1.5), ("MET", 10.0, 10.0), ("MET", 2e9, 2e9), ("MET", None, None),
        ("MEMBER_OF", 1.0, 9.0), ("MEMBER_OF", None, None),
        ("STATES", 5.0, None), ("STATES", 86400.0, None), ("STATES", None, None),
    }  # fmt: skip


def test_the_gexf_has_the_structure_of_its_schema() -> None:
    root = ElementTree.fromstring(text_of(write_gexf, seen(kept(everything()))))
    for element in root.iter():
        assert element.tag.startswith(GEXF)
        attributes, inside = STRUCTURE[element.tag.removeprefix(GEXF)]
        assert set(element.attrib) <= attributes
        children = [child.tag.removeprefix(GEXF) for child in element]
        assert children == inside or (len(inside) == 1 and set(children) <= set(inside))
    nodes = [n.get("id") for n in root.iter(f"{GEXF}node")]
    edges = list(root.iter(f"{GEXF}edge"))
    assert len(set(nodes)) == len(nodes)
    assert len({e.get("id") for e in edges}) == len(edges)
    assert {e.get(end) for e in edges for end in ("source", "target")} <= set(nodes)
    declared = {a.get("id") for a in root.iter(f"{GEXF}attribute")}
    assert {v.get("for") for v in root.iter(f"{GEXF}attvalue")} <= declared


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
@example("".join(chr(c) for c in (*range(0x20), 0x7F, 0x85, 0xFFFE, 0xFFFF, 0x1FFFE)))
@example('"><x>')
def test_any_text_gives_a_gexf_that_reads(text: str) -> None:
    changes, origin = ChangeSet("k", "operator", "test"), Provenance("x")
    changes.nodes.append(Node("person:a", PUBLIC_OPEN, origin, {text: Field(text, PUBLIC_OPEN, origin)}))
    graph = nx.read_gexf(io.BytesIO(text_of(write_gexf, seen(kept(changes)))))
    assert any(isinstance(v, str) and len(v) == len(text) for v in graph.nodes["person:a"].values())


# ---- JSON-LD


def document(view: View) -> dict[str, object]:
    return json.loads(text_of(write_jsonld, view))


def test_the_json_ld_speaks_schema_org_without_a_network() -> None:
    found = document(seen(kept(everything())))
    assert found["@context"] == CONTEXT
    assert found["@context"]["@vocab"] == "https://schema.org/"
    by_id = {m["@id"]: m for m in found["@graph"] if "@id" in m}
    person = by_id["#person:d"]
    assert (person["@type"], person["name"], person["email"]) == ("Person", "架空 みほん", "d@example.com")
    assert person["alternateName"] == "かくう みほん"
    assert person["memberOf"] == ["#organisation:o"]
    assert person["knowsAbout"] == ["#skill:簿記%20会計"]
    assert person["knows"] == ["#person:a"]
    offer = by_id[person["makesOffer"][0]]
    assert (offer["@type"], offer["description"]) == ("Offer", NASTY)
    demand = by_id[by_id["#person:b"]["seeks"][0]]
    assert (demand["@type"], demand["validFrom"]) == ("Demand", "1970-01-01T00:00:05Z")
    vision = next(m for m in by_id.values() if m.get("genre") == "vision")
    assert (vision["@type"], vision["about"], vision["text"]) == ("CreativeWork", "#person:d", "安心できる町")
    assert vision["dateCreated"] == "1970-01-02T00:00:00Z"
    assert by_id["#space:s"]["@type"] == ["Place", "Organization"]
    assert (by_id["#organisation:o"]["@type"], by_id["#skill:簿記%20会計"]["@type"]) == ("Organization", "DefinedTerm")
    assert (by_id["#event:e"]["attendee"], by_id["#event:e"]["startDate"]) == (["#person:d"], "2026-04-01")
    roles = [m for m in found["@graph"] if m["@type"] == "Role"]
    member = next(r for r in roles if r["target"] == "#space:s")
    assert (member["roleName"], member["startDate"], member["endDate"]) == (
        "MEMBER_OF", "1970-01-01T00:00:01Z", "1970-01-01T00:00:09Z",
    )  # fmt: skip


def test_every_reference_of_the_json_ld_leads_somewhere() -> None:
    rng = np.random.default_rng(4)
    references = [k for k, v in CONTEXT.items() if isinstance(v, dict) and v.get("@type") == "@id"]
    for _ in range(20):
        found = document(seen(random_world(rng).snapshot()))["@graph"]
        ids = [m["@id"] for m in found if "@id" in m]
        assert len(set(ids)) == len(ids)
        for member in found:
            for name in references:
                named = member.get(name, [])
                assert {named} if isinstance(named, str) else set(named) <= set(ids)


def test_every_kind_of_node_has_a_type() -> None:
    changes = ChangeSet("k", "operator", "test")
    changes.nodes += [Node(f"{kind}:x", PUBLIC_OPEN, Provenance("x")) for kind in NodeKind]
    assert len(document(seen(kept(changes)))["@graph"]) == len(NodeKind)


# ---- vCard


def cards(text: bytes) -> list[list[str]]:
    """Unfold and split: a reader of its own."""
    assert text.endswith(b"\r\n")
    lines = text.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    out: list[list[str]] = []
    for line in lines:
        if line == "BEGIN:VCARD":
            out.append([])
        out[-1].append(line)
    return out


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text)


def test_a_card_holds_what_an_address_book_needs() -> None:
    found = cards(text_of(write_vcard, seen(kept(everything()))))
    assert [c[3] for c in found] == [
        f"UID;VALUE=text:{i}" for i in ("organisation:o", "person:a", "person:b", "person:c", "person:d")
    ]
    assert found[-1] == [
        "BEGIN:VCARD", "VERSION:4.0", "KIND:individual", "UID;VALUE=text:person:d", "FN:架空 みほん",
        'N;SORT-AS="かくう,みほん":架空;みほん;;;', "EMAIL:d@example.com", "ORG:見本\\, 会\\;", "CATEGORIES:簿記",
        "END:VCARD",
    ]  # fmt: skip
    assert found[0][2:6] == ["KIND:org", "UID;VALUE=text:organisation:o", "FN:見本\\, 会\\;", "ORG:見本\\, 会\\;"]


def test_a_card_shows_only_what_the_viewer_may_see() -> None:
    changes, origin = three_people(), Provenance("x")
    secret = {"mail": Field("secret@example.com", Policy(Audience.ONLY_ME), origin)}
    changes.nodes.append(Node("person:a", NETWORK_OPEN, origin, secret))
    snapshot = kept(changes)
    assert b"secret@" not in text_of(write_vcard, seen(snapshot))
    assert b"EMAIL:secret@example.com" in text_of(write_vcard, seen(snapshot, Viewer.parse("person:a")))


@settings(max_examples=200, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120), reading=TEXT)
@example(name="a,b;c\\d\r\ne\rf\ng\x00\x7f", reading='"^\n')
@example(name="あ" * 70, reading="あ" * 60)
def test_lines_are_folded_between_characters_and_come_back(name: str, reading: str) -> None:
    changes, origin = ChangeSet("k", "operator", "test"), Provenance("x")
    fields = {"name": Field(name, PUBLIC_OPEN, origin), "reading": Field(reading, PUBLIC_OPEN, origin)}
    changes.nodes.append(Node("person:a", PUBLIC_OPEN, origin, fields))
    text = text_of(write_vcard, seen(kept(changes)))
    for line in text.split(b"\r\n"):
        assert len(line) <= LINE_OCTETS
        line.decode()
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)
    (card,) = cards(text)
    (shown,) = [unescaped(line[3:]) for line in card if line.startswith("FN:")]
    plain = re.sub("\r\n?", "\n", name)
    assert len(shown) == len(plain)
    assert [c for c, d in zip(shown, plain, strict=True) if c != d and not d.isprintable()] == [
        c for c, d in zip(shown, plain, strict=True) if c != d
    ]


def test_a_long_line_is_folded_at_75_octets() -> None:
    assert [len(part) for part in folded("x" * 200).split(b"\r\n")] == [75, 75, 52, 0]
    assert folded("NOTE:短い") == "NOTE:短い\r\n".encode()
