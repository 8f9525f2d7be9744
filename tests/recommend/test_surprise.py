"""A set part of rounds and lists is dared, and labelled so (B10)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.errors import WrongUse
from graph.kinds import NodeKind, TieKind
from graph.measures.kirchhoff import KirchhoffGain
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Purpose
from graph.records import Node, Provenance
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import OPERATOR
from recommend.config import RoundConfig
from recommend.destinations.ranking import Destinations
from recommend.pipeline import Matchmaker, recommend
from recommend.results import Answer, Ranking, ReasonCode, Recommendation, Request, Scope
from recommend.round import Order, Round, Wanted
from recommend.selection import Lists, TieBreak
from recommend.surprise import is_surprise, with_far
from recommend.wording import Reader, sentence

HERE = Provenance("test")


@pytest.fixture(scope="module")
def view() -> View:
    """Three rooms of six who met most of their room; one tie joins a to b, another b to c."""
    changes = ChangeSet("town", "operator", "test")
    for room in "abc":
        changes.nodes.append(Node(f"space:{room}", PUBLIC_OPEN, HERE))
        for i in range(6):
            changes.nodes.append(Node(f"person:{room}{i}", NETWORK_OPEN, HERE))
            ends = (f"person:{room}{i}", f"space:{room}")
            changes.add_tie(TieKind.MEMBER_OF, *ends, NETWORK_OPEN, PUBLIC_OPEN, HERE)
        for i, j in list(combinations(range(6), 2))[::2]:
            met(changes, f"{room}{i}", f"{room}{j}", float(i + j))
    met(changes, "a5", "b0", 9.0)
    met(changes, "b5", "c0", 10.0)
    store = MemoryStore()
    store.apply(changes)
    return gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)


def met(changes: ChangeSet, a: str, b: str, t: float) -> None:
    changes.add_tie(TieKind.MET, f"person:{a}", f"person:{b}", NETWORK_OPEN, NETWORK_OPEN, HERE, t=t)


def ask(view: View, **request: object) -> Answer:
    return recommend(view, Request(**request), LexicalEncoder())  # type: ignore[arg-type]


def dared(answer: Answer) -> list[Recommendation]:
    return [made for made in answer.recommendations if is_surprise(made.reasons)]


def test_a_pick_of_a_round_that_is_dared_says_why(view: View) -> None:
    """The whole round goes by reach: only who would not be there by chance, and reaches far, surprises."""
    answer = ask(view, surprise=1.0)
    (made,) = dared(answer)
    assert len(answer.recommendations) == 18
    label = next(r for r in made.reasons if r.code is ReasonCode.SURPRISE)
    assert label.values["why"] == "reach"
    assert 50 <= int(label.values["n"]) <= 99
    assert (label.for_person, label.for_partner) == (False, False)
    assert "surprise" in str(sentence(label, made, "en", Reader.VIEWER)).lower()
    assert "思い切った" in str(sentence(label, made, "ja", Reader.VIEWER))
    assert not dared(ask(view, surprise=0.0))


@given(seed=st.integers(0, 2**32 - 1), n_pairs=st.integers(1, 20), share=st.sampled_from([0.2, 0.5, 1.0]))
@settings(max_examples=40, deadline=None)
def test_a_far_reaching_pick_is_labelled_where_the_label_is_true(seed: int, n_pairs: int, share: float) -> None:
    """Less certain: worse than as many pairs as the round holds; far: better for reach than half of the others."""
    rng = np.random.default_rng(seed)
    met = two_rooms(rng)
    u, v = np.nonzero(np.triu(met.toarray() == 0, 1))
    score = rng.normal(0.0, 2.0, len(u))
    wanted = Wanted(np.arange(16), u, v, score, lambda _: np.full(16, -np.inf))
    ties = TieBreak.of(f"person:{i}" for i in range(16))
    made = Round(wanted, met, Order(n_pairs, 16), ties, RoundConfig(far_share=share))
    far = [frozenset((a, b)) for a, b, _ in made.choose()[: round(share * n_pairs)]]
    labels = {frozenset(pair): label for pair, label in made.dared.items()}
    reach = KirchhoffGain(met).gain(u, v)
    places = {frozenset((a, b)): i for i, (a, b) in enumerate(zip(u.tolist(), v.tolist(), strict=True))}
    for pair in far:
        less = (reach < reach[places[pair]]).mean()
        true = (score > score[places[pair]]).sum() >= n_pairs and less >= 0.5
        assert (pair in labels) == true
        if true:
            assert labels[pair].values["n"] == min(int(100 * less), 99)
    assert set(labels) <= set(far)


def two_rooms(rng: np.random.Generator) -> sparse.csr_array:
    """Two rooms of eight, half of whose pairs met; one tie between the rooms."""
    room = np.kron(np.eye(2), np.ones((8, 8))) * (rng.random((16, 16)) < 0.5)
    upper = np.triu(room, 1)
    upper[0, 8] = 1.0
    return sparse.csr_array(upper + upper.T)


def test_where_nobody_met_nobody_there_is_nothing_to_dare() -> None:
    changes = ChangeSet("town", "operator", "test")
    changes.nodes += [Node(f"person:{i}", NETWORK_OPEN, HERE) for i in range(6)]
    store = MemoryStore()
    store.apply(changes)
    assert not dared(ask(gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION), surprise=1.0))


@pytest.mark.parametrize("scope", list(Scope))
def test_own_lists_keep_their_order_unless_surprises_are_asked_for(view: View, scope: Scope) -> None:
    usual = ask(view, scope=scope, ranking=Ranking.INDIVIDUAL, k=5)
    none = ask(view, scope=scope, ranking=Ranking.INDIVIDUAL, k=5, surprise=0.0)
    assert usual.recommendations == none.recommendations
    assert not dared(usual)


@pytest.mark.parametrize("scope", [Scope.ANY, Scope.ACROSS])
def test_the_last_places_of_a_list_go_to_the_best_who_are_far(view: View, scope: Scope) -> None:
    usual = lists(ask(view, scope=scope, ranking=Ranking.INDIVIDUAL, k=5))
    answer = ask(view, scope=scope, ranking=Ranking.INDIVIDUAL, k=5, surprise=0.4)
    far = lists(ask(view, scope=Scope.FAR, ranking=Ranking.INDIVIDUAL, k=20))
    found, marked = lists(answer), {(r.person.id, r.partner.id) for r in dared(answer)}
    for person, partners in found.items():
        assert partners[:3] == usual[person][:3]
        assert {(person, p) for p in partners[3:]} == {pair for pair in marked if pair[0] == person}
        assert set(partners[3:]) == set([p for p in far[person] if p not in partners[:3]][:2])
    for made in answer.recommendations[1:]:
        assert np.isfinite(made.score)
    by_person = [(r.person.id, -r.score) for r in answer.recommendations]
    assert by_person == sorted(by_person), "scores of a list fall"


def test_where_everybody_is_far_nobody_surprises(view: View) -> None:
    assert not dared(ask(view, scope=Scope.FAR, ranking=Ranking.INDIVIDUAL, surprise=0.5))


def test_a_list_of_several_kinds_dares_too(view: View) -> None:
    maker = Matchmaker(view, LexicalEncoder())
    request = Request(person="a1", kinds=(NodeKind.PERSON, NodeKind.SPACE), k=6, surprise=0.5)
    answer = Destinations(maker).answer(request)
    assert [is_surprise(r.reasons) for r in answer.recommendations] == [False] * 3 + [True] * 3
    assert all(not r.partner.id.startswith("a") for r in dared(answer))


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_between_nothing_and_everything(view: View, share: float) -> None:
    with pytest.raises(WrongUse, match="surprise"):
        ask(view, surprise=share)


def lists(answer: Answer) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for made in answer.recommendations:
        out.setdefault(made.person.id, []).append(made.partner.id)
    return out


@given(data=st.data(), n=st.integers(0, 6))
@settings(max_examples=200, deadline=None)
def test_no_partner_twice_and_none_lost(data: st.DataObject, n: int) -> None:
    near = data.draw(st.lists(st.integers(0, 12), unique=True, max_size=6))
    far = data.draw(st.lists(st.integers(0, 12), unique=True, max_size=6))
    worth = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0, -np.inf]), min_size=13, max_size=13)))
    made, marked = with_far(row(near), row(far), n, lambda _, them: worth[them])
    partners = [p for p in made.partners[0].tolist() if p >= 0]
    picks = {partner for _, partner in marked}
    possible = [p for p in far if worth[p] > -np.inf]
    n_marked = min(round(n * len(near) / 6), len({*possible}))
    new = [p for p in partners if p not in near]
    assert len(partners) == len(set(partners)) == len(near)
    assert len(picks) == n_marked
    assert picks <= {*partners} & {*possible}
    assert partners[len(partners) - len(new) :] == new, "who is new stands last"
    assert {*new} <= picks
    assert [p for p in near if p in partners] == partners[: len(partners) - len(new)], "the others keep their order"
    gone = [p for p in near if p not in partners]
    assert gone == [p for p in near if p not in picks][len(near) - len(picks & {*near}) - len(gone) :]


@pytest.mark.parametrize("share", [0.2, 0.5])
@pytest.mark.parametrize("k", [2, 5, 8, 10, 11, 12, 13, 14, 15, 17, 40])
def test_as_large_a_share_of_a_list_is_dared_however_long_it_is(view: View, k: int, share: float) -> None:
    """Also where a list holds nearly all partners, or all: a5 may meet fourteen, most of them far."""
    usual = lists(ask(view, ranking=Ranking.INDIVIDUAL, k=k))
    answer = ask(view, ranking=Ranking.INDIVIDUAL, k=k, surprise=share)
    far = lists(ask(view, scope=Scope.FAR, ranking=Ranking.INDIVIDUAL, k=40))
    marked = [(r.person.id, r.partner.id) for r in dared(answer)]
    for person, partners in lists(answer).items():
        length = len(usual[person])
        assert len(partners) == length
        mine = [partner for who, partner in marked if who == person]
        assert len(mine) == min(round(round(share * k) * length / k), len(far[person]))
        assert {*mine} <= {*far[person]}
    by_person = [(r.person.id, -r.score) for r in answer.recommendations]
    assert by_person == sorted(by_person), "scores of a list fall"


def row(partners: list[int]) -> Lists:
    padded = np.array([[*partners, *[-1] * (6 - len(partners))]], dtype=np.intp)
    return Lists(np.array([20]), padded, np.where(padded >= 0, 1.0, -np.inf))
