"""Lists from bounds are those from every score (A15): random networks, few and many texts, with and without ties."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.base import Encoder, Progress, Role
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import Commitment, Exchange, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import Node, Provenance, Statement, TieBatch
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend import channel, scoring, shortlist
from recommend.config import FitConfig, RecommendConfig
from recommend.pipeline import Matchmaker
from recommend.results import Answer, Ranking, Request, Scope, Track
from recommend.selection import TieBreak, best, first
from recommend.tracks import weighted

HERE = Provenance("test")
WORDS = ("経理", "広報", "写真", "農業", "介護", "翻訳", "防災", "木工", "移住", "料理")
KINDS = (StatementKind.NEED, StatementKind.OFFER, StatementKind.VISION, StatementKind.TEXT)
CLOSE = 1e-4
"""Scores of two ways to compute them in single precision differ by less."""


class Words(Encoder):
    """Meaning made of two words and a number: texts with a word in common are near."""

    name, fingerprint, semantic, dimension = "words", "words=1", True, 32

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> np.ndarray:
        return np.stack([drawn(text[:2]) + drawn(text[3:5]) + 0.5 * drawn(text) for text in texts]).astype(np.float32)


@cache
def drawn(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest())
    return np.random.default_rng(seed).standard_normal(Words.dimension)


def town(seed: int, *, ties: bool, stated: float, different: int, conditions: bool = False) -> MemoryStore:
    """Twenty to seventy people, a share of whom state something of each kind; texts of which few or many differ.

    With conditions, most statements say something of them; equal texts have other ones.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 70))
    changes = ChangeSet("town", "operator", "test")
    changes.nodes += [Node(f"community:c{i}", NETWORK_OPEN, HERE, {}) for i in range(5)]
    people = [f"person:p{i:02}" for i in range(n)]
    for person in people:
        changes.nodes.append(Node(person, NETWORK_OPEN, HERE, {}))
        for kind in KINDS:
            for _ in range(int(rng.integers(1, 3)) if rng.random() < stated else 0):
                text = f"{rng.choice(WORDS)}と{rng.choice(WORDS)}のこと{rng.integers(different)}"
                details = drawn_conditions(rng) if conditions else {}
                changes.statements.append(Statement(person, kind, text, NETWORK_OPEN, HERE, details=details))
    homes = [f"community:c{i % 5}" for i in range(n)]
    changes.ties.append(TieBatch(TieKind.MEMBER_OF, people, homes, NETWORK_OPEN, NETWORK_OPEN, "test"))
    if ties:
        pairs = [sorted(rng.choice(n, 2, replace=False).tolist()) for _ in range(3 * n)]
        src, dst = ([people[pair[side]] for pair in pairs] for side in (0, 1))
        times = (1.6e9 + rng.integers(0, 10**7, len(pairs))).astype(float).tolist()
        changes.ties.append(TieBatch(TieKind.MET, src, dst, NETWORK_OPEN, NETWORK_OPEN, "test", t=times))
    store = MemoryStore()
    store.apply(changes)
    return store


def drawn_conditions(rng: np.random.Generator) -> dict[str, str]:
    said = {
        "commitment": str(rng.choice(list(Commitment))),
        "hours_per_month": str(rng.integers(12)),
        "exchange": str(rng.choice(list(Exchange))),
        "exchange_wanted": str(rng.choice(list(Exchange))),
    }
    return {detail: word for detail, word in said.items() if rng.random() < 0.6}


def maker(store: MemoryStore, **config: float | FitConfig) -> Matchmaker:
    view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    return Matchmaker(view, Words(), config=RecommendConfig(**config))


def asked_one_by_one(made: Matchmaker, scope: Scope, k: int) -> list[Answer]:
    names = [str(made.view.nodes.ids[row]).partition(":")[2] for row in made.people.rows]
    return [made.answer(Request(person=name, k=k, scope=scope, ranking=Ranking.INDIVIDUAL)) for name in names]


def assert_same_list(one: Answer, whole: Answer) -> None:
    """The same partners and scores; two change places only where their scores are one."""
    scores = [[r.score for r in answer.recommendations] for answer in (one, whole)]
    assert scores[0] == pytest.approx(scores[1], abs=CLOSE)
    partners = [[r.partner.id for r in answer.recommendations] for answer in (one, whole)]
    for mine, theirs, score in zip(*partners, scores[1], strict=True):
        alone = sum(abs(other - score) < CLOSE for other in scores[1]) == 1
        assert mine == theirs or not alone or score - min(scores[1]) < CLOSE


ASKED: dict[str, st.SearchStrategy[object]] = {
    "seed": st.integers(0, 2**32 - 1),
    "scope": st.sampled_from(Scope),
    "ties": st.booleans(),
    "stated": st.sampled_from([0.05, 0.5, 1.0]),
    "different": st.sampled_from([1, 4, 1000]),
    "k": st.integers(1, 6),
    "track": st.sampled_from([None, *Track]),
    "conditions": st.booleans(),
}
"""Random towns, and what is asked in them."""
few_examples = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few_examples
@given(
    **ASKED,
    one_by_one=st.sampled_from([1, 12, 1000]),
    kept_whole=st.booleans(),
)
def test_lists_of_one_person_are_those_of_every_score(
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    scope: Scope,
    ties: bool,
    stated: float,
    different: int,
    k: int,
    one_by_one: int,
    track: Track | None,
    conditions: bool,
    kept_whole: bool,
) -> None:
    monkeypatch.setattr(shortlist, "GLANCED_AT", 1)  # so that few are scored whole in a small town
    monkeypatch.setattr(scoring, "ONE_BY_ONE", one_by_one)
    monkeypatch.setattr(channel, "KEPT_WHOLE", channel.KEPT_WHOLE if kept_whole else -1)
    store = town(seed, ties=ties, stated=stated, different=different, conditions=conditions)
    whole = asked_one_by_one(on_track(maker(store, shortlist_above=10_000), track), scope, k)
    bound = asked_one_by_one(on_track(maker(store, shortlist_above=0), track), scope, k)
    for one, other in zip(bound, whole, strict=True):
        assert_same_list(one, other)


def on_track(made: Matchmaker, track: Track | None) -> Matchmaker:
    return made.under(weighted(made.config, track))


@few_examples
@given(
    **ASKED,
)
def test_lists_of_many_together_are_those_of_every_score(
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    scope: Scope,
    ties: bool,
    stated: float,
    different: int,
    k: int,
    track: Track | None,
    conditions: bool,
) -> None:
    monkeypatch.setattr(shortlist, "LOOKED_AT", 1)  # so that few are scored whole in a small town
    monkeypatch.setattr(channel, "KEPT_WHOLE", -1)  # so that there is a bound at all
    store = town(seed, ties=ties, stated=stated, different=different, conditions=conditions)
    made = [on_track(maker(store, shortlist_above=above), track) for above in (0, 10_000)]
    request = Request(k=k, scope=scope, ranking=Ranking.INDIVIDUAL)
    bound, whole = (by_person(one.answer(request)) for one in made)
    assert bound.keys() == whole.keys()
    for person, answer in bound.items():
        assert_same_list(answer, whole[person])


def by_person(answer: Answer) -> dict[str, Answer]:
    """Give everybody's own list alone."""
    people = {made.person.id for made in answer.recommendations}
    of = {p: tuple(made for made in answer.recommendations if made.person.id == p) for p in people}
    return {person: replace(answer, recommendations=mine) for person, mine in of.items()}


def test_the_bound_is_what_is_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not kept whole, many are compared by what bounds fit, and fewer than all are scored whole."""
    monkeypatch.setattr(shortlist, "LOOKED_AT", 1)
    monkeypatch.setattr(channel, "KEPT_WHOLE", -1)
    made = maker(town(3, ties=True, stated=1.0, different=1000), shortlist_above=0)
    bounds, scored = [], []
    computed, spoken_of = channel.Channel._computed, scoring.Scorer.spoken_of

    def bounding(one: channel.Channel, *rows: object, at_most: bool = False) -> np.ndarray:
        bounds.append(at_most)
        return computed(one, *rows, at_most=at_most)  # type: ignore[arg-type]

    def scoring_whole(one: scoring.Scorer, person: int, partners: np.ndarray) -> np.ndarray:
        scored.append(len(partners))
        return spoken_of(one, person, partners)

    monkeypatch.setattr(channel.Channel, "_computed", bounding)
    monkeypatch.setattr(scoring.Scorer, "spoken_of", scoring_whole)
    made.answer(Request(k=1, ranking=Ranking.INDIVIDUAL))
    assert any(bounds)
    assert min(scored) < len(made.people) // 2


def test_a_fit_at_the_floor_is_not_bounded_by_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a bound and a fit differ by in rounding must not put the one below the floor and the other above."""
    monkeypatch.setattr(channel, "KEPT_WHOLE", -1)
    store = town(0, ties=True, stated=1.0, different=1000)
    fit, bound = fits_of_topics(maker(store, fit=FitConfig(floor=0.0)))
    floor = float(fit[bound < fit].max())
    fit, bound = fits_of_topics(maker(store, fit=FitConfig(floor=floor)))
    assert (fit > 0).any()
    assert (bound[fit > 0] > 0).all()


def fits_of_topics(made: Matchmaker) -> tuple[np.ndarray, np.ndarray]:
    """Give fit of everybody with everybody, (n, n), and what bounds it."""
    everybody = np.arange(len(made.people))
    whole = [made.fit.topics.asking_of(person, everybody) for person in everybody.tolist()]
    return np.stack(whole), made.fit.topics.asking(everybody, at_most=True)


def test_a_bound_that_rounding_puts_below_the_bar_of_a_track_rules_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many together are held to the bar as one alone is: by what they say, not by a bound rounded down."""
    monkeypatch.setattr(shortlist, "FEW", 0)
    made = on_track(maker(town(5, ties=True, stated=1.0, different=4), shortlist_above=0), Track.COLLABORATOR)
    scorer, everybody = made.scorer(Scope.ANY, Ranking.INDIVIDUAL), np.arange(len(made.people))
    text = scorer.text(everybody)
    bar = made.under(made.config.model_copy(update={"least_text": float(text.max())}))
    plain = scoring.Scorer.text

    def rounded_down(one: scoring.Scorer, block: np.ndarray, *, at_most: bool = False) -> np.ndarray:
        return plain(one, block, at_most=at_most) - 1e-6 * at_most

    monkeypatch.setattr(scoring.Scorer, "text", rounded_down)
    person = int(np.argmax(text.max(axis=1)))
    scorer = bar.scorer(Scope.ANY, Ranking.INDIVIDUAL)
    allowed = np.ones((1, len(everybody)), dtype=bool)
    found, _ = shortlist.shortlisted(scorer, np.array([person]), Scope.ANY, allowed, 1, made.ties)
    assert found[0, 0] >= 0
    assert text[person, found[0, 0]] == text.max()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), stated=st.sampled_from([0.1, 1.0]), conditions=st.booleans())
def test_parts_bound_what_texts_say(seed: int, stated: float, conditions: bool) -> None:
    made = maker(town(seed, ties=True, stated=stated, different=1000, conditions=conditions))
    scorer, everybody = made.scorer(Scope.ANY, Ranking.INDIVIDUAL), np.arange(len(made.people))
    for person in everybody.tolist():
        parts = scorer.parts(person)
        text = scorer.text_of(person, everybody)
        caps = sum((part.most * part.whose for part in parts), np.zeros(len(everybody)))
        bound = sum((part.bound(everybody) for part in parts), np.zeros(len(everybody)))
        assert (text <= bound + scoring.ROUNDING).all()
        assert (bound <= caps + scoring.ROUNDING).all()
        assert ((bound > 0) | (text == 0)).all()


@pytest.mark.parametrize("scope", list(Scope))
def test_scores_of_pairs_are_those_of_everybody(scope: Scope) -> None:
    store = town(7, ties=True, stated=0.5, different=4)
    rng = np.random.default_rng(1)
    made = [maker(store, shortlist_above=above) for above in (0, 10_000)]
    u, v = (rng.integers(0, len(made[0].people), 200) for _ in range(2))
    scores = [m.scorer(scope, Ranking.INDIVIDUAL).of_pairs(u, v, scope, 16) for m in made]
    np.testing.assert_allclose(scores[0], scores[1], atol=CLOSE)


def test_the_same_text_gets_the_same_score_wherever_it_stands() -> None:
    """Equal scores are put in an order that is as good as random; the last bit of a product must not decide."""
    made = maker(town(11, ties=False, stated=1.0, different=1), shortlist_above=0)
    scorer, n = made.scorer(Scope.ANY, Ranking.INDIVIDUAL), len(made.people)
    every = scorer.text_of(3, np.arange(n))
    for size in (1, 2, 5, 11):
        for start in range(0, n - size, size):
            some = np.arange(start, start + size)
            assert scorer.text_of(3, some).tolist() == every[some].tolist()


@given(
    scores=st.lists(st.sampled_from([-np.inf, 0.0, 1.0, 1.0 + 1e-12, 2.5]), min_size=1, max_size=30),
    k=st.integers(1, 12),
)
def test_the_first_of_some_are_the_best_of_all(scores: list[float], k: int) -> None:
    ties = TieBreak.of(f"person:{i}" for i in range(40))
    row, partners = np.full(40, -np.inf), np.arange(len(scores)) + 7
    row[partners] = scores
    wanted = best(row[None, :], k, np.array([3]), ties)
    found = first(3, partners, np.array(scores), k, ties)
    n = len(found[0])
    assert found[0].tolist() == wanted[0][0, :n].tolist()
    assert found[1].tolist() == wanted[1][0, :n].tolist()
    assert (wanted[0][0, n:] == -1).all()
