"""A file in our own form forges no key person, no introduction and no load where somebody is (B15, B38)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph import gate
from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.erasure import erase
from graph.errors import Refused
from graph.export import write_jsonl
from graph.introductions import State, introductions_of
from graph.kinds import TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy, Purpose
from graph.records import Field, Node, Provenance
from graph.standing import name_key
from graph.store.memory import MemoryStore
from graph.testing.samples import difference
from graph.view import View
from graph.viewer import OPERATOR
from ingest.importer import commit, plan
from recommend.loads import Loads

HERE = Provenance("test")
STAFF = Policy(Audience.MY_MIXERS)
DAY = dt.date(2026, 4, 1)


def town(*introduced: tuple[str, State], cap: int = 2) -> MemoryStore:
    """Four people and a room, to which a is a key; a was introduced to others."""
    changes = ChangeSet("town", "operator", "test")
    changes.nodes += [Node(f"person:{i}", NETWORK_OPEN, HERE) for i in "abcd"]
    changes.nodes.append(Node("space:room", PUBLIC_OPEN, HERE, {"name": Field("見本の間", PUBLIC_OPEN, HERE)}))
    for other, state in introduced:
        node = f"introduction:a{other}"
        changes.nodes.append(Node(node, STAFF, HERE, {"state": Field(str(state), STAFF, HERE)}))
        for who in ("a", other):
            at, until = first_second(DAY), None if state is State.PROPOSED else first_second(DAY)
            changes.add_tie(TieKind.PARTY_TO, f"person:{who}", node, STAFF, STAFF, HERE, t=at, until=until)
    store = MemoryStore()
    store.apply(changes)
    store.apply(name_key(store.snapshot(), "person:a", "room", cap, DAY, "operator"))
    return store


def view(store: MemoryStore, purpose: Purpose = Purpose.INTRODUCTION) -> View:
    return gate.view(store.snapshot(), OPERATOR, purpose, DAY)


def exported(store: MemoryStore, folder: Path, more: Sequence[dict[str, object]] = ()) -> Path:
    path = folder / "export.jsonl"
    with path.open("wb") as handle:
        write_jsonl(view(store, Purpose.EXPORT), handle)
        handle.writelines(json.dumps(line).encode() + b"\n" for line in more)
    return path


def bring(store: MemoryStore, path: Path) -> dict[str, int]:
    (file,) = plan([path], snapshot=store.snapshot(), mappings=path.parent / "mappings").files
    commit(file, store, "operator")
    return {note.code: int(note.value) for note in file.notes}


def tie(kind: TieKind, src: str, dst: str, **more: object) -> dict[str, object]:
    release = {"audience": "my_mixers", "matching": "none", "as_reason": False}
    made: dict[str, object] = {
        "type": "tie", "kind": str(kind), "src": src, "dst": dst, "t": None, "until": None, "n": 1, "details": None,
        "policy_src": release, "policy_dst": release, "said": "record", "source": "x",
    }  # fmt: skip
    return made | more


def test_the_own_export_comes_back_whole_into_an_empty_store(tmp_path: Path) -> None:
    before, after = town(("b", State.PROPOSED), ("c", State.DECLINED)), MemoryStore()
    assert bring(after, exported(before, tmp_path)) == {}
    assert difference(before.snapshot(), after.snapshot()) == ""


def test_the_own_export_changes_nothing_where_it_came_from(tmp_path: Path) -> None:
    store = town(("b", State.PROPOSED), ("c", State.DECLINED))
    before = store.snapshot()
    assert bring(store, exported(store, tmp_path)) == {}
    assert difference(before, store.snapshot()) == ""


def test_a_foreign_file_names_no_key_and_introduces_nobody(tmp_path: Path) -> None:
    store = town(("b", State.DECLINED))
    before = store.snapshot()
    foreign = town(("b", State.PROPOSED), ("c", State.PROPOSED), cap=1)
    notes = bring(store, exported(foreign, tmp_path))
    assert notes["grant_left_out"] == 3  # the introduction of a and c, and both its parties
    assert difference(before, store.snapshot()) == ""
    assert (introductions_of(view(store)).state, Loads.of(view(store)).cap.max()) == ((State.DECLINED,), 3)


def test_a_foreign_file_shows_no_introduction_to_mixers(tmp_path: Path) -> None:
    """What is held at a space is seen by its mixers."""
    store = town(("b", State.DECLINED))
    held = tie(TieKind.HELD_AT, "introduction:ab", "space:room")
    assert bring(store, exported(town(), tmp_path, [held]))["grant_left_out"] == 1
    assert len(store.snapshot().ties_of(TieKind.HELD_AT)) == 0


@pytest.mark.parametrize("cap", ["x", 0, -1, 101, 2.5, True])
def test_a_cap_that_is_none_is_refused(cap: object, tmp_path: Path) -> None:
    path = exported(town(), tmp_path, [tie(TieKind.KEY_OF, "person:b", "space:room", details={"cap": cap})])
    with pytest.raises(Refused, match="cap of a key person"):
        plan([path], snapshot=MemoryStore().snapshot(), mappings=tmp_path)


@pytest.mark.parametrize("details", ['{"cap": "x"}', '{"cap": 0}', '{"cap": null}', '{"cap": true}', "[1]", "cap", ""])
def test_a_cap_that_is_none_counts_as_the_usual_one(details: str) -> None:
    store = town(cap=1)
    changes = ChangeSet("key", "operator", "test")
    changes.add_tie(TieKind.KEY_OF, "person:b", "space:room", STAFF, PUBLIC_OPEN, HERE, details=details)
    store.apply(changes)
    loads, seen = Loads.of(view(store)), view(store)
    assert [int(loads.cap[seen.find(f"person:{i}")]) for i in "abc"] == [1, 3, 3]


def test_an_introduction_does_not_come_back_with_who_was_erased(tmp_path: Path) -> None:
    """Into a store in which nobody is left, whose ledger is."""
    store = town(("b", State.MET), ("c", State.DECLINED))
    path = exported(store, tmp_path)
    erase(store, [f"person:{i}" for i in "abcd"], "operator")
    assert [i for i in store.snapshot().nodes.ids if not i.startswith("space:")] == []
    bring(store, path)
    assert [i for i in store.snapshot().nodes.ids if not i.startswith("space:")] == []
