"""Hidden facts change nothing in tables, hearings, teams or circles: not a seat, not a reason (B18, B19; P2)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.policy import Purpose
from graph.snapshot import Snapshot
from graph.view import View
from graph.viewer import Viewer
from graph.worlds import TODAY, hide_and_change, pass_through, random_world, viewers
from recommend.cycles import circles
from recommend.gatherings import gatherings
from recommend.pipeline import Matchmaker
from recommend.tables.answer import tables
from recommend.tables.config import TablesConfig
from recommend.tables.plan import Wanted
from recommend.weaving import weave

ENCODER = LexicalEncoder()
SHORT = TablesConfig(steps=5, swaps=5)
NEEDS = ("決算書の見方を教わりたい、チラシを作ってほしい",)


def ask(view: View) -> str:
    """Everything that can be asked about everybody, as one text."""
    maker = Matchmaker(view, ENCODER)
    everybody = np.arange(len(maker.people))
    woven = [weave(maker, int(row), needs=needs) for row in maker.people.rows for needs in ((), NEEDS)]
    seated = tables(maker, everybody, Wanted(2, 3), SHORT)
    return repr((seated, gatherings(maker, everybody[:3], 3, 2), woven, circles(maker, everybody)))


def check(through: Callable[[Snapshot, Viewer], View], n_pairs: int) -> None:
    rng = np.random.default_rng(8)
    for _ in range(n_pairs):
        world = random_world(rng)
        everybody = viewers(world)
        viewer = everybody[int(rng.integers(len(everybody)))]
        other = hide_and_change(world, viewer, Purpose.INTRODUCTION, rng)
        assert ask(through(world.snapshot(), viewer)) == ask(through(other.snapshot(), viewer)), f"{viewer} noticed"


def test_hidden_changes_do_not_show() -> None:
    check(lambda s, v: gate.view(s, v, Purpose.INTRODUCTION, TODAY), 25)


def test_the_check_catches_answers_made_from_hidden_facts() -> None:
    with pytest.raises(AssertionError, match="noticed"):
        check(lambda s, v: pass_through(s, v, Purpose.INTRODUCTION), 12)
