"""Profiles of address books: business cards, contacts, connections of one person."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from graph.errors import WrongUse
from graph.kinds import Said, TieKind
from graph.policy import ACQUAINTANCE
from graph.records import key_of
from ingest.call import Call
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.japanese import fold
from ingest.newcomers import Defaults, Newcomer, Newcomers, read_newcomer, user_key
from ingest.organisations import record_bare
from ingest.problems import Note
from ingest.profile import profile
from ingest.recorder import CARD, Recorder
from ingest.report import Report
from ingest.table import Row, Table
from ingest.words import is_no_organisation

OF_AN_ORGANISATION = ("org", "organization")


def read_contacts(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read an address book.

    Parameters
    ----------
    table : Table
        One row a card; a person may have several.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records and problems.
    source : str
        Name of the file, with the sheet after a slash.
    call : Call
        Its owner is the person whose book it is; without one nobody is recorded as knowing anybody.

    Notes
    -----
    The people of an address book did not give their data to musubi: what is known of them from it alone is told
    to themselves only, they are introduced to nobody, and a list of members replaces these decisions.
    """
    owner = _owner(directory, call.owner)
    report, recorder = Report(table, facts), Recorder(directory, source, Said.MIXER, table.mapping.shape)
    facts.rows += len(table.rows)
    if not owner:
        facts.notes.append(Note("owner_not_given", table.mapping.sheet, None, "--owner ID"))
    met = {row.number: report.moment(row, "met_on") for row in table.rows}
    rows = [row for row in table.rows if row.number not in report.refused]
    people = [row for row in rows if not _only_organisation(row, recorder)]
    found = Newcomers(report, recorder, Defaults(CARD, ACQUAINTANCE, ACQUAINTANCE)).record(
        _card(row, table) for row in people
    )
    for row in sorted(people, key=lambda r: r.content):
        person, moment = found.get(row.number), met[row.number]
        if owner and person and person != owner:
            a, b = sorted((owner, person))
            recorder.tie(
                TieKind.KNOWS, a, b, ACQUAINTANCE, row.number,
                other=ACQUAINTANCE, t=moment.start if moment else None, details={"evidence": "card"},
            )  # fmt: skip
    recorder.into(facts)


def _owner(directory: Directory, text: str) -> str:
    if not text:
        return ""
    person = directory.people.get(text) or directory.person(key_of(text) or text)
    if person is None:
        raise WrongUse(f"--owner {text}: expected the id of one person who is known")
    return person.id


def _card(row: Row, table: Table) -> Newcomer:
    family = profile(table.mapping.profile).family
    key = row["uid"].removeprefix("urn:uuid:") or (_last_of(row["url"]) if family == "linkedin" else "")
    return read_newcomer(row, user_key(family, key))


def _last_of(url: str) -> str:
    """Give the last part of the path of an address: the name of a public profile."""
    parts = [p for p in urlsplit(url).path.split("/") if p]
    return unquote(parts[-1]) if parts else ""


def _only_organisation(row: Row, recorder: Recorder) -> bool:
    """Record a card that is of an organisation and of nobody in it."""
    nobody = not any(row[m] for m in ("name", "family_name", "given_name"))
    if fold(row["kind"]) not in OF_AN_ORGANISATION and not (nobody and row["organisation"]):
        return False
    name = row["organisation"].partition("\n")[0] or row["name"]
    if not is_no_organisation(name):
        record_bare(recorder, name, row.number)
    return True
