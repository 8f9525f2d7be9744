"""Who and what is known: in the graph before the import, and in the files of the import read so far."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from graph.kinds import EXCHANGE_WANTED, Detail, NodeKind, Said, StatementKind, TieKind
from graph.policy import Policy
from graph.records import Provenance, key_of, node_id
from graph.snapshot import Snapshot
from graph.tables import NODE_CODE, SAID_CODE, STATEMENT_KINDS, TIE_KINDS
from ingest.japanese import fold, mail_key, name_key, organisation_key, reading_key, shown
from ingest.splitting import parts

TABLE_DETAIL = "asked_in"
"""Detail of a statement: shape of the table that it came from, so that a newer one can take it back."""
CONDITIONS = frozenset(map(str, (*Detail, EXCHANGE_WANTED)))
"""Details of a need or an offer that tables ask for."""

NUMBER_FIELD = "number"
HEARSAY = (Said.STAFF, Said.MIXER)
OWNED_TIES = (TieKind.MEMBER_OF, TieKind.ATTENDED, TieKind.COLLABORATED, TieKind.REPRESENTS, TieKind.HAS_SKILL)

Fact = str | tuple[str, ...]
"""What a policy is about: id of a node or statement, node and field, or kind, source and target of a tie."""


@dataclass(slots=True)
class Person:
    """What tells one person from another.

    Attributes
    ----------
    name, reading : str
        Keys; empty where unknown.
    mails : set of str
        Normalised addresses.
    organisations, spaces : set of str
        Ids of what the person belongs to.
    numbered : bool
        Whether the person has a member number.
    """

    id: str
    name: str = ""
    reading: str = ""
    mails: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    spaces: set[str] = field(default_factory=set)
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where and when somebody made a statement.

    Attributes
    ----------
    origin : Provenance
        Where it was said.
    t : float or None
        When, POSIX seconds.
    details : mapping of str to str
        What else is kept with it.
    """

    origin: Provenance
    t: float | None
    details: Mapping[str, str]


class Directory:
    """Finds people, organisations and spaces by what files call them.

    Parameters
    ----------
    snapshot : Snapshot
        The graph before the import, unreduced: nothing of it is shown, it is only recognised.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.people: dict[str, Person] = {}
        self.ids: set[str] = set(snapshot.nodes.ids.tolist())
        self.values: dict[tuple[str, str], str] = {}
        self.policies: dict[Fact, tuple[Policy, Said]] = {}
        self.answered: dict[str, float] = {}
        self.spoken: dict[str, Spoken] = {}
        self.conditions: dict[str, dict[str, str]] = {}
        self.heard: dict[str, dict[str, str]] = {}
        self.stated: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.labels: dict[tuple[str, str], str] = {}
        self._numbers: dict[str, str] = {}
        self._mails: defaultdict[str, set[str]] = defaultdict(set)
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._spaces: dict[str, str] = {}
        self._organisations: dict[str, str] = {}
        self._load(snapshot)

    # ---- finding

    def by_number(self, number: str) -> Person | None:
        """Find the person of a member number, whatever its width and case."""
        found = self._numbers.get(fold(number)) if number else None
        return self.people.get(found) if found else None

    def by_mail(self, mail: str) -> list[Person]:
        """Give the people of a normalised mail address, sorted by id."""
        return [self.people[i] for i in sorted(self._mails.get(mail, ()))] if mail else []

    def by_name(self, name: str) -> list[Person]:
        """Give the people of a name, sorted by id."""
        key = name_key(name)
        return [self.people[i] for i in sorted(self._names.get(key, ()))] if key else []

    def person(self, text: str) -> Person | None:
        """Find somebody by member number, by mail, or by a name that only one person has."""
        found = self.by_number(text)
        if found:
            return found
        people = self.by_mail(mail_key(text)) or self.by_name(text)
        return people[0] if len(people) == 1 else None

    def space(self, name: str) -> str:
        """Give the id of a space: the known one of that name, else the one it will have."""
        return self._spaces.get(fold(name)) or node_id(NodeKind.SPACE, shown(name))

    def knows_space(self, name: str) -> bool:
        """Tell whether there is a space of that name."""
        return fold(name) in self._spaces

    def organisation(self, name: str) -> str:
        """Give the id of an organisation: the known one of that name, else the one it will have."""
        key = organisation_key(name) or shown(name)  # a name may be a legal form and nothing else
        return self._organisations.get(key) or node_id(NodeKind.ORGANISATION, key)

    # ---- learning

    def learn_person(
        self, identifier: str, *, number: str = "", name: str = "", reading: str = "", mail: str = "",
        organisations: Iterable[str] = (), spaces: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Remember what a file says of a person; empty texts say nothing."""
        person = self.people.setdefault(identifier, Person(identifier))
        self.ids.add(identifier)
        if number:
            self._numbers.setdefault(fold(number), identifier)
            person.numbered = True
        if name:
            self._names[name_key(name)].add(identifier)
            person.name = name_key(name)
        person.reading = reading_key(reading) or person.reading
        if mail:
            self._mails[mail].add(identifier)
            person.mails.add(mail)
        person.organisations.update(organisations)
        person.spaces.update(spaces)

    def learn_conditions(self, statement: str, told: Mapping[str, str], said: Said) -> dict[str, str]:
        """Take in what a table asks for and says of a need or an offer; all else stays as it was.

        Gives all that holds from now on; what was asked for and left empty no longer does. What staff or a mixer heard
        holds where it was heard alone.
        """
        known = self.heard if said in HEARSAY else self.conditions
        now = {**known.get(statement, {}), **told}
        known[statement] = {detail: word for detail, word in now.items() if word}
        return known[statement]

    def learn_space(self, identifier: str, name: str) -> None:
        """Remember a space by its name."""
        self._spaces.setdefault(fold(name), identifier)
        self.ids.add(identifier)

    def learn_organisation(self, identifier: str, name: str) -> None:
        """Remember an organisation by its name."""
        self._organisations.setdefault(organisation_key(name), identifier)
        self.ids.add(identifier)

    # ---- the graph before the import

    def _load(self, snapshot: Snapshot) -> None:
        ids = snapshot.nodes.ids
        self._load_policies(snapshot)
        for node, name, value in zip(
            snapshot.fields.node.tolist(), snapshot.fields.name, snapshot.fields.value, strict=True
        ):
            self.values[ids[node], name] = value
        for row in snapshot.of_kind(NodeKind.SPACE):
            self.learn_space(ids[row], self.values.get((ids[row], "name"), key_of(ids[row])))
        for row in snapshot.of_kind(NodeKind.ORGANISATION):
            self.learn_organisation(ids[row], self.values.get((ids[row], "name"), key_of(ids[row])))
            self._organisations.setdefault(key_of(ids[row]), ids[row])
        belongs = self._belonging(snapshot)
        for row in snapshot.of_kind(NodeKind.PERSON):
            self._load_person(ids[row], belongs[ids[row]])

    def _load_person(self, identifier: str, belongs: set[str]) -> None:
        def value(name: str) -> str:
            return self.values.get((identifier, name), "")

        self.learn_person(
            identifier,
            name=value("name"),
            reading=value("reading"),
            mail=mail_key(value("mail")),
            organisations=(i for i in belongs if i.startswith(f"{NodeKind.ORGANISATION}:")),
            spaces=(i for i in belongs if i.startswith(f"{NodeKind.SPACE}:")),
        )
        self._numbers.setdefault(fold(key_of(identifier)), identifier)
        self.people[identifier].numbered = not is_derived(identifier)
        for number in parts(value(NUMBER_FIELD)):
            self.learn_person(identifier, number=number)

    def _belonging(self, snapshot: Snapshot) -> defaultdict[str, set[str]]:
        ties = snapshot.ties_of(TieKind.MEMBER_OF)
        wanted = [NODE_CODE[NodeKind.SPACE], NODE_CODE[NodeKind.ORGANISATION]]
        ties = ties.take(np.isin(snapshot.nodes.kind[ties.dst], wanted))
        belongs: defaultdict[str, set[str]] = defaultdict(set)
        for src, dst in zip(snapshot.nodes.ids[ties.src], snapshot.nodes.ids[ties.dst], strict=True):
            belongs[src].add(dst)
        return belongs

    def _load_policies(self, snapshot: Snapshot) -> None:
        ids, said = snapshot.nodes.ids, {code: s for s, code in SAID_CODE.items()}
        policies = snapshot.policies
        nodes, fields, statements = snapshot.nodes, snapshot.fields, snapshot.statements
        for identifier, policy, who in zip(nodes.ids, nodes.policy.tolist(), nodes.said.tolist(), strict=True):
            self.policies[identifier] = (policies[policy], said[who])
        for node, name, policy, who in zip(
            fields.node.tolist(), fields.name, fields.policy.tolist(), fields.said.tolist(), strict=True
        ):
            self.policies[ids[node], name] = (policies[policy], said[who])
        for i, statement in enumerate(statements.ids):
            owner, who = ids[statements.owner[i]], said[int(statements.said[i])]
            self.policies[statement] = (policies[int(statements.policy[i])], who)
            details = json.loads(statements.details[i] or "{}")
            if TABLE_DETAIL in details:
                self.stated[owner, str(details[TABLE_DETAIL])].add(statement)
            conditions = {detail: str(details[detail]) for detail in CONDITIONS & details.keys()}
            if STATEMENT_KINDS[statements.kind[i]] is StatementKind.NEED:
                conditions.pop(Detail.EXCHANGE, None)  # earlier versions gave needs what their owner gives
            self.learn_conditions(statement, conditions, who)
            if who is Said.SELF:
                self._load_spoken(snapshot, i, details)
        ties = snapshot.ties_of(*OWNED_TIES)
        for kind, src, dst, policy, who in zip(
            ties.kind.tolist(), ties.src.tolist(), ties.dst.tolist(), ties.policy_src.tolist(), ties.said.tolist(),
            strict=True,
        ):  # fmt: skip
            fact = (TIE_KINDS[kind], ids[src], ids[dst])
            if said[who] is Said.SELF or self.policies.get(fact, (None, said[who]))[1] is not Said.SELF:
                self.policies[fact] = (policies[policy], said[who])

    def _load_spoken(self, snapshot: Snapshot, i: int, details: dict[str, str]) -> None:
        """Remember a statement that its owner made, and when the owner last made any."""
        table = snapshot.statements
        row, t = int(table.row[i]), float(table.t[i])
        origin = Provenance(str(snapshot.sources[table.source[i]]), row if row > 0 else None, Said.SELF)
        self.spoken[table.ids[i]] = Spoken(origin, None if np.isnan(t) else t, details)
        if not np.isnan(t):
            owner = snapshot.nodes.ids[table.owner[i]]
            self.answered[owner] = max(self.answered.get(owner, -np.inf), t)


def derived_id(*keys: str) -> str:
    """Give the id of a person without a member number: a digest, from which the keys cannot be read.

    Notes
    -----
    Whoever guesses a mail address can check the guess: the id is a pseudonym, no secret.
    """
    digest = hashlib.blake2b("\0".join(keys).encode(), digest_size=8).hexdigest()
    return node_id(NodeKind.PERSON, f"p-{digest}")


def is_derived(identifier: str) -> bool:
    """Tell whether the id of a person was made by `derived_id`."""
    key = key_of(identifier)
    return key.startswith("p-") and len(key) == 18
