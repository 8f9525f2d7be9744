"""Hidden facts occur in no output, page, error or log of a viewer who may not see them (B19)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from embeddings.lexical import LexicalEncoder
from embeddings.registry import Choice
from graph import gate, worlds
from graph.errors import MusubiError
from graph.policy import Purpose
from graph.viewer import Role, Viewer
from recommend.results import Ranking
from service.languages import Lang
from service.pages.sheet import sheet_page
from service.recommendations.access import Asked
from service.recommendations.logic import Question, answer, maker_of
from service.recommendations.schemas import document
from service.recommendations.tables import to_csv, to_lines

SECRETS = {
    "カナリア一号": frozenset({"person:KZ-1"}),
    "カナリア二号": frozenset({"person:KZ-2", "operator", "mixer:MX-1"}),
    "カナリア三号": frozenset({"operator", "mixer:MX-1", "space:KZ", *(f"person:KZ-{i}" for i in range(1, 7))}),
    "カナリア名": frozenset({"operator", "mixer:MX-1", "space:KZ", *(f"person:KZ-{i}" for i in range(1, 7))}),
    "canary-mail": frozenset({"person:KZ-1"}),
}
VIEWERS = ["operator", "analyst", "public", "mixer:MX-1", "space:KZ", "space:KM", "person:KZ-1", "person:KZ-4",
           "person:KM-4", "person:KM-99"]  # fmt: skip


def commands() -> Iterator[tuple[str, ...]]:
    for asked in (("--all",), ("--space", "かぜのま"), ("--space", "こもれび"), ("--for", "KZ-1"), ("--for", "KM-4")):
        for form in (("--json",), ("--html", "-")):
            yield ("recommend", *asked, "--ranking", "individual", "--k", "50", *form)
    yield ("recommend", "--for", "KZ-3", "--csv", "-")
    yield ("recommend", "--for", "カナリ")
    for form in ("jsonl", "graphml"):
        yield ("export", "--format", form, "-")
    yield ("status",)
    yield ("report", "ties", "--json")
    yield ("agreement", "list")


@pytest.mark.parametrize("viewer", VIEWERS)
def test_secrets_stay_with_those_who_may_know(musubi, url: str, viewer: str) -> None:
    hidden = [word for word, readers in SECRETS.items() if viewer not in readers]
    for command in commands():
        ended = musubi("--store", url, "--as", viewer, *command)
        asked_with = " ".join(command)
        for word in hidden:
            assert word not in (ended.out + ended.err).replace(asked_with, ""), command


def test_those_who_may_know_do_read_them(musubi, url: str) -> None:
    """The test above would pass on empty answers: these are not empty."""
    mixer = musubi("--store", url, "--as", "mixer:MX-1", "export", "--format", "jsonl", "-").out
    assert "カナリア二号" in mixer
    assert "カナリア名" in mixer
    assert "カナリア一号" in musubi("--store", url, "--as", "person:KZ-1", "export", "--format", "jsonl", "-").out


@pytest.mark.parametrize("seed", range(6))
def test_worlds_that_differ_in_hidden_facts_give_equal_answers(seed: int) -> None:
    """Non-interference up to the last byte that a viewer gets (B19)."""
    rng = np.random.default_rng(seed)
    world = worlds.random_world(rng)
    for viewer in worlds.viewers(world):
        twin = worlds.hide_and_change(world, viewer, Purpose.INTRODUCTION, rng)
        assert _answers(world, viewer) == _answers(twin, viewer), viewer


def _answers(world: worlds.World, viewer: Viewer) -> tuple[str, ...]:
    """Give everything that leaves for one question, or the error."""
    view = gate.view(world.snapshot(), viewer, Purpose.INTRODUCTION, worlds.TODAY)
    asked = {
        Role.PERSON: Asked(person=viewer.key),
        Role.SPACE: Asked(space=viewer.key),
        Role.MIXER: Asked(space="s0"),
    }.get(viewer.role, Asked(everybody=True))
    try:
        made = answer(view, Question(asked, ranking=Ranking.INDIVIDUAL), maker_of(lambda: Choice(LexicalEncoder())))
    except MusubiError as error:
        return (repr(error),)
    pages = (sheet_page(made, lang) for lang in Lang)
    return json.dumps(document(made)), to_csv(made), to_lines(made, Lang.EN), *pages
