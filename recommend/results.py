"""What a recommendation is: data first, words later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph.kinds import NodeKind


class Scope(StrEnum):
    """Which partners may be proposed."""

    ANY = "any"  # everybody not yet met
    ACROSS = "across"  # both have a declared community and share none
    FAR = "far"  # across, and no partner in common


class Ranking(StrEnum):
    """How proposals are ordered."""

    INDIVIDUAL = "individual"  # each person's own list, before capacities
    BALANCED = "balanced"  # one round for everybody, each pair once


class Track(StrEnum):
    """What partners are wanted for; the two are kept apart, so that neither hides the lack of the other."""

    COLLABORATOR = "collaborator"  # needs and offers meet: to work together
    SYMPATHISER = "sympathiser"  # visions are close: to stand by


USUAL = 0.5
"""Place of the dial from near to far at which lists are as without one."""


class Band(StrEnum):
    """How strong something is, for people who see no scores."""

    STRONG = "strong"
    GOOD = "good"
    FAIR = "fair"


class ReasonCode(StrEnum):
    """Why two people should meet; stable codes for the column ``reasons`` and for scripts."""

    NEED_MET = "need_met"  # the partner offers what the person needs
    OFFER_WANTED = "offer_wanted"  # the person offers what the partner needs
    SHARED_VISION = "shared_vision"
    SHARED_TOPIC = "shared_topic"  # texts of undeclared kind that are close
    COMMON_PARTNERS = "common_partners"  # both met the same people
    SHARED_EVENT = "shared_event"
    SHARED_GROUP = "shared_group"
    JOINS_COMMUNITIES = "joins_communities"  # fewer ties between their communities than expected
    HIDDEN_TALENT = "hidden_talent"  # the partner meets a need well and is known to few
    NEXT_STEP = "next_step"  # how far a person is involved with an organisation, and the next small step
    KEY_PERSON = "key_person"  # mixers name the partner as a key to a place
    SURPRISE = "surprise"  # far and less certain: a pick that was dared
    PEOPLE_FIT = "people_fit"  # texts of people there fit; of an organisation, project, space or community
    PARTNERS_THERE = "partners_there"  # the person has met people there


@dataclass(frozen=True, slots=True)
class Party:
    """One side of an introduction, as far as the viewer may see.

    Attributes
    ----------
    id : str
        Id of the imported file where it had ids, else ours.
    name : str or None
        None where the viewer may not see it.
    communities : tuple of str
        Names of the declared communities that the viewer may see.
    kind : NodeKind
        What it is; the id of another kind than a person begins with it, as in ``project:P-3``.
    """

    id: str
    name: str | None
    communities: tuple[str, ...] = ()
    kind: NodeKind = NodeKind.PERSON

    @property
    def label(self) -> str:
        """Name, or the id where there is none to show."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, as data.

    Attributes
    ----------
    code : ReasonCode
        What kind of reason.
    band : Band
        How strong.
    person_text, partner_text : str or None
        The sentences that met, where the owner allows them to be quoted to the viewer.
    values : mapping of str to str or int
        What the words need besides: counts, names of communities or events.
    for_person, for_partner : bool
        Whether that side may read this reason; a mixer passes on only what is true here.
    """

    code: ReasonCode
    band: Band
    person_text: str | None = None
    partner_text: str | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)
    for_person: bool = False
    for_partner: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One proposal: this person should meet this partner.

    Attributes
    ----------
    rank : int
        From 1; of the person's list (individual) or of the round (balanced).
    score : float
        Finite, larger is better, comparable inside one list only; for operator and analyst only.
    band : Band
        The same for everybody else.
    reasons : tuple of Reason
        Strongest first; may be empty where nothing may be told.
    ask_first : bool
        True when one of both has not yet agreed to be introduced: ask before proposing.
    contacts : tuple of Party
        People who can be asked where a side is no person, those who speak for an organisation first.
    """

    person: Party
    partner: Party
    rank: int
    score: float
    band: Band
    reasons: tuple[Reason, ...] = ()
    ask_first: bool = False
    contacts: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What `recommend.pipeline.recommend` gives.

    Attributes
    ----------
    recommendations : tuple of Recommendation
        By person in the order of ids and then rank (individual), or by rank (balanced).
    unserved : tuple of Party
        People for whom nobody was found, so that nobody is left out silently.
    encoder : str
        Name of the text encoder that was used.
    notice : Mapping of str to str
        Words by language, when another encoder than the wanted one had to serve; empty otherwise.
    waiting : tuple of Party
        Those of them for whose answer as many introductions wait as they take; the operator alone is told.
    """

    scope: Scope
    ranking: Ranking
    recommendations: tuple[Recommendation, ...]
    unserved: tuple[Party, ...]
    encoder: str
    notice: Mapping[str, str] = field(default_factory=dict)
    waiting: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the recommender.

    Attributes
    ----------
    space : str or None
        Id of a space: partners for each of its members. None with ``person`` None = for everybody.
    person : str or None
        Id of one person.
    organisation : str or None
        Id of one organisation, where partners of other kinds than people are wanted.
    kinds : tuple of NodeKind
        What the partners may be; more than people only in the list of one person or organisation.
    k : int
        Length of each person's list, from 1; of no meaning in a balanced round.
    pairs : int or None
        Number of introductions of a balanced round; None = as many as people asked for.
    capacity : int
        Most introductions one person takes part in, in a balanced round, from 1.
    surprise : float or None, in [0, 1]
        Share of picks that are dared: far and less certain. None = the usual share of a round, and none in own lists,
        which are in the order of their scores.
    """

    space: str | None = None
    person: str | None = None
    organisation: str | None = None
    kinds: tuple[NodeKind, ...] = (NodeKind.PERSON,)
    k: int = 10
    scope: Scope = Scope.ANY
    ranking: Ranking = Ranking.BALANCED
    pairs: int | None = None
    capacity: int = 3
    surprise: float | None = None
