"""What a person is told about themself says no more than the others allow: merges at the other end, and the audit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from graph import gate, merge_changes, standing
from graph.changes import ChangeSet
from graph.kinds import TieKind
from graph.own_data import OwnData, own_data
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy, Purpose
from graph.records import Field, Node, Provenance
from graph.store.memory import MemoryStore
from graph.tables import TIE_KINDS
from graph.viewer import Role, Viewer
from graph.worlds import ORGANISATIONS, PEOPLE, TODAY, TieRecord, World, random_world

SECRET = Policy(Audience.ONLY_ME)
FILE = Provenance("名簿.csv", 2)
A, B, X, Y, M = (f"person:{key}" for key in "abxym")


def people(*ids: str, policy: Policy = NETWORK_OPEN) -> dict[str, Node]:
    return {i: Node(i, policy, FILE, {"name": Field(f"見本 {i[-1]}", policy, FILE)}) for i in ids}


def same(a: str, b: str) -> TieRecord:
    return TieRecord(TieKind.SAME_AS, a, b, merge_changes.CONTROL, merge_changes.CONTROL)


def met(a: str, b: str, policy: Policy = NETWORK_OPEN) -> TieRecord:
    """Make a meeting of the first, of which the second decides so."""
    return TieRecord(TieKind.MET, a, b, NETWORK_OPEN, policy, t=1.0)


def others_of(world: World, me: str = A) -> list[object]:
    return [t["other"] for t in own_data(world.snapshot(), me, [], TODAY).ties]


def test_who_is_denied_under_one_record_is_not_told_under_the_other() -> None:
    denying = replace(NETWORK_OPEN, denied=frozenset({B}))
    apart = World(people(A, B, X), (), (met(A, X, denying),))
    assert others_of(apart) == [X]
    assert others_of(replace(apart, ties=(*apart.ties, same(B, A)))) == []


def test_the_spaces_of_every_own_record_are_asked_for() -> None:
    denying = replace(NETWORK_OPEN, denied=frozenset({"space:s"}))
    nodes = people(A, B, X) | {"space:s": Node("space:s", PUBLIC_OPEN, FILE)}
    inside = TieRecord(TieKind.MEMBER_OF, B, "space:s", NETWORK_OPEN, PUBLIC_OPEN)
    apart = World(nodes, (), (met(A, X, denying), inside))
    assert others_of(apart) == [X]
    assert others_of(replace(apart, ties=(*apart.ties, same(B, A)))) == ["space:s"]


@pytest.mark.parametrize("hidden", [X, Y])
def test_of_another_person_the_stricter_record_decides(hidden: str) -> None:
    shown = X if hidden == Y else Y
    apart = World(people(A, shown) | people(hidden, policy=SECRET), (), (met(A, shown),))
    assert others_of(apart) == [shown]
    assert others_of(replace(apart, ties=(*apart.ties, same(hidden, shown)))) == []


def test_a_meeting_that_one_record_of_the_other_hides_is_not_told_by_the_second() -> None:
    apart = World(people(A, X, Y), (), (met(A, X, SECRET), met(A, Y)))
    assert others_of(apart) == [Y]
    assert others_of(replace(apart, ties=(*apart.ties, same(Y, X)))) == []


def test_own_ties_are_those_that_the_gate_shows_a_person_whose_own_ends_are_open() -> None:
    """Random worlds, random merges: the gate itself, asked about the merged world, is the other opinion."""
    rng = np.random.default_rng(41)
    told = merged = 0
    for number in range(150):
        world, me = random_world(rng), PEOPLE[number % len(PEOPLE)]
        world = replace(world, ties=tuple(t for t in world.ties if t.kind is not TieKind.REPRESENTS))
        ties = (*world.ties, *(same(*pair) for pair in _pairs(rng)))
        found, seen = _told(replace(world, ties=ties), me), _seen(replace(world, ties=ties), me)
        assert found == seen
        told += len(found)
        merged += found != _told(world, me)
    assert told > 300
    assert merged > 40


def _pairs(rng: np.random.Generator) -> list[tuple[str, str]]:
    pairs = [tuple(sorted(map(str, rng.choice(PEOPLE, 2, replace=False)))) for _ in range(2)]
    return [*dict.fromkeys(pairs), *([ORGANISATIONS] if rng.random() < 0.4 else [])]  # type: ignore[list-item]


def _told(world: World, me: str) -> set[tuple[str, str]]:
    """Give kind and other end, of merged ones the first, of the ties that a person is told of."""
    mine, first = _records_of(world, me), {i: min(_records_of(world, i)) for i in world.nodes}
    found = own_data(world.snapshot(), me, [], TODAY).ties
    return {(str(t["kind"]), first[str(t["other"])]) for t in found if t["other"] not in mine}


def _seen(world: World, me: str) -> set[tuple[str, str]]:
    """Give the same from a view of the merged world in which the ends of all records of the person are open."""
    mine, first = _records_of(world, me), {i: min(_records_of(world, i)) for i in world.nodes}
    nodes = {i: replace(n, policy=PUBLIC_OPEN) if i in mine else n for i, n in world.nodes.items()}
    opened = (
        replace(
            t,
            policy_src=PUBLIC_OPEN if t.src in mine else t.policy_src,
            policy_dst=PUBLIC_OPEN if t.dst in mine else t.policy_dst,
        )
        for t in world.ties
    )
    viewer = Viewer(Role.PERSON, me.partition(":")[2])
    view = gate.view(World(nodes, world.statements, tuple(opened)).snapshot(), viewer, Purpose.EXPORT, TODAY)
    ends = zip(view.ties.kind.tolist(), view.nodes.ids[view.ties.src], view.nodes.ids[view.ties.dst], strict=True)
    return {(str(TIE_KINDS[k]), first[str(b if a == me else a)]) for k, a, b in ends if me in (a, b)}


def _records_of(world: World, identifier: str) -> set[str]:
    found = {identifier}
    for _ in world.nodes:
        found |= {i for t in world.ties if t.kind is TieKind.SAME_AS and found & {t.src, t.dst} for i in (t.src, t.dst)}
    return found


# ---- the audit


@pytest.fixture
def store() -> MemoryStore:
    """A store with four people, one of them hidden, and a mixer by grant."""
    made = MemoryStore()
    changes = ChangeSet("all", "operator", "import", nodes=list((people(A, B, M) | people(X, policy=SECRET)).values()))
    changes.nodes.append(Node("space:s", PUBLIC_OPEN, FILE, {"name": Field("かぜのま", PUBLIC_OPEN, FILE)}))
    made.apply(changes)
    made.apply(standing.grant(made.snapshot(), "m", "かぜのま", TODAY.replace(year=2020), None, "operator"))
    return made


def told(store: MemoryStore, person: str = M) -> OwnData:
    return own_data(store.snapshot(), person, store.audit(), TODAY)


def test_nobody_is_told_when_others_were_kept_apart_or_merged(store: MemoryStore) -> None:
    """The sources of these decisions are shared: who has one would learn of every other."""
    before = told(store)
    store.apply(standing.keep_apart(store.snapshot(), A, B, "operator"))
    store.apply(merge_changes.accept(store.snapshot(), A, X, "operator") or pytest.fail("nothing to do"))
    assert told(store) == before
    assert [a["action"] for a in before.arrivals] == ["import"]


def test_who_merged_with_others_is_told_of_files_only(store: MemoryStore) -> None:
    store.apply(merge_changes.accept(store.snapshot(), M, B, "operator") or pytest.fail("nothing to do"))
    again = ChangeSet("file", "operator", "import")
    again.add_tie(TieKind.KNOWS, A, X, NETWORK_OPEN, NETWORK_OPEN, Provenance(merge_changes.SOURCE))
    store.apply(again)
    assert [(a["action"], a["sources"]) for a in told(store).arrivals] == [("import", ["名簿.csv"])]


@pytest.mark.parametrize(
    ("actor", "shown"),
    [(X, "person"), ("mixer:x", "mixer"), (A, A), ("mixer:a", "mixer:a"), ("space:s", "space:s"), ("space:z", "space"),
     ("operator", "operator"), (M, M)],
)  # fmt: skip
def test_who_looked_is_told_by_id_only_where_the_person_may_know_of_them(
    store: MemoryStore, actor: str, shown: str
) -> None:
    store.record(actor, "why", {"person": A, "partner": M, "scope": "any"})
    assert [(m["actor"], m["as"]) for m in told(store).mentions] == [(shown, ["partner"])]


def test_rows_that_tell_of_people_by_bare_key_are_found(store: MemoryStore) -> None:
    store.record("analyst", "whatif", {"person": "m", "partner": "b"})
    store.record("analyst", "recommend", {"person": None, "space": "m", "scope": "m"})
    assert [(m["action"], m["as"]) for m in told(store).mentions] == [("whatif", ["person"])]
