"""What is told of conditions: the first step of both, why not, what would change it; and to whom (A15, B18, B23)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from graph import gate
from graph.kinds import Commitment, Detail, TieKind
from graph.policy import Audience, Matching, Policy, Purpose
from graph.records import Statement
from graph.viewer import Viewer
from graph.worlds import TODAY, World, hide_and_change, may_see, random_world, viewers
from recommend.pipeline import Matchmaker
from recommend.results import ReasonCode, Request, Scope
from recommend.why import ChangeCode, Explanation, Obstacle, explain
from recommend.wording import LANGUAGES, Reader, sentence
from tests.recommend.test_conditions import ENCODER, HERE, OFFER, TAXES, TOLD, c, maker, need_met, town

UNTOLD = Policy(Audience.NETWORK, Matching.OPEN, as_reason=False)


def why(made: Matchmaker, one: str = "a", other: str = "b0") -> Explanation:
    return explain(made, made.view.find(f"person:{one}"), made.view.find(f"person:{other}"), Scope.ANY)


@pytest.mark.parametrize(
    ("need", "offer", "values"),
    [
        (c("chat"), c("project"), {"step": "chat", "by": "both"}),
        (c("chat"), {}, {"step": "chat", "by": "need"}),
        ({}, c("answer"), {"step": "answer", "by": "offer"}),
        ({}, {"exchange": "gift"}, {}),
    ],
)
def test_the_reason_tells_the_first_step_of_both(
    need: dict[str, str], offer: dict[str, str], values: dict[str, str]
) -> None:
    made = maker(town(need, offer))
    mine, theirs = (why(made, *pair) for pair in (("a", "b0"), ("b0", "a")))
    told = next(r for r in theirs.reasons if r.code is ReasonCode.OFFER_WANTED)
    assert dict(told.values) == values == dict(need_met(mine).values)  # type: ignore[union-attr]
    for lang in LANGUAGES:
        plain = sentence(replace(told, values={}), theirs.recommendation, lang, Reader.VIEWER)
        words = sentence(told, theirs.recommendation, lang, Reader.VIEWER)
        assert words is not None
        assert words.startswith(plain or "?")
        assert (words == plain) == (not values)


def test_a_first_step_in_words() -> None:
    told = why(maker(town(c("answer"), c("monthly"))))
    (reason,) = [r for r in told.reasons if r.code is ReasonCode.NEED_MET]
    assert (sentence(reason, told.recommendation, "ja", Reader.VIEWER) or "").endswith(
        "まずは「質問に5分で答える」から（双方の希望に合います）。"
    )
    assert (sentence(reason, told.recommendation, "en", Reader.VIEWER) or "").endswith(
        "A first step that suits both: a question answered in five minutes."
    )


def test_who_may_not_read_the_offer_learns_nothing_of_its_conditions() -> None:
    me = Viewer.parse("person:a")
    told = [why(maker(town(c("chat"), offer, policy=UNTOLD), me)) for offer in (c("project"), c("chat"), {})]
    assert told[0] == told[1] == told[2]
    assert need_met(told[0]) is not None
    apart = why(maker(town(c("chat"), c("answer"), policy=UNTOLD), me))
    assert (apart.mismatches, need_met(apart)) == ((), None)
    assert Obstacle.CONDITIONS not in apart.obstacles
    assert ChangeCode.CONDITIONS not in {change.code for change in apart.changes}
    hidden = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
    unseen = [why(maker(town(c("chat"), offer, policy=hidden), me)) for offer in (c("project"), c("answer"), {})]
    assert unseen[0] == unseen[1] == unseen[2]


def test_hidden_conditions_change_nothing_that_is_told() -> None:
    rng = np.random.default_rng(7)
    words = [c(w) for w in Commitment]
    words += [{"hours_per_month": "3"}, {"exchange": "paid"}, {"exchange_wanted": "gift"}, {}]

    def with_conditions(world: World, viewer: Viewer, turn: int) -> World:
        """Conditions by the words of each statement; in another turn other ones where the viewer may not see it."""
        stated = []
        for one in world.statements:
            seen = may_see(world, viewer, Purpose.INTRODUCTION, one.policy, one.owner)
            place = int(one.id.rpartition(":")[2], 16) + (0 if seen else turn)
            stated.append(replace(one, details=words[place % len(words)]))
        return replace(world, statements=tuple(stated))

    for _ in range(40):
        plain = random_world(rng)
        everybody = viewers(plain)
        viewer = everybody[int(rng.integers(len(everybody)))]
        other = with_conditions(hide_and_change(plain, viewer, Purpose.INTRODUCTION, rng), viewer, 1)
        world = with_conditions(plain, viewer, 0)
        answers = [
            Matchmaker(gate.view(w.snapshot(), viewer, Purpose.INTRODUCTION, TODAY), ENCODER).answer(Request(k=4))
            for w in (world, other)
        ]
        assert repr(answers[0]) == repr(answers[1]), str(viewer)


def test_b23_why_not_and_what_would_change_it() -> None:
    told = why(maker(town({**c("monthly"), "hours_per_month": "10", "exchange_wanted": "gift"},
                          {**c("chat"), "hours_per_month": "2", "exchange": "paid"})))  # fmt: skip
    assert Obstacle.CONDITIONS in told.obstacles
    (apart,) = told.mismatches
    assert apart.code is ReasonCode.NEED_MET
    assert [(lack.detail, lack.needed, lack.offered) for lack in apart.lacks] == [
        (Detail.COMMITMENT, "monthly", "chat"), (Detail.HOURS, "10", "2"), (Detail.EXCHANGE, "gift", "paid"),
    ]  # fmt: skip
    codes = [change.code for change in told.changes]
    assert ChangeCode.CONDITIONS in codes
    assert ChangeCode.NEED_MET not in codes
    turned = why(maker(town(c("monthly"), c("chat"))), "b0", "a")
    assert [m.code for m in turned.mismatches] == [ReasonCode.OFFER_WANTED]


def test_the_place_that_other_conditions_promise_is_the_place_taken() -> None:
    def known(offer: dict[str, str]) -> Explanation:
        changes = town(c("monthly"), offer, *[c("monthly")] * 3)
        for one, other in (("b1", "b2"), ("b2", "b3"), ("b3", "b0")):
            changes.add_tie(TieKind.MET, f"person:{one}", f"person:{other}", TOLD, TOLD, HERE, t=1.0)
        return why(maker(changes))

    promised = [change.place for change in known(c("chat")).changes if change.mismatch]
    assert promised == [known(c("monthly")).place]
    assert promised != [known(c("chat")).place]


def test_conditions_are_no_obstacle_where_something_better_goes_together() -> None:
    changes = town(c("monthly"), c("chat"))
    changes.statements.append(Statement("person:b0", OFFER, f"{TAXES}。", TOLD, HERE, details=c("monthly")))
    told = why(maker(changes))
    assert need_met(told) is not None
    assert len(told.mismatches) <= 1
