"""Who should meet whom, on small graphs whose answer one can see (A11, A14, A32, B01, B23)."""

from __future__ import annotations

from itertools import combinations

import pytest

from embeddings.base import Encoder
from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.errors import Unknown, WrongUse
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import OPERATOR, Viewer
from recommend.pipeline import recommend
from recommend.results import Answer, Ranking, ReasonCode, Request, Scope

HERE = Provenance("test")
ENCODER = LexicalEncoder()
NARROW = Policy(Audience.ONLY_ME, Matching.NONE)


class Town:
    """Builds a small graph: people in spaces, what they say, whom they met."""

    def __init__(self) -> None:
        self.changes = ChangeSet("town", "operator", "test")

    def person(self, key: str, space: str = "", policy: Policy = NETWORK_OPEN) -> Town:
        name = Field(f"見本 {key}", NETWORK_OPEN, HERE)
        self.changes.nodes.append(Node(f"person:{key}", policy, HERE, {"name": name}))
        if space:
            self.changes.nodes.append(
                Node(f"space:{space}", PUBLIC_OPEN, HERE, {"name": Field(space, PUBLIC_OPEN, HERE)})
            )
            self.tie(TieKind.MEMBER_OF, f"person:{key}", f"space:{space}")
        return self

    def tie(self, kind: TieKind, a: str, b: str, t: float | None = None, policy: Policy = NETWORK_OPEN) -> Town:
        self.changes.add_tie(kind, a, b, policy, policy, HERE, t=t)
        return self

    def met(self, a: str, b: str, t: float = 1.0) -> Town:
        return self.tie(TieKind.MET, f"person:{a}", f"person:{b}", t)

    def says(self, key: str, kind: StatementKind, text: str, policy: Policy = NETWORK_OPEN) -> Town:
        self.changes.statements.append(Statement(f"person:{key}", kind, text, policy, HERE))
        return self

    def view(self, viewer: Viewer = OPERATOR) -> View:
        store = MemoryStore()
        store.apply(self.changes)
        return gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION)


def two_cliques() -> Town:
    r"""Two rooms of four who all know each other, joined by one tie.

    a1---a2        b1---b2
    | \/ |   a4-b1 | \/ |
    a3---a4        b3---b4
    """
    town = Town()
    for room in "ab":
        for i in range(1, 5):
            town.person(f"{room}{i}", room)
        for i, j in combinations(range(1, 5), 2):
            town.met(f"{room}{i}", f"{room}{j}", float(i * j))
    return town.met("a4", "b1", 20.0)


def ask(view: View, encoder: Encoder = ENCODER, **request: object) -> Answer:
    return recommend(view, Request(**request), encoder)  # type: ignore[arg-type]


def pairs(answer: Answer) -> list[tuple[str, str]]:
    return [(r.person.id, r.partner.id) for r in answer.recommendations]


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("ranking", list(Ranking))
def test_nobody_is_proposed_to_somebody_they_met(scope: Scope, ranking: Ranking) -> None:
    view = two_cliques().view()
    met = {frozenset(("a4", "b1"))} | {
        frozenset((f"{r}{i}", f"{r}{j}")) for r in "ab" for i, j in combinations("1234", 2)
    }
    answer = ask(view, scope=scope, ranking=ranking)
    assert answer.recommendations
    assert not {frozenset(p) for p in pairs(answer)} & met


def test_across_shares_no_community_and_far_no_partner() -> None:
    view = two_cliques().view()
    across = ask(view, scope=Scope.ACROSS, ranking=Ranking.INDIVIDUAL)
    assert {(p[0][0], p[1][0]) for p in pairs(across)} == {("a", "b"), ("b", "a")}
    far = {frozenset(p) for p in pairs(ask(view, scope=Scope.FAR, ranking=Ranking.INDIVIDUAL))}
    assert far == {frozenset((f"a{i}", f"b{j}")) for i in "123" for j in "234"}


def test_people_without_a_community_are_nobodys_across_partner() -> None:
    view = two_cliques().person("c1").view()
    assert "c1" not in {i for p in pairs(ask(view, scope=Scope.ACROSS)) for i in p}
    anybody = ask(view, scope=Scope.ANY, ranking=Ranking.INDIVIDUAL, person="c1", k=20)
    assert len(anybody.recommendations) == 8


def test_equal_fit_leads_out_of_the_own_community() -> None:
    """Two rooms of three who do not know each other; the same offer on both sides (B01)."""
    town = Town()
    for room in "ab":
        for i in range(1, 4):
            town.person(f"{room}{i}", room)
    town.says("a1", StatementKind.NEED, "決算書の作り方を教わりたい")
    town.says("a2", StatementKind.OFFER, "決算書の作り方を教えます").says(
        "b2", StatementKind.OFFER, "決算書の作り方を教えます。"
    )
    first = ask(town.view(), scope=Scope.ANY, ranking=Ranking.INDIVIDUAL, person="a1", k=1).recommendations[0]
    assert first.partner.id == "b2"
    assert first.reasons[0].code is ReasonCode.NEED_MET


def test_one_sentence_is_enough() -> None:
    """Forty people without a tie, one of whom said one thing (A14, A32)."""
    town = Town()
    for i in range(40):
        town.person(f"p{i:02}", "xy"[i % 2]).says(
            f"p{i:02}", StatementKind.OFFER, f"できること{i}番：{'花火' * (i % 5 + 1)}"
        )
    town.says("p00", StatementKind.NEED, "古民家の雨漏りを直せる人を探しています")
    town.says("p07", StatementKind.OFFER, "古民家の雨漏りを直せます")
    answer = ask(town.view(), scope=Scope.ACROSS, ranking=Ranking.INDIVIDUAL, person="p00")
    best = answer.recommendations[0]
    assert best.partner.id == "p07"
    assert best.reasons[0].person_text == "古民家の雨漏りを直せる人を探しています"
    assert not answer.unserved


def test_same_need_is_not_help() -> None:
    town = Town().person("a", "x").person("b", "y").person("c", "y")
    town.says("a", StatementKind.NEED, "帳簿のつけ方が分からない").says(
        "b", StatementKind.NEED, "帳簿のつけ方が分からない"
    )
    town.says("c", StatementKind.OFFER, "帳簿のつけ方を教えます")
    answer = ask(town.view(), scope=Scope.ACROSS, ranking=Ranking.INDIVIDUAL, person="a")
    assert ReasonCode.NEED_MET not in {r.code for m in answer.recommendations if m.partner.id == "b" for r in m.reasons}


def test_blocked_pairs_never_appear_even_through_an_organisation() -> None:
    town = two_cliques()
    town.changes.nodes.append(Node("organisation:o", NETWORK_OPEN, HERE))
    town.tie(TieKind.MEMBER_OF, "person:b2", "organisation:o")
    town.tie(TieKind.NOT_WITH, "person:a1", "person:b3").tie(TieKind.NOT_WITH, "person:a2", "organisation:o")
    shown = {frozenset(p) for p in pairs(ask(town.view(), ranking=Ranking.INDIVIDUAL, k=20))}
    assert frozenset(("a1", "b3")) not in shown
    assert frozenset(("a2", "b2")) not in shown
    assert frozenset(("a1", "b2")) in shown


def test_who_said_no_is_not_introduced_and_who_was_not_asked_is_marked() -> None:
    never, not_asked = (Policy(Audience.NETWORK, m) for m in (Matching.NONE, Matching.OWNER_FIRST))
    town = Town().person("a", "x").person("no", "y", never).person("new", "y", not_asked)
    made = ask(town.view(), ranking=Ranking.INDIVIDUAL, person="a").recommendations
    assert [(r.partner.id, r.ask_first) for r in made] == [("new", True)]
    seen_by_a_member = ask(town.view(Viewer.parse("person:a")), ranking=Ranking.INDIVIDUAL, person="a")
    assert seen_by_a_member.recommendations == ()


def test_a_round_keeps_capacity_serves_everybody_and_names_those_left_out() -> None:
    view = two_cliques().person("lone", "a", Policy(Audience.NETWORK, Matching.NONE)).view()
    answer = ask(view, scope=Scope.ACROSS, capacity=2)
    shown = pairs(answer)
    loads = {i: sum(i in p for p in shown) for p in shown for i in p}
    assert len({frozenset(p) for p in shown}) == len(shown)
    assert max(loads.values()) <= 2
    assert set(loads) == {f"{r}{i}" for r in "ab" for i in "1234"}
    assert [r.rank for r in answer.recommendations] == list(range(1, len(shown) + 1))
    only_one = ask(view, scope=Scope.ACROSS, pairs=1)
    assert len(only_one.recommendations) == 1
    assert len(only_one.unserved) == 6


def test_space_asks_for_its_members_only() -> None:
    answer = ask(two_cliques().view(), space="a", ranking=Ranking.INDIVIDUAL, k=3)
    assert {p for p, _ in pairs(answer)} == {"a1", "a2", "a3", "a4"}


def test_reason_is_told_only_to_those_who_may_read_it() -> None:
    for_mixers = Policy(Audience.MY_MIXERS, Matching.OPEN, as_reason=True)
    town = Town().person("a", "x").person("b", "y")
    town.says("a", StatementKind.NEED, "棚を直したい", for_mixers).says(
        "b", StatementKind.OFFER, "棚を直したい人を手伝います"
    )
    reason = ask(town.view(), person="a", ranking=Ranking.INDIVIDUAL).recommendations[0].reasons[0]
    assert reason.code is ReasonCode.NEED_MET
    assert (reason.for_person, reason.for_partner) == (True, False)


def test_stuffed_profile_gains_nothing_from_its_length() -> None:
    """One profile lists everything; the one who offers the one thing comes first (P3, S9)."""
    things = [
        f"{w}の相談"
        for w in ("料理", "写真", "経理", "農業", "翻訳", "大工", "広報", "法律", "音楽", "防災", "観光", "福祉")
    ]
    town = Town().person("a", "x").person("one", "y").person("all", "y")
    town.says("a", StatementKind.NEED, "写真の相談をしたい").says("one", StatementKind.OFFER, "写真の相談にのります")
    for i in range(30):
        town.person(f"q{i}", "y").says(f"q{i}", StatementKind.OFFER, f"{things[(i % 10 + 2) % 12]}{i}")
    for thing in things * 2:
        town.says("all", StatementKind.OFFER, f"{thing}にのります")
    first = ask(town.view(), person="a", ranking=Ranking.INDIVIDUAL).recommendations[0]
    assert first.partner.id == "one"


def test_unknown_and_hidden_look_the_same() -> None:
    town = two_cliques().person("hidden", "a", NARROW)
    view = town.view(Viewer.parse("person:b1"))
    messages = set()
    for key in ("hidden", "nobody"):
        with pytest.raises(Unknown) as error:
            ask(view, person=key)
        messages.add(str(error.value).replace(key, "KEY"))
    assert len(messages) == 1


@pytest.mark.parametrize("wrong", [{"k": 0}, {"pairs": 0}, {"capacity": -1}])
def test_numbers_below_one_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(WrongUse, match="from 1"):
        ask(two_cliques().view(), **wrong)


def test_scores_are_finite_and_fall() -> None:
    answer = ask(two_cliques().view(), ranking=Ranking.INDIVIDUAL, person="a1")
    scores = [r.score for r in answer.recommendations]
    assert scores == sorted(scores, reverse=True)
    assert all(abs(s) < float("inf") for s in scores)


def test_empty_graph_gives_an_empty_answer() -> None:
    assert ask(Town().view()).recommendations == ()


def test_answer_does_not_depend_on_the_order_of_arrival() -> None:
    forward, backward = two_cliques(), two_cliques()
    backward.changes.nodes.reverse()
    backward.changes.ties.reverse()
    assert ask(forward.view()) == ask(backward.view())


def test_a_membership_that_is_not_released_moves_no_score() -> None:
    seen_only = Policy(Audience.NETWORK, Matching.NONE)
    scores = []
    for policy in (seen_only, None):
        town = Town().person("a", "x").person("b").person("c", "y")
        if policy is not None:
            town.tie(TieKind.MEMBER_OF, "person:b", "space:x", policy=policy)
        made = ask(town.view(), person="a", ranking=Ranking.INDIVIDUAL).recommendations
        scores.append({r.partner.id: r.score for r in made})
    assert scores[0] == scores[1]


@pytest.mark.parametrize(("viewer", "named"), [("person:a", False), ("operator", True)])
def test_an_event_that_is_no_reason_is_named_to_mixers_alone(viewer: str, named: bool) -> None:
    quiet = Policy(Audience.NETWORK, Matching.OPEN, as_reason=False)
    town = Town().person("a", "x").person("b", "y")
    town.changes.nodes.append(Node("event:e", NETWORK_OPEN, HERE, {"name": Field("集まり", NETWORK_OPEN, HERE)}))
    for key in "ab":
        town.tie(TieKind.ATTENDED, f"person:{key}", "event:e", 5.0, quiet)
    made = ask(town.view(Viewer.parse(viewer)), person="a", ranking=Ranking.INDIVIDUAL).recommendations
    assert [ReasonCode.SHARED_EVENT in {x.code for x in r.reasons} for r in made] == [named]


def test_former_members_are_no_members() -> None:
    town = two_cliques().person("gone")
    town.changes.add_tie(TieKind.MEMBER_OF, "person:gone", "space:a", NETWORK_OPEN, PUBLIC_OPEN, HERE, t=1.0, until=2.0)
    answer = ask(town.view(), space="a", ranking=Ranking.INDIVIDUAL, k=3)
    assert {p for p, _ in pairs(answer)} == {"a1", "a2", "a3", "a4"}


def test_somebody_not_asked_yet_may_look_at_the_own_list() -> None:
    not_asked = Policy(Audience.NETWORK, Matching.OWNER_FIRST)
    town = Town().person("a", "x", not_asked).person("b", "y")
    assert pairs(ask(town.view(Viewer.parse("person:a")), person="a", ranking=Ranking.INDIVIDUAL)) == [("a", "b")]
    refused = Town().person("a", "x", Policy(Audience.NETWORK, Matching.NONE)).person("b", "y")
    answer = ask(refused.view(), person="a")
    assert [p.id for p in answer.unserved] == ["a"]


def test_with_one_introduction_each_nobody_is_left_whom_somebody_could_meet() -> None:
    """B14: the candidates of everybody are the same few, and still all are served."""
    town = Town()
    for number in range(60):
        town.person(f"{number:02d}", f"s{number % 3}")
    for number in range(2, 60):  # two people whom everybody would rather meet
        town.met(f"{number:02d}", f"{(number + 1) % 58 + 2:02d}")
    answer = recommend(town.view(), Request(ranking=Ranking.BALANCED, capacity=1), ENCODER)
    met = [r.person.id for r in answer.recommendations] + [r.partner.id for r in answer.recommendations]
    assert sorted(met) == sorted(set(met))
    assert len(met) == 60
    assert answer.unserved == ()
