"""What analysts get in networkx and pandas is what the view holds."""

from __future__ import annotations

import datetime as dt

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from graph import gate
from graph.changes import ChangeSet
from graph.errors import Refused
from graph.frames import meeting_graph, people_frame, statements_frame, ties_frame, to_networkx
from graph.kinds import NodeKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, TieBatch
from graph.store.memory import MemoryStore
from graph.testing import three_people
from graph.view import View
from graph.viewer import ANALYST, OPERATOR, PUBLIC, Viewer
from graph.worlds import TODAY, random_world

X = Provenance("x.csv")


def seen(*changes: ChangeSet, viewer: Viewer = OPERATOR) -> View:
    store = MemoryStore()
    for each in changes:
        store.apply(each)
    return gate.view(store.snapshot(), viewer, Purpose.ANALYSIS, TODAY)


def small(*, d: Policy = NETWORK_OPEN) -> ChangeSet:
    """a - b met twice and once undated (n = 3), a and c and d work on j, d is alone else; a is in the space s."""
    changes = three_people()
    changes.nodes += [Node("person:d", d, X), Node("project:j", PUBLIC_OPEN, X)]
    changes.nodes.append(Node("space:s", PUBLIC_OPEN, X, {"name": Field("かぜのま", PUBLIC_OPEN, X)}))
    changes.ties.append(
        TieBatch(
            TieKind.MET, ["person:a"] * 2, ["person:b"] * 2, NETWORK_OPEN, NETWORK_OPEN, "x", t=[20.0, None], n=[1, 3]
        )
    )  # fmt: skip
    for who in "acd":
        changes.add_tie(TieKind.COLLABORATED, f"person:{who}", "project:j", NETWORK_OPEN, PUBLIC_OPEN, X)
    return changes


def test_networkx_has_the_nodes_and_ties_with_their_times() -> None:
    graph = to_networkx(seen(small()))
    assert isinstance(graph, nx.MultiGraph)
    assert graph.nodes["person:a"] == {"kind": "person", "name": "見本 あおば", "communities": ()}
    assert graph.nodes["person:d"] == {"kind": "person", "name": None, "communities": ()}
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (6, 7)
    met = sorted(graph.get_edge_data("person:a", "person:b").values(), key=lambda d: d["n"])
    assert [(d["kind"], d["n"]) for d in met] == [("MET", 1), ("MET", 1), ("MET", 3)]
    assert {d["t"] for d in met} == {
        None, dt.datetime.fromtimestamp(10, dt.UTC), dt.datetime.fromtimestamp(20, dt.UTC)
    }  # fmt: skip


def test_communities_are_those_of_today_and_not_of_former_members() -> None:
    changes = small()
    changes.add_tie(TieKind.MEMBER_OF, "person:b", "space:s", NETWORK_OPEN, PUBLIC_OPEN, Provenance("x"), t=1.0)
    graph = to_networkx(seen(changes))
    assert graph.nodes["person:b"]["communities"] == ("space:s",)
    assert graph.nodes["person:a"]["communities"] == ()


def test_networkx_takes_only_the_wanted_ties() -> None:
    graph = to_networkx(seen(small()), [TieKind.MEMBER_OF])
    assert list(graph.edges(data="kind")) == [("person:a", "space:s", "MEMBER_OF")]
    assert len(graph) == 6


def test_networkx_takes_a_whole_snapshot_too() -> None:
    store = MemoryStore()
    store.apply(small())
    assert set(to_networkx(store.snapshot())) == set(store.snapshot().nodes.ids)


def test_times_beyond_the_calendar_are_refused_by_datetime_and_kept_by_pandas() -> None:
    changes = three_people()
    changes.add_tie(TieKind.MET, "person:a", "person:c", NETWORK_OPEN, NETWORK_OPEN, X, t=1.7e12)
    with pytest.raises(Refused, match=r"1700000000000\.0"):
        to_networkx(seen(changes))
    assert ties_frame(seen(changes)).t.max() == pd.Timestamp(1.7e12, unit="s", tz="UTC")


def test_meeting_graph_counts_meetings_and_shared_projects() -> None:
    graph = meeting_graph(seen(small()))
    assert type(graph) is nx.Graph
    assert sorted(graph.edges(data="weight")) == [
        ("person:a", "person:b", 5), ("person:a", "person:c", 1), ("person:a", "person:d", 1),
        ("person:c", "person:d", 1),
    ]  # fmt: skip
    assert graph.nodes["person:b"]["name"] == "架空 しずく"


def test_meeting_graph_joins_exactly_those_who_have_met() -> None:
    rng = np.random.default_rng(4)
    n_edges = 0
    for _ in range(40):
        view = gate.view(random_world(rng).snapshot(), OPERATOR, Purpose.ANALYSIS, TODAY)
        graph = meeting_graph(view)
        people = view.of_kind(NodeKind.PERSON)
        assert list(graph) == view.nodes.ids[people].tolist()
        joined = nx.to_numpy_array(graph, weight=None)
        assert np.array_equal(joined, view.met[people][:, people].toarray())
        assert all(w >= 1 for _, _, w in graph.edges(data="weight"))
        n_edges += graph.number_of_edges()
    assert n_edges > 40


def test_people_frame_has_one_readable_row_a_person() -> None:
    frame = people_frame(seen(small(d=Policy(Audience.NETWORK, Matching.OWNER_FIRST))))
    assert list(frame.index) == [f"person:{k}" for k in "abcd"]
    assert frame.loc["person:a"].to_dict() == {
        "key": "a", "name": "見本 あおば", "communities": (), "needs": 0, "offers": 0, "visions": 0,
        "met": 3, "available": True, "asked": True,
    }  # fmt: skip
    assert frame.met.tolist() == [3, 1, 2, 2]
    assert frame.needs.tolist() == [0, 1, 0, 0]
    assert (frame.asked.tolist(), frame.available.tolist()) == ([True, True, True, False], [True] * 4)
    assert frame.name.isna().tolist() == [False, False, False, True]


def test_ties_and_statements_frames_name_what_they_join() -> None:
    view = seen(small())
    ties = ties_frame(view)
    assert ties.columns.tolist() == [
        "kind", "source", "target", "source_name", "target_name", "t", "until", "n", "details", "said", "file",
    ]  # fmt: skip
    member = ties[ties.kind == "MEMBER_OF"].iloc[0]
    assert (member.source_name, member.target_name, member.file) == ("見本 あおば", "かぜのま", "contract.csv")
    assert (member.t, member.until) == (pd.Timestamp(1, unit="s", tz="UTC"), pd.Timestamp(9, unit="s", tz="UTC"))
    assert ties.t.isna().sum() == 4
    statement = statements_frame(view).iloc[0]
    assert (statement.owner_name, statement.kind, statement.text) == ("架空 しずく", "need", "決算が分からない")
    assert (statement.audience, statement.matching, statement.as_reason) == ("network", "open", True)


@pytest.mark.parametrize("viewer", [OPERATOR, ANALYST, PUBLIC], ids=str)
def test_frames_hold_the_rows_of_the_view_and_no_more(viewer: Viewer) -> None:
    rng = np.random.default_rng(6)
    for _ in range(10):
        view = gate.view(random_world(rng).snapshot(), viewer, Purpose.ANALYSIS, TODAY)
        assert len(people_frame(view)) == len(view.of_kind(NodeKind.PERSON))
        assert len(ties_frame(view)) == len(view.ties) == to_networkx(view).number_of_edges()
        assert statements_frame(view).text.tolist() == view.statements.text.tolist()


def test_an_empty_view_gives_empty_frames() -> None:
    view = seen(ChangeSet("k", "operator", "test"))
    assert [len(f(view)) for f in (people_frame, ties_frame, statements_frame, meeting_graph, to_networkx)] == [0] * 5
