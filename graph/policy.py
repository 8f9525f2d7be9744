"""Who may see a fact, and what it may be used for (B19; the lattice deny > allow > unset = deny)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import lru_cache

from graph.errors import WrongUse


class Audience(IntEnum):
    """How far a fact may travel, narrow to wide; every level includes the narrower ones.

    The owner always sees the own facts. ``MY_MIXERS``: mixers granted a space of the owner.
    ``MY_SPACE``: also the members and the manager of a space of the owner. ``PARTNERS``: also those
    of the spaces named in the policy. ``NETWORK``: every person, mixer, manager and analyst.
    ``PUBLIC``: everybody.
    """

    ONLY_ME = 0
    MY_MIXERS = 1
    MY_SPACE = 2
    PARTNERS = 3
    NETWORK = 4
    PUBLIC = 5


class Matching(IntEnum):
    """Whether a fact may move a ranking; ``OWNER_FIRST`` only in lists addressed to its owner."""

    NONE = 0
    OWNER_FIRST = 1
    OPEN = 2


class Purpose(StrEnum):
    """What a reader wants facts for; a fact serves only the purposes of its policy."""

    INTRODUCTION = "introduction"
    REPORT = "report"
    ANALYSIS = "analysis"
    EXPORT = "export"


ALL_PURPOSES: frozenset[Purpose] = frozenset(Purpose)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the owner of a fact decided about it.

    Attributes
    ----------
    audience : Audience
        How far the fact may travel.
    matching : Matching
        Whether it may be used in scores.
    as_reason : bool
        Whether its words may be quoted as a reason to somebody who may see it.
    partners : frozenset of str
        Ids of the spaces named by the owner; used by ``Audience.PARTNERS`` only.
    purposes : frozenset of Purpose
        What the fact may be used for.
    denied : frozenset of str
        Ids of spaces and people who never see it, whatever the audience says: deny beats allow.
    valid_until : datetime.date or None
        Last day on which the fact may be used.
    """

    audience: Audience
    matching: Matching = Matching.NONE
    as_reason: bool = False
    partners: frozenset[str] = frozenset()
    purposes: frozenset[Purpose] = ALL_PURPOSES
    denied: frozenset[str] = frozenset()
    valid_until: dt.date | None = None

    def __post_init__(self) -> None:
        if self.partners and self.audience is not Audience.PARTNERS:
            raise WrongUse(f"partners {sorted(self.partners)} need audience 'partners', got {self.audience!r}")

    def to_json(self) -> str:
        """Write the policy as one canonical line: equal policies give equal text."""
        return _written(self)

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """Read what `to_json` wrote."""
        raw = json.loads(text)
        until = raw.get("valid_until")
        return cls(
            audience=Audience[raw["audience"].upper()],
            matching=Matching[raw["matching"].upper()],
            as_reason=raw["as_reason"],
            partners=frozenset(raw.get("partners", ())),
            purposes=frozenset(Purpose(p) for p in raw.get("purposes", ALL_PURPOSES)),
            denied=frozenset(raw.get("denied", ())),
            valid_until=dt.date.fromisoformat(until) if until else None,
        )

    def with_audience(self, audience: Audience, partners: frozenset[str] = frozenset()) -> Policy:
        """Give the same decision for another audience."""
        return replace(self, audience=audience, partners=partners)


# Defaults of a fact whose owner has said nothing: reliability model, narrow and easy to widen.
PRESENCE = Policy(Audience.MY_SPACE, Matching.OWNER_FIRST)
NAME = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
SKILL = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
OFFER = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
NEED = Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST)
VISION = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
CONTACT = Policy(Audience.ONLY_ME, Matching.NONE)
MEMBERSHIP = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
ATTENDANCE = Policy(Audience.MY_SPACE, Matching.OPEN)
ACQUAINTANCE = Policy(Audience.ONLY_ME, Matching.NONE)
COLLABORATION = Policy(Audience.MY_SPACE, Matching.OPEN)
HEARSAY = Policy(Audience.MY_MIXERS, Matching.NONE)
NETWORK_OPEN = Policy(Audience.NETWORK, Matching.OPEN, as_reason=True)
PUBLIC_OPEN = Policy(Audience.PUBLIC, Matching.OPEN, as_reason=True)


def stricter(a: Policy, b: Policy) -> Policy:
    """Combine two decisions about one fact into the stricter one, used when records are merged.

    Two policies with different named partners meet in the spaces named by both; with none left the
    fact falls back to the owner's own space.
    """
    audience, partners = _narrower_audience(a, b)
    untils = [p.valid_until for p in (a, b) if p.valid_until is not None]
    return Policy(
        audience=audience,
        matching=min(a.matching, b.matching),
        as_reason=a.as_reason and b.as_reason,
        partners=partners,
        purposes=a.purposes & b.purposes,
        denied=a.denied | b.denied,
        valid_until=min(untils) if untils else None,
    )


def _narrower_audience(a: Policy, b: Policy) -> tuple[Audience, frozenset[str]]:
    audience = min(a.audience, b.audience)
    if audience is not Audience.PARTNERS:
        return audience, frozenset()
    if a.audience is b.audience:
        partners = a.partners & b.partners
        return (audience, partners) if partners else (Audience.MY_SPACE, frozenset())
    return audience, a.partners or b.partners


@lru_cache(maxsize=16_384)
def _written(policy: Policy) -> str:
    out: dict[str, object] = {
        "audience": policy.audience.name.lower(),
        "matching": policy.matching.name.lower(),
        "as_reason": policy.as_reason,
    }
    if policy.partners:
        out["partners"] = sorted(policy.partners)
    if policy.purposes != ALL_PURPOSES:
        out["purposes"] = sorted(policy.purposes)
    if policy.denied:
        out["denied"] = sorted(policy.denied)
    if policy.valid_until is not None:
        out["valid_until"] = policy.valid_until.isoformat()
    return json.dumps(out, ensure_ascii=False, sort_keys=True)
