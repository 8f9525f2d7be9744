"""People named by lists that are no list of members: participants, chats, cards, maps.

Such lists find people and add those who are new; of people who are known they change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graph.kinds import TieKind
from graph.policy import CONTACT, MEMBERSHIP, NAME, PRESENCE, Policy
from graph.records import key_of
from ingest.directory import NUMBER_FIELD
from ingest.identity import Claim, Identification
from ingest.japanese import fold, mail_key, shown
from ingest.members import OrganisationNames
from ingest.recorder import Recorder
from ingest.report import Report
from ingest.splitting import parts
from ingest.table import Row
from ingest.words import is_no_organisation, is_nothing

_SEVERAL = re.compile(r":::|[\s,;]+")
_IN_KEYS = str.maketrans(dict.fromkeys("、,，;；/／・･|｜ \n\r\t", "_"))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who a row is about.

    Attributes
    ----------
    user : str
        Key under which the source knows the person, with the name of the source before it; empty where none.
    name, reading, mail, organisation, occupation : str
        Empty where missing; ``mail`` is normalised.
    """

    row: Row
    user: str = ""
    name: str = ""
    reading: str = ""
    mail: str = ""
    organisation: str = ""
    occupation: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing tells who this is."""
        return not (self.user or self.name or self.mail)


@dataclass(frozen=True, slots=True)
class Defaults:
    """Policies of what is new about a person."""

    presence: Policy = PRESENCE
    name: Policy = NAME
    membership: Policy = MEMBERSHIP


def user_key(source: str, key: str) -> str:
    """Give the key of an account of a source, fit for an id.

    >>> user_key("connpass", "mihon_aoba"), user_key("linkedin", "")
    ('connpass:mihon_aoba', '')
    """
    return f"{source}:{shown(key).translate(_IN_KEYS)}" if shown(key) else ""


def read_newcomer(row: Row, user: str = "") -> Newcomer:
    """Read who a row is about from the meanings name, family_name, given_name, readings, mail and so on."""

    def joined(whole: str, family: str, given: str) -> str:
        if row[whole] and not is_nothing(row[whole]):
            return " ".join(row[whole].split())
        ends = (row[given], row[family]) if f"{row[family]}{row[given]}".isascii() else (row[family], row[given])
        return " ".join(" ".join(e for e in ends if not is_nothing(e)).split())

    organisation = row["organisation"].partition("\n")[0]
    return Newcomer(
        row,
        user,
        joined("name", "family_name", "given_name") or _plain(row["display_name"]),
        shown(joined("reading", "family_reading", "given_reading")),
        next(filter(None, map(mail_key, _SEVERAL.split(row["mail"]))), ""),
        "" if is_no_organisation(organisation) else " ".join(organisation.split()),
        _plain(row["occupation"]),
    )


def _plain(text: str) -> str:
    return "" if is_nothing(text) else shown(text)


class Newcomers:
    """Finds the people of one table and records those who are new.

    Parameters
    ----------
    report : Report
        Gets rows that cannot be told apart.
    recorder : Recorder
        Gets the records.
    defaults : Defaults
        Policies of what is new.
    """

    def __init__(self, report: Report, recorder: Recorder, defaults: Defaults) -> None:
        self.report, self.recorder, self.defaults = report, recorder, defaults
        self.directory = recorder.directory

    def record(self, people: Iterable[Newcomer]) -> dict[int, str]:
        """Record people, and give the id of a person for each row number; rows that were refused are left out."""
        told = [p for p in people if not self._nobody(p)]
        names = OrganisationNames(self.directory, {p.row.number: p for p in told})
        before = set(self.directory.people)
        search = Identification(self.directory, self.report, answers=False, may_create=lambda row: True)
        found = search.identify([self._claim(p, names) for p in told])
        for person in sorted(told, key=lambda p: p.row.content):
            identifier = found.get(person.row.number)
            if identifier:
                self._person(identifier, person, known=identifier in before)
                self._organisation(identifier, person, names)
        self.report.facts.people.update(found.values())
        return found

    def _nobody(self, person: Newcomer) -> bool:
        if person.empty:
            self.report.refuse(person.row, "name", "no_person", "a name, a mail or the key of an account")
        return person.empty

    def _claim(self, person: Newcomer, names: OrganisationNames) -> Claim:
        """Give the claim of a row; an account tells who it is, whatever name is shown for it at the moment."""
        if person.user:
            return Claim(person.row, person.user, "", "", person.mail, names.id(person))
        return Claim(person.row, "", person.name, person.reading, person.mail, names.id(person))

    def _person(self, identifier: str, person: Newcomer, *, known: bool) -> None:
        given = {"name": person.name, "reading": person.reading, "occupation": person.occupation, "mail": person.mail}
        new = {f: v for f, v in given.items() if v and (identifier, f) not in self.directory.values}
        if person.user and fold(key_of(identifier)) != fold(person.user):
            accounts = parts(self.directory.values.get((identifier, NUMBER_FIELD), ""))
            if person.user not in accounts:
                new[NUMBER_FIELD] = "、".join(sorted([*accounts, person.user]))
        if known and not new:
            return
        self._node(identifier, person.row.number)
        for field, value in sorted(new.items()):
            default = CONTACT if field in ("mail", NUMBER_FIELD) else self.defaults.name
            policy = self.recorder.policy((identifier, field), default)
            self.recorder.field(identifier, field, value, policy, person.row.number)
        self.directory.learn_person(identifier, name=new.get("name", ""), reading=new.get("reading", ""))

    def _node(self, identifier: str, row: int) -> None:
        if self.recorder.recorded(identifier) is not None:
            return
        decided = self.directory.policies.get(identifier)
        if decided:
            self.recorder.node(identifier, decided[0], row, decided[1])
        else:
            self.recorder.node(identifier, self.defaults.presence, row)

    def _organisation(self, identifier: str, person: Newcomer, names: OrganisationNames) -> None:
        target = names.record(person, self.recorder)
        if target:
            policy = self.recorder.policy((TieKind.MEMBER_OF, identifier, target), self.defaults.membership)
            self.recorder.tie(TieKind.MEMBER_OF, identifier, target, policy, person.row.number, other=MEMBERSHIP)
