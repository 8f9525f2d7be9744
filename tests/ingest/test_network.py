"""Profile ``network`` of the command line contract: an analyst's data, open to the network by declaration."""

from __future__ import annotations

import gzip
import math
import time

import numpy as np
import pytest

from graph.changes import ChangeSet
from graph.errors import Refused
from graph.policy import NETWORK_OPEN, PRESENCE
from graph.records import Node, Provenance
from graph.times import TimeColumn
from ingest.importer import plan

NODES = [
    ["id", "community", "name", "text", "since", "age"],
    ["a", "x;y", "見本 あおば", "木工が得意", "2023-04", "9"],
    ["b", "x", "", "", "", "9"],
    ["c", "", "例示 こだち", "", "", "9"],
]
EDGES = [["u", "v", "t"], ["a", "b", "2024-01-05"], ["b", "a", "2024-01-05"], ["a", "b", ""], ["c", "a", "2024-01"]]


def utc(text: str) -> float:
    return float(np.datetime64(text).astype("datetime64[s]").astype(float))


def test_whole_folder(desk, look) -> None:
    desk.csv("net/edges.csv", EDGES)
    desk.csv("net/nodes.csv", NODES)
    desk.csv(
        "net/groups.csv",
        [["id", "group", "since"], ["a", "輪", "2023-05-01"], ["a", "輪", "2022-05-01"], ["b", "輪", ""]],
    )
    desk.csv("net/events.csv", [["event", "t", "id"], ["会", "2024-02-01", "a"], ["会", "2024-02-01", "b"]])
    desk.csv(
        "net/texts.csv", [["id", "t", "text", "kind"], ["b", "2024-03-01", "人手がない", "need"], ["b", "", "木工", ""]]
    )
    desk.csv("net/other.csv", [["氏名"], ["見本"]])
    files = desk.plan(desk.folder / "net").files
    assert [f.source.name for f in files] == ["nodes.csv", "edges.csv", "groups.csv", "events.csv", "texts.csv"]
    assert {f.profile for f in files} == {"network"}
    assert [c.meaning for c in files[0].mappings[0].columns] == ["id", "community", "name", "text", "since", "not used"]
    assert len(desk.run(desk.folder / "net")) == 5
    seen = look(desk.store.snapshot())
    assert desk.store.version() == 5
    assert (seen.ids("person"), seen.ids("community"), seen.ids("group")) == ({"a", "b", "c"}, {"x", "y"}, {"輪"})
    assert seen.value("person:a", "name") == "見本 あおば"
    assert seen.value("person:a", "since") == "2023-04"
    member = {k: v[0] for k, v in seen.ties("MEMBER_OF").items()}
    assert member[("person:a", "community:y")] == utc("2023-04-01")
    assert math.isnan(member[("person:b", "community:x")])
    assert {k: v[0] for k, v in seen.ties("JOINED").items()}[("person:a", "group:輪")] == utc("2022-05-01")
    assert seen.ties("ATTENDED")[("person:b", "event:会")][0] == utc("2024-02-01")
    assert {t: k for t, (k, _) in seen.statements("person:b").items()} == {"人手がない": "need", "木工": "text"}
    assert set(seen.snapshot.policies) == {NETWORK_OPEN}


def test_repeated_meetings_are_counted_and_dates_of_any_precision_read(desk) -> None:
    desk.csv("net/nodes.csv", NODES)
    desk.csv("net/edges.csv", EDGES)
    desk.run(desk.folder / "net")
    s = desk.store.snapshot()
    met = s.ties_of("MET")
    found = {
        (s.nodes.ids[u], s.nodes.ids[v], str(t), n) for u, v, t, n in zip(met.src, met.dst, met.t, met.n, strict=True)
    }
    assert found == {
        ("person:a", "person:b", str(utc("2024-01-05")), 2),
        ("person:a", "person:b", "nan", 1),
        ("person:a", "person:c", str(utc("2024-01-01")), 1),
    }


def test_bad_rows_are_refused_by_row_and_reason_and_the_others_are_stored(desk) -> None:
    desk.csv(
        "net/nodes.csv",
        [["id", "since"], ["a", ""], ["b", ""], ["a", ""], ["", ""], ["c", "soon"], ["d\x01", ""], ["e"]],
    )
    desk.csv(
        "net/edges.csv",
        [["u", "v", "t"], ["a", "b", "1"], ["a", "a", "1"], ["a", "z", "1"], [], ["a", "b", "nan"], ["b", " a ", "2"]],
    )
    desk.csv(
        "net/texts.csv",
        [["id", "text", "kind"], ["a", "", "need"], ["a", "x", "wish"], ["z", "x", ""], ["a", "x", "Offer"]],
    )
    nodes, edges, texts = desk.plan(desk.folder / "net").files
    assert [(p.row, p.code) for p in nodes.problems] == [
        (4, "duplicate_id"), (5, "empty"), (6, "not_a_date"), (7, "bad_id"), (8, "wrong_number_of_cells"),
    ]  # fmt: skip
    assert [(p.row, p.column, p.value, p.code) for p in edges.problems] == [
        (3, "v", "a", "self_meeting"), (4, "v", "z", "unknown_id"), (6, "t", "nan", "not_a_date"),
    ]  # fmt: skip
    assert [(p.row, p.code) for p in texts.problems] == [(2, "empty"), (3, "unknown_kind"), (4, "unknown_id")]
    assert edges.counts["ties"] == {"MET": 2}
    desk.run(desk.folder / "net")
    assert len(desk.store.snapshot().ties_of("MET")) == 2


def test_gzipped_and_plain_are_the_same_and_no_replay_of_each_other_is_needed(desk) -> None:
    desk.csv("net/nodes.csv", NODES)
    path = desk.csv("net/edges.csv", EDGES)
    desk.run(desk.folder / "net")
    path.with_name("edges.csv.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    path.unlink()
    receipts = desk.run(desk.folder / "net")
    assert [r.replayed for r in receipts] == [True, True]


def test_edges_alone_use_the_network_imported_before(desk) -> None:
    desk.run(desk.csv("nodes.csv", NODES))
    desk.run(desk.csv("edges.csv", EDGES))
    assert len(desk.store.snapshot().ties_of("MET")) == 3


def test_numbers_are_posix_seconds_and_a_column_of_years_is_years() -> None:
    def read(*cells: str) -> list[float]:
        column = TimeColumn()
        for cell in cells:
            column.add([cell])
        return column.values().tolist()

    assert read("28840", "1995") == [28840.0, 1995.0]
    assert read("1995", "1970") == [utc("1995-01-01"), 0.0]
    assert read("1995", "1996-02") == [utc("1995-01-01"), utc("1996-02-01")]
    assert read("2024-01-05T09:00:00+09:00", "1.5", "-3") == [utc("2024-01-05"), 1.5, -3.0]
    assert read("1700000000000", "inf", "x", "2024-13") == [math.inf] * 4


def test_members_are_never_declared_open_by_a_network(desk, look) -> None:
    member = Node("person:a", PRESENCE, Provenance("名簿.csv", 2))
    desk.store.apply(ChangeSet("k", "operator", "import", nodes=[member]))
    desk.csv("net/nodes.csv", NODES)
    desk.csv("net/edges.csv", EDGES)
    nodes, edges = desk.plan(desk.folder / "net").files
    assert [(p.row, p.code) for p in nodes.problems] == [(2, "id_taken")]
    assert {p.code for p in edges.problems} == {"unknown_id"}
    desk.run(desk.folder / "net")
    assert look(desk.store.snapshot()).node_policy("person:a") == PRESENCE


def test_kept_problems_are_capped_and_all_are_counted(desk) -> None:
    desk.csv("net/nodes.csv", [["id"], ["a"]])
    desk.csv("net/edges.csv", [["u", "v"], *[["a", "z"]] * 10_500])
    _, edges = desk.plan(desk.folder / "net").files
    assert (len(edges.problems), len(list(edges.problems)), edges.rows.refused) == (10_500, 10_000, 10_500)


@pytest.mark.parametrize("name", ["meetings.csv", "links.csv"])
def test_other_names_are_told_by_their_columns_when_the_profile_is_given(desk, name: str) -> None:
    desk.run(desk.csv("nodes.csv", NODES))
    desk.run(desk.csv(name, EDGES), profile="network")
    assert len(desk.store.snapshot().ties_of("MET")) == 3


def test_what_is_no_network_is_refused(desk) -> None:
    with pytest.raises(Refused, match="edges: u, v"):
        desk.plan(desk.csv("a.csv", [["氏名"], ["見本"]]), profile="network")
    with pytest.raises(Refused, match=r"edges\.csv"):
        desk.plan(desk.csv("edges.csv", [["u", "w"], ["a", "b"]]))


def test_open_quotation_mark_refuses_the_file(desk) -> None:
    desk.run(desk.csv("nodes.csv", NODES))
    path = desk.file("edges.csv", b'u,v\na,b\nb,"c\na,c\n')
    with pytest.raises(Refused, match="near line 4"):
        desk.run(path)
    assert len(desk.store.snapshot().ties_of("MET")) == 0


def test_large_network(desk, capsys) -> None:
    """20,000 people and 200,000 meetings; the time is printed, not asserted."""
    rng = np.random.default_rng(1)
    n, m = 20_000, 200_000
    desk.csv("net/nodes.csv", [["id", "community"], *([f"p{i}", f"c{i % 50}"] for i in range(n))])
    ends, times = rng.integers(0, n, size=(m, 2)), rng.integers(0, 10**8, size=m)
    lines = ["u,v,t", *(f"p{u},p{v},{t}" for (u, v), t in zip(ends.tolist(), times.tolist(), strict=True))]
    desk.file("net/edges.csv.gz", gzip.compress("\n".join(lines).encode(), compresslevel=1))
    started = time.process_time()
    planned = plan([desk.folder / "net"], snapshot=desk.store.snapshot(), mappings=desk.folder)
    counts, refused = [f.counts for f in planned.files], planned.files[1].rows.refused
    with capsys.disabled():
        print(f"\n{n:,} people, {m:,} meetings read in {time.process_time() - started:.2f} s of processor time")
    assert counts[0]["people"] == n
    assert counts[1]["ties"]["MET"] == m - refused
