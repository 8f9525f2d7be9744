"""The readers of published data sets, on tiny folders of the same form with invented people."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from graph.errors import Unknown
from recommend.evaluation.datasets import read_dataset, write_dataset
from recommend.evaluation.network import NetworkData
from recommend.evaluation.reading import load_network


def put(folder: Path, name: str, content: str) -> None:
    data = content.encode("utf-8")
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


def met(data: NetworkData) -> list[tuple[str, str, float]]:
    rows = zip(data.edges.u, data.edges.v, data.edges.t, strict=True)
    return [(data.ids[u], data.ids[v], float(t)) for u, v, t in rows]


def test_committees_tie_their_members_from_the_later_join(tmp_path: Path) -> None:
    put(
        tmp_path,
        "memberships.csv",
        "person,committee,joined\nx,kites,1970-01-03\ny,kites,1970-01-02\nx,boats,1970-01-02\nz,boats,1970-01-05\n",
    )
    data = read_dataset("apache_projects", tmp_path)
    assert data.ids == ("x", "y", "z")
    assert data.communities == (("boats",), ("kites",), ("boats",))
    assert met(data) == [("x", "y", 2 * 86400.0), ("x", "z", 4 * 86400.0)]
    assert data.groups.names == ("kites", "boats")
    assert data.groups.since.tolist() == [2 * 86400.0, 86400.0, 86400.0, 4 * 86400.0]


def test_a_committee_of_more_than_a_hundred_is_a_group_but_no_meeting(tmp_path: Path) -> None:
    rows = [f"p{i},large,2001-01-01" for i in range(101)] + ["p0,small,2002-01-01", "p1,small,2002-01-01"]
    put(tmp_path, "memberships.csv", "person,committee,joined\n" + "\n".join(rows) + "\n")
    data = read_dataset("apache_projects", tmp_path)
    assert [pair[:2] for pair in met(data)] == [("p0", "p1")]
    assert len(data.groups.person) == 103
    assert data.communities[0] == ("large",)


def test_papers_are_events_of_their_teams(tmp_path: Path) -> None:
    papers = [
        {"id": "one", "date": "2011-05", "authors": ["x", "y", "x"]},
        {"id": "early", "date": "2009-12", "authors": ["x", "y"]},
        {"id": "late", "date": "2025-01", "authors": ["x", "y"]},
        {"id": "alone", "date": "2012-01", "authors": ["x"]},
        {"id": "crowd", "date": "2012-01", "authors": [*(f"c{i}" for i in range(51))]},
    ]
    put(tmp_path, "papers.jsonl.gz", "".join(json.dumps(paper) + "\n" for paper in papers))
    put(
        tmp_path,
        "edges.csv.gz",
        "u,v,date,paper\nx,y,2009-12,early\nx,y,2011-05,one\nx,z,2024-12,two\nx,y,2025-01,late\n",
    )
    put(tmp_path, "communities.csv.gz", "id,community\ny,4\nx,7\n")
    data = read_dataset("acl_anthology", tmp_path)
    assert data.ids == ("y", "x", "z")
    assert data.communities == (("4",), ("7",), ())
    assert [pair[:2] for pair in met(data)] == [("x", "y"), ("x", "z")]
    assert data.events.names == ("one",)
    assert [data.ids[i] for i in data.events.person] == ["x", "y"]
    assert not len(data.texts.person)


def test_conference_people_have_the_communities_shipped_beside_the_contacts(tmp_path: Path) -> None:
    put(tmp_path, "communities.csv.gz", "id,community\n2,0\n1,1\n")
    put(tmp_path, "edges.csv", "u,v,t\n1,2,32520\n")
    data = read_dataset("sp_sfhh", tmp_path)
    assert (data.ids, data.communities) == (("2", "1"), (("0",), ("1",)))
    assert met(data) == [("1", "2", 32520.0)]


def test_campus_friends_are_undated_and_a_missing_dormitory_is_no_community(tmp_path: Path) -> None:
    put(tmp_path, "nodes.csv.gz", "id,campus,gender,dorm\nN:0,North,1,12\nN:1,North,2,0\nS:0,South,1,12\n")
    put(tmp_path, "edges.csv.gz", "u,v\nN:0,N:1\n")
    data = read_dataset("facebook100", tmp_path)
    assert data.communities == (("North 12",), (), ("South 12",))
    assert np.isnan(data.edges.t).all()


def test_a_data_set_becomes_a_folder_in_the_network_shape(tmp_path: Path) -> None:
    put(tmp_path, "memberships.csv", "person,committee,joined\nx,kites,1970-01-03\ny,kites,1970-01-02\n")
    written = write_dataset("apache_projects", tmp_path, tmp_path / "out", compress=True)
    assert [path.name for path in written] == ["nodes.csv.gz", "edges.csv.gz", "groups.csv.gz"]
    assert met(load_network(tmp_path / "out")) == met(read_dataset("apache_projects", tmp_path))


def test_another_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(Unknown, match="sp_invs15"):
        read_dataset("sp_invs", Path())
