"""Portable card: what a person carries to another space, with decisions that wait for the person there (B20)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from graph import gate
from graph.changes import ChangeSet
from graph.errors import Unknown, WrongUse
from graph.export.wording import Wording
from graph.facts import Facts
from graph.kinds import Said, TieKind
from graph.policy import Audience, Matching, Policy, Purpose
from graph.records import Field, NodeId, Provenance, key_of
from graph.snapshot import Snapshot
from graph.tables import SAID_CODE, STATEMENT_KINDS, TIE_CODE
from graph.view import View
from graph.viewer import Role, Viewer

CARD_FIELD = "card"
"""Attribute that holds the id of a person's card; for its owner only."""
CARD_POLICY = Policy(Audience.ONLY_ME)
SKILL_ITEM = "skill"
CARRIED = Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST)
"""The widest release of what a card brings: a space that it comes to is asked of its owner anew."""
_BY_OTHERS = (SAID_CODE[Said.STAFF], SAID_CODE[Said.MIXER])


@dataclass(frozen=True, slots=True)
class CardFact:
    """Something on a card: a field by its name, a statement by its kind, or a skill."""

    item: str
    text: str
    policy: Policy
    t: float | None = None
    details: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a person carries.

    Attributes
    ----------
    id : str
        32 hexadecimal digits made once by chance: the same for every card of this person.
    fields, statements, skills : tuple of CardFact
        What the person chose.
    """

    id: str
    fields: tuple[CardFact, ...]
    statements: tuple[CardFact, ...]
    skills: tuple[CardFact, ...]


def card_of(view: View, person: str, card: str, items: Collection[str] | None = None) -> Card:
    """Make the card of a person.

    Parameters
    ----------
    view : View
        What the person sees of the own facts, for `graph.policy.Purpose.EXPORT`.
    person : str
        Id of the person.
    card : str
        Id of the card.
    items : collection of str, optional
        Names of attributes, kinds of statements, ``skill``: all facts of these. By default what the person
        released to the own space or wider.

    Raises
    ------
    graph.errors.WrongUse
        If there is nothing of an item.
    graph.errors.Unknown
        If there is no such person in the view.

    Notes
    -----
    What staff and mixers said about the person stays where it is, as do memberships and ties to people: they
    are not the person's alone. Every policy is narrowed to `CARRIED`, without names of spaces and people.
    """
    if person not in view.row_of:
        raise Unknown("person", person.partition(":")[2])
    facts = sorted(_facts(view, view.row_of[person]), key=lambda f: (f[1].item, f[1].text))
    there = {fact.item for _, fact in facts}
    strange = sorted(set(items or ()) - there)
    if strange:
        raise WrongUse(f"card: nothing of {strange[0]!r} here; there are {', '.join(sorted(there)) or 'no facts'}")
    chosen = [
        (kind, CardFact(f.item, f.text, narrowed(f.policy), f.t, f.details))
        for kind, f in facts
        if (f.policy.audience >= Audience.MY_SPACE if items is None else f.item in items)
    ]
    return Card(card, *(tuple(f for kind, f in chosen if kind == k) for k in ("field", "statement", "skill")))


def narrowed(policy: Policy) -> Policy:
    """Give a decision as a card carries it."""
    return Policy(
        min(policy.audience, CARRIED.audience),
        min(policy.matching, CARRIED.matching),
        purposes=policy.purposes,
        valid_until=policy.valid_until,
    )


def card_id(view: View, person: str) -> str | None:
    """Give the id of the card of a person who has one already."""
    row = view.row_of.get(person, -1)
    return view.values(CARD_FIELD).get(row)


def given_card(snapshot: Snapshot, person: NodeId, card: str, actor: str) -> ChangeSet | None:
    """Keep the id of a person's card; nothing else of the person's record changes, whatever it is merged with.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    person : NodeId
        Whose card it is.
    card : str
        Id of the card.
    actor : str
        Who acts.

    Returns
    -------
    ChangeSet or None
        None where the person has a card already.

    Raises
    ------
    graph.errors.Unknown
        If there is no such person.
    """
    if card_id(gate.view(snapshot, Viewer(Role.PERSON, key_of(person)), Purpose.EXPORT), person):
        return None
    (node,) = Facts(snapshot).nodes(np.array([snapshot.find(person)]))
    fields = {CARD_FIELD: Field(card, CARD_POLICY, Provenance(CARD_FIELD, None, Said.SELF))}
    changes = ChangeSet(f"card:{card}", actor, "card", expected=snapshot.mark)
    changes.nodes.append(replace(node, fields=fields))
    return changes


def _facts(view: View, row: int) -> Iterator[tuple[str, CardFact]]:
    words, policies = Wording(view), view.policies
    for i in words.fields[row]:
        name = view.fields.name[i]
        if name != CARD_FIELD and view.fields.value[i] and view.fields.said[i] not in _BY_OTHERS:
            yield "field", CardFact(name, view.fields.value[i], policies[view.fields.policy[i]])
    statements = view.statements.take(view.statements.owner == row)
    for i in range(len(statements)):
        if statements.said[i] not in _BY_OTHERS:
            t, details = float(statements.t[i]), json.loads(statements.details[i] or "{}")
            kind, policy = str(STATEMENT_KINDS[statements.kind[i]]), policies[statements.policy[i]]
            yield "statement", CardFact(kind, statements.text[i], policy, None if t != t else t, details)
    ties = view.ties.take((view.ties.src == row) & (view.ties.kind == TIE_CODE[TieKind.HAS_SKILL]))
    for dst, policy_src in zip(ties.dst.tolist(), ties.policy_src.tolist(), strict=True):
        yield "skill", CardFact(SKILL_ITEM, view.label(dst), policies[policy_src])
