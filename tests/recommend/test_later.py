"""What has not changed is not made anew, and the answers are those of a new start (A01, P11)."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import pytest

from embeddings.base import Encoder, Progress, Role
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import Field, Node, Provenance, Statement, TieBatch
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import OPERATOR
from recommend import meaning
from recommend.config import RecommendConfig
from recommend.pipeline import Matchmaker
from recommend.results import Answer, Ranking, Request, Scope

N_PEOPLE = 150
HERE = Provenance("test")
WORDS = ("経理", "広報", "写真", "農業", "介護", "翻訳", "防災", "木工", "移住", "料理")
KINDS = (StatementKind.NEED, StatementKind.OFFER, StatementKind.VISION, StatementKind.TEXT)


class Letters(Encoder):
    """Meaning made of letters: quick, and different for different texts."""

    name, fingerprint, semantic, dimension = "letters", "letters=1", True, 64

    def __init__(self) -> None:
        self.read: list[str] = []

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> np.ndarray:
        self.read += texts
        return np.stack([self._vector(text) for text in texts]).astype(np.float32)

    def _vector(self, text: str) -> np.ndarray:
        return np.sum([drawn(letter) for letter in text], axis=0)


@cache
def drawn(letter: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(letter.encode(), digest_size=4).digest())
    return np.random.default_rng(seed).standard_normal(Letters.dimension)


def town() -> MemoryStore:
    """A hundred and fifty people in six communities with a text of each kind, and dated meetings."""
    rng = np.random.default_rng(3)
    changes = ChangeSet("town", "operator", "test")
    changes.nodes += [Node(f"community:c{i}", NETWORK_OPEN, HERE, {}) for i in range(6)]
    for i in range(N_PEOPLE):
        name = Field(f"見本 {i}", NETWORK_OPEN, HERE)
        changes.nodes.append(Node(f"person:p{i:03}", NETWORK_OPEN, HERE, {"name": name}))
        for kind in KINDS:
            text = f"{rng.choice(WORDS)}と{rng.choice(WORDS)}のこと{rng.integers(400)}"
            changes.statements.append(Statement(f"person:p{i:03}", kind, text, NETWORK_OPEN, HERE))
    homes = [f"community:c{i % 6}" for i in range(N_PEOPLE)]
    people = [f"person:p{i:03}" for i in range(N_PEOPLE)]
    changes.ties.append(TieBatch(TieKind.MEMBER_OF, people, homes, NETWORK_OPEN, NETWORK_OPEN, "test"))
    changes.ties.append(met(rng, 400))
    store = MemoryStore()
    store.apply(changes)
    return store


def met(rng: np.random.Generator, n: int) -> TieBatch:
    pairs = [sorted(rng.choice(N_PEOPLE, 2, replace=False).tolist()) for _ in range(n)]
    src, dst = ([f"person:p{pair[side]:03}" for pair in pairs] for side in (0, 1))
    times = (1.6e9 + rng.integers(0, 10**7, n)).astype(float).tolist()
    return TieBatch(TieKind.MET, src, dst, NETWORK_OPEN, NETWORK_OPEN, "test", t=times)


def seen(store: MemoryStore) -> View:
    return gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)


def lists(maker: Matchmaker, scope: Scope) -> Answer:
    return maker.answer(Request(k=5, scope=scope, ranking=Ranking.INDIVIDUAL))


def assert_equal(one: Answer, other: Answer) -> None:
    told = [
        [(r.person.id, r.partner.id, r.rank, r.band, r.reasons) for r in answer.recommendations]
        for answer in (one, other)
    ]
    assert told[0] == told[1]
    scores = [[r.score for r in answer.recommendations] for answer in (one, other)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-4)


@pytest.fixture
def few_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample smaller than the town, as it is in a large community."""
    monkeypatch.setattr(meaning, "SAMPLE", 20)


def said(store: MemoryStore, key: str, text: str) -> None:
    statement = Statement("person:p007", StatementKind.NEED, text, NETWORK_OPEN, HERE)
    store.apply(ChangeSet(key, "operator", "test", statements=[statement]))


@pytest.mark.usefixtures("few_drawn")
def test_a_changed_text_alone_is_read() -> None:
    """Unless it is drawn into the sample that stands for all: then all are read anew."""
    store, encoder = town(), Letters()
    before = Matchmaker(seen(store), encoder)
    n_read = []
    for number in range(6):
        said(store, f"change {number}", f"畑の獣害を防ぐ柵{number}を作りたい")
        encoder.read.clear()
        later = Matchmaker(seen(store), encoder, before=before)
        n_read.append(len(encoder.read))
        assert_equal(lists(later, Scope.ANY), lists(Matchmaker(seen(store), Letters()), Scope.ANY))
        assert later.known is before.known
        before = later
    assert n_read.count(1) > len(n_read) / 2


@pytest.mark.parametrize("scope", list(Scope))
def test_a_small_community_is_read_anew(scope: Scope) -> None:
    store, encoder = town(), Letters()
    before = Matchmaker(seen(store), encoder)
    said(store, "change", "畑の獣害を防ぐ柵を作りたい")
    later = Matchmaker(seen(store), encoder, before=before)
    assert_equal(lists(later, scope), lists(Matchmaker(seen(store), Letters()), scope))


@pytest.mark.usefixtures("few_drawn")
def test_a_text_that_is_gone_leaves_nothing_behind() -> None:
    store, encoder = town(), Letters()
    said(store, "change", "だれにも言わない悩み")
    before = Matchmaker(seen(store), encoder)
    store.apply(ChangeSet("gone", "operator", "test", removed_nodes=["person:p007"]))
    later = Matchmaker(seen(store), encoder, before=before)
    assert_equal(lists(later, Scope.ANY), lists(Matchmaker(seen(store), Letters()), Scope.ANY))
    assert all("だれにも言わない悩み" not in side.phrases.place for c in later.fit.channels for side in c.said)


def test_a_new_tie_is_known() -> None:
    store, encoder = town(), Letters()
    before = Matchmaker(seen(store), encoder)
    more = ChangeSet("met", "operator", "test", ties=[met(np.random.default_rng(9), 5)])
    store.apply(more)
    later = Matchmaker(seen(store), encoder, before=before)
    assert later.known is not before.known
    assert_equal(lists(later, Scope.ANY), lists(Matchmaker(seen(store), Letters()), Scope.ANY))


def test_a_new_name_is_told() -> None:
    store, encoder = town(), Letters()
    before = Matchmaker(seen(store), encoder)
    name = Field("架空 あらた", NETWORK_OPEN, HERE)
    renamed = Node("person:p003", NETWORK_OPEN, HERE, {"name": name})
    store.apply(ChangeSet("renamed", "operator", "test", nodes=[renamed]))
    later = Matchmaker(seen(store), encoder, before=before)
    told = later.answer(Request(person="p003", ranking=Ranking.INDIVIDUAL)).recommendations
    assert {r.person.name for r in told} == {"架空 あらた"}


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("ties", [True, False])
def test_a_bound_changes_no_list(scope: Scope, ties: bool) -> None:
    """Above a size texts are compared whole only where a bound does not rule the partner out."""
    store = town()
    if not ties:
        store = MemoryStore()
        changes = ChangeSet("texts", "operator", "test")
        changes.nodes += [Node(f"person:p{i:03}", NETWORK_OPEN, HERE, {}) for i in range(40)]
        owners = [f"person:p{i % 40:03}" for i in range(80)]
        changes.statements += [
            Statement(owner, KINDS[i % 2], f"{WORDS[i % 10]}のこと{i % 7}", NETWORK_OPEN, HERE)
            for i, owner in enumerate(owners)
        ]
        store.apply(changes)
    whole = Matchmaker(seen(store), Letters(), config=RecommendConfig(shortlist_above=10_000))
    bound = Matchmaker(seen(store), Letters(), config=RecommendConfig(shortlist_above=0))
    assert_equal(lists(bound, scope), lists(whole, scope))
