"""The id of a record that was merged away works as that of the one that stands for it; for whoever may not see the
merge it is as unknown as any other (A33, P5, B19)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from graph.changes import ChangeSet
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.merge_changes import CONTROL
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy
from graph.records import Field, Node, Provenance, Statement, node_id
from graph.store.registry import open_store

SOURCE = Provenance("second.csv", 2)
OLD, NOW = "KM-9", "KZ-4"
"""KM-9 was merged into KZ-4; HIDDEN was merged into KZ-5, but nobody may know of it."""
HIDDEN, SEEN = "KM-8", "KZ-5"
ONLY_ME = Policy(Audience.ONLY_ME)


@pytest.fixture
def merged(url: str) -> str:
    changes = ChangeSet("merged", "operator", "test")
    for key, into, policy in ((OLD, NOW, NETWORK_OPEN), (HIDDEN, SEEN, ONLY_ME)):
        who = node_id(NodeKind.PERSON, key)
        changes.nodes.append(Node(who, policy, SOURCE, {"name": Field(f"例示 {key}", policy, SOURCE)}))
        changes.statements.append(Statement(who, StatementKind.OFFER, f"{key} の申し出", policy, SOURCE))
        changes.add_tie(TieKind.MEMBER_OF, who, "space:KM", policy, PUBLIC_OPEN, SOURCE)
        changes.add_tie(TieKind.SAME_AS, who, node_id(NodeKind.PERSON, into), CONTROL, CONTROL, SOURCE)
    with open_store(url) as store:
        store.apply(changes)
    return url


@pytest.fixture
def call(musubi: Callable, merged: str) -> Callable:
    return lambda *arguments: musubi("--store", merged, *arguments)


@pytest.mark.parametrize(
    "command", [("recommend", "--for", "{}"), ("why", "{}", "KM-4"), ("why", "KM-4", "{}"), ("whatif", "{}", "KM-4")]
)
def test_answers_are_those_of_the_record_that_stands(call: Callable, command: tuple[str, ...]) -> None:
    by_old, by_now = (call(*(part.format(key) for part in command), "--json") for key in (OLD, NOW))
    assert (by_old.code, by_old.out) == (0, by_now.out)
    as_member = ("--as", "person:KZ-4")
    if command[0] == "recommend":
        assert (
            call(*as_member, "recommend", "--for", OLD, "--json").out
            == call(*as_member, *command[:2], NOW, "--json").out
        )


def test_own_data_are_the_same_by_either_id(call: Callable) -> None:
    def facts(*arguments: str) -> dict[str, object]:
        ended = call(*arguments, "-", "--format", "json")
        assert ended.code == 0, ended.err
        found = ended.document()
        return {k: found[k] for k in ("fields", "statements", "ties", "spaces", "merged")}

    assert facts("person", "export", OLD) == facts("person", "export", NOW)
    assert facts("--as", "person:KZ-4", "person", "export", OLD) == facts("person", "export", NOW)
    assert facts("--as", "person:KM-9", "person", "export", NOW) == facts("person", "export", NOW)
    cards = [call("--as", "person:KZ-4", "card", "export", key, "-").document() for key in (NOW, OLD)]
    assert cards[0] == cards[1]


def test_blocks_are_set_and_taken_back_by_either_id(call: Callable) -> None:
    def meet() -> bool:
        told = call("why", NOW, "KM-5", "--json").document()
        return [o["code"] for o in told["obstacles"]] == []

    assert meet()
    for setting, lifting in ((OLD, NOW), (NOW, OLD)):
        assert call("block", f"person:{setting}", "person:KM-5").code == 0
        assert not meet()
        assert call("unblock", f"person:{lifting}", "person:KM-5").code == 0
        assert meet()
        assert call("unblock", f"person:{lifting}", "person:KM-5").code == 2
    assert call("block", "person:KM-5", f"person:{OLD}").code == 0
    assert not meet()
    assert call("unblock", "person:KM-5", f"person:{NOW}").code == 0
    assert meet()
    assert call("block", f"person:{NOW}", f"person:{OLD}").code == 2


def test_a_block_stays_with_the_record_that_it_names_when_the_merge_is_taken_back(call: Callable) -> None:
    assert call("block", f"person:{OLD}", "person:KM-5").code == 0
    assert call("merge", "undo", f"person:{NOW}", f"person:{OLD}").code == 0
    assert [o["code"] for o in call("why", OLD, "KM-5", "--json").document()["obstacles"]] == ["unavailable"]
    assert call("why", NOW, "KM-5", "--json").document()["obstacles"] == []


def test_grants_are_given_and_ended_by_either_id(call: Callable) -> None:
    def grants() -> list[str]:
        return [
            g["mixer"] for g in json.loads(call("grant", "list", "--json").out)["grants"] if g["space"] == "こもれび"
        ]

    for giving, ending in ((OLD, NOW), (NOW, OLD)):
        assert call("grant", "add", giving, "--space", "こもれび").code == 0
        assert call("grant", "add", ending, "--space", "こもれび").code == 0
        assert grants() == [NOW]
        assert call("grant", "end", giving, "--space", "こもれび").code == 0
        assert grants() == []
        assert call("grant", "end", ending, "--space", "こもれび").code == 2


def test_one_name_of_two_records_of_one_person_is_no_doubt(call: Callable, merged: str) -> None:
    name = Field("見本 え", NETWORK_OPEN, SOURCE)
    with open_store(merged) as store:
        store.apply(
            ChangeSet("n", "operator", "test", nodes=[Node(f"person:{OLD}", NETWORK_OPEN, SOURCE, {"name": name})])
        )
    assert call("grant", "add", "見本 え", "--space", "こもれび").code == 0
    assert call("grant", "end", NOW, "--space", "こもれび").code == 0


def test_erased_by_either_id(call: Callable) -> None:
    refused = call("erase", f"person:{OLD}", "--yes")
    assert (refused.code, f"person:{OLD}, person:{NOW}" in refused.err) == (2, True)
    done = call("erase", f"person:{OLD}", "--yes", "--with-merged", "--json").document()
    assert done["records"] == [f"person:{OLD}", f"person:{NOW}"]
    assert call("recommend", "--for", NOW).code == 2


@pytest.mark.parametrize("viewer", ["analyst", "public", "mixer:MX-1", "space:KZ", "person:KZ-1", "person:KM-4"])
@pytest.mark.parametrize(
    "command",
    [("recommend", "--for", "{}"), ("why", "{}", "KM-4"), ("why", "KM-4", "{}"), ("why", "KZ-1", "{}"),
     ("person", "export", "{}", "-"), ("card", "export", "{}", "-")],
)  # fmt: skip
def test_a_hidden_merge_looks_like_nobody(call: Callable, viewer: str, command: tuple[str, ...]) -> None:
    """The hidden id and one that never was give the same words, out and err, to everybody else."""
    told = []
    for key in (HIDDEN, "KM-7"):
        ended = call("--as", viewer, *(part.format(key) for part in command))
        told.append((ended.code, ended.out.replace(key, "?"), ended.err.replace(key, "?")))
    assert told[0] == told[1]
    assert told[0][0] != 0


def test_the_person_knows_of_the_own_hidden_record(call: Callable) -> None:
    assert call("--as", f"person:{SEEN}", "recommend", "--for", HIDDEN).code == 0
    assert call("--as", f"person:{SEEN}", "person", "export", HIDDEN, "-").code == 0
