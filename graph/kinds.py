"""The words of the graph: kinds of nodes, statements and ties."""

from __future__ import annotations

from enum import StrEnum


class NodeKind(StrEnum):
    """What a node is; also the prefix of its id (``person:KZ-0012``)."""

    PERSON = "person"
    ORGANISATION = "organisation"
    SPACE = "space"
    COMMUNITY = "community"
    GROUP = "group"
    SKILL = "skill"
    PROJECT = "project"
    EVENT = "event"
    HEARING = "hearing"
    INTRODUCTION = "introduction"
    OUTCOME = "outcome"
    AGREEMENT = "agreement"


class StatementKind(StrEnum):
    """What a text says about its owner (A13): ``text`` is free text of undeclared kind."""

    NEED = "need"
    OFFER = "offer"
    VISION = "vision"
    ACTIVITY = "activity"
    STORY = "story"
    TEXT = "text"


class Detail(StrEnum):
    """Conditions of a need or an offer beside its words (A15, A16, A20): keys of the details of a statement."""

    COMMITMENT = "commitment"  # a word of `Commitment`
    HOURS = "hours_per_month"  # a number from 0, as text
    EXCHANGE = "exchange"  # a word of `Exchange`; what is asked for a need is kept as `EXCHANGE_WANTED`


EXCHANGE_WANTED = "exchange_wanted"
"""Key of the exchange that somebody asks for a need.

It is not `Detail.EXCHANGE`, which needs have had from columns that told how their owner gives.
"""


class Commitment(StrEnum):
    """How far an offer goes, or a need asks somebody to go, from little to much."""

    ANSWER = "answer"  # a question answered in five minutes
    CHAT = "chat"  # one chat
    TASK = "task"  # a task done once
    MONTHLY = "monthly"  # something every month
    PROJECT = "project"  # a project together


class Exchange(StrEnum):
    """What is given in return."""

    GIFT = "gift"
    SWAP = "swap"
    PAID = "paid"
    UNDECIDED = "undecided"


class TieKind(StrEnum):
    """What joins two nodes; the comment gives source and target."""

    MEMBER_OF = "MEMBER_OF"  # person or organisation -> space, community or organisation
    JOINED = "JOINED"  # person -> group, dated membership: no meeting by itself
    HAS_SKILL = "HAS_SKILL"  # person or organisation -> skill
    MET = "MET"  # person - person, dated or undated meeting
    KNOWS = "KNOWS"  # person - person, acquaintance
    COLLABORATED = "COLLABORATED"  # person -> project, or person - person
    ATTENDED = "ATTENDED"  # person -> event
    VISITED = "VISITED"  # person -> space, as a drop-in
    HELD_AT = "HELD_AT"  # event, project or hearing -> space
    MIXES = "MIXES"  # person -> space, grant of a mixer with dates
    MANAGES = "MANAGES"  # person -> space, community manager
    REPRESENTS = "REPRESENTS"  # person -> organisation, named contact
    PARTNERS = "PARTNERS"  # organisation - organisation or space - space
    COVERS = "COVERS"  # agreement -> space
    KEY_OF = "KEY_OF"  # person or organisation -> space, whom mixers name as a key to the place
    PARTY_TO = "PARTY_TO"  # person -> introduction, from when it was proposed until it was answered
    NOT_WITH = "NOT_WITH"  # person -> person or organisation: never introduce; control, no fact
    SAME_AS = "SAME_AS"  # record -> the record that it is, both people or organisations; control, no fact
    MAYBE_SAME = "MAYBE_SAME"  # record - record: somebody should say whether they are one; control, no fact
    NOT_SAME = "NOT_SAME"  # record - record: they are not one; control, no fact


class Said(StrEnum):
    """Who said a fact (B27)."""

    SELF = "self"
    STAFF = "staff"
    MIXER = "mixer"
    RECORD = "record"
    PUBLIC = "public"


SYMMETRIC: frozenset[TieKind] = frozenset(
    {TieKind.MET, TieKind.KNOWS, TieKind.PARTNERS, TieKind.MAYBE_SAME, TieKind.NOT_SAME}
)
"""Kinds whose two ends are equal; stored with the smaller id first."""

DATED_KEY: frozenset[TieKind] = frozenset({TieKind.MET, TieKind.ATTENDED, TieKind.VISITED, TieKind.KNOWS})
"""Kinds of which two people may hold several ties at different times; the time is part of the key."""

OWNER_KINDS: frozenset[NodeKind] = frozenset({NodeKind.PERSON, NodeKind.ORGANISATION})
"""Kinds of nodes that own facts and decide about them; other ends of a tie have no say."""

DECLARED: frozenset[NodeKind] = frozenset({NodeKind.SPACE, NodeKind.COMMUNITY, NodeKind.ORGANISATION})
"""Kinds that count as a declared community of their members."""
