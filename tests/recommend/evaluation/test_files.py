import gzip
from pathlib import Path

import numpy as np
import pytest

from graph.errors import Refused
from recommend.evaluation.network import NetworkData, distinct_ties
from recommend.evaluation.reading import load_network
from recommend.evaluation.writing import write_network


def equal(one: NetworkData, other: NetworkData) -> bool:
    return (
        (one.ids, one.communities, one.names) == (other.ids, other.communities, other.names)
        and np.array_equal(one.since, other.since, equal_nan=True)
        and all(
            np.array_equal(getattr(one.edges, k), getattr(other.edges, k), equal_nan=(k == "t"))
            for k in ("u", "v", "t")
        )
        and one.groups.names == other.groups.names
        and np.array_equal(one.groups.since, other.groups.since, equal_nan=True)
        and np.array_equal(one.groups.person, other.groups.person)
        and np.array_equal(one.groups.group, other.groups.group)
        and one.events.names == other.events.names
        and np.array_equal(one.events.person, other.events.person)
        and (one.texts.text, one.texts.kind) == (other.texts.text, other.texts.kind)
        and np.array_equal(one.texts.t, other.texts.t, equal_nan=True)
    )


def test_people_and_communities_keep_the_order_of_the_file(village: NetworkData) -> None:
    assert village.ids == ("a1", "a2", "a3", "b1", "b2", "b3", "c1", "d1")
    assert village.communities[0] == ("Alder",)
    assert village.communities[6] == ()
    assert village.problems == ()


def test_every_table_is_read(village: NetworkData) -> None:
    assert (len(village.edges.u), village.groups.names, village.events.names) == (
        14,
        ("choir", "quiz", "chess"),
        ("hike", "dinner"),
    )
    assert village.texts.text == ("repairs bicycles", "wants a bicycle", "grows beans")
    assert np.isnan(village.texts.t).tolist() == [False, False, True]


@pytest.mark.parametrize("compress", [False, True])
def test_a_written_network_reads_back_the_same(village: NetworkData, tmp_path: Path, compress: bool) -> None:
    write_network(village, tmp_path / "copy", compress=compress)
    assert equal(load_network(tmp_path / "copy"), village)


def test_gzipped_files_have_the_same_bytes_every_time(village: NetworkData, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_network(village, tmp_path / "one", compress=True)]
    second = [path.read_bytes() for path in write_network(village, tmp_path / "two", compress=True)]
    assert first == second
    assert all(content[4:8] == b"\0\0\0\0" for content in first)  # the time stamp of gzip


def test_optional_columns_of_nodes(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text(
        'id,community,name,text,since\nx,"Alder; Birch",Sample X,likes maps,2020-01\ny,,Sample Y,,\n',
        encoding="utf-8-sig",
    )
    (tmp_path / "edges.csv.gz").write_bytes(gzip.compress(b"u,v\nx,y\n"))
    data = load_network(tmp_path)
    assert data.communities == (("Alder", "Birch"), ())
    assert data.names == ("Sample X", "Sample Y")
    assert data.texts.text == ("likes maps",)
    assert np.isnan(data.edges.t).all()
    assert data.since[0] == 1577836800.0
    assert np.isnan(data.since[1])
    assert distinct_ties(data.edges, 2).first.tolist() == [-np.inf]


def test_every_bad_row_is_reported_with_its_place_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("id\nx\ny\nx\n\n", encoding="utf-8")
    (tmp_path / "edges.csv").write_text("u,v,t\nx,y,1\nx,z,2\nx,x,3\ny,x,soon\nx,y\ny,x,2021-05-01\n", encoding="utf-8")
    (tmp_path / "groups.csv").write_text("id,group,since\nq,choir,\ny,choir,\n", encoding="utf-8")
    data = load_network(tmp_path)
    assert [(p.file, p.row, p.column, p.code) for p in data.problems] == [
        ("nodes.csv", 4, "id", "duplicate_id"),
        ("edges.csv", 6, None, "wrong_number_of_cells"),
        ("edges.csv", 3, "v", "unknown_id"),
        ("edges.csv", 5, "t", "not_a_date"),
        ("edges.csv", 4, "v", "self_meeting"),
        ("groups.csv", 2, "id", "unknown_id"),
    ]
    assert data.edges.t.tolist() == [1.0, 1619827200.0]
    assert data.groups.person.tolist() == [1]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"edges.csv": "u,v\n"}, r"no nodes\.csv"),
        ({"nodes.csv": "id\n"}, r"no edges\.csv"),
        ({"nodes.csv": "id\n", "edges.csv": "from,to\na,b\n"}, "needed: u, v"),
        ({"nodes.csv": "id\n", "edges.csv.gz": "not gzip"}, "cannot be read"),
    ],
)
def test_a_folder_that_is_no_network_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=message):
        load_network(tmp_path)


def test_ids_named_after_missing_values_stay_people(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("id\nNA\nnull\n", encoding="utf-8")
    (tmp_path / "edges.csv").write_text("u,v,t\nNA,null,1\n", encoding="utf-8")
    assert load_network(tmp_path).ids == ("NA", "null")
