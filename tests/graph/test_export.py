"""Exports in open formats and the way back (A29), without anything hidden (B19) or run by a spreadsheet (S4)."""

from __future__ import annotations

import csv
import io
import json
import math
import resource
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph import gate
from graph.changes import ChangeSet
from graph.errors import Refused, WrongUse
from graph.export import guarded, read_jsonl, unguarded, write_csv, write_gexf, write_graphml, write_jsonl
from graph.kinds import Said, StatementKind, TieKind
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

OPEN = '{"as_reason": true, "audience": "network", "matching": "open"}'
WIDE = '{"as_reason": true, "audience": "public", "matching": "open"}'
FORMULAS = ("=1+1", "+81", "-5", "@home", "\tx", "\rx", "\0x", "＝1", "＋1", "－1", "＠x")
STARTS = tuple(f[0] for f in FORMULAS)
NASTY = '"引用"\r\n改行,\u2028 😀 <b>&amp;</b> ]]> \x1b\ufffe'


def seen(snapshot: Snapshot, viewer: Viewer = OPERATOR) -> View:
    return gate.view(snapshot, viewer, Purpose.EXPORT, TODAY)


def kept(*changes: ChangeSet, store: Store | None = None) -> Snapshot:
    store = store or MemoryStore()
    for each in changes:
        store.apply(each)
    return store.snapshot()


def jsonl(view: View) -> bytes:
    handle = io.BytesIO()
    write_jsonl(view, handle)
    return handle.getvalue()


def graphml(view: View) -> bytes:
    handle = io.BytesIO()
    write_graphml(view, handle)
    return handle.getvalue()


def tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    out = {}
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            out[path.name] = list(csv.DictReader(handle))
    return out


def everything(key: str = "k1") -> ChangeSet:
    """A graph with every kind of detail: narrow policies, details, repeated and undated meetings, nasty text."""
    changes = three_people(key)
    partners = Policy(Audience.PARTNERS, Matching.OWNER_FIRST, partners=frozenset({"space:s"}), valid_until=TODAY)
    staff = Provenance("聞き取り.xlsx", 7, Said.STAFF)
    changes.nodes.append(Node("person:d", partners, staff, {"kind": Field(NASTY, NETWORK_OPEN, staff)}))
    changes.statements.append(
        Statement("person:d", StatementKind.OFFER, NASTY, partners, staff, details={"rung": "5分"})
    )
    changes.ties.append(
        TieBatch(
            TieKind.MET, ["person:d"] * 3, ["person:a"] * 3, NETWORK_OPEN, partners, "=源.csv",
            t=[-1.5, None, 2e9], n=[1, 4, 1], details=['{"b": 1, "a": "＝"}', None, None],
        )
    )  # fmt: skip
    return changes


def test_jsonl_holds_one_line_a_node_statement_and_tie() -> None:
    lines = jsonl(seen(kept(three_people()))).decode().splitlines()
    person, space, statement = json.loads(lines[0]), json.loads(lines[3]), json.loads(lines[4])
    assert [json.loads(line)["type"] for line in lines] == ["node"] * 4 + ["statement"] + ["tie"] * 2
    assert person == {
        "fields": {
            "name": {"policy": json.loads(OPEN), "said": "record", "source": "contract.csv", "value": "見本 あおば"}
        },
        "id": "person:a", "kind": "person", "policy": json.loads(OPEN), "said": "record",
        "source": "contract.csv", "type": "node",
    }  # fmt: skip
    assert (space["fields"], space["kind"], space["policy"]) == ({}, "space", json.loads(WIDE))
    assert (statement["owner"], statement["kind"], statement["t"]) == ("person:b", "need", 5)
    assert lines[5:] == [
        f'{{"details": null, "dst": "space:s", "kind": "MEMBER_OF", "n": 1, "policy_dst": {WIDE},'
        f' "policy_src": {OPEN}, "said": "record", "source": "contract.csv", "src": "person:a", "t": 1,'
        ' "type": "tie", "until": 9}',
        f'{{"details": null, "dst": "person:b", "kind": "MET", "n": 1, "policy_dst": {OPEN},'
        f' "policy_src": {OPEN}, "said": "record", "source": "contract.csv", "src": "person:a", "t": 10,'
        ' "type": "tie", "until": null}',
    ]


def test_every_line_is_canonical_json() -> None:
    for line in jsonl(seen(kept(everything()))).decode().split("\n")[:-1]:
        assert line == json.dumps(json.loads(line), ensure_ascii=False, sort_keys=True)


def test_equal_graphs_give_equal_bytes_in_every_store_and_order(tmp_path: Path) -> None:
    whole = everything()
    expected = jsonl(seen(kept(whole)))
    turned = everything()
    turned.nodes.reverse(), turned.statements.reverse(), turned.ties.reverse()
    parts = [ChangeSet(f"n{i}", "operator", "test", nodes=[n]) for i, n in enumerate(turned.nodes)]
    parts += [ChangeSet(f"s{i}", "operator", "test", statements=[s]) for i, s in enumerate(turned.statements)]
    parts += [ChangeSet(f"t{i}", "operator", "test", ties=[t]) for i, t in enumerate(turned.ties)]
    for number, changes in enumerate(([whole], [turned], parts)):
        with SQLiteStore(f"sqlite:///{tmp_path}/{number}.db", create=True) as store:
            store.migrate()
            assert jsonl(seen(kept(*changes, store=store))) == expected
        assert jsonl(seen(kept(*changes))) == expected


def test_nothing_in_a_line_tells_where_it_stood_or_when_it_came() -> None:
    moved = everything()
    moved.ties = [TieBatch(**{**_columns(b), "rows": [99] * len(b)}) for b in moved.ties]
    assert jsonl(seen(kept(everything()))) == jsonl(seen(kept(moved)))
    assert b'"row' not in jsonl(seen(kept(moved)))


def _columns(batch: TieBatch) -> dict[str, object]:
    return {name: getattr(batch, name) for name in TieBatch.__dataclass_fields__}


def test_an_export_of_the_operator_comes_back_as_an_equal_export(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    snapshots = [kept(everything())] + [random_world(rng).snapshot() for _ in range(15)]
    for number, snapshot in enumerate(snapshots):
        first = jsonl(seen(snapshot))
        changes = read_jsonl(io.BytesIO(first))
        assert jsonl(seen(kept(changes))) == first
        with SQLiteStore(f"sqlite:///{tmp_path}/{number}.db", create=True) as store:
            store.migrate()
            assert jsonl(seen(kept(changes, store=store))) == first


def shy() -> ChangeSet:
    """Policies on a node, a field, a statement and a tie that name people and a space nobody else may see."""
    changes = three_people()
    source = Provenance("x")
    denied = frozenset({"person:verborgen", "space:heimlich"})
    names = Policy(Audience.PARTNERS, Matching.OPEN, partners=frozenset({"space:s", "space:heimlich"}), denied=denied)
    told = Policy(Audience.PUBLIC, Matching.OPEN, denied=denied, valid_until=TODAY)
    changes.nodes.append(Node("person:d", told, source, {"note": Field("x", told, source)}))
    changes.nodes.append(Node("person:e", names, source))
    changes.statements.append(Statement("person:d", StatementKind.NEED, "x", told, source))
    changes.add_tie(TieKind.MET, "person:b", "person:d", PUBLIC_OPEN, told, source)
    return changes


@pytest.mark.parametrize("viewer", ["public", "analyst", "space:s", "person:a", "person:d"])
def test_whom_a_fact_is_denied_is_exported_to_the_operator_only(viewer: str, tmp_path: Path) -> None:
    """B19: a policy names people and spaces that may themselves be hidden."""
    snapshot = kept(shy())
    for number, who in enumerate((OPERATOR, Viewer.parse(viewer))):
        view = seen(snapshot, who)
        write_csv(view, tmp_path / str(number))
        for text in (jsonl(view), graphml(view), b"".join(_bytes(tmp_path / str(number)))):
            assert b"person:d" in text
            assert str(TODAY).encode() in text
            for word in (b"verborgen", b"heimlich", b"denied", b"partners&quot;:", b'partners":'):
                assert (word in text) <= (who == OPERATOR), word
        assert (b"verborgen" in jsonl(view)) == (who == OPERATOR)


def test_bringing_back_the_same_lines_twice_changes_nothing() -> None:
    lines = jsonl(seen(kept(everything()))).splitlines(keepends=True)
    store = MemoryStore()
    assert not store.apply(read_jsonl(lines)).replayed
    assert store.apply(read_jsonl(lines)).replayed
    assert store.apply(read_jsonl(lines[:-1])).created == 0


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, st.none() | st.floats(allow_nan=False, allow_infinity=False), TEXT)
@example("\u0085\u2028", NASTY, -0.0, "=")
def test_any_words_and_times_survive(value: str, text: str, t: float | None, source: str) -> None:
    origin = Provenance(source)
    changes = ChangeSet("k", "operator", "test")
    changes.nodes.append(Node("person:a", PUBLIC_OPEN, origin, {"name": Field(value, PUBLIC_OPEN, origin)}))
    changes.statements.append(Statement("person:a", StatementKind.TEXT, text, PUBLIC_OPEN, origin, t=t))
    before = kept(changes)
    after = kept(read_jsonl(io.BytesIO(jsonl(seen(before)))))
    assert after.fields.value[0] == value
    assert after.statements.text[0] == text
    assert after.sources == before.sources
    assert np.array_equal(after.statements.t, before.statements.t, equal_nan=True)


def test_no_export_tells_a_hidden_fact_or_a_block(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    for number in range(40):
        world = random_world(rng)
        viewer = viewers(world)[int(rng.integers(len(viewers(world))))]
        other = hide_and_change(world, viewer, Purpose.EXPORT, rng)
        left, right = (seen(w.snapshot(), viewer) for w in (world, other))
        assert jsonl(left) == jsonl(right)
        assert graphml(left) == graphml(right)
        for side, view in (("left", left), ("right", right)):
            write_csv(view, tmp_path / f"{number}-{side}")
        assert _bytes(tmp_path / f"{number}-left") == _bytes(tmp_path / f"{number}-right")
        assert b"NOT_WITH" not in jsonl(left) + graphml(left)


def _bytes(folder: Path) -> list[bytes]:
    return [p.read_bytes() for p in sorted(folder.iterdir())]


def _change(line: int, change: Callable[[dict[str, object]], object]) -> list[bytes]:
    lines = jsonl(seen(kept(three_people()))).splitlines()
    record = json.loads(lines[line])
    change(record)
    lines[line] = json.dumps(record).encode()
    return lines


@pytest.mark.parametrize(
    ("line", "change", "words"),
    [
        (0, lambda r: r["policy"].update(audience="everybody"), "policy.audience"),
        (0, lambda r: r["policy"].update(deny=["space:s"]), "policy.deny"),
        (0, lambda r: r["policy"].pop("matching"), "policy.matching"),
        (0, lambda r: r["policy"].update(as_reason="yes"), "policy.as_reason"),
        (0, lambda r: r["policy"].update(partners=["space:s"]), "partners"),
        (0, lambda r: r["fields"]["name"].pop("policy"), "fields.name.policy"),
        (0, lambda r: r.update(id="nobody"), "nobody"),
        (0, lambda r: r.update(id="person:a\nb"), "control characters"),
        (0, lambda r: r.update(type="audit"), "audit"),
        (4, lambda r: r.update(t=math.nan), "t:"),
        (4, lambda r: r.update(t=math.inf), "t:"),
        (4, lambda r: r.update(t="5"), "t:"),
        (4, lambda r: r.update(kind="wish"), "kind"),
        (5, lambda r: r.update(n=0), "n:"),
        (5, lambda r: r.update(kind="LIKES"), "kind"),
        (5, lambda r: r.pop("until"), "until"),
    ],
)
def test_a_line_that_is_not_ours_is_refused_with_its_number(
    line: int, change: Callable[[dict[str, object]], object], words: str
) -> None:
    with pytest.raises(Refused, match=f"line {line + 1}: ") as refusal:
        read_jsonl(_change(line, change))
    assert words in str(refusal.value)


def test_all_bad_lines_are_told_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        read_jsonl([b"{", b"", b"[]", '{"type": "node", "id": "\\ud800"}', *[b"x"] * 20])
    told = str(refusal.value).splitlines()
    assert [t.partition(":")[0] for t in told[1:4]] == ["line 1", "line 3", "line 4"]
    assert told[-1] == "and 13 more"


def test_details_that_are_no_object_are_refused_before_they_leave() -> None:
    changes = three_people()
    changes.add_tie(TieKind.KNOWS, "person:a", "person:c", NETWORK_OPEN, NETWORK_OPEN, Provenance("x"), details="役割")
    with pytest.raises(Refused, match="役割"):
        jsonl(seen(kept(changes)))


@given(st.one_of(TEXT, st.tuples(st.text("'=+-@＝\t\0", max_size=4), TEXT).map("".join)))
@example("'=1")
@example("''=1")
@example("'見本'")
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith((*STARTS, "\n"))
    assert guarded(text) in (text, f"'{text}")


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_no_cell_of_the_tables_is_a_formula_and_every_text_is_there(tmp_path: Path) -> None:
    changes = three_people()
    for number, text in enumerate((*FORMULAS, NASTY)):
        origin = Provenance(text)
        changes.nodes.append(Node(f"person:f{number}", PUBLIC_OPEN, origin, {text: Field(text, PUBLIC_OPEN, origin)}))
        changes.statements.append(Statement(f"person:f{number}", StatementKind.NEED, text, PUBLIC_OPEN, origin))
    write_csv(seen(kept(changes)), tmp_path / "out")
    found = tables(tmp_path / "out")
    cells = [cell for rows in found.values() for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(STARTS)]
    assert {unguarded(r["value"]) for r in found["fields.csv"]} >= {*FORMULAS, NASTY}
    assert {unguarded(r["name"]) for r in found["fields.csv"]} >= {*FORMULAS, NASTY}
    assert {unguarded(r["text"]) for r in found["statements.csv"]} >= {*FORMULAS, NASTY}
    assert {unguarded(r["source"]) for r in found["nodes.csv"]} >= {*FORMULAS, NASTY}


def test_the_tables_read_as_tables(tmp_path: Path) -> None:
    view = seen(kept(everything()))
    write_csv(view, tmp_path / "out")
    assert (tmp_path / "out" / "nodes.csv").read_bytes().startswith(b"\xef\xbb\xbfid,kind,name,audience")
    found = tables(tmp_path / "out")
    assert {name: len(rows) for name, rows in found.items()} == {
        "nodes.csv": len(view.nodes),
        "fields.csv": len(view.fields),
        "statements.csv": len(view.statements),
        "ties.csv": len(view.ties),
    }
    assert found["nodes.csv"][3] == {
        "id": "person:d", "kind": "person", "name": "", "audience": "partners", "matching": "owner_first",
        "as_reason": "false", "limits": f'{{"partners": ["space:s"], "valid_until": "{TODAY}"}}',
        "said": "staff", "source": "聞き取り.xlsx",
    }  # fmt: skip
    met = [row for row in found["ties.csv"] if row["dst"] == "person:d"]
    assert [(r["t"], r["time"], r["n"]) for r in met] == [
        ("-1.5", "1969-12-31T23:59:58Z", "1"),
        ("2000000000.0", "2033-05-18T03:33:20Z", "1"),
        ("", "", "4"),
    ]
    assert [met[0][c] for c in ("audience_src", "audience_dst", "source")] == ["partners", "network", "'=源.csv"]


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    whole, broken = seen(kept(three_people())), seen(kept(everything()))
    broken.statements.text[-1] = "\ud800"  # cannot be written as UTF-8
    with pytest.raises(UnicodeEncodeError):
        write_csv(broken, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    write_csv(whole, tmp_path / "out")
    before = _bytes(tmp_path / "out")
    with pytest.raises(UnicodeEncodeError):
        write_csv(broken, tmp_path / "out")
    assert _bytes(tmp_path / "out") == before
    write_csv(seen(kept(everything())), tmp_path / "out")
    assert _bytes(tmp_path / "out") != before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    view = seen(kept(three_people()))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for name, words in (("mine", "diary.txt"), ("file", "a file of that name"), ("no/such", "parent")):
        with pytest.raises(WrongUse, match=words):
            write_csv(view, tmp_path / name)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["diary.txt", "file", "mine"]


def test_a_disk_that_takes_no_more_leaves_the_earlier_folder(tmp_path: Path) -> None:
    view = seen(kept(three_people()))
    write_csv(view, tmp_path / "out")
    before = _bytes(tmp_path / "out")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(WrongUse, match="cannot be written: File too large"):
            write_csv(view, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert _bytes(tmp_path / "out") == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_networkx_reads_the_graphml(tmp_path: Path) -> None:
    view = seen(kept(everything()))
    (tmp_path / "out.graphml").write_bytes(graphml(view))
    graph = nx.read_graphml(tmp_path / "out.graphml", force_multigraph=True)
    statements = view.statements.ids.tolist()
    assert set(graph) == {*view.nodes.ids, *statements}
    assert graph.number_of_edges() == len(view.ties) + len(statements)
    assert graph.nodes["person:b"]["label"] == graph.nodes["person:b"]["name"] == "架空 しずく"
    assert graph.nodes["person:d"]["label"] == "d"
    shown = NASTY.replace("\x1b", "␛").replace("\ufffe", "\ufffd")
    assert graph.nodes["person:d"]["field.kind"] == shown
    said = {graph.nodes[s]["text"]: (graph.nodes[s]["kind"], graph.nodes[s]["says"]) for s in statements}
    assert said == {"決算が分からない": ("statement", "need"), shown: ("statement", "offer")}
    owners = {(a, b) for a, b, kind in graph.edges(data="kind") if kind == "STATES"}
    assert owners == {(view.nodes.ids[o], s) for o, s in zip(view.statements.owner.tolist(), statements, strict=True)}
    met = [d for _, _, d in graph.edges(data=True) if d["kind"] == "MET"]
    assert sorted((d.get("t", math.inf), d["weight"], d["symmetric"]) for d in met) == [
        (-1.5, 1.0, True), (10.0, 1.0, True), (2e9, 1.0, True), (math.inf, 4.0, True),
    ]  # fmt: skip
    member = next(d for _, _, d in graph.edges(data=True) if d["kind"] == "MEMBER_OF")
    assert (member["symmetric"], member["until"], member["policy_dst"]) == (False, 9.0, WIDE)


def test_ids_of_the_graphml_keep_to_its_schema_and_stay_different() -> None:
    keys = ["KZ-0012", "見本 会", "見本_x0020_会", "a/b", "a_b", "_x"]
    changes = ChangeSet("k", "operator", "test")
    changes.nodes += [Node(f"community:{k}", PUBLIC_OPEN, Provenance("x")) for k in keys]
    graph = nx.read_graphml(io.BytesIO(graphml(seen(kept(changes)))))
    assert {d["key"]: i.partition(":")[2] for i, d in graph.nodes(data=True)} == {
        "KZ-0012": "KZ-0012",
        "見本 会": "見本_x0020_会",
        "見本_x0020_会": "見本_x005F_x0020_会",
        "a/b": "a_x002F_b",
        "a_b": "a_b",
        "_x": "_x005F_x",
    }


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
@example("".join(chr(c) for c in (*range(0x20), 0x7F, 0x85, 0xFFFE, 0xFFFF, 0x1FFFE)))
@example('"><x>')
def test_any_text_gives_valid_graphml(text: str) -> None:
    changes = ChangeSet("k", "operator", "test")
    origin = Provenance("x")
    changes.nodes.append(Node("person:a", PUBLIC_OPEN, origin, {text: Field(text, PUBLIC_OPEN, origin)}))
    graph = nx.read_graphml(io.BytesIO(graphml(seen(kept(changes)))))
    values = list(graph.nodes["person:a"].values())
    assert any(isinstance(v, str) and len(v) == len(text) for v in values)


def test_a_large_export_needs_little_memory_beside_the_view() -> None:
    n = 60_000
    people = [f"person:{i:03d}" for i in range(400)]
    changes = ChangeSet("k", "operator", "test", digest="large")
    changes.nodes += [Node(p, NETWORK_OPEN, Provenance("x")) for p in people]
    ends = [people[i % 400] for i in range(n)], [people[(i + 1 + i // 400) % 400] for i in range(n)]
    changes.ties.append(
        TieBatch(TieKind.ATTENDED, *ends, NETWORK_OPEN, NETWORK_OPEN, "x", t=np.arange(float(n)).tolist())
    )
    view = seen(kept(changes))
    sizes = []
    for write in (write_jsonl, write_gexf):
        sink = _Sink()
        tracemalloc.start()
        write(view, sink)
        sizes.append((sink.n_bytes, tracemalloc.get_traced_memory()[1]))
        tracemalloc.stop()
    assert all(written > 15e6 and peak < 12e6 for written, peak in sizes), sizes


class _Sink(io.RawIOBase):
    """Counts what is written and keeps nothing."""

    n_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self.n_bytes += len(data)
        return len(data)
