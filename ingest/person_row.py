"""A row about a person, read and checked: member lists and answers to forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graph.kinds import StatementKind
from graph.policy import Matching
from ingest.dates import EXPECTED as DATE_EXPECTED
from ingest.dates import Moment
from ingest.directory import Directory
from ingest.japanese import mail_key, phone_number, shown
from ingest.profile import PHONE
from ingest.release import Release, read_audience, read_introduction, read_reason, read_use
from ingest.report import Report
from ingest.splitting import parts, sentences
from ingest.table import Row
from ingest.words import is_no_organisation, is_nothing

MAIL_EXPECTED = "a mail address such as name@example.com"


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
    statements: list[tuple[StatementKind, str]] = field(default_factory=list)


def read_person(row: Row, report: Report, directory: Directory) -> PersonRow:
    """Read a row; whatever is wrong with it is reported, all at once."""
    general = read_scope(row, report, directory, "scope")
    since, until = read_period(row, report, "since", "until")
    return PersonRow(
        row=row,
        number=shown(row["number"]) if not is_nothing(row["number"]) else "",
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
        statements=read_statements(row),
    )


def read_statements(row: Row) -> list[tuple[StatementKind, str]]:
    """Read the statements of a row, one a line."""
    return [(kind, text) for kind in StatementKind for text in sentences(row[kind])]


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

    def space(name: str) -> str:
        report.named_spaces.append((row, meaning, name))
        return directory.space(name)

    def read(text: str) -> Release:
        return read_audience(text, space)

    return report.word(row, meaning, read, Release())


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
