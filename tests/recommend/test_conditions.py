"""A 5-minute offer is never matched to a monthly need (A15); hours (A16), exchange as a filter (A20), and why (B23)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import Commitment, Exchange, NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR, Viewer
from recommend.conditions import UNSAID, Bars, Conditions
from recommend.cycles import circles
from recommend.destinations.ranking import Destinations
from recommend.facets import conditions_of
from recommend.gatherings import gatherings
from recommend.pipeline import Matchmaker
from recommend.results import Ranking, Reason, ReasonCode, Recommendation, Request, Scope
from recommend.weaving import weave
from recommend.why import Explanation

HERE = Provenance("test")
NEED, OFFER = StatementKind.NEED, StatementKind.OFFER
TAX = "確定申告の書き方を教えてほしい"
TAXES = "確定申告の書き方を教えます"
TOLD = Policy(Audience.NETWORK, Matching.OPEN, as_reason=True)
said = st.fixed_dictionaries(
    {},
    optional={
        "commitment": st.sampled_from([*map(str, Commitment), "5分", ""]),
        "hours_per_month": st.sampled_from(["0", "1", "2.5", "5", "10", "744", "nan", "inf", "-1", "いつか"]),
        "exchange": st.sampled_from([*map(str, Exchange), "いつか"]),
        "exchange_wanted": st.sampled_from([*map(str, Exchange), "いつか"]),
        "heard_from": st.just("self"),
    },
)


def town(need: dict[str, str], *offers: dict[str, str], policy: Policy = TOLD) -> ChangeSet:
    """Somebody in the left space needs what others in the right one offer in the same words: b0, b1 and so on."""
    changes = ChangeSet("town", "operator", "test")
    for space in ("左", "右"):
        changes.nodes.append(Node(f"space:{space}", PUBLIC_OPEN, HERE, {"name": Field(space, PUBLIC_OPEN, HERE)}))
    for key in ("a", *(f"b{i}" for i in range(len(offers)))):
        changes.nodes.append(Node(f"person:{key}", NETWORK_OPEN, HERE))
        home = "space:左" if key == "a" else "space:右"
        changes.add_tie(TieKind.MEMBER_OF, f"person:{key}", home, NETWORK_OPEN, NETWORK_OPEN, HERE)
    changes.statements.append(Statement("person:a", NEED, TAX, TOLD, HERE, details=need))
    changes.statements += [
        Statement(f"person:b{i}", OFFER, TAXES, policy, HERE, details=offer) for i, offer in enumerate(offers)
    ]
    return changes


def maker(changes: ChangeSet, viewer: Viewer = OPERATOR, before: Matchmaker | None = None) -> Matchmaker:
    store = MemoryStore()
    store.apply(changes)
    view = gate.view(store.snapshot(), viewer, Purpose.INTRODUCTION)
    return Matchmaker(view, ENCODER if before is None else before.encoder, before=before)


ENCODER = LexicalEncoder()


def helpers(made: Matchmaker) -> set[str]:
    """Everybody whose offer speaks for them in the list of the one in need."""
    answer = made.answer(Request(person="a", k=10, ranking=Ranking.INDIVIDUAL, scope=Scope.ACROSS))
    return {r.partner.id for r in answer.recommendations if need_met(r) is not None}


def need_met(made: Recommendation | Explanation) -> Reason | None:
    return next((r for r in made.reasons if r.code is ReasonCode.NEED_MET), None)


def c(commitment: str) -> dict[str, str]:
    return {"commitment": commitment}


# ---- what goes together


def test_a15_a_five_minute_offer_is_never_matched_to_a_monthly_need() -> None:
    assert helpers(maker(town(c("monthly"), c("answer")))) == set()
    assert helpers(maker(town(c("monthly"), c("monthly")))) == {"b0"}


@pytest.mark.parametrize("asked", list(Commitment))
def test_an_offer_meets_needs_up_to_its_commitment(asked: Commitment) -> None:
    ladder = list(Commitment)
    made = maker(town(c(asked), *map(c, ladder), {}))
    at_least = {f"b{i}" for i, offered in enumerate(ladder) if i >= ladder.index(asked)}
    assert helpers(made) == at_least | {f"b{len(ladder)}"}  # what is unsaid keeps nobody apart


def test_a15_other_words_of_undeclared_kind_are_no_way_round() -> None:
    changes = town(c("monthly"), c("answer"))
    same = [s for s in changes.statements if s.kind is StatementKind.OFFER]
    free = [replace(s, kind=StatementKind.TEXT, details={}) for s in same]
    assert helpers(maker(replace(changes, statements=[*changes.statements, *free]))) == set()
    generous = town(c("monthly"), c("project"))
    free = [
        replace(s, kind=StatementKind.TEXT, details={}) for s in generous.statements if s.kind is StatementKind.OFFER
    ]
    assert helpers(maker(replace(generous, statements=[*generous.statements, *free]))) == {"b0"}


def apart(offers: list[dict[str, str]], declared: list[bool], need: dict[str, str]) -> list[bool]:
    """Say of each offer of one person whether it is kept from a need; some may be texts of undeclared kind."""
    said = np.array([json.dumps(o) if o else None for o in offers], dtype=object)
    one = Owned(np.array([0]), np.array([True]))
    many = Owned(np.zeros(len(offers), dtype=np.intp), np.array(declared))
    bars = Bars.of(np.array([json.dumps(need)], dtype=object), said, whose=(one, many))
    return [False] * len(offers) if bars is None else bars.apart(slice(None), slice(None))[0].tolist()


@dataclass(frozen=True)
class Owned:
    """Whose the statements of a side are."""

    owners: np.ndarray
    declared: np.ndarray


@given(st.permutations([("answer", "40", "paid"), ("chat", "1", "gift"), ("task", "2", "paid")]))
def test_texts_of_undeclared_kind_go_as_far_as_the_loosest_of_their_owner(said: list[tuple[str, str, str]]) -> None:
    """Each condition for itself, in whatever order the offers stand."""
    offers = [{"commitment": a, "hours_per_month": b, "exchange": e} for a, b, e in said]
    whose = [True] * len(offers) + [False]
    assert apart([*offers, {}], whose, c("task"))[-1] is False
    assert apart([*offers, {}], whose, c("monthly"))[-1] is True
    assert apart([*offers, {}], whose, {"hours_per_month": "80"})[-1] is False
    assert apart([*offers, {}], whose, {"hours_per_month": "81"})[-1] is True
    assert apart([*offers, {}], whose, {"exchange_wanted": "gift"})[-1] is False
    assert apart([*offers, {}, {}], [*whose[:-1], True, False], c("project"))[-1] is False


def test_own_conditions_of_a_text_hold_as_an_offer_alone() -> None:
    assert apart([c("answer")], [False], c("monthly")) == [True]
    alone = Owned(np.array([0]), np.array([False])), Owned(np.array([1]), np.array([True]))
    monthly, answer = (np.array([json.dumps(c(word))], dtype=object) for word in ("monthly", "answer"))
    bars = Bars.of(monthly, answer, whose=alone)
    assert bars is None or not bars.apart(slice(None), slice(None)).any()


def test_equal_words_with_other_conditions_are_not_mixed_up() -> None:
    made = maker(town(c("monthly"), c("answer"), c("project"), c("chat"), {}))
    assert len(set(made.view.statements.text[made.fit.needs.documents.rows].tolist())) == 1
    assert helpers(made) == {"b1", "b3"}


@pytest.mark.parametrize(
    ("need", "offer", "together"),
    [
        ({"hours_per_month": "10"}, {"hours_per_month": "5"}, True),
        ({"hours_per_month": "10"}, {"hours_per_month": "4.9"}, False),
        ({"hours_per_month": "10"}, {}, True),
        ({"hours_per_month": "0"}, {"hours_per_month": "0"}, True),
        ({"exchange_wanted": "gift"}, {"exchange": "paid"}, False),
        ({"exchange_wanted": "gift"}, {"exchange": "swap"}, True),
        ({"exchange_wanted": "gift"}, {"exchange": "undecided"}, True),
        ({"exchange_wanted": "undecided"}, {"exchange": "paid"}, True),
        ({"exchange_wanted": "paid"}, {"exchange": "gift"}, True),
        ({}, {"exchange": "paid"}, True),
        ({"exchange": "gift"}, {"exchange": "paid"}, True),  # told of how the one in need gives, not of the need
        ({"commitment": "5分"}, c("answer"), True),  # a word that came in by another way says nothing
    ],
)
def test_a16_a20_hours_and_exchange(need: dict[str, str], offer: dict[str, str], together: bool) -> None:
    assert helpers(maker(town(need, offer))) == ({"b0"} if together else set())


def test_a20_money_never_orders_anybody() -> None:
    """All that goes together gets the same fit, whatever is given in return."""
    made = maker(town({"exchange_wanted": "undecided"}, *({"exchange": str(kind)} for kind in Exchange), {}))
    fit = made.fit.needs.asking(np.array([made.people.number_of_row[made.view.find("person:a")]]))[0]
    assert len(set(fit[fit > 0].tolist())) == 1
    assert (fit > 0).sum() == len(Exchange) + 1


@given(asked=st.lists(said, min_size=1, max_size=6), offered=st.lists(said, min_size=1, max_size=6))
def test_many_at_once_are_kept_apart_as_each_pair_alone(
    asked: list[dict[str, str]], offered: list[dict[str, str]]
) -> None:
    rows = [np.array([json.dumps(d) if d else None for d in side], dtype=object) for side in (asked, offered)]
    bars, every = Bars.of(*rows), slice(None)
    alone = [[bool(Conditions.read(q).lacks(Conditions.read(d))) for d in rows[1]] for q in rows[0]]
    if bars is None:
        assert not np.any(alone)
    else:
        assert bars.apart(every, every).tolist() == alone
        some = np.arange(len(asked))[::-1], np.arange(len(offered))[:1]
        assert bars.apart(*some).tolist() == np.array(alone)[some[0]][:, some[1]].tolist()
        assert np.any(alone)


def test_nothing_is_looked_at_where_nobody_says_anything() -> None:
    assert maker(town({}, {}, {"heard_from": "self"})).fit.needs._bars is None
    assert maker(town(c("monthly"), {})).fit.needs._bars is None
    assert maker(town(c("chat"), c("task"))).fit.needs._bars is None
    assert maker(town(c("task"), c("chat"))).fit.needs._bars is not None
    assert Conditions.read(None) == Conditions.read("{}") == UNSAID


# ---- every way to an answer


def changed(details: dict[str, str]) -> Matchmaker:
    """The town before and after the helper says another commitment; nothing else moves."""
    before = maker(town(c("monthly"), c("project")))
    assert helpers(before) == {"b0"}
    return maker(town(c("monthly"), details), before=before)


def test_a_change_of_conditions_is_in_the_next_answer() -> None:
    assert helpers(changed(c("answer"))) == set()
    assert helpers(changed({})) == {"b0"}


def test_rounds_leave_them_out() -> None:
    for offer, there in ((c("answer"), False), (c("monthly"), True)):
        answer = maker(town(c("monthly"), offer)).answer(Request(k=3, scope=Scope.ACROSS))
        codes = {r.code for made in answer.recommendations for r in made.reasons}
        assert bool(codes & {ReasonCode.NEED_MET, ReasonCode.OFFER_WANTED}) == there


def test_teams_leave_them_out_but_share_the_hours() -> None:
    def team(need: dict[str, str], offer: dict[str, str]) -> list[str]:
        made = maker(town(need, offer))
        return [helper.party.id for helper in weave(made, made.view.find("person:a")).team]

    assert team(c("monthly"), c("answer")) == []
    assert team(c("monthly"), c("monthly")) == ["b0"]
    assert team({"hours_per_month": "10"}, {"hours_per_month": "2"}) == ["b0"]


def test_parts_of_a_need_have_its_conditions_without_its_hours() -> None:
    said = {"commitment": "monthly", "exchange_wanted": "gift"}
    details = json.dumps({**said, "hours_per_month": "10", "exchange": "paid", "heard_from": "self"})
    whole, part = "チラシを作れる人と、会計を見てくれる人がほしい。", "会計を見てくれる人がほしい。"
    parts = conditions_of([(whole, details), (part, None)])
    assert parts == dict.fromkeys(["チラシを作れる人と", part], json.dumps(said))


def test_circles_and_gatherings_leave_them_out() -> None:
    def circle(offered: str) -> int:
        changes = ChangeSet("ring", "operator", "test")
        wants = ("チラシのデザイン", "会計の決算書", "畑の草刈り")
        for i, key in enumerate("abc"):
            changes.nodes += [Node(f"space:{key}", PUBLIC_OPEN, HERE), Node(f"person:{key}", NETWORK_OPEN, HERE)]
            home = f"space:{key}"
            changes.add_tie(TieKind.MEMBER_OF, f"person:{key}", home, NETWORK_OPEN, NETWORK_OPEN, HERE)
            need, offer = f"{wants[i]}を頼みたい", f"{wants[(i + 1) % 3]}ができます"
            changes.statements.append(Statement(f"person:{key}", NEED, need, TOLD, HERE, details=c("task")))
            changes.statements.append(Statement(f"person:{key}", OFFER, offer, TOLD, HERE, details=c(offered)))
        made = maker(changes)
        return len(circles(made, np.arange(3)).circles)

    assert (circle("task"), circle("chat")) == (1, 0)
    for offer, there in (("answer", 0), ("monthly", 1)):
        made = maker(town(c("monthly"), c(offer), {}, {}))
        (one,) = gatherings(made, np.array([made.people.number_of_row[made.view.find("person:a")]]), 3, 1).gatherings
        assert sum(w.partner.id == "b0" or w.person.id == "b0" for w in one.why) <= there


def test_organisations_leave_them_out() -> None:
    def found(offer: str) -> bool:
        changes = town(c("monthly"))
        changes.nodes.append(Node("organisation:o", PUBLIC_OPEN, HERE, {"name": Field("o", PUBLIC_OPEN, HERE)}))
        changes.nodes.append(Node("person:voice", NETWORK_OPEN, HERE))
        changes.add_tie(TieKind.MEMBER_OF, "person:voice", "organisation:o", NETWORK_OPEN, NETWORK_OPEN, HERE)
        changes.statements.append(Statement("organisation:o", OFFER, TAXES, TOLD, HERE, details=c(offer)))
        made = Destinations(maker(changes)).answer(Request(person="a", kinds=(NodeKind.ORGANISATION,)))
        return any(need_met(r) for r in made.recommendations)

    assert (found("chat"), found("project")) == (False, True)
