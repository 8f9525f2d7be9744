"""A row about a person, read and checked: member lists and answers to forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from graph.kinds import StatementKind
from graph.policy import Audience, Matching, Policy
from ingest.conditions import Conditions, read_conditions
from ingest.dates import EXPECTED as DATE_EXPECTED
from ingest.dates import Moment
from ingest.directory import Directory
from ingest.exchange import MODE_EXPECTED, mode_of
from ingest.japanese import fold, mail_key, phone_number, shown
from ingest.places import area_of
from ingest.profile import PHONE, profile
from ingest.release import Release, read_audience, read_introduction, read_reason, read_use
from ingest.report import Report
from ingest.splitting import parts, sentences
from ingest.table import Row
from ingest.words import is_no_organisation, is_nothing, words, yes_or_no

UNSAID = Release()
PLACE = Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST)
"""Where somebody lives or works: for the mixers, until the person says otherwise."""
VISITORS = words("drop-in dropin ドロップイン 一時利用 visitor guest")
NO_MEMBERS = words(
    "contact former lead notapproved not_approved pending inactive canceled cancelled 退会 退会済 退会済み"
)
MAIL_EXPECTED = "a mail address such as name@example.com"


class Standing(StrEnum):
    """What somebody is to a space."""

    MEMBER = "member"
    VISITOR = "visitor"
    NONE = "none"


@dataclass(slots=True)
class PersonRow:
    """What a row says about a person.

    Attributes
    ----------
    name, reading, number, mail, phone, organisation, occupation, contract : str
        Empty where missing; ``mail`` is normalised.
    spaces : list of str
        Names.
    since, until, at : Moment or None
        Beginning and end of the membership; time of an answer.
    place, mode : str
        Where the person is, how the person meets others; empty where unknown.
    conditions : Conditions
        What is said of the needs and offers of the row.
    groups : list of str
        Groups that the person joined.
    standing : Standing
        Whether the person is a member, a visitor, or neither.
    visited : Moment or None
        When a visitor was there.
    introduction : Matching or None
        Whether the person may be introduced; None where the cell is empty.
    name_release : Release
        What was decided about the name.
    release : Release
        What was decided about everything in the row.
    releases : dict of StatementKind to Release
        What was decided about statements.
    statements : list of (StatementKind, str)
        What the person states.
    """

    row: Row
    number: str
    name: str
    reading: str
    mail: str
    phone: str
    organisation: str
    occupation: str
    contract: str
    spaces: list[str]
    skills: list[str]
    since: Moment | None
    until: Moment | None
    at: Moment | None
    introduction: Matching | None
    name_release: Release
    release: Release
    releases: dict[StatementKind, Release]
    place: str
    mode: str
    conditions: Conditions
    groups: list[str]
    standing: Standing
    visited: Moment | None
    statements: list[tuple[StatementKind, str]] = field(default_factory=list)


def read_person(row: Row, report: Report, directory: Directory) -> PersonRow:
    """Read a row; whatever is wrong with it is reported, all at once."""
    general = _general(row, report, directory)
    since, until = read_period(row, report, "since", "until")
    return PersonRow(
        row=row,
        number=_number(row, report),
        name=_name(row, "name", "family_name", "given_name", lambda text: " ".join(text.split())),
        reading=_name(row, "reading", "family_reading", "given_reading", shown),
        mail=_mail(row, report),
        phone=phone_number(row[PHONE]),
        organisation="" if is_no_organisation(row["organisation"]) else " ".join(row["organisation"].split()),
        occupation="" if is_nothing(row["occupation"]) else shown(row["occupation"]),
        contract="" if is_nothing(row["contract"]) else shown(row["contract"]),
        spaces=parts(row["space"]),
        skills=parts(row["skill"]),
        since=since,
        until=until,
        at=report.moment(row, "timestamp"),
        introduction=report.word(row, "introduction", read_introduction, None),
        name_release=read_scope(row, report, directory, "name_scope").joined(general),
        release=general,
        releases=read_releases(row, report, directory),
        place=area_of(row["address"]) or ("" if is_nothing(row["place"]) else shown(row["place"])),
        mode=_mode(row, report),
        conditions=read_conditions(row, report),
        groups=parts(row["groups"]),
        standing=_standing(row),
        visited=report.moment(row, "visited_at"),
        statements=read_statements(row),
    )


def read_statements(row: Row) -> list[tuple[StatementKind, str]]:
    """Read the statements of a row, one a line."""
    return [(kind, text) for kind in StatementKind if row[kind] for text in sentences(row[kind])]


def read_releases(row: Row, report: Report, directory: Directory) -> dict[StatementKind, Release]:
    """Read what was decided about each kind of statement."""
    use = report.word(row, "use", read_use, Release())
    reason = report.word(row, "as_reason", read_reason, Release())
    general = read_scope(row, report, directory, "scope").joined(use).joined(reason)
    own = {kind: f"{kind}_scope" for kind in StatementKind}
    return {
        kind: read_scope(row, report, directory, meaning).joined(general) if report.table.has(meaning) else general
        for kind, meaning in own.items()
    }


def read_period(row: Row, report: Report, start: str, end: str) -> tuple[Moment | None, Moment | None]:
    """Read beginning and end, of which the end is not before the beginning."""
    since, until = report.moment(row, start), report.moment(row, end)
    if since and until and until.end < since.start:
        report.refuse(row, end, "end_before_start", f"{DATE_EXPECTED}, not before the beginning")
    return since, until


def read_scope(row: Row, report: Report, directory: Directory, meaning: str) -> Release:
    """Read how far facts may travel."""
    if not report.table.has(meaning):
        return UNSAID

    def space(name: str) -> str:
        report.named_spaces.append((row, meaning, name))
        return directory.space(name)

    def read(text: str) -> Release:
        return read_audience(text, space)

    return report.word(row, meaning, read, UNSAID)


def _number(row: Row, report: Report) -> str:
    """Give the member number; the key of another system gets the name of that system before it."""
    number = "" if is_nothing(row["number"]) else shown(row["number"])
    source = profile(report.table.mapping.profile)
    return f"{source.family}:{number}" if number and source.reader == "members" != source.name else number


def _general(row: Row, report: Report, directory: Directory) -> Release:
    """Read what was decided about the whole row; a profile that is not published stays in the own space."""
    release = read_scope(row, report, directory, "scope")
    unpublished = yes_or_no(row["published"]) is False
    return release.joined(Release(True, Audience.MY_SPACE)) if unpublished else release


def _standing(row: Row) -> Standing:
    if fold(row["status"]) in VISITORS or row["visited_at"]:
        return Standing.VISITOR
    return Standing.NONE if fold(row["status"]) in NO_MEMBERS or yes_or_no(row["active"]) is False else Standing.MEMBER


def _mode(row: Row, report: Report) -> str:
    """Read how somebody meets others; another word is flagged and not stored."""
    found = mode_of(row["mode"])
    if found is None and not is_nothing(row["mode"]):
        report.flag(row, "mode", "unknown_mode", MODE_EXPECTED)
    return found or ""


def _name(row: Row, whole: str, family: str, given: str, tidy: Callable[[str], str]) -> str:
    if row[whole]:
        return "" if is_nothing(row[whole]) else tidy(row[whole])
    both = (row[given], row[family]) if f"{row[family]}{row[given]}".isascii() else (row[family], row[given])
    return tidy(" ".join(both))


def _mail(row: Row, report: Report) -> str:
    text = row["mail"]
    if is_nothing(text):
        return mail_key(row["contact"])
    mail = mail_key(text)
    if not mail:
        report.flag(row, "mail", "not_a_mail", MAIL_EXPECTED)
    return mail
