"""Nothing hidden comes out of any surface, and hidden changes change nothing (P1, P2; `make privacy` runs more)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from graph import gate
from graph.policy import Purpose
from graph.snapshot import Snapshot
from graph.testing.privacy import SURFACES, Leak, check_pairs, check_triples, hidden_words, marked
from graph.view import View
from graph.viewer import OPERATOR, PUBLIC, Viewer
from graph.worlds import TODAY, pass_through, random_world

N_TRIPLES = 2_000
N_PAIRS = 1_000


def real_gate(snapshot: Snapshot, viewer: Viewer, purpose: Purpose) -> View:
    return gate.view(snapshot, viewer, purpose, TODAY)


@pytest.mark.timeout(900)
def test_no_surface_shows_a_hidden_word() -> None:
    assert check_triples(real_gate, N_TRIPLES, np.random.default_rng(31)) > 20 * N_TRIPLES


@pytest.mark.timeout(900)
def test_two_worlds_that_differ_in_hidden_facts_look_the_same() -> None:
    check_pairs(real_gate, N_PAIRS, np.random.default_rng(7))


@pytest.mark.parametrize("check", [check_triples, check_pairs])
def test_both_checks_catch_a_gate_that_lets_everything_pass(check: Callable[..., object]) -> None:
    with pytest.raises(Leak):
        check(pass_through, 20, np.random.default_rng(7))


@pytest.mark.parametrize("surface", sorted(SURFACES))
def test_words_can_be_found_where_they_may_be_shown(surface: str) -> None:
    """A check that looked in the wrong place would find nothing anywhere."""
    shown = 0
    rng = np.random.default_rng(1)
    for _ in range(4):
        world = marked(random_world(rng))
        given = SURFACES[surface](pass_through(world.world.snapshot(), OPERATOR, Purpose.EXPORT))
        shown += sum(word.encode() in given.replace(b"\r\n ", b"") for word in world.words)
    assert (shown > 20) == (surface != "measures")


def test_the_public_is_shown_least() -> None:
    world = marked(random_world(np.random.default_rng(3)))
    hidden = {viewer: len(hidden_words(world, viewer, Purpose.REPORT)) for viewer in (OPERATOR, PUBLIC)}
    assert hidden[PUBLIC] > hidden[OPERATOR] > 0


def test_progress_is_told_after_each() -> None:
    told: list[int] = []
    check_triples(real_gate, 3, np.random.default_rng(1), told.append)
    check_pairs(real_gate, 2, np.random.default_rng(1), told.append)
    assert told == [1, 2, 3, 1, 2]
