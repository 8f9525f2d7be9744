"""Which person a row is about: by member number, then by mail, then by name, reading and organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from graph.kinds import NodeKind
from graph.records import node_id
from ingest.directory import Directory, Person, derived_id
from ingest.japanese import fold, name_key, reading_key, shown
from ingest.report import Report
from ingest.table import Row

K = TypeVar("K")
V = TypeVar("V")

SAME_NAME_EXPECTED = "a member number or mail that tells people of one name apart; they were kept apart"
NUMBER_EXPECTED = "a member number of its own for each person"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a row says of who it is about.

    Attributes
    ----------
    number, name, reading : str
        As written; empty where missing.
    mail : str
        Normalised address.
    organisation : str
        Id of an organisation.
    spaces : frozenset of str
        Ids of the spaces of whose members the row is one; empty where it tells none.
    """

    row: Row
    number: str = ""
    name: str = ""
    reading: str = ""
    mail: str = ""
    organisation: str = ""
    spaces: frozenset[str] = frozenset()

    @property
    def triple(self) -> tuple[str, str, str]:
        """Keys of name, reading and organisation."""
        return name_key(self.name), reading_key(self.reading), self.organisation


class Identification:
    """Finds the people of one table; the order of its rows does not matter.

    Parameters
    ----------
    directory : Directory
        Who is known; new people are learned.
    report : Report
        Gets rows that cannot be told, and people of one name.
    answers : bool
        Whether the rows are answers given by the people themselves: these find people and change nothing of
        what is known about them.
    may_create : callable
        Whether the person of a row may be made where nobody is found; it reports where not.
    """

    def __init__(
        self, directory: Directory, report: Report, *, answers: bool, may_create: Callable[[Row], bool]
    ) -> None:
        self.directory, self.report, self.answers, self.may_create = directory, report, answers, may_create
        self.new: set[str] = set()
        self._number_names: dict[str, set[str]] = {}
        self._mail_names: dict[str, set[str]] = {}
        self._twins: dict[tuple[str, str, str], set[tuple[tuple[str, str], ...]]] = {}

    def identify(self, claims: Sequence[Claim]) -> dict[int, str]:
        """Give the id of a person for each row number; rows that were refused are left out."""
        self._number_names = _grouped((fold(c.number), name_key(c.name)) for c in claims if c.name)
        self._mail_names = _grouped((c.mail, name_key(c.name)) for c in claims if c.name)
        self._twins = _grouped((c.triple, c.row.content) for c in claims if not c.number and not self._own_mail(c))
        found: dict[int, str] = {}
        for claim in sorted(claims, key=self._order):
            identifier = self._identify(claim)
            if identifier:
                found[claim.row.number] = identifier
                if identifier in self.new or not self.answers:
                    self._learn(identifier, claim)
        self._flag_same_names(claims, found)
        return found

    def _order(self, claim: Claim) -> tuple[object, ...]:
        rank = 0 if claim.number else 1 if self._own_mail(claim) else 2
        return rank, fold(claim.number), claim.mail, claim.row.content

    def _own_mail(self, claim: Claim) -> str:
        """Give the mail where it tells people apart: several names in the file share one that does not."""
        return "" if len(self._mail_names.get(claim.mail, ())) > 1 else claim.mail

    def _learn(self, identifier: str, claim: Claim) -> None:
        self.directory.learn_person(
            identifier,
            number=claim.number,
            name=claim.name,
            reading=claim.reading,
            mail=claim.mail,
            organisations=[claim.organisation] if claim.organisation else [],
            spaces=claim.spaces,
        )

    # ---- one row

    def _identify(self, claim: Claim) -> str | None:
        numbered = self.directory.by_number(claim.number)
        if numbered:
            return numbered.id if self._agrees(claim, numbered) else None
        if claim.number and len(self._number_names.get(fold(claim.number), ())) > 1:
            self.report.refuse(claim.row, "number", "id_taken", NUMBER_EXPECTED)
            return None
        mailed = [p for p in self.directory.by_mail(self._own_mail(claim)) if _may_be_named(claim, p)]
        if len(mailed) > 1 and not claim.name:
            self.report.refuse(claim.row, "mail", "ambiguous_person", "a member number: several people have this mail")
            return None
        if len(mailed) == 1:
            if self.answers and claim.number:
                self.report.flag(claim.row, "number", "unknown_number", "a member number that is known, or none")
            return mailed[0].id
        return self._by_triple(claim) or self._create(claim)

    def _agrees(self, claim: Claim, person: Person) -> bool:
        if claim.name and person.name and name_key(claim.name) != person.name:
            self.report.refuse(claim.row, "number", "id_taken", f"{NUMBER_EXPECTED}: this one is somebody else's")
            return False
        if self.answers and claim.mail and person.mails and claim.mail not in person.mails:
            if self.directory.by_mail(claim.mail):
                expected = "number and mail of one person: these are known for two"
                self.report.refuse(claim.row, "number", "conflicting_ids", expected)
                return False
            self.report.flag(claim.row, "mail", "mail_differs", "the mail that is known for this member number")
        return True

    def _by_triple(self, claim: Claim) -> str | None:
        if not claim.name or len(self._twins.get(claim.triple, ())) > 1:
            return None
        same = [p for p in self.directory.by_name(claim.name) if _same_triple(claim, p)]
        return same[0].id if len(same) == 1 else None

    def _create(self, claim: Claim) -> str | None:
        if not (claim.number or claim.mail or claim.name):
            self.report.refuse(claim.row, "name", "no_person", "a member number, a mail or a name")
            return None
        if not self.may_create(claim.row):
            return None
        identifier = self._new_id(claim)
        self.new.add(identifier)
        return identifier

    def _new_id(self, claim: Claim) -> str:
        if claim.number:
            return node_id(NodeKind.PERSON, shown(claim.number))
        choices = [derived_id("mail", claim.mail)] if self._own_mail(claim) else []
        if claim.name and len(self._twins.get(claim.triple, ())) <= 1:
            choices.append(derived_id("name", *claim.triple))
        free = (i for i in choices if i not in self.directory.people)
        return next(free, derived_id("row", *(f"{k}={v}" for k, v in claim.row.content)))

    # ---- people of one name

    def _flag_same_names(self, claims: Iterable[Claim], found: dict[int, str]) -> None:
        """Flag people without a member number who share a name with somebody else."""
        for claim in claims:
            own = found.get(claim.row.number)
            if own is None or not claim.name or self.directory.people[own].numbered:
                continue
            others = [p.id for p in self.directory.by_name(claim.name) if p.id != own and _same_reading(claim, p)]
            if others:
                self.report.flag(claim.row, "name", "same_name", SAME_NAME_EXPECTED)
                self.report.facts.same_name.append((own, *others))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, set[V]]:
    groups: defaultdict[K, set[V]] = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return groups


def _may_be_named(claim: Claim, person: Person) -> bool:
    return not claim.name or not person.name or name_key(claim.name) == person.name


def _same_reading(claim: Claim, person: Person) -> bool:
    return not claim.reading or not person.reading or reading_key(claim.reading) == person.reading


def _same_triple(claim: Claim, person: Person) -> bool:
    if claim.number and person.numbered:
        return False
    if claim.mail and person.mails and claim.mail not in person.mails:
        return False
    same_reading = reading_key(claim.reading) == person.reading
    if claim.organisation:
        return same_reading and claim.organisation in person.organisations
    if not person.reading and claim.spaces and not claim.spaces & person.spaces:
        return False  # a name alone tells who somebody is among the members of one space, not across spaces
    return same_reading and not person.organisations
