"""Introductions on record change nothing that others than the operator see, and go with either of the two (B38, P6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from graph import gate
from graph.changes import ChangeSet
from graph.erasure import erase
from graph.facts import Facts
from graph.kinds import TieKind
from graph.policy import Purpose
from graph.snapshot import Snapshot
from graph.store.memory import MemoryStore
from graph.testing.privacy import everything_in
from graph.worlds import PEOPLE, TODAY, World, random_world, viewers, with_introductions

SEEDS = range(12)


def told(world: World) -> World:
    """Give a world without its introductions."""
    nodes = {i: node for i, node in world.nodes.items() if not i.startswith("introduction:")}
    return replace(world, nodes=nodes, ties=tuple(t for t in world.ties if t.kind is not TieKind.PARTY_TO))


def kept(snapshot: Snapshot) -> MemoryStore:
    facts, store = Facts(snapshot), MemoryStore()
    changes = ChangeSet("world", "operator", "test", nodes=facts.nodes(np.arange(len(snapshot.nodes))))
    changes.ties += facts.ties(np.ones(len(snapshot.ties), dtype=bool))
    store.apply(changes)
    return store


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_but_the_operator_sees_a_difference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = with_introductions(random_world(rng), rng)
    operator, *others = viewers(world)
    with_them, without = world.snapshot(), told(world).snapshot()
    for viewer in others:
        seen = [gate.view(s, viewer, Purpose.INTRODUCTION, TODAY) for s in (with_them, without)]
        assert everything_in(seen[0]) == everything_in(seen[1]), str(viewer)
    assert "introduction:i0" in gate.view(with_them, operator, Purpose.INTRODUCTION, TODAY).row_of


@pytest.mark.parametrize("seed", SEEDS)
def test_none_is_left_of_who_was_erased(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = with_introductions(random_world(rng), rng)
    store, parties = kept(world.snapshot()), [t for t in world.ties if t.kind is TieKind.PARTY_TO]
    erase(store, [PEOPLE[2]], "operator")
    gone = {t.dst for t in parties if t.src == PEOPLE[2]}
    left = {i for i in store.snapshot().nodes.ids if i.startswith("introduction:")}
    assert left == {t.dst for t in parties} - gone
    assert len(store.snapshot().ties_of(TieKind.PARTY_TO)) == 2 * len(left)
