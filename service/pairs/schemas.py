"""What answers about two people look like to programs."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from recommend.mismatches import Mismatch
from recommend.results import Band, ReasonCode, Scope
from recommend.whatif import WhatIf
from recommend.why import ChangeCode, Explanation, Obstacle
from service.languages import Lang
from service.pairs.words import change_words, gains, obstacles_told
from service.recommendations.schemas import Out, PartyOut, ReasonOut, Words


class ObstacleOut(Out):
    """What speaks against an introduction."""

    code: Obstacle
    values: Mapping[str, str] = Field(description="Who needs, and what is needed and offered, for `conditions`.")
    text: Words

    @classmethod
    def all_of(cls, told: Explanation) -> list[ObstacleOut]:
        """Take over the obstacles of an explanation, in order."""
        said = zip(*(obstacles_told(told, lang) for lang in Lang), strict=True)
        return [
            cls(
                code=obstacle,
                values={} if both[0][0] is None else _values(both[0][0]),
                text={lang.value: words for lang, (_, words) in zip(Lang, both, strict=True)},
            )
            for obstacle, both in zip(told.obstacles, said, strict=True)
        ]


def _values(mismatch: Mismatch) -> dict[str, str]:
    """Give who needs and, by condition, what is needed and offered."""
    out = {"needs": "person" if mismatch.code is ReasonCode.NEED_MET else "partner"}
    for lack in mismatch.lacks:
        out[f"needed_{lack.detail}"], out[f"offered_{lack.detail}"] = lack.needed, lack.offered
    return out


class ChangeOut(Out):
    """What would change the answer."""

    code: ChangeCode
    place: int | None = Field(description="Place the partner would take; null where it is not told.")
    n: int = Field(description="Number of sentences, for `release`.")
    text: Words


class WhyOut(Out):
    """Why two people should meet, why not, and what would change it."""

    viewer: str
    scope: Scope
    person: PartyOut
    partner: PartyOut
    possible: bool = Field(description="Whether the partner may be proposed to the person.")
    place: int | None = Field(description="Place of the partner in the person's list, for operator and analyst only.")
    of: int | None = Field(description="Number of possible partners, for operator and analyst only.")
    band: Band | None
    reasons: list[ReasonOut]
    obstacles: list[ObstacleOut]
    changes: list[ChangeOut]

    @classmethod
    def of_explanation(cls, told: Explanation, viewer: str) -> WhyOut:
        """Take over an explanation and say it in both languages."""
        return cls(
            viewer=viewer,
            scope=told.scope,
            person=PartyOut.of(told.person),
            partner=PartyOut.of(told.partner),
            possible=told.band is not None,
            place=told.place,
            of=told.of,
            band=told.band,
            reasons=[ReasonOut.of(r, told.recommendation) for r in told.reasons],
            obstacles=ObstacleOut.all_of(told),
            changes=[
                ChangeOut(
                    code=c.code, place=c.place, n=c.n,
                    text={lang.value: change_words(c, told, lang) for lang in Lang},
                )
                for c in told.changes
            ],
        )  # fmt: skip


class JoinedOut(Out):
    """Two communities that a tie joins."""

    a: str
    b: str
    ties: int
    expected: int


class WhatIfOut(Out):
    """What a meeting would do for the network."""

    viewer: str
    person: PartyOut
    partner: PartyOut
    met: bool = Field(description="They have met: nothing changes.")
    steps: int | None = Field(description="Introductions from one to the other now; null where no way leads there.")
    people_joined: int = Field(ge=0, description="Pairs of people who could not reach each other before.")
    pairs_closer: int | None = Field(description="Pairs who come closer; null above 2,000 people.")
    reach_gain: float = Field(ge=0, le=1, description="Drop of the Kirchhoff index as a share of it.")
    better_than: float = Field(ge=0, le=1, description="Share of the person's other possible meetings that do less.")
    joined: JoinedOut | None
    text: dict[str, list[str]] = Field(description="The same in words by language.")

    @classmethod
    def of(cls, made: WhatIf, viewer: str) -> WhatIfOut:
        """Take over what a meeting would do."""
        joined = made.joined
        return cls(
            viewer=viewer,
            person=PartyOut.of(made.person),
            partner=PartyOut.of(made.partner),
            met=made.met,
            steps=made.steps,
            people_joined=made.people_joined,
            pairs_closer=made.pairs_closer,
            reach_gain=made.reach_gain,
            better_than=made.better_than,
            joined=None
            if joined is None
            else JoinedOut(a=joined.a, b=joined.b, ties=joined.ties, expected=joined.expected),
            text={lang.value: gains(made, lang) for lang in Lang},
        )
