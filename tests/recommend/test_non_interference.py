"""Hidden facts change nothing in an answer: not a name, not an order, not a score, not a reason (B18, B19; P2)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.errors import Unknown
from graph.policy import Purpose
from graph.snapshot import Snapshot
from graph.view import View
from graph.viewer import Viewer
from graph.worlds import PEOPLE, TODAY, hide_and_change, pass_through, random_world, viewers
from recommend.pipeline import recommend
from recommend.results import Answer, Ranking, Request, Scope
from recommend.wording import Reader, sentence

N_PAIRS = 120
ENCODER = LexicalEncoder()
Gate = Callable[[Snapshot, Viewer], View]


def real_gate(snapshot: Snapshot, viewer: Viewer) -> View:
    return gate.view(snapshot, viewer, Purpose.INTRODUCTION, TODAY)


def words_of(answer: Answer) -> str:
    said = [
        sentence(reason, made, lang, reader)
        for made in answer.recommendations
        for reason in made.reasons
        for lang in ("ja", "en")
        for reader in Reader
    ]
    return repr((answer, said))


def ask(view: View, rng: np.random.Generator) -> str:
    scope = list(Scope)[int(rng.integers(3))]
    ranking = list(Ranking)[int(rng.integers(2))]
    person = PEOPLE[int(rng.integers(len(PEOPLE)))].partition(":")[2] if rng.random() < 0.4 else None
    try:
        return words_of(recommend(view, Request(person=person, scope=scope, ranking=ranking, k=4), ENCODER))
    except Unknown as error:
        return str(error)


def check(through: Gate, n_pairs: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(n_pairs):
        world = random_world(rng)
        everybody = viewers(world)
        viewer = everybody[int(rng.integers(len(everybody)))]
        other = hide_and_change(world, viewer, Purpose.INTRODUCTION, rng)
        seed_of_question = int(rng.integers(1_000_000))
        answers = [ask(through(w.snapshot(), viewer), np.random.default_rng(seed_of_question)) for w in (world, other)]
        assert answers[0] == answers[1], f"{viewer} noticed a hidden change"


def test_hidden_changes_do_not_show_in_answers() -> None:
    check(real_gate, N_PAIRS, seed=21)


def test_the_check_catches_scores_made_from_hidden_facts() -> None:
    with pytest.raises(AssertionError, match="noticed a hidden change"):
        check(lambda s, v: pass_through(s, v, Purpose.INTRODUCTION), 30, seed=21)
